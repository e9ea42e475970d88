"""Ended from outside, and a hundred starts with nothing to do."""

from __future__ import annotations

import json

from tests.retraining.job import PROMOTE
from tests.retraining.standing import in_order, named
from tests.retraining.test_faults_store import wait_for

QUIET = ("retraining.triggers.drift=false", PROMOTE)
STARTS = 10


def test_sigterm_in_the_middle_fails_the_run_and_the_next_start_goes_on(job, tmp_path):
    job.has(180)
    meeting = tmp_path / "meeting"
    meeting.mkdir()
    process = job.start("retrain", *QUIET, at=(f"meet:{meeting}", "log_batch", "8"))
    wait_for(meeting / "here", process)
    assert job.runs("train")[-1].info.status == "RUNNING"
    process.terminate()
    said, _ = process.communicate(60)
    assert process.returncode == 1 and "the same command goes on from there" in said, said
    assert "Traceback" not in said
    assert {job.runs(kind)[-1].info.status for kind in ("retrain", "train")} == {"FAILED"}
    assert named(job) == {"champion": "2", "previous": "1"}
    # Failing to tell fails nothing: a port where nobody is, and a file that is a folder.
    told = job.run(
        "retrain", *QUIET, f"retraining.notification.file={tmp_path}",
        "retraining.notification.webhook_variable=SMM_TEST_HOOK",
        "retraining.notification.timeout=2",
        environment=_with("SMM_TEST_HOOK", "http://127.0.0.1:9/nobody"),
    ).stdout  # fmt: skip
    assert "an earlier start began this very training: it goes on" in told
    assert "Going on where run" in told and "Promoted: version 3" in told
    assert "Not told by file" in told and "Not told by webhook" in told
    assert named(job) == {"champion": "3", "previous": "2"}
    # It did not look again; what new posts are is reckoned from this start all the same.
    facts = json.loads(job.runs("retrain")[-1].data.tags["smm.facts"])
    assert facts["new_posts"] and facts["posts"] and facts["until"]
    in_order(job)


def test_starts_with_nothing_to_do_leave_their_records_and_nothing_else(job, run_script):
    script, *arguments = job.arguments("retrain", *QUIET)
    assert run_script(script, *arguments).status == 0
    store = job.workspace / "mlflow.db"
    files, size = job.files(), store.stat().st_size
    folders = sorted(path for path in job.workspace.rglob("*") if path.is_dir())
    del files["mlflow.db"]
    for _ in range(STARTS):
        ended = run_script(script, *arguments)
        assert ended.status == 0 and "Nothing to do" in ended.output
    now = job.files()
    del now["mlflow.db"]
    assert now == files
    assert sorted(path for path in job.workspace.rglob("*") if path.is_dir()) == folders
    # A run is a row, a dozen tags and their indices.
    assert (store.stat().st_size - size) / STARTS < 16_000
    assert len(job.runs("retrain")) >= STARTS + 4


def test_no_command_leaves_copies_behind_in_the_folder_for_temporary_files(job, tmp_path):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    given = _with("TMPDIR", str(scratch))
    job.has(180)
    commands = (("retrain", *QUIET), ("monitor",), ("history",), ("rollback",))
    for script, *more in commands:
        said = job.run(script, *more, environment=given).stdout
        assert script != "retrain" or "Promoted: version 3" in said, said
        assert list(scratch.iterdir()) == [], script


def _with(name, value):
    import os

    return dict(os.environ) | {name: value}
