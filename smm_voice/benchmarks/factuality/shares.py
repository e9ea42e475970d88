"""Counts, their shares and Wilson's interval."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from smm_voice.benchmarks.table import Level, Row

_CONFIDENCE = 0.95


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95 % interval (Wilson 1927), as if the cases were independent."""
        if not self.of:
            return None
        from scipy.stats import binomtest

        found = binomtest(self.count, self.of).proportion_ci(_CONFIDENCE, method="wilson")
        return float(found.low), float(found.high)

    def __str__(self) -> str:
        """Counts and interval."""
        if self.interval is None:
            return "0 of 0"
        return f"{self.count} of {self.of}, {self.interval[0]:.3f} to {self.interval[1]:.3f}"

    @property
    def cell(self) -> str:
        """Value, counts and interval, for a cell of a table; a dash of nothing."""
        return f"{self.value:.3f} ({self})" if self.value is not None else "–"


def share(outcomes: Iterable[bool]) -> Share:
    """How many of them hold."""
    listed = list(outcomes)
    return Share(sum(listed), len(listed))


def row(what: str, measured: Share, figure: str, level: Level | None = None, note: str = "") -> Row:
    """A line of the table; no value, and no figure, where nothing was counted."""
    values = () if measured.value is None else (measured.value,)
    said = f"{measured}; {note}" if note else str(measured)
    return Row(what, values, level or Level(), f"factuality/{figure}", said)
