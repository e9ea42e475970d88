"""The run over all brands."""

import shutil

import pytest

from smm_voice.config import TrackingConfig, Workspace
from smm_voice.tracking import sweeps

CONFIG = TrackingConfig(uri=None, register=True, ui="")
COLUMNS = {"brand": ["acme"], "exit status": [0], "seconds": [1.0]}


def test_a_summary_that_was_killed_is_marked_by_the_next_one(tmp_path, empty_store, monkeypatch):
    import mlflow

    shutil.copy(empty_store, tmp_path / "mlflow.db")
    workspace = Workspace(tmp_path, tmp_path)
    with monkeypatch.context() as dying:
        # Nothing that ends a run is reached, as with SIGKILL.
        dying.setattr(mlflow.MlflowClient, "set_terminated", lambda *_: None)
        dying.setattr(sweeps.tracking.Run, "table", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sweeps.log(CONFIG, workspace, COLUMNS, "acme", "unknown")
    store, run = sweeps.log(CONFIG, workspace, COLUMNS, "acme", "unknown")
    found = mlflow.MlflowClient().search_runs([store.experiment_id])
    ended = {each.info.run_id: each.info.status for each in found}
    assert ended.pop(run) == "FINISHED"
    assert list(ended.values()) == ["FAILED"]
