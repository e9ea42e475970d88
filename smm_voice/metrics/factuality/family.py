"""The factuality metrics."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smm_voice.metrics.base import Family, Finding, Item, Metric, Reference, Score
from smm_voice.metrics.factuality.check import Checked, check
from smm_voice.statistics import bootstrap_jointly

_VERSION = "1"
_WRONG = ("contradicted", "forbidden")

_METRICS = (
    Metric("factuality/contradiction_rate", "post", "lower", (), _VERSION,
           "bootstrap over briefs",
           "Share of posts that contradict the fact sheet or make a forbidden claim"),
    Metric("factuality/stale_rate", "post", "lower", (), _VERSION, "bootstrap over briefs",
           "Share of posts that state what was true at another time"),
    Metric("factuality/unsupported_rate", "post", "lower", (), _VERSION, "bootstrap over briefs",
           "Share of checkable facts that neither the brief nor the fact sheet gives"),
    Metric("factuality/brief_recall", "post", "higher", (), _VERSION, "bootstrap over briefs",
           "Share of the brief's facts that the post tells"),
    Metric("factuality/coverage", "post", "higher", (), _VERSION, "bootstrap over briefs",
           "Share of clauses that hold anything checkable; the rest is not judged"),
)  # fmt: skip


def _check(item: Item, reference: Reference) -> Checked:
    return check(item.text, item.brief, reference.sheet, reference.language, item.when)


def _score(items: Sequence[Item], reference: Reference) -> dict[str, Score]:
    checked = [_check(item, reference) for item in items]
    posts = np.ones(len(checked))

    def having(*verdicts: str) -> np.ndarray:
        return np.array([any(c.verdict in verdicts for c in each.claims) for each in checked])

    def of(values: list[int]) -> np.ndarray:
        return np.array(values, dtype=float)

    facts = of([sum(c.verdict != "forbidden" for c in each.claims) for each in checked])
    unsupported = of([sum(c.verdict == "unsupported" for c in each.claims) for each in checked])
    told, required = of([c.told for c in checked]), of([c.required for c in checked])
    seen, clauses = of([c.checkable for c in checked]), of([c.clauses for c in checked])
    return {
        "factuality/contradiction_rate": _share(having(*_WRONG), posts, reference),
        "factuality/stale_rate": _share(having("stale"), posts, reference),
        "factuality/unsupported_rate": _share(unsupported, facts, reference),
        "factuality/brief_recall": _share(told, required, reference),
        "factuality/coverage": _share(seen, clauses, reference),
    }


def _share(part: np.ndarray, whole: np.ndarray, reference: Reference) -> Score:
    """Sum of parts over sum of wholes; a text without any whole has no value of its own."""
    if not whole.sum():
        return Score(None, n=len(whole), warnings=("nothing checkable in any text",))

    def ratio(drawn: np.ndarray) -> float:
        total = whole[drawn].sum()
        return float(part[drawn].sum() / total) if total else float("nan")

    interval = bootstrap_jointly(
        ratio, len(whole), reference.confidence, reference.resamples, reference.seed
    )
    each = tuple(float(p / w) if w else None for p, w in zip(part, whole, strict=True))
    return Score(
        float(part.sum() / whole.sum()), interval.low, interval.high, int((whole > 0).sum()), each
    )


def _findings(item: Item, reference: Reference) -> list[Finding]:
    return [
        Finding(claim.verdict, claim.span, claim.evidence)
        for claim in _check(item, reference).claims
        if claim.verdict != "supported"
    ]


FAMILY = Family("factuality", _METRICS, _score, _findings)
