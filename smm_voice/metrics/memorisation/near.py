"""Training posts that a text nearly repeats: found by MinHash, measured by common characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from smm_voice.posts import near_duplicates

NEAR = 0.85
# As many rows a band as the dataset's search has. A word in six changed leaves a Jaccard
# similarity of .55 to .6 (a change breaks five 5-grams and more), of which 51 bands find 90 to
# 98 %; unrelated posts of a brand stand at .06.
_ROWS = 5
_LIKELY = 0.4
_MOST_A_BAND = 16
_MOST_COMPARED = 4
_AT_ONCE = 1000
# No post is longer; what is longer is compared by its beginning.
_LONGEST = 20_000


def similarity(a: str, b: str) -> float:
    """2 · LCS(a, b) / (|a| + |b|), LCS the longest common subsequence of characters; 0 to 1.

    The subsequence bit by bit in whole numbers (Hyyrö 2004, "Bit-parallel LCS-length computation
    revisited"): time |a| · |b| / 64.
    """
    a, b = a[:_LONGEST], b[:_LONGEST]
    if not a or not b:
        return 0.0
    places: dict[str, int] = {}
    for at, character in enumerate(a):
        places[character] = places.get(character, 0) | 1 << at
    everything = (1 << len(a)) - 1
    row = everything
    for character in b:
        hit = row & places.get(character, 0)
        row = ((row + hit) | (row - hit)) & everything
    return 2 * (len(a) - row.bit_count()) / (len(a) + len(b))


@dataclass(frozen=True)
class Near:
    """The training post that a text is nearest to, and how near, 0 to 1."""

    post: int
    similarity: float


class NearIndex:
    """Training posts, signed once.

    Args:
        texts: folded as those will be that are looked up (`near_duplicates.folded`).
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = list(texts)
        self._signed = near_duplicates.signatures(self._texts)
        self._bands = []
        for keys in _keys(self._signed):
            order = np.argsort(keys, kind="stable")
            self._bands.append((keys[order], order))

    def nearest(self, texts: Sequence[str]) -> list[Near | None]:
        """For each text a training post at least .85 similar, or None.

        Args:
            texts: folded; time grows with their number.
        """
        found: list[Near | None] = []
        for start in range(0, len(texts), _AT_ONCE):
            found += self._nearest(texts[start : start + _AT_ONCE])
        return found

    def _nearest(self, texts: Sequence[str]) -> list[Near | None]:
        found: list[Near | None] = [None] * len(texts)
        if not self._texts:
            return found
        signed = near_duplicates.signatures(texts)
        asked, known = self._candidates(signed)
        pairs = np.concatenate([signed[asked], self._signed[known]])
        number = np.arange(len(asked))
        likely = near_duplicates.similarity(pairs, number, number + len(asked))
        compared: dict[int, int] = {}
        for pair in np.argsort(-likely, kind="stable"):
            if likely[pair] < _LIKELY:
                break
            text, post = int(asked[pair]), int(known[pair])
            compared[text] = compared.get(text, 0) + 1
            if found[text] is not None or compared[text] > _MOST_COMPARED:
                continue
            near = similarity(texts[text], self._texts[post])
            if near >= NEAR:
                found[text] = Near(post, near)
        return found

    def _candidates(
        self, signed: near_duplicates.Signatures
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Pairs (row of `signed`, training post) that agree in a band, each once."""
        pairs = [np.zeros(0, np.int64)]
        for (keys, order), asked in zip(self._bands, _keys(signed), strict=True):
            first = np.searchsorted(keys, asked, "left")
            last = np.searchsorted(keys, asked, "right")
            for place in range(_MOST_A_BAND):
                rows = np.flatnonzero(first + place < last)
                if not len(rows):
                    break
                pairs.append(rows * len(self._texts) + order[first[rows] + place])
        return np.divmod(np.unique(np.concatenate(pairs)), len(self._texts))


def _keys(signed: near_duplicates.Signatures) -> list[npt.NDArray[np.uint64]]:
    """One number a band and row."""
    bands = []
    for start in range(0, near_duplicates.PERMUTATIONS, _ROWS):
        keys = np.zeros(len(signed), np.uint64)
        for column in range(start, start + _ROWS):
            keys = keys << np.uint64(8) | signed[:, column]
        bands.append(keys)
    return bands
