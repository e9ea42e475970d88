"""What sameness is: pure functions of tokens, of ids of patterns and of similarities."""

from __future__ import annotations

import gzip
import math
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from smm_voice.text import tokens

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Tokens of an opener or a closer.
_ENDING = 3


@dataclass(frozen=True)
class Grams:
    """The n-grams of a list of texts as whole numbers; equal n-grams have equal numbers.

    Attributes:
        ids: of all n-grams, text by text; shape (n-grams,).
        owner: index of each one's text; shape (n-grams,).
        texts: how many texts there are.
    """

    ids: np.ndarray
    owner: np.ndarray
    texts: int

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]], n: int, repeats: bool = True) -> Grams:
        """Number the n-grams; no n-gram runs across two texts.

        Args:
            texts: tokens of each text.
            n: tokens of an n-gram.
            repeats: whether an n-gram counts each time that it stands in a text, or once.
        """
        numbers: dict[tuple[str, ...], int] = {}
        ids: list[int] = []
        lengths = []
        for text in texts:
            grams: Iterable[tuple[str, ...]] = zip(
                *(text[i:] for i in range(n)), strict=False
            )  # One shift a place: the shortest ends it.
            before = len(ids)
            ids += [
                numbers.setdefault(gram, len(numbers))
                for gram in (grams if repeats else dict.fromkeys(grams))
            ]
            lengths.append(len(ids) - before)
        owner = np.repeat(np.arange(len(texts)), lengths)
        return cls(np.array(ids, dtype=np.int64), owner, len(texts))

    def of_texts(self, drawn: np.ndarray) -> Grams:
        """Those of the texts drawn, without replacement, numbered in the order of the texts."""
        place = np.full(self.texts, -1)
        place[np.sort(drawn)] = np.arange(len(drawn))
        owner = place[self.owner]
        return Grams(self.ids[owner >= 0], owner[owner >= 0], len(drawn))


def self_repetition(texts: Sequence[Sequence[str]], n: int = 4) -> float:
    """Mean over texts of ln(1 + Σ over its distinct n-grams of (document frequency − 1)).

    Salkar et al. 2022, "Self-Repetition in Abstractive Neural Summarizers". Linear in the tokens.

    Raises:
        ValueError: there is no text.
    """
    return repetition(Grams.of(texts, n, repeats=False))


def repetition(grams: Grams) -> float:
    """`self_repetition` of n-grams that count once a text."""
    if not grams.texts:
        raise ValueError("no texts, no repetition")
    others = np.bincount(grams.ids)[grams.ids] - 1 if len(grams.ids) else grams.ids
    return float(np.log1p(np.bincount(grams.owner, others, grams.texts)).mean())


def distinct(texts: Sequence[Sequence[str]], n: int = 2) -> float:
    """Distinct n-grams over all n-grams (Li et al. 2016, arXiv:1510.03055), texts kept apart."""
    return distinct_share(Grams.of(texts, n))


def distinct_share(grams: Grams) -> float:
    """`distinct` of n-grams that count each time; nan where there are none."""
    if not len(grams.ids):
        return math.nan
    return np.count_nonzero(np.bincount(grams.ids)) / len(grams.ids)


def ngram_diversity(texts: Sequence[Sequence[str]], most: int = 4) -> float:
    """Sum over n = 1 … `most` of distinct-n; n-grams longer than every text count nothing.

    Padmakumar and He 2024, arXiv:2309.05196. Nan where there are no tokens.
    """
    shares = [distinct(texts, n) for n in range(1, most + 1)]
    return math.nan if math.isnan(shares[0]) else float(np.nansum(shares))


def compression(texts: Sequence[Sequence[str]]) -> float:
    """Bytes raw over bytes gzipped, of the joined texts (Shaib et al. 2024, arXiv:2403.00553)."""
    return compressed_share([joined(text) for text in texts])


def joined(text: Sequence[str]) -> bytes:
    """The tokens of a text as bytes, between single spaces."""
    return " ".join(text).encode("utf-8", "surrogatepass")


def compressed_share(texts: Sequence[bytes]) -> float:
    """`compression` of texts as bytes; nan where there are none."""
    raw = b"\n".join(texts)
    return len(raw) / len(gzip.compress(raw, mtime=0)) if raw else math.nan


