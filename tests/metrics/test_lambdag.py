"""The grammars behind LambdaG: their probabilities sum to one and are those of its package."""

from __future__ import annotations

import numpy as np
import pytest

from smm_voice.metrics.voice.lambdag import _DISCOUNT, KneserNey, LambdaG

TEXTS = [text.split() for text in ("a b a b c", "a b c", "b c a", "c c a b", "a")]


@pytest.mark.parametrize("history", [(), ("a",), ("a", "b"), ("c", "a"), ("z",), ("z", "a")])
def test_probabilities_sum_to_one_over_the_vocabulary_and_one_unknown(history):
    model = KneserNey(TEXTS, order=3)
    symbols = ["a", "b", "c", "⟨end⟩", "never seen"]
    assert sum(model.probability((*history, s)) for s in symbols) == pytest.approx(1)


def test_a_unigram_by_hand():
    # Order 1 on "a a b": counts a 2, b 1, end 1; four symbols with the unknown one.
    model = KneserNey([["a", "a", "b"]], order=1)
    rest = _DISCOUNT * 3 / 4 / 4
    assert model.probability(("a",)) == pytest.approx((2 - _DISCOUNT) / 4 + rest)
    assert model.probability(("z",)) == pytest.approx(rest)


def test_a_word_of_many_contexts_is_likelier_after_something_new():
    # "x" comes as often as "y", but only ever after "only".
    texts = [["only", "x"]] * 3 + [["a", "y"], ["b", "y"], ["c", "y"]]
    model = KneserNey(texts, order=2)
    assert model.probability(("never", "y")) > 2 * model.probability(("never", "x"))


def test_the_same_probabilities_as_the_package_lambdag():
    peer = pytest.importorskip("lambdag.language_models.kneser_ney")
    theirs = peer.KneserNeyLanguageModel(3, discount=_DISCOUNT)
    for text in TEXTS:
        theirs.fit(text)
    ours = KneserNey(TEXTS, order=3)
    for history in [("a", "b"), ("b", "c"), ("c", "a"), ("b", "a")]:
        for symbol in "abc":
            expected = theirs.probability(symbol, history)
            assert ours.probability((*history, symbol)) == pytest.approx(expected), (
                history,
                symbol,
            )


def test_the_brands_side_is_positive():
    brand = ["the cat sat on the mat", "the cat ran to the mat", "the dog sat on the rug"] * 5
    others = ["buy now and save big today", "save now and buy big today", "big sale now on"] * 5
    model = LambdaG().fit([*brand, *others], np.array([1] * 15 + [0] * 15))
    found = model.decision_function(["the dog ran to the mat", "buy today and save", "", "zz"])
    assert found[0] > 0 > found[1]
    assert np.isfinite(found).all()


def test_equal_seeds_give_equal_grammars():
    texts = [f"w{i % 7} w{i % 3} w{i % 5}" for i in range(60)]
    labels = np.array([1] * 20 + [0] * 40)
    first, again = (LambdaG(3).fit(texts, labels).decision_function(texts) for _ in range(2))
    assert (first == again).all()
