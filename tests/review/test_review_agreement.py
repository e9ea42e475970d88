"""Agreement on planted raters, and Krippendorff's alpha on his own examples."""

import random

import numpy as np
import pytest

from smm_voice.review.agreement import agreement, contradicting, table
from smm_voice.review.alpha import krippendorff
from smm_voice.review.answers import Answer
from smm_voice.review.told import in_words, paragraph

# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): four observers, twelve units.
FOUR = [
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
]
# The same, sections A and B: two observers without missing data.
BINARY = ["0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0"]
NOMINAL = ["1 1 2 2 4 3 3 3 5 4 4 1", "2 1 2 2 2 3 3 3 5 4 4 4"]


def units(observers, lowest=1):
    columns = zip(*(row.split() for row in observers), strict=True)
    return [[int(v) - lowest for v in column if v != "."] for column in columns]


@pytest.mark.parametrize(
    ("observers", "lowest", "values", "metric", "expected"),
    [
        (FOUR, 1, 5, "nominal", 0.743),
        (FOUR, 1, 5, "ordinal", 0.815),
        (BINARY, 0, 2, "nominal", 0.095),
        (NOMINAL, 1, 5, "nominal", 0.692),
    ],
)
def test_alpha_of_the_published_examples(observers, lowest, values, metric, expected):
    assert krippendorff(units(observers, lowest), values, metric) == pytest.approx(
        expected, abs=5e-4
    )


def test_alpha_worked_out_by_hand():
    # Two raters, units 00 01 11: o = [[2, 1], [1, 2]], n = 6, D_o = 2/6, D_e = 2*9/30 = .6.
    assert krippendorff([[0, 0], [0, 1], [1, 1]], 2) == pytest.approx(1 - (2 / 6) / 0.6)
    # Ordinal and nominal are one where there are two values.
    assert krippendorff([[0, 0], [0, 1], [1, 1]], 2, "ordinal") == pytest.approx(1 - (2 / 6) / 0.6)
    assert krippendorff([[0, 0], [2, 2]], 3, "ordinal") == 1
    # Systematic disagreement: n = 4, D_o = 1, D_e = 2*4/12.
    assert krippendorff([[0, 1], [1, 0]], 2) == pytest.approx(1 - 1 / (8 / 12))


def test_alpha_is_not_known_without_two_raters_or_two_values():
    assert krippendorff([], 3) is None
    assert krippendorff([[0], [1], [2]], 3) is None
    assert krippendorff([[0, 0], [0, 0]], 3) is None
    assert krippendorff([[0, 0], [1, 1], [2]], 3) == 1, "a lone answer says nothing"
    with pytest.raises(ValueError, match="nominal, ordinal"):
        krippendorff([[0, 1]], 2, "interval")


def judged(key, *raters):
    answers = [answer for each in raters for answer in each]
    return agreement({key.form: key}, answers, "candidate", resamples=300)


@pytest.fixture
def key(make_key):
    return make_key(n=30, repeats=6)


def test_raters_who_follow_or_fight_the_score(key, answered, likes_the_score, hates_the_score):
    liked = judged(key, answered(key, likes_the_score)).scores["review/auc"]
    assert (liked.value, liked.n) == (1.0, 30) and 0.8 < liked.ci_low < liked.ci_high == 1
    hated = judged(key, answered(key, hates_the_score)).scores["review/auc"]
    assert hated.value == 0.0 and hated.ci_low == 0 < hated.ci_high < 0.2


def test_raters_by_lot_are_at_one_half_and_the_interval_holds_it(key, answered):
    values, held = [], 0
    for seed in range(40):
        lot = random.Random(seed)
        score = judged(key, answered(key, lambda _, lot=lot: lot.choice("AB"))).scores["review/auc"]
        values.append(score.value)
        held += score.ci_low <= 0.5 <= score.ci_high
    assert np.mean(values) == pytest.approx(0.5, abs=0.05)
    assert held >= 34


def test_it_does_not_matter_to_the_auc_on_which_side_a_text_stood(
    make_key, answered, likes_the_score
):
    """The same taste, other sides: the AUC is of what was chosen, not of where it stood."""

    def taste(item):
        better = likes_the_score(item)
        flipped = int(item.brief_id[-1]) % 3 == 0
        return ("B" if better == "A" else "A") if flipped else better

    pairs = [("candidate", "human")]
    values = {
        round(judged(k, answered(k, taste)).scores["review/auc"].value, 9)
        for k in (make_key(n=30, repeats=0, pairs=pairs, seed=s) for s in range(4))
    }
    assert len(values) == 1 and 0.5 < values.pop() < 1


