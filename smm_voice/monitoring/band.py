"""What an account reaches without any shift: the A/A band."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from smm_voice.monitoring.windows import LEAST_PAIRS

# The guess counts as so many pairs of the account's own.
_GUESS = 4
# Posts on the newer side for which the guesses stand, and how they shrink with more.
_GUESSED_AT, _SHRINKING = 120, 1 / 3
# Standard deviations from the median, robustly told, beyond which a pair is drawn in: a shift of
# the past is no part of what is normal.
_OUTLYING = 2.5
# Of the median absolute deviation of a normal distribution to its standard deviation.
_NORMAL = 1.4826


@dataclass(frozen=True)
class Scale:
    """Where a statistic is roughly normal, and how it spreads there from look to look.

    Attributes:
        to: the statistic → that scale.
        back: the reverse.
        spread: standard deviation over adjacent windows, 120 posts against 240; a guess that an
            account's own pairs correct.
    """

    to: Callable[[float], float]
    back: Callable[[float], float]
    spread: float


def limit(past: Sequence[float], scale: Scale, newer: int, level: float) -> float | None:
    """The value that a further pair of adjacent windows exceeds with probability `level`.

    A one-sided prediction bound of the normal distribution. The variance of a handful of pairs is
    itself uncertain: it is moderated by a guess (Smyth 2004), and Student's t pays for the rest.

    Args:
        past: the statistic of adjacent older windows, of the same sizes.
        scale: of the statistic.
        newer: posts on the newer side of each.
        level: of this signal alone.

    Returns:
        None with fewer than four pairs.
    """
    from scipy.stats import t

    values = np.array([scale.to(value) for value in past if math.isfinite(value)])
    n = len(values)
    if n < LEAST_PAIRS:
        return None
    guess = scale.spread * (_GUESSED_AT / newer) ** _SHRINKING
    middle = float(np.median(values))
    robust = max(_NORMAL * float(np.median(np.abs(values - middle))), guess / 2)
    values = np.clip(values, middle - _OUTLYING * robust, middle + _OUTLYING * robust)
    freedom = n - 1 + _GUESS
    variance = ((n - 1) * values.var(ddof=1) + _GUESS * guess**2) / freedom
    reach = float(t.ppf(1 - level, freedom)) * math.sqrt(variance * (1 + 1 / n))
    return scale.back(float(values.mean()) + reach)


def _logit(value: float) -> float:
    inside = min(max(value, 1e-4), 1 - 1e-4)
    return math.log(inside / (1 - inside))


def _expit(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def _root(value: float) -> float:
    return math.copysign(math.sqrt(abs(value)), value)


def _square(value: float) -> float:
    return math.copysign(value * value, value)


def share(spread: float) -> Scale:
    """Of a share or an AUC: log-odds."""
    return Scale(_logit, _expit, spread)


def distance(spread: float) -> Scale:
    """Of a squared distance: its root, with its sign."""
    return Scale(_root, _square, spread)


def plain(spread: float) -> Scale:
    """As it is."""
    return Scale(float, float, spread)
