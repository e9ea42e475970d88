"""The one run over the jobs of a sweep."""

import dataclasses
import functools
import shutil

import mlflow
import pytest

from smm_voice.commands.parent import Parent
from smm_voice.commands.sweep import Outcome
from smm_voice.config import TrackingConfig, Workspace
from smm_voice.tracking import run as tracking
from smm_voice.tracking import searches, sweeps
from smm_voice.tracking.store import open_store

CONFIG = TrackingConfig(uri=None, register=True, ui="")


@dataclasses.dataclass(frozen=True)
class Config:
    """As much of a command's configuration as a parent looks at."""

    workspace: str
    repository: str
    tracking: TrackingConfig = CONFIG
    dry_run: bool = False


@pytest.fixture
def config(tmp_path, empty_store):
    shutil.copy(empty_store, tmp_path / "mlflow.db")
    return Config(str(tmp_path), str(tmp_path))


def child(config, brand, status="FINISHED", below=None):
    """A run as a job makes it; its process is gone where it is left RUNNING."""
    store = open_store(config.tracking, Workspace.of(config), brand, brand)
    runs = Workspace.of(config).runs / brand
    with tracking.start(store, f"{brand}-1", "train", runs, below or {}) as run:
        pass
    mlflow.MlflowClient().set_terminated(run.id, status)
    if status == "RUNNING":  # on a machine that nobody here can ask
        mlflow.MlflowClient().set_tag(run.id, "smm.host", "elsewhere")
    return run.id


def found(run_id):
    return mlflow.MlflowClient().get_run(run_id)


def test_all_jobs_hang_below_one_run_that_tells_how_they_ended(config):
    parent = Parent("training")
    adopted = [parent.adopt(config) for _ in range(2)]
    assert {each.tracking.parent for each in adopted} == {parent.id}
    ids = [child(adopted[0], "acme"), child(adopted[1], "other")]
    assert [found(each).data.tags["mlflow.parentRunId"] for each in ids] == [parent.id] * 2
    parent.end([Outcome("acme", 0, 1.0), Outcome("other", 10, 2.0)])
    over = found(parent.id)
    assert over.info.status == "FINISHED"  # the gate's no is no failure
    assert over.data.tags["smm.kind"] == "sweep"
    assert over.data.metrics["sweep/jobs"] == 2 and over.data.metrics["sweep/refused"] == 1
    note = over.data.tags["mlflow.note.content"]
    assert all(each in note for each in ids)
    assert "the gate said no" in note


def test_runs_and_brands_beyond_the_first_page_are_found(config, monkeypatch):
    parent = Parent("training")
    adopted = parent.adopt(config)
    ids = [child(adopted, name, "RUNNING") for name in ("acme", "acme", "other")]
    for search in ("search_runs", "search_experiments"):
        real = getattr(mlflow.MlflowClient, search)
        monkeypatch.setattr(
            mlflow.MlflowClient, search, functools.partialmethod(real, max_results=1)
        )
    parent.end([Outcome("acme", 0, 1.0)])
    note = found(parent.id).data.tags["mlflow.note.content"]
    assert all(found(each).info.status == "FAILED" for each in ids)
    assert sum(each in note for each in ids) == 2  # of acme; the other has no line


def test_a_search_that_goes_on_in_another_sweep_hangs_below_that(config):
    store = open_store(config.tracking, Workspace.of(config), "acme", "acme")
    runs = Workspace.of(config).runs / "acme"
    earlier = None
    for parent in ("a" * 32, "b" * 32, None):
        with searches.whole(
            dataclasses.replace(store, parent=parent), "search", runs, "s", earlier, {}
        ) as run:
            assert earlier in (None, run.id)
            earlier = run.id
        assert found(run.id).data.tags[tracking.PARENT] == (parent or "b" * 32)


@pytest.mark.parametrize("status", [1, 2, 75])
def test_it_fails_where_a_job_did_and_says_why(config, status):
    parent = Parent("training")
    parent.adopt(config)
    parent.end([Outcome("acme", 0, 1.0), Outcome("other", status, 2.0, "the | disk is full")])
    over = found(parent.id)
    assert over.info.status == "FAILED"
    assert over.data.tags["smm.failure"].startswith("1 of 2 jobs: ")
    assert "the \\| disk is full" in over.data.tags["mlflow.note.content"]


def test_a_run_whose_machine_was_lost_does_not_stay_running(config):
    parent = Parent("training")
    adopted = parent.adopt(config)
    lost = child(adopted, "acme", "RUNNING")
    below = child(config, "acme", "RUNNING", {"mlflow.parentRunId": lost})
    unrelated = child(config, "acme", "RUNNING")
    parent.end([Outcome("acme", 1, 1.0, "lost")])
    assert [found(each).info.status for each in (lost, below, unrelated)] == [
        "FAILED", "FAILED", "RUNNING",
    ]  # fmt: skip


def test_no_run_over_a_dry_run_or_where_a_parent_is_given(config):
    parent = Parent("training")
    given = dataclasses.replace(config.tracking, parent="a" * 32)
    for each in (
        dataclasses.replace(config, dry_run=True), dataclasses.replace(config, tracking=given)
    ):  # fmt: skip
        assert parent.adopt(each) is each
    parent.end([Outcome("acme", 0, 1.0)])
    assert parent.id is None


def test_a_sweep_that_was_killed_is_marked_by_the_next_one(config, monkeypatch):
    workspace = Workspace.of(config)
    with monkeypatch.context() as dying:
        # Nothing that ends a run is reached, as with SIGKILL.
        dying.setattr(mlflow.MlflowClient, "set_terminated", lambda *_: None)
        with (
            pytest.raises(ZeroDivisionError),
            sweeps.start(CONFIG, workspace, "training", "unknown") as (store, _),
        ):
            raise ZeroDivisionError
    with sweeps.start(CONFIG, workspace, "training", "unknown") as (store, run):
        pass
    ended = {
        each.info.run_id: each.info.status
        for each in mlflow.MlflowClient().search_runs([store.experiment_id])
    }
    assert ended.pop(run.id) == "FINISHED"
    assert list(ended.values()) == ["FAILED"]