def vendi(similarities: np.ndarray) -> float:
    """Effective number of different texts: the Vendi score of order 2, 1 / Σλ².

    λ are the eigenvalues of K/n (Friedman and Dieng 2023, arXiv:2210.02410; orders in Pasarkar
    and Dieng 2024, arXiv:2310.12952). Σλ² is the squared Frobenius norm of K/n, so no eigenvalue
    is computed.

    Args:
        similarities: K, shape (n, n), symmetric; its diagonal is taken as 1, so that a text of
            which nothing is known is like itself and no other.

    Returns:
        From 1, all alike, to n, nothing in common; nan for no texts.
    """
    n = len(similarities)
    kernel = np.array(similarities, dtype=float)
    np.fill_diagonal(kernel, 1.0)
    return float(n * n / np.sum(kernel * kernel)) if n else math.nan


def nearest(similarities: np.ndarray) -> np.ndarray:
    """The similarity of each text to the one most like it, shape (n,); nan for a single text.

    Args:
        similarities: shape (n, n); the diagonal is not looked at.
    """
    others = np.array(similarities, dtype=float)
    np.fill_diagonal(others, -np.inf)
    best = others.max(axis=1) if len(others) else np.empty(0)
    return np.where(np.isfinite(best), np.minimum(best, 1), np.nan)


def nearest_neighbours(matrix: np.ndarray, block: int = 2048) -> np.ndarray:
    """`nearest` for whole sets: cosine similarity of each row to the most similar other row.

    Block by block, each pair of blocks once: n² / 2 products, and block² numbers in memory beside
    the matrix.

    Args:
        matrix: rows of unit length, shape (n, dimensions); a row of zeros is like no other.
        block: rows compared at a time.

    Returns:
        Shape (n,), float32; nan where there is no other row.
    """
    rows = np.asarray(matrix, dtype=np.float32)
    best = np.full(len(rows), -np.inf, dtype=np.float32)
    for at in range(0, len(rows), block):
        ours = slice(at, at + block)
        for beside in range(at, len(rows), block):
            theirs = slice(beside, beside + block)
            found = rows[ours] @ rows[theirs].T
            if at == beside:
                np.fill_diagonal(found, -np.inf)
            else:
                np.maximum(best[theirs], found.max(axis=0), out=best[theirs])
            np.maximum(best[ours], found.max(axis=1), out=best[ours])
    return np.where(np.isfinite(best), np.minimum(best, np.float32(1)), np.float32(np.nan))


def endings(text: Sequence[str], first: bool) -> tuple[str, ...]:
    """The opener or closer of a text: its first or last three tokens, links left out.

    Links are left out since nearly every post of some brands ends with one. Texts of links only
    all begin and end alike, with nothing.
    """
    kept = [token for token in text if token != tokens.LINK and token.strip()]
    return tuple(kept[:_ENDING] if first else kept[-_ENDING:])


def numbered(patterns: Sequence[Hashable]) -> np.ndarray:
    """Equal patterns as equal whole numbers from 0; shape (patterns,)."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(p, len(numbers)) for p in patterns], dtype=np.int64)


def entropy(patterns: np.ndarray) -> float:
    """Shannon entropy in nats of the frequencies of numbered patterns; nan where there are none."""
    if not len(patterns):
        return math.nan
    counts = np.bincount(patterns)
    shares = counts[counts > 0] / len(patterns)
    return abs(float(np.sum(shares * np.log(shares))))


def template_rate(openers: np.ndarray, closers: np.ndarray, most: int = 3) -> float:
    """Share of texts that use one of the commonest openers or one of the commonest closers.

    The `most` commonest of each count, if two texts at least share them. Of those equally common
    the first to appear among all texts counts.

    Args:
        openers: numbered patterns; shape (texts,).
        closers: the same of the ends.
        most: how many openers, and how many closers.
    """
    if not len(openers):
        return math.nan
    used = np.zeros(len(openers), dtype=bool)
    for patterns in (openers, closers):
        counts = np.bincount(patterns)
        top = [p for p in np.argsort(-counts, kind="stable")[:most] if counts[p] >= 2]
        used |= np.isin(patterns, top)
    return float(used.mean())


def overlap(sets: csr_matrix, empty: float) -> np.ndarray:
    """Dice similarity 2 |A ∩ B| / (|A| + |B|) of each pair of sets, shape (n, n).

    Args:
        sets: ones where the row's set has the column's member, shape (n, members).
        empty: the similarity of two empty sets.
    """
    sizes = np.asarray(sets.sum(axis=1)).ravel()
    both = np.asarray((sets @ sets.T).todense(), dtype=float)
    total = sizes[:, None] + sizes[None, :]
    return np.where(total > 0, 2 * both / np.maximum(total, 1), empty)
