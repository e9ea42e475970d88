"""Which start of the scheduled job was the newest, whatever clocks and other hosts say."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from smm_voice.config import TrackingConfig, Workspace
from smm_voice.tracking import retrainings
from smm_voice.tracking.run import Run
from smm_voice.tracking.store import open_store

NOW = datetime(2026, 5, 4, tzinfo=UTC)
WRONG = datetime(2100, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path, empty_store):
    shutil.copy(empty_store, tmp_path / "mlflow.db")
    config = TrackingConfig(uri=None, register=True, ui="")
    return open_store(config, Workspace(tmp_path, tmp_path), "acme", "Acme")


@pytest.fixture
def start(store, tmp_path):
    """A start that ended with a decision, dated by the clock of its host; its run."""
    import mlflow

    client = mlflow.MlflowClient()

    def started(decision, clock, until="", status="FINISHED", at=None, begun=""):
        made = client.create_run(
            store.experiment_id, int(clock.timestamp() * 1000), {"smm.kind": "retrain"}
        )
        run = Run(made.info.run_id, tmp_path / made.info.run_id)
        if begun:
            retrainings.begin(run, begun, "forced", {})
        if decision:
            came = {"decision": decision, "said": [], "version": None, "facts": {"until": until}}
            retrainings.note(run, came, at or clock)
        if status != "RUNNING":
            client.set_terminated(run.id, status)
        return run.id

    return started


def forget_numbers(store):
    """The registry as it was before starts were counted."""
    import mlflow

    client = mlflow.MlflowClient()
    for run in client.search_runs([store.experiment_id]):
        client.delete_tag(run.info.run_id, "smm.start_number")


def test_an_attempt_under_a_wrong_clock_hides_no_later_one(store, start):
    start("refused", WRONG, "a")
    assert retrainings.last_attempt(store).facts["until"] == "a"
    later = start("proposed", NOW, "b")
    assert retrainings.last_attempt(store).facts["until"] == "b"
    assert retrainings.newest(store).run == later
    idle = start("nothing", NOW + timedelta(hours=1))
    assert retrainings.newest(store).run == idle
    assert retrainings.last_attempt(store).run == later
    # Ten more: the numbers are compared as numbers.
    for _ in range(10):
        last = start("refused", NOW)
    assert retrainings.newest(store).run == last == retrainings.last_attempt(store).run


def test_a_clock_that_is_behind_hides_nothing_either(store, start):
    start("refused", NOW, "a")
    assert start("refused", NOW - timedelta(days=9000)) == retrainings.last_attempt(store).run


def test_where_starts_were_not_counted_those_of_the_future_are_passed_over(store, start):
    start("refused", WRONG, at=NOW)
    before = start("refused", NOW)
    forget_numbers(store)
    assert retrainings.newest(store).run == before == retrainings.last_attempt(store).run
    after = start("refused", NOW - timedelta(days=1))
    assert retrainings.newest(store).run == after == retrainings.last_attempt(store).run


def test_the_cool_down_begins_with_an_attempt_that_lies_before_now(store, start):
    before = start("refused", NOW)
    # The job's own clock, of a past that was played again.
    start("refused", NOW, at=WRONG)
    assert retrainings.last_attempt(store, NOW + timedelta(days=1)).run == before
    assert retrainings.last_attempt(store, NOW - timedelta(days=1)) is None
    assert retrainings.last_attempt(store).at == WRONG


def test_a_decision_counts_although_its_run_stayed_running(store, start):
    start("refused", NOW, "a")
    # Died on another host after it had decided: nobody can mark the run.
    decided = start("refused", NOW, "b", status="RUNNING", begun="key")
    assert retrainings.last_attempt(store).run == decided == retrainings.newest(store).run
    # Under way, as the start that asks is.
    start("", NOW, status="RUNNING", begun="key")
    assert retrainings.last_attempt(store).run == decided == retrainings.newest(store).run
    assert retrainings.unfinished(store, "key") is None
    failed = start("failed", NOW, status="RUNNING", begun="key")
    assert retrainings.unfinished(store, "key").run == failed


def test_a_start_that_was_killed_hides_nothing_that_was_noted(store, start):
    noted = start("nothing", NOW)
    start("", NOW + timedelta(hours=1), status="FAILED")
    assert retrainings.newest(store).run == noted
