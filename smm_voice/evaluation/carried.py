"""What a registered model carries to score its own answers, away from repository and dataset.

A fitted voice cannot be kept but as a pickle, which nobody should load; so the texts go along that
it is fitted on, as a built dataset with less in it, and are fitted again where the model is loaded.
"""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from smm_voice.config import BrandConfig, EvaluationConfig
from smm_voice.dataset.build import Dataset, load
from smm_voice.dataset.example import Example, id_digest, json_line
from smm_voice.dataset.splits import SPLITS
from smm_voice.evaluation import negatives
from smm_voice.evaluation.reference import build_reference
from smm_voice.metrics.base import Reference
from smm_voice.posts.post import Post
from smm_voice.text.languages import primary

_FACTS = "facts.yaml"
# Model selection alone needs it.
_LEFT_OUT = "validation"


def carry(dataset: Dataset, brand: BrandConfig, root: Path, folder: Path) -> Path:
    """Write what scoring needs into `folder`: texts, briefs, times, and the fact sheet.

    Only posts in the brand's first language, which a served model writes. Ids become digests, and
    who published a post, where, and how it was received stays behind.

    Args:
        dataset: the built dataset.
        brand: its brand.
        root: the brand's files are relative to it.
        folder: to be made.
    """
    folder.mkdir(parents=True)
    language = primary(brand.languages[0])
    for split in SPLITS:
        kept = [] if split == _LEFT_OUT else dataset.splits[split]
        lines = (_bare(e).as_line() for e in kept if e.post.language == language)
        (folder / f"{split}.jsonl").write_bytes(b"".join(lines))
    rows = (
        {"brand": name, "text": text}
        for name, texts in dataset.references.items()
        for text in texts
    )
    _write_lines(folder / "references.jsonl", rows)
    machine = negatives.stored(dataset, language)
    if machine:
        rows_folder = folder / "rows"
        rows_folder.mkdir()
        path = negatives.path_of(folder, language)
        _write_lines(path, ({"text": text} for text in machine))
    card = {"brand": brand.name, "fingerprint": dataset.fingerprint}
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    if brand.facts:
        shutil.copyfile(root / brand.facts, folder / _FACTS)
    return folder


def reference_of(folder: Path, brand: BrandConfig, config: EvaluationConfig) -> Reference:
    """What a carried folder's texts are measured against: the voice is fitted here.

    Args:
        folder: from `carry`.
        brand: as registered.
        config: draws and confidence. No model is loaded: neither a judge nor a reader of facts.
    """
    facts = _FACTS if (folder / _FACTS).exists() else None
    alone = dataclasses.replace(brand, facts=facts)
    return build_reference(load(folder), alone, without_models(config), folder)


def without_models(config: EvaluationConfig) -> EvaluationConfig:
    """The same statistics, and no model to load or to ask."""
    return EvaluationConfig(
        briefs=config.briefs, resamples=config.resamples, confidence=config.confidence,
        seed=config.seed,
    )  # fmt: skip


def _bare(example: Example) -> Example:
    post = example.post
    digest = id_digest(example.id)
    bare = Post(digest, "", "", post.created_at, "", language=post.language)
    return dataclasses.replace(example, id=digest, post=bare)


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    with path.open("wb") as file:
        file.writelines(json_line(row) for row in rows)
