"""What a page can be given beside, or instead of, an evaluation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from smm_voice.metrics.base import Score


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


@dataclass(frozen=True)
class VersionRow:
    """A registered version, as a page shows it.

    Attributes:
        number: of the version.
        registered: when, ISO 8601.
        aliases: champion, challenger, previous: what it is called now.
        until: the time until which it has learned, ISO 8601; "" where that is not known.
        dataset: fingerprint of what it learned from.
        promoted_at: when it last became the champion, ISO 8601; "" where it never did.
        promoted_by: train, retrain or person.
        rolled_back_at: when it was taken back; "" where it was not.
        rolled_back_reason: why.
        scores: metric → Score, of its own evaluation; empty where there is none.
        address: of its page.
    """

    number: str
    registered: str
    aliases: tuple[str, ...] = ()
    until: str = ""
    dataset: str = ""
    promoted_at: str = ""
    promoted_by: str = ""
    rolled_back_at: str = ""
    rolled_back_reason: str = ""
    scores: Mapping[str, Score] = field(default_factory=dict)
    address: str = ""


@dataclass(frozen=True)
class Check:
    """What the gate asked of a candidate.

    Attributes:
        name: of the check.
        passed: None where it could not be told.
        said: in words.
    """

    name: str
    passed: bool | None
    said: str


@dataclass(frozen=True)
class StartRow:
    """One start of the scheduled job.

    Attributes:
        run: its id.
        when: ISO 8601.
        decision: nothing, proposed, promoted, refused, rolled_back, stopped, failed; "" where it
            goes on, or was killed before it came to one.
        trigger: what started a training; "" where none was started.
        version: number of the candidate; "" where there is none.
        reasons: why, in one text.
        checks: of the gate; empty where it was not asked.
        stages: (stage, what it said, seconds).
        address: of its page.
    """

    run: str
    when: str
    decision: str
    trigger: str = ""
    version: str = ""
    reasons: str = ""
    checks: Sequence[Check] = ()
    stages: Sequence[tuple[str, str, float | None]] = ()
    address: str = ""
