"""Which lines of sheet and brief may speak of a clause: those that share words or a subject."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence, Set

import regex

from smm_voice.errors import InputError
from smm_voice.metrics.base import Item
from smm_voice.metrics.factuality.knowledge import FactSheet
from smm_voice.text import languages, tokens
from smm_voice.text.fold import fold

_MOST_BRIEF_LINES = 50
_LONGEST_LINE = 600
# A word, or a subject, of more lines than this picks none of them; it also bounds the work.
_MOST_POSTINGS = 500
# Inflected forms mostly share their beginning; a false match costs a place in a ranking.
_STEM = 5

_WORD = regex.compile(r"\d+(?:[.,]\d+)*|[\p{L}\p{M}]+")
_LINKED_SOURCE = regex.compile(r"\s*\([^()]*https?://[^()]*\)\s*$")


class Lines:
    """The sheet's lines by their words, indexed once a sheet."""

    def __init__(self, sheet: FactSheet, language: str) -> None:
        self.sheet = sheet
        try:
            self._common = frozenset(map(fold, languages.function_words(language)))
        except InputError:
            self._common = frozenset()
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._by_subject: dict[str, list[int]] = defaultdict(list)
        for number, fact in enumerate(sheet.facts):
            told = " ".join((without_address(fact.shown), fact.attribute, *fact.keywords))
            for word in self.words(told):
                self._by_word[word].append(number)
            self._by_subject[fact.subject].append(number)

    def words(self, text: str) -> set[str]:
        """Beginnings of the words that carry a topic, and numbers."""
        found = _WORD.findall(fold(tokens.URL.sub(" ", text)).replace("_", " "))
        return {
            word if word[0].isdigit() else word[:_STEM]
            for word in found
            if word[0].isdigit() or (len(word) > 1 and word not in self._common)
        }

    def nearest(
        self, clause: str, subjects: Set[str], named: Set[str], item: Item, most: int
    ) -> tuple[str, ...]:
        """The lines that share most with a clause, of the brief and of those valid on the day.

        Rare words weigh more (inverse document frequency, Spärck Jones 1972). A line whose subject
        the clause names counts whatever else it says; one whose subject only the post names counts
        more than others where it shares a word.

        Args:
            clause: the words.
            subjects: those that the post names, and the brand, which it need not name.
            named: those that the clause names.
            item: gives the brief and the day.
            most: how many lines.
        """
        words = sorted(self.words(clause))
        day = item.when.date() if item.when else None
        facts = self.sheet.facts
        name = self._weight(())
        scores: dict[int, float] = defaultdict(float)
        for word in words:
            postings = self._by_word.get(word, ())
            if len(postings) <= _MOST_POSTINGS:
                weight = self._weight(postings)
                for number in postings:
                    scores[number] += weight
        for number in scores:
            scores[number] += name * (facts[number].subject in subjects)
        for subject in sorted(named):
            for number in self._by_subject.get(subject, ())[:_MOST_POSTINGS]:
                scores[number] += name
        ranked = [
            (-score, number, facts[number].shown)
            for number, score in scores.items()
            if facts[number].holds(day)
        ]
        for number, line in enumerate((item.brief or "").splitlines()[:_MOST_BRIEF_LINES]):
            shared = self.words(line).intersection(words)
            score = sum(self._weight(self._by_word.get(word, ())) for word in sorted(shared))
            if score:
                # Below 0: before a line of the sheet that shares as much.
                ranked.append((-score, number - _MOST_BRIEF_LINES, line[:_LONGEST_LINE].strip()))
        return tuple(dict.fromkeys(shown for *_, shown in sorted(ranked)[:most]))

    def _weight(self, postings: Sequence[int]) -> float:
        return math.log(1 + (len(self.sheet.facts) + 1) / max(1, len(postings)))


def without_address(shown: str) -> str:
    """A line without the address of its source, which says nothing."""
    return _LINKED_SOURCE.sub("", shown) or shown
