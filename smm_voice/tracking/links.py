"""Deep links into the MLflow UI: a fresh browser opens it on an empty page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from urllib.parse import urlencode

from smm_voice.tracking.store import Store


def run_page(store: Store, run_id: str) -> str:
    """The run: note, parameters, metrics."""
    return f"{store.ui}/#/experiments/{store.experiment_id}/runs/{run_id}"


def report(store: Store, run_id: str) -> str:
    """The report, shown by the artifact viewer."""
    return f"{run_page(store, run_id)}/artifacts/report/index.html"


def side_by_side(store: Store, run_id: str) -> str:
    """The table of all arms' posts."""
    return f"{run_page(store, run_id)}/artifacts/eval/side_by_side.json"


def runs(store: Store) -> str:
    """All runs of the brand, as a table."""
    return f"{store.ui}/#/experiments/{store.experiment_id}/runs"


def arms(store: Store) -> str:
    """All runs of arms, each with its posts; two of them can be set side by side."""
    return f"{store.ui}/#/experiments/{store.experiment_id}/evaluation-runs"


def arms_side_by_side(store: Store, run_a: str, run_b: str) -> str:
    """Two arms' posts to the same briefs, row by row; see `tracking.arm_runs`."""
    chosen = urlencode({"selectedRunUuid": run_a, "compareToRunUuid": run_b})
    return f"{arms(store)}?{chosen}"


def compare_runs(store: Store, ids: Sequence[str]) -> str:
    """Metrics, parameters and tags of several runs in columns.

    Raises:
        ValueError: fewer than two runs.
    """
    if len(ids) < 2:
        raise ValueError("two runs at least are needed for a comparison")
    chosen = urlencode(
        {"runs": json.dumps(list(ids)), "experiments": json.dumps([store.experiment_id])}
    )
    return f"{store.ui}/#/compare-runs?{chosen}"


def tables(store: Store) -> str:
    """The artifact tables of the runs that are chosen there, in one table."""
    return f"{runs(store)}?compareRunsMode=ARTIFACT"


def review_queue(store: Store) -> str:
    """The posts that wait for a person's judgement."""
    return f"{store.ui}/#/experiments/{store.experiment_id}/review-queue"


def model_version(store: Store, name: str, version: str) -> str:
    """A registered version."""
    return f"{store.ui}/#/models/{name}/versions/{version}"
