"""Paired differences from the stored values of each brief, and whether they are for the better."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from smm_voice.metrics.base import Score
from smm_voice.metrics.voice.family import anchored_index
from smm_voice.statistics import Difference, detectable, paired_difference


@dataclass(frozen=True)
class Settings:
    """Of every interval and test."""

    confidence: float
    resamples: int
    seed: int


@dataclass(frozen=True)
class Paired:
    """A difference, and what it is worth.

    Attributes:
        difference: first minus second.
        gain: turned so that more is better.
        detectable: smallest gain that is shown with 80 % power, in the metric's unit.
    """

    difference: Difference
    gain: Difference
    detectable: float | None


def values(score: Score) -> np.ndarray:
    """A score's value for each brief, shape (briefs,); nan where it has none."""
    return np.array([np.nan if v is None else v for v in score.per_item], dtype=float)


def paired(
    first: Sequence[float | None],
    second: Sequence[float | None],
    best: str | float,
    settings: Settings,
) -> Paired | None:
    """Over the briefs where both have a value; None where these are fewer than two."""
    both = [(x, y) for x, y in zip(first, second, strict=True) if x is not None and y is not None]
    if len(both) < 2:
        return None
    a, b = (np.array(side, dtype=float) for side in zip(*both, strict=True))
    difference = paired_difference(
        list(a), list(b), settings.confidence, settings.resamples, settings.seed
    )
    spread = _detectable(a - b)
    if best == "higher":
        return Paired(difference, difference, spread)
    if best == "lower":
        return Paired(difference, _negative(difference), spread)
    drawn = _draws(len(a), settings)
    nearer = _off(b[drawn].mean(1), best) - _off(a[drawn].mean(1), best)
    value = float(_off(b.mean(), best) - _off(a.mean(), best))
    return Paired(difference, _of_draws(value, nearer, difference, settings), spread)


def _off(means: np.ndarray, best: str | float) -> np.ndarray:
    """How far means lie off the best value.

    Best at 0 is an excess over the brand's own posts: to copy or to repeat less than they do is no
    fault (`evaluation.axes` has no lower limit for it either).
    """
    away = means - float(best)
    return np.maximum(away, 0) if best == 0 else np.abs(away)


def anchored(
    first: np.ndarray,
    second: np.ndarray,
    human: np.ndarray,
    floor: np.ndarray,
    settings: Settings,
) -> dict[str, Paired]:
    """Style index and closeness of two arms, floor and ceiling drawn again together with them.

    The index does not change when all log-odds are shifted and stretched alike, so the stored
    values of each brief, which are that, give what `metrics.voice.family.differences` gives from
    texts and profile.

    Args:
        first: index of each post of the first arm, shape (briefs,).
        second: of the second arm, in the same order.
        human: of the brand's own posts.
        floor: of other brands' posts.
        settings: draws.
    """
    drawing = (human, floor, True, settings.resamples, settings.seed)
    index_a, draws_a = anchored_index(first, *drawing)
    index_b, draws_b = anchored_index(second, *drawing)
    flips = _flips(first, second, settings)
    index = _of_draws(index_a - index_b, draws_a - draws_b, flips, settings, inverted=False)
    nearer = _of_draws(
        abs(1 - index_b) - abs(1 - index_a),
        np.abs(1 - draws_b) - np.abs(1 - draws_a), flips, settings,
    )  # fmt: skip
    spread = _detectable(first - second)
    return {
        "voice/style_index": Paired(index, nearer, spread),
        # The permutation's p beside the difference, as in an evaluation; claims rest on the gain.
        "voice/closeness": Paired(dataclasses.replace(nearer, p=flips.p), nearer, spread),
    }


def anchored_in_group(
    first: np.ndarray,
    second: np.ndarray,
    human: np.ndarray,
    floor: np.ndarray,
    settings: Settings,
) -> tuple[Paired, tuple[float, float]] | None:
    """Closeness within a group of briefs: 1 is the brand's own posts of this group.

    Args:
        first: index of each post of the group, shape (group,).
        second: of the second arm.
        human: of the brand's own posts of the group.
        floor: of all other brands' posts, which answer no brief, shape (briefs,).
        settings: draws.

    Returns:
        The difference and both levels; None where the group's own posts cannot be told from the
        floor, so that there is no scale.
    """
    rng = np.random.default_rng(settings.seed)
    group = rng.integers(0, len(human), (settings.resamples, len(human)))
    others = rng.integers(0, len(floor), (settings.resamples, len(floor)))
    low = floor[others].mean(1)
    gap = human[group].mean(1) - low
    if human.mean() <= floor.mean() or np.percentile(gap, 2.5) <= 0:
        return None
    here = float(human.mean() - floor.mean())

    def distance(arm: np.ndarray) -> tuple[float, np.ndarray]:
        return (
            abs(1 - float(arm.mean() - floor.mean()) / here),
            np.abs(1 - (arm[group].mean(1) - low) / gap),
        )

    (point_a, draws_a), (point_b, draws_b) = distance(first), distance(second)
    flips = _flips(first, second, settings)
    gain = _of_draws(point_b - point_a, draws_b - draws_a, flips, settings)
    spread = _detectable((first - second) / here)
    return Paired(gain, gain, spread), (1 - point_a, 1 - point_b)


def of_difference(difference: Difference, confidence: float) -> Paired:
    """Of a set's statistic without a value for each brief, lower being better.

    What is detectable is read from the width of the interval, taken as normal.
    """
    spread = None
    if difference.low is not None and difference.high is not None:
        reach = 2 * NormalDist().inv_cdf((1 + confidence) / 2)
        spread = detectable(1) * (difference.high - difference.low) / reach
    return Paired(difference, _negative(difference), spread)


def _flips(a: np.ndarray, b: np.ndarray, settings: Settings) -> Difference:
    return paired_difference(list(a), list(b), resamples=settings.resamples, seed=settings.seed)


def _draws(n: int, settings: Settings) -> np.ndarray:
    """Briefs drawn with replacement, shape (resamples, n)."""
    rng = np.random.default_rng(settings.seed)
    return rng.integers(0, n, (settings.resamples, n))


def _of_draws(
    value: float,
    drawn: np.ndarray,
    flips: Difference,
    settings: Settings,
    inverted: bool = True,
) -> Difference:
    """A difference with the percentiles of its draws.

    A distance can be equal where the arms differ (one past the brand, one short of it), which a
    sign-flip test does not ask. So p is the larger of the test's and that of the interval turned
    around: the level at which it just reaches 0 (Efron and Tibshirani 1993, ch. 15).
    """
    tail = 50 * (1 - settings.confidence)
    low, high = np.percentile(drawn, [tail, 100 - tail])
    p = flips.p
    if inverted:
        beyond = 1 + min(int((drawn <= 0).sum()), int((drawn >= 0).sum()))
        p = max(p, min(1.0, 2 * beyond / (1 + len(drawn))))
    return Difference(value, float(low), float(high), p, flips.n, flips.detectable)


def _negative(d: Difference) -> Difference:
    low = None if d.high is None else -d.high + 0.0
    high = None if d.low is None else -d.low + 0.0
    return dataclasses.replace(d, value=-d.value + 0.0, low=low, high=high)


def _detectable(difference: np.ndarray) -> float | None:
    """2.8 standard errors of a mean difference; None for fewer than two."""
    if len(difference) < 2:
        return None
    return detectable(len(difference)) * float(difference.std(ddof=1))
