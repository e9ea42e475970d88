"""Exports that must not be learned from."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import ROOT
from tests.retraining.job import PROMOTE
from tests.retraining.standing import in_order, named

QUIET = ("retraining.triggers.drift=false", PROMOTE)
FEW = ("dataset.minimum_posts=8",)


def test_an_export_that_shrank_is_refused_unless_forced(job):
    job.has(15)  # of 150
    ended = job.run("retrain", *QUIET, *FEW, expect=2)
    assert "Stopped: " in ended.stdout
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
    assert "no export found in" in ended.stdout
    assert job.decision()["smm.decision"] == "failed"
    job.export.unlink()
    assert "does not exist" in job.run("retrain", *QUIET, expect=2).stdout
    assert named(job) == {"champion": "2", "previous": "1"}
    in_order(job)


def spam(job):
    goods = ("watches", "followers", "loans", "pills", "casino chips", "sunglasses", "crypto coins")
    deals = ("CHEAP {} 4 U!!! click here now {} left", "earn $$$ with {} {} times a day, DM me",
             "FREE {} {}% off, hurry hurry winner", "hot {} deal no. {}, best price")  # fmt: skip
    return [deals[n % 4].format(goods[n % 7], 100 + 37 * n) for n in range(80)]


def one_post_repeated(job):
    return ["We are hiring in the north: apply until Friday and meet the team!"] * 500


def posts_of_a_reference_brand(job):
    rows = (job.brands / "other_a.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(row)["text"] for row in rows]


def posts_of_another_brand(job):
    path = ROOT / "data" / "raw" / "whitehouse_2016" / "posts.jsonl"
    rows = path.read_text(encoding="utf-8").splitlines()[200:300]
    return [json.loads(row)["text"] for row in rows]


@pytest.mark.parametrize(
    "poison", [spam, one_post_repeated, posts_of_a_reference_brand, posts_of_another_brand]
)
def test_a_poisoned_export_is_stopped_before_anything_is_trained(job, poison):
    rows = job.export.read_text(encoding="utf-8").splitlines()
    first = datetime(2019, 1, 1, tzinfo=UTC)
    for number, text in enumerate(poison(job)):
        when = (first + timedelta(hours=7 * number)).isoformat()
        rows.append(json.dumps(
            {"id": f"p{number}", "text": text, "created_at": when, "platform": "x"}
        ))  # fmt: skip
    job.export.write_text("\n".join(rows), encoding="utf-8")
    repeated = poison is one_post_repeated
    ended = job.run("retrain", *QUIET, expect=0 if repeated else 2)
    # Repeated it is one post to the builder, and one is too few to train for; so much of spam is
    # alike that it may be the builder who finds nothing new in it.
    by = ("Nothing to do: 1 new post",) if repeated else ("Stopped: ", "no post is left")
    assert any(words in ended.stdout for words in by), ended.stdout
    assert job.decision()["smm.decision"] in (("nothing",) if repeated else ("stopped", "failed"))
    assert len(job.runs("train")) == 2 and len(job.versions()) == 2
    assert named(job) == {"champion": "2", "previous": "1"}
    in_order(job)
