"""The one table: what was measured, what level was wanted, and whether it was reached."""

from __future__ import annotations

from collections.abc import Sequence

from smm_voice.benchmarks import table
from smm_voice.benchmarks.metrics.examine import HUMAN, Examined
from smm_voice.benchmarks.metrics.voices import CHOSEN_ON
from smm_voice.benchmarks.table import Row
from smm_voice.evaluation.axes import AXES

_WORDS = {"failed": "**fails**", "passed": "passes", "not measured": "not measured"}


def markdown(rows: Sequence[Row], examined: Sequence[Examined], remarks: Sequence[str] = ()) -> str:
    """All tables, as a Markdown text."""
    lines = ["# Benchmark of the scores", "", *table.lines(rows)]
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
