"""Labelled sets that were written by hand: a fact sheet, faithful posts, and changes to them.

Each change makes its post false by the sheet, in one place. How the sets were written stands in
`data/validation/facts/README.md`. Messages name a post by its id and never show it: one of the sets
is held out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import regex

from smm_voice.errors import ConfigError, InputError
from smm_voice.metrics.factuality.sheet import FactSheet, load_sheet

LANGUAGES = ("en", "fr")
# What a checker of typed facts has to find. An entity counts, as a name that the sheet gives.
TYPED = (
    "number", "money", "percent", "quantity", "unit", "date", "time", "url", "email", "handle",
    "hashtag", "promo_code", "phone", "entity", "negation", "stale", "superlative", "forbidden",
    "missing",
)  # fmt: skip
# Of these, what is told by words and not by a value.
WORDED = ("entity", "negation")
# True facts, wrongly joined: reported apart, and in no total.
RELATION = "relation"
# These are no other value of a fact: what a checker says of them may stand on another word.
BY_SENTENCE = ("negation", "superlative", "forbidden", RELATION)
_SENTENCE_END = regex.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True)
class Altered:
    """A text with an error in it.

    Attributes:
        text: the whole.
        start: where the change begins, in characters.
        end: where it ends; equal to `start` where something was only taken out.
        when: the day on which it is posted.
    """

    text: str
    start: int
    end: int
    when: datetime | None

    @property
    def sentences(self) -> tuple[int, int]:
        """Where the sentences that hold the change begin and end."""
        begin = max((m.end() for m in _SENTENCE_END.finditer(self.text) if m.end() <= self.start),
                    default=0)  # fmt: skip
        after = _SENTENCE_END.search(self.text, max(self.start, self.end - 1))
        return begin, after.start() if after else len(self.text)


@dataclass(frozen=True)
class AuthoredError:
    """One error, put into both versions of a post."""

    type: str
    text: Altered
    paraphrase: Altered


@dataclass(frozen=True)
class AuthoredPost:
    """A faithful post, the same in other words, and what makes it false."""

    id: str
    language: str
    when: datetime
    text: str
    paraphrase: str
    errors: tuple[AuthoredError, ...]


@dataclass(frozen=True)
class AuthoredSet:
    """A sheet, by language, and its posts."""

    name: str
    sheets: Mapping[str, FactSheet]
    posts: tuple[AuthoredPost, ...]


def read_set(folder: Path) -> AuthoredSet:
    """Read and check a set.

    Raises:
        InputError: `facts.yaml` or `posts.jsonl` cannot be read.
        ConfigError: they are wrong in places, all of which are listed.
    """
    sheets = {language: load_sheet(folder / "facts.yaml", language) for language in LANGUAGES}
    path = folder / "posts.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError) as error:
        raise InputError(f"the labelled set {path} cannot be read: {error}") from error
    posts, errors = [], []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                posts.append(_post(json.loads(line)))
            except (ValueError, KeyError, TypeError) as error:
                errors.append(f"{path}:{number}: {type(error).__name__}: {error}")
    ids = [post.id for post in posts]
    errors += [f"{path}: the id {one} stands twice" for one in sorted({*ids}) if ids.count(one) > 1]
    if errors:
        raise ConfigError(errors)
    return AuthoredSet(folder.name, sheets, tuple(posts))


def altered(text: str, old: str, new: str, when: datetime | None, whole: bool = False) -> Altered:
    """The text with `old` replaced by `new`; the change is what differs, widened to whole words.

    Args:
        text: a faithful post.
        old: stands in it exactly once.
        new: what stands there instead; may be empty.
        when: day of the post.
        whole: the change is all of `new`, even where a part of it is unchanged.

    Raises:
        ValueError: `old` does not stand there once, or equals `new`.
    """
    if not old or text.count(old) != 1:
        raise ValueError(f"what is to be replaced stands {text.count(old) if old else 0} times")
    if old == new:
        raise ValueError("nothing is changed")
    at = text.index(old)
    changed = text[:at] + new + text[at + len(old) :]
    start, end = at, at + len(new)
    if not whole:
        same = _common(old, new)
        tail = min(_common(old[::-1], new[::-1]), min(len(old), len(new)) - same)
        start, end = at + same, at + len(new) - tail
        if start < end:
            while start > at and not changed[start - 1].isspace():
                start -= 1
            while end < at + len(new) and not changed[end].isspace():
                end += 1
    return Altered(changed, start, end, when)


def _common(left: str, right: str) -> int:
    """Length of the common beginning."""
    length = 0
    while length < min(len(left), len(right)) and left[length] == right[length]:
        length += 1
    return length


def _post(row: dict[str, Any]) -> AuthoredPost:
    language, when = row["language"], _day(row["date"])
    if language not in LANGUAGES:
        raise ValueError(f"{row['id']}: the language must be one of {', '.join(LANGUAGES)}")
    errors = []
    for number, error in enumerate(row["errors"], start=1):
        try:
            errors.append(_error(error, row["text"], row["paraphrase"], when))
        except (ValueError, KeyError) as reason:
            raise ValueError(f"{row['id']}, error {number}: {reason}") from reason
    return AuthoredPost(
        str(row["id"]), language, when, row["text"], row["paraphrase"], tuple(errors)
    )


def _error(row: dict[str, str], text: str, paraphrase: str, when: datetime) -> AuthoredError:
    kind = row["type"]
    if kind not in (*TYPED, RELATION):
        raise ValueError(f"there is no type {kind}")
    if kind == "stale":
        day = _day(row["date"])
        return AuthoredError(
            kind, Altered(text, 0, len(text), day), Altered(paraphrase, 0, len(paraphrase), day)
        )
    # Of a unit the number before it is a part of what is wrong.
    whole = kind == "unit"
    old, new = row["from"], row["to"]
    other_old, other_new = row.get("paraphrase_from", old), row.get("paraphrase_to", new)
    return AuthoredError(
        kind,
        altered(text, old, new, when, whole),
        altered(paraphrase, other_old, other_new, when, whole),
    )


def _day(value: str) -> datetime:
    """Noon of that day: no time zone makes another day of it."""
    return datetime.fromisoformat(value).replace(hour=12, tzinfo=UTC)
