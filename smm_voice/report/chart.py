"""The report's charts: one look for all, as inline SVG."""

from __future__ import annotations

import html
import io
import math
import re
import warnings
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smm_voice.messages import number, say
from smm_voice.metrics.base import Score
from smm_voice.report.given import DriftSeries

if TYPE_CHECKING:
    from collections.abc import Iterator

# Replaced by `currentColor` in the SVG, so that one picture serves light and dark pages.
INK = "#010203"
COLOURS = {
    "human": "#2a9d8f",
    "floor": "#8d99ae",
    "base": "#b08968",
    "prompted": "#d98e1f",
    "candidate": "#d1495b",
    "champion": "#6c6ee0",
}
OTHER = "#7a8793"
# Inches and points: on a page 560 pixels wide 9 points come to 12 pixels.
_WIDTH, _FONT = 5.2, 9
_WIDEST_LABEL = 26
_GID = "metric:"
# What XML cannot hold.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True)
class Row:
    """One line of a chart of intervals.

    Attributes:
        label: as people read it.
        score: value and interval.
        colour: of the line.
        metric: name of the value in MLflow; None: of another run, no number is shown.
    """

    label: str
    score: Score
    colour: str
    metric: str | None = None


def intervals(
    name: str,
    rows: Sequence[Row],
    language: str,
    scale: str,
    anchors: Sequence[float],
    told: str,
    alarm: float | None = None,
) -> str:
    """Values with their intervals, one under the other.

    Args:
        name: unique on the page, a letter or more.
        rows: from top to bottom.
        language: of the numbers.
        scale: what the axis shows.
        anchors: values with a line of their own.
        told: the picture in words, for who does not see it.
        alarm: a value with a dashed line.
    """

    def draw(figure: Any) -> None:
        axis = figure.add_subplot()
        draw_intervals(axis, rows, language, scale, anchors, alarm)

    return picture(name, draw, (_WIDTH, 0.36 * len(rows) + 0.62), told)


def draw_intervals(
    axis: Any,
    rows: Sequence[Row],
    language: str,
    scale: str,
    anchors: Sequence[float],
    alarm: float | None = None,
    ink: str = INK,
) -> None:
    """The same onto a matplotlib axis."""
    for place, row in enumerate(reversed(rows)):
        _interval(axis, place, row, language, ink)
    for anchor in anchors:
        axis.axvline(anchor, color=ink, linewidth=0.8, alpha=0.35, zorder=0)
    if alarm is not None:
        axis.axvline(alarm, color=ink, linewidth=0.9, alpha=0.6, linestyle=(0, (4, 3)), zorder=0)
    axis.set_xlabel(short(scale, 60))
    axis.set_yticks(range(len(rows)), [short(row.label, _WIDEST_LABEL) for row in reversed(rows)])
    axis.set_ylim(-0.6, len(rows) - 0.35)
    axis.margins(x=0.07)
    plain_ticks(axis, language)


