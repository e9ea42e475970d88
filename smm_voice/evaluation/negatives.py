"""The base model's answers, kept with the dataset: negatives for the voice's classifier.

Fitted on posts alone it takes an assistant's prose for neither side. Training and evaluation make
the answers; scoring, which loads no model, uses those that are there.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from smm_voice.dataset.build import Dataset
from smm_voice.evaluation import arms
from smm_voice.evaluation.spread import spread

if TYPE_CHECKING:
    from smm_voice.evaluation.kept import Generate


def make(
    dataset: Dataset,
    language: str,
    brand_title: str,
    generate: Generate,
    most: int,
) -> list[str]:
    """The base model's answers to briefs of the training split, kept with the dataset.

    Never to the test briefs: what the base arm is judged on must not have been learned from.

    Args:
        dataset: the answers are kept in its folder.
        language: two-letter code.
        brand_title: as people write it.
        generate: answers requests with the base model.
        most: answers; 0 makes none, and leaves those that are there alone.
    """
    examples = [e for e in dataset.splits["train"] if e.post.language == language]
    if not examples or not most:
        return []
    briefs = spread(examples, most)
    asked = arms.requests("base", briefs, brand_title, None, ())
    items = arms.answer(_name(language), briefs, asked, generate, dataset.folder)
    return [item.text for item in items]


def stored(dataset: Dataset, language: str) -> list[str]:
    """The answers that were made last, none where there are none."""
    path = path_of(dataset.folder, language)
    if not path.exists():
        return []
    lines: Sequence[str] = path.read_text(encoding="utf-8").strip("\n").split("\n")
    return [json.loads(line)["text"] for line in lines if line]


def _name(language: str) -> str:
    return f"base_answers_{language}"


def path_of(folder: Path, language: str) -> Path:
    """Where they are kept, in the folder of a dataset."""
    return folder / "rows" / f"{_name(language)}.jsonl"
