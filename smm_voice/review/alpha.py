"""Krippendorff's alpha: how far raters agree beyond chance, whatever answers are missing.

K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011); Content Analysis (2004), ch. 11.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

METRICS = ("nominal", "ordinal")


def krippendorff(
    units: Sequence[Sequence[int]], values: int, metric: str = "nominal"
) -> float | None:
    """Alpha = 1 − D_o / D_e; 1 is full agreement, 0 what chance would give.

    Args:
        units: for each unit the values it was given, 0 to `values` − 1, one a rater who judged
            it; units with fewer than two say nothing and may stand in the list.
        values: number of values there are, in their order.
        metric: `nominal`, or `ordinal` where the values are ranks.

    Returns:
        None where no two raters judged the same unit, or all answers are one value: then nothing
        could have disagreed.
    """
    return of_coincidences(coincidences(units, values).sum(axis=0), metric)


def coincidences(units: Sequence[Sequence[int]], values: int) -> np.ndarray:
    """A matrix a unit, shape (units, values, values), whose sum is the coincidence matrix.

    Every ordered pair of answers of different raters counts 1 / (answers − 1).
    """
    found = np.zeros((max(len(units), 1), values, values))
    for at, given in enumerate(units):
        if len(given) < 2:
            continue
        counts = np.bincount(np.asarray(given, dtype=int), minlength=values).astype(float)
        found[at] = (np.outer(counts, counts) - np.diag(counts)) / (len(given) - 1)
    return found


def of_coincidences(matrix: np.ndarray, metric: str) -> float | None:
    """Alpha of a coincidence matrix."""
    totals = matrix.sum(axis=1)
    n = totals.sum()
    if n < 2:
        return None
    apart = _squared_distances(totals, metric)
    expected = float((np.outer(totals, totals) * apart).sum() / (n - 1))
    if expected <= 0:
        return None
    return 1 - float((matrix * apart).sum()) / expected


def _squared_distances(totals: np.ndarray, metric: str) -> np.ndarray:
    """δ² of each pair of values."""
    size = len(totals)
    if metric == "nominal":
        return 1 - np.eye(size)
    if metric != "ordinal":
        raise ValueError(f"a metric is one of {', '.join(METRICS)}")
    # The answers that lie between two ranks, half of those at either end.
    upto = np.cumsum(totals) - totals / 2
    return np.subtract.outer(upto, upto) ** 2
