"""The picture of a search: trials against each pair of objectives, with their intervals."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from smm_voice.metrics.base import Score
from smm_voice.report.chart import COLOURS, INK, picture, plain_ticks, short
from smm_voice.report.figures import label
from smm_voice.search.objectives import Objective, Outcome, Tried

_SIZE = (5.2, 3.6)
_LANGUAGE = "en"
# Group of an outcome → colour, size and whether it is filled.
LOOKS: Mapping[str, tuple[str, float, bool]] = {
    "front": (COLOURS["candidate"], 9.0, True),
    "close": (COLOURS["champion"], 6.5, True),
    "beaten": (COLOURS["floor"], 5.5, True),
    "fallen": (COLOURS["floor"], 5.5, False),
}


def pictures(found: Outcome, wanted: Sequence[Objective], people: Mapping[str, Score]) -> list[str]:
    """One inline SVG for each pair of objectives; of a single one its course over the trials."""
    if len(wanted) == 1:
        return [_course(found, wanted[0], people)]
    return [
        _pair(f"pair{place}", found, (across, up), people)
        for place, (across, up) in enumerate(itertools.combinations(wanted, 2))
    ]


def _pair(
    name: str, found: Outcome, axes: tuple[Objective, Objective], people: Mapping[str, Score]
) -> str:
    across, up = axes

    def draw(figure: Any) -> None:
        axis = figure.add_subplot()
        for group, each in _all(found):
            x, y = (each.scores[o.metric] for o in axes)
            _cross(axis, group, each.number, (x.value, y.value), (x, y))
        for objective, line in ((across, axis.axvline), (up, axis.axhline)):
            _people(line, people.get(objective.metric))
        axis.set_xlabel(_axis(across))
        axis.set_ylabel(_axis(up))
        axis.margins(0.08)
        _ticks(axis)

    told = f"{label(up.metric, _LANGUAGE)} against {label(across.metric, _LANGUAGE)}, each trial"
    return picture(name, draw, _SIZE, told)


def _course(found: Outcome, objective: Objective, people: Mapping[str, Score]) -> str:
    def draw(figure: Any) -> None:
        from matplotlib.ticker import MaxNLocator

        axis = figure.add_subplot()
        for group, each in _all(found):
            score = each.scores[objective.metric]
            place = (float(each.number), score.value)
            _cross(axis, group, each.number, place, (None, score))
        _people(axis.axhline, people.get(objective.metric))
        axis.set_xlabel("trial")
        axis.set_ylabel(_axis(objective))
        _ticks(axis)
        axis.xaxis.set_major_locator(MaxNLocator(8, integer=True))

    return picture("course", draw, _SIZE, f"{label(objective.metric, _LANGUAGE)} of each trial")


def _all(found: Outcome) -> list[tuple[str, Tried]]:
    """Every trial with scores, those of the front last and so on top."""
    return [(group, each) for group in reversed(list(LOOKS)) for each in getattr(found, group)]


def _cross(
    axis: Any, group: str, number: int, at: tuple[float | None, float | None],
    scores: tuple[Score | None, Score | None],
) -> None:  # fmt: skip
    """A trial as a point with its number and the intervals of both scores."""
    colour, size, filled = LOOKS[group]
    x, y = at
    if x is None or y is None:
        return
    faint = 0.45 if group == "front" else 0.22
    for place, score in enumerate(scores):
        if score is None or score.ci_low is None or score.ci_high is None:
            continue
        ends = [score.ci_low, score.ci_high]
        line = (ends, [y, y]) if place == 0 else ([x, x], ends)
        axis.plot(*line, color=colour, linewidth=1.6, alpha=faint, solid_capstyle="round")
    axis.plot(
        [x], [y], "o", color=colour, markersize=size, fillstyle="full" if filled else "none",
        markeredgecolor=colour,
    )  # fmt: skip
    axis.annotate(
        str(number), (x, y), textcoords="offset points", xytext=(6, 5), color=INK,
        fontweight="bold" if group == "front" else "normal",
    )  # fmt: skip


def _people(line: Any, score: Score | None) -> None:
    if score is not None and score.value is not None:
        line(score.value, color=COLOURS["human"], linewidth=1.2, linestyle=(0, (4, 3)), zorder=0)


def _axis(objective: Objective) -> str:
    return short(f"{label(objective.metric, _LANGUAGE)} ({objective.words})", 52)


def _ticks(axis: Any) -> None:
    plain_ticks(axis, _LANGUAGE)
    plain_ticks(axis, _LANGUAGE, vertical=True)
    axis.spines["left"].set_visible(True)
    axis.tick_params(axis="y", length=3)
