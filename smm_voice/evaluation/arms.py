"""The arms under comparison: what each is asked, and its answers kept as JSON lines."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

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
    path = rows_of(folder, arm)
    keys = content_keys(asked, model_digest, config)
    answers = kept_or_made(kept_answers(path), keys, asked, generate)
    write_rows(path, arm, examples, answers, keys)
    return items(examples, answers)


def rows_of(folder: Path, name: str) -> Path:
    """Where the rows of an arm are kept."""
    return folder / "rows" / f"{name}.jsonl"


def content_keys(
    asked: Sequence[Request], model_digest: str, config: GenerationConfig, *more: object
) -> list[str]:
    """One key a request, equal only where prompt, model and decoding are the same to the letter.

    Args:
        asked: the requests.
        model_digest: identifies the weights.
        config: decoding.
        more: what else decides the answer; plain values.
    """
    # Speed alone depends on the batch size, and the guard chooses among answers without changing
    # any: neither is part of the identity of one.
    apart = ("batch_size", "guard", "guard_candidates")
    decoding = {k: v for k, v in dataclasses.asdict(config).items() if k not in apart}
    return [
        hashlib.sha256(
            json.dumps(
                [request.key, request.messages, model_digest, decoding, PROMPT_VERSION, *more]
            ).encode()
        ).hexdigest()
        for request in asked
    ]


def kept_answers(path: Path) -> dict[str, Answer]:
    """Content key → answer, of a file of rows; none where there is no file."""
    if not path.exists():
        return {}
    # Not splitlines: it also cuts at separators that JSON leaves inside texts.
    lines = path.read_text(encoding="utf-8").strip("\n").split("\n")
    rows = [json.loads(line) for line in lines if line]
    return {row["key"]: Answer(row["text"], row["finished"]) for row in rows}


def kept_or_made(
    kept: dict[str, Answer], keys: Sequence[str], asked: Sequence[Request], generate: Generate
) -> list[Answer]:
    """The answers by their content keys; missing ones are made, and added to `kept`."""
    missing = [i for i, key in enumerate(keys) if key not in kept]
    if missing:
        made = generate([asked[i] for i in missing])
        kept.update((keys[i], each) for i, each in zip(missing, made, strict=True))
    return [kept[key] for key in keys]


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
    write_json_lines(
        path,
        (
            {
                "id": example.id,
                "arm": arm,
                "brief": example.brief,
                "text": each.text,
                "finished": each.finished,
                "key": keys[i] if keys else None,
            }
            for i, (example, each) in enumerate(zip(examples, answers, strict=True))
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
