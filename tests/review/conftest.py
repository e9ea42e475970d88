"""An evaluation made by hand, and raters whose taste is dictated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from smm_voice.evaluation.run import Evaluation
from smm_voice.metrics.base import Item, Score
from smm_voice.review.answers import Answer
from smm_voice.review.items import choose

RUN = "ab" * 16
BRIEFS = 30


def make_evaluation(arms=("human", "floor", "prompted", "candidate"), briefs=BRIEFS, texts=None):
    """Texts that say neither arm nor score; the style index is another for every text."""
    day = datetime(2024, 1, 1, tzinfo=UTC)
    items, scores = {}, {}
    for number, arm in enumerate(arms):
        items[arm] = [
            Item(f"post-{i}", f"Words {(i * 31 + number * 7) % 97} on {i}.", f"Topic: matter {i}",
                 day + timedelta(days=i), True)
            for i in range(briefs)
        ]  # fmt: skip
        values = tuple(((i * 17 + number * 5) % 23) / 10 for i in range(briefs))
        scores[arm] = {
            "voice/style_index": Score(1.0, n=briefs, per_item=values),
            "voice/closeness": Score(1.0, n=briefs, per_item=tuple(1 - abs(1 - v) for v in values)),
        }
    for arm, at, text in texts or ():
        before = items[arm][at]
        items[arm][at] = Item(before.id, text, before.brief, before.when, True)
    provenance = {"model": "acme-voice version 1", "prompt_set": "f00d", "confidence": 0.95}
    return Evaluation("Acme", scores, items, {}, (), "candidate", "", None, provenance)


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


def by_score(item):
    """The side with the higher style index."""
    a, b = item.a.scores["style_index"], item.b.scores["style_index"]
    return "A" if a > b else "B"


def against_score(item):
    return "B" if by_score(item) == "A" else "A"


@pytest.fixture
def likes_the_score():
    return by_score


@pytest.fixture
def hates_the_score():
    return against_score
