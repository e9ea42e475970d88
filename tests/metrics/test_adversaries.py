"""Writers that cheat each fail at least one axis; the brand's own held-out posts pass them all."""

from __future__ import annotations

import dataclasses
import math
import random
from collections import Counter
from collections.abc import Callable, Sequence

import pytest

from smm_voice import metrics
from smm_voice.metrics.base import Item, Reference, Score
from smm_voice.text import tokens

Scores = dict[str, Score]


class BigramJudge:
    """Bits per byte under word pairs of the reference brands: enough to see shuffled words."""

    def __init__(self, texts: Sequence[str]) -> None:
        listed = [self._words(text) for text in texts]
        self.single = Counter(word for words in listed for word in words)
        self.pairs = Counter(p for words in listed for p in zip(words, words[1:], strict=False))
        self.total = sum(self.single.values())

    def __call__(self, texts: Sequence[str]) -> list[float | None]:
        return [self._bits_per_byte(self._words(text)) for text in texts]

    def _bits_per_byte(self, words: list[str]) -> float | None:
        if len(words) < 2:
            return None
        bits = 0.0
        for before, word in zip(words, words[1:], strict=False):
            alone = (self.single[word] + 1) / (self.total + len(self.single))
            after = self.pairs[before, word] / max(1, self.single[before])
            bits -= math.log2(0.01 * alone + 0.99 * after)
        return bits / len(" ".join(words[1:]).encode())

    @staticmethod
    def _words(text: str) -> list[str]:
        return [t.casefold() for t in tokens.tokenise(tokens.mask_references(text))]


def failed_axes(scores: Scores) -> set[str]:
    """The axes on which a set of texts cannot pass for the brand's own."""

    def value(name: str) -> float:
        got = scores[name].value
        return math.nan if got is None else got

    copies, alike = scores["memorisation/copy_excess"], scores["homogeneity/ratio"]
    axes = {
        "voice": not value("voice/closeness") >= 0.7,
        "fluency": not 0.75 <= value("fluency/bits_per_byte_ratio") <= 1.2
        or value("fluency/nonword_excess") > 0.03,
        "homogeneity": value("homogeneity/ratio") > 1.25 and alike.ci_low > 1,
        "memorisation": value("memorisation/copy_excess") > 0.05 and copies.ci_low > 0,
        "coverage": not value("factuality/coverage") > 0.1,
        "recall": value("factuality/brief_recall") < 0.5,
    }
    return {axis for axis, failed in axes.items() if failed}


@pytest.fixture(scope="module")
def reference(small) -> Reference:
    seen = [t for texts in small.dataset.references.values() for t in texts]
    judge = BigramJudge([*seen, *small.reference.training])
    return dataclasses.replace(small.reference, judge=judge, judge_name="word pairs", cache={})


def shuffled(text: str, seed: int) -> str:
    words = text.split()
    random.Random(seed).shuffle(words)
    return " ".join(words)


def salad(training: Sequence[str], seed: int) -> str:
    """Letters of the brand's words drawn anew: its manner, and no language."""
    rng = random.Random(seed)
    words = rng.choice(training).split()
    return " ".join(
        w if len(w) < 4 or not w.isalpha() else w[0] + "".join(rng.sample(w[1:], len(w) - 1))
        for w in words
    )


Writer = Callable[[int, Item, Reference], str]
WRITERS: dict[str, tuple[Writer, str]] = {
    "copier": (lambda i, item, ref: ref.training[i], "memorisation"),
    "one template": (
        lambda i, item, ref: (
            f"Don't miss it! Learn all about item {i} in our latest story today: [link]"
        ),
        "homogeneity",
    ),
    "word shuffler": (lambda i, item, ref: shuffled(item.text, i), "fluency"),
    "word salad": (lambda i, item, ref: salad(ref.training, i), "fluency"),
    "silent": (lambda i, item, ref: "Hello!", "coverage"),
    "silent to the brief": (lambda i, item, ref: "Hello!", "recall"),
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
    assert axis in failed_axes(scores)


def test_held_out_human_posts_pass_every_axis(small, reference):
    assert failed_axes(metrics.score(small.held_out, reference)) == set()


def test_the_judge_is_shown_with_the_score(small, reference):
    score = metrics.score(small.held_out, reference)["fluency/bits_per_byte_ratio"]
    assert any("judge word pairs" in warning for warning in score.warnings)


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
