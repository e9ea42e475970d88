"""How far in time a model has read: what may not be among the posts it is judged by."""

from __future__ import annotations

import json
from collections.abc import Iterable

from smm_voice.dataset.build import Dataset
from smm_voice.dataset.example import Example


def learned_until(dataset: Dataset) -> str:
    """Time of the newest post that a model learns from or is chosen by, ISO 8601.

    For a dataset in several languages a JSON object: language → time. Each language has splits of
    its own.
    """
    return _by_language(dataset.splits["validation"])


def latest(until: str) -> str:
    """The latest of the times of all languages."""
    return max(json.loads(until).values()) if until.startswith("{") else until


def data_until(dataset: Dataset) -> str:
    """Time of the newest post of all, in the form of `learned_until`: what comes later is new."""
    return _by_language(e for rows in dataset.splits.values() for e in rows)


def of_language(until: str, language: str) -> str:
    """The time for one language; "" where the model has learned nothing of it."""
    if not until.startswith("{"):
        return until
    return str(json.loads(until).get(language, ""))


def _by_language(examples: Iterable[Example]) -> str:
    newest: dict[str, str] = {}
    for example in examples:
        language = example.post.language or ""
        time = example.post.created_at.isoformat()
        newest[language] = max(time, newest.get(language, ""))
    return next(iter(newest.values())) if len(newest) == 1 else json.dumps(newest, sort_keys=True)
