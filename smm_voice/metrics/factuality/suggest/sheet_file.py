"""Proposed lines as a fact sheet that can be read as it stands."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import regex

from smm_voice.errors import ConfigError
from smm_voice.metrics.factuality.sheet import parse_sheet
from smm_voice.metrics.factuality.suggest.evidence import Brand
from smm_voice.metrics.factuality.suggest.proposal import Proposal
from smm_voice.text.facts import TypedFact, agree
from smm_voice.text.facts.units import UNIT_OF
from smm_voice.text.fold import fold

# What no YAML file may hold, and what begins a reference, of which a sheet takes few.
_FORBIDDEN = regex.compile(
    r"[^\x09\x0A\x20-\x7E\u00A0-\u2027\u202A-\uD7FF\uE000-\uFEFE\uFF00-\uFFFD"
    r"\U00010000-\U0010FFFF]"
)
_SHOWN_POSTS = 3
_SHOWN_CHARACTERS = 200
_HEADER = """\
# A proposal from {posts} training posts of {title}; nobody has confirmed it, and nothing uses it.
# Made with: python scripts/facts.py brand={name} suggest
# Read the posts that stand above each line. Where the line is right and will stay so, take it over
# into the brand's fact sheet, below the same subject; mend its name and keywords first where posts
# say it in other words. Of the subjects take what you need. Leave out the rest.
# "unclear" at the end: posts of one time that give different values; find out which is right.
# The test posts were not read: facts from them would make the evaluation too kind.
version: 2
"""


def as_values(proposal: Proposal) -> dict[str, Any]:
    """One line of a sheet, as plain values; `_text` says how they are written."""
    fact = proposal.fact
    line: dict[str, Any] = {"attribute": proposal.attribute}
    amount = fact.kind in ("number", "money", "percent", "quantity") and not fact.high
    line["value"] = _number(fact.value) if amount else _said(fact)
    if amount and fact.kind == "money":
        line["currency"] = fact.unit
    elif amount and fact.kind == "percent":
        line["unit"] = "percent"
    elif amount and fact.kind == "quantity":
        line["unit"] = _unit_in(fact)
    elif amount and proposal.unit:
        line["unit"] = proposal.unit
    if proposal.valid_from:
        line["valid_from"] = proposal.valid_from
    if proposal.valid_to:
        line["valid_to"] = proposal.valid_to
    if proposal.keywords:
        line["keywords"] = {key: list(words) for key, words in proposal.keywords.items()}
    latest = proposal.evidence[0]
    line["source"] = latest.url or f"post {latest.post}"
    return line


def readable(proposals: Iterable[Proposal], languages: Sequence[str]) -> list[Proposal]:
    """Those that a sheet would read as the posts mean them."""
    return [each for each in proposals if all(_is_read(each, code) for code in languages)]


def as_yaml(proposals: Sequence[Proposal], brand: Brand, name: str, posts: int, own: bool) -> str:
    """The file.

    Args:
        proposals: the best first; subjects stand in the order of their best line.
        brand: who speaks.
        name: of the brand in `conf/brand`.
        posts: how many were read.
        own: whether the brand's subject is to be marked as the brand itself.
    """
    lines = [_HEADER.format(posts=posts, title=_comment(brand.title), name=name).rstrip("\n")]
    clear = [each for each in proposals if not each.unclear]
    lines.append("subjects:" if clear else "subjects: []")
    for subject in dict.fromkeys(each.subject for each in clear):
        of_subject = [each for each in clear if each.subject == subject]
        lines += [f"  - id: {_text(subject)}", f"    name: {_text(of_subject[0].title)}"]
        if own and subject == brand.subject:
            lines.append("    brand: true")
        lines.append("    facts:")
        for each in of_subject:
            lines += [f"      # {line}" for line in _evidence(each)]
            dash = "- "
            for key, value in as_values(each).items():
                lines.append(f"      {dash}{key}: {_text(value)}")
                dash = "  "
    for each in (p for p in proposals if p.unclear):
        lines.append(f"# unclear: {_comment(in_words(each))}")
        lines += [f"#   {line}" for line in _evidence(each)]
    return "\n".join(lines) + "\n"


def in_words(proposal: Proposal) -> str:
    """One proposal as a person reads it, with the number of posts."""
    line = as_values(proposal)
    unit = line.get("unit") or line.get("currency") or ""
    unit = "" if unit == "year" else unit
    during = "".join(
        f", {word} {line[key]}"
        for word, key in (("from", "valid_from"), ("until", "valid_to")) if key in line
    )  # fmt: skip
    posts = f"{proposal.posts} post" + ("s" if proposal.posts > 1 else "")
    said = f"{proposal.title}: {proposal.attribute} = {line['value']} {unit}".strip()
    return f"{said}{during} ({posts})"


def _is_read(proposal: Proposal, language: str) -> bool:
    subject = {"id": "s", "name": proposal.title, "facts": [as_values(proposal)]}
    try:
        sheet = parse_sheet({"subjects": [subject]}, "proposal", language)
    except ConfigError:
        return False
    fact = proposal.fact
    return any(
        read.kind == fact.kind and agree(fact, read) for line in sheet.facts for read in line.stated
    )


def _number(value: str) -> int | float:
    return float(value) if "." in value else int(value)


def _said(fact: TypedFact) -> Any:
    if fact.kind == "time":
        return fact.value
    if fact.kind == "date" and len(fact.value) == 10:
        from datetime import date

        return date.fromisoformat(fact.value)
    if fact.kind == "url":
        return fact.value
    return " ".join(fact.span.split())


def _unit_in(fact: TypedFact) -> str:
    """The unit as the post writes it, or its name."""
    words = regex.sub(r"^[\d.,+\s\u00a0\u202f-]+", "", fact.span).strip()
    for said in (words, words.split(" ")[-1], fact.unit):
        if UNIT_OF.get(fold(said)) == fact.unit or UNIT_OF.get(said.casefold()) == fact.unit:
            return said.casefold()
    return fact.unit


def _evidence(proposal: Proposal) -> Iterator[str]:
    shown = list({each.post: each for each in proposal.evidence}.values())
    for each in shown[:_SHOWN_POSTS]:
        clause = _comment(each.clause)
        if len(clause) > _SHOWN_CHARACTERS:
            clause = clause[: _SHOWN_CHARACTERS - 1] + "…"
        yield f"{_comment(each.post)}, {each.day}: {clause}"
    if len(shown) > _SHOWN_POSTS:
        more = len(shown) - _SHOWN_POSTS
        yield f"and {more} more post{'s' if more > 1 else ''}, since {shown[-1].day}"


def _comment(text: str) -> str:
    """On one line, without what YAML does not take."""
    return " ".join(_FORBIDDEN.sub(" ", text).replace("*", " ").split())


def _text(value: Any) -> str:
    """A value as YAML writes it on one line; JSON is YAML."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_text(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_text, value)) + "]"
    if isinstance(value, str):
        return json.dumps(_FORBIDDEN.sub(" ", value), ensure_ascii=False)
    if isinstance(value, float):
        return format(value, "f").rstrip("0").rstrip(".")
    return str(value)
