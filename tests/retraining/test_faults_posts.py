"""Exports that must not be learned from."""

from __future__ import annotations

from tests.retraining.job import PROMOTE
from tests.retraining.standing import in_order, named

QUIET = ("retraining.triggers.drift=false", PROMOTE)
FEW = ("dataset.minimum_posts=5",)


def test_an_export_that_shrank_is_refused_unless_forced(job):
    job.has(30)
    ended = job.run("retrain", *QUIET, *FEW, expect=2)
    assert "Stopped: " in ended.stdout and "30" not in named(job)
    assert job.decision()["smm.decision"] == "stopped"
    assert job.runs("train")[2:] == [] and named(job) == {"champion": "2", "previous": "1"}
    # Again: it is not taken for granted the second time.
    ended = job.run("retrain", *QUIET, *FEW, expect=2)
    assert "Stopped: " in ended.stdout
    told = job.run("retrain", *QUIET, *FEW, "force=true", "dry_run=true").stdout
    assert "forced: taken all the same" in told and "Would train (forced)" in told
    in_order(job)


def test_an_empty_export_is_an_error_and_no_new_dataset(job):
    job.export.write_text("")
    ended = job.run("retrain", *QUIET, expect=2)
    assert "0 usable posts" in ended.stdout
    assert job.decision()["smm.decision"] == "failed"
    job.export.unlink()
    assert "does not exist" in job.run("retrain", *QUIET, expect=2).stdout
    assert named(job) == {"champion": "2", "previous": "1"}
    in_order(job)
