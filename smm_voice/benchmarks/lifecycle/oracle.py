"""What the time after a decision says of it: posts that neither candidate nor champion has seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from smm_voice.benchmarks.lifecycle.job import Month
from smm_voice.evaluation import paired
from smm_voice.evaluation.paired import Settings
from smm_voice.evaluation.run import Evaluation

INDEX, CLOSENESS = "voice/style_index", "voice/closeness"
# Shown beside them: a voice that is bought with any of these is no gain.
BESIDE = ("fluency/bits_per_byte_ratio", "homogeneity/ratio", "factuality/unsupported_rate",
          "factuality/brief_recall", "memorisation/copy_excess")  # fmt: skip

Ruling = Literal["right", "wrong", "cannot be told"]
Alarm = Literal["true", "false", "missed", "quiet"]


@dataclass(frozen=True)
class Policies:
    """Which version would be in use after a month: by never retraining, by the job, by always."""

    never: str | None
    job: str | None
    always: str | None


@dataclass(frozen=True)
class Judged:
    """A month seen from the one after it.

    Attributes:
        end: of the month, ISO 8601.
        briefs: posts of the time after it that all versions were asked for.
        versions: arm → metric → value; `prompted` and `base` beside the versions' numbers.
        policies: which version each policy has in use.
        gain: of the candidate in closeness over the champion of that moment; None where there was
            no candidate or no champion.
        interval: of the gain.
        gained: of the job over never, and over always, with intervals; None where they are one.
    """

    end: str
    briefs: int
    versions: dict[str, dict[str, float | None]]
    policies: dict[str, str | None]
    gain: float | None = None
    interval: tuple[float, float] | None = None
    gained: dict[str, tuple[float, float, float] | None] = field(default_factory=dict)


def asked(month: Month, policies: Policies) -> tuple[str, list[str]] | None:
    """The version in question and those beside it; None where there is none yet."""
    candidate = month.version if month.decision in ("promoted", "refused", "rolled_back") else None
    listed = [candidate, month.before, policies.job, policies.never, policies.always]
    versions = list(dict.fromkeys(each for each in listed if each))
    return (versions[0], versions[1:]) if versions else None


def judged(month: Month, policies: Policies, evaluation: Evaluation, subject: str) -> Judged:
    """Read an evaluation on later posts.

    Args:
        month: what the job did.
        policies: versions in use after it.
        evaluation: with the versions of `asked`.
        subject: the version that is the evaluation's candidate.
    """
    arm_of = {arm.removeprefix("v"): arm for arm in evaluation.arms if arm[1:].isdigit()}
    arm_of[subject] = evaluation.subject
    gain = None
    candidate = month.version if month.decision != "nothing" else None
    if candidate and month.before and candidate != month.before:
        gain = gained(evaluation, arm_of.get(candidate), arm_of.get(month.before))
    between: dict[str, tuple[float, float, float] | None] = {}
    for name, other in (("never", policies.never), ("always", policies.always)):
        same = other == policies.job or not other or not policies.job
        between[name] = None if same else gained(
            evaluation, arm_of.get(policies.job or ""), arm_of.get(other or "")
        )  # fmt: skip
    names = {**arm_of, "prompted": "prompted", "base": "base", "human": "human"}
    return Judged(
        end=month.end,
        briefs=len(evaluation.texts[evaluation.subject]),
        versions={
            name: {
                metric: score.value
                for metric in (CLOSENESS, INDEX, *BESIDE)
                if (score := evaluation.arms[arm].get(metric)) is not None
            }
            for name, arm in names.items()
            if arm in evaluation.arms
        },
        policies=dict(vars(policies)),
        gain=gain[0] if gain else None,
        interval=gain[1:] if gain else None,
        gained=between,
    )


def gained(
    evaluation: Evaluation, ours: str | None, theirs: str | None
) -> tuple[float, float, float] | None:
    """Gain in closeness of an arm over another, with its interval; None where it has none."""
    if ours not in evaluation.arms or theirs not in evaluation.arms:
        return None
    settings = Settings(0.95, int(evaluation.provenance.get("resamples") or 2000), 0)
    scores = [evaluation.arms[arm][INDEX] for arm in (ours, theirs, "human", "floor") if arm]
    if any(score.value is None or not score.per_item for score in scores):
        return None
    a, b, human, floor = (paired.values(score) for score in scores)
    found = paired.anchored(a, b, human, floor, settings)[CLOSENESS].gain
    if found.low is None or found.high is None:
        return None
    return found.value, found.low, found.high


def ruling(decision: str, interval: tuple[float, float] | None) -> Ruling | None:
    """Whether later posts bear a decision out; None where there is nothing to rule on.

    To promote is right where the candidate is nearer on them, to refuse where it is farther; an
    interval that holds 0 rules neither.
    """
    if interval is None or decision not in ("promoted", "refused"):
        return None
    low, high = interval
    if low <= 0 <= high:
        return "cannot be told"
    return "right" if (low > 0) == (decision == "promoted") else "wrong"


def alarm(month: Month, change: datetime | None, originals_after: int, least: int) -> Alarm | None:
    """Whether an alarm, or its absence, is right; None where nobody looked.

    A look can see the change where it lies between its oldest and its newest post; with fewer than
    `least` posts after the change, nobody is blamed for not seeing it.

    Args:
        month: with the look.
        change: when the account changed.
        originals_after: posts after the change, at the time of the look.
        least: as many recent posts as monitoring asks for.
    """
    if month.alarms is None or month.looked is None:
        return None
    first, last = (datetime.fromisoformat(each) for each in month.looked)
    spans = change is not None and first < change <= last
    if month.alarms:
        return "true" if spans else "false"
    return "missed" if spans and originals_after >= least else "quiet"


def policies_after(months: Sequence[Month]) -> Policies:
    """Versions in use after the last of these months."""
    first = next((month.champion for month in months if month.champion), None)
    made = [m.version for m in months if m.decision in ("promoted", "refused", "rolled_back")]
    return Policies(first, months[-1].champion, made[-1] if made and first else first)


def from_json(values: Mapping[str, Any]) -> Judged:
    """The reverse of `dataclasses.asdict`, through JSON."""
    interval = values["interval"]
    return Judged(
        **{
            **values,
            "interval": tuple(interval) if interval else None,
            "gained": {k: tuple(v) if v else None for k, v in values["gained"].items()},
        }
    )
