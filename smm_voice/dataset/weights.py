"""How much each training post counts. Pure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from smm_voice.config import DatasetConfig
from smm_voice.dataset.prepare import Columns


def weights_of(columns: Columns, config: DatasetConfig) -> npt.NDArray[np.float64] | None:
    """Weights of training posts, 1 on average; None where all count alike.

    Recency: a half for every `recency_half_life_days` that a post is older than the newest.
    Engagement: by its rank among the posts of its platform, from 1 − w to 1 + w; unknown is 1.
    """
    if config.recency_half_life_days is None and not config.engagement_weight:
        return None
    weights = np.ones(len(columns))
    if config.recency_half_life_days is not None and len(columns):
        days = (columns["time"].max() - columns["time"]) / 86_400e6
        weights *= 0.5 ** (days / config.recency_half_life_days)
    for platform in np.unique(columns["platform"]):
        known = (columns["platform"] == platform) & ~np.isnan(columns["engagement"])
        values = columns["engagement"][known]
        below = np.searchsorted(np.sort(values), values, side="left")
        upto = np.searchsorted(np.sort(values), values, side="right")
        ranks = (below + upto) / (2 * max(len(values), 1))
        weights[known] *= 1 + config.engagement_weight * (2 * ranks - 1)
    return np.asarray(weights / weights.mean() if len(weights) else weights)
