"""The voice metrics: an index anchored at other brands (0) and the brand itself (1)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smm_voice.metrics.base import Family, Finding, Item, Metric, Reference, Score
from smm_voice.metrics.voice.classifier import Reading
from smm_voice.metrics.voice.explain import Differing, differing_features, telling_phrases
from smm_voice.metrics.voice.probe import MINIMUM_PAIRS, human_likeness
from smm_voice.metrics.voice.quality import Quality
from smm_voice.statistics import Difference, detectable, paired_difference

_VERSION = "2"
_LEAST_AUC = 0.70
_CARICATURE = 1.1
_MEANING = "0 = other brands, 1 = the brand's own held-out posts; nearer to 1 is better, not larger"

_METRICS = (
    Metric("voice/style_index", "post", 1.0, ("profile", "human", "floor"), _VERSION,
           "bootstrap over briefs", f"Manner without topic words: {_MEANING}"),
    Metric("voice/closeness", "post", "higher", ("profile", "human", "floor"), _VERSION,
           "bootstrap over briefs", "1 − |1 − style index|: caricature counts against it"),
    Metric("voice/surface_index", "post", 1.0, ("profile", "human", "floor"), _VERSION,
           "bootstrap over briefs", f"Characters as they stand, topics included: {_MEANING}"),
    Metric("voice/score_distance", "corpus", "lower", ("profile", "human"), _VERSION, "none",
           "How differently single posts score from human ones (Kolmogorov-Smirnov, 0 to 1)"),
    Metric("voice/human_likeness_auc", "corpus", 0.5, ("human",), _VERSION,
           "bootstrap over pairs",
           "How well a classifier tells the texts from the brand's own, lengths matched: 0.5 = "
           "not at all, 1 = always"),
)  # fmt: skip


def anchored_index(
    arm: np.ndarray,
    human: np.ndarray,
    floor: np.ndarray,
    paired: bool,
    resamples: int,
    seed: int,
) -> tuple[float, np.ndarray]:
    """(mean arm − mean floor) / (mean human − mean floor), and its bootstrap draws.

    Ceiling and floor are drawn again together with the arm: their uncertainty is part of the
    index's. Equal seeds draw the same briefs, so draws of two arms can be subtracted.

    Args:
        arm: calibrated log-odds, one a text.
        human: of the brand's held-out posts.
        floor: of other brands' posts.
        paired: whether the three stand in the order of the same briefs.
        resamples: number of draws.
        seed: of the draws.
    """
    rng = np.random.default_rng(seed)
    point = _ratio(arm.mean(), human.mean(), floor.mean())
    draws = np.empty(resamples)
    for i in range(resamples):
        h = rng.integers(0, len(human), len(human))
        f = h if paired else rng.integers(0, len(floor), len(floor))
        a = h if paired else rng.integers(0, len(arm), len(arm))
        draws[i] = _ratio(arm[a].mean(), human[h].mean(), floor[f].mean())
    return point, draws


# The view that each index rests on.
_INDICES = {"stack": "voice/style_index", "surface": "voice/surface_index"}


def _read(items: Sequence[Item], reference: Reference) -> Reading:
    return reference.profile.read([item.text for item in items])


def _anchor(side: str, reference: Reference) -> Reading:
    """The reading of `human` or `floor`, made once."""
    items = reference.human if side == "human" else reference.floor
    reading: Reading = reference.remember(f"voice/{side}", lambda: _read(items, reference))
    return reading


def _anchored_logits(side: str, view: str, reference: Reference) -> np.ndarray:
    found: np.ndarray = reference.remember(
        f"voice/{side}/{view}", lambda: reference.profile.logits(_anchor(side, reference), view)
    )
    return found


def _ratio(arm: float, human: float, floor: float) -> float:
    return float((arm - floor) / (human - floor)) if human != floor else float("nan")


def invalid_reason(
    quality: Quality, human: np.ndarray, floor: np.ndarray, resamples: int, seed: int
) -> str | None:
    """Why no number may be printed, or None."""
    if not len(human) or not len(floor):
        return "INVALID: no held-out posts of the brand, or none of other brands, to anchor it"
    if not quality.auc_post >= _LEAST_AUC:
        return (
            f"INVALID: the brand's posts cannot be told from brands never seen (AUC "
            f"{quality.auc_post:.2f}, {_LEAST_AUC:.2f} is needed)"
        )
    rng = np.random.default_rng(seed)
    gaps = [
        rng.choice(human, len(human)).mean() - rng.choice(floor, len(floor)).mean()
        for _ in range(resamples)
    ]
    if np.percentile(gaps, 2.5) <= 0:
        return "INVALID: the brand's held-out posts do not score above other brands' posts"
    return None


def _score(items: Sequence[Item], reference: Reference) -> dict[str, Score]:
    if not items:
        empty = Score(None, warnings=("no texts",))
        return {metric.name: empty for metric in _METRICS}
    reading = _read(items, reference)
    scores: dict[str, Score] = {}
    for view in _INDICES:
        scores |= _of_view(view, reading, reference)
    return scores | {"voice/human_likeness_auc": _likeness(items, reference)}


def _of_view(view: str, reading: Reading, reference: Reference) -> dict[str, Score]:
    profile = reference.profile
    human = _anchored_logits("human", view, reference)
    floor = _anchored_logits("floor", view, reference)
    arm = profile.logits(reading, view)
    names = ["voice/style_index", "voice/closeness", "voice/score_distance"]
    if view == "surface":
        names = ["voice/surface_index"]
    reason = reference.remember(
        f"voice/{view}/invalid",
        lambda: invalid_reason(
            profile.quality[view], human, floor, reference.resamples, reference.seed
        ),
    )
    if reason:
        return dict.fromkeys(names, Score(None, n=len(reading), warnings=(reason,)))
    point, draws = anchored_index(
        arm, human, floor, reference.paired, reference.resamples, reference.seed
    )
    tail = 50 * (1 - reference.confidence)
    per_item = tuple(float(v) for v in (arm - floor.mean()) / (human.mean() - floor.mean()))
    warnings = (
        *_warnings(point, reading, reference),
        _proof(profile.quality[view], profile.unseen),
    )

    def score_of(value: float, drawn: np.ndarray, each: tuple[float, ...]) -> Score:
        low, high = np.percentile(drawn, [tail, 100 - tail])
        return Score(value, float(low), float(high), len(reading), each, warnings)

    if view == "surface":
        return {"voice/surface_index": score_of(point, draws, per_item)}
    from scipy.stats import ks_2samp

    distance = float(ks_2samp(arm, human).statistic)
    return {
        "voice/style_index": score_of(point, draws, per_item),
        "voice/closeness": score_of(
            1 - abs(1 - point), 1 - np.abs(1 - draws), tuple(1 - abs(1 - v) for v in per_item)
        ),
        "voice/score_distance": Score(distance, n=len(reading)),
    }


def _likeness(items: Sequence[Item], reference: Reference) -> Score:
    found = human_likeness(
        [item.text for item in items], [item.text for item in reference.human],
        reference.language, reference.confidence, reference.resamples, reference.seed,
    )  # fmt: skip
    if found.auc is None:
        warning = (
            f"{found.pairs} texts have a human post of about their length; {MINIMUM_PAIRS} are "
            "needed"
        )
        return Score(None, n=found.pairs, warnings=(warning,))
    low, high = found.interval.low, found.interval.high
    left_out = len(items) - found.pairs
    warnings = (f"{left_out} texts have no human post of about their length",) if left_out else ()
    return Score(found.auc, low, high, found.pairs, warnings=warnings)


def _proof(quality: Quality, unseen: Sequence[str]) -> str:
    """What the classifier can do, said beside every number that it gives."""
    ten = "" if quality.auc_ten is None else f", {quality.auc_ten:.2f} of ten"
    return (
        f"measured on {quality.n_brand} held-out posts and {quality.n_other} of brands never seen "
        f"({', '.join(unseen)}): AUC {quality.auc_post:.2f} a post{ten}; mean squared error "
        f"{quality.brier:.2f}, calibration error {quality.ece:.2f}, c@1 {quality.c_at_1:.2f}, "
        f"F0.5u {quality.f05_u:.2f}"
    )


def _warnings(point: float, reading: Reading, reference: Reference) -> tuple[str, ...]:
    profile = reference.profile
    found = []
    if profile.indicative:
        found.append(f"indicative only: the brand has {profile.trained_on} training posts")
    if not profile.machine:
        found.append("no answers of a base model are among the negatives: training makes them")
    abstained = int((~reading.judged).sum())
    if abstained:
        found.append(f"{abstained} of {len(reading)} texts are too short or in another language")
    if point > _CARICATURE:
        found.append("above 1.1: a caricature of the brand rather than the brand")
    if len(reading) < 10:
        found.append("fewer than ten texts: the verdict is weak")
    return tuple(found)


def explain(items: Sequence[Item], reference: Reference) -> list[Differing]:
    """The five readable features in which texts differ most from the brand's held-out posts."""
    return differing_features(_read(items, reference), _anchor("human", reference))


