"""The life of a brand's model, each chapter on what the one before has left."""

from __future__ import annotations

import json

import pytest

from tests.retraining.job import PROMOTE
from tests.retraining.standing import named, sound

STRICT = "gate.least_closeness=2"
TIGHT = ("retraining.retention.datasets=1", "retraining.retention.versions=1")


@pytest.fixture(scope="module")
def life(begun, tmp_path_factory):
    """One job for all tests of this file, in their order."""
    return begun.job.copy(tmp_path_factory.mktemp("life"))


def test_the_first_model_is_promoted(begun):
    told = begun.told["first"]
    assert "Promoted: version 1 is the champion\n" in told
    assert "no model is in use yet" in told and "→ first" in told


def test_started_again_there_is_nothing_to_do_and_no_new_file(begun):
    told = begun.told["again"]
    assert "Nothing to do: this very training was done: version 1 was promoted" in told
    assert begun.told["grown"] == ""
    second = begun.job.runs("retrain")[1]
    assert (second.info.status, second.data.tags["smm.decision"]) == ("FINISHED", "nothing")


def test_more_posts_make_a_challenger_that_a_person_accepts(begun):
    assert "Proposed: version 2 may replace version 1" in begun.told["proposed"]
    assert "→ new_posts" in begun.told["proposed"]
    assert json.loads(begun.told["aliases"]) == {"champion": 1, "challenger": 2} or json.loads(
        begun.told["aliases"]
    ) == {"champion": "1", "challenger": "2"}
    assert "small-voice version 2 is the champion now; version 1" in begun.told["accepted"]
    assert named(begun.job) == {"champion": "2", "previous": "1"}
    tags = begun.job.version("2").tags
    assert tags["smm.promoted_by"] == "person" and tags["smm.smoke"] == "passed"
    assert begun.job.version("1").tags["smm.promoted_by"] == "retrain"


def test_every_run_of_a_start_lies_below_it(begun):
    starts = {run.info.run_id: run for run in begun.job.runs("retrain")}
    assert len(starts) == 3
    trained = begun.job.runs("train")
    assert [run.data.tags["mlflow.parentRunId"] in starts for run in trained] == [True, True]
    for run in begun.job.runs():
        assert run.info.status == "FINISHED", run.data.tags


def test_a_dry_run_shows_every_decision_and_touches_nothing(life):
    life.has(180)
    before = life.files()
    folders = sorted(path for path in life.workspace.rglob("*") if path.is_dir())
    told = life.run("retrain", "dry_run=true", PROMOTE).stdout
    assert life.files() == before
    assert sorted(path for path in life.workspace.rglob("*") if path.is_dir()) == folders
    for said in ("version 2 is the champion", " new posts", "→ new_posts", "intake", "monitor",
                 "promote it", "Would train (new_posts)", "nothing was written"):  # fmt: skip
        assert said in told, said


def test_the_gate_can_say_no(life):
    ended = life.run("retrain", PROMOTE, STRICT, expect=10)
    assert "The gate said no: " in ended.stdout
    assert named(life) == {"champion": "2", "previous": "1"}
    assert life.version("3").tags["smm.decision"] == "refused"
    assert life.decision()["smm.decision"] == "refused"
    again = life.run("retrain", PROMOTE, STRICT)
    assert "version 3 was refused" in again.stdout
    assert len(life.versions()) == 3
    shown = life.run("retrain", PROMOTE, STRICT, "dry_run=true").stdout
    assert "version 3 was refused" in shown and "Would train" not in shown
    # What is judged is not new, and what the next export is held against is not forgotten.
    facts = json.loads(life.decision()["smm.facts"])
    assert facts["new_posts"] == 0 and facts["posts"] > 150
    other = life.run("retrain", PROMOTE, "gate.least_closeness=3").stdout
    assert "Nothing to do: 0 new posts" in other and len(life.versions()) == 3


def test_what_passes_is_promoted_and_what_nobody_needs_is_removed(life):
    datasets = {each.name for each in (life.workspace / "data/built/small").glob("*/")}
    of_refused = life.version("3").tags["smm.dataset_fingerprint"]
    assert of_refused in datasets
    life.has(210)
    told = life.run("retrain", PROMOTE, *TIGHT).stdout
    assert "Promoted: version 4 is the champion in place of version 2" in told
    assert named(life) == {"champion": "4", "previous": "2"}
    assert life.version("4").tags["smm.decision"] == "promoted"
    # The refused one goes; champion, previous and first champion stay.
    assert f"Removed dataset {of_refused}" in told
    assert "Removed the files of small-voice version 3" in told
    assert life.version("3").tags["smm.files_removed"] == "true"
    kept = {each.name for each in (life.workspace / "data/built/small").glob("*/")}
    assert kept == {life.version(n).tags["smm.dataset_fingerprint"] for n in "124"}
    for number in "124":
        assert sound(life, number)
    assert not list(life.workspace.glob(f"mlartifacts/**/*{life.version('3').tags['smm.run']}*/x"))
    assert not list((life.workspace / "mlartifacts").rglob("*.partial"))


def test_the_same_posts_train_nothing_twice(life):
    before = {name for name in life.files()}
    told = life.run("retrain", PROMOTE, *TIGHT).stdout
    assert "version 4 was promoted" in told
    assert len(life.versions()) == 4 and {name for name in life.files()} == before


def test_back_and_back_again_until_nobody_is_left(life):
    told = life.run("rollback", "reason=it shouts").stdout
    assert "version 2 is the champion again, version 4 is taken back" in told
    assert named(life) == {"champion": "2", "previous": "1"}
    assert life.version("4").tags["smm.rolled_back_reason"] == "it shouts"
    life.run("rollback")
    assert named(life) == {"champion": "1"}
    ended = life.run("rollback", expect=2)
    assert "has no previous model to go back to" in ended.stdout
    assert named(life) == {"champion": "1"}
    # What was taken back is not promoted by itself …
    assert "version 4 was promoted" in life.run("retrain", PROMOTE).stdout
    assert named(life) == {"champion": "1"}
    # … but a person may.
    life.run("promote", "model=4")
    assert named(life) == {"champion": "4", "previous": "1"}
    assert "smm.rolled_back_at" not in life.version("4").tags
    assert {run.info.status for run in life.runs()} == {"FINISHED"}


def test_posts_are_looked_at_once_and_again_where_other_things_are_asked(life):
    life.has(223)
    first, second, other = (
        life.run("retrain", PROMOTE, *TIGHT, *more).stdout
        for more in ((), (), ("monitor.permutations=199",))
    )
    assert "\nmonitor " in first and " new posts; no drift" in first
    assert "\nmonitor " not in second and " new posts; no drift" in second
    # Of 2017: an export that is refreshed no more changes no file, and is warned of all the same.
    assert "is the export still refreshed?" in second
    assert "\nmonitor " in other
    # A look builds a dataset: nights without a training fill no disk either.
    datasets = [each.name for each in (life.workspace / "data/built/small").glob("*/")]
    assert len(datasets) <= 4, datasets  # of champion, previous and first champion, and the newest
