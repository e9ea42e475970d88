"""From an evaluation to what the gate asks."""

from __future__ import annotations

from collections.abc import Mapping

from smm_voice.evaluation import paired
from smm_voice.evaluation.axes import Axis, axes
from smm_voice.evaluation.comparison import ALIKE, CLOSENESS, INDEX
from smm_voice.evaluation.paired import Settings
from smm_voice.evaluation.run import Evaluation
from smm_voice.metrics import METRICS
from smm_voice.retraining.gate import CHAMPION, Evidence, Gain

# Check → the metric that it is asked of, brief by brief.
_METRICS = {
    "fluency": "fluency/bits_per_byte_ratio",
    "contradictions": "factuality/contradiction_rate",
    "unsupported": "factuality/unsupported_rate",
    "recall": "factuality/brief_recall",
    "copies": "memorisation/copy_excess",
}


def gather(evaluation: Evaluation, first: str | None, beside_champion: bool) -> Evidence:
    """What an evaluation says of its subject.

    Args:
        evaluation: with the arms `prompted` and, where there is one, `champion`.
        first: the arm of the first champion; None where it is the champion, or there is none.
        beside_champion: whether a champion was to be compared. An evaluation leaves it out where
            its adapter is the subject's own.
    """
    settings = Settings(
        float(evaluation.provenance.get("confidence") or 0.95),
        int(evaluation.provenance.get("resamples") or 2000),
        0,
    )
    scores = evaluation.arms[evaluation.subject]
    champion = CHAMPION in evaluation.arms
    gains: dict[tuple[str, str], Gain | None] = {
        ("voice", "prompted"): _voice(evaluation, "prompted", settings)
    }
    if champion:
        gains["voice", CHAMPION] = _voice(evaluation, CHAMPION, settings)
        for check in _METRICS:
            gains[check, CHAMPION] = _paired(evaluation, check, settings)
        gains["homogeneity", CHAMPION] = _alike(evaluation, CHAMPION, settings.confidence)
        if first is not None and first != CHAMPION:
            gains["homogeneity", "first"] = _alike(evaluation, first, settings.confidence)
    found = axes(scores)
    return Evidence(
        briefs=len(evaluation.texts[evaluation.subject]),
        closeness=scores[CLOSENESS].value,
        axes={name: axis.outcome for name, axis in found.items()},
        broken=_broken(found),
        champion_broken=_broken(axes(evaluation.arms[CHAMPION])) if champion else {},
        gains=gains,
        more_alike_than_human=scores["homogeneity/ratio"].ci_high,
        champion=beside_champion,
        identical=beside_champion and (
            not champion or _texts(evaluation, CHAMPION) == _texts(evaluation, evaluation.subject)
        ),
    )  # fmt: skip


def _broken(found: Mapping[str, Axis]) -> dict[str, frozenset[str]]:
    """Axis → the limits that it is past."""
    return {
        name: frozenset(said.id for said in axis.said)
        for name, axis in found.items()
        if axis.outcome == "failed"
    }


def _voice(evaluation: Evaluation, rival: str, settings: Settings) -> Gain | None:
    """Gain in closeness: nearer to the brand, not further past it."""
    arms = evaluation.arms
    if rival not in arms:
        return None
    ours, theirs, human, floor = (
        arms[arm][INDEX] for arm in (evaluation.subject, rival, "human", "floor")
    )
    if any(score.value is None or not score.per_item for score in (ours, theirs)):
        return None
    a, b, people, others = (paired.values(score) for score in (ours, theirs, human, floor))
    return _gain(paired.anchored(a, b, people, others, settings)[CLOSENESS])


def _paired(evaluation: Evaluation, check: str, settings: Settings) -> Gain | None:
    name = _METRICS[check]
    ours = evaluation.arms[evaluation.subject][name]
    theirs = evaluation.arms[CHAMPION][name]
    if ours.value is None or theirs.value is None or not ours.per_item or not theirs.per_item:
        return None
    found = paired.paired(ours.per_item, theirs.per_item, METRICS[name].best, settings)
    return _gain(found) if found else None


def _alike(evaluation: Evaluation, rival: str, confidence: float) -> Gain | None:
    """Of the log of how many times as alike, turned: less alike is better."""
    difference = evaluation.comparison(ALIKE, rival)
    return _gain(paired.of_difference(difference, confidence)) if difference else None


def _gain(found: paired.Paired) -> Gain:
    gain = found.gain
    constant = found.difference.low is not None and found.difference.low == found.difference.high
    return Gain(gain.value, gain.low, gain.high, gain.n, found.detectable, constant)


def _texts(evaluation: Evaluation, arm: str) -> list[str]:
    return [item.text for item in evaluation.texts[arm]]


def as_metrics(evidence: Evidence, language: str | None = None) -> dict[str, float]:
    """One flat mapping for MLflow: `gate/<check>.minus_<rival>`, with `_ci_low` and `_ci_high`.

    Args:
        evidence: what was gathered.
        language: put behind where it is not the brand's first.
    """
    behind = f".{language}" if language else ""
    found = {}
    for (check, rival), gain in evidence.gains.items():
        if gain is None:
            continue
        for part, value in {"": gain.value, "_ci_low": gain.low, "_ci_high": gain.high}.items():
            if value is not None:
                found[f"gate/{check}{part}.minus_{rival}{behind}"] = value
    return found
