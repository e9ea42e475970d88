"""What an evaluation may say: only of the same briefs, only what the interval shows."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from smm_voice import metrics
from smm_voice.evaluation.run import evaluate, prompt_set_digest
from smm_voice.metrics.voice.profile import measure_quality


@pytest.fixture
def judged(reference, make_arm):
    def of(**levels: float):
        return evaluate("Acme", {k: make_arm(v) for k, v in levels.items()}, reference, {})

    return of


def test_indices_are_laid_between_floor_and_human(judged):
    scores = judged(base=0, candidate=3).arms
    for arm, index in {"human": 1, "floor": 0, "base": 0, "candidate": 0.75}.items():
        assert scores[arm]["voice/style_index"].value == pytest.approx(index)
        assert scores[arm]["voice/closeness"].value == pytest.approx(1 - abs(1 - index))


def test_a_clear_gain_is_called_nearer_with_its_numbers(judged):
    found = judged(base=1, prompted=2, candidate=3)
    assert found.better is True
    assert "candidate is nearer to Acme's voice than base" in found.verdict
    assert "style index is 0.75" in found.verdict
    assert "nearer by 0.50" in found.verdict  # 0.75 − 0.25, over base
    assert found.comparison("voice/style_index", "prompted").value == pytest.approx(0.25)
    assert "Caution" not in found.verdict


def test_to_beat_one_rival_of_two_is_not_enough(judged):
    found = judged(base=1, prompted=3.5, candidate=3)
    assert found.better is False
    # Which one, is said: the sentence stands at the head of run and report.
    beaten, _, not_beaten = found.verdict.partition("but not shown to be nearer than")
    assert "is nearer to Acme's voice than base (" in beaten and "prompted" not in beaten
    assert "prompted (" in not_beaten and "base (" not in not_beaten


@pytest.mark.parametrize("level", [0, 2, 4])
def test_an_arm_is_never_better_than_itself(judged, level):
    found = judged(base=level, candidate=level)
    assert found.better is False
    assert found.comparison("voice/style_index", "base").value == 0
    assert found.comparison("voice/style_index", "base").p == 1
    assert "not shown" in found.verdict


def test_a_loss_is_not_called_a_gain(judged):
    found = judged(base=3, candidate=1)
    assert found.better is False
    assert found.comparison("voice/style_index", "base").high < 0


def test_overshooting_further_than_the_base_falls_short_is_no_gain(judged):
    # Index 2.2 is 1.2 away from the brand, 0 only 1.
    found = judged(base=0, candidate=8.8)
    assert found.better is False
    assert "caricature" in found.verdict


def test_coming_back_from_caricature_is_a_gain(judged):
    # Closeness counts, not size: from index 2 down to 1.
    found = judged(base=8, candidate=4)
    assert found.better is True


def test_an_unproven_voice_gives_no_verdict_and_no_number(unproven, make_arm):
    found = evaluate("Acme", {"base": make_arm(1), "candidate": make_arm(3)}, unproven, {})
    assert found.better is None
    assert found.verdict.startswith("No verdict on Acme's voice: INVALID")
    assert "0.55" in found.verdict
    assert found.comparison("voice/style_index", "base") is None
    assert found.arms["candidate"]["voice/style_index"].value is None


def test_without_rivals_there_is_a_number_and_no_claim(judged):
    found = judged(candidate=3)
    assert found.better is None
    assert "no arm to compare" in found.verdict


def test_copies_are_cautioned_about(reference, make_arm):
    copied = [
        dataclasses.replace(item, text=reference.training[0] + f" {4 + i % 2}")
        for i, item in enumerate(make_arm(4))
    ]
    found = evaluate("Acme", {"base": make_arm(0), "candidate": copied}, reference, {})
    assert "it copies training posts" in found.verdict


@pytest.mark.parametrize("fault", ["other", "order", "fewer", "more"])
def test_arms_that_answer_other_briefs_are_refused(fault, reference, make_arm):
    items = make_arm(3)
    wrong = {
        "other": [dataclasses.replace(items[0], id="brief-x"), *items[1:]],
        "order": [items[1], items[0], *items[2:]],
        "fewer": items[:-1],
        "more": [*items, items[0]],
    }[fault]
    with pytest.raises(ValueError, match="'candidate' does not answer the same briefs"):
        evaluate("Acme", {"base": make_arm(1), "candidate": wrong}, reference, {})


def test_without_other_brands_the_rest_is_still_measured(reference, make_arm):
    alone = dataclasses.replace(reference, floor=(), cache={})
    found = evaluate("Acme", {"base": make_arm(1), "candidate": make_arm(3)}, alone, {})
    assert found.better is None
    assert found.arms["candidate"]["voice/style_index"].value is None
    assert found.arms["candidate"]["homogeneity/ratio"].value is not None


def test_every_arm_has_every_metric_and_findings_for_each_text(judged):
    found = judged(base=1, candidate=3)
    assert list(found.arms) == ["human", "floor", "base", "candidate"]
    for arm, scores in found.arms.items():
        assert scores.keys() == metrics.METRICS.keys()
        assert len(found.findings[arm]) == len(found.texts[arm]) == 20


def test_comparisons_are_of_the_subject_with_each_rival(judged):
    found = judged(base=1, prompted=2, candidate=3)
    assert {(c.first, c.second) for c in found.comparisons} == {
        ("candidate", "base"),
        ("candidate", "prompted"),
    }
    # A set as a whole has no value a brief; how alike it is is compared by swapping answers.
    alike = {c.metric for c in found.comparisons if c.metric.startswith("homogeneity/")}
    assert alike == {"homogeneity/log_ratio"}


def test_provenance_holds_what_decides_whether_two_results_compare(reference, make_arm):
    found = evaluate("Acme", {"candidate": make_arm(3)}, reference, {"commit": "abc"})
    kept = found.provenance
    assert kept["commit"] == "abc"
    assert kept["metrics"] == {name: m.version for name, m in metrics.METRICS.items()}
    assert kept["prompt_set"] == prompt_set_digest(reference.human)
    assert (kept["briefs"], kept["resamples"], kept["confidence"]) == (20, 200, 0.95)
    assert kept["voice_quality"]["style"]["auc_post"] == 0.95
    assert kept["unseen_brands"] == ["other"]
    json.dumps(kept, allow_nan=False)


def test_provenance_of_an_unproven_voice_is_json_as_well(unproven, make_arm):
    nothing = measure_quality(np.zeros(0), np.zeros(0))
    unproven.profile.quality = dict.fromkeys(("style", "surface", "stack"), nothing)
    found = evaluate("Acme", {"candidate": make_arm(3)}, unproven, {})
    json.dumps(found.provenance, allow_nan=False)


def test_another_brief_is_another_prompt_set(make_arm):
    items = make_arm(1)
    digest = prompt_set_digest(items)
    assert digest == prompt_set_digest(make_arm(3)), "the answers are no part of it"
    changed = [dataclasses.replace(items[0], brief="Topic: else"), *items[1:]]
    assert prompt_set_digest(changed) != digest
    assert prompt_set_digest(items[::-1]) != digest


def test_equal_seeds_give_equal_evaluations(judged):
    assert judged(base=1, candidate=3) == judged(base=1, candidate=3)
