"""Runs end FINISHED or FAILED, the store survives a crowd, names are the agreed ones."""

import dataclasses
import json
import shutil

import pytest

from smm_voice.config import TrackingConfig, Workspace
from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.metrics.base import Score
from smm_voice.tracking import links, registry, views
from smm_voice.tracking import run as runs
from smm_voice.tracking.names import flatten
from smm_voice.tracking.store import open_store, tracking_uri, ui_address
from tests import warm

CONFIG = TrackingConfig(uri=None, register=True, ui="http://127.0.0.1:5000")


@pytest.fixture
def store(tmp_path, empty_store):
    shutil.copy(empty_store, tmp_path / "mlflow.db")
    return open_store(CONFIG, Workspace(tmp_path, tmp_path), "acme", "Acme")


def status_of(run_id):
    import mlflow

    return mlflow.MlflowClient().get_run(run_id).info.status


@pytest.mark.parametrize(
    ("ui", "uri", "address"),
    [
        ("https://voice.example/", "http://store:5000", "https://voice.example"),
        (None, "https://lead:secret@mlflow.example:8443/base/", "https://mlflow.example:8443/base"),
        (None, "sqlite:////w/mlflow.db", "http://127.0.0.1:5000"),
        (None, "postgresql://lead:secret@base/mlflow", "http://127.0.0.1:5000"),
    ],
)
def test_links_lead_to_the_tracking_server_and_show_no_password(ui, uri, address):
    assert ui_address(TrackingConfig(uri=uri, register=True, ui=ui), uri) == address


def test_the_store_is_absolute_and_the_environment_goes_first(tmp_path, monkeypatch):
    workspace = Workspace(tmp_path, tmp_path)
    assert tracking_uri(CONFIG, workspace) == f"sqlite:///{tmp_path}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    assert tracking_uri(CONFIG, workspace) == "http://127.0.0.1:9"


def test_a_store_that_cannot_be_reached_says_so_without_its_password(tmp_path):
    config = TrackingConfig(uri="sqlite:////proc/none/x.db", register=True, ui="")
    with pytest.raises(SmmVoiceError, match="MLflow store"):
        open_store(config, Workspace(tmp_path, tmp_path), "acme", "Acme")


OPENING = """
import sys
from pathlib import Path
from smm_voice.config import TrackingConfig, Workspace
from smm_voice.tracking.store import open_store
folder = Path(sys.argv[1])
config = TrackingConfig(uri=None, register=True, ui="")
store = open_store(config, Workspace(folder, folder), "acme", "Acme")
"""


@pytest.fixture
def started(tmp_path):
    """Start code with the test's folder; none outlives the test."""
    processes = []

    def start(code):
        path = tmp_path / "code.py"
        path.write_text(code, encoding="utf-8")
        processes.append(warm.start(path, tmp_path))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.wait()


