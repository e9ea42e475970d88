"""Folds leave brands out, the calibration stays modest, and a machine is no neighbour."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from smm_voice.errors import InputError
from smm_voice.metrics.voice import classifier
from smm_voice.metrics.voice.classifier import platt, read
from smm_voice.metrics.voice.family import FAMILY
from smm_voice.metrics.voice.profile import fit

PROSE = (
    "Certainly! Here is an engaging post about {}: Embark on an extraordinary journey and unlock "
    "the boundless potential of {}, where innovation meets inspiration in a vibrant tapestry."
)
TOPICS = (
    "the Moon",
    "weather",
    "a launch",
    "astronauts",
    "oceans",
    "a telescope",
    "science",
    "ice",
)


def prose(count: int) -> list[str]:
    return [
        PROSE.format(TOPICS[i % len(TOPICS)], TOPICS[(i * 3 + 1) % len(TOPICS)])
        for i in range(count)
    ]


def fitted(small, **changes):
    dataset = small.dataset
    given = {
        "language": "en",
        "training": [e.text for e in dataset.splits["train"]],
        "calibration": [e.text for e in dataset.splits["calibration"]],
        "held_out": [e.text for e in dataset.splits["test"]],
        "references": dataset.references,
        "unseen": small.reference.profile.unseen,
    }
    return fit(**(given | changes))


@pytest.fixture(scope="module")
def plain(small):
    """The profile without a machine's prose."""
    return fitted(small)


@pytest.fixture(scope="module")
def warned(small):
    """The profile that knows some."""
    return fitted(small, machine=prose(10))


def test_folds_leave_out_whole_brands_and_blocks_of_time():
    groups = ["b"] * 4 + ["a"] * 3 + ["c"] * 5
    fold = classifier._folds(9, groups)
    assert list(fold[:9]) == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    own = fold[9:]
    assert {len(set(own[[g == name for g in groups]])) for name in "abc"} == {1}
    assert set(own) == {0, 1, 2}


def test_many_brands_share_five_folds():
    fold = classifier._folds(50, [f"brand {i}" for i in range(12) for _ in range(3)])
    assert set(fold) == set(range(5))


def test_calibration_by_hand():
    # Two posts a side, far apart: Platt's targets are 3/4 and 1/4, log 3 apart from even.
    slope, intercept = platt(np.array([1.0, 1.0, -1.0, -1.0]), np.array([True, True, False, False]))
    assert slope == pytest.approx(np.log(3), abs=1e-3)
    assert intercept == pytest.approx(0, abs=1e-3)


def test_calibration_weighs_both_sides_alike():
    scores = np.r_[np.ones(5), -np.ones(200)]
    _, intercept = platt(scores, scores > 0)
    lopsided = platt(np.r_[np.ones(200), -np.ones(5)], np.r_[np.ones(200), np.zeros(5)] == 1)[1]
    assert abs(intercept) < 2
    assert abs(intercept + lopsided) < 0.01


def test_a_view_that_ranks_the_wrong_way_round_says_nothing():
    slope, _ = platt(np.array([-1.0, -2.0, 1.0, 2.0]), np.array([True, True, False, False]))
    assert slope == 0


def test_answers_of_the_base_model_push_a_machines_prose_below_other_brands(small, plain, warned):
    held = [dataclasses.replace(small.held_out[0], text=text) for text in prose(30)[10:]]
    without = dataclasses.replace(small.reference, profile=plain, cache={})
    with_them = dataclasses.replace(small.reference, profile=warned, cache={})
    scores = [FAMILY.score(held, each)["voice/style_index"] for each in (without, with_them)]
    assert scores[1].value < min(0.0, scores[0].value - 0.2)
    assert any("base model" in warning for warning in scores[0].warnings)
    assert not any("base model" in warning for warning in scores[1].warnings)


def test_profiles_of_other_texts_have_other_digests(small, plain, warned):
    assert fitted(small).digest == plain.digest
    assert warned.digest != plain.digest


def test_a_language_without_function_words_is_refused_with_those_that_have_them(small):
    with pytest.raises(InputError, match=r"'eu'.*en.*fr"):
        fitted(small, language="eu")


def test_french_is_judged_like_english():
    own = [
        f"Ce matin, {n} baguettes toutes chaudes vous attendent ; venez donc vite les goûter !"
        for n in ("vingt", "trente", "cent", "douze", "quinze")
    ] * 12
    first = [
        f"Nouveau service à Lyon. Nous avons ouvert {n} places pour les vélos des usagers."
        for n in ("vingt", "trente", "cent", "douze")
    ] * 12
    other = [f"Tu fais quoi ce soir ? Moi j'ai {n} idées, et toutes sont bonnes, t'inquiète pas…"
             for n in ("deux", "trois", "mille")] * 12  # fmt: skip
    profile = fit("fr", own[:40], own[40:50], own[50:], {"a": first, "b": other}, ["b"])
    assert profile.quality["stack"].auc_post == 1
    assert profile.logits([first[0]], "stack")[0] < 0 < profile.logits([own[0]], "stack")[0]


def test_a_reading_in_parts_scores_as_a_whole(small, monkeypatch):
    texts = [item.text for item in small.held_out]
    whole = small.reference.profile.logits(texts, "stack")
    monkeypatch.setattr(classifier, "_BLOCK", 7)
    assert small.reference.profile.logits(texts, "stack") == pytest.approx(whole)


def test_what_is_not_judged_is_known_once_for_all_views():
    reading = read(["Liftoff!", "Nous avons préparé vingt litres de pâte ce matin pour les voisins "
                    "et pour vous tous."], "en")  # fmt: skip
    assert list(reading.judged) == [False, False]
