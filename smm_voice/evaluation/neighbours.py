"""A brand beside others that have an adapter of their own: whose posts are whose?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smm_voice.config import EvaluationConfig
from smm_voice.evaluation import companion
from smm_voice.evaluation.companion import Written
from smm_voice.evaluation.spread import spread
from smm_voice.metrics.base import Metric, Score
from smm_voice.metrics.homogeneity.collapse import cross_brand_collapse
from smm_voice.models.base import BaseModel

_VERSION = "1"
METRICS = (
    Metric("voice/own_adapter_best", "corpus", "higher", ("adapter",), _VERSION, "none",
           "Share of brands whose posts their own adapter predicts best of all adapters"),
    Metric("voice/own_adapter_share", "post", "higher", ("adapter",), _VERSION,
           "bootstrap over posts",
           "Share of posts that their own brand's adapter predicts best of all adapters"),
    Metric("homogeneity/cross_brand_collapse", "corpus", 1.0, ("adapter",), _VERSION,
           "subsampling",
           "How well generated posts can be attributed to their brands, over human posts; below "
           "1 = the brands grow alike"),
)  # fmt: skip


@dataclass(frozen=True)
class Neighbour:
    """Another brand with an adapter on the same base model.

    Attributes:
        name: of the brand.
        title: its name in the prompt.
        adapter: folder of its adapter.
        posts: its own posts.
        generated: what its model wrote; may be empty.
    """

    name: str
    title: str
    adapter: Path
    posts: Sequence[str]
    generated: Sequence[str]


def compare(
    brand: str,
    title: str,
    adapter: Path,
    held_out: Sequence[Written],
    generated: Sequence[str],
    neighbours: Sequence[Neighbour],
    base: BaseModel,
    platform: str,
    config: EvaluationConfig,
    precision: str,
) -> tuple[dict[str, Score], dict[str, list[Any]]]:
    """The scores of `METRICS`, and the brand × adapter matrix of bits saved per byte.

    Args:
        brand: its name.
        title: its name in the prompt.
        adapter: its adapter's folder.
        held_out: its held-out posts with their briefs.
        generated: what its model wrote.
        neighbours: brands to compare with, one at least.
        base: the base model of all adapters.
        platform: named in the briefs of the neighbours' posts.
        config: draws, and posts a brand (`model_posts`).
        precision: fp32 or bf16.

    Returns:
        Scores, and a table: one row a brand's posts, one column an adapter.
    """
    language = held_out[0].language
    size = config.model_posts
    posts = {brand: spread(held_out, size)} | {
        each.name: companion.written_by_others(spread(each.posts, size), language, platform)
        for each in neighbours
    }
    found = companion.confusion(
        base,
        {brand: adapter} | {each.name: each.adapter for each in neighbours},
        posts,
        {brand: title} | {each.name: each.title for each in neighbours},
        config,
        precision,
    )
    table: dict[str, list[Any]] = {"posts of": list(found.posts)}
    for column, name in enumerate(found.adapters):
        table[f"adapter of {name}"] = [round(float(v), 4) for v in found.gain[:, column]]
    wrote = {each.name: each.generated for each in neighbours if each.generated}
    human = {brand: [post.text for post in held_out]} | {n.name: n.posts for n in neighbours}
    collapse = cross_brand_collapse(
        {brand: generated} | wrote, human, language, config.seed, config.confidence
    )
    return {
        "voice/own_adapter_best": found.own_best,
        "voice/own_adapter_share": found.attributed,
        "homogeneity/cross_brand_collapse": collapse,
    }, table
