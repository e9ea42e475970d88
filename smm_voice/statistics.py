"""Intervals, paired differences and power: the statistics that every number here rests on.

The unit is the brief. Functions take per-brief values and a seed and return plain numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

# From this many values on a mean is normal, and BCa's jackknife would take n² steps.
_NORMAL_FROM = 2000
# Variance of a paired standardised difference aside, the z-values of a two-sided 5 % test at
# 80 % power: 1.96 + 0.84.
_DETECTABLE = 2.8


@dataclass(frozen=True)
class Interval:
    """A confidence interval and how it was made: BCa, percentile, normal, constant or none."""

    low: float | None
    high: float | None
    method: str


@dataclass(frozen=True)
class Difference:
    """A paired difference of two arms on the same briefs.

    Attributes:
        value: mean of first minus second.
        low: lower end of the interval.
        high: upper end.
        p: two-sided sign-flip permutation p.
        n: pairs.
        detectable: the smallest standardised difference that n pairs show with 80 % power.
    """

    value: float
    low: float | None
    high: float | None
    p: float
    n: int
    detectable: float


def bootstrap_mean(
    values: Sequence[float], confidence: float = 0.95, resamples: int = 2000, seed: int = 0
) -> Interval:
    """Interval of a mean: BCa (Efron 1987), percentile where BCa degenerates, normal for many."""
    from scipy.stats import bootstrap, norm

    data = np.asarray(values, dtype=float)
    if len(data) < 2:
        return Interval(None, None, "none")
    if np.ptp(data) == 0:
        return Interval(float(data[0]), float(data[0]), "constant")
    if len(data) >= _NORMAL_FROM:
        half = float(norm.ppf((1 + confidence) / 2) * data.std(ddof=1) / np.sqrt(len(data)))
        return Interval(float(data.mean()) - half, float(data.mean()) + half, "normal")
    for method in ("BCa", "percentile"):
        with np.errstate(all="ignore"):
            found = bootstrap(
                (data,), np.mean, confidence_level=confidence, n_resamples=resamples,
                method=method, rng=np.random.default_rng(seed), vectorized=True,
            ).confidence_interval  # fmt: skip
        if np.isfinite(found.low) and np.isfinite(found.high):
            return Interval(float(found.low), float(found.high), method)
    return Interval(None, None, "none")


def bootstrap_jointly(
    statistic: Callable[[np.ndarray], float],
    n: int,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Interval:
    """Percentile interval of any statistic of the briefs drawn.

    Args:
        statistic: takes an array of brief indices, drawn with replacement, and gives a number;
            nan where the draw does not define it.
        n: number of briefs.
        confidence: of the interval.
        resamples: draws.
        seed: of the draws; equal seeds draw the same briefs, so that differences are paired.
    """
    rng = np.random.default_rng(seed)
    drawn = [statistic(rng.integers(0, n, n)) for _ in range(resamples)]
    finite = [value for value in drawn if np.isfinite(value)]
    if n < 2 or len(finite) < 0.95 * resamples:
        return Interval(None, None, "none")
    tail = 100 * (1 - confidence) / 2
    low, high = np.percentile(finite, [tail, 100 - tail])
    return Interval(float(low), float(high), "percentile")


def paired_difference(
    first: Sequence[float],
    second: Sequence[float],
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Difference:
    """Mean difference over the same briefs, its interval and a sign-flip permutation test.

    Raises:
        ValueError: the two are not equally long, or empty.
    """
    from scipy.stats import permutation_test

    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if a.shape != b.shape or not len(a):
        raise ValueError("paired values must be equally many, and at least one")
    difference = a - b
    interval = bootstrap_mean(list(difference), confidence, resamples, seed)
    p = 1.0
    if len(a) > 1 and np.any(difference):
        p = float(
            permutation_test(
                (difference,), np.mean, permutation_type="samples", n_resamples=resamples,
                rng=np.random.default_rng(seed), vectorized=True,
            ).pvalue
        )  # fmt: skip
    return Difference(
        float(difference.mean()), interval.low, interval.high, p, len(a), detectable(len(a))
    )


def auc(positive: np.ndarray, negative: np.ndarray) -> float:
    """Share of pairs in which the positive stands above the negative, ties counted half.

    The area under the ROC curve (Hanley and McNeil 1982), by ranks: quick enough for thousands of
    draws. nan where one side is empty.
    """
    if not len(positive) or not len(negative):
        return float("nan")
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, "left")
    upto = np.searchsorted(ordered, positive, "right")
    return float((below + upto).mean() / (2 * len(negative)))


def holm(p: Sequence[float]) -> list[float]:
    """p-values adjusted for being several (Holm 1979), in their order.

    Those at or under a level reject their hypotheses with that family-wise error rate.
    """
    adjusted = [0.0] * len(p)
    highest = 0.0
    for rank, i in enumerate(sorted(range(len(p)), key=lambda i: p[i])):
        highest = max(highest, min(1.0, (len(p) - rank) * p[i]))
        adjusted[i] = highest
    return adjusted


def non_inferior(difference: Difference, margin: float, higher_is_better: bool = True) -> bool:
    """Whether the first arm is shown to be no worse than the second by more than a margin.

    The bound of the interval on the worse side decides, not p: no proof of a difference is no
    proof of equality. Without an interval nothing is shown.

    Args:
        difference: first minus second.
        margin: the largest loss that is accepted, in the metric's own unit; not negative.
        higher_is_better: direction of the metric.

    Raises:
        ValueError: the margin is negative.
    """
    if margin < 0:
        raise ValueError("a margin of non-inferiority is 0 or more")
    bound = difference.low if higher_is_better else difference.high
    if bound is None:
        return False
    return bound >= -margin if higher_is_better else bound <= margin


def detectable(n: int) -> float:
    """Minimum detectable standardised difference of n pairs: 2.8 / √n."""
    return _DETECTABLE / float(np.sqrt(n))


def subsampling_interval(values: Sequence[float], confidence: float = 0.95) -> Interval:
    """Percentiles over repeated subsamples without replacement.

    For statistics of similarity, where a bootstrap's duplicates would inflate the value.
    """
    finite = [value for value in values if np.isfinite(value)]
    if len(finite) < 2:
        return Interval(None, None, "none")
    tail = 100 * (1 - confidence) / 2
    low, high = np.percentile(finite, [tail, 100 - tail])
    return Interval(float(low), float(high), "subsampling")
