"""The MLflow store locked, gone for a while and gone for good; two commands at once."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time

import pytest

from tests.retraining.standing import in_order, named

HOLD = """
import sqlite3, sys, time
store = sqlite3.connect(sys.argv[1], timeout=60)
store.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
store.rollback()
"""


def wait_for(path, process, seconds=120):
    end = time.monotonic() + seconds
    while not path.exists():
        assert process.poll() is None and time.monotonic() < end, process.communicate(60)
        time.sleep(0.02)


@pytest.fixture
def paused(job, tmp_path):
    """A start of the job that waits after its run was made; `paused.go()` lets it go on."""
    meeting = tmp_path / "meeting"
    meeting.mkdir()

    def start(*more):
        process = job.start("retrain", *more, at=(f"meet:{meeting}", "create_run", "1"))
        wait_for(meeting / "here", process)
        process.go = (meeting / "go").touch
        return process

    started = []
    yield lambda *more: started.append(start(*more)) or started[-1]
    for process in started:
        process.kill()


def test_of_two_at_once_one_leaves_and_changes_nothing(job, paused):
    first = paused()
    before = job.files()
    for script in ("retrain", "promote", "rollback"):
        ended = job.run(script, expect=75)
        assert "at the moment; try again when that is done" in ended.stdout
    assert job.files() == before
    first.go()
    said, _ = first.communicate(120)
    assert first.returncode == 0 and "Nothing to do" in said, said
    in_order(job)


def test_a_locked_store_is_waited_for(job, paused):
    """MLflow itself gives up after 20 seconds."""
    process = paused()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(job.workspace / "mlflow.db"), "25"],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert holder.stdout.readline() == "held\n"
    locked = time.monotonic()
    process.go()
    said, _ = process.communicate(120)
    took = time.monotonic() - locked
    assert process.returncode == 0 and "Nothing to do" in said, said
    assert took > 24 and "The MLflow store does not answer; waiting" in said
    holder.communicate(60)
    in_order(job)


def test_a_store_that_is_gone_for_a_while_is_waited_for_and_not_made_anew(job, paused, tmp_path):
    store, away = job.workspace / "mlflow.db", tmp_path / "away.db"
    process = paused()
    store.rename(away)
    process.go()
    end = time.monotonic() + 4
    while time.monotonic() < end:
        assert not store.exists()
        assert process.poll() is None, process.communicate(60)
        time.sleep(0.01)
    away.rename(store)
    said, _ = process.communicate(120)
    assert process.returncode == 0 and "Nothing to do" in said, said
    in_order(job)


@pytest.mark.parametrize("script", ["retrain", "rollback"])
def test_gone_for_good_it_says_what_to_do_and_makes_nothing(job, script, tmp_path):
    (job.workspace / "mlflow.db").rename(tmp_path / "away.db")
    before = job.files()
    ended = job.run(script, "tracking.patience_seconds=1", expect=None)
    assert ended.returncode == 1, ended.stdout
    assert "mlflow.db is gone" in ended.stdout and "put it back" in ended.stdout
    assert job.files() == before


def test_gone_for_good_in_the_middle_it_says_so_and_the_next_start_mends(job, paused, tmp_path):
    store, away = job.workspace / "mlflow.db", tmp_path / "away.db"
    process = paused("tracking.patience_seconds=2")
    store.rename(away)
    begun = time.monotonic()
    process.go()
    said, _ = process.communicate(120)
    assert process.returncode == 1 and "Traceback" not in said, said
    assert "the MLflow store does not answer" in said
    assert "Start the same command again" in said and not store.exists()
    # It waited once, not for every note that it could not write.
    assert time.monotonic() - begun < 20
    shutil.move(away, store)
    told = job.run("retrain").stdout
    assert "was killed; it is marked FAILED" in told and "Nothing to do" in told
    assert named(job) == {"champion": "2", "previous": "1"}
    in_order(job)


def test_a_damaged_store_is_no_store_that_is_away(job):
    """Waiting does not help, and nothing is made in its place."""
    store = job.workspace / "mlflow.db"
    store.write_bytes(b"no database at all" * 1000)
    ended = job.run("retrain", expect=None)
    assert ended.returncode == 1 and "Traceback" not in ended.stdout, ended.stdout
    assert store.read_bytes() == b"no database at all" * 1000
    with sqlite3.connect(store) as damaged, pytest.raises(sqlite3.DatabaseError):
        damaged.execute("SELECT * FROM runs")
