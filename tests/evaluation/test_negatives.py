"""The base model's answers are made once, kept with the dataset and read where no model is."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from smm_voice.dataset.example import Example
from smm_voice.evaluation import negatives
from smm_voice.generation.generate import Answer
from smm_voice.posts.post import Post


class Writer:
    """Answers every request with its number, and counts them."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, requests):
        self.asked += [request.key for request in requests]
        return [Answer(f"Here is post {request.key}", finished=True) for request in requests]


def example(number: int) -> Example:
    when = datetime(2024, 1, 1 + number, tzinfo=UTC)
    post = Post(f"post-{number}", f"Text {number}", "x", when, "source", language="en")
    return Example(post.id, f"Topic: {number}", post.text, post)


@pytest.fixture
def built_dataset(tmp_path):
    """What of a dataset is read here: its folder and its splits."""
    rows = [example(number) for number in range(28)]
    return SimpleNamespace(folder=tmp_path, splits={"train": rows[:20], "test": rows[20:]})


@pytest.fixture
def made(built_dataset):
    writer = Writer()
    texts = negatives.make(built_dataset, "en", "Brand", writer, most=10)
    return writer, texts


def test_no_test_brief_is_among_them(made, built_dataset):
    writer, texts = made
    assert len(texts) == len(writer.asked) > 0
    assert set(writer.asked) <= {e.id for e in built_dataset.splits["train"]}
    assert not set(writer.asked) & {e.id for e in built_dataset.splits["test"]}


def test_they_are_kept_with_the_dataset(made, built_dataset):
    _, texts = made
    assert negatives.stored(built_dataset, "en") == texts


def test_where_there_are_none_there_are_none(built_dataset):
    assert negatives.stored(built_dataset, "xx") == []
    assert negatives.make(built_dataset, "xx", "Brand", Writer(), 9) == []
    assert negatives.make(built_dataset, "en", "Brand", Writer(), 0) == []
