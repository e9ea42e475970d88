"""What of a review goes into the generation log: models' texts and edits of them, no person's."""

from datetime import UTC, datetime

import pytest

from smm_voice.review.answers import Answer
from smm_voice.review.generated import edited_texts, shown_texts

SHOWN, READ = datetime(2024, 5, 2, tzinfo=UTC), datetime(2024, 6, 1, tzinfo=UTC)


@pytest.fixture
def key(make_key):
    return make_key()


def texts_of(key, *arms):
    return {s.text for item in key.items for s in (item.a, item.b) if s.arm in arms}


def edit(key, arm, text):
    """An answer that takes this arm and edits it."""
    for item in key.items:
        for side in "AB":
            if item.side(side).arm == arm:
                return Answer(item.id, "r1", side, edit=text), item.side(side).text
    raise AssertionError(arm)


def test_every_models_text_that_is_shown_is_noted_and_no_persons(key):
    noted = shown_texts(key, SHOWN)
    assert texts_of(key, "human")
    assert {each.text for each in noted} == texts_of(key, "candidate", "prompted")
    assert {each.time for each in noted} == {SHOWN}


def test_an_edit_counts_from_when_its_text_was_shown(key):
    answer, unedited = edit(key, "candidate", "An edited text")
    log = shown_texts(key, SHOWN)
    assert unedited in {each.text for each in log}
    (noted,) = edited_texts(key, [answer], log, READ)
    assert (noted.text, noted.time) == ("An edited text", SHOWN)
    assert noted.model == f"candidate of run {key.run}"
    (later,) = edited_texts(key, [answer], [], READ)
    assert later.time == READ


def test_an_edit_is_noted_once_and_one_of_a_persons_post_never(key):
    answer, _ = edit(key, "candidate", "An edited text")
    human, _ = edit(key, "human", "Another edited text")
    noted = edited_texts(key, [answer, human], shown_texts(key, SHOWN), READ)
    assert [each.text for each in noted] == ["An edited text"]
    assert edited_texts(key, [answer], noted, READ) == []
