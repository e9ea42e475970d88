"""Splits ordered in time, with near-duplicate clusters never divided. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from smm_voice.config import DatasetConfig
from smm_voice.posts.post import Post

Split = Literal["train", "validation", "calibration", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "calibration", "test")


def split_by_time(
    posts: Sequence[Post], cluster_of: Sequence[int], config: DatasetConfig
) -> list[Split | None]:
    """Assign each post a split; None where a post would divide its cluster.

    The posts of one language, in order of time, are cut at the shares of `config`: train is the
    oldest part and test the newest. A post whose cluster began in an earlier split can go to
    neither: there it would be newer than a later split, here it would leak. It gets None.

    Args:
        posts: posts of ONE language, sorted by time.
        cluster_of: cluster label of each post.
        config: the shares.
    """
    boundaries = _boundaries(posts, config)
    first_split: dict[int, int] = {}
    assigned: list[Split | None] = []
    for position, cluster in enumerate(cluster_of):
        split = sum(position >= boundary for boundary in boundaries)
        began = first_split.setdefault(cluster, split)
        assigned.append(SPLITS[split] if began == split else None)
    return assigned


def _boundaries(posts: Sequence[Post], config: DatasetConfig) -> list[int]:
    n = len(posts)
    held_out = (config.validation_share, config.calibration_share, config.test_share)
    boundaries = [round(n * (1 - sum(held_out[i:]))) for i in range(3)]
    # Posts of the same second stay together, or "later than" would not hold strictly.
    return [_first_of_its_time(posts, boundary) for boundary in boundaries]


def _first_of_its_time(posts: Sequence[Post], index: int) -> int:
    while 0 < index < len(posts) and posts[index].created_at == posts[index - 1].created_at:
        index -= 1
    return index
