"""Homogeneity drift: whether a brand's models grow more alike from version to version."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from smm_voice.metrics.base import Item, Reference, Score
from smm_voice.metrics.homogeneity.components import ALARM
from smm_voice.metrics.homogeneity.versions import difference, over_versions
from smm_voice.monitoring.signal import Signal

# A chart of fewer has no limits to speak of.
_LEAST_VERSIONS = 8
# Three sigma, by the mean moving range of two: 3 / 1.128 (Montgomery, individuals chart).
_REACH = 3 / 1.128


def signals(versions: Mapping[str, Sequence[Item]], reference: Reference) -> list[Signal]:
    """The newest version against the first and against people.

    Args:
        versions: label → answers to the same briefs, the first champion first.
        reference: the brand's human posts.
    """
    names = ("drift/homogeneity_first", "drift/homogeneity_human")
    if len(versions) < 2:
        reason = f"{len(versions)} versions answered the same briefs: two are compared"
        return [Signal(n, "homogeneity", None, warnings=(reason,), about="model") for n in names]
    first, *_, newest = versions.values()
    found = over_versions(list(versions.values()), reference)[-1]
    apart = difference(newest, first, reference)
    n = (len(reference.human), found.against_human.n)
    return [
        _signal(names[0], found.against_first, None if apart is None else apart.p, n),
        _signal(names[1], found.against_human, _from_interval(found.against_human), n),
    ]


def _signal(name: str, score: Score, p: float | None, n: tuple[int, int]) -> Signal:
    # The limit was set on halves of human posts: see metrics/homogeneity/components.py.
    return Signal(
        name, "homogeneity", score.value, score.ci_low, score.ci_high, p=p, band=ALARM, n=n,
        warnings=score.warnings, about="model",
    )  # fmt: skip


def _from_interval(score: Score) -> float | None:
    """One-sided p of a ratio of 1, its log taken as normal with the interval's width."""
    from scipy.stats import norm

    if score.value is None or score.ci_low is None or score.ci_low >= score.value:
        return None
    error = (math.log(score.value) - math.log(score.ci_low)) / float(norm.ppf(0.975))
    return float(norm.sf(math.log(score.value) / error))


def chart(ratios: Sequence[tuple[str, float]]) -> Signal:
    """`drift/homogeneity_chart`: the newest version's ratio on an individuals control chart.

    The limit is the mean of the versions before it plus three sigma, sigma from their mean moving
    range: a slow rise does not widen it as it would widen a standard deviation.

    The versions may have answered different briefs, as scheduled retrainings do: each ratio has
    people's posts about its own briefs below the line, so what those briefs bring is in both parts.
    Two versions on different briefs are not compared for that (see `signals`): their difference
    would hold the chance of two draws of briefs, which the chart has in its limits.

    Args:
        ratios: (label, `homogeneity/ratio`) of each version, the oldest first, measured alike.
    """
    name = "drift/homogeneity_chart"
    values = np.array([value for _, value in ratios if math.isfinite(value)])
    if len(values) < _LEAST_VERSIONS:
        reason = f"{len(values)} versions were measured: a control chart needs {_LEAST_VERSIONS}"
        return Signal(name, "homogeneity", None, warnings=(reason,), about="model")
    before = values[:-1]
    limit = float(before.mean() + _REACH * np.abs(np.diff(before)).mean())
    return Signal(
        name, "homogeneity", float(values[-1]), band=limit, n=(len(before), 1),
        alarm=bool(values[-1] > limit), about="model",
        examples=tuple(f"{label}: {value:.2f}" for label, value in ratios[-3:]),
    )  # fmt: skip
