"""Scores of a list of texts: pure functions, registered by family.

To add a metric: one module with a `Family`, one line in `FAMILIES`, one golden-case file in
tests/golden/. Nothing here imports torch or mlflow; a metric that needs a model is handed one.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from smm_voice.metrics.base import Family, Finding, Item, Metric, Reference, Score
from smm_voice.metrics.factuality import family as factuality
from smm_voice.metrics.fluency import family as fluency
from smm_voice.metrics.homogeneity import family as homogeneity
from smm_voice.metrics.memorisation import family as memorisation
from smm_voice.metrics.voice import family as voice

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        voice.FAMILY,
        fluency.FAMILY,
        homogeneity.FAMILY,
        factuality.FAMILY,
        memorisation.FAMILY,
    )
}
METRICS: dict[str, Metric] = {
    metric.name: metric for family in FAMILIES.values() for metric in family.metrics
}

__all__ = [
    "FAMILIES", "METRICS", "Family", "Finding", "Item", "Metric", "Reference", "Score",
    "findings", "module_path", "score",
]  # fmt: skip


def score(items: Sequence[Item], reference: Reference) -> dict[str, Score]:
    """All metrics of all families over one set of texts."""
    scores: dict[str, Score] = {}
    for family in FAMILIES.values():
        scores |= family.score(items, reference)
    missing = METRICS.keys() - scores.keys()
    if missing:
        raise AssertionError(f"declared but not computed: {sorted(missing)}")
    return scores


def findings(item: Item, reference: Reference) -> list[Finding]:
    """What the families point at inside one text."""
    return [f for family in FAMILIES.values() for f in family.findings(item, reference)]


def module_path(family: str) -> str:
    """Path of the `evaluate` module of a family: `evaluate.load(module_path("voice"))`."""
    return str(Path(__file__).parent / "evaluate_modules" / family)
