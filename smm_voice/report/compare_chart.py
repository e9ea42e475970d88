"""The picture of a comparison: each gain with its interval, on one scale."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Sequence
from typing import Any

from smm_voice.evaluation.comparison import Row
from smm_voice.report.compare_words import AXIS, TITLES, difference
from smm_voice.statistics import detectable

# Replaced by `currentColor` in the SVG, so that one picture serves light and dark pages.
_INK = "#010203"
_COLOURS = {
    "better": "#2a9d8f", "worse": "#d1495b", "no worse": "#8d99ae", "not shown": "#8d99ae",
}  # fmt: skip


def forest(rows: Sequence[Row]) -> str:
    """Gains of the first arm with intervals, in standard deviations, as an inline SVG element.

    Right of 0 the first arm is better, whatever the metric's direction. The band is what so many
    briefs could not show.
    """
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot as plt

    style = {
        "svg.fonttype": "none", "font.family": "sans-serif", "font.size": 11,
        "text.color": _INK, "axes.labelcolor": _INK, "xtick.color": _INK, "ytick.color": _INK,
        "axes.edgecolor": _INK, "svg.hashsalt": "smm_voice", "text.parse_math": False,
    }  # fmt: skip
    with plt.rc_context(style):
        figure, axis = plt.subplots(figsize=(6.8, 0.52 * len(rows) + 1.0))
        for at, row in enumerate(reversed(rows)):
            _row(axis, at, row)
        axis.axvline(0, color=_INK, linewidth=0.8, alpha=0.5)
        axis.set_yticks(
            range(len(rows)), [TITLES.get(row.metric, row.metric) for row in reversed(rows)]
        )
        reach = max([0.5, *(abs(end) for row in rows for end in _scaled(row))]) * 1.08
        axis.set_xlim(-reach, reach)
        axis.set_ylim(-0.6, len(rows) - 0.3)
        axis.set_xlabel(AXIS)
        axis.spines[["top", "right", "left"]].set_visible(False)
        axis.tick_params(axis="y", length=0)
        figure.tight_layout()
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
        plt.close(figure)
    svg = buffer.getvalue()[buffer.getvalue().index("<svg") :]
    svg = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', 'width="100%"', svg, count=1)
    return svg.replace(_INK, "currentColor")


def _scaled(row: Row) -> tuple[float, ...]:
    """Value, low and high over the standard deviation of the differences; empty without one."""
    unit = (row.detectable or 0.0) / detectable(row.gain.n)
    ends = (row.gain.value, row.gain.low, row.gain.high)
    if not unit or not math.isfinite(unit):
        return ()
    return tuple(end / unit for end in ends if end is not None)


def _row(axis: Any, at: int, row: Row) -> None:
    colour = _COLOURS[row.outcome]
    scaled = _scaled(row)
    band = detectable(row.gain.n)
    axis.fill_betweenx([at - 0.32, at + 0.32], -band, band, color=_INK, alpha=0.07, linewidth=0)
    if len(scaled) == 3:
        axis.plot(scaled[1:], [at, at], color=colour, linewidth=2.5)
    value = scaled[0] if scaled else 0.0
    axis.plot([value], [at], "o", color=colour, markersize=7)
    axis.annotate(
        difference(row), (value, at), textcoords="offset points", xytext=(0, 7), ha="center",
        fontsize=9.5,
    )  # fmt: skip
