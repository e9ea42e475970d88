"""What a report can be given beside its evaluation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Regression:
    """The subject against a rival on the briefs of one group.

    Attributes:
        dimension: what the briefs are grouped by: platform, language, topic, richness.
        group: which of them.
        metric: such as voice/closeness.
        rival: the other arm.
        value: mean of the subject minus the rival.
        low: lower end of the interval; None where there is none.
        high: upper end.
        n: briefs of the group.
        loss: whether the interval shows that the subject is worse.
        logged: the difference's name in MLflow; None where it is not logged.
    """

    dimension: str
    group: str
    metric: str
    rival: str
    value: float
    low: float | None
    high: float | None
    n: int
    loss: bool
    logged: str | None = None


@dataclass(frozen=True)
class DriftSeries:
    """How far something has moved, over time.

    Attributes:
        name: what, as a reader calls it.
        points: (day, value), the earliest first.
        limit: what chance alone reaches; None where that is not known.
    """

    name: str
    points: Sequence[tuple[str, float]]
    limit: float | None = None
