"""The arms under comparison: what each is asked, and its answers kept as JSON lines."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from smm_voice.config import GenerationConfig
from smm_voice.dataset.build import Dataset
from smm_voice.dataset.example import Example
from smm_voice.dataset.prompts import PROMPT_VERSION, prompt
from smm_voice.generation.generate import Answer, Request
from smm_voice.metrics.base import Item

# In the order of every table: from the ceiling down, the model in question last.
ARMS = ("human", "floor", "base", "prompted", "candidate", "champion")
Generate = Callable[[Sequence[Request]], list[Answer]]


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
    model_digest: str,
    config: GenerationConfig,
    folder: Path,
) -> list[Item]:
    """The arm's answers: those already kept in `rows/<arm>.jsonl`, and the missing ones made.

    A kept row counts only where prompt, model and decoding are the same to the letter.

    Args:
        arm: its name.
        examples: the prompt set.
        asked: one request an example.
        generate: answers requests.
        model_digest: identifies the weights.
        config: decoding.
        folder: run folder.
    """
    path = folder / "rows" / f"{arm}.jsonl"
    # Speed alone depends on the batch size, so it is no part of the identity.
    decoding = {k: v for k, v in dataclasses.asdict(config).items() if k != "batch_size"}
    keys = [
        hashlib.sha256(
            json.dumps(
                [request.key, request.messages, model_digest, decoding, PROMPT_VERSION]
            ).encode()
        ).hexdigest()
        for request in asked
    ]
    kept: dict[str, Answer] = {}
    if path.exists():
        # Not splitlines: it also cuts at separators that JSON leaves inside texts.
        for line in path.read_text(encoding="utf-8").strip("\n").split("\n"):
            row = json.loads(line)
            kept[row["key"]] = Answer(row["text"], row["finished"])
    missing = [i for i, key in enumerate(keys) if key not in kept]
    made = generate([asked[i] for i in missing]) if missing else []
    kept |= {keys[i]: each for i, each in zip(missing, made, strict=True)}
    answers = [kept[key] for key in keys]
    write_rows(path, arm, examples, answers, keys)
    return items(examples, answers)


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
    path: Path,
    arm: str,
    examples: Sequence[Example],
    answers: Sequence[Answer],
    keys: Sequence[str] | None = None,
) -> None:
    """Keep an arm's texts, one JSON object a line; the file appears whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    staging = path.with_suffix(".tmp")
    with staging.open("w", encoding="utf-8") as file:
        for i, (example, each) in enumerate(zip(examples, answers, strict=True)):
            row = {
                "id": example.id,
                "arm": arm,
                "brief": example.brief,
                "text": each.text,
                "finished": each.finished,
                "key": keys[i] if keys else None,
            }
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    os.replace(staging, path)
