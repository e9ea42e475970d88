"""Verdicts on the typed facts of one post."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import regex

from smm_voice.metrics.factuality.sheet import Fact, FactSheet
from smm_voice.text import tokens, typed_facts
from smm_voice.text.typed_facts import TypedFact

Verdict = Literal["supported", "contradicted", "stale", "unsupported", "forbidden"]

# Kinds that a sheet can contradict: two values of one attribute exclude each other.
_EXCLUSIVE = {"number", "quantity", "percent", "money", "date", "time"}
_NUMERIC = {"number", "quantity"}
_CLAUSE_END = regex.compile(r"(?<=[.!?…])\s+|\n+|\s[—–]\s|;\s")


@dataclass(frozen=True)
class Claim:
    """One checked fact of a post.

    Attributes:
        verdict: what the check came to.
        span: the words in the post.
        evidence: the line that supports or contradicts it; empty where nothing speaks of it.
        fact: the typed fact; None for a forbidden phrase.
    """

    verdict: Verdict
    span: str
    evidence: str
    fact: TypedFact | None


@dataclass(frozen=True)
class Checked:
    """One post.

    Attributes:
        claims: all claims found, in order.
        clauses: clauses that are statements.
        checkable: of these, how many hold anything checkable.
        required: facts that the brief gave.
        told: of these, how many the post tells.
    """

    claims: tuple[Claim, ...]
    clauses: int
    checkable: int
    required: int
    told: int


def check(
    text: str, brief: str | None, sheet: FactSheet, language: str, when: datetime | None = None
) -> Checked:
    """Check one post against its brief and the sheet.

    Hashtags are left out: they name a subject and state nothing.

    Args:
        text: the post; a link may stand as `[link]`.
        brief: what its writer was given; counts as known.
        sheet: the brand's facts.
        language: two-letter code.
        when: date of the post.
    """
    known = [f for f in typed_facts.extract(brief or "", language, when) if f.kind != "hashtag"]
    claims: list[Claim] = []
    clauses = checkable = 0
    found_keys: list[TypedFact] = []
    day = when.date() if when else None
    spoken_of = {key for key, pattern in sheet.mentions.items() if pattern.search(text)}
    for clause in clauses_of(text):
        facts = [f for f in typed_facts.extract(clause, language, when) if f.kind != "hashtag"]
        found_keys += facts
        clauses += 1
        checkable += bool(facts)
        here = {key for key in spoken_of if sheet.mentions[key].search(clause)}
        claims += [
            _judge(fact, clause, brief, known, sheet, spoken_of, here, day) for fact in facts
        ]
    claims += _links(text, brief)
    for pattern, phrase, reason in sheet.forbidden:
        match = pattern.search(text)
        if match:
            claims.append(Claim("forbidden", match.group(), f"{phrase!r}: {reason}", None))
    told = sum(any(_same(fact, other) for other in found_keys) for fact in known)
    return Checked(tuple(claims), clauses, checkable, len(known), told)


def clauses_of(text: str) -> list[str]:
    """Sentences and parts of sentences that hold a word beside links and tags."""
    return [part for part in _CLAUSE_END.split(text) if tokens.words(part)]


def _judge(
    fact: TypedFact,
    clause: str,
    brief: str | None,
    known: Iterable[TypedFact],
    sheet: FactSheet,
    spoken_of: set[str],
    here: set[str],
    day: date | None,
) -> Claim:
    if fact.kind == "url" and brief is not None and _gives_link(brief):
        return Claim("supported", fact.span, "brief: link", fact)
    if fact.kind == "handle":
        for subject, pattern in sheet.mentions.items():
            if pattern.fullmatch(fact.span):
                return Claim("supported", fact.span, f"fact sheet: {subject}", fact)
    for other in known:
        if _same(fact, other):
            return Claim("supported", fact.span, f"brief: {other.span}", fact)
    # A number speaks for a line only where the post speaks of its subject; a handle is a name.
    lines = [
        line
        for line in sheet.facts
        if (fact.kind not in _EXCLUSIVE or line.subject in spoken_of)
        and any(_same_key(fact.key, key) for key in line.keys)
    ]
    for line in lines:
        if line.holds(day):
            return Claim("supported", fact.span, line.shown, fact)
    if lines:
        return Claim("stale", fact.span, lines[0].shown, fact)
    against = _contradicting(fact, clause, sheet, here, day)
    if against:
        return Claim("contradicted", fact.span, against.shown, fact)
    return Claim("unsupported", fact.span, "", fact)


def _contradicting(
    fact: TypedFact, clause: str, sheet: FactSheet, subjects: set[str], day: date | None
) -> Fact | None:
    """A valid line on the same subject and attribute with another value of the same kind."""
    if fact.kind not in _EXCLUSIVE:
        return None
    lowered = clause.casefold()
    for line in sheet.facts:
        if line.subject not in subjects or not line.holds(day):
            continue
        if not any(kind == fact.kind and unit == fact.unit for kind, _, unit in line.keys):
            continue
        if any(regex.search(rf"(?<!\w){regex.escape(word)}", lowered) for word in line.keywords):
            return line
    return None


def _same(left: TypedFact, right: TypedFact) -> bool:
    return _same_key(left.key, right.key)


def _same_key(left: tuple[str, str, str], right: tuple[str, str, str]) -> bool:
    """Equal facts; a quantity also equals the bare number, and a day its date in any year."""
    (kind, value, unit), (other_kind, other_value, other_unit) = left, right
    if kind in _NUMERIC and other_kind in _NUMERIC:
        return value == other_value and (unit == other_unit or not unit or not other_unit)
    if kind == other_kind == "date":
        return value.endswith(other_value) or other_value.endswith(value)
    if kind == "number" and other_kind == "date":
        return other_value.startswith(f"{value}-")
    return kind == other_kind and value == other_value and unit == other_unit


def _links(text: str, brief: str | None) -> list[Claim]:
    """A link placeholder nobody asked for is an invented link."""
    if tokens.LINK not in text or brief is None:
        return []
    if _gives_link(brief):
        return [Claim("supported", tokens.LINK, "brief: link", None)]
    return [Claim("unsupported", tokens.LINK, "the brief gives no link", None)]


def _gives_link(brief: str) -> bool:
    return bool(regex.search(r"(?i)\b(?:link|lien)\b", brief) or tokens.URL.search(brief))
