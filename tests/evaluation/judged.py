"""Evaluations made of numbers, for what asks nothing but their records."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from smm_voice.evaluation.run import Evaluation
from smm_voice.metrics.base import Item, Score

INDEX, CLOSENESS = "voice/style_index", "voice/closeness"
UNSUPPORTED = "factuality/unsupported_rate"
PROVENANCE = {
    "prompt_version": "1", "decoding": {"temperature": 0.7, "batch_size": 32},
    "voice_profile": "abc", "fact_sheet": "def", "judge": "ngram", "entailment": None,
    "fact_judge": None, "confidence": 0.95, "resamples": 500, "dataset_fingerprint": "0" * 16,
}  # fmt: skip


def score(values: Sequence[float | None]) -> Score:
    """A score whose value is the mean of its briefs'."""
    present = [value for value in values if value is not None]
    return Score(float(np.mean(present)), n=len(present), per_item=tuple(values))


def evaluation(
    arms: Mapping[str, Mapping[str, Sequence[float | None]]],
    strata: Mapping[str, Sequence[str]] | None = None,
    brand: str = "Acme",
) -> Evaluation:
    """An evaluation in which each arm has these values for each brief.

    Where `voice/style_index` is not given, everyone writes as the brand; the brand's own posts are
    at 1 and others' at 0.
    """
    n = len(next(iter(next(iter(arms.values())).values())))
    scores: dict[str, dict[str, Score]] = {
        side: {INDEX: score([level] * n)} for side, level in (("human", 1.0), ("floor", 0.0))
    }
    for arm, metrics in arms.items():
        index = metrics.get(INDEX, [1.0] * n)
        of_arm = {INDEX: score(index)}
        of_arm[CLOSENESS] = dataclasses.replace(
            score([1 - abs(1 - v) for v in index]), value=1 - abs(1 - float(np.mean(index)))
        )
        of_arm |= {name: score(values) for name, values in metrics.items() if name != INDEX}
        scores[arm] = scores.get(arm, {}) | of_arm
    names = sorted({name for metrics in scores.values() for name in metrics})
    texts = {
        arm: [
            Item(str(i), f"{arm} writes {i}, {value}", f"Topic: matter {i}")
            for i, value in enumerate(metrics[INDEX].per_item)
        ]
        for arm, metrics in scores.items()
    }
    return Evaluation(
        brand=brand,
        arms=scores,
        texts=texts,
        findings={arm: [[] for _ in items] for arm, items in texts.items()},
        comparisons=[],
        subject=next(iter(arms)),
        verdict="",
        better=None,
        provenance=PROVENANCE | {"metrics": dict.fromkeys(names, "1")},
        strata=strata or {},
    )


def but(found: Evaluation, **provenance: object) -> Evaluation:
    """The same with another provenance."""
    return dataclasses.replace(found, provenance={**found.provenance, **provenance})
