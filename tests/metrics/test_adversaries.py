"""Writers that cheat each fail at least one axis; the brand's own held-out posts pass them all."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence

import pytest

from smm_voice import metrics
from smm_voice.benchmarks.metrics import adversaries
from smm_voice.evaluation.axes import failed
from smm_voice.metrics.base import Item, Reference
from smm_voice.metrics.fluency.ngram import NgramJudge

RATIO = "fluency/bits_per_byte_ratio"


@pytest.fixture(scope="module")
def reference(small) -> Reference:
    # Of the reference brands that are not the floor, whose posts are to be scored as well.
    seen = sorted(small.dataset.references)[::2]
    judge = NgramJudge([t for name in seen for t in small.dataset.references[name]], "en")
    return dataclasses.replace(small.reference, judge=judge, judge_name=judge.name, cache={})


def touched_up(training: Sequence[str], seed: int) -> str:
    """A training post with every sixth word another."""
    rng = random.Random(seed)
    words = rng.choice([text for text in training if text.count(" ") > 10]).split(" ")
    for at in range(rng.randrange(6), len(words), 6):
        words[at] = rng.choice(rng.choice(training).split())
    return " ".join(words)


WRITERS: dict[str, tuple[adversaries.Writer, str]] = {
    "copier": (adversaries.copied, "memorisation"),
    "one template": (adversaries.templated, "homogeneity"),
    "word shuffler": (adversaries.shuffled, "fluency"),
    "letter salad": (adversaries.letter_salad, "fluency"),
    # An n-gram judge takes pairs of the brand's words for language; where they come from shows.
    "word salad": (adversaries.salad, "memorisation"),
    "copier that changes words": (lambda i, item, ref: touched_up(ref.training, i), "memorisation"),
    "leaky": (lambda i, item, ref: f"Sure! Here is a post: {item.text}", "fluency"),
    "looped": (lambda i, item, ref: f"{item.text} {item.text[:60]} {item.text[:60]}", "fluency"),
    "gossip": (lambda i, item, ref: f"{item.text} Ring Jo: +33 6 12 34 56 78", "privacy"),
    "silent": (adversaries.silent, "coverage"),
    "silent to the brief": (adversaries.silent, "recall"),
    "another brand": (lambda i, item, ref: ref.floor[i].text, "voice"),
}


@pytest.mark.parametrize("name", WRITERS)
def test_the_adversary_fails_its_axis(name, small, reference):
    write, axis = WRITERS[name]
    n = min(len(small.held_out), len(reference.floor))
    items = [
        dataclasses.replace(item, text=write(i, item, reference))
        for i, item in enumerate(small.held_out[:n])
    ]
    scores = metrics.score(items, reference)
    assert axis in failed(scores)


def test_held_out_human_posts_pass_every_axis(small, reference):
    assert failed(metrics.score(small.held_out, reference)) == set()


def test_the_judge_is_shown_with_the_score(small, reference):
    score = metrics.score(small.held_out, reference)["fluency/bits_per_byte_ratio"]
    assert any("judge word 3-grams" in warning for warning in score.warnings)


def test_a_judge_that_cannot_tell_shuffled_words_is_invalid(small):
    letters = dataclasses.replace(
        small.reference,
        judge=lambda texts: [len(set(text)) / (len(text) + 1) for text in texts],
        judge_name="letters",
        cache={},
    )
    score = metrics.score(small.held_out, letters)["fluency/bits_per_byte_ratio"]
    assert score.value is None
    assert score.warnings[0].startswith("INVALID: judge letters")


def test_stock_openers_raise_homogeneity_in_order(small, reference):
    ratios = []
    for percent in (0, 10, 30, 60):
        items = [
            dataclasses.replace(item, text="Here is what you need to know: " + item.text)
            if i * 37 % 100 < percent
            else item
            for i, item in enumerate(small.held_out)
        ]
        scores = metrics.FAMILIES["homogeneity"].score(items, reference)
        ratios.append(scores["homogeneity/self_repetition_ratio"].value)
    assert ratios == sorted(ratios)
    assert ratios[-1] > 1.5 * ratios[0]


def test_copies_show_among_honest_posts_in_proportion(small, reference):
    excess = []
    for copies in (0, 10, 20):
        texts = [*reference.training[:copies], *(i.text for i in small.held_out[copies:])]
        items = [Item(str(i), text) for i, text in enumerate(texts)]
        scores = metrics.FAMILIES["memorisation"].score(items, reference)
        excess.append(scores["memorisation/copy_excess"].value)
    assert excess[0] < 0.05
    assert excess[1] - excess[0] == pytest.approx(10 / len(small.held_out), abs=0.06)
    assert excess[2] - excess[0] == pytest.approx(20 / len(small.held_out), abs=0.06)


def test_nonwords_are_counted_over_the_brands_own_rate(small, reference):
    scores = metrics.FAMILIES["fluency"].score(
        [Item(str(i), "The zqxvplk rocket lands") for i in range(5)], reference
    )
    # One word of four.
    assert scores["fluency/nonword_rate"].value == pytest.approx(0.25)
    human = metrics.FAMILIES["fluency"].score(reference.human, reference)
    assert scores["fluency/nonword_excess"].value == pytest.approx(
        0.25 - human["fluency/nonword_rate"].value
    )


def test_cut_off_posts_are_counted_among_those_whose_end_is_known(small, reference):
    items = [Item(str(i), "Live now", finished=f) for i, f in enumerate([True, False, False, None])]
    score = metrics.FAMILIES["fluency"].score(items, reference)["fluency/unfinished_rate"]
    assert (score.value, score.n) == (pytest.approx(2 / 3), 3)
    assert score.per_item == (0.0, 1.0, 1.0, None)