def test_preference_is_told_by_pair_and_adds_up(key, answered):
    def chooses(item):
        arms = {item.a.arm: "A", item.b.arm: "B"}
        return arms.get("human") or "tie"

    found = judged(key, answered(key, chooses))
    assert found.pairs == (("candidate", "human"), ("candidate", "prompted"))
    scores = found.scores
    assert scores["review/preferred_human.candidate"].value == 1.0
    assert scores["review/preferred_candidate.human"].value == 0.0
    assert scores["review/preferred_candidate.prompted"].value == 0.0
    assert scores["review/cannot_tell"].value == pytest.approx(0.5)
    flat = found.metrics()
    assert flat["review/preferred_human_ci_high.candidate"] == pytest.approx(1.0)
    assert 0.7 < flat["review/preferred_human_ci_low.candidate"] < 1
    assert "most prefer human" in in_words(found)[0]


def test_the_unit_is_the_brief_not_the_answer(key, answered, likes_the_score):
    """Ten raters who say the same know no more about the briefs than one."""
    one = judged(key, answered(key, likes_the_score, "r0"))
    ten = judged(key, *(answered(key, likes_the_score, f"r{i}") for i in range(10)))
    for name in ("review/preferred_candidate.human", "review/auc"):
        assert ten.scores[name].ci_low == pytest.approx(one.scores[name].ci_low)
        assert ten.scores[name].n == one.scores[name].n


def test_between_raters_with_themselves_and_positions(key, answered, likes_the_score):
    twins = judged(key, answered(key, likes_the_score, "r1"), answered(key, likes_the_score, "r2"))
    assert twins.scores["review/alpha"].value == twins.scores["review/alpha_ordinal"].value == 1.0
    assert twins.scores["review/self_agreement"].value == 1.0
    assert twins.position.value == pytest.approx(0, abs=0.5) and twins.position.p > 0.05
    left = judged(key, answered(key, lambda _: "A"))
    assert left.position.p < 0.01 and left.scores["review/self_agreement"].value == 0.0
    assert left.position.value == 1.0
    assert any("raters lean left" in line for line in in_words(left))
    assert left.scores["review/alpha"].value is None
    assert "fewer than two raters" in left.scores["review/alpha"].warnings[0]
    assert "review/alpha" not in left.metrics()


def test_the_second_showing_counts_for_self_agreement_and_position_alone(
    key, answered, likes_the_score, hates_the_score
):
    def moody(item):
        return (hates_the_score if item.repeats else likes_the_score)(item)

    steady, other = (judged(key, answered(key, taste)).scores for taste in (likes_the_score, moody))
    changed = {name for name in steady if steady[name] != other[name]}
    assert changed == {"review/self_agreement", "review/position_bias"}
    assert other["review/self_agreement"].value == 0.0


def test_two_who_always_prefer_the_same_arm_agree(make_key, answered):
    """By arm there would be no disagreement to expect, and alpha no value."""
    key = make_key(n=30, repeats=0, pairs=[("candidate", "human")])

    def human(item):
        return "A" if item.a.arm == "human" else "B"

    assert (
        judged(key, answered(key, human, "r1"), answered(key, human, "r2"))
        .scores["review/alpha"]
        .value
        == 1.0
    )


def test_missing_answers_and_missing_scores_are_left_out(make_key, answered, likes_the_score):
    import dataclasses

    key = make_key(n=30, repeats=0)
    blank = tuple(
        dataclasses.replace(i, a=dataclasses.replace(i.a, scores={"style_index": None}))
        for i in key.items[:10]
    )
    key = dataclasses.replace(key, items=blank + key.items[10:])

    def chooses(item):
        return "A" if item in blank else likes_the_score(item)

    found = judged(key, answered(key, chooses, "r1"), answered(key, chooses, "r2")[:12])
    assert (found.scores["review/auc"].value, found.scores["review/auc"].n) == (1.0, 20)
    assert found.scores["review/alpha"].n == 12


def test_few_answers_claim_nothing(key):
    item = next(i for i in key.items if not i.repeats)
    found = judged(key, [Answer(item.id, "r1", "A", True, False)])
    text = " ".join(in_words(found))
    assert "no interval from so few" in text and "not shown to agree" in text
    assert found.scores["review/publishable"].value in (1.0, 0.0)
    tie = judged(key, [Answer(item.id, "r1", "tie")])
    assert tie.position is None and "no choice between two texts" in " ".join(in_words(tie))
    assert "1 answer of 1 rater on 1 brief" in paragraph(tie)


def test_who_contradicts_himself_is_found(key, answered, likes_the_score):
    answers = answered(key, likes_the_score)
    assert contradicting({key.form: key}, answered(key, lambda _: "A")) == {
        ("r1", i) for item in key.items if item.repeats for i in (item.id, item.repeats)
    }
    assert contradicting({key.form: key}, answers) == set()


def test_the_table_says_what_was_behind_the_sides(key, answered, likes_the_score):
    columns = table({key.form: key}, answered(key, likes_the_score))
    assert {len(values) for values in columns.values()} == {len(key.items)}
    for at, side in enumerate(columns["side"]):
        assert columns["preferred"][at] == columns[f"{side} is"][at]
