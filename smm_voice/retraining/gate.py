"""The gate: whether a candidate may replace the champion. Pure, and able to say no.

All of it has to hold at once, so that no level needs adjusting for the number of checks: a model
that is no better passes by luck no more often than the voice check alone lets it
(intersection-union test, Berger 1982). No worse means: shown to be no worse by more than a margin.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from smm_voice.config import GateConfig
from smm_voice.messages import Message, say

CHAMPION = "champion"
Finding = Literal["shown", "refuted", "unclear", "no data"]
# Axis → the limit on it that moves with the brand: where its posts grow longer, every model that
# learned from the shorter ones takes more bits a byte. Where the champion is past it as well, and
# nothing else on the axis is broken, it is asked as a loss, and lets nobody through who measures
# worse: else each of a row of champions could be a little worse.
_MOVING_LIMITS = {"fluency": "limit-fluency"}
# Axes on which nobody passes unmeasured; the others count where they are measured.
_NEEDED_AXES = ("fluency", "homogeneity", "memorisation")


@dataclass(frozen=True)
class Gain:
    """How much better the candidate is than a rival.

    Attributes:
        value: in the metric's unit, turned so that more is better.
        low: lower end of its interval; None where there is none.
        high: upper end.
        n: briefs that it rests on.
        detectable: smallest gain or loss that so many briefs show with 80 % power; None: unknown.
        constant: whether all briefs gave the same difference, so that the interval is a point and
            says nothing of briefs that were not seen.
    """

    value: float
    low: float | None
    high: float | None
    n: int
    detectable: float | None = None
    constant: bool = False


@dataclass(frozen=True)
class Evidence:
    """What is known of a candidate; see `evidence.gather`.

    Attributes:
        briefs: answered by all.
        closeness: of the candidate to the voice; None where it is INVALID.
        axes: axis → passed, failed or not measured.
        broken: axis → the limits that it is past, as `evaluation.axes` names them.
        champion_broken: the same of the champion, on the same briefs.
        gains: (check, rival) → gain; None where it could not be measured.
        more_alike_than_human: upper end of how many times as alike as human posts its posts are;
            None where that is unknown.
        champion: whether there is a champion to beat.
        identical: whether candidate and champion are the very same, or wrote the very same posts.
    """

    briefs: int
    closeness: float | None
    axes: Mapping[str, str] = field(default_factory=dict)
    broken: Mapping[str, frozenset[str]] = field(default_factory=dict)
    champion_broken: Mapping[str, frozenset[str]] = field(default_factory=dict)
    gains: Mapping[tuple[str, str], Gain | None] = field(default_factory=dict)
    more_alike_than_human: float | None = None
    champion: bool = True
    identical: bool = False


@dataclass(frozen=True)
class Reason:
    """One check and its outcome.

    Attributes:
        check: its name, such as `voice` or `fluency`.
        passed: whether it lets the candidate through.
        finding: shown, refuted (the opposite is shown), unclear (too few briefs) or no data.
        said: for whoever decides.
    """

    check: str
    passed: bool
    finding: Finding
    said: Message


@dataclass(frozen=True)
class Decision:
    """Whether the candidate may replace the champion, with every reason."""

    promote: bool
    reasons: Sequence[Reason]

    @property
    def against(self) -> list[Reason]:
        """The reasons that stand against it."""
        return [reason for reason in self.reasons if not reason.passed]

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """Plain values, with the reasons in words."""
        return {
            "promote": self.promote,
            "reasons": [
                {"check": r.check, "passed": r.passed, "finding": r.finding,
                 "said": say(r.said, language)}
                for r in self.reasons
            ],
        }  # fmt: skip


def decide(evidence: Evidence, config: GateConfig, gain: bool = True) -> Decision:
    """Ask everything; no check is left out because an earlier one failed.

    Args:
        evidence: of the candidate.
        config: thresholds.
        gain: whether it has to be nearer to the voice than the champion, as in the brand's first
            language; in its others it has to be no further from it.
    """
    reasons = [_briefs(evidence, config), _closeness(evidence, config)]
    reasons += [_axis(name, evidence) for name in config.floors]
    gains = evidence.gains
    reasons.append(_better("voice_over_prompted", gains.get(("voice", "prompted")),
                           config.prompted_gain, "prompted"))  # fmt: skip
    if not evidence.champion:
        return _decided([*reasons, *_more_alike_than_human(evidence, config)])
    if evidence.identical:
        said = Message("gate-identical")
        return _decided([*reasons, Reason("voice", False, "refuted", said)])
    if gain:
        nearer = gains.get(("voice", "champion"))
        reasons.append(_better("voice", nearer, config.voice_gain, "champion"))
    for check, margin in _margins(config, gain).items():
        reasons.append(_no_worse(check, gains.get((check, "champion")), margin))
        if check == "homogeneity" and (check, "first") in gains:
            reasons.append(_no_worse("homogeneity_first", gains[check, "first"], margin))
    return _decided([*reasons, *_more_alike_than_human(evidence, config)])


def _margins(config: GateConfig, gain: bool) -> dict[str, float]:
    """Check → margin, of those that are asked; of homogeneity the log of the ratio."""
    named = {name: value for name, value in vars(config.margins).items() if value is not None}
    if gain:
        named.pop("voice", None)
    return {n: math.log(value) if n == "homogeneity" else value for n, value in named.items()}


def _decided(reasons: Sequence[Reason]) -> Decision:
    return Decision(all(reason.passed for reason in reasons), tuple(reasons))


def _briefs(evidence: Evidence, config: GateConfig) -> Reason:
    enough = evidence.briefs >= config.minimum_briefs
    values = {"count": evidence.briefs, "needed": config.minimum_briefs}
    said = Message("gate-briefs" if enough else "gate-too-few-briefs", values)
    return Reason("briefs", enough, "shown" if enough else "no data", said)


def _closeness(evidence: Evidence, config: GateConfig) -> Reason:
    value = evidence.closeness
    if value is None:
        return Reason("closeness", False, "no data", Message("gate-no-voice"))
    near = value >= config.least_closeness
    said = Message(
        "gate-closeness" if near else "gate-too-far",
        {"value": value, "least": config.least_closeness},
    )
    return Reason("closeness", near, "shown" if near else "refuted", said)


def _axis(name: str, evidence: Evidence) -> Reason:
    check, values = f"floor_{name}", {"axis": Message(f"gate-axis-{name}")}
    outcome = evidence.axes.get(name, "not measured")
    if outcome == "passed":
        return Reason(check, True, "shown", Message("gate-axis-passed", values))
    if outcome == "failed":
        if _as_the_champion(name, evidence):
            return Reason(check, True, "unclear", Message("gate-axis-both", values))
        return Reason(check, False, "refuted", Message("gate-axis-failed", values))
    optional = name not in _NEEDED_AXES
    said = Message("gate-axis-optional" if optional else "gate-axis-unknown", values)
    return Reason(check, optional, "no data", said)


def _as_the_champion(name: str, evidence: Evidence) -> bool:
    """Whether it fails an axis only by what moves with the brand, and no more than the champion."""
    ours = evidence.broken.get(name, frozenset())
    theirs = evidence.champion_broken.get(name, frozenset())
    gain = evidence.gains.get((name, CHAMPION))
    moving = {_MOVING_LIMITS.get(name)}
    return ours == moving and ours <= theirs and gain is not None and gain.value >= 0


def _better(check: str, gain: Gain | None, least: float, rival: str) -> Reason:
    """The interval of the gain has to lie above `least`."""
    who = Message(f"gate-rival-{rival}")
    if gain is None or gain.low is None or gain.high is None:
        return Reason(check, False, "no data", Message("gate-voice-no-data", {"rival": who}))
    values = _values(gain) | {"rival": who, "least": least}
    if gain.low > least:
        return Reason(check, True, "shown", Message("gate-voice-nearer", values))
    if gain.high <= least:
        return Reason(check, False, "refuted", Message("gate-voice-no-nearer", values))
    said = _with_power("gate-voice-unclear", values, gain, abs(gain.value - least))
    return Reason(check, False, "unclear", said)


def _no_worse(check: str, gain: Gain | None, margin: float) -> Reason:
    """Non-inferiority: the interval of the loss ends within the margin."""
    name = Message(f"gate-check-{check.replace('_', '-')}")
    if gain is None or gain.low is None or gain.high is None:
        return Reason(check, False, "no data", _without_data(check, name))
    alike = check.startswith("homogeneity")
    kind = "gate-alike-" if alike else "gate-"
    values = (_ratios(gain, margin) if alike else _values(gain) | {"margin": margin}) | {
        "what": name
    }
    # Where no brief differs, three in n may have been missed (Hanley and Lippman-Hand 1983).
    certain = not gain.constant or 3 / gain.n <= margin
    if gain.low >= -margin and certain:
        return Reason(check, True, "shown", Message(f"{kind}no-worse", values))
    if gain.high < -margin:
        return Reason(check, False, "refuted", Message(f"{kind}worse", values))
    if gain.constant and gain.low >= -margin:
        said = Message("gate-constant", values | {"briefs": math.ceil(3 / margin) if margin else 0})
        return Reason(check, False, "unclear", said)
    said = _with_power(f"{kind}unclear", values, gain, gain.value + margin)
    return Reason(check, False, "unclear", said)


def _without_data(check: str, name: Message) -> Message:
    key = f"gate.margins.{check.partition('_')[0]}=null"
    return Message("gate-no-data", {"what": name, "key": key})


def _more_alike_than_human(evidence: Evidence, config: GateConfig) -> list[Reason]:
    check, margin = "homogeneity_human", config.margins.homogeneity
    high = evidence.more_alike_than_human
    if margin is None:
        return []
    if high is None:
        return [Reason(check, False, "no data", Message("gate-alike-unknown"))]
    fine = high <= margin
    said = Message("gate-varied" if fine else "gate-alike", {"high": high, "margin": margin})
    return [Reason(check, fine, "shown" if fine else "unclear", said)]


def _values(gain: Gain) -> dict[str, Any]:
    return {"value": gain.value, "low": gain.low, "high": gain.high, "count": gain.n}


def _ratios(gain: Gain, margin: float) -> dict[str, Any]:
    """Of a gain on the log scale: how many times as alike as before."""
    low, high = (None if end is None else math.exp(-end) for end in (gain.high, gain.low))
    values = {"value": math.exp(-gain.value), "low": low, "high": high, "count": gain.n}
    return values | {"margin": math.exp(margin)}


def _with_power(message: str, values: Mapping[str, Any], gain: Gain, effect: float) -> Message:
    """With the smallest effect that would have been seen, and how many briefs would settle it."""
    if gain.detectable is None:
        return Message(message, {**values, "power": Message("gate-power-unknown")})
    seen = gain.detectable if message != "gate-alike-unclear" else math.expm1(gain.detectable)
    told: dict[str, Any] = {"detectable": seen}
    if effect <= 0:
        # As many briefs as there are in the world would not turn it.
        return Message(message, {**values, "power": Message("gate-power", told)})
    told["briefs"] = math.ceil(gain.n * (gain.detectable / effect) ** 2)
    return Message(message, {**values, "power": Message("gate-power-briefs", told)})
