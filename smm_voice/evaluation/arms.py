"""The arms under comparison: what each is asked, and its answers kept as JSON lines."""

from __future__ import annotations

import dataclasses
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from smm_voice.dataset.build import Dataset
from smm_voice.dataset.example import Example
from smm_voice.dataset.prompts import prompt
from smm_voice.evaluation.kept import Generate
from smm_voice.generation.generate import Answer, Request
from smm_voice.metrics.base import Item

SUBJECT = "candidate"
# In the order of every table: from the ceiling down, the model in question last.
_FIRST = ("human", "floor", "base", "prompted", "champion")


def in_order(arms: Iterable[str]) -> list[str]:
    """Arms in the order of every table: registered versions come before the candidate."""
    known = {arm: place for place, arm in enumerate(_FIRST)}
    return sorted(arms, key=lambda arm: (arm == SUBJECT, known.get(arm, len(known)), arm))


def few_shots(dataset: Dataset, language: str, count: int) -> list[tuple[str, str]]:
    """`count` (brief, post) pairs of the training split's newest fifth, spread evenly."""
    training = [e for e in dataset.splits["train"] if e.post.language == language]
    newest = training[-max(count, len(training) // 5) :]
    if not count or not newest:
        return []
    step = max(1, len(newest) // count)
    return [(e.brief, e.text) for e in newest[::step][:count]]


def requests(
    arm: str,
    examples: Sequence[Example],
    brand_title: str,
    style_guide: str | None,
    shots: Sequence[tuple[str, str]],
) -> list[Request]:
    """What an arm's model is asked: all the same briefs; only `prompted` is told more."""
    told = arm == "prompted"
    return [
        Request(
            e.id,
            prompt(
                brand_title,
                e.post.language or "",
                e.brief,
                style_guide if told else None,
                shots if told else (),
            ),
        )
        for e in examples
    ]


def answer(
    arm: str,
    examples: Sequence[Example],
    asked: Sequence[Request],
    generate: Generate,
    folder: Path,
) -> list[Item]:
    """The arm's answers, for people in `rows/<arm>.jsonl` as well.

    Args:
        arm: its name.
        examples: the prompt set.
        asked: one request an example.
        generate: answers requests; see `kept.Kept` for not asking twice.
        folder: run folder.
    """
    answers = generate(asked)
    write_rows(rows_of(folder, arm), arm, examples, answers)
    return items(examples, answers)


def rows_of(folder: Path, name: str) -> Path:
    """Where the rows of an arm are kept."""
    return folder / "rows" / f"{name}.jsonl"


def again(asked: Sequence[Request], times: int) -> list[Request]:
    """Each request `times` more, with other random numbers."""
    return [Request(f"{r.key}#{k}", r.messages) for r in asked for k in range(1, times + 1)]


def with_variants(
    arm: Sequence[Item], places: Sequence[int], further: Sequence[Item], times: int
) -> list[Item]:
    """The arm with its further answers, `times` a place, as variants."""
    found = list(arm)
    for number, place in enumerate(places):
        texts = tuple(item.text for item in further[number * times : (number + 1) * times])
        found[place] = dataclasses.replace(found[place], variants=texts)
    return found


def items(examples: Sequence[Example], answers: Sequence[Answer]) -> list[Item]:
    """Answers as items to score."""
    return [
        Item(e.id, a.text, e.brief, e.post.created_at, a.finished)
        for e, a in zip(examples, answers, strict=True)
    ]


def write_rows(
    path: Path, arm: str, examples: Sequence[Example], answers: Sequence[Answer]
) -> None:
    """Keep an arm's texts, one JSON object a line; the file appears whole or not at all."""
    write_json_lines(
        path,
        (
            {
                "id": example.id,
                "arm": arm,
                "brief": example.brief,
                "text": each.text,
                "finished": each.finished,
            }
            for example, each in zip(examples, answers, strict=True)
        ),
    )


def write_json_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write one JSON object a line; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staging = path.with_suffix(".tmp")
    # A lone surrogate, which no encoding takes, becomes the escape that JSON has for it.
    with staging.open("w", encoding="utf-8", errors="backslashreplace") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    os.replace(staging, path)
