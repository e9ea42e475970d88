"""A disk that fills up, for real: the workspace on a small file system of its own."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from tests.retraining.job import PROMOTE, Job, moved
from tests.retraining.standing import in_order, named
from tests.retraining.test_faults_store import wait_for

QUIET = ("retraining.triggers.drift=false", PROMOTE)
# Room beside what is there, and what is left of it when the disk "fills up".
ROOM, LEFT = 24 << 20, 32 << 10


@pytest.fixture
def on_a_small_disk(begun, tmp_path):
    """A copy of the job on a file system of a few megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    used = sum(path.stat().st_size for path in begun.job.workspace.rglob("*") if path.is_file())
    # Pages of 4 kB: files take more than their size.
    size = 2 * used + ROOM
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip(f"no file system may be mounted here: {mounted.stderr.strip()}")
    try:
        copied = begun.job.copy(tmp_path / "copy")
        workspace = disk / "ws"
        shutil.copytree(copied.workspace, workspace)
        moved(workspace / "mlflow.db", copied.workspace, workspace)
        yield Job(copied.brands, copied.model, workspace, copied._posts)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk):
    """Take all room but `LEFT` bytes."""
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        while (free := shutil.disk_usage(disk).free) > LEFT:
            file.write(b"\0" * min(free - LEFT, 1 << 20))
            file.flush()
    return ballast


def test_a_full_disk_is_named_and_with_room_again_it_goes_on(on_a_small_disk, tmp_path):
    job = on_a_small_disk
    job.has(180)
    disk = job.workspace.parent
    # Before the build, in the training, and where the model's files are logged.
    for number, (call, count) in enumerate(
        [("create_run", 1), ("log_batch", 6), ("_create_logged_model", 1)]
    ):
        meeting = tmp_path / f"meeting{number}"
        meeting.mkdir()
        process = job.start(
            "retrain", *QUIET, "tracking.patience_seconds=2",
            at=(f"meet:{meeting}", call, str(count)),
        )  # fmt: skip
        wait_for(meeting / "here", process)
        ballast = fill(disk)
        (meeting / "go").touch()
        said, _ = process.communicate(120)
        assert process.returncode == 1, (call, said)
        assert f"the disk of {job.workspace} is full" in said, (call, said)
        assert "Traceback" not in said, (call, said)
        assert named(job) == {"champion": "2", "previous": "1"}
        ballast.unlink()
    told = job.run("retrain", *QUIET).stdout
    assert "Promoted: version 3 is the champion" in told
    assert named(job) == {"champion": "3", "previous": "2"}
    in_order(job)


def test_a_full_disk_at_a_start_with_nothing_to_do(on_a_small_disk):
    job = on_a_small_disk
    ballast = fill(job.workspace.parent)
    with ballast.open("ab") as file:
        left = os.statvfs(job.workspace)
        file.write(b"\0" * (left.f_bavail * left.f_frsize))
    ended = job.run("retrain", "tracking.patience_seconds=2", expect=None)
    # There may be room for a record or not; no champion is lost, and nothing is told wrongly.
    assert ended.returncode in (0, 1) and "Traceback" not in ended.stdout, ended.stdout
    assert ended.returncode == 0 or "full" in ended.stdout
    ballast.unlink()
    assert "Nothing to do" in job.run("retrain").stdout
    in_order(job)
