"""How far in time a model has read: what may not be among the posts it is judged by."""

from __future__ import annotations

import json

from smm_voice.dataset.build import Dataset


def learned_until(dataset: Dataset) -> str:
    """Time of the newest post that a model learns from or is chosen by, ISO 8601.

    For a dataset in several languages a JSON object: language → time. Each language has splits of
    its own.
    """
    newest: dict[str, str] = {}
    for example in dataset.splits["validation"]:
        language = example.post.language or ""
        time = example.post.created_at.isoformat()
        newest[language] = max(time, newest.get(language, ""))
    return next(iter(newest.values())) if len(newest) == 1 else json.dumps(newest, sort_keys=True)


def newest_post(dataset: Dataset) -> str:
    """Time of the newest post of a dataset, ISO 8601: what comes later is new."""
    return max(e.post.created_at.isoformat() for rows in dataset.splits.values() for e in rows)


def of_language(until: str, language: str) -> str:
    """The time for one language; "" where the model has learned nothing of it."""
    if not until.startswith("{"):
        return until
    return str(json.loads(until).get(language, ""))
