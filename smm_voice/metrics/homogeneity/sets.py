"""A set of texts made ready for measuring many subsamples of it."""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from smm_voice.metrics.base import Reference
from smm_voice.metrics.homogeneity import measures
from smm_voice.metrics.homogeneity.measures import Grams
from smm_voice.metrics.voice.views import distort
from smm_voice.text import tokens

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Training posts that say how rare a pattern of the style view is: fewer say nothing, more no more.
_LEAST_TRAINING, _MOST_TRAINING = 50, 1000


def read(text: str) -> list[str]:
    """The tokens of a text, folded, every link as `[link]`: an invented address is no variety."""
    return [t.casefold() for t in tokens.tokenise(tokens.with_link_placeholders(text))]


def beginning(text: str, budget: int) -> str:
    """The text up to the end of its `budget`-th token, links as `[link]`."""
    plain = tokens.with_link_placeholders(text)
    end = 0
    for token in tokens.tokenise(plain)[:budget]:
        end = plain.index(token, end) + len(token)
    return plain[:end]


def with_words(texts: Sequence[str]) -> tuple[str, ...]:
    """Those that have a token."""
    return tuple(text for text in texts if tokens.tokenise(text))


def common_budget(*sides: Sequence[str]) -> int:
    """The smallest of the sides' median lengths, in tokens, at least 1.

    Cutting posts looks like diversity, so all are cut alike.
    """
    return max(1, min(int(np.median([len(read(text)) for text in side])) for side in sides))


@dataclass(frozen=True)
class TextSet:
    """Texts, cut to a common budget, and what the measures look at, each made on first use.

    Attributes:
        texts: as they stand.
            Similarities of all pairs are kept: 1,000 texts at most, 4 MB.
        budget: tokens that are looked at; the closers alone look past it.
        reference: gives language, embeddings and the training posts behind the style view.
    """

    texts: tuple[str, ...]
    budget: int
    reference: Reference

    @functools.cached_property
    def whole(self) -> list[list[str]]:
        """Tokens of each text."""
        return [read(text) for text in self.texts]

    @functools.cached_property
    def cut(self) -> list[list[str]]:
        """Tokens of each text within the budget."""
        return [text[: self.budget] for text in self.whole]

    @functools.cached_property
    def beginnings(self) -> list[str]:
        """Each text within the budget."""
        return [beginning(text, self.budget) for text in self.texts]

    @functools.cached_property
    def grams(self) -> dict[int, Grams]:
        """All n-grams, n = 1 to 4."""
        return {n: Grams.of(self.cut, n) for n in range(1, 5)}

    @functools.cached_property
    def phrases(self) -> Grams:
        """4-grams, once a text; shorter ones where the budget holds no four tokens."""
        return Grams.of(self.cut, min(4, self.budget), repeats=False)

    @functools.cached_property
    def joined(self) -> list[bytes]:
        """Each text as bytes."""
        return [measures.joined(text) for text in self.cut]

    @functools.cached_property
    def openers(self) -> np.ndarray:
        """Numbered openers."""
        return measures.numbered([measures.endings(text, first=True) for text in self.whole])

    @functools.cached_property
    def closers(self) -> np.ndarray:
        """Numbered closers."""
        return measures.numbered([measures.endings(text, first=False) for text in self.whole])

    @functools.cached_property
    def manner(self) -> np.ndarray:
        """Cosine similarity of the style views' TF-IDF, shape (texts, texts)."""
        views = [view(text, self.reference.language) for text in self.beginnings]
        rows = weigh(views, rarity(self.reference))
        return (rows @ rows.T).toarray().astype(np.float32)

    @functools.cached_property
    def topics(self) -> np.ndarray:
        """Cosine similarity of the embeddings, shape (texts, texts)."""
        return self.vectors @ self.vectors.T

    @functools.cached_property
    def vectors(self) -> np.ndarray:
        """Sentence embeddings, shape (texts, dimensions + 1).

        The last place is 1 where nothing was left to embed, so that posts of nothing but links
        are all alike, and like no other.

        Raises:
            ValueError: the reference has no encoder.
        """
        embed = self.reference.embed
        if embed is None:
            raise ValueError("embeddings need an encoder")
        known: dict[str, np.ndarray] = self.reference.remember("homogeneity/embedded", dict)
        new = sorted({text for text in self.beginnings if text not in known})
        if new:
            known.update(zip(new, embed(new), strict=True))
        rows = np.array([known[text] for text in self.beginnings], dtype=np.float32)
        nothing = 1 - np.any(rows, axis=1, keepdims=True).astype(np.float32)
        return np.hstack([rows, nothing])


# Weight of each pattern of the style view, and of one never seen.
Weights = tuple[Mapping[str, float], float]


def rarity(reference: Reference) -> Weights:
    """Weights from the training posts.

    From the texts that are compared, a set's own stock phrases would count for little, and the
    side that the weights come from would look more alike. Without training posts every pattern
    weighs 1.
    """

    def count() -> Weights:
        texts = reference.training
        if len(texts) < _LEAST_TRAINING:
            return {}, 1.0
        texts = texts[:: math.ceil(len(texts) / _MOST_TRAINING)]
        return inverse_frequency([view(text, reference.language) for text in texts])

    return reference.remember("homogeneity/rarity", count)


def inverse_frequency(views: Sequence[Sequence[str]]) -> Weights:
    """Log of the inverse document frequency, smoothed as if one more text held every pattern."""
    seen = Counter(pattern for each in views for pattern in set(patterns(each)))
    top = 1 + len(views)
    weights = {pattern: math.log(top / (1 + n)) + 1 for pattern, n in seen.items()}
    return weights, math.log(top) + 1


def view(text: str, language: str) -> list[str]:
    """The style view as tokens."""
    return distort(text, language).split(" ")


def patterns(listed: Sequence[str]) -> list[str]:
    """The 1- to 3-grams of a style view."""
    return [" ".join(listed[i : i + n]) for n in (1, 2, 3) for i in range(len(listed) - n + 1)]


def weigh(views: Sequence[Sequence[str]], weights: Weights) -> csr_matrix:
    """TF-IDF of 1- to 3-grams with logarithmic counts, rows of unit length."""
    from scipy.sparse import csr_matrix

    known, new = weights
    columns: dict[str, int] = {}
    data: list[float] = []
    indices: list[int] = []
    starts = [0]
    for each in views:
        counted = Counter(patterns(each))
        row = [(1 + math.log(n)) * known.get(pattern, new) for pattern, n in counted.items()]
        length = math.sqrt(sum(value * value for value in row)) or 1.0
        data += [value / length for value in row]
        indices += [columns.setdefault(pattern, len(columns)) for pattern in counted]
        starts.append(len(indices))
    return csr_matrix((data, indices, starts), shape=(len(views), max(1, len(columns))))
