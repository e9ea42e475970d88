"""The one table: what was measured, what level was wanted, and whether it was reached."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from smm_voice.benchmarks.metrics.examine import HUMAN, Examined
from smm_voice.benchmarks.metrics.voices import CHOSEN_ON
from smm_voice.evaluation.axes import AXES

_WORDS = {"failed": "**fails**", "passed": "passes", "not measured": "not measured"}


@dataclass(frozen=True)
class Level:
    """What is wanted of a figure: at least, or at most. Without either it is reported only."""

    least: float | None = None
    most: float | None = None

    def reached(self, value: float | None) -> bool | None:
        """Whether a value reaches it; None where nothing was asked for. No value reaches none."""
        if self.least is None and self.most is None:
            return None
        if value is None or not math.isfinite(value):
            return False
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )

    def __str__(self) -> str:
        """As it stands in the table."""
        listed = [(self.least, "≥"), (self.most, "≤")]
        return ", ".join(f"{sign} {value:g}" for value, sign in listed if value is not None) or "–"


@dataclass(frozen=True)
class Row:
    """A line of the table.

    Attributes:
        what: what was measured, in words.
        values: one a repeat; empty where there is none.
        level: what is wanted.
        figure: its name among the figures; None: in the table only.
        note: beside the value, such as an interval, n, or why there is none.
    """

    what: str
    values: tuple[float, ...]
    level: Level = Level()
    figure: str | None = None
    note: str = ""

    @property
    def measured(self) -> float | None:
        """Median of the finite values."""
        finite = [value for value in self.values if math.isfinite(value)]
        return median(finite) if finite else None

    @property
    def reached(self) -> str:
        """yes, no, or a dash where nothing was asked for or nothing could be measured."""
        found = self.level.reached(self.measured)
        return "–" if found is None else "yes" if found else "**no**"


def figures(rows: Sequence[Row]) -> dict[str, list[float]]:
    """Figure → finite values; a figure without any is left out, never written as 0."""
    found = {}
    for row in rows:
        finite = [float(value) for value in row.values if math.isfinite(value)]
        if row.figure and finite:
            found[row.figure] = finite
    return found


def markdown(rows: Sequence[Row], examined: Sequence[Examined], remarks: Sequence[str] = ()) -> str:
    """All tables, as a Markdown text."""
    lines = ["# Benchmark of the scores", "", "| what | measured | level wanted | reached |",
             "|---|---|---|---|"]  # fmt: skip
    for row in rows:
        shown = "not measured" if row.measured is None else f"{row.measured:.3g}"
        note = f" ({row.note})" if row.note else ""
        lines.append(f"| {row.what} | {shown}{note} | {row.level} | {row.reached} |")
    lines += ["", "## Told from accounts never seen", "", *_voices(examined)]
    tried = [each for each in examined if each.trials]
    if tried:
        lines += ["", "## Adversaries", "", *_adversaries(tried)]
        lines += ["", "## Known groups", "", *_groups(tried)]
    lines += [f"\n{remark}" for remark in remarks]
    return "\n".join(lines) + "\n"


def _voices(examined: Sequence[Examined]) -> list[str]:
    views = list(examined[0].quality)
    head = " | ".join(f"{view}: post | ten | Brier | ECE" for view in views)
    lines = [f"| voice | settings chosen on it | n | {head} |", "|" + "---|" * (3 + 4 * len(views))]
    for each in examined:
        cells = [
            f"{each.quality[view][key]:.3f}" if key in each.quality[view] else "–"
            for view in views
            for key in ("auc_post", "auc_ten", "brier", "ece")
        ]
        chosen = "yes" if each.voice in CHOSEN_ON else "no"
        lines.append(f"| {each.voice} | {chosen} | {each.n} | {' | '.join(cells)} |")
    return lines


def _adversaries(examined: Sequence[Examined]) -> list[str]:
    """Axis × adversary: on how many voices it failed, of those where the axis is measured."""
    writers = [HUMAN, *sorted({w for each in examined for w in each.trials} - {HUMAN})]
    lines = [
        "Failed on so many voices, of those on which the axis is measured; bold where one of "
        "these axes has to fail.", "",
        "| writer | " + " | ".join(AXES) + " | as it must |", "|" + "---|" * (len(AXES) + 2),
    ]  # fmt: skip
    for writer in writers:
        trials = [each.trials[writer] for each in examined if writer in each.trials]
        cells = []
        for axis in AXES:
            outcomes = [trial.axes.get(axis, "not measured") for trial in trials]
            measured = [outcome for outcome in outcomes if outcome != "not measured"]
            cell = f"{measured.count('failed')}/{len(measured)}" if measured else "–"
            cells.append(f"**{cell}**" if axis in trials[0].must_fail else cell)
        right = [trial.right for trial in trials if trial.right is not None]
        lines.append(f"| {writer} | {' | '.join(cells)} | {sum(right)}/{len(right)} |")
    wrong = [
        f"- {each.voice}, {writer}: " + ", ".join(
            f"{axis} {_WORDS[outcome]}" for axis, outcome in trial.axes.items()
        )
        for each in examined
        for writer, trial in each.trials.items()
        if trial.right is False
    ]  # fmt: skip
    if wrong:
        lines += ["", "Not as they must be:", "", *wrong]
    return lines


def _groups(examined: Sequence[Examined]) -> list[str]:
    lines = ["| voice | what | with more and more of it |", "|---|---|---|"]

    def shown(values: Sequence[float | None]) -> str:
        return ", ".join("–" if v is None else f"{v:.2f}" for v in values)

    for each in examined:
        for other, values in each.blends.items():
            lines.append(f"| {each.voice} | style index, posts of {other} | {shown(values)} |")
        for what, values in each.doses.items():
            lines.append(f"| {each.voice} | {what} | {shown(values)} |")
    return lines
