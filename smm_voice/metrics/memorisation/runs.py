"""Runs of words that a text shares with training posts."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from smm_voice.text import tokens

CONTAINMENT_N = 8
_SEED_N = 4
# A run is followed from so many places of each of its seeds, of one post so many, and with so many
# comparisons in all: so the longest is missed only where all its seeds are more common than that.
_MOST_PLACES, _MOST_IN_A_POST = 64, 8
_MOST_STEPS = 1_000_000

Gram = tuple[str, ...]


class Allowed:
    """Phrases that may stand in any post: slogans.

    Args:
        phrases: matched whatever their accents, case and punctuation.
    """

    def __init__(self, phrases: Iterable[str] = ()) -> None:
        self._by_first: dict[str, list[Gram]] = defaultdict(list)
        for phrase in phrases:
            keys = tuple(key for key in map(_key, tokens.tokenise(phrase)) if key)
            if keys:
                self._by_first[keys[0]].append(keys)

    def outside(self, listed: Sequence[str]) -> list[int]:
        """Places of the tokens that stand in no allowed phrase."""
        if not self._by_first:
            return list(range(len(listed)))
        keyed = [(key, place) for place, key in enumerate(map(_key, listed)) if key]
        inside: set[int] = set()
        for at, (first, place) in enumerate(keyed):
            for phrase in self._by_first.get(first, ()):
                if tuple(key for key, _ in keyed[at : at + len(phrase)]) == phrase:
                    inside.update(range(place, keyed[at + len(phrase) - 1][1] + 1))
        return [place for place in range(len(listed)) if place not in inside]


@dataclass(frozen=True)
class Run:
    """Tokens shared with a training post.

    Attributes:
        tokens: as both have them, without allowed phrases.
        whole: the same stretch of the text, allowed phrases inside it included.
        post: number of the training post; None where nothing is shared.
    """

    tokens: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    post: int | None = None


@dataclass
class TrainingIndex:
    """Training posts, prepared for the search of common runs.

    Attributes:
        texts: the posts as they stand.
        allowed: phrases that count in no measure, neither here nor in the texts compared.
        posts: their tokens.
        grams: all 8-grams.
        pairs: all word pairs.
        seeds: 4-gram → (post, place), the first of them.
        shorter: n → all n-grams, for n under 4.
    """

    texts: tuple[str, ...]
    allowed: Allowed = field(default_factory=Allowed)
    posts: list[list[str]] = field(default_factory=list)
    grams: set[Gram] = field(default_factory=set)
    seeds: dict[Gram, list[tuple[int, int]]] = field(default_factory=dict)
    shorter: dict[int, dict[Gram, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, texts: Iterable[str], allowed: Iterable[str] = ()) -> TrainingIndex:
        """Index the texts.

        Args:
            texts: training posts.
            allowed: phrases that may stand in any post.
        """
        index = cls(tuple(texts), Allowed(allowed))
        index.posts = [index.tokens(text) for text in index.texts]
        index.shorter = {n: {} for n in range(1, _SEED_N)}
        seeds: dict[Gram, list[tuple[int, int]]] = defaultdict(list)
        for number, post in enumerate(index.posts):
            for at, gram in enumerate(grams(post, _SEED_N)):
                places = seeds[gram]
                known = len(places)
                crowded = known >= _MOST_IN_A_POST and places[-_MOST_IN_A_POST][0] == number
                if known < _MOST_PLACES and not crowded:
                    places.append((number, at))
            index.grams.update(grams(post, CONTAINMENT_N))
            for n, first in index.shorter.items():
                for gram in grams(post, n):
                    first.setdefault(gram, number)
        index.seeds = dict(seeds)
        return index

    def tokens(self, text: str) -> list[str]:
        """Tokens that count: in lower case, links alike, without allowed phrases."""
        listed = _tokens(text)
        return [listed[place] for place in self.allowed.outside(listed)]

    def containment(self, listed: Sequence[str]) -> float | None:
        """Share of a text's 8-grams that stand in a training post; None if it has none.

        Args:
            listed: from `tokens`.
        """
        own = grams(listed, CONTAINMENT_N)
        return sum(gram in self.grams for gram in own) / len(own) if own else None

    def patchwork(self, listed: Sequence[str]) -> float | None:
        """Share of a text's word pairs that stand in a training post; None under 8 tokens.

        Whoever chains word pairs of the posts at random copies no long run and has all its pairs
        from them: 1.0, where human posts have .4 to .65.

        Args:
            listed: from `tokens`.
        """
        if len(listed) < CONTAINMENT_N:
            return None
        own, known = grams(listed, 2), self.shorter[2]
        return sum(gram in known for gram in own) / len(own)

    def longest_run(self, text: str) -> Run:
        """The longest run of tokens shared with any training post.

        A text of endless repetition is searched so far and no farther: its run is a lower bound.
        """
        everything = _tokens(text)
        kept = self.allowed.outside(everything)
        listed = [everything[place] for place in kept]
        start, length, post = self.longest(listed)
        if post is None:
            return Run()
        end = start + length
        whole = everything[kept[start] : kept[end - 1] + 1]
        return Run(tuple(listed[start:end]), tuple(whole), post)

    def longest(self, listed: Sequence[str]) -> tuple[int, int, int | None]:
        """The longest run's place in `listed`, its length, and the number of the training post.

        Args:
            listed: from `tokens`.
        """
        best: tuple[int, int, int | None] = (0, 0, None)
        reached: dict[tuple[int, int], int] = {}
        steps = 0
        for at, seed in enumerate(grams(listed, _SEED_N)):
            for number, place in self.seeds.get(seed, ()):
                post = self.posts[number]
                line = (number, place - at)
                # A run is followed once along its line, and only where it could be the longest.
                if reached.get(line, -1) > at or len(post) <= best[1]:
                    continue
                first, end = at, at + _SEED_N
                shift = place - at
                while first and first + shift and listed[first - 1] == post[first - 1 + shift]:
                    first -= 1
                while (
                    end < len(listed)
                    and end + shift < len(post)
                    and listed[end] == post[end + shift]
                ):
                    end += 1
                reached[line] = end - _SEED_N + 1
                steps += end - first
                if end - first > best[1]:
                    best = (first, end - first, number)
            if steps > _MOST_STEPS or best[1] == len(listed):
                return best
        for n in range(_SEED_N - 1, 0, -1):
            if best[1]:
                break
            known = self.shorter[n]
            found = ((at, known.get(gram)) for at, gram in enumerate(grams(listed, n)))
            best = next(((at, n, number) for at, number in found if number is not None), best)
        return best


def grams(listed: Sequence[str], n: int) -> list[Gram]:
    """All n-grams, in order."""
    return list(zip(*(listed[place:] for place in range(n)), strict=False))


def _tokens(text: str) -> list[str]:
    return [token.casefold() for token in tokens.tokenise(tokens.with_link_placeholders(text))]


def _key(token: str) -> str:
    """A token without accents, case, `#` and punctuation; empty for punctuation."""
    parts = unicodedata.normalize("NFKD", token.casefold())
    return "".join(character for character in parts if character.isalnum())