def test_four_processes_that_meet_a_missing_database_all_succeed(started, tmp_path):
    processes = [started(OPENING) for _ in range(4)]
    errors = [process.communicate(120)[1] for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, errors
    assert (tmp_path / "mlflow.db").is_file()


def test_a_run_that_ends_well_is_finished(store, tmp_path):
    with runs.start(store, "n", "train", tmp_path / "runs", {"a": 1}) as run:
        assert status_of(run.id) == "RUNNING"
        assert run.folder == tmp_path / "runs" / run.id
        run.metrics({"voice/style_index": 0.9})
    assert status_of(run.id) == "FINISHED"


@pytest.mark.parametrize("error", [ValueError("boom"), KeyboardInterrupt(), SystemExit(3)])
def test_a_run_that_breaks_is_failed_with_the_reason(store, tmp_path, error):
    import mlflow

    with (
        pytest.raises(type(error)),
        runs.start(store, "n", "train", tmp_path / "runs", {}) as run,
    ):
        raise error
    ended = mlflow.MlflowClient().get_run(run.id)
    assert ended.info.status == "FAILED"
    assert ended.data.tags["smm.failure"] in ("boom", "KeyboardInterrupt", "3")


KILLED = f"""{OPENING}
import time
from smm_voice.tracking import run as runs
with runs.start(store, "n", "train", folder / "runs", {{}}) as run:
    print(run.id, flush=True)
    time.sleep(100)
"""


def test_a_killed_run_is_marked_and_a_living_one_is_not(store, started, tmp_path):
    first, second = started(KILLED), started(KILLED)
    dead, living = (process.stdout.readline().strip() for process in (first, second))
    first.kill()
    first.wait()
    assert runs.mark_killed(store, tmp_path / "runs") == [dead]
    assert (status_of(dead), status_of(living)) == ("FAILED", "RUNNING")
    assert runs.mark_killed(store, tmp_path / "runs") == []


def test_a_terminated_run_is_failed_at_once(store, started):
    code = "from scripts import entry; import signal\n"
    code += "signal.signal(signal.SIGTERM, entry._terminated)\n"
    process = started(code + KILLED)
    run_id = process.stdout.readline().strip()
    process.terminate()
    process.wait(30)
    assert status_of(run_id) == "FAILED"


def test_metric_names_are_the_agreed_ones_and_nothing_absent_becomes_zero():
    arms = {
        "base": {"voice/style_index": Score(0.2, 0.1, 0.3, 5)},
        "candidate": {
            "voice/style_index": Score(0.9, 0.8, 1.0, 5),
            "fluency/nonword_rate": Score(None, warnings=("no data",)),
        },
    }
    assert flatten(arms, "candidate") == {
        "voice/style_index.base": 0.2,
        "voice/style_index_ci_low.base": 0.1,
        "voice/style_index_ci_high.base": 0.3,
        "voice/style_index": 0.9,
        "voice/style_index_ci_low": 0.8,
        "voice/style_index_ci_high": 1.0,
    }


def test_mlflow_takes_every_metric_name(store, tmp_path):
    import mlflow

    from smm_voice.metrics import METRICS

    names = [f"{name}{part}{arm}" for name in METRICS for part in ("", "_ci_low", "_ci_high")
             for arm in ("", ".base")]  # fmt: skip
    with runs.start(store, "n", "train", tmp_path / "runs", {}) as run:
        run.metrics(dict.fromkeys(names, 0.5))
    assert mlflow.MlflowClient().get_run(run.id).data.metrics.keys() == set(names)


def test_more_metrics_than_mlflow_takes_at_once_are_all_logged(store, tmp_path):
    import mlflow

    names = [f"voice/of_group_{i}" for i in range(2100)]
    with runs.start(store, "n", "train", tmp_path / "runs", {}) as run:
        run.metrics(dict.fromkeys(names, 0.5))
    assert mlflow.MlflowClient().get_run(run.id).data.metrics.keys() == set(names)


def test_a_model_that_is_not_there_is_listed(store):
    with pytest.raises(InputError, match="none is registered yet"):
        registry.find("acme", "champion")
    assert not registry.has_champion("acme")


def test_links_lead_to_run_report_and_table(store):
    assert links.report(store, "abc") == (
        f"http://127.0.0.1:5000/#/experiments/{store.experiment_id}/runs/abc/artifacts/"
        "report/index.html"
    )


def test_links_carry_what_they_compare(store):
    pair = links.arms_side_by_side(store, "a&b", "c")
    assert pair.endswith("/evaluation-runs?selectedRunUuid=a%26b&compareToRunUuid=c")
    listed = links.compare_runs(store, ["a", "b"])
    assert listed.endswith(
        "/#/compare-runs?runs=%5B%22a%22%2C+%22b%22%5D&experiments=%5B%221%22%5D"
    )
    with pytest.raises(ValueError, match="two runs"):
        links.compare_runs(store, ["a"])


def test_the_experiment_leads_to_its_own_view_in_its_first_line(store):
    import mlflow

    tags = mlflow.MlflowClient().get_experiment(store.experiment_id).tags
    first = tags["mlflow.note.content"].splitlines()[0]
    assert "write like Acme? **0 = like other brands, 1 = like Acme.**" in first
    address = views.runs_view(store).address
    assert f"({address})" in first
    state = json.loads(tags[f"mlflow.sharedViewState.{address.rpartition('=')[2]}"])
    assert state["selectedColumns"][0] == "tags.`smm.verdict`"
    assert set(state["selectedColumns"]) < set(state["columnOrder"])


def test_the_columns_of_the_view_are_metrics_that_exist():
    from smm_voice.metrics import METRICS

    shown = {name.split("`")[1] for name in views.COLUMNS if name.startswith("metrics.")}
    assert shown <= METRICS.keys()


def test_system_metrics_are_logged_on_demand_even_for_a_short_run(store, tmp_path):
    import mlflow

    told = dataclasses.replace(store, system_metrics=True)
    logged = {}
    for name, each in (("silent", store), ("told", told)):
        with runs.start(each, name, "train", tmp_path / "runs", {}) as run:
            run.metrics({"voice/style_index": 0.9})
        found = mlflow.MlflowClient().get_run(run.id)
        assert found.info.status == "FINISHED"
        logged[name] = found.data.metrics.keys()
    assert logged["silent"] == {"voice/style_index"}
    assert {"system/cpu_utilization_percentage", "system/system_memory_usage_megabytes",
            "voice/style_index"} <= logged["told"]  # fmt: skip


def test_the_store_is_told_of_system_metrics_by_the_config(store, tmp_path):
    config = dataclasses.replace(CONFIG, system_metrics=True)
    assert open_store(config, Workspace(tmp_path, tmp_path), "a", "A").system_metrics
