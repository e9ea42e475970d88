"""The prompted arm at its best: shots and temperature chosen on validation briefs.

The candidate's recipe was chosen on validation posts; a rival that was not would be beaten too
easily. One choice after the other, not a grid: on a CPU each further setting costs minutes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from smm_voice.config import GenerationConfig, TuningConfig
from smm_voice.metrics.base import Reference

# What is asked under a decoding, `shots` among it; gives the texts.
Write = Callable[[GenerationConfig], Sequence[str]]


@dataclass(frozen=True)
class Trial:
    """One setting and how near its posts came to the brand."""

    shots: int
    temperature: float
    closeness: float


@dataclass(frozen=True)
class Tuned:
    """The setting that was taken, and all that were tried; none where nothing could be."""

    decoding: GenerationConfig
    trials: tuple[Trial, ...] = ()


def tune(
    write: Write,
    human: Sequence[str],
    reference: Reference,
    decoding: GenerationConfig,
    config: TuningConfig,
) -> Tuned:
    """Choose shots at the configured temperature, then the temperature; ties keep what is given.

    Args:
        write: answers the validation briefs under a decoding.
        human: the brand's own posts to these briefs.
        reference: its floor and profile anchor the index; its briefs are other ones.
        decoding: where the search starts, and what is taken where the voice cannot be measured.
        config: what is tried.
    """
    anchors = _anchors(human, reference)
    if anchors is None:
        return Tuned(decoding)
    trials: list[Trial] = []

    def closeness(setting: GenerationConfig) -> float:
        level = _level(write(setting), reference)
        index = (level - anchors[0]) / (anchors[1] - anchors[0])
        trials.append(Trial(setting.shots, setting.temperature, 1 - abs(1 - index)))
        return trials[-1].closeness

    best, found = decoding, closeness(decoding)
    steps: list[dict[str, Any]] = [{"shots": value} for value in config.shots]
    steps += [{"temperature": value} for value in config.temperatures]
    for step in steps:
        setting = dataclasses.replace(best, **step)
        tried = any(
            (t.shots, t.temperature) == (setting.shots, setting.temperature) for t in trials
        )
        if not tried and (other := closeness(setting)) > found:
            best, found = setting, other
    return Tuned(best, tuple(trials))


def _anchors(human: Sequence[str], reference: Reference) -> tuple[float, float] | None:
    """Mean log-odds of other brands and of the brand; None where they cannot be told apart."""
    floor = [item.text for item in reference.floor]
    if not human or not floor or reference.profile.classifier is None:
        return None
    low, high = _level(floor, reference), _level(human, reference)
    return (low, high) if high > low else None


def _level(texts: Sequence[str], reference: Reference) -> float:
    """Mean log-odds that the texts are the brand's."""
    profile = reference.profile
    return float(np.mean(profile.logits(profile.read(texts), "stack")))
