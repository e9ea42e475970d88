"""The homogeneity metrics: subsamples of the texts beside subsamples of human posts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smm_voice.metrics.base import Family, Item, Reference, Score
from smm_voice.metrics.homogeneity import briefs, sampling
from smm_voice.metrics.homogeneity.components import COMPONENTS, RATIO, headline
from smm_voice.metrics.homogeneity.sets import TextSet, common_budget, with_words

_METRICS = (RATIO, *(component.metric for component in COMPONENTS), *briefs.METRICS)


def _score(items: Sequence[Item], reference: Reference) -> dict[str, Score]:
    rng = np.random.default_rng(reference.seed)
    arm, human = (
        with_words([side[i].text for i in sampling.thin(len(side), rng)])
        for side in (items, reference.human)
    )
    counts = (len(arm), len(human))
    few = sampling.too_few(counts)
    if few:
        return {m.name: Score(None, n=len(items), warnings=(few,)) for m in _METRICS}
    budget = common_budget(arm, human)
    sides = [TextSet(texts, budget, reference) for texts in (arm, human)]
    used = {
        place: component
        for place, component in enumerate(COMPONENTS)
        if reference.embed is not None or not component.topics
    }
    n = sampling.size(*counts)
    levels = np.full((sampling.REPEATS, 2, len(COMPONENTS)), np.nan)
    for repeat in range(sampling.REPEATS):
        for side, texts in enumerate(sides):
            drawn = rng.choice(counts[side], n, replace=False)
            for place, component in used.items():
                levels[repeat, side, place] = component.level(texts, drawn)
    wider, confidence = sampling.widening(n, *counts), reference.confidence
    against = levels[:, 0] - levels[:, 1]
    scores = {RATIO.name: sampling.summary(headline(against), n, wider, confidence, logs=True)}
    for place, component in enumerate(COMPONENTS):
        name = component.metric.name
        if place not in used:
            scores[name] = Score(None, n=n, warnings=("no sentence encoder at hand",))
            continue
        logs = not component.excess
        scores[name] = sampling.summary(against[:, place], n, wider, confidence, logs)
    return scores | briefs.score_briefs(items, budget, reference)


FAMILY = Family("homogeneity", _METRICS, _score)
