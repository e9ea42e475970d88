"""What is wanted of a trial, what came of it, and which trials no other beats. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from smm_voice import metrics
from smm_voice.config import SearchConfig
from smm_voice.metrics.base import Score
from smm_voice.validation import nearest

NEAREST = "nearest"
_DIRECTIONS = {"higher": "maximise", "lower": "minimise"}
# A picture shows each pair of them, and beyond four nearly every trial is on the front.
_MOST = 4


@dataclass(frozen=True)
class Objective:
    """One thing that is wanted.

    Attributes:
        metric: its name.
        direction: maximise, minimise, or nearest.
        target: the value that is wanted; None where there is none.
    """

    metric: str
    direction: str
    target: float | None = None

    @property
    def words(self) -> str:
        """Which way it is better, for a person."""
        if self.target is not None:
            return f"nearest {self.target:g}"
        return "higher is better" if self.direction == "maximise" else "lower is better"

    def value(self, score: Score) -> float | None:
        """What is optimised: the score, or its distance from the target."""
        if score.value is None or self.target is None:
            return score.value
        return abs(score.value - self.target)

    def goodness(self, score: Score) -> float | None:
        """The same turned so that more is better."""
        value = self.value(score)
        return value if value is None or self.direction == "maximise" else -value

    def range(self, score: Score) -> tuple[float, float] | None:
        """Where the goodness may lie, by the score's interval; None without one."""
        if score.ci_low is None or score.ci_high is None:
            return None
        low, high = score.ci_low, score.ci_high
        if self.target is not None:
            ends = sorted((abs(low - self.target), abs(high - self.target)))
            return -ends[1], 0.0 if low <= self.target <= high else -ends[0]
        return (low, high) if self.direction == "maximise" else (-high, -low)


@dataclass(frozen=True)
class Tried:
    """A trial that has ended.

    Attributes:
        number: from 0.
        values: key → value.
        scores: metric → Score, of the objectives; empty where it failed.
        fallen: axes of `search.floors` that its posts fail.
        failure: why it failed; None where it did not.
        seconds: from its first start, without the time between two starts.
        run: its MLflow run; empty where it has none.
        same_as: the trial that had the same values, whose scores these are; None: its own.
    """

    number: int
    values: Mapping[str, Any]
    scores: Mapping[str, Score]
    fallen: tuple[str, ...] = ()
    failure: str | None = None
    seconds: float = 0.0
    run: str = ""
    same_as: int | None = None


def faults(search: SearchConfig) -> list[str]:
    """Everything that is wrong with the declared objectives."""
    errors: list[str] = []
    given = [each for each in search.objectives if each is not None]
    if not 1 <= len(given) <= _MOST:
        errors.append(f"search.objectives must name 1 to {_MOST} metrics, names {len(given)}")
    for place, each in enumerate(given):
        here = f"search.objectives[{place}]"
        metric = metrics.METRICS.get(each.metric)
        if metric is None:
            hint = nearest(str(each.metric), metrics.METRICS)
            errors.append(f"{here}: there is no metric {each.metric!r}{hint}")
            continue
        right = _DIRECTIONS.get(str(metric.best), NEAREST)
        if each.direction == right or each.direction not in (*_DIRECTIONS.values(), NEAREST):
            continue
        best = metric.best if isinstance(metric.best, str) else f"{metric.best:g}"
        past = "; past it lies caricature" if each.metric.startswith("voice/") else ""
        wanted = f"{best} is better" if isinstance(metric.best, str) else f"{best} is best{past}"
        errors.append(f"{here}: of {each.metric} {wanted}: say direction: {right}")
    names = [each.metric for each in given]
    errors += [f"search.objectives names {name!r} twice" for name in dict.fromkeys(names)
               if names.count(name) > 1]  # fmt: skip
    return errors


def objectives(search: SearchConfig) -> list[Objective]:
    """The objectives of a valid configuration."""
    found = []
    for each in search.objectives:
        best = metrics.METRICS[each.metric].best
        target = float(best) if each.direction == NEAREST else None
        found.append(Objective(each.metric, each.direction, target))
    return found


def front(points: Sequence[Sequence[float]]) -> list[int]:
    """Places of the points that no other dominates, in order.

    A point dominates another that it is worse than in nothing and better than in something. Equal
    points do not dominate each other.

    Args:
        points: shape (points, objectives), more is better.
    """
    return [
        place
        for place, point in enumerate(points)
        if not any(dominates(other, point) for other in points)
    ]


def dominates(first: Sequence[float], second: Sequence[float]) -> bool:
    """Whether the first is worse in nothing and better in something; more is better."""
    pairs = list(zip(first, second, strict=True))
    return all(a >= b for a, b in pairs) and any(a > b for a, b in pairs)


@dataclass(frozen=True)
class Judging:
    """What the trials of a search are judged by.

    Attributes:
        briefs: how many validation briefs.
        shared: how many of their posts early stopping looks at as well.
        stopping: how many posts early stopping looks at.
        people: the brand's own posts to the same briefs: metric → Score.
        confidence: of every interval.
        floors: axes on which a trial must not fail.
    """

    briefs: int
    shared: int
    stopping: int
    people: Mapping[str, Score]
    confidence: float
    floors: Sequence[str] = ()


@dataclass(frozen=True)
class Outcome:
    """Which trials stand out.

    Attributes:
        front: trials that no other beats.
        close: trials that are beaten, but by nothing that their intervals show: another draw of
            posts could put them on the front.
        beaten: trials of which some interval shows that they are worse than one of the front.
        fallen: trials that fail an axis of the floors.
        failed: trials without scores.
        floors_left_out: every trial fails an axis, so the front is that of all of them.
    """

    front: tuple[Tried, ...]
    close: tuple[Tried, ...]
    beaten: tuple[Tried, ...]
    fallen: tuple[Tried, ...]
    failed: tuple[Tried, ...]
    floors_left_out: bool = False


def outcome(tried: Sequence[Tried], wanted: Sequence[Objective]) -> Outcome:
    """Sort the trials; one that repeats another's values stands for nothing of its own."""
    failed = tuple(each for each in tried if each.failure is not None)
    scored = [each for each in tried if each.failure is None and each.same_as is None]
    fallen = tuple(each for each in scored if each.fallen)
    standing = [each for each in scored if not each.fallen]
    left_out = not standing and bool(scored)
    if left_out:
        standing, fallen = scored, ()
    points = [_point(each, wanted) for each in standing]
    places = front(points)
    best = [standing[place] for place in places]
    rest = [each for place, each in enumerate(standing) if place not in places]
    close = [each for each in rest if not any(_shown(one, each, wanted) for one in best)]
    return Outcome(
        tuple(best), tuple(close), tuple(each for each in rest if each not in close), fallen,
        failed, left_out,
    )  # fmt: skip


def _point(tried: Tried, wanted: Sequence[Objective]) -> list[float]:
    return [_goodness(tried, each) for each in wanted]


def _goodness(tried: Tried, objective: Objective) -> float:
    found = objective.goodness(tried.scores[objective.metric])
    if found is None:
        raise ValueError(f"trial {tried.number} has no {objective.metric}, and is not failed")
    return found


def _shown(first: Tried, second: Tried, wanted: Sequence[Objective]) -> bool:
    """Whether the first beats the second, and some pair of intervals lies apart."""
    if not dominates(_point(first, wanted), _point(second, wanted)):
        return False
    for each in wanted:
        ours, theirs = each.range(first.scores[each.metric]), each.range(second.scores[each.metric])
        if ours and theirs and ours[0] > theirs[1]:
            return True
    return False
