"""One run over the jobs of many brands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from smm_voice.config import TrackingConfig, Workspace
from smm_voice.tracking import run as tracking
from smm_voice.tracking.store import Store, open_store

# No brand's name can hold a capital.
EXPERIMENT = "All brands"


def log(
    config: TrackingConfig,
    workspace: Workspace,
    columns: Mapping[str, list[Any]],
    table: str,
    commit: str,
) -> tuple[Store, str]:
    """Log a finished sweep.

    Args:
        config: which store.
        workspace: where it is.
        columns: a row for each brand.
        table: the same as text.
        commit: of the code.

    Returns:
        The store and the run's id.
    """
    store = open_store(config, workspace, EXPERIMENT, "All brands")
    statuses = columns["exit status"]
    tags = {"smm.git_sha": commit}
    runs = workspace.runs / "all-brands"
    # No other command looks into this experiment.
    tracking.mark_killed(store, runs)
    with tracking.start(store, "retraining of all brands", "retrain", runs, tags) as run:
        run.metrics(
            {
                "retrain/brands": len(statuses),
                "retrain/failed": sum(status in (1, 2) for status in statuses),
                "retrain/refused": sum(status == 10 for status in statuses),
                "retrain/seconds": sum(columns["seconds"]),
            }
        )
        run.table(columns, "retrain/brands.json")
        run.note(f"```text\n{table}\n```")
    return store, run.id
