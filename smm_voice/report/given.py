"""What a report can be given beside its evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
        alarms: places of the points that alarmed.
    """

    name: str
    points: Sequence[tuple[str, float]]
    limit: float | None = None
    alarms: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Told:
    """One signal of a look, as it was logged.

    Attributes:
        value: the effect.
        p: by Holm over the look; None where nothing was tested.
        band: what chance alone reaches; None where that is not known.
        alarm: whether it alarmed.
    """

    value: float
    p: float | None = None
    band: float | None = None
    alarm: bool = False


@dataclass(frozen=True)
class Look:
    """One look for drift, as a point of a series.

    Attributes:
        when: ISO 8601.
        run: its id.
        language: of the posts.
        state: alarm, calm or no data.
        signals: by name; what had no value is not among them.
    """

    when: str
    run: str
    language: str
    state: str
    signals: Mapping[str, Told]
