"""The champion's files damaged or deleted, and the clock set back."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest

from tests.retraining.job import PROMOTE
from tests.retraining.standing import in_order, named, sound, standing

WEIGHTS = "adapter_model.safetensors"
QUIET = "retraining.triggers.drift=false"


def deleted(job, number):
    shutil.rmtree(job.adapter(number).parents[1])


def truncated(job, number):
    path = job.adapter(number) / WEIGHTS
    path.write_bytes(path.read_bytes()[:1000])


def another(job, number):
    shutil.copyfile(job.adapter("1") / WEIGHTS, job.adapter(number) / WEIGHTS)


@pytest.mark.parametrize("harm", [deleted, truncated, another])
def test_a_damaged_champion_is_replaced_by_the_previous_one(job, harm, tmp_path):
    harm(job, "2")
    notices = tmp_path / "notices.jsonl"
    # There is nothing else to do, and yet it is no quiet night.
    told = job.run("retrain", f"retraining.notification.file={notices}", expect=1).stdout
    assert "version 2 fails (" in told and "version 1 is the champion again" in told
    assert named(job) == {"champion": "1"}
    (notice,) = [json.loads(line) for line in notices.read_text().splitlines()]
    assert notice["decision"] == "rolled_back" and "version 2 fails" in notice["text"]
    assert "smm.rolled_back_at" in job.version("2").tags
    in_order(job)
    # Nobody can make it champion again.
    ended = job.run("promote", "model=2", expect=1)
    assert "of small-voice version 2" in ended.stdout
    assert named(job) == {"champion": "1"}


def test_a_damaged_previous_one_is_passed_over_for_the_one_before(job):
    # A third version, of the first one's files.
    client = job.client
    tags = dict(job.version("2").tags) | {"smm.promotion": "3"}
    source = client.get_model_version_download_uri("small-voice", "2")
    copied = job.workspace / "third"
    shutil.copytree(source.removeprefix("file://"), copied)
    client.create_model_version("small-voice", f"file://{copied}", tags=tags)
    client.set_registered_model_alias("small-voice", "previous", "2")
    client.set_registered_model_alias("small-voice", "champion", "3")
    truncated(job, "2")
    told = job.run("rollback", expect=0).stdout
    assert "version 1 is the champion again" in told
    assert named(job) == {"champion": "1"} and sound(job, "1")


def test_with_nobody_to_go_back_to_a_new_one_is_trained_and_a_person_accepts(job, tmp_path):
    job.run("rollback")
    job.client.delete_model_version("small-voice", "2")
    job.has(120)  # what version 1 has learned: there would be nothing to do
    truncated(job, "1")
    notices = tmp_path / "notices.jsonl"
    told = job.run("retrain", QUIET, f"retraining.notification.file={notices}").stdout
    assert "there is no way back" in told
    assert "version 3 may replace version 1, whose files are lost" in told
    told = [json.loads(line) for line in notices.read_text().splitlines()]
    assert [each["decision"] for each in told] == ["rolled_back", "proposed"]
    assert [each["title"].partition(":")[0].partition(",")[2] for each in told] == [
        "", " version 3"
    ]  # fmt: skip
    job.run("promote", "model=3")
    assert named(job) == {"champion": "3"}
    standing(job)
    assert "Nothing to do" in job.run("retrain", QUIET).stdout


def test_a_lost_champion_opens_no_door_for_an_export_that_shrank(job):
    job.client.delete_model_version("small-voice", "1")
    truncated(job, "2")
    job.has(60)
    ended = job.run("retrain", QUIET, PROMOTE, expect=2)
    assert "there is no way back" in ended.stdout and "Stopped: " in ended.stdout
    assert len(job.versions()) == 1


def test_what_was_refused_beside_a_champion_is_judged_again_when_that_is_lost(job):
    job.has(180)
    # As near as nobody can be; without a champion it is not asked.
    asked = (QUIET, PROMOTE, "gate.voice_gain=100")
    job.run("retrain", *asked, expect=10)
    assert job.version("3").tags["smm.judged_beside"] == "2"
    assert "version 3 was refused" in job.run("retrain", *asked).stdout
    for number in "12":
        deleted(job, number)
    told = job.run("retrain", *asked).stdout
    assert "Promoted: version 3 is the champion" in told
    assert named(job)["champion"] == "3" and sound(job, "3")
    assert len(job.versions()) == 3


def test_the_champion_trained_once_more_does_not_take_its_own_place(job):
    # The same posts and the same seed; only the gate asks for something else.
    ended = job.run("retrain", QUIET, PROMOTE, "force=true", "gate.voice_gain=-99", expect=10)
    assert "it writes the very same posts as the model in use" in ended.stdout
    three, two = (job.version(number).tags["smm.adapter_digest"] for number in "32")
    assert three == two
    assert named(job) == {"champion": "2", "previous": "1"}


@pytest.mark.parametrize("back", [timedelta(hours=5), timedelta(days=9000)])
def test_a_clock_that_went_backwards_stops_nothing(job, back):
    now = (datetime.now(UTC) - back).isoformat(timespec="seconds")
    told = job.run("retrain", f"now={now}", "retraining.triggers.cooldown_days=7").stdout
    assert "Nothing to do: this very training was done" in told
    job.has(180)
    told = job.run(
        "retrain", f"now={now}", "retraining.triggers.cooldown_days=7", "dry_run=true"
    ).stdout
    assert "Would train (new_posts)" in told and "days ago" not in told


def test_promotions_keep_their_order_whatever_the_clock_says(job):
    import mlflow

    from smm_voice.tracking import aliases, registry

    uri = f"sqlite:///{job.workspace}/mlflow.db"
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    back = datetime(1999, 1, 1, tzinfo=UTC)
    aliases.promote(registry.find("small", "1"), "person", back)
    aliases.promote(registry.find("small", "2"), "person", back)
    assert named(job) == {"champion": "2", "previous": "1"}
    # As after a death between the two aliases of the next promotion.
    registry.set_alias(registry.find("small", "2"), "previous")
    aliases.settle("small", back)
    assert named(job) == {"champion": "2", "previous": "1"}
    later = {"smm.promoted_at": "2031-01-01T00:00:00+00:00"}
    registry.tag(registry.find("small", "1"), later)
    gone, here = aliases.roll_back("small", "test", back)
    assert (gone.version, here.version) == ("2", "1")
    registry.untag(gone, ("smm.rolled_back_at",))
    assert aliases.first_champion("small").version == "1"
