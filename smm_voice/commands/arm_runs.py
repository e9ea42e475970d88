"""An evaluation's arms as runs of their own, for MLflow's side-by-side screen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from smm_voice.evaluation.run import Evaluation
from smm_voice.tracking.arm_runs import ArmRow, log_arm
from smm_voice.tracking.names import flatten
from smm_voice.tracking.store import Store

# What a person who reads posts wants beside each.
_SHOWN = ("voice/style_index", "fluency/bits_per_byte_ratio", "memorisation/copy_excess")


def log_arms(
    store: Store,
    runs: Path,
    evaluation: Evaluation,
    fingerprint: str,
    everything: Mapping[str, float],
) -> dict[str, str]:
    """Log every arm; those that other evaluations share are found again by their content.

    Args:
        store: of the brand.
        runs: the brand's folder of runs.
        evaluation: its arms answer the same briefs in the same order.
        fingerprint: of the dataset.
        everything: all numbers of the evaluation; they stand with the run of the arm in question.

    Returns:
        Arm → run id.
    """
    human = evaluation.texts["human"]
    ids = {}
    for arm, items in evaluation.texts.items():
        if not items:
            continue
        scores = evaluation.arms[arm]
        shown = {name: scores[name].per_item for name in _SHOWN if name in scores}
        rows = [
            ArmRow(
                brief=own.brief or own.id,
                text=item.text,
                scores={
                    name: value
                    for name, values in shown.items()
                    if values and (value := values[at]) is not None
                },
                findings=evaluation.findings[arm][at],
                human=own.text,
            )
            for at, (item, own) in enumerate(zip(items, human, strict=True))
        ]
        metrics = dict(everything) if arm == evaluation.subject else flatten({arm: scores}, arm)
        kind = "reference"
        tags: dict[str, object] = {"smm.dataset_fingerprint": fingerprint}
        if arm == evaluation.subject:
            kind = "evaluation"
            tags["smm.evaluation"] = str(evaluation.provenance.get("run"))
        content = _digest(rows, metrics, evaluation.provenance.get("metrics"))
        ids[arm] = log_arm(store, runs, arm, kind, rows, metrics, tags, content)
    return ids


def _digest(rows: list[ArmRow], metrics: Mapping[str, float], versions: object) -> str:
    """Of the answers, what they were compared with, and what was made of both."""
    seen = [
        [(row.brief, row.text, row.human, dict(row.scores), [vars(f) for f in row.findings])
         for row in rows], metrics, versions,
    ]  # fmt: skip
    text = json.dumps(seen, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
