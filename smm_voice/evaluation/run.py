"""An evaluation: every arm scored on every metric, compared pairwise, and put into words."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from smm_voice import metrics
from smm_voice.evaluation import verdict, with_model
from smm_voice.metrics.base import Finding, Item, Metric, Reference, Score
from smm_voice.metrics.homogeneity import versions as homogeneity
from smm_voice.metrics.voice.explain import Differing
from smm_voice.metrics.voice.family import differences, explain
from smm_voice.statistics import Difference, holm, paired_difference

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Comparison:
    """A paired difference on one metric: `first` minus `second`.

    Attributes:
        p_adjusted: p by Holm over all comparisons of the evaluation; its own until then.
    """

    metric: str
    first: str
    second: str
    difference: Difference
    p_adjusted: float


@dataclass(frozen=True)
class Evaluation:
    """The outcome.

    Attributes:
        brand: the brand's name.
        arms: arm → metric → Score.
        texts: arm → items, in the order of the briefs.
        findings: arm → one list a text.
        comparisons: the arm in question against each other model arm.
        subject: the arm in question.
        verdict: one sentence a marketing lead can act on.
        better: whether it beats base and prompted; None where that cannot be said.
        provenance: everything needed to run it again.
        differing: the features in which the arm in question differs most from the brand.
        tables: further tables by name, column → values.
        strata: what the briefs are grouped by (platform, language, topic, richness) → one label
            a brief, in their order.
    """

    brand: str
    arms: Mapping[str, Mapping[str, Score]]
    texts: Mapping[str, Sequence[Item]]
    findings: Mapping[str, Sequence[Sequence[Finding]]]
    comparisons: Sequence[Comparison]
    subject: str
    verdict: str
    better: bool | None
    provenance: Mapping[str, Any]
    differing: Sequence[Differing] = ()
    tables: Mapping[str, Mapping[str, list[Any]]] = field(default_factory=dict)
    strata: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def comparison(self, metric: str, second: str) -> Difference | None:
        """The difference on a metric against one arm."""
        for each in self.comparisons:
            if (each.metric, each.second) == (metric, second):
                return each.difference
        return None


def evaluate(
    brand: str,
    texts: Mapping[str, Sequence[Item]],
    reference: Reference,
    provenance: Mapping[str, Any],
    subject: str = "candidate",
    further: Mapping[str, Mapping[str, Score]] | None = None,
    tables: Mapping[str, Mapping[str, list[Any]]] | None = None,
    strata: Mapping[str, Sequence[str]] | None = None,
    language: str = "en",
) -> Evaluation:
    """Score and compare.

    Args:
        brand: the brand's name as people write it.
        texts: arm → items, all in the order of the same briefs; `human` and `floor` come from
            the reference.
        reference: what the texts are measured against; paired.
        provenance: kept with the result.
        subject: the arm that the comparisons and the verdict are about.
        further: arm → scores that need its model at hand.
        tables: kept with the result, such as the matrix of brands and adapters.
        strata: kept with the result: what the briefs are grouped by → one label a brief.
        language: of the verdict.

    Raises:
        ValueError: an arm answers other briefs than the rest.
    """
    given = {"human": reference.human, "floor": reference.floor, **texts}
    texts = {arm: list(items) for arm, items in given.items()}
    ids = [item.id for item in reference.human]
    for arm, items in texts.items():
        if items and [item.id for item in items] != ids:
            raise ValueError(f"the arm {arm!r} does not answer the same briefs as the others")
    scores: dict[str, dict[str, Score]] = {}
    for arm, items in texts.items():
        log.info("Scoring %s", arm)
        scores[arm] = {**metrics.score(items, reference), **(further or {}).get(arm, {})}
    comparisons = [
        comparison
        for second in texts
        if second not in ("human", "floor", subject)
        for comparison in compare(scores, texts, subject, second, reference)
    ]
    comparisons = _adjusted(comparisons)
    return Evaluation(
        brand=brand,
        arms=scores,
        texts=texts,
        findings={arm: [metrics.findings(i, reference) for i in its] for arm, its in texts.items()},
        comparisons=comparisons,
        subject=subject,
        verdict=verdict.sentence(brand, scores, comparisons, subject, language),
        better=verdict.decide(scores, comparisons, subject).better,
        differing=explain(texts[subject], reference),
        tables=tables or {},
        strata=strata or {},
        provenance={
            **provenance,
            "prompt_set": prompt_set_digest(reference.human),
            "metrics": {name: metric.version for name, metric in declared(scores).items()},
            "briefs": len(ids),
            "resamples": reference.resamples,
            "confidence": reference.confidence,
            "judge": reference.judge_name,
            "entailment": reference.entail_name,
            "fact_judge": reference.fact_judge_name,
            "voice_quality": {
                view: {k: v if v is None or np.isfinite(v) else None for k, v in vars(q).items()}
                for view, q in reference.profile.quality.items()
            },
            "unseen_brands": list(reference.profile.unseen),
            "voice_profile": reference.profile.digest,
            "base_answers": reference.profile.machine,
        },
    )


def declared(scores: Mapping[str, Mapping[str, Score]]) -> dict[str, Metric]:
    """The metrics that any arm has: those of texts, and of models where one was at hand."""
    known = metrics.METRICS | with_model.METRICS
    return {
        name: metric
        for name, metric in known.items()
        if any(name in of_arm for of_arm in scores.values())
    }


def compare(
    scores: Mapping[str, Mapping[str, Score]],
    texts: Mapping[str, Sequence[Item]],
    first: str,
    second: str,
    reference: Reference,
) -> list[Comparison]:
    """Paired differences of two arms on every metric that has a value for each text.

    And on how alike the posts are, which no single text has: `homogeneity/log_ratio`, the log of
    how many times more alike the first arm's are.
    """
    found = []
    settings = (reference.confidence, reference.resamples, reference.seed)
    anchored: dict[str, Difference] = {}
    if scores[first]["voice/style_index"].value is not None:
        anchored = differences(texts[first], texts[second], reference)
    for metric in metrics.METRICS:
        if metric in anchored:
            found.append(_comparison(metric, first, second, anchored[metric]))
            continue
        ours, theirs = scores[first][metric], scores[second][metric]
        pairs = [
            (a, b)
            for a, b in zip(ours.per_item, theirs.per_item, strict=False)
            if a is not None and b is not None
        ]
        if len(pairs) >= 2:
            a, b = zip(*pairs, strict=True)
            found.append(_comparison(metric, first, second, paired_difference(a, b, *settings)))
    alike = homogeneity.difference(texts[first], texts[second], reference)
    if alike:
        found.append(_comparison("homogeneity/log_ratio", first, second, alike))
    return found


def _comparison(metric: str, first: str, second: str, difference: Difference) -> Comparison:
    return Comparison(metric, first, second, difference, difference.p)


def _adjusted(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """With p by Holm: the declared family is all that one evaluation compares."""
    adjusted = holm([each.difference.p for each in comparisons])
    return [
        dataclasses.replace(each, p_adjusted=p)
        for each, p in zip(comparisons, adjusted, strict=True)
    ]


def prompt_set_digest(items: Sequence[Item]) -> str:
    """Identifies a prompt set: evaluations with different ones do not compare."""
    text = json.dumps([[item.id, item.brief] for item in items], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
