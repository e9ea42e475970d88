"""One line of a fact sheet, and how it is recognised in a text."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import regex

from smm_voice.text.facts import TypedFact, units
from smm_voice.text.fold import fold, words_of

_TWO_WORDS = regex.compile(r"[ \-]?\w+(?:[ '\-]\w+)?")
# Characters within which a keyword speaks for a name.
_NEAR = 40


@dataclass(frozen=True)
class Fact:
    """One line of the sheet.

    Attributes:
        subject: id of its subject.
        attribute: short name.
        stated: typed facts that state it; several where the value is a list.
        names: folded texts that state it, such as a person's name.
        shown: the line as evidence, for people.
        valid_from: first day it holds; None: always did.
        valid_to: last day it holds; None: still does.
        keywords: folded words which, near a value, show that this attribute is meant.
        noun: what is counted ("seats"), folded; "" for units of measurement and all else.
        capitalised: whether its texts are written with capitals, as names are.
        person: whether the attribute is a part that people have, such as founder.
        whether: whether its value is yes or no.
    """

    subject: str
    attribute: str
    stated: tuple[TypedFact, ...]
    names: tuple[str, ...]
    shown: str
    valid_from: date | None
    valid_to: date | None
    keywords: tuple[str, ...]
    noun: str = ""
    capitalised: bool = False
    person: bool = False
    whether: bool = False

    def holds(self, on: date | None) -> bool:
        """Whether it is valid on a day; without a day, whether it ever is."""
        if on is None:
            return True
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )

    def evidence(self, folded: str, at: int, length: int) -> tuple[int, int]:
        """How many of the keywords stand in a folded clause, and how far the nearest is.

        Args:
            folded: a clause.
            at: offset of a fact in it.
            length: of the fact; its own words count for nothing, but what is counted does.
        """
        count, distance = 0, len(folded)
        for pattern in self._keyword_patterns:
            ways = [
                at - m.end() if m.end() <= at else m.start() - at - length
                for m in pattern.finditer(folded)
                if m.end() <= at or m.start() >= at + length
            ]
            if ways:
                count += 1
                distance = min(distance, *ways)
        return count, distance

    @cached_property
    def opening_days(self) -> bool:
        """Whether it lists days on which something is open or closed."""
        return bool(
            regex.search("open|clos|ouvert|ferm", self.attribute.casefold())
            and any(fact.kind == "weekday" for fact in self.stated)
        )

    @property
    def statements(self) -> tuple[str, ...]:
        """Its texts that are no names: "breakfast is included"."""
        return () if self.capitalised else self.names

    def find_names(self, folded: str) -> list[tuple[int, int]]:
        """Where its names stand in a folded clause."""
        if not self.proper_names or not any(name in folded for name in self.names):
            return []
        return [match.span() for match in self._names_pattern.finditer(folded)]

    def own_keywords_near(self, folded: str, start: int, end: int) -> bool:
        """Whether a keyword stands within a few words of a stretch of a folded clause."""
        around = folded[max(0, start - _NEAR) : start] + " " + folded[end : end + _NEAR]
        return any(pattern.search(around) for pattern in self._keyword_patterns)

    def counts(self, following: str) -> bool:
        """Whether the folded words right behind a number are what this line counts.

        The beginning is enough: "varieties" in a sheet is "variétés" in a French post.
        """
        near = _TWO_WORDS.match(following)
        return bool(near) and any(pattern.search(near.group()) for pattern in self._counted)

    @cached_property
    def _counted(self) -> tuple[regex.Pattern[str], ...]:
        parts = set(words_of(fold(self.attribute)))
        words = (self._noun_stem, *(word for word in self.keywords if word not in parts))
        return tuple(_beginning(word) for word in dict.fromkeys(words) if word)

    @property
    def _noun_stem(self) -> str:
        return self.noun[: max(4, len(self.noun) - 3)]

    @cached_property
    def proper_names(self) -> bool:
        """Whether its texts are names of people, places or things."""
        return bool(self.names) and self.capitalised

    @cached_property
    def _names_pattern(self) -> regex.Pattern[str]:
        return any_of(self.names)

    @cached_property
    def _keyword_patterns(self) -> tuple[regex.Pattern[str], ...]:
        # "Years" beside 15 years shows no more than that they are years.
        words = (word for word in (*self.keywords, self._noun_stem) if word not in units.UNIT_OF)
        return tuple(_beginning(word) for word in dict.fromkeys(words) if word)


@functools.lru_cache(maxsize=65_536)
def _beginning(word: str) -> regex.Pattern[str]:
    """Finds words that begin so; short ones have to be whole, and "head" is not "headlines"."""
    end = r"(?!\w)" if len(word) <= 3 else r"(?!\w{5})"
    return regex.compile(rf"(?<!\w){regex.escape(word)}{end}")


def any_of(words: Sequence[str]) -> regex.Pattern[str]:
    """Finds any of these folded phrases as whole words, a hyphen or a blank between their parts."""
    listed = "|".join(
        r"[\s-]+".join(map(regex.escape, regex.split(r"[\s-]+", each.strip())))
        for each in sorted(words, key=len, reverse=True)
        if each.strip()
    )
    return regex.compile(rf"(?<!\w)(?:{listed or '(?!)'})(?!\w)")


def folded_words(values: Sequence[str]) -> tuple[str, ...]:
    """Each text folded, once."""
    return tuple(dict.fromkeys(fold(value).strip() for value in values))
