"""A value over time as a picture of a few square centimetres, for a cell of a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from smm_voice.report.given import Look

_WIDTH, _HEIGHT, _EDGE = 168.0, 44.0, 6.0
# More points than the picture is wide: the newest are shown.
_MOST = 80


def sparkline(looks: Sequence[Look], name: str, told: str) -> Markup:
    """One signal of a series: its line, what is usual (dashed), and the looks that alarmed.

    Args:
        looks: the earliest first.
        name: of the signal.
        told: the picture in words, for who does not see it.

    Returns:
        An inline SVG element; empty where no look has a value.
    """
    points = [(look.when, look.signals[name]) for look in looks if name in look.signals][-_MOST:]
    if not points:
        return Markup("")
    times = [datetime.fromisoformat(when).timestamp() for when, _ in points]
    values = [point.value for _, point in points]
    # A band of 0 is none: whatever is significant counts.
    bands = [point.band or None for _, point in points]
    known = values + [band for band in bands if band is not None]
    low, high = min(known), max(known)
    span = (high - low) or 1.0

    def x(place: int) -> float:
        length = times[-1] - times[0]
        share = (times[place] - times[0]) / length if length else 0.5
        return _EDGE + share * (_WIDTH - 2 * _EDGE)

    def y(value: float) -> float:
        return _HEIGHT - _EDGE - (value - low) / span * (_HEIGHT - 2 * _EDGE)

    line = " ".join(f"{x(i):.1f},{y(value):.1f}" for i, value in enumerate(values))
    usual = [(x(i), y(band)) for i, band in enumerate(bands) if band is not None]
    if usual:
        # To both edges, so that one look has a line as well.
        usual = [(0.0, usual[0][1]), *usual, (_WIDTH, usual[-1][1])]
    dashed = " ".join(f"{a:.1f},{b:.1f}" for a, b in usual)
    dots = Markup("").join(
        Markup('<circle class="{}" cx="{}" cy="{}" r="{}"/>').format(
            "alarm" if point.alarm else "point", f"{x(i):.1f}", f"{y(point.value):.1f}",
            3.6 if point.alarm else 2.6,
        )
        for i, (_, point) in enumerate(points)
        if point.alarm or i == len(points) - 1 or len(points) <= 12
    )  # fmt: skip
    return Markup(
        '<svg class="spark" viewBox="0 0 {} {}" role="img"><title>{}</title>'
        '<polyline class="usual" points="{}"/><polyline class="line" points="{}"/>{}</svg>'
    ).format(_WIDTH, _HEIGHT, told, dashed, line, dots)
