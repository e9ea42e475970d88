"""`scripts/prefer.py` on a brand with a champion: learned, judged apart, decided by the gate."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from smm_voice.dataset.example import id_digest
from smm_voice.evaluation import record
from smm_voice.models import adapters
from smm_voice.review import preferences
from smm_voice.review.answers import Answer
from smm_voice.review.items import choose
from tests.retraining.job import LENIENT
from tests.retraining.standing import named, sound

pytest.importorskip("trl", reason="TRL is not installed: pip install '.[preference]'")


def evaluation(job, run):
    return record.read(Path(job.client.download_artifacts(run, record.PATH)))


@pytest.fixture(scope="module")
def reviewed(begun, tmp_path_factory):
    """A job whose champion was reviewed: on five briefs each post was held against another."""
    job = begun.job.copy(tmp_path_factory.mktemp("reviewed"))
    runs = job.workspace / "experiments" / "runs" / "small"
    run = job.version("2").tags["smm.run"]
    found = evaluation(job, run)
    key = choose(found, run, "en", [("candidate", "base"), ("candidate", "human")], 6, 0)
    answers = [Answer(i.id, r, "A", True, False) for i in key.items for r in ("r1", "r2")]
    preferences.keep(runs / preferences.PATH, key, answers)
    return job


@pytest.fixture(scope="module")
def prefer(reviewed):
    def run(*more, expect=0):
        return reviewed.run("prefer", *more, expect=expect).stdout

    return run


def test_too_few_choices_are_refused_with_the_number(prefer, reviewed):
    told = prefer("preference.minimum_pairs=20", expect=2)
    assert "different pairs on" in told and "preference.minimum_pairs=20" in told
    assert "6 with a post of the test period" in told
    assert len(reviewed.versions()) == 2


def test_dpo_is_proposed_and_was_asked_no_brief_that_people_have_judged(prefer, reviewed):
    told = prefer(*LENIENT)
    assert "Proposed: small-voice version 3 is the challenger" in told
    assert named(reviewed) == {"champion": "2", "previous": "1", "challenger": "3"}
    version, parent = reviewed.version("3"), reviewed.version("2")
    tags = version.tags
    assert sound(reviewed, "3")
    assert (tags["smm.method"], tags["smm.parent"], tags["smm.raters"]) == ("dpo", "2", "r1, r2")
    assert tags["smm.parent_digest"] == parent.tags["smm.adapter_digest"]
    assert tags["smm.adapter_digest"] != parent.tags["smm.adapter_digest"]
    assert (tags["smm.decision"], tags["smm.judged_beside"]) == ("proposed", "2")
    for same in ("smm.dataset_fingerprint", "smm.data_until", "smm.trained_until", "smm.posts"):
        assert tags[same] == parent.tags[same], same
    path = reviewed.workspace / "experiments/runs/small" / preferences.PATH
    usable = preferences.usable(preferences.load_preferences(path))
    judged = preferences.briefs(usable)
    origin = adapters.read_origin(reviewed.adapter("3"))
    assert origin.judged_briefs == sorted(id_digest(brief) for brief in judged)
    found = evaluation(reviewed, tags["smm.run"])
    asked = {item.id for item in found.texts["candidate"]}
    assert asked and not asked & judged and {"champion", "v1"} <= found.texts.keys()
    # Without tuned models among the arms the very same briefs are asked.
    run = reviewed.client.get_run(tags["smm.run"])
    assert run.data.tags["smm.kind"] == "train" and run.info.status == "FINISHED"
    sources = json.loads(tags["smm.pair_sources"])
    assert sum(sources.values()) == int(tags["smm.pairs"]) < len(usable)
    assert set(sources) <= {"candidate > base", "base > candidate"}, "no person's post"
    metrics = run.data.metrics
    assert metrics["preference/rows"] == int(tags["smm.pairs"])
    assert metrics["preference/held_out_pairs"] == len(usable) - int(tags["smm.pairs"])
    history = reviewed.client.get_metric_history(tags["smm.run"], "preference/margin")
    assert min(history, key=lambda each: each.step).value == 0.0


def test_the_same_tuning_is_not_done_twice(prefer, reviewed):
    assert "version 3 was proposed" in prefer(*LENIENT)
    assert len(reviewed.versions()) == 3
    # A death before the decision was noted: what was made is judged, and nothing is tuned.
    reviewed.client.delete_model_version_tag("small-voice", "3", "smm.decision")
    told = prefer(*LENIENT)
    assert "Version 3 was tuned by an earlier start" in told and "Proposed" in told
    assert len(reviewed.versions()) == 3


def test_the_gate_says_no_to_kto_as_to_any_other(prefer, reviewed):
    told = prefer("method=kto", *LENIENT, "gate.least_closeness=2", expect=10)
    assert "The gate said no to small-voice version 4" in told
    assert reviewed.version("4").tags["smm.decision"] == "refused"
    assert reviewed.version("4").tags["smm.method"] == "kto"
    assert named(reviewed)["challenger"] == "3", "what is refused is no challenger"


def test_what_cannot_be_tuned_is_told_before_any_work(prefer, reviewed, job):
    told = job.run("prefer", expect=2).stdout
    assert "nobody's choices" in told and "scripts/review.py brand=small" in told
    assert "batch_size must be at least 2 for method=kto" in prefer(
        "method=kto", "preference.batch_size=1", expect=2
    )
    assert "different pairs" in prefer("preference.pairs=aged", expect=2)
