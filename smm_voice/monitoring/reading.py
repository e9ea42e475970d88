"""Posts as the comparisons look at them, each view made once a look."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from smm_voice.metrics.base import Embed
from smm_voice.metrics.voice import features
from smm_voice.metrics.voice.classifier import vectorizer
from smm_voice.metrics.voice.views import distort
from smm_voice.posts import near_duplicates
from smm_voice.text import tokens

# Posts that are so alike are one post twice, as in conf/dataset. At less, an account that writes by
# a pattern would be one group, and leave nothing to exchange.
_ALIKE = 0.85
# What the embedding of a post and its manner are cut to: a longer text is known by its beginning.
_MOST_CHARACTERS = 20_000


@dataclass(frozen=True)
class Reading:
    """Posts, read.

    Attributes:
        texts: as they stand.
        style: rows of unit length, n-grams of the style view, sparse, (posts, n-grams).
        counted: the readable features, (posts, features).
        topics: sentence embeddings, (posts, dimensions).
        groups: near-duplicates have one number.
        words: the words of each, folded.
    """

    texts: Sequence[str]
    style: Any
    counted: np.ndarray
    topics: np.ndarray
    groups: np.ndarray
    words: Sequence[frozenset[str]]


def read(texts: Sequence[str], language: str, embed: Embed) -> Reading:
    """Read posts: views, features, embeddings, near-duplicates, words."""
    cut = [text[:_MOST_CHARACTERS] for text in texts]
    distorted = np.array([distort(text, language) for text in cut], dtype=object)
    signed = near_duplicates.signatures([near_duplicates.folded(text) for text in cut])
    return Reading(
        tuple(texts),
        vectorizer("ngrams", len(cut)).fit_transform(distorted),
        features.measure(cut, language),
        np.asarray(embed(cut), dtype=float),
        near_duplicates.clusters(signed, _ALIKE),
        [word_set(text) for text in cut],
    )


def word_set(text: str) -> frozenset[str]:
    """The words of a text, folded, each once."""
    return frozenset(tokens.words(text))
