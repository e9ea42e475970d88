"""Deep links into the MLflow UI: a fresh browser opens it on an empty page."""

from __future__ import annotations

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


def model_version(store: Store, name: str, version: str) -> str:
    """A registered version."""
    return f"{store.ui}/#/models/{name}/versions/{version}"
