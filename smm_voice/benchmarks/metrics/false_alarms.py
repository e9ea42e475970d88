"""A/A: human posts of one brand against human posts of the same brand must not alarm."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from smm_voice import metrics
from smm_voice.evaluation.axes import failed
from smm_voice.metrics.base import Item, Reference
from smm_voice.statistics import paired_difference

_LEVEL = 0.05
_PAIRED_RESAMPLES = 499


@dataclass(frozen=True)
class FalseAlarms:
    """What was found in random halves.

    Attributes:
        rounds: halves scored against each other on all families.
        axes: axis → rounds in which it failed.
        alarmed: rounds in which any did.
        tests: metric → paired tests made.
        significant: metric → tests with p under 5 %.
    """

    rounds: int
    axes: dict[str, int]
    alarmed: int
    tests: dict[str, int]
    significant: dict[str, int]


def of_halves(human: Sequence[Item], reference: Reference, rounds: int, tests: int) -> FalseAlarms:
    """Random halves of the human posts against each other.

    Args:
        human: held-out posts, all of them.
        reference: its own anchor is replaced by one half.
        rounds: halves scored on all families, one the other's anchor.
        tests: halves compared by paired tests on the texts' own values.
    """
    rng = np.random.default_rng(reference.seed)
    by_axis: dict[str, int] = {}
    alarmed = 0
    for _ in range(rounds):
        order = rng.permutation(len(human))
        half = len(human) // 2
        anchored = dataclasses.replace(
            reference, human=tuple(human[i] for i in order[:half]), cache={}
        )
        axes = failed(metrics.score([human[i] for i in order[half:]], anchored))
        alarmed += bool(axes)
        for axis in axes:
            by_axis[axis] = by_axis.get(axis, 0) + 1
    made, significant = _paired(human, reference, tests, rng)
    return FalseAlarms(rounds, by_axis, alarmed, made, significant)


def _paired(
    human: Sequence[Item], reference: Reference, tests: int, rng: np.random.Generator
) -> tuple[dict[str, int], dict[str, int]]:
    made: dict[str, int] = {}
    significant: dict[str, int] = {}
    for name, score in metrics.score(human, reference).items():
        values = np.array([np.nan if v is None else v for v in score.per_item])
        values = values[np.isfinite(values)]
        # A test cannot alarm where all values are alike.
        if len(values) < 20 or np.ptp(values) == 0:
            continue
        half = len(values) // 2
        for _ in range(tests):
            order = rng.permutation(len(values))
            found = paired_difference(
                list(values[order[:half]]), list(values[order[half : 2 * half]]),
                resamples=_PAIRED_RESAMPLES, seed=int(rng.integers(2**31)),
            )  # fmt: skip
            made[name] = made.get(name, 0) + 1
            significant[name] = significant.get(name, 0) + (found.p < _LEVEL)
    return made, significant
