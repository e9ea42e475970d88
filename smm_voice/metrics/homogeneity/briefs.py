"""Answers to one brief and answers to different briefs: how alike are they?

Similarity is the Dice overlap of the sets of tokens, those of the brief left out. Not the style
view, which is blind to a model that says the same with other facts in the same words; not
embeddings, in which answers to one brief are alike because of what the brief asks. With the
brief's own words gone, two good answers to one brief need have no more in common than two of the
brand's posts on different matters, so both ratios have the same scale: the mean similarity of human
posts to different briefs.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from smm_voice.metrics.base import Item, Reference, Score
from smm_voice.metrics.homogeneity import sampling
from smm_voice.metrics.homogeneity.components import declare
from smm_voice.metrics.homogeneity.measures import overlap
from smm_voice.metrics.homogeneity.sets import read

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

METRICS = (
    declare("between_brief_ratio", 1.0,
            "How many words answers to different briefs share, over human posts; above 1 = every "
            "brief gets much the same answer"),
    declare("within_brief_ratio", 1.0,
            "How many words several answers to one brief share, the brief's own left out, over "
            "human posts on different matters; well above 1 = one brief, always one answer"),
)  # fmt: skip
_BETWEEN, _WITHIN = (metric.name for metric in METRICS)
# Answers to one brief that are compared with each other.
_MOST_ANSWERS = 8
_SMOOTHING = 0.01


def answers(items: Sequence[Item]) -> list[list[list[str]]]:
    """Tokens of the answers, brief by brief; an item without a brief is a brief of its own.

    The brief's tokens are left out, and so are texts without tokens.
    """
    grouped: dict[tuple[bool, str | int], list[list[str]]] = {}
    for place, item in enumerate(items):
        asked = set(read(item.brief or ""))
        key = (False, place) if item.brief is None else (True, item.brief)
        for text in (item.text, *item.variants):
            listed = read(text)
            if listed:
                grouped.setdefault(key, []).append([t for t in listed if t not in asked])
    return list(grouped.values())


def score_briefs(items: Sequence[Item], budget: int, reference: Reference) -> dict[str, Score]:
    """Both ratios.

    Args:
        items: the arm's, with their variants.
        budget: tokens of each answer that are looked at.
        reference: gives the human posts.
    """
    rng = np.random.default_rng(reference.seed)
    sides = [answers([side[i] for i in sampling.thin(len(side), rng)])
             for side in (items, reference.human)]  # fmt: skip
    counts = [len(side) for side in sides]
    few = sampling.too_few(counts)
    if few:
        reason = "needs ten different briefs, and as many of the human posts"
        return {metric.name: Score(None, n=counts[0], warnings=(reason,)) for metric in METRICS}
    n = sampling.size(*counts)
    ours, theirs = ([[text[:budget] for text in group] for group in side] for side in sides)
    alike = np.array([_within(group[:_MOST_ANSWERS]) for group in ours if len(group) > 1])
    kept = max(1, min(n, int(0.8 * len(alike))))
    between, within = np.empty(sampling.REPEATS), np.empty(sampling.REPEATS)
    for repeat in range(sampling.REPEATS):
        human = np.log(_between(theirs, n, rng) + _SMOOTHING)
        between[repeat] = np.log(_between(ours, n, rng) + _SMOOTHING) - human
        if len(alike):
            drawn = alike[rng.choice(len(alike), kept, replace=False)]
            within[repeat] = np.log(drawn.mean() + _SMOOTHING) - human
    wider, confidence = sampling.widening(n, *counts), reference.confidence
    scores = {_BETWEEN: sampling.summary(between, n, wider, confidence, logs=True)}
    if not len(alike):
        reason = "no brief has two answers"
        return scores | {_WITHIN: Score(None, n=counts[0], warnings=(reason,))}
    found = sampling.summary(within, kept, wider, confidence, logs=True)
    if kept < sampling.MINIMUM:
        warning = f"only {len(alike)} briefs have two answers: no interval"
        found = dataclasses.replace(found, ci_low=None, ci_high=None, warnings=(warning,))
    return scores | {_WITHIN: found}


def _within(group: Sequence[Sequence[str]]) -> float:
    """Mean similarity of the answers to one brief; answers of nothing but it are alike."""
    found = overlap(token_sets(group), empty=1.0)
    pairs = list(itertools.combinations(range(len(group)), 2))
    return float(np.mean([found[pair] for pair in pairs]))


def _between(side: Sequence[Sequence[Sequence[str]]], n: int, rng: np.random.Generator) -> float:
    """Mean similarity of one answer each to n briefs; answers of nothing but them differ."""
    drawn = rng.choice(len(side), n, replace=False).tolist()
    texts = [side[i][int(rng.integers(len(side[i])))] for i in drawn]
    found = overlap(token_sets(texts), empty=0.0)
    np.fill_diagonal(found, 0)
    return float(found.sum() / (n * (n - 1)))


def token_sets(texts: Sequence[Sequence[str]]) -> csr_matrix:
    """The sets of tokens, shape (texts, tokens), ones and zeros."""
    from scipy.sparse import csr_matrix

    columns: dict[str, int] = {}
    indices: list[int] = []
    starts = [0]
    for text in texts:
        indices += [columns.setdefault(token, len(columns)) for token in dict.fromkeys(text)]
        starts.append(len(indices))
    ones = np.ones(len(indices), dtype=np.float32)
    return csr_matrix((ones, indices, starts), shape=(len(texts), max(1, len(columns))))
