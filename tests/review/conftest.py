"""Evaluations made by hand, and raters whose taste is dictated."""

from __future__ import annotations

import pytest

from smm_voice.review.answers import Answer
from smm_voice.review.items import choose
from tests.review.planted import RUN, against_score, by_score, make_evaluation


@pytest.fixture
def evaluation():
    return make_evaluation


@pytest.fixture
def make_key():
    def make(texts=None, arms=("human", "floor", "prompted", "candidate"), **settings):
        return choose(make_evaluation(arms, texts=texts), RUN, "en", **settings)

    return make


@pytest.fixture
def answered():
    """Answers of a rater who chooses by a function of the item: `A`, `B` or `tie`."""

    def answer(key, chooses, rater="r1"):
        return [Answer(item.id, rater, chooses(item)) for item in key.items]

    return answer


@pytest.fixture
def likes_the_score():
    return by_score


@pytest.fixture
def hates_the_score():
    return against_score