def lines(name: str, series: DriftSeries, language: str, told: str) -> str:
    """A value over time, and what chance alone reaches."""

    def draw(figure: Any) -> None:
        axis = figure.add_subplot()
        days = [short(day, 12) for day, _ in series.points]
        axis.plot(range(len(days)), [value for _, value in series.points], "o-",
                  color=COLOURS["candidate"], linewidth=2, markersize=5)  # fmt: skip
        alarms = sorted(series.alarms)
        axis.plot(alarms, [series.points[place][1] for place in alarms], "D", color=INK,
                  markersize=8, fillstyle="none")  # fmt: skip
        if series.limit is not None:
            axis.axhline(series.limit, color=INK, linewidth=0.9, alpha=0.6, linestyle=(0, (4, 3)))
        step = max(1, len(days) // 6)
        axis.set_xticks(range(0, len(days), step), days[::step])
        plain_ticks(axis, language, vertical=True)

    return picture(name, draw, (_WIDTH, 1.9), told)


def short(text: str, most: int) -> str:
    """A name cut to what a picture has room for."""
    text = " ".join(_NO_XML.sub("\ufffd", text).split())
    return text if len(text) <= most else text[: most - 1] + "…"


@contextmanager
def style(ink: str = INK, size: float = _FONT) -> Iterator[None]:
    """Fonts and colours of every chart."""
    from matplotlib import rc_context

    settings = {
        "svg.fonttype": "none", "font.family": "sans-serif", "font.size": size,
        "text.color": ink, "axes.labelcolor": ink, "xtick.color": ink, "ytick.color": ink,
        "axes.edgecolor": ink, "svg.hashsalt": "smm_voice", "text.parse_math": False,
        "axes.spines.top": False, "axes.spines.right": False, "axes.facecolor": "none",
    }  # fmt: skip
    with rc_context(settings), warnings.catch_warnings():
        # The browser has the letters that matplotlib's own font lacks.
        warnings.filterwarnings("ignore", message="Glyph|.*missing from font")
        yield


def picture(name: str, draw: Callable[[Any], None], size: tuple[float, float], told: str) -> str:
    """A picture as an inline SVG element in the colours of its page.

    Args:
        name: unique on the page, a letter or more.
        draw: draws onto a matplotlib figure.
        size: width and height in inches.
        told: the picture in words, for who does not see it.
    """
    from matplotlib.figure import Figure

    with style():
        figure = Figure(figsize=size, layout="constrained")
        draw(figure)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    svg = buffer.getvalue()
    svg = svg[svg.index("<svg") :]
    # Several pictures stand in one page, and each numbers its parts from 1.
    svg = re.sub(r'(\sid="|href="#|url\(#)', rf"\g<1>{name}-", svg)
    svg = re.sub(rf'id="{name}-{_GID}([^"]+)"', r'data-metric="\1"', svg)
    svg = re.sub(r"font: ([\d.]+)px [^;\"]+", r"font: \1px system-ui, sans-serif", svg)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(
        r'width="[\d.]+pt" height="[\d.]+pt"', f'role="img" aria-labelledby="{name}-told"', svg,
        count=1,
    )  # fmt: skip
    title = html.escape(_NO_XML.sub("\ufffd", told))
    svg = svg.replace(">", f'><title id="{name}-told">{title}</title>', 1)
    return svg.replace(INK, "currentColor")


def _interval(axis: Any, place: int, row: Row, language: str, ink: str) -> None:
    score = row.score
    if score.value is None or not math.isfinite(score.value):
        axis.text(
            0.5, place, say("chart-no-value", language), va="center", ha="center", alpha=0.6,
            transform=axis.get_yaxis_transform(),
        )  # fmt: skip
        return
    if score.ci_low is not None and score.ci_high is not None:
        axis.plot(
            [score.ci_low, score.ci_high], [place, place], color=row.colour, linewidth=4,
            solid_capstyle="round", alpha=0.55,
        )  # fmt: skip
    axis.plot([score.value], [place], "o", color=row.colour, markersize=7)
    if row.metric is None:
        return
    shown = axis.annotate(
        number(score.value, language), (score.value, place), textcoords="offset points",
        xytext=(0, 6), ha="center", color=ink,
    )  # fmt: skip
    shown.set_gid(_GID + row.metric)


def plain_ticks(axis: Any, language: str, vertical: bool = False) -> None:
    """Ticks as the language writes numbers, and no more lines than are needed."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    values = axis.yaxis if vertical else axis.xaxis
    values.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))

    def tick(value: float, _: int) -> str:
        return number(value, language, 0 if value == int(value) else 1 if _tenths(value) else 2)

    values.set_major_formatter(FuncFormatter(tick))
    if not vertical:
        axis.spines["left"].set_visible(False)
        axis.tick_params(axis="y", length=0)


def _tenths(value: float) -> bool:
    return abs(value * 10 - round(value * 10)) < 1e-6