def _findings(item: Item, reference: Reference) -> list[Finding]:
    """The phrases that gave away a post which lies nearer to other brands."""
    classifier = reference.profile.classifier
    human, floor = (_anchored_logits(side, "stack", reference) for side in ("human", "floor"))
    if classifier is None or not len(human) or not len(floor):
        return []
    reading = _read([item], reference)
    middle = (human.mean() + floor.mean()) / 2
    if not reading.judged[0] or classifier.logits(reading, "stack")[0] >= middle:
        return []
    return [
        Finding("off_voice", span, "other brands write so rather than this one")
        for span in telling_phrases(item.text, reading, classifier)
    ]


def differences(
    first: Sequence[Item], second: Sequence[Item], reference: Reference
) -> dict[str, Difference]:
    """Style index and closeness of one arm minus another's, on the same briefs and draws.

    The p is that of a sign-flip test on the briefs' log-odds.
    """
    human, floor = (_anchored_logits(side, "stack", reference) for side in ("human", "floor"))
    a, b = (reference.profile.logits(_read(some, reference), "stack") for some in (first, second))
    settings = (human, floor, True, reference.resamples, reference.seed)
    point_a, draws_a = anchored_index(a, *settings)
    point_b, draws_b = anchored_index(b, *settings)
    flips = paired_difference(list(a), list(b), resamples=reference.resamples, seed=reference.seed)
    tail = 50 * (1 - reference.confidence)

    def difference(point: float, draws: np.ndarray) -> Difference:
        low, high = np.percentile(draws, [tail, 100 - tail])
        return Difference(point, float(low), float(high), flips.p, len(a), detectable(len(a)))

    return {
        "voice/style_index": difference(point_a - point_b, draws_a - draws_b),
        "voice/closeness": difference(
            abs(1 - point_b) - abs(1 - point_a), np.abs(1 - draws_b) - np.abs(1 - draws_a)
        ),
    }


FAMILY = Family("voice", _METRICS, _score, _findings)
