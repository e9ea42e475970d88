"""How far in time a model has read: what may not be among the posts it is judged by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

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


def advanced(until: str, newest: Mapping[str, str]) -> str:
    """`until`, in the form of `learned_until`, moved on to what else was learned from.

    Args:
        until: how far a model had learned.
        newest: language → time of the newest post that it has learned from since, ISO 8601.
    """
    if not until.startswith("{"):
        return max([until, *newest.values()])
    known: dict[str, str] = json.loads(until)
    for language, time in newest.items():
        known[language] = max(time, known.get(language, ""))
    return json.dumps(known, sort_keys=True)


def later(first: str, second: str) -> str:
    """The later of two times, each in the form of `learned_until`; language by language.

    A plain time is of a language that it does not name: beside times of several languages it may
    be of any, and the newest of all counts.
    """
    if first == second or not first or not second:
        return first or second
    if not (first.startswith("{") and second.startswith("{")):
        return max(latest(first), latest(second))
    return advanced(first, json.loads(second))


def _by_language(examples: Iterable[Example]) -> str:
    newest: dict[str, str] = {}
    for example in examples:
        language = example.post.language or ""
        time = example.post.created_at.isoformat()
        newest[language] = max(time, newest.get(language, ""))
    return next(iter(newest.values())) if len(newest) == 1 else json.dumps(newest, sort_keys=True)
