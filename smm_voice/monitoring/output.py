"""Output drift: whether the champion still answers as on the day it was promoted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smm_voice.config import MonitorConfig
from smm_voice.metrics.voice import features
from smm_voice.monitoring.permutation import p_value
from smm_voice.monitoring.signal import Signal

# Fewer pairs that differ cannot reach .05 by flipping their signs, whatever they show.
_LEAST_DIFFERING = 6


def signals(
    then: Sequence[str],
    now: Sequence[str],
    language: str,
    people: np.ndarray,
    config: MonitorConfig,
) -> list[Signal]:
    """Share of answers that differ, and how far apart in manner those are that do.

    Args:
        then: answers to fixed briefs and seeds.
        now: answers to the same today.
        language: of both.
        people: readable features of human posts, (posts, features), for the scale.
        config: permutations and examples.

    Raises:
        ValueError: not as many now as then.
    """
    if len(then) != len(now):
        raise ValueError(f"{len(now)} answers now, {len(then)} then: they must be to one another")
    n = (len(then), len(now))
    if not then:
        nothing = ("no answers to the same briefs then and now",)
        return [
            Signal(name, "output", None, n=n, warnings=nothing, about="model")
            for name in ("drift/output_changed", "drift/output_style")
        ]
    differing = [(a, b) for a, b in zip(then, now, strict=True) if a.split() != b.split()]
    shown = tuple(f"{a} → {b}" for a, b in differing[: config.examples])
    warnings: tuple[str, ...] = ()
    if differing:
        warnings = (
            "the same model, briefs and seeds give other texts: weights, software or machine are "
            "not what they were",
        )
    changed = Signal(
        "drift/output_changed", "output", len(differing) / len(then), n=n, examples=shown,
        warnings=warnings, about="model",
    )  # fmt: skip
    return [changed, _style(differing, language, people, config)]


def _style(
    differing: Sequence[tuple[str, str]], language: str, people: np.ndarray, config: MonitorConfig
) -> Signal:
    """Length of the mean difference in readable features, in people's standard deviations.

    Tested by flipping the signs of whole answers, which leaves the distribution as it is where it
    does not matter which answer is today's.
    """
    name, n = "drift/output_style", (len(differing), len(differing))
    if len(differing) < _LEAST_DIFFERING:
        reason = f"{len(differing)} answers differ: {_LEAST_DIFFERING} are needed for a comparison"
        return Signal(name, "output", None, n=n, warnings=(reason,), about="model")
    before, after = (
        np.log1p(features.measure([pair[side] for pair in differing], language)) for side in (0, 1)
    )
    spread = np.log1p(people).std(axis=0)
    # What people never vary in has no scale of its own.
    moved = (after - before) / np.where(spread > 0, spread, 1.0)
    rng = np.random.default_rng(config.seed)
    signs = rng.choice([-1.0, 1.0], (config.permutations, len(moved)))
    value = float(np.linalg.norm(moved.mean(axis=0)) / np.sqrt(moved.shape[1]))
    drawn = np.linalg.norm(signs @ moved / len(moved), axis=1) / np.sqrt(moved.shape[1])
    most = np.argsort(-np.abs(moved.mean(axis=0)), kind="stable")[: config.examples]
    told = tuple(
        f"{features.FEATURES[i].words}: {np.expm1(before[:, i]).mean():.2f} → "
        f"{np.expm1(after[:, i]).mean():.2f}"
        for i in most
        if moved[:, i].any()
    )
    return Signal(
        name, "output", value, p=p_value(value, drawn), band=0.0, n=n, examples=told, about="model"
    )
