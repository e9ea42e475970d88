"""Splits ordered in time, with near-duplicate clusters never divided. Pure functions."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from smm_voice.config import DatasetConfig

Split = Literal["train", "validation", "calibration", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "calibration", "test")
# In place of a split: the post would divide its cluster.
NONE = -1

Integers = npt.NDArray[np.int64]


def split_by_time(times: Integers, cluster_of: Integers, config: DatasetConfig) -> Integers:
    """Assign each post a split, as its place in `SPLITS`; `NONE` where it would divide its cluster.

    The posts of one language, in order of time, are cut at the shares of `config`: train is the
    oldest part and test the newest. A post whose cluster began in an earlier split can go to
    neither: there it would be newer than a later split, here it would leak.

    Args:
        times: times of ONE language's posts, sorted, in any unit.
        cluster_of: cluster label of each post.
        config: the shares.
    """
    splits = np.searchsorted(_boundaries(times, config), np.arange(len(times)), side="right")
    _, first, inverse = np.unique(cluster_of, return_index=True, return_inverse=True)
    return np.where(splits[first][inverse] == splits, splits, NONE)


def _boundaries(times: Integers, config: DatasetConfig) -> list[int]:
    n = len(times)
    held_out = (config.validation_share, config.calibration_share, config.test_share)
    boundaries = [round(n * (1 - sum(held_out[i:]))) for i in range(3)]
    # Posts of the same moment stay together, or "later than" would not hold strictly.
    return [
        int(np.searchsorted(times, times[at], side="left")) if 0 < at < n else at
        for at in boundaries
    ]
