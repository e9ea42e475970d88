"""Rows of a benchmark's table: what was measured, what level was wanted, whether it was reached."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


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


def lines(rows: Sequence[Row]) -> list[str]:
    """The rows as a Markdown table."""
    listed = ["| what | measured | level wanted | reached |", "|---|---|---|---|"]
    for row in rows:
        shown = "not measured" if row.measured is None else f"{row.measured:.3g}"
        note = f" ({row.note})" if row.note else ""
        listed.append(f"| {row.what} | {shown}{note} | {row.level} | {row.reached} |")
    return listed
