"""A measure of single texts as excess over the brand's own held-out posts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from smm_voice.metrics.base import Reference, Score
from smm_voice.statistics import bootstrap_jointly, bootstrap_mean


def excess(
    ours: Sequence[float | None],
    human: Sequence[float | None],
    reference: Reference,
    absent: str,
    left_out: str | None = None,
) -> Score:
    """Mean of the texts minus that of the human posts.

    Args:
        ours: one value a text, None where it has none.
        human: the same of `reference.human`.
        reference: says whether the two are paired. If so, each text is compared with the human
            answer to its brief, whose missing value counts as 0; else with the mean, and the
            human posts are drawn anew for the interval as well: their mean is no more certain.
        absent: why there is no score where no text has a value.
        left_out: says of a number of texts, put before it, why they have no value.
    """
    own = np.array([value for value in human if value is not None], dtype=float)
    present = [i for i, value in enumerate(ours) if value is not None]
    if not present:
        return Score(None, warnings=(absent,))
    if not len(own):
        return Score(None, warnings=(f"no human posts to compare with: {absent}",))
    arm = np.array([ours[i] for i in present], dtype=float)
    settings = reference.confidence, reference.resamples, reference.seed
    if reference.paired:
        values = arm - np.array([human[i] or 0.0 for i in present])
        interval = bootstrap_mean(values.tolist(), *settings)
    else:
        values = arm - own.mean()
        rng = np.random.default_rng(reference.seed)
        interval = bootstrap_jointly(
            lambda drawn: float(
                arm[drawn].mean() - own[rng.integers(0, len(own), len(own))].mean()
            ),
            len(arm),
            *settings,
        )
    by_item: list[float | None] = [None] * len(ours)
    for i, value in zip(present, values.tolist(), strict=True):
        by_item[i] = value
    missing = len(ours) - len(present)
    warnings = (f"{missing} {left_out}",) if missing and left_out else ()
    mean = float(values.mean())
    return Score(mean, interval.low, interval.high, len(present), tuple(by_item), warnings)
