"""Posts that say nearly the same, found by MinHash.

MinHash (Broder 1997) with eight bits a permutation (Li and König 2010), looked up by bands
(locality-sensitive hashing). Work and memory grow with the number of posts: the similarity is
estimated from the signatures, with a standard error of √(J(1−J)/255), at most .031.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from smm_voice.text import tokens

Signatures = npt.NDArray[np.uint8]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_SHINGLE = 5
# Five rows a band keep unrelated posts of one brand (Jaccard .06) out of each other's way even
# among a million; 51 bands find 98 % of the pairs at .6 and practically all from .7.
_BANDS, _ROWS = 51, 5
PERMUTATIONS = _BANDS * _ROWS
# In a bucket of look-alikes each post meets this many of the earliest, so that a million posts
# made from one template stay linear.
_MOST_PIVOTS = 64
_AT_ONCE = 20_000

_random = np.random.default_rng(20261122)
_FACTORS = _random.integers(1, 2**31, PERMUTATIONS, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
_OFFSETS = _random.integers(0, 2**32, PERMUTATIONS, dtype=np.uint32)


def folded(text: str) -> str:
    """What two posts are compared by: without links and case, blanks folded."""
    bare = tokens.URL.sub(" ", text).replace(tokens.LINK, " ")
    return " ".join(bare.casefold().split())


def signatures(texts: Sequence[str]) -> Signatures:
    """MinHash signatures of the character 5-grams of some folded texts: (texts, 255) bytes."""
    padded = [text.ljust(_SHINGLE, "\0") for text in texts]
    if not padded:
        return np.zeros((0, PERMUTATIONS), np.uint8)
    points = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), np.uint32)
    lengths = np.array([len(text) for text in padded])
    ends = np.cumsum(lengths)
    grams = np.zeros(len(points) - _SHINGLE + 1, np.uint32)
    for place in range(_SHINGLE):
        grams = (grams ^ points[place : place + len(grams)]) * np.uint32(0x01000193)
    grams ^= grams >> np.uint32(15)
    grams *= np.uint32(0x2C1B3C6D)
    grams ^= grams >> np.uint32(13)
    # Grams that reach into the next text are none.
    counts = lengths - _SHINGLE + 1
    whole = np.ones(len(grams), bool)
    for place in range(1, _SHINGLE):
        whole[ends[:-1] - place] = False
    grams = grams[whole]
    starts = np.concatenate(([0], np.cumsum(counts)[:-1]))
    found = np.empty((PERMUTATIONS, len(padded)), np.uint8)
    for number in range(PERMUTATIONS):
        hashed = grams * _FACTORS[number]
        hashed += _OFFSETS[number]
        least = np.minimum.reduceat(hashed, starts) * np.uint32(0x9E3779B1)
        found[number] = least >> np.uint32(24)
    return np.ascontiguousarray(found.T)


def similarity(signed: Signatures, left: Indices, right: Indices) -> npt.NDArray[np.float64]:
    """Estimated Jaccard similarity of pairs of rows."""
    equal = np.empty(len(left))
    for start in range(0, len(left), _AT_ONCE):
        at = slice(start, start + _AT_ONCE)
        equal[at] = (signed[left[at]] == signed[right[at]]).mean(axis=1)
    # Two different minima agree in eight bits once in 256 times.
    return (equal - 1 / 256) / (1 - 1 / 256)


def repeats(signed: Signatures, threshold: float) -> Flags:
    """Which rows are at least `threshold` similar to some earlier row."""
    repeated = np.zeros(len(signed), bool)
    for members, starts, sizes in _buckets(signed):
        for pivots, others in _rounds(members, starts, sizes):
            new = ~repeated[others]
            pivots, others = pivots[new], others[new]
            repeated[others[similarity(signed, pivots, others) >= threshold]] = True
    return repeated


def clusters(signed: Signatures, threshold: float) -> Indices:
    """Cluster label of each row: the first row that pairs at least `threshold` similar lead to."""
    parents = np.arange(len(signed))
    for members, starts, sizes in _buckets(signed):
        for pivots, others in _rounds(members, starts, sizes):
            apart = _roots(parents, pivots) != _roots(parents, others)
            pivots, others = pivots[apart], others[apart]
            near = similarity(signed, pivots, others) >= threshold
            _join(parents, pivots[near], others[near])
        parents = _roots(parents, parents)
    return parents


def _roots(parents: Indices, rows: Indices) -> Indices:
    found = parents[rows]
    while len(found) and not np.array_equal(above := parents[found], found):
        found = above
    return found


def _join(parents: Indices, left: Indices, right: Indices) -> None:
    """Union of pairs: of two roots the later is hung below the earlier, so no circle can arise."""
    while len(left):
        roots = np.sort([_roots(parents, left), _roots(parents, right)], axis=0)
        apart = roots[0] != roots[1]
        left, right = left[apart], right[apart]
        np.minimum.at(parents, roots[1][apart], roots[0][apart])


def also_in(signed: Signatures, of: Signatures, threshold: float) -> Flags:
    """Which rows of `signed` are at least `threshold` similar to some row of `of`."""
    both = np.concatenate([of, signed])
    known = np.zeros(len(both), bool)
    for members, starts, sizes in _buckets(both):
        for pivots, others in _rounds(members, starts, sizes):
            across = (pivots < len(of)) & (others >= len(of)) & ~known[others]
            pivots, others = pivots[across], others[across]
            known[others[similarity(both, pivots, others) >= threshold]] = True
    return known[len(of) :]


def _buckets(signed: Signatures) -> Iterator[tuple[Indices, Indices, Indices]]:
    """For each band: row numbers sorted into buckets, the buckets' starts, their sizes.

    Only buckets of two and more; within a bucket the rows stand in order.
    """
    for band in range(_BANDS):
        keys = np.zeros(len(signed), np.uint64)
        for row in range(_ROWS):
            keys = keys << np.uint64(8) | signed[:, band * _ROWS + row]
        members = np.argsort(keys, kind="stable")
        ordered = keys[members]
        starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
        sizes = np.diff(np.append(starts, len(ordered)))
        shared = sizes > 1
        yield members, starts[shared], sizes[shared]


def _rounds(members: Indices, starts: Indices, sizes: Indices) -> Iterator[tuple[Indices, Indices]]:
    """Pairs (earlier, later) to compare: round by round the next of each bucket with the rest."""
    for place in range(_MOST_PIVOTS):
        larger = sizes > place + 1
        if not larger.any():
            return
        starts, sizes = starts[larger], sizes[larger]
        rest = sizes - place - 1
        before = np.repeat(np.cumsum(rest) - rest, rest)
        others = np.repeat(starts + place + 1, rest) + np.arange(rest.sum()) - before
        yield np.repeat(members[starts + place], rest), members[others]
