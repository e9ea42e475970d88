"""Looks for drift in MLflow: what is logged, and the series that the runs make."""

import shutil
from datetime import UTC, datetime

import pytest

from smm_voice.config import TrackingConfig, Workspace
from smm_voice.monitoring.signal import Monitored, Signal
from smm_voice.report.given import Told
from smm_voice.tracking import monitoring
from smm_voice.tracking import run as runs
from smm_voice.tracking.store import open_store

CONFIG = TrackingConfig(uri=None, register=True, ui="http://127.0.0.1:5000")
MOVED = Signal("drift/input_psi", "input", 0.5, 0.4, 0.6, 0.001, 0.01, 0.2, alarm=True)
STILL = Signal("drift/input_mmd2", "input", 0.0, p=0.7, p_adjusted=0.7, band=0.02)
UNTOLD = Signal("drift/output_style", "output", None, band=0.1)
CHANGED = Signal("drift/output_changed", "output", 0.25)


def looked(*signals, language="en"):
    return Monitored(language, ("", ""), ("", ""), signals, {})


@pytest.fixture
def store(tmp_path, empty_store):
    shutil.copy(empty_store, tmp_path / "mlflow.db")
    return open_store(CONFIG, Workspace(tmp_path, tmp_path), "acme", "Acme")


@pytest.fixture
def log(store, tmp_path):
    def logged(monitored, day=1, answers=None, kind="monitor", fails=False):
        when = datetime(2018, 1, day, tzinfo=UTC)
        try:
            with runs.start(store, "n", kind, tmp_path / "runs", {}) as run:
                monitoring.log_look(run, monitored, answers, when)
                if fails:
                    raise ValueError
        except ValueError:
            pass
        return run.id

    return logged


def test_what_has_no_value_is_not_logged_and_zero_is():
    assert monitoring.flatten(looked(MOVED, STILL, UNTOLD, CHANGED)) == {
        "drift/input_psi": 0.5, "drift/input_psi_ci_low": 0.4, "drift/input_psi_ci_high": 0.6,
        "drift/input_psi_p": 0.01, "drift/input_psi_band": 0.2,
        "drift/input_mmd2": 0.0, "drift/input_mmd2_p": 0.7, "drift/input_mmd2_band": 0.02,
        "drift/output_changed": 0.25,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("signals", "state"),
    [((MOVED, STILL), "alarm"), ((STILL, UNTOLD), "calm"), ((UNTOLD,), "no data"), ((), "no data")],
)
def test_the_state_of_a_look(signals, state):
    assert monitoring.state(looked(*signals)) == state


def test_the_series_is_in_the_order_of_looking_whatever_became_of_the_run(store, log, tmp_path):
    late = log(looked(MOVED, CHANGED), day=20)
    early = log(looked(STILL, UNTOLD), day=3, kind="retrain", fails=True)
    log(looked(MOVED, language="fr"), day=9)
    with runs.start(store, "n", "train", tmp_path / "runs", {}) as other:
        other.metrics({"drift/input_psi": 9.0})
    found = monitoring.series(store, "en")
    assert [(look.run, look.state) for look in found] == [(early, "calm"), (late, "alarm")]
    assert found[0].when == "2018-01-03T00:00:00+00:00"
    assert found[0].signals == {"drift/input_mmd2": Told(0.0, 0.7, 0.02, False)}
    assert found[1].signals == {
        "drift/input_psi": Told(0.5, 0.01, 0.2, True), "drift/output_changed": Told(0.25),
    }  # fmt: skip
    assert [look.language for look in monitoring.series(store)] == ["en", "fr", "en"]
    assert monitoring.read_look(late).alarms == [MOVED]


def test_the_first_answers_that_can_be_read_are_the_reference(store, log):
    import mlflow

    def answers(key, *texts):
        return {"key": key, "answers": [{"id": "1", "text": text} for text in texts]}

    assert monitoring.first_answers(store, "k") is None
    first = log(looked(STILL), answers=answers("k", "one"))
    log(looked(STILL), answers=answers("other", "no"))
    log(looked(STILL), answers=answers("k", "two"))
    assert monitoring.first_answers(store, "k") == ["one"]
    mlflow.MlflowClient().log_text(first, "{", monitoring.ANSWERS)
    assert monitoring.first_answers(store, "k") == ["two"]
