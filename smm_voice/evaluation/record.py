"""An evaluation as a file: everything that comparing and reporting need, whole again when read.

`eval/evaluation.json` of a run. Scores keep their value for each brief, so that two evaluations
can be compared brief by brief long after their models are gone.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from smm_voice.errors import InputError
from smm_voice.evaluation.run import Comparison, Evaluation, declared
from smm_voice.metrics.base import Finding, Item, Score
from smm_voice.metrics.voice.explain import Differing
from smm_voice.metrics.voice.features import FEATURES
from smm_voice.statistics import Difference

# Raised when a file of an older version can no longer be read.
FORMAT = 2
PATH = "eval/evaluation.json"


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """The whole evaluation as plain values; JSON has no NaN, so none is written."""
    metrics = declared(evaluation.arms)
    return _plain(
        {
            "format": FORMAT,
            "brand": evaluation.brand,
            "subject": evaluation.subject,
            "verdict": evaluation.verdict,
            "better": evaluation.better,
            "metrics": {
                name: {"version": m.version, "level": m.level, "best": m.best,
                       "interval": m.interval}
                for name, m in metrics.items()
            },
            "arms": {
                arm: {
                    name: {**score.as_json(), "asked": len(evaluation.texts[arm]),
                           "per_item": list(score.per_item)}
                    for name, score in scores.items()
                }
                for arm, scores in evaluation.arms.items()
            },
            "comparisons": [dataclasses.asdict(each) for each in evaluation.comparisons],
            "differing": [
                {"feature": d.feature.name, "ours": d.ours, "brand": d.brand, "effect": d.effect}
                for d in evaluation.differing
            ],
            "strata": {name: list(labels) for name, labels in evaluation.strata.items()},
            "texts": {
                arm: [_item_as_json(item) for item in items]
                for arm, items in evaluation.texts.items()
            },
            "findings": {
                arm: [[dataclasses.asdict(f) for f in found] for found in each]
                for arm, each in evaluation.findings.items()
            },
            "tables": evaluation.tables,
            "provenance": evaluation.provenance,
        }
    )  # fmt: skip


def from_json(values: Mapping[str, Any]) -> Evaluation:
    """The reverse of `as_json`.

    Raises:
        InputError: the values are of another format, or are no evaluation.
    """
    if values.get("format") != FORMAT:
        raise InputError(
            f"this evaluation was written in format {values.get('format', 1)}, and format {FORMAT} "
            "is read: evaluate the model again"
        )
    features = {feature.name: feature for feature in FEATURES}
    try:
        return Evaluation(
            brand=values["brand"],
            arms={
                arm: {name: _score(score) for name, score in scores.items()}
                for arm, scores in values["arms"].items()
            },
            texts={
                arm: [_item(row) for row in rows] for arm, rows in values["texts"].items()
            },
            findings={
                arm: [[Finding(**f) for f in found] for found in each]
                for arm, each in values["findings"].items()
            },
            comparisons=[
                Comparison(**{**each, "difference": Difference(**each["difference"])})
                for each in values["comparisons"]
            ],
            subject=values["subject"],
            verdict=values["verdict"],
            better=values["better"],
            provenance=values["provenance"],
            differing=[
                Differing(features[d["feature"]], d["ours"], d["brand"], d["effect"])
                for d in values["differing"]
                if d["feature"] in features
            ],
            tables=values["tables"],
            strata=values["strata"],
        )  # fmt: skip
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise InputError(f"this is no whole evaluation: {error!r}") from error


def read(path: Path) -> Evaluation:
    """The evaluation in a file.

    Raises:
        InputError: the file cannot be read, or holds no evaluation of this format.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    if not isinstance(values, dict):
        raise InputError(f"{path} holds no evaluation")
    try:
        return from_json(values)
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def _item_as_json(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "text": item.text,
        "brief": item.brief,
        "when": item.when.isoformat() if item.when else None,
        "finished": item.finished,
        "variants": list(item.variants),
    }


def _item(row: Mapping[str, Any]) -> Item:
    when = datetime.fromisoformat(row["when"]) if row["when"] else None
    return Item(**{**row, "when": when, "variants": tuple(row["variants"])})


def _score(row: Mapping[str, Any]) -> Score:
    return Score(
        row["value"], row["ci_low"], row["ci_high"], row["n"], tuple(row["per_item"]),
        tuple(row["warnings"]),
    )  # fmt: skip


def _plain(value: Any) -> Any:
    """With lists for tuples, plain numbers for numpy's, None for what is not finite."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if value is None or isinstance(value, bool | int | str):
        return value
    return str(value)
