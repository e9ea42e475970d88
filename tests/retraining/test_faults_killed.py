"""kill -9 at any moment of a retraining or a rollback, and the start after it."""

from __future__ import annotations

import random
import time

import pytest

from tests.retraining.job import PROMOTE
from tests.retraining.standing import in_order, named, standing

GO_ON = (PROMOTE, "retraining.triggers.drift=false")
# Of an uninterrupted start; those after the first begin where the one before was killed.
LONGEST = 0.45


def test_killed_at_twenty_random_moments_it_goes_on_every_time(begun, tmp_path):
    job, moments = begun.job.copy(tmp_path), random.Random(7)
    posts, kills, finished = 180, 0, 0
    job.has(posts)
    while kills < 20 or not finished:
        process = job.start("retrain", *GO_ON)
        end = time.monotonic() + begun.seconds * moments.uniform(0.02, LONGEST)
        while time.monotonic() < end and process.poll() is None:
            time.sleep(0.01)
        if kills < 20 and process.poll() is None:
            process.kill()
        said, _ = process.communicate(180)
        if process.returncode == -9:
            kills += 1
        else:
            # It came to its end before its moment.
            assert process.returncode == 0, said
            finished += "Promoted" in said or "is finished" in said
            in_order(job)
            posts += 30
            job.has(posts)
        standing(job)
    assert all(v.tags["smm.decision"] == "promoted" for v in job.versions()[2:])


@pytest.fixture(scope="module")
def registered(begun, tmp_path_factory):
    """A job whose candidate, version 3, is registered and no more; champion 2, previous 1."""
    job = begun.job.copy(tmp_path_factory.mktemp("registered"))
    job.has(180)
    process = job.start("retrain", *GO_ON, at=("after", "_create_model_version", "1"))
    said, _ = process.communicate(180)
    assert process.returncode == -9, said
    return job


def test_killed_after_every_write_of_a_promotion(registered, tmp_path):
    for write in range(1, 30):
        job = registered.copy(tmp_path / str(write))
        process = job.start("retrain", *GO_ON, at=("after", "registry", str(write)))
        said, _ = process.communicate(180)
        standing(job)
        if process.returncode == 0:
            break  # there are no more of them
        assert process.returncode == -9, said
        told = job.run("retrain", *GO_ON).stdout
        assert named(job) == {"champion": "3", "previous": "2"}, told
        in_order(job)
        tags = job.version("3").tags
        assert (tags["smm.smoke"], tags["smm.decision"]) == ("passed", "promoted"), (write, told)
        assert len(job.versions()) == 3
    assert write > 5


def test_killed_after_every_write_of_a_rollback(begun, tmp_path):
    for write in range(1, 30):
        job = begun.job.copy(tmp_path / str(write))
        process = job.start("rollback", at=("after", "registry", str(write)))
        said, _ = process.communicate(180)
        standing(job)
        if process.returncode == 0:
            break
        assert process.returncode == -9, said
        # Before the champion has moved the rollback did not happen, after it, it did.
        champion = named(job)["champion"]
        told = job.run("retrain", *GO_ON).stdout
        assert named(job)["champion"] == champion, told
        expected = {"champion": "2", "previous": "1"} if champion == "2" else {"champion": "1"}
        assert named(job) == expected, (write, told)
        assert ("smm.rolled_back_at" in job.version("2").tags) == (champion == "1")
        in_order(job)
    assert write > 3
