"""Sentence embeddings: unit length, whatever the text."""

import time

import numpy as np
import pytest

from smm_voice.models.embeddings import DIMENSIONS, embed


def cosine(first, second):
    a, b = embed([first, second])
    return float(a @ b)


def test_rows_have_unit_length_and_the_order_of_the_texts():
    texts = ["We launch the rocket tonight", "A new reef was found", "Bread is baked at five"]
    rows = embed(texts)
    assert rows.shape == (3, DIMENSIONS)
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    for text, row in zip(texts, rows, strict=True):
        assert embed([text])[0] == pytest.approx(row, abs=1e-4)


def test_near_in_meaning_is_near_within_a_language_and_across_two():
    launch = "The rocket will be launched tomorrow morning"
    assert cosine(launch, "Tomorrow morning the rocket lifts off") > 0.7
    assert cosine(launch, "La fusée sera lancée demain matin") > 0.6
    assert cosine(launch, "Our bakery sells fresh bread") < 0.4


def test_links_handles_and_tags_do_not_count():
    plain = "We go to the moon"
    assert cosine(plain, "We go to the moon @NASA #Moon https://t.co/abc [link]") > 0.999


@pytest.mark.parametrize("text", ["", " \n", "https://t.co/abc [link] @NASA #Moon"])
def test_nothing_left_is_a_row_of_zeros_beside_rows_that_are_not(text):
    rows = embed(["We go", text])
    assert not rows[1].any()
    assert np.linalg.norm(rows[0]) == pytest.approx(1, abs=1e-5)


def test_no_texts_no_rows():
    assert embed([]).shape == (0, DIMENSIONS)


@pytest.mark.parametrize(
    "text", ["Watch \ud83d the \udc00 launch", "🚀🚀", "شاهدوا الإطلاق", "a\x00b\u2028c", "?!…"]
)
def test_any_text_has_a_finite_row_of_unit_length(text):
    assert np.linalg.norm(embed([text])[0]) == pytest.approx(1, abs=1e-5)


def test_equal_texts_are_encoded_once(monkeypatch):
    from smm_voice.models import embeddings

    seen = []

    class Encoder:
        def encode(self, texts):
            seen.extend(texts)
            return np.eye(len(texts), DIMENSIONS, dtype=np.float32)

    monkeypatch.setattr(embeddings, "_encoder", Encoder)
    rows = embed(["b b", "a", "b  b", "a @x"])
    assert sorted(seen) == ["a", "b b"]
    assert (rows[0] == rows[2]).all() and (rows[1] == rows[3]).all()
    assert (rows[0] != rows[1]).any()


def test_a_text_of_100_000_words_takes_bounded_time():
    embed(["warm"])
    started = time.perf_counter()
    rows = embed(["word " * 100_000, "x" * 500_000, "#a " * 100_000])
    assert time.perf_counter() - started < 3
    assert rows[:2].any(axis=1).all() and not rows[2].any()
