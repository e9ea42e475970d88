"""The sample brand, made small: built once, it anchors everything measured on real posts."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from smm_voice.config import (
    BrandConfig,
    DatasetConfig,
    EvaluationConfig,
    SourceConfig,
    Workspace,
)
from smm_voice.dataset.build import Dataset, build
from smm_voice.evaluation.reference import build_reference
from smm_voice.metrics.base import Item, Reference
from smm_voice.posts.ingest import Ingest
from smm_voice.posts.post import Post

REPOSITORY = Path(__file__).parents[2]
OTHERS = ("noaafish_wcro", "noaafisheries", "noaahabitat", "noaaresearch")


class Small(NamedTuple):
    """The built dataset, its reference (half of the test posts) and the other half as items."""

    dataset: Dataset
    reference: Reference
    held_out: list[Item]
    strangers: list[Item]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, dataset_config: DatasetConfig) -> Small:
    root = tmp_path_factory.mktemp("small")
    brand = dataclasses.replace(_thinned(root, "acme", 600), facts="data/raw/acme/facts.yaml")
    dataset = build(
        brand,
        [_thinned(root, name, 250) for name in OTHERS],
        dataset_config,
        Workspace(root, REPOSITORY),
    )
    config = EvaluationConfig(briefs=60, resamples=300, confidence=0.95, seed=0)
    reference = build_reference(dataset, brand, config, REPOSITORY)
    # What anchors the scale must not be what is laid on it.
    anchored = dataclasses.replace(
        reference, human=reference.human[::2], floor=reference.floor[::2], cache={}
    )
    return Small(
        dataset,
        anchored,
        list(reference.human[1::2]),
        [dataclasses.replace(item, brief=None) for item in reference.floor[1::2]],
    )


def _thinned(root: Path, name: str, most: int) -> BrandConfig:
    """At most `most` posts of a sample brand, spread over its whole time."""
    brand = BrandConfig(
        name=name,
        languages=["en"],
        platforms=["x"],
        sources=[SourceConfig(path=f"data/raw/{name}")],
    )
    posts = [row for row in Ingest(brand, REPOSITORY) if isinstance(row, Post)]
    posts.sort(key=lambda post: (post.created_at, post.id))
    path = root / "raw" / name / "posts.jsonl"
    path.parent.mkdir(parents=True)
    rows = [
        {"id": p.id, "platform": "x", "created_at": p.created_at.isoformat(), "text": p.text}
        for p in _spread(posts, most)
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return dataclasses.replace(brand, sources=[SourceConfig(path=str(path))])


def _spread(posts: Sequence, most: int) -> Sequence:
    return posts[:: max(1, len(posts) // most)][:most]
