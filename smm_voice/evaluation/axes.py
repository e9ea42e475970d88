"""The axes on which a set of texts passes for the brand's own or does not, and why, in words.

One table of limits: the verdict, the explanation of a score and the panel of adversaries all ask
it. Each limit lies where held-out human posts of the sample brands pass (benchmarks/metrics).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from smm_voice.metrics.base import Score
from smm_voice.metrics.homogeneity.components import ALARM

Outcome = Literal["passed", "failed", "not measured"]


@dataclass(frozen=True)
class Axis:
    """One question about a set of texts.

    Attributes:
        name: of the axis.
        outcome: passed, failed, or not measured: INVALID or no data; nobody passes on that.
        words: the answer for a person who decides.
    """

    name: str
    outcome: Outcome
    words: str


@dataclass(frozen=True)
class _Limit:
    """Where a metric fails an axis.

    `least` and `most` bound the value; where `surely`, the interval must lie past the human level
    (`level`) as well, so that a handful of texts alarms nobody. `{}` in `words` takes the value.
    """

    metric: str
    words: str
    least: float = float("-inf")
    most: float = float("inf")
    surely: bool = False
    level: float = 0.0


_LIMITS: dict[str, tuple[_Limit, ...]] = {
    "voice": (
        _Limit("voice/closeness", "is not near enough to the brand's voice ({:.2f} of 1)", 0.7),
    ),
    "likeness": (
        _Limit("voice/human_likeness_auc",
               "is told from the brand's own posts in {:.0%} of pairs (50% would be guessing)",
               most=0.9, surely=True, level=0.5),
    ),
    "fluency": (
        _Limit("fluency/bits_per_byte_ratio",
               "is too predictable ({:.2f} times the surprise of human posts)", 0.75),
        _Limit("fluency/bits_per_byte_ratio",
               "is no good language ({:.2f} times the surprise of human posts)",
               most=1.1, surely=True, level=1.0),
        _Limit("fluency/bits_per_byte_spread",
               "is even or uneven as no human posts are ({:.2f} times their spread)", 0.5, 2.0),
        _Limit("fluency/nonword_excess", "has {:.0%} more unknown words than human posts",
               most=0.03),
        _Limit("fluency/repeated_ngrams", "repeats itself inside posts ({:.0%} of the phrases)",
               most=0.02, surely=True),
        _Limit("fluency/prompt_leak_rate", "lets prompt or template text show in {:.0%} of posts",
               most=0.02),
        _Limit("fluency/wrong_language_rate", "is in another language in {:.0%} of posts",
               most=0.1),
    ),
    "homogeneity": (
        _Limit("homogeneity/ratio", "is more alike from post to post than human posts ({:.2f})",
               most=ALARM, surely=True, level=1.0),
    ),
    "memorisation": (
        _Limit("memorisation/copy_excess", "copies training posts ({:.0%} of the long phrases)",
               most=0.05, surely=True),
        _Limit("memorisation/near_duplicate_excess", "nearly repeats training posts ({:.0%})",
               most=0.05, surely=True),
        _Limit("memorisation/patchwork_excess", "is joined from scraps of training posts ({:.0%})",
               most=0.15, surely=True),
    ),
    "privacy": (
        _Limit("memorisation/personal_data_excess", "holds personal data in {:.0%} of posts more",
               most=0.05, surely=True),
    ),
    "facts": (
        _Limit("factuality/contradiction_rate", "contradicts facts ({:.2f} times a post)",
               most=0.02, surely=True),
    ),
    "coverage": (
        _Limit("factuality/coverage", "says hardly anything that could be checked ({:.0%})", 0.1),
    ),
    "recall": (
        _Limit("factuality/brief_recall", "leaves out what the brief asks for (says {:.0%})", 0.5),
    ),
}  # fmt: skip
AXES = tuple(_LIMITS)
# What is said of an axis that is passed; `{}` takes the value of its first metric.
_FINE = {
    "voice": "is near the brand's voice ({:.2f} of 1)",
    "likeness": "is told from the brand's own posts in {:.0%} of pairs (50% would be guessing)",
    "fluency": "reads like human posts ({:.2f} times their surprise)",
    "homogeneity": "is as varied as human posts ({:.2f})",
    "memorisation": "copies no more than human posts do",
    "privacy": "holds no more personal data than human posts",
    "facts": "contradicts no known fact",
    "coverage": "can be checked in {:.0%} of its clauses",
    "recall": "says {:.0%} of what the briefs ask for",
}
# The same where the whole interval lies past the human level and the value short of the limit.
_ALMOST = {
    "homogeneity": "is more alike than human posts, short of the alarm ({:.2f})",
    "facts": "contradicts facts {:.2f} times a post, short of the alarm",
    "memorisation": "copies a little more than human posts do ({:.0%} of the long phrases)",
}


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
    broken = [words for limit in limits if (words := _broken(limit, scores[limit.metric]))]
    if broken:
        return Axis(name, "failed", "; ".join(broken))
    first = scores[limits[0].metric]
    if first.value is None:
        reason = first.warnings[0] if first.warnings else "no data"
        return Axis(name, "not measured", f"not measured: {reason}")
    words = _FINE[name]
    limit = limits[0]
    # One contradiction is one, however wide the interval.
    low = first.value if name == "facts" else first.ci_low
    if limit.surely and low is not None and low > limit.level:
        words = _ALMOST.get(name, words)
    return Axis(name, "passed", words.format(first.value))


def _broken(limit: _Limit, score: Score) -> str | None:
    value = score.value
    if value is None or limit.least <= value <= limit.most:
        return None
    if limit.surely and (score.ci_low is None or score.ci_low <= limit.level):
        return None
    return limit.words.format(value)
