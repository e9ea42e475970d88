"""The base model's answers are made once, kept with the dataset and read where no model is."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from smm_voice.config import GenerationConfig
from smm_voice.dataset.example import Example
from smm_voice.evaluation import negatives
from smm_voice.generation.generate import Answer
from smm_voice.posts.post import Post

DECODING = GenerationConfig(
    temperature=0.7, top_p=0.9, top_k=50, maximum_new_tokens=20, batch_size=8, shots=0, seed=0
)


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
    texts = negatives.make(built_dataset, "en", "Brand", writer, "digest", DECODING, most=10)
    return writer, texts


def test_no_test_brief_is_among_them(made, built_dataset):
    writer, texts = made
    assert len(texts) == len(writer.asked) > 0
    assert set(writer.asked) <= {e.id for e in built_dataset.splits["train"]}
    assert not set(writer.asked) & {e.id for e in built_dataset.splits["test"]}


def test_they_are_kept_and_not_made_again(made, built_dataset):
    writer, texts = made
    asked = len(writer.asked)
    assert negatives.stored(built_dataset, "en") == texts
    again = negatives.make(built_dataset, "en", "Brand", writer, "digest", DECODING, most=10)
    assert again == texts
    assert len(writer.asked) == asked


def test_another_model_or_decoding_answers_anew(made, built_dataset):
    writer, _ = made
    asked = len(writer.asked)
    negatives.make(built_dataset, "en", "Brand", writer, "other weights", DECODING, most=10)
    assert len(writer.asked) == 2 * asked


def test_where_there_are_none_there_are_none(built_dataset):
    assert negatives.stored(built_dataset, "xx") == []
    assert negatives.make(built_dataset, "xx", "Brand", Writer(), "digest", DECODING, 9) == []
    assert negatives.make(built_dataset, "en", "Brand", Writer(), "digest", DECODING, 0) == []
