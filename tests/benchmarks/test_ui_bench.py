"""The store that the table of runs is measured on is one that MLflow reads."""

import shutil

import mlflow

from smm_voice.benchmarks.ui import fill


def test_the_runs_are_as_many_and_as_wide_as_asked_for(tmp_path, empty_store):
    shutil.copy(empty_store, tmp_path / "mlflow.db")
    assert "viewStateShareKey=" in fill(tmp_path, 4, 7)
    client = mlflow.MlflowClient(f"sqlite:///{tmp_path}/mlflow.db")
    experiment = client.get_experiment_by_name("bench-4-7")
    runs = client.search_runs([experiment.experiment_id])
    assert [len(run.data.metrics) for run in runs] == [7] * 4
    assert len({run.info.run_id for run in runs}) == 4
    assert len({run.data.metrics["voice/style_index"] for run in runs}) == 4
    assert all(run.data.tags["smm.verdict"] for run in runs)
