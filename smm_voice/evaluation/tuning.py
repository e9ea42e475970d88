"""The prompted arm at its best: shots and temperature chosen on validation briefs.

The candidate's recipe was chosen on validation posts; a rival that was not would be beaten too
easily. One choice after the other, not a grid: on a CPU each further setting costs minutes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from smm_voice import metrics
from smm_voice.config import GenerationConfig, TuningConfig
from smm_voice.evaluation.axes import failed
from smm_voice.metrics.base import Item, Reference

# What is asked under a decoding, `shots` among it; gives the answers.
Write = Callable[[GenerationConfig], Sequence[Item]]


@dataclass(frozen=True)
class Trial:
    """One setting and what came of it.

    Attributes:
        shots: examples shown.
        temperature: of the decoding.
        closeness: to the brand's voice, on the validation briefs.
        failed: axes on which its posts could not pass for the brand's; the voice is none of them.
    """

    shots: int
    temperature: float
    closeness: float
    failed: tuple[str, ...]


@dataclass(frozen=True)
class Tuned:
    """The setting that was taken, and all that were tried; none where nothing could be."""

    decoding: GenerationConfig
    trials: tuple[Trial, ...] = ()


def tune(
    write: Write, reference: Reference, decoding: GenerationConfig, config: TuningConfig
) -> Tuned:
    """Choose shots at the configured temperature, then the temperature; ties keep what is given.

    The setting whose posts fail the fewest axes, and of these the nearest to the voice: by the
    voice alone a setting wins that says the same empty thing each time.

    Args:
        write: answers the validation briefs under a decoding.
        reference: its human posts answer the same briefs.
        decoding: where the search starts, and what is taken where the voice cannot be measured.
        config: what is tried.
    """
    trials: list[Trial] = []

    def rank(setting: GenerationConfig) -> tuple[int, float] | None:
        scores = metrics.score(write(setting), reference)
        closeness = scores["voice/closeness"].value
        if closeness is None:
            return None
        bad = tuple(sorted(failed(scores) - {"voice"}))
        trials.append(Trial(setting.shots, setting.temperature, closeness, bad))
        return -len(bad), closeness

    best, found = decoding, rank(decoding)
    if found is None:
        return Tuned(decoding)
    steps: list[dict[str, Any]] = [{"shots": value} for value in config.shots]
    steps += [{"temperature": value} for value in config.temperatures]
    for step in steps:
        setting = dataclasses.replace(best, **step)
        tried = any(
            (t.shots, t.temperature) == (setting.shots, setting.temperature) for t in trials
        )
        other = None if tried else rank(setting)
        if other is not None and other > found:
            best, found = setting, other
    return Tuned(best, tuple(trials))
