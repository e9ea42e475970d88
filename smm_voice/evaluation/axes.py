"""The axes on which a set of texts passes for the brand's own or does not, and why.

One table of limits: the verdict, the explanation of a score and the panel of adversaries all ask
it. Each limit lies where held-out human posts of the sample brands pass (benchmarks/metrics).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from smm_voice.messages import Measured, Message, say
from smm_voice.messages.notes import noted
from smm_voice.metrics.base import Score
from smm_voice.metrics.homogeneity.components import ALARM

Outcome = Literal["passed", "failed", "not measured"]


@dataclass(frozen=True)
class Axis:
    """One question about a set of texts.

    Attributes:
        name: of the axis.
        outcome: passed, failed, or not measured: INVALID or no data; nobody passes on that.
        said: the answers for a person who decides; several where several limits are broken.
    """

    name: str
    outcome: Outcome
    said: tuple[Message, ...]

    @property
    def words(self) -> str:
        """The answer in English."""
        return "; ".join(say(each, "en") for each in self.said)


@dataclass(frozen=True)
class _Limit:
    """Where a metric fails an axis.

    `least` and `most` bound the value; where `surely`, the interval must lie past the human level
    (`level`) as well, so that a handful of texts alarms nobody. `message` takes the value.
    """

    metric: str
    message: str
    least: float = float("-inf")
    most: float = float("inf")
    surely: bool = False
    level: float = 0.0


_LIMITS: dict[str, tuple[_Limit, ...]] = {
    "voice": (_Limit("voice/closeness", "limit-voice", 0.7),),
    "likeness": (
        _Limit("voice/human_likeness_auc", "limit-likeness", most=0.9, surely=True, level=0.5),
    ),
    "fluency": (
        _Limit("fluency/bits_per_byte_ratio", "limit-predictable", 0.75),
        _Limit("fluency/bits_per_byte_ratio", "limit-fluency", most=1.1, surely=True, level=1.0),
        _Limit("fluency/bits_per_byte_spread", "limit-spread", 0.5, 2.0),
        _Limit("fluency/nonword_excess", "limit-nonwords", most=0.03),
        _Limit("fluency/repeated_ngrams", "limit-repeats", most=0.02, surely=True),
        _Limit("fluency/prompt_leak_rate", "limit-leaks", most=0.02),
        _Limit("fluency/wrong_language_rate", "limit-language", most=0.1),
    ),
    "homogeneity": (
        _Limit("homogeneity/ratio", "limit-homogeneity", most=ALARM, surely=True, level=1.0),
    ),
    "memorisation": (
        _Limit("memorisation/copy_excess", "limit-copies", most=0.05, surely=True),
        _Limit("memorisation/near_duplicate_excess", "limit-near-duplicates", most=0.05,
               surely=True),
        _Limit("memorisation/patchwork_excess", "limit-patchwork", most=0.15, surely=True),
    ),
    "privacy": (
        _Limit("memorisation/personal_data_excess", "limit-privacy", most=0.05, surely=True),
    ),
    "facts": (_Limit("factuality/contradiction_rate", "limit-facts", most=0.02, surely=True),),
    "coverage": (_Limit("factuality/coverage", "limit-coverage", 0.1),),
    "recall": (_Limit("factuality/brief_recall", "limit-recall", 0.5),),
}  # fmt: skip
AXES = tuple(_LIMITS)
# Said where the whole interval lies past the human level and the value short of the limit.
_ALMOST = ("homogeneity", "facts", "memorisation")


def axes(scores: Mapping[str, Score]) -> dict[str, Axis]:
    """Axis → its outcome.

    Fluency passes only with a judge: unknown words alone prove no language.

    Args:
        scores: metric → Score of one set of texts.
    """
    return {name: _axis(name, scores) for name in _LIMITS}


def outcomes(scores: Mapping[str, Score]) -> dict[str, Outcome]:
    """Axis → whether a set of texts can pass for the brand's own on it."""
    return {name: axis.outcome for name, axis in axes(scores).items()}


def failed(scores: Mapping[str, Score]) -> set[str]:
    """The axes that a set of texts fails."""
    return {name for name, axis in axes(scores).items() if axis.outcome == "failed"}


def _axis(name: str, scores: Mapping[str, Score]) -> Axis:
    limits = _LIMITS[name]
    broken = tuple(
        Message(limit.message, _value(limit, scores))
        for limit in limits
        if _broken(limit, scores[limit.metric])
    )
    if broken:
        return Axis(name, "failed", broken)
    limit = limits[0]
    first = scores[limit.metric]
    if first.value is None:
        reason = noted(first.warnings[0]) if first.warnings else Message("no-data")
        return Axis(name, "not measured", (Message("axis-not-measured", {"reason": reason}),))
    # One contradiction is one, however wide the interval.
    low = first.value if name == "facts" else first.ci_low
    past = limit.surely and low is not None and low > limit.level
    kind = "almost" if past and name in _ALMOST else "fine"
    return Axis(name, "passed", (Message(f"{kind}-{name}", _value(limit, scores)),))


def _value(limit: _Limit, scores: Mapping[str, Score]) -> dict[str, Measured]:
    return {"value": Measured(scores[limit.metric].value or 0.0, limit.metric)}


def _broken(limit: _Limit, score: Score) -> bool:
    value = score.value
    if value is None or limit.least <= value <= limit.most:
        return False
    return not (limit.surely and (score.ci_low is None or score.ci_low <= limit.level))
