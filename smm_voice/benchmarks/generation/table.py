"""Rows from what the writers told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from smm_voice.benchmarks.generation.writers import CACHES
from smm_voice.benchmarks.table import Level, Row

_GIB = 2**30
# How `run.Rival` names the cache that transformers takes by itself.
_USUAL = f"{CACHES[0]} "


@dataclass
class Told:
    """One task's repeats.

    Attributes:
        task: its name.
        rival: the fastest setting of transformers.
        screened: setting → tokens a second, once.
        own: repeats, each with seconds, written and peak_bytes.
        theirs: as `own`, of the fastest setting.
        same: share of answers equal to those of transformers' `generate`, in the same format.
        itself: that share between two of transformers' own settings.
        same_exact: as `same`, in fp32.
        gaps: for each answer that differs in fp32, how far apart the model alone holds the two
            tokens at the first difference, in logits.
    """

    task: str
    rival: str
    screened: dict[str, float]
    own: list[dict[str, Any]] = field(default_factory=list)
    theirs: list[dict[str, Any]] = field(default_factory=list)
    same: float | None = None
    itself: float | None = None
    same_exact: float = 0.0
    gaps: list[float] = field(default_factory=list)


def table(told: Sequence[Told]) -> list[Row]:
    """The rows; the first ratio is over both tasks, as an evaluation has both."""
    both = tuple(
        _rate([each.own[i] for each in told]) / _rate([each.theirs[i] for each in told])
        for i in range(len(told[0].own))
    )
    usual = _usual(told)
    rows = [
        Row("speed over transformers' best, both kinds of prompts", both, Level(least=3),
            "generation/ratio_vs_transformers"),
        Row("speed over its generate with its usual cache, both kinds", usual, Level(least=3),
            "generation/ratio_vs_usual_cache", "its best size, tried once"),
    ]  # fmt: skip
    for each in told:
        rows += _rows(each)
    return rows


def _usual(told: Sequence[Told]) -> tuple[float, ...]:
    """Ratios to `generate` as it is called without more than a batch size."""
    seconds = 0.0
    for each in told:
        speeds = [found for name, found in each.screened.items() if name.startswith(_USUAL)]
        tokens = sum(map(len, each.own[0]["written"]))
        seconds += tokens / max(speeds)
    own = (sum(each.own[i]["seconds"] for each in told) for i in range(len(told[0].own)))
    return tuple(seconds / each for each in own)


def _rows(told: Told) -> list[Row]:
    name, words = told.task, told.task.replace("_", "-")
    own, theirs = ([_rate([each]) for each in side] for side in (told.own, told.theirs))
    ratios = tuple(a / b for a, b in zip(own, theirs, strict=True))
    range_ = f"{min(ratios):.2f} to {max(ratios):.2f}; {told.rival}"
    gap = f"largest gap of the tokens that differ: {max(told.gaps):.2g}" if told.gaps else ""
    rows = [
        Row(f"{words} prompts: speed over transformers' best", ratios, Level(least=3),
            f"generation/ratio_{name}", range_),
        Row(f"{words} prompts: equal greedy answers, fp32", (told.same_exact,), Level(least=1),
            f"generation/equal_fp32_{name}", gap),
        Row(f"{words} prompts: equal greedy answers, format of the run",
            () if told.same is None else (told.same,), Level(), f"generation/equal_{name}"),
        Row(f"{words} prompts: transformers with itself, another setting",
            () if told.itself is None else (told.itself,), Level(),
            f"generation/equal_transformers_itself_{name}"),
    ]  # fmt: skip
    sides = (("smm_voice", own, told.own), ("transformers", theirs, told.theirs))
    for writer, speeds, side in sides:
        peak = max(each["peak_bytes"] for each in side) / _GIB
        rows += [
            Row(f"{words} prompts: new tokens a second, {writer}", tuple(speeds), Level(),
                f"generation/tokens_per_second_{name}_{writer}"),
            Row(f"{words} prompts: peak memory in GiB, {writer}", (peak,), Level(),
                f"generation/peak_gib_{name}_{writer}"),
        ]  # fmt: skip
    return rows


def _rate(told: Sequence[dict[str, Any]]) -> float:
    tokens = sum(len(row) for each in told for row in each["written"])
    return float(tokens / sum(each["seconds"] for each in told))
