"""Which lines of the sheet may speak of a fact, and which of them supports it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import regex

from smm_voice.metrics.factuality.clauses import Clause
from smm_voice.metrics.factuality.line import Fact
from smm_voice.metrics.factuality.reading import Post
from smm_voice.text.facts import TypedFact, aged, agree, comparable

# Characters between what contradicts a line and the words that show that it is meant.
REACH = 45
# A word that is counted, right behind a number.
_COUNTING = regex.compile(
    r" (?!(?:and|over|the|per|for|with|from|but|says?|par|pour|les|des|dans|avec|mais)(?!\w))"
    r"\p{L}{3,}"
)
# Lines of one kind that may rival one of nobody named.
_MOST_UNNAMED = 100
# Amounts that are seldom equal by chance; bare numbers are.
_MEASURED = frozenset({"money", "percent", "quantity", "time", "date"})
_BOUND = regex.compile(
    r"(?<!\w)(?:until|till|through|to|by|before|from|since|as of|end|ends|last|starting|valid|up to"
    r"|expir\w*|fini|over|jusqu\w*|au|avant|des|depuis|a partir|a compter|fin|finit|termin\w*"
    r"|dernier|valable)(?!\w)"
)


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A line that a fact may be about, and what speaks for that.

    Attributes:
        line: of the sheet.
        value: the value of the line that is compared.
        near: 2: its subject is named in the clause; 1: in the post, or is the brand; 0: nowhere.
        evidence: how many of the attribute's words stand in the clause.
        distance: characters from the fact to the nearest of them.
    """

    line: Fact
    value: TypedFact
    near: int
    evidence: int
    distance: int

    @property
    def rank(self) -> tuple[int, int, int]:
        """The likelier line is the greater."""
        return bool(self.evidence) + self.near, self.evidence, -self.distance


def candidates_of(fact: TypedFact, folded: str, clause: Clause, post: Post) -> list[Candidate]:
    """The lines that may speak of a fact; those on subjects nobody named need their words."""
    here = post.named_in(clause, by_value=False)
    found = []
    at = fact.start - clause.start
    for subject in post.spoken_of:
        near = 2 if subject in here else 1
        for line in post.sheet.lines(subject):
            found += _weighed(line, fact, near, folded, at, post.day)
    # A post of a brand that names none of its subjects may speak of any of them.
    any_subject = post.sheet.brand is not None and fact.kind in _MEASURED
    for line, _ in post.sheet.by_value(fact):
        if line.subject not in post.spoken_of:
            weighed = _weighed(line, fact, 0, folded, at, post.day)
            found += [c for c in weighed if c.evidence or (any_subject and fact.kind != "time")]
    if any_subject and any(not c.near for c in found):
        found += _of_unnamed_subjects(fact, folded, at, post)
    return found


def _outdoes(rival: Candidate, best: Candidate) -> bool:
    """Whether another line is so much likelier that an equal value is no support."""
    if best.evidence:
        return rival.near > best.near and rival.evidence > best.evidence
    return bool(rival.evidence) or (rival.near == 2 and not best.near)


def _of_unnamed_subjects(fact: TypedFact, folded: str, at: int, post: Post) -> list[Candidate]:
    """Lines of the fact's sort whose own words stand in the clause, though nobody is named.

    They rival a line that has no more than the same value.
    """
    found = []
    for line, value in post.sheet.by_kind.get(fact.kind, ())[:_MOST_UNNAMED]:
        if line.subject not in post.spoken_of and not agree(fact, value):
            found += [c for c in _weighed(line, fact, 0, folded, at, post.day) if c.evidence]
    return found


def _weighed(
    line: Fact, fact: TypedFact, near: int, folded: str, at: int, day: date | None
) -> list[Candidate]:
    evidence, distance = line.evidence(folded, at, len(fact.span))
    values = [value for value in line.stated if comparable(fact, value) or agree(fact, value)]
    # Fifty seats are no fifty square metres, unless the words say so.
    if fact.kind == "number" and not evidence and _COUNTING.match(folded, at + len(fact.span)):
        values = [value for value in values if value.kind != "quantity"]
    # Four stars are neither four minutes nor the fourth.
    if line.noun and fact.kind != "number":
        values = [value for value in values if value.kind != "number"]
    values += [replace(fact, bound="") for value in line.stated if day and aged(fact, value, day)]
    values += _bounds_of(line, fact, folded, at)
    if not values:
        return []
    return [Candidate(line, value, near, evidence, distance) for value in values]


def _bounds_of(line: Fact, fact: TypedFact, folded: str, at: int) -> list[TypedFact]:
    """First and last day of a line's validity: "until 31 May" is told by it."""
    if fact.kind != "date" or not _BOUND.search(folded[max(0, at - REACH) : at + REACH]):
        return []
    days = [day for day in (line.valid_from, line.valid_to) if day]
    return [TypedFact("date", str(day), "", str(day), 0) for day in days]


def supporting(fact: TypedFact, candidates: Sequence[Candidate], post: Post) -> Fact | None:
    """The likeliest line that is valid and says the same."""
    agreeing = [
        c for c in candidates
        if agree(fact, c.value)
        and (any(c.line.holds(day) for day in post.days) or c.value not in c.line.stated)
    ]  # fmt: skip
    if not agreeing:
        return None
    best = max(agreeing, key=lambda c: c.rank)
    if best.near == 2:
        return best.line
    # Equal by chance: the clause is about another line, of a subject or with words that it names.
    rivals = [
        c for c in candidates
        if c.rank > best.rank and _outdoes(c, best)
        and c.line.holds(post.day)
        and comparable(fact, c.value) and c.value in c.line.stated
        and not any(agree(told, c.value) for told in post.facts)
    ]  # fmt: skip
    return None if rivals else best.line
