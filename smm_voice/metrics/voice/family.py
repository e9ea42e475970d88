"""The voice metrics: an index anchored at other brands (0) and the brand itself (1)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smm_voice.metrics.base import Family, Item, Metric, Reference, Score
from smm_voice.metrics.voice.profile import Quality
from smm_voice.metrics.voice.views import VIEWS
from smm_voice.statistics import Difference, detectable, paired_difference

_VERSION = "1"
_LEAST_AUC = 0.70
_CARICATURE = 1.1
_MEANING = "0 = other brands, 1 = the brand's own held-out posts; nearer to 1 is better, not larger"

_METRICS = (
    Metric("voice/style_index", "post", 1.0, ("profile", "human", "floor"), _VERSION,
           "bootstrap over briefs", f"Sentence manner without topic words: {_MEANING}"),
    Metric("voice/closeness", "post", "higher", ("profile", "human", "floor"), _VERSION,
           "bootstrap over briefs", "1 − |1 − style index|: caricature counts against it"),
    Metric("voice/surface_index", "post", 1.0, ("profile", "human", "floor"), _VERSION,
           "bootstrap over briefs", f"Characters as they stand, topics included: {_MEANING}"),
    Metric("voice/score_distance", "corpus", "lower", ("profile", "human"), _VERSION, "none",
           "How differently single posts score from human ones (Kolmogorov-Smirnov, 0 to 1)"),
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


def _logits(items: Sequence[Item], view: str, reference: Reference) -> np.ndarray:
    return reference.profile.logits([item.text for item in items], view)


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
    scores: dict[str, Score] = {}
    for view in VIEWS:
        scores |= _of_view(view, items, reference)
    return scores


def _of_view(view: str, items: Sequence[Item], reference: Reference) -> dict[str, Score]:
    profile = reference.profile
    human = reference.remember(
        f"voice/{view}/human", lambda: _logits(reference.human, view, reference)
    )
    floor = reference.remember(
        f"voice/{view}/floor", lambda: _logits(reference.floor, view, reference)
    )
    arm = _logits(items, view, reference)
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
        return dict.fromkeys(names, Score(None, n=len(items), warnings=(reason,)))
    point, draws = anchored_index(
        arm, human, floor, reference.paired, reference.resamples, reference.seed
    )
    tail = 50 * (1 - reference.confidence)
    per_item = tuple(float(v) for v in (arm - floor.mean()) / (human.mean() - floor.mean()))
    warnings = _warnings(point, items, reference)

    def score_of(value: float, drawn: np.ndarray, each: tuple[float, ...]) -> Score:
        low, high = np.percentile(drawn, [tail, 100 - tail])
        return Score(value, float(low), float(high), len(items), each, warnings)

    if view == "surface":
        return {"voice/surface_index": score_of(point, draws, per_item)}
    from scipy.stats import ks_2samp

    distance = float(ks_2samp(arm, human).statistic)
    return {
        "voice/style_index": score_of(point, draws, per_item),
        "voice/closeness": score_of(
            1 - abs(1 - point), 1 - np.abs(1 - draws), tuple(1 - abs(1 - v) for v in per_item)
        ),
        "voice/score_distance": Score(distance, n=len(items)),
    }


def _warnings(point: float, items: Sequence[Item], reference: Reference) -> tuple[str, ...]:
    found = []
    if reference.profile.indicative:
        found.append(
            f"indicative only: the brand has {reference.profile.trained_on} training posts"
        )
    abstained = sum(reference.profile.abstains(item.text) for item in items)
    if abstained:
        found.append(f"{abstained} of {len(items)} texts are too short or in another language")
    if point > _CARICATURE:
        found.append("above 1.1: a caricature of the brand rather than the brand")
    if len(items) < 10:
        found.append("fewer than ten texts: the verdict is weak")
    return tuple(found)


def differences(
    first: Sequence[Item], second: Sequence[Item], reference: Reference
) -> dict[str, Difference]:
    """Style index and closeness of one arm minus another's, on the same briefs and draws.

    The p is that of a sign-flip test on the briefs' log-odds.
    """
    human, floor, a, b = (
        _logits(some, "style", reference)
        for some in (reference.human, reference.floor, first, second)
    )
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


FAMILY = Family("voice", _METRICS, _score)
