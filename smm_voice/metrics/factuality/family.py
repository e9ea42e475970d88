"""The factuality metrics."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smm_voice.metrics.base import Family, Finding, Item, Metric, Reference, Score
from smm_voice.metrics.factuality import tiers
from smm_voice.metrics.factuality.check import ACCUSED, Checked, Claim, check
from smm_voice.statistics import bootstrap_jointly

_VERSION = "2"
_HOW = "bootstrap over briefs"

_MOST_OTHERS = 3

_METRICS = (
    Metric("factuality/contradiction_rate", "post", "lower", (), _VERSION, _HOW,
           "Share of posts that contradict fact sheet or brief, or make a forbidden claim"),
    Metric("factuality/stale_rate", "post", "lower", (), _VERSION, _HOW,
           "Share of posts that state what was true at another time"),
    Metric("factuality/unsupported_rate", "post", "lower", (), _VERSION, _HOW,
           "Share of checkable facts that neither the brief nor the fact sheet gives"),
    Metric("factuality/superlative_rate", "post", "lower", (), _VERSION, _HOW,
           "Share of posts with a superlative or a guarantee that the fact sheet does not approve"),
    Metric("factuality/brief_recall", "post", "higher", (), _VERSION, _HOW,
           "Share of the brief's facts that the post tells"),
    Metric("factuality/mandatory_recall", "post", "higher", (), _VERSION, _HOW,
           "Share of the mandatory mentions that apply to the post and stand in it"),
    Metric("factuality/coverage", "post", "higher", (), _VERSION, _HOW,
           "Share of clauses that hold anything checkable; the rest is not judged"),
    *tiers.METRICS,
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

    facts = of([sum(map(_is_fact, each.claims)) for each in checked])
    unsupported = of(
        [sum(_is_fact(c) and c.verdict == "unsupported" for c in each.claims) for each in checked]
    )
    boasts = of([any(c.kind == "superlative" for c in each.claims) for each in checked])
    told, required = of([c.told for c in checked]), of([c.required for c in checked])
    mentioned, mandatory = of([c.mentioned for c in checked]), of([c.mandatory for c in checked])
    seen, clauses = of([c.checkable for c in checked]), of([c.clauses for c in checked])
    sheet = reference.sheet
    return {
        "factuality/contradiction_rate": _share(having(*ACCUSED), posts, reference),
        "factuality/stale_rate": _share(having("stale"), posts, reference),
        "factuality/unsupported_rate": _share(unsupported, facts, reference),
        "factuality/superlative_rate": (
            _none("the fact sheet has no list of approved superlatives", len(items))
            if sheet.superlatives is None
            else _share(boasts, posts, reference)
        ),
        "factuality/brief_recall": _share(told, required, reference),
        "factuality/mandatory_recall": (
            _share(mentioned, mandatory, reference, "no text needs a mandatory mention")
            if sheet.mandatory
            else _none("the fact sheet has no mandatory mentions", len(items))
        ),
        "factuality/coverage": _share(seen, clauses, reference),
        **tiers.score(items, checked, reference),
    }


def _is_fact(claim: Claim) -> bool:
    return claim.verdict != "forbidden" and claim.kind != "superlative"


def _none(why: str, n: int) -> Score:
    return Score(None, n=n, warnings=(why,))


def _share(
    part: np.ndarray, whole: np.ndarray, reference: Reference,
    otherwise: str = "nothing checkable in any text",
) -> Score:  # fmt: skip
    """Sum of parts over sum of wholes; a text without any whole has no value of its own."""
    if not whole.sum():
        return _none(otherwise, len(whole))

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
    checked = _check(item, reference)
    # A tier says something of every clause; only its accusations are worth a person's time.
    accused = [c for c in tiers.claims(item, checked, reference) if c.verdict == "contradicted"]
    claims = [*checked.claims, *accused]
    found: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in claims:
        if claim.verdict != "supported":
            # Ten wrong hours against one right one are one thing to mend.
            only = claim.span if not claim.evidence else ""
            found.setdefault((claim.verdict, claim.evidence, only), []).append(claim)
    return [
        *(
            Finding(verdict, same[0].span, evidence + _so_many_more(same))
            for (verdict, evidence, _), same in found.items()
        ),
        *(Finding("missing", "", line) for line in checked.missing),
    ]


def _so_many_more(same: Sequence[Claim]) -> str:
    others = dict.fromkeys(claim.span for claim in same[1:] if claim.span != same[0].span)
    if not others:
        return ""
    more = ", ".join(list(others)[:_MOST_OTHERS])
    return f" (also: {more}{', …' if len(others) > _MOST_OTHERS else ''})"


FAMILY = Family("factuality", _METRICS, _score, _findings)
