"""Variants: each text with its own scores, ranked within its task alone."""

import dataclasses
from datetime import UTC, datetime

from smm_voice.evaluation.variants import Task, rank
from smm_voice.generation.generate import Answer

NOW = datetime(2024, 3, 1, tzinfo=UTC)
# The dictated voice reads the log-odds off the last word: 0 is other brands, 4 the brand itself.
HALF = "We open the harbour gates to small boats and to large ones as well 2"
WHOLE = "Nobody has ever seen so many herons on this side of the lake as now 4"
PAST = "Bring a lamp and a coat along since nights are cold up there still 8"


def ranked(reference, *tasks):
    named = [Task(f"Topic: boats\nForm: {platform}", platform) for platform, _ in tasks]
    answers = [[Answer(text, True) for text in texts] for _, texts in tasks]
    return rank(named, answers, NOW, dataclasses.replace(reference, paired=False))


def test_each_text_has_its_own_index_and_closeness(reference):
    ((first, second, third),), warnings = ranked(reference, ("x", [PAST, HALF, WHOLE]))
    assert [each.text for each in (first, second, third)] == [WHOLE, HALF, PAST]
    found = [
        (round(each.scores["voice/style_index"], 2), round(each.scores["voice/closeness"], 2))
        for each in (first, second, third)
    ]
    # Twice as far as the brand is as near as not at all: caricature.
    assert found == [(1.0, 1.0), (0.5, 0.5), (2.0, 0.0)]
    assert warnings == []


def test_where_the_voice_cannot_be_told_there_is_no_number_but_a_reason(unproven):
    (variants,), warnings = ranked(unproven, ("x", [PAST, HALF]))
    assert [each.text for each in variants] == [PAST, HALF]
    for each in variants:
        assert each.as_json()["scores"]["voice/style_index"] is None
    assert "INVALID" in warnings[0]


def test_tasks_do_not_mix(reference):
    repeated = HALF + " 2"
    (on_x, on_lake), _ = ranked(reference, ("x", [HALF, WHOLE]), ("lake", [repeated, PAST]))
    assert [each.text for each in on_x] == [WHOLE, HALF]
    assert [each.text for each in on_lake] == [repeated, PAST]
    assert {each.like for each in (*on_x, *on_lake)} == {None}
    assert {each.fit.longest for each in on_x} == {280}
    assert {each.fit.longest for each in on_lake} == {None}


def test_a_repetition_names_the_rank_of_what_it_repeats(reference):
    (variants,), _ = ranked(reference, ("x", [HALF, WHOLE, HALF + " 2"]))
    assert [each.as_json()["near_duplicate_of"] for each in variants] == [None, None, 2]


def test_nothing_to_rank(reference):
    assert ranked(reference) == ([], [])
    assert ranked(reference, ("x", []))[0] == [[]]
