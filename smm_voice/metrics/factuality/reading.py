"""A post as the checks read it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cached_property

import regex

from smm_voice.metrics.factuality.clauses import Clause, split
from smm_voice.metrics.factuality.knowledge import FactSheet, Mention
from smm_voice.text.facts import TypedFact
from smm_voice.text.fold import fold

_YEAR = regex.compile(r"(?:19|20)\d\d")
_LAST_YEAR = regex.compile(
    r"(?<!\w)(?:last year|a year ago|l'an (?:dernier|passe)|l'annee (?:derniere|passee)|used to|"
    r"previously|auparavant|until (?:now|recently)|jusqu'ici|jusqu'a present)(?!\w)"
)
# No post is longer; what is, is read in pieces, so that the work grows with the length only.
_LONGEST_PIECE = 4000


@dataclasses.dataclass(frozen=True)
class Post:
    """A post and what is known when it is read."""

    text: str
    brief: str | None
    sheet: FactSheet
    language: str
    day: date | None
    known: Sequence[TypedFact]
    facts: Sequence[TypedFact]

    @cached_property
    def folded(self) -> str:
        """The text folded; offsets are the same."""
        return fold(self.text)

    @cached_property
    def mentions(self) -> Sequence[Mention]:
        """Every name that the sheet knows."""
        return self.sheet.mentions(self.folded)

    @cached_property
    def spoken_of(self) -> frozenset[str]:
        """Subjects that the post names, and the brand, which it need not name."""
        named = {mention.subject for mention in self.mentions}
        return frozenset(named | ({self.sheet.brand} if self.sheet.brand else set()))

    @cached_property
    def days(self) -> Sequence[date | None]:
        """The day of the post, and those that it speaks of: "from Monday it costs …"."""
        if self.day is None:
            return [None]
        told = [f.value for f in self.facts if f.kind == "date" and len(f.value) == 10]
        coming = [
            self.day + timedelta((int(f.value) - self.day.isoweekday()) % 7)
            for f in self.facts
            if f.kind == "weekday"
        ]
        years = [
            int(f.value) for f in self.facts
            if f.kind == "number" and _YEAR.fullmatch(f.value) and int(f.value) <= self.day.year + 1
        ]  # fmt: skip
        if _LAST_YEAR.search(self.folded):
            years.append(self.day.year - 1)
        past = [date(year, month, 15) for year in years for month in (1, 7, 12)]
        return [self.day, *map(date.fromisoformat, told), *coming, *past]

    def named_in(self, clause: Clause, by_value: bool = True) -> frozenset[str]:
        """Subjects that a clause names, also by what belongs to them."""
        return frozenset(
            m.subject for m in self.mentions
            if clause.start <= m.start < clause.end and (m.own or by_value)
        )  # fmt: skip

    def facts_in(self, clause: Clause) -> list[TypedFact]:
        """The typed facts of a clause."""
        return [fact for fact in self.facts if clause.start <= fact.start < clause.end]


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """A text with its offset, or the pieces of one that is longer than any post.

    Cut between clauses, and inside one only where it alone is too long.
    """
    start = end = 0
    for clause in split(text):
        if clause.end - start > _LONGEST_PIECE and end > start:
            yield from _cut(text, start, end)
            start = clause.start
        end = clause.end
    yield from _cut(text, start, end)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    while end - start > _LONGEST_PIECE:
        blank = text.rfind(" ", start + 1, start + _LONGEST_PIECE)
        at = blank if blank > 0 else start + _LONGEST_PIECE
        yield start, text[start:at]
        start = at
    yield start, text[start:end]
