"""Clusters of posts that say nearly the same, by MinHash (Broder 1997)."""

from __future__ import annotations

from collections.abc import Sequence

from smm_voice.text import tokens

_PERMUTATIONS = 128
_SHINGLE = 5


def shingles(text: str) -> set[str]:
    """Character 5-grams of the text without links and case, blanks folded."""
    bare = tokens.with_link_placeholders(text).replace(tokens.LINK, " ")
    bare = " ".join(bare.casefold().split())
    return {bare[i : i + _SHINGLE] for i in range(max(1, len(bare) - _SHINGLE + 1))}


def jaccard(left: set[str], right: set[str]) -> float:
    """Size of the intersection over size of the union."""
    return len(left & right) / len(left | right) if left or right else 1.0


def similar_pairs(texts: Sequence[str], threshold: float) -> list[tuple[int, int, float]]:
    """Index pairs (earlier, later) with their exact Jaccard similarity, from `threshold` up.

    Candidates come from locality-sensitive hashing, so the work grows with the number of similar
    posts and not with the square of all posts; each candidate is then compared exactly.
    """
    from datasketch import MinHash, MinHashLSH

    sets = [shingles(text) for text in texts]
    # Searched a little below the threshold: MinHash estimates, and the exact check decides.
    index = MinHashLSH(threshold=max(0.1, threshold - 0.1), num_perm=_PERMUTATIONS)
    encoded = ([gram.encode("utf-8", "surrogatepass") for gram in grams] for grams in sets)
    pairs = []
    for number, sketch in enumerate(MinHash.generator(encoded, num_perm=_PERMUTATIONS, seed=1)):
        for other in index.query(sketch):
            similarity = jaccard(sets[other], sets[number])
            if similarity >= threshold:
                pairs.append((int(other), number, similarity))
        index.insert(number, sketch)
    return sorted(pairs)


def clusters(count: int, pairs: Sequence[tuple[int, int, float]]) -> list[int]:
    """Cluster label of each of `count` items: the lowest index that pairs connect it to."""
    parent = list(range(count))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for left, right, _ in pairs:
        low, high = sorted((root(left), root(right)))
        parent[high] = low
    return [root(item) for item in range(count)]
