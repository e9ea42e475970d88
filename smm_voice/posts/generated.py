"""Which posts are generated texts, as published: links put in, a word changed, hashtags added.

Two steps. A generated text that shares one of a post's rarest word 3-grams is looked at; of these
the one decides that has most of the post's words in the same order. Signatures for
near-duplicates would not do: of a short post with two words changed and three hashtags added half
of the 5-grams of characters are new.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

import regex

from smm_voice.posts.generation_log import Generated
from smm_voice.posts.post import Post
from smm_voice.text import tokens

# Raise it when the same log and posts would match otherwise.
MATCHER_VERSION = "1"
# Share of words in common, in order, from which a post is a generated text. Measured on edited
# answers of a fine-tuned model and on the human posts whose briefs it answered: experiments/LOG.md.
THRESHOLD = 0.7
# Exports that name days without hours, time zones that are not named, clocks that go wrong.
GRACE = timedelta(days=1)
# Under this many words a text must be the same word for word: "Good morning, Earth!" is anybody's.
_SHORT = 6
# A text that another holds nearly whole: of so many words, at least so long against the other.
_CONTAINED_WORDS, _CONTAINED_LENGTH, _CONTAINED = 8, 0.4, 0.8
_GRAM = 3
# Of a post's 3-grams so many, the rarest in the log, are looked up, and of texts that share one so
# many are looked at: briefs that were answered a thousand times cost no more than others.
_RAREST = 12
_MOST_SHARING = 40
# Texts of one post that are looked at closely.
_MOST_LOOKS = 24

_TAKEN_OUT = regex.compile(
    "|".join(
        f"(?:{pattern.pattern})"
        for pattern in (tokens.PLACEHOLDER, tokens.URL, tokens.EMAIL, tokens.EMOJI)
    ),
    regex.IGNORECASE,
)
# Hashtags in a row at either end are added for reach; inside a sentence they are its words.
_EDGE_TAGS = regex.compile(r"^(?:\s*#\w+)+(?=\s|$)|(?:(?<=\s|^)#\w+\s*)+$")
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")


@dataclass(frozen=True)
class Match:
    """A post that is a generated text.

    Attributes:
        text: the generated one.
        similarity: 0 to 1; 1 is word for word.
    """

    text: Generated
    similarity: float


def bare(text: str) -> tuple[str, ...]:
    """The words of a text without what an editor adds: links, emoji, hashtags at the ends."""
    text = _TAKEN_OUT.sub(" ", text).strip()
    without = _EDGE_TAGS.sub(" ", text)
    found = _WORD.findall(without.casefold())
    return tuple(found or _WORD.findall(text.casefold()))


def similarity(first: Sequence[str], second: Sequence[str]) -> float:
    """How much of two texts is the same words in the same order.

    2 · common / (words of both). Where the shorter of two texts of not too different length stands
    in the longer nearly whole, a sentence having been added or cut, its share counts instead,
    lowered by a fifth. `common` is the longest common subsequence, by the algorithm of Hunt and
    Szymanski (1977).
    """
    if not first or not second:
        return 0.0
    return _value(_common(first, second), len(first), len(second))


def _value(common: int, first: int, second: int) -> float:
    whole = 2 * common / (first + second)
    shorter = min(first, second)
    if shorter >= _CONTAINED_WORDS and shorter >= _CONTAINED_LENGTH * max(first, second):
        return max(whole, _CONTAINED * common / shorter)
    return whole


def _common(first: Sequence[str], second: Sequence[str]) -> int:
    places: dict[str, list[int]] = defaultdict(list)
    for place, word in enumerate(second):
        places[word].append(place)
    ends: list[int] = []
    for word in first:
        for place in reversed(places.get(word, ())):
            at = bisect_left(ends, place)
            if at == len(ends):
                ends.append(place)
            else:
                ends[at] = place
    return len(ends)


class Matcher:
    """Looks posts up among generated texts."""

    def __init__(self, texts: Iterable[Generated]) -> None:
        """Index texts; memory grows with their words."""
        self._texts = sorted(texts, key=lambda each: each.time)
        self._words = [bare(each.text) for each in self._texts]
        self._holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._whole: dict[tuple[str, ...], int] = {}
        for number, words in enumerate(self._words):
            self._whole.setdefault(words, number)
            for gram in set(_grams(words)):
                self._holders[gram].append(number)

    def find(self, post: Post) -> Match | None:
        """The generated text that a post is, published when it was there already; None: no one."""
        words = bare(post.text)
        until = post.created_at + GRACE
        same = self._whole.get(words) if words else None
        if same is not None and self._texts[same].time <= until:
            return Match(self._texts[same], 1.0)
        if len(words) < _SHORT:
            return None
        best, found = THRESHOLD, None
        for number in self._candidates(words):
            each = self._texts[number]
            if each.time > until or len(self._words[number]) < _SHORT:
                continue
            value = _alike(words, self._words[number], best)
            if value >= best:
                best, found = value, each
        return Match(found, best) if found else None

    def _candidates(self, words: tuple[str, ...]) -> list[int]:
        """Texts that share the post's rarest 3-grams; a rare one counts for more."""
        known = [gram for gram in set(_grams(words)) if gram in self._holders]
        known.sort(key=lambda gram: (len(self._holders[gram]), gram))
        weights: dict[int, float] = defaultdict(float)
        for gram in known[:_RAREST]:
            holders = self._holders[gram]
            for number in holders[:_MOST_SHARING]:
                weights[number] += 1 / len(holders)
        return sorted(weights, key=lambda number: (-weights[number], number))[:_MOST_LOOKS]


def _alike(post: tuple[str, ...], text: tuple[str, ...], best: float) -> float:
    """Similarity; 0 where the words, in whatever order, show that it cannot reach `best`."""
    shared = sum((Counter(post) & Counter(text)).values())
    return similarity(post, text) if _value(shared, len(post), len(text)) >= best else 0.0


def _grams(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for place in range(len(words) - _GRAM + 1):
        yield words[place : place + _GRAM]
