"""Two runs compared: differences as worked out by hand, and no claim that nothing shows."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from smm_voice.errors import InputError
from smm_voice.evaluation import comparable, paired
from smm_voice.evaluation.compare_runs import compare_runs
from smm_voice.evaluation.comparison import ALIKE, Side
from smm_voice.evaluation.paired import Settings
from smm_voice.evaluation.run import evaluate
from smm_voice.metrics.homogeneity import versions as homogeneity
from smm_voice.metrics.voice.family import differences
from tests.evaluation.judged import CLOSENESS, INDEX, UNSUPPORTED, but, evaluation

A, B = Side("run-a", "first", "candidate"), Side("run-b", "second", "candidate")
BITS, CONTRADICTED = "fluency/bits_per_byte_ratio", "factuality/contradiction_rate"
RECALL = "factuality/brief_recall"


def compared(first, second, sides=(A, B), alike="no dataset"):
    return compare_runs(first, second, sides, alike)


def candidate(values, **more):
    return evaluation({"candidate": values}, **more)


def test_paired_differences_are_as_worked_out_by_hand():
    first = candidate({UNSUPPORTED: [0, 0, 0, 0, None], BITS: [1.1] * 5})
    second = candidate({UNSUPPORTED: [1, 0, 1, 1, 1], BITS: [0.8] * 5})
    found = compared(first, second)
    row = found.row(UNSUPPORTED)
    assert row.difference.value == -0.75
    assert row.gain.value == 0.75
    assert (row.gain.low, row.gain.high) == (-row.difference.high, -row.difference.low)
    assert row.difference.n == 4
    # Three briefs differ, all one way: of 8 ways to turn them 2 are as far out.
    assert row.difference.p == pytest.approx(0.25)
    # Differences -1, 0, -1, -1: standard deviation .5, so 2.8 × .5 / √4.
    assert row.detectable == pytest.approx(0.7)
    assert row.briefs_for(0.05) == math.ceil(4 * (0.7 / 0.05) ** 2) == 784
    # The index stays .2 and .1 away from the 1 that is best.
    row = found.row(BITS)
    assert row.difference.value == pytest.approx(0.3)
    assert [row.gain.value, row.gain.low, row.gain.high] == pytest.approx([0.1] * 3)


def test_less_copying_than_the_brand_is_no_fault_and_no_merit():
    copying = "memorisation/copy_excess"
    levels = {
        name: candidate({copying: [x - step, x, x + step] * 20})
        for name, x, step in (("less", -0.2, 0.01), ("little", -0.1, 0.02), ("much", 0.2, 0.03))
    }
    row = compared(levels["less"], levels["little"]).row(copying)
    assert row.difference.value == pytest.approx(-0.1)
    assert (row.gain.value, row.outcome) == (0, "no worse")
    row = compared(levels["much"], levels["little"]).row(copying)
    assert row.gain.value == pytest.approx(-0.2)
    assert row.outcome == "worse"


def test_holm_is_over_the_declared_family_alone():
    rng = np.random.default_rng(0)
    names = (UNSUPPORTED, CONTRADICTED, "fluency/nonword_rate")
    first, second = (candidate({n: list(rng.random(30) + up) for n in names}) for up in (0, 0.15))
    found = compared(first, second)
    family = [row for row in found.rows if row.p_adjusted is not None]
    # Closeness is in it: equal, so p is 1, and the least of three is tripled.
    assert [row.metric for row in family] == [CLOSENESS, CONTRADICTED, UNSUPPORTED]
    least = min(family, key=lambda row: row.gain.p)
    assert least.p_adjusted == pytest.approx(3 * least.gain.p)
    assert found.row("fluency/nonword_rate").p_adjusted is None


def test_the_voice_differs_as_texts_and_profile_say(reference, make_arm):
    arms = {"base": make_arm(1), "candidate": make_arm(5.3, 0.6)}
    judged = evaluate("Acme", arms, reference, {})
    sides = Side("r", "n", "candidate"), Side("r", "n", "base")
    found = compared(judged, judged, sides, reference)
    wanted = differences(arms["candidate"], arms["base"], reference)
    for name in (INDEX, CLOSENESS):
        got = found.row(name).difference
        assert [got.value, got.low, got.high, got.p, got.n] == pytest.approx(
            [wanted[name].value, wanted[name].low, wanted[name].high, wanted[name].p, 20]
        )
    alike = homogeneity.difference(arms["candidate"], arms["base"], reference)
    assert found.row(ALIKE).difference == alike
    for each in judged.comparisons:
        if each.metric not in wanted:
            got = found.row(each.metric).difference
            assert got.value == pytest.approx(each.difference.value), each.metric
            assert got.p == pytest.approx(each.difference.p), each.metric


def test_variety_is_measured_at_the_length_of_the_human_posts(reference, monkeypatch):
    given = []
    monkeypatch.setattr(
        homogeneity, "difference", lambda first, second, by: given.append((first, second, by))
    )
    found = candidate({RECALL: [0.5] * 6})
    compared(found, found, alike=dataclasses.replace(reference, human=()))
    ((first, second, by),) = given
    assert first == second == found.texts["candidate"]
    assert by.human == tuple(found.texts["human"])
    assert (by.resamples, by.confidence) == (500, 0.95)


def test_past_the_brand_as_far_as_short_of_it_is_no_gain():
    # A sign-flip test of the indices has p near 0 here; nearness does not differ.
    rng = np.random.default_rng(1)
    first = candidate({INDEX: list(1.3 + 0.1 * rng.standard_normal(40))})
    second = candidate({INDEX: list(0.7 + 0.1 * rng.standard_normal(40))})
    row = compared(first, second).row(CLOSENESS)
    assert row.difference.p < 0.01
    assert row.gain.p > 0.05
    assert row.outcome not in ("better", "worse")


def test_a_group_is_measured_against_its_own_human_posts():
    human, floor = np.full(6, 2.0), np.zeros(30)
    settings = Settings(0.95, 200, 0)
    found, levels = paired.anchored_in_group(
        np.full(6, 2.0), np.full(6, 1.0), human, floor, settings
    )
    assert levels == pytest.approx((1.0, 0.5))
    assert found.gain.value == pytest.approx(0.5)
    like_others = np.array([-1, 1, -1, 1, -1, 1.1])
    assert paired.anchored_in_group(human, human, like_others, floor, settings) is None


def random_values(rng, n):
    return {
        INDEX: list(0.8 + 0.3 * rng.standard_normal(n)),
        UNSUPPORTED: list(rng.binomial(4, 0.3, n) / 4),
        CONTRADICTED: list(rng.binomial(1, 0.1, n).astype(float)),
        RECALL: list(rng.binomial(3, 0.6, n) / 3),
    }


STRATA = {"platform": ["x", "instagram"] * 20, "language": ["en"] * 40}


def test_an_arm_against_itself_is_nothing():
    found = candidate(random_values(np.random.default_rng(0), 40), strata=STRATA)
    same = compared(found, found)
    assert same.identical
    for row in [*same.rows, *(row for stratum in same.strata for row in stratum.rows)]:
        assert (row.difference.value, row.gain.p) == (0, 1), row.metric
        assert row.outcome in ("no worse", "not shown"), row.metric
    assert same.regressions == []


def test_turned_round_every_sign_turns():
    first, second = (
        candidate(random_values(np.random.default_rng(s), 40), strata=STRATA) for s in (0, 1)
    )
    there, back = compared(first, second), compared(second, first)
    turned = {"better": "worse", "worse": "better"}
    for row in there.rows:
        other = back.row(row.metric)
        assert other.difference.value == pytest.approx(-row.difference.value)
        assert other.gain.value == pytest.approx(-row.gain.value)
        assert other.gain.low == pytest.approx(-row.gain.high, abs=0.02)
        assert other.detectable == pytest.approx(row.detectable)
        if row.outcome in turned:
            assert other.outcome == turned[row.outcome]


def test_a_regression_on_one_platform_is_named_and_no_other():
    rng = np.random.default_rng(3)
    first, second = random_values(rng, 40), random_values(rng, 40)
    first[UNSUPPORTED] = [
        1.0 if platform == "instagram" else value
        for platform, value in zip(STRATA["platform"], first[UNSUPPORTED], strict=True)
    ]
    found = compared(candidate(first, strata=STRATA), candidate(second, strata=STRATA))
    assert [(s.dimension, s.label, r.metric) for s, r in found.regressions] == [
        ("platform", "instagram", UNSUPPORTED)
    ]
    # A dimension that does not divide the briefs is no group of them.
    assert {s.dimension for s in found.strata} == {"platform"}


def test_without_a_difference_hardly_any_regression_is_named():
    named = 0
    for seed in range(12):
        rng = np.random.default_rng(100 + seed)
        pair = (candidate(random_values(rng, 40), strata=STRATA) for _ in range(2))
        found = compared(*pair)
        named += bool(found.regressions)
    assert named <= 1, "one in twenty families is expected to name one"


def test_a_group_of_four_has_no_number():
    strata = {"topic": ["few"] * 4 + ["many"] * 36}
    first, second = (
        candidate(random_values(np.random.default_rng(s), 40), strata=strata) for s in (0, 1)
    )
    groups = {s.label: s for s in compared(first, second).strata}
    assert groups["few"].rows == []
    assert set(groups["few"].left_out.values()) == {"too few briefs: 5 are needed"}
    assert len(groups["many"].rows) == 4


def test_no_worse_needs_an_interval_within_the_margin_and_enough_briefs():
    rng = np.random.default_rng(0)
    level = 0.5 + 0.01 * rng.standard_normal(200)
    near = compared(candidate({RECALL: list(level)}), candidate({RECALL: list(level[::-1])}))
    assert near.row(RECALL).outcome == "no worse"
    wide = 0.5 + 0.4 * rng.standard_normal(200)
    far = compared(candidate({RECALL: list(wide)}), candidate({RECALL: list(wide[::-1])}))
    assert far.row(RECALL).outcome == "not shown"
    # No contradiction in 30 posts leaves room for one in ten; in 200 for one in 67.
    for n, outcome in ((30, "not shown"), (200, "no worse")):
        none = candidate({CONTRADICTED: [0.0] * n})
        assert compared(none, none).row(CONTRADICTED).outcome == outcome


def test_what_has_no_difference_is_left_out_with_the_reason():
    first = candidate({RECALL: [0.5] * 6, UNSUPPORTED: [0.1] * 6})
    second = candidate({RECALL: [0.5] * 6})
    invalid = dataclasses.replace(
        first.arms["candidate"][INDEX], value=None, per_item=(), warnings=("INVALID: why",)
    )
    arms = {**second.arms, "candidate": {**second.arms["candidate"], INDEX: invalid,
                                         CLOSENESS: invalid}}  # fmt: skip
    found = compared(first, dataclasses.replace(second, arms=arms))
    assert found.left_out[UNSUPPORTED] == "measured in one of the two alone"
    assert found.left_out[CLOSENESS] == "INVALID: why"
    assert found.left_out[ALIKE] == "no dataset"
    assert [row.metric for row in found.rows] == [RECALL]


def test_what_is_asked_of_the_model_itself_is_no_matter_of_briefs():
    gain = "voice/cross_entropy_gain"
    found = candidate({RECALL: [0.5] * 6, gain: [0.1] * 6})
    assert compared(found, found).left_out[gain].startswith("asked of the model itself")


def test_a_record_with_values_missing_is_refused():
    found = candidate({RECALL: [0.5] * 6})
    found.arms["candidate"][RECALL] = dataclasses.replace(
        found.arms["candidate"][RECALL], per_item=(0.5, 0.5)
    )
    with pytest.raises(InputError, match="2 values for 6 briefs"):
        compared(found, found)


def test_an_arm_that_is_not_there_is_told_with_those_that_are():
    found = candidate({RECALL: [0.5] * 6})
    with pytest.raises(InputError, match="no arm 'champion'; it has: human, floor, candidate"):
        compared(found, found, (A, Side("run-b", "second", "champion")))


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("decoding", {"temperature": 0.9, "batch_size": 32}, "temperature 0.7 and 0.9"),
        ("decoding", {"temperature": 0.7, "batch_size": 8}, None),
        ("prompt_version", "2", "in different words"),
        ("voice_profile", "xyz", "different scales"),
        ("fact_sheet", None, "fact sheet changed"),
        ("judge", "base", "evaluation.judge"),
        ("entailment", "nli", "models of entailment"),
        ("fact_judge", "gpt", "judges of facts"),
        ("confidence", 0.9, "evaluation.confidence"),
        ("metrics", {INDEX: "1", RECALL: "9"}, f"{RECALL} 1 and 9"),
        ("metrics", {INDEX: "1"}, None),
        ("commit", "other", None),
        ("base_model", "other", None),
    ],
)
def test_only_what_was_measured_alike_compares(key, value, words):
    found = candidate({RECALL: [0.5] * 6})
    reasons = comparable.reasons(found, but(found, **{key: value}))
    if words is None:
        assert reasons == []
    else:
        assert len(reasons) == 1
        assert words in reasons[0]
        assert "evaluate" in reasons[0], "the way out is named"


@pytest.mark.parametrize(
    ("arm", "change", "words"),
    [
        ("human", {"brief": "Topic: other"}, "different briefs"),
        ("human", {"id": "other"}, "different briefs"),
        ("human", {"text": "other"}, "read differently"),
        ("floor", {"text": "other"}, "floor differ"),
    ],
)
def test_other_briefs_and_other_anchors_are_refused(arm, change, words):
    found = candidate({RECALL: [0.5] * 6})
    items = list(found.texts[arm])
    items[2] = dataclasses.replace(items[2], **change)
    other = dataclasses.replace(found, texts={**found.texts, arm: items})
    (reason,) = comparable.reasons(found, other)
    assert words in reason


def test_all_reasons_are_told_at_once():
    first, second = candidate({RECALL: [0.5] * 6}), candidate({RECALL: [0.5] * 7}, brand="Other")
    with pytest.raises(InputError) as refused:
        compared(first, but(second, judge="base", confidence=0.9))
    assert str(refused.value).count("\n  - ") == 4


def test_two_base_models_are_told_how_to_come_to_one_scale():
    found = candidate({RECALL: [0.5] * 6})
    (reason,) = comparable.reasons(found, but(found, voice_profile="x", base_model="larger"))
    assert "evaluation.base_answers=0" in reason


def test_what_may_differ_is_said():
    found = candidate({RECALL: [0.5] * 6})
    other = but(found, base_model="larger", commit="abc")
    assert compared(found, other).remarks == [
        ("base_model", "none", "larger"),
        ("commit", "none", "abc"),
    ]
