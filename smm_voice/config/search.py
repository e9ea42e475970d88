"""Schemas of a search: what is varied, within which bounds, and what is wanted of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from smm_voice.config.commands import TrainConfig
from smm_voice.validation import rule


@dataclass(frozen=True, kw_only=True)
class DimensionConfig:
    """One key that a search varies: between `low` and `high`, or among `choices`.

    `step` is the grid within the bounds, `log` draws evenly over orders of magnitude.
    """

    key: str
    low: float | None = None
    high: float | None = None
    step: float | None = None
    log: bool = False
    choices: list[Any] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class ObjectiveConfig:
    """One thing that is wanted: a metric, and which way it is better.

    `nearest` is nearness to the value that the metric declares as best, such as 1 for a ratio to
    people's posts.
    """

    metric: str
    direction: str = rule(choices=("maximise", "minimise", "nearest"))


@dataclass(frozen=True, kw_only=True)
class SearchConfig:
    """A search: `trials` in all, those of earlier starts among them.

    The first `startup` trials of `tpe` are drawn at random, from then on it learns; of `nsga2` it
    is the size of a generation. A trial whose posts fail one of the axes in `floors` is on no
    front, whatever its objectives.
    """

    trials: int = rule(minimum=1)
    sampler: str = rule("tpe", choices=("tpe", "nsga2", "random"))
    startup: int = rule(8, minimum=2)
    seed: int = rule(0, minimum=0)
    objectives: list[ObjectiveConfig]
    floors: list[str] = rule([], choices=("fluency", "homogeneity", "memorisation", "privacy",
                                          "facts", "coverage", "recall"))  # fmt: skip
    space: list[DimensionConfig]


@dataclass(frozen=True, kw_only=True)
class SearchCommandConfig(TrainConfig):
    """`scripts/search.py`: the training that is varied, and the search.

    `typed` is what was said on the command line but for the search itself; the entry fills it in.
    """

    search: SearchConfig
    typed: list[str] = field(default_factory=list)
