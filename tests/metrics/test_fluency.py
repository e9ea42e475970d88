"""The judge and its proof, loops, leaks, the wrong language, words that are none."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
import random
import time
from pathlib import Path

import numpy as np
import pytest

from smm_voice.metrics.base import Item, Reference
from smm_voice.metrics.fluency import nonwords as words
from smm_voice.metrics.fluency.family import FAMILY, language_of
from smm_voice.metrics.fluency.judges import prove, word_salad
from smm_voice.metrics.fluency.leaks import leaks
from smm_voice.metrics.fluency.ngram import BEGIN, END, BackoffModel, NgramJudge, _letters, _views
from smm_voice.metrics.fluency.repeats import repeated_share, repeated_spans

FRENCH = Path(__file__).parents[1] / "fixtures" / "french"
# So many words that shuffling leaves none where it was.
LETTERS = "a b c d e f g h"
RATIO, SPREAD = "fluency/bits_per_byte_ratio", "fluency/bits_per_byte_spread"


def items_of(texts) -> list[Item]:
    return [Item(str(i), text) for i, text in enumerate(texts)]


def french(brand: str) -> list[str]:
    lines = (FRENCH / f"{brand}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def shuffled(text: str, seed: int) -> str:
    listed = text.split()
    random.Random(seed).shuffle(listed)
    return " ".join(listed)


def letters_shuffled(text: str, seed: int) -> str:
    rng = random.Random(seed)
    return " ".join(
        w if len(w) < 4 or not w.isalpha() else w[0] + "".join(rng.sample(w[1:], len(w) - 1))
        for w in text.split()
    )


@pytest.fixture(scope="module")
def judge(small) -> NgramJudge:
    """Fitted on those reference brands whose posts are not the floor."""
    seen = sorted(small.dataset.references)[::2]
    return NgramJudge([t for name in seen for t in small.dataset.references[name]], "en")


@pytest.fixture(scope="module")
def reference(small, judge) -> Reference:
    return dataclasses.replace(
        small.reference, paired=False, resamples=300, judge=judge, judge_name=judge.name, cache={}
    )


def score(texts, reference) -> dict:
    return FAMILY.score(items_of(texts), reference)


# --- the n-gram judge


def test_probabilities_sum_to_one_after_any_history():
    events = [((BEGIN, "a"), "b"), (("_", "b"), "a"), (("a", "b"), END), (("A", "a"), "b")]
    symbols = ["a", "b", "c", END]
    model = BackoffModel(events, _views, lambda symbol: 1 / len(symbols))
    for history in itertools.product(["a", "b", "A", "_x", BEGIN], repeat=2):
        total = sum(model.probability(symbol, history) for symbol in symbols)
        assert total == pytest.approx(1), history


def test_all_spellings_together_have_the_probability_one():
    words_seen = ["", "ab", "b"]
    model = BackoffModel(
        (event for word in words_seen for event in _letters(word)),
        lambda history: ((), history[1:], history),
        lambda character: 1 / 3,
    )
    lengths = [
        sum(2 ** -model.bits(_letters("".join(w))) for w in itertools.product("ab", repeat=n))
        for n in range(14)
    ]
    assert sum(lengths) == pytest.approx(1, abs=1e-3)
    assert sum(lengths) <= 1 + 1e-9


def test_bits_per_byte_are_of_the_skeleton_and_its_end():
    judge = NgramJudge(["The cat sat.", "A dog sat."], "en")
    steps = [
        (BEGIN, BEGIN, "The"), (BEGIN, "The", "_t"), ("the", "_t", "_t"), ("_", "_t", "."),
        ("_", ".", END),
    ]  # fmt: skip
    bits = -sum(math.log2(judge._model.probability(s, (a, b))) for a, b, s in steps)
    assert judge.skeleton("The cat sat.") == ["The", "_t", "_t", "."]
    assert judge(["The cat sat."]) == [pytest.approx(bits / len("The _t _t .\n"))]


@pytest.mark.parametrize(
    "text", ["", "  \n", "🚀🚀", "https://t.co/x [link] @a #b", "?! 12:30", "\x02\x03"]
)
def test_a_text_without_words_is_not_judged(text, judge):
    assert judge([text]) == [None]


@pytest.mark.parametrize(
    "text",
    [
        "Watch \ud83d live",
        "שלום עולם",
        "a\x03b",
        "的 话",
        "ǅ word ß",
        "x" * 100_000,
        "ha " * 50_000,
    ],
    ids=["surrogate", "hebrew", "control", "chinese", "titlecase", "one long word", "a loop"],
)
def test_whatever_the_text_its_bits_are_finite(text, judge):
    (bits,) = judge([text])
    assert 0 < bits < 40


def test_a_judge_is_fitted_without_posts_and_without_a_list_of_function_words():
    assert 0 < NgramJudge([], "en")(["Hello there"])[0] < 40
    assert 0 < NgramJudge(["kaixo mundua"] * 3, "xx")(["kaixo mundua"])[0] < 40


def test_few_posts_to_learn_from_are_named():
    assert "fewer than 300" in NgramJudge(["Hello there"] * 20, "en").name
    assert "fewer" not in NgramJudge(["Hello there"] * 300, "en").name


def test_no_language_is_told_from_language_in_english(small, reference):
    proof = prove(reference.judge, reference)
    assert proof.problem is None
    assert proof.shuffled > 0.8
    # Known and shown: pairs of the brand's words are what an n-gram judge takes for language.
    assert proof.salad < 0.75
    assert len(proof.warnings) == 2
    assert "word salad" in proof.warnings[1]


@pytest.mark.parametrize("brand", ["boulangerie", "mutuelle", "velo"])
def test_no_language_is_told_from_language_in_french(brand, reference):
    others = [t for other in ("boulangerie", "mutuelle", "velo") if other != brand
              for t in french(other)]  # fmt: skip
    own = french(brand)
    proof = prove(
        NgramJudge(others, "fr"),
        dataclasses.replace(reference, human=tuple(items_of(own)), training=tuple(own), cache={}),
    )
    assert proof.shuffled > 0.8


def test_the_less_order_the_more_bits(small, reference):
    texts = [item.text for item in small.held_out]
    ratios = []
    for percent in (0, 25, 50, 75, 100):
        mixed = [
            shuffled(text, i) if i * 37 % 100 < percent else text for i, text in enumerate(texts)
        ]
        ratios.append(score(mixed, reference)[RATIO].value)
    assert ratios == sorted(ratios)
    assert 0.9 < ratios[0] < 1.1
    assert ratios[-1] > 1.12


def test_letters_shuffled_inside_words_are_no_language(small, reference):
    scores = score([letters_shuffled(i.text, 1) for i in small.held_out], reference)
    assert scores[RATIO].value > 1.05
    assert scores["fluency/nonword_excess"].value > 0.3


def test_the_proof_is_made_once_for_all_arms(small, reference):
    calls = []

    def counted(texts):
        calls.append(len(texts))
        return reference.judge(texts)

    shared = dataclasses.replace(reference, judge=counted, cache={})
    for _ in range(3):
        score(["Watch us live tonight"] * 8, shared)
    n = len(reference.human)
    assert calls == [n, n, n, 8, 8, 8]


def test_salad_is_made_of_the_brands_pairs_only(reference):
    pairs = set()
    for text in ["a b c", "b d"]:
        listed = ["", *text.split(), ""]
        pairs.update(zip(listed, listed[1:], strict=False))
    for text in word_salad(["a b c", "b d"], 50, 3):
        listed = ["", *text.split(), ""]
        assert set(zip(listed, listed[1:], strict=False)) <= pairs
    assert word_salad(["a b c", "b d"], 50, 3) == word_salad(["a b c", "b d"], 50, 3)
    assert word_salad([], 5, 0) == word_salad(["", "[link]"], 5, 0) == []


# --- spread


def fixed(bits):
    """A judge that knows each text's bits, and is sure of all disorder."""
    return lambda texts: [bits.get(text, 9.0) for text in texts]


def test_texts_as_uneven_as_the_human_ones_have_a_spread_of_one(reference):
    human = {f"post {i} {LETTERS}": 1 + i / 100 for i in range(40)}
    even = {f"text {i} {LETTERS}": 1.2 + i / 400 for i in range(40)}
    known = dataclasses.replace(
        reference, human=tuple(items_of(human)), judge=fixed(human | even), cache={}
    )
    assert score(human, known)[SPREAD].value == pytest.approx(1)
    spread = score(even, known)[SPREAD]
    assert spread.value == pytest.approx(0.25)
    assert spread.ci_low < 0.25 < spread.ci_high < 0.5


def test_one_stray_text_does_not_make_the_spread(reference):
    human = {f"post {i} {LETTERS}": 1 + i / 100 for i in range(40)}
    known = dataclasses.replace(
        reference, human=tuple(items_of(human)), judge=fixed(human | {"odd": 9.0}), cache={}
    )
    assert score([*human, "odd"], known)[SPREAD].value == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize(
    ("bits", "why"),
    [({f"p {i} {LETTERS}": 1.5 for i in range(20)}, "do not differ"), ({f"p {LETTERS}": 1.0}, "8")],
)
def test_without_a_human_spread_there_is_none(bits, why, reference):
    known = dataclasses.replace(reference, human=tuple(items_of(bits)), judge=fixed(bits), cache={})
    got = score(bits, known)[SPREAD]
    assert got.value is None
    assert why in got.warnings[0]


# --- loops, leaks, languages


def test_loops_rise_in_order_of_how_many_texts_have_them(small, reference):
    texts = [item.text for item in small.held_out]
    values = []
    for loops in (0, 5, 15):
        looped = [f"{t} and see it live and see it live" if i < loops else t
                  for i, t in enumerate(texts)]  # fmt: skip
        values.append(score(looped, reference)["fluency/repeated_ngrams"].value)
    assert values == sorted(values)
    assert values[2] > values[1] > values[0]
    assert abs(values[0]) < 0.01


def test_leaks_are_counted_by_text_and_shown(reference):
    texts = ["Live now [link]", "Sure, here is a post: Live now [Your Name]", "### Post\nLive", ""]
    got = score(texts, reference)["fluency/prompt_leak_rate"]
    assert (got.value, got.n) == (pytest.approx(2 / 3), 3)
    assert got.per_item == (0.0, 1.0, 1.0, None)
    found = FAMILY.findings(Item("1", texts[1]), reference)
    assert [f.span for f in found if f.kind == "leak"] == ["Sure, here", "[Your Name]"]


def test_no_human_post_leaks(small):
    texts = [
        *small.reference.training,
        *(item.text for item in small.held_out),
        *(text for texts in small.dataset.references.values() for text in texts),
        *(text for brand in ("boulangerie", "mutuelle", "velo") for text in french(brand)),
    ]
    assert [found for text in texts for found in leaks(text)] == []


def test_another_language_is_counted_where_it_can_be_told(reference):
    texts = [
        "Nous avons préparé vingt litres de pâte ce matin pour tous les voisins.",
        "We have made twenty litres of dough this morning for all the neighbours.",
        "Bonjour tout le monde",
    ]
    got = score(texts, reference)["fluency/wrong_language_rate"]
    assert got.per_item == (1.0, 0.0, None)
    kinds = {f.kind: f for f in FAMILY.findings(Item("1", texts[0]), reference)}
    assert kinds["language"].evidence == "in fr"
    assert kinds["language"].span == texts[0]
    assert "language" not in {f.kind for f in FAMILY.findings(Item("1", texts[1]), reference)}


def test_a_lone_surrogate_does_not_stop_the_detector():
    # Words that no list of function words decides on, so that the detector itself is asked.
    assert language_of("Zwerg \ud83d blorx quix mraz tolk vipp", "en") is not None


def test_posts_in_the_brands_own_language_are_not_foreign(small, reference):
    rate = FAMILY.score(small.held_out, reference)["fluency/wrong_language_rate"].value
    assert rate == 0
    own = dataclasses.replace(reference, language="fr-CA", cache={})
    assert score(french("mutuelle"), own)["fluency/wrong_language_rate"].value == 0


def test_a_repeated_stretch_is_shown_as_it_stands(reference):
    text = "Join us live tonight! Then join us LIVE tonight, will you?"
    (found,) = [f for f in FAMILY.findings(Item("1", text), reference) if f.kind == "repeated"]
    assert found.span == "join us LIVE tonight"
    assert "2 times" in found.evidence


def test_a_word_is_looked_up_once(monkeypatch, reference):
    import wordfreq

    asked = []
    real = wordfreq.zipf_frequency
    monkeypatch.setattr(
        wordfreq, "zipf_frequency", lambda w, code: asked.append(w) or real(w, code)
    )
    # More distinct words than are remembered from one call to the next.
    monkeypatch.setattr(words, "known_to_language", words.known_to_language.__wrapped__)
    texts = [f"zqx{'abcdefgh'[i % 8]}vplk rocket zqxa" for i in range(400)]
    fresh = dataclasses.replace(reference, human=(), training=(), cache={})
    score(texts, fresh)
    assert len(asked) == len(set(asked)) == 10


# --- the brand against itself, and time


def test_halves_of_human_posts_do_not_alarm(small, reference):
    texts = [item.text for item in (*reference.human, *small.held_out)]
    memo = dict(zip(texts, reference.judge(texts), strict=True))

    def remembered(asked):
        new = [text for text in asked if text not in memo]
        memo.update(zip(new, reference.judge(new), strict=True))
        return [memo[text] for text in asked]

    rng = random.Random(0)
    alarms = dict.fromkeys((metric.name for metric in FAMILY.metrics), 0)
    brand_words = None
    for seed in range(50):
        rng.shuffle(texts)
        half = dataclasses.replace(
            reference, human=tuple(items_of(texts[::2])), judge=remembered, seed=seed,
            resamples=100, cache={"fluency/brand_words": brand_words} if brand_words else {},
        )  # fmt: skip
        scores = score(texts[1::2], half)
        brand_words = half.cache["fluency/brand_words"]
        ratio = scores[RATIO]
        alarms[RATIO] += ratio.value < 0.75 or (ratio.value > 1.1 and ratio.ci_low > 1)
        alarms[SPREAD] += not 0.5 <= scores[SPREAD].value <= 2
        for name in ("nonword_excess", "repeated_ngrams"):
            got = scores[f"fluency/{name}"]
            alarms[f"fluency/{name}"] += got.value > 0.02 and got.ci_low > 0
        for name in ("prompt_leak_rate", "wrong_language_rate"):
            alarms[f"fluency/{name}"] += scores[f"fluency/{name}"].value > 0.02
    assert {name: n for name, n in alarms.items() if n > 2} == {}


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text",
    ["<|" * 20_000, "[your " * 20_000, "{{" * 30_000, "Here's a " * 20_000, "\nTopic: " * 20_000,
     "sure " * 20_000, "Write social media posts for " * 5_000],
    ids=["marks", "blanks", "braces", "preambles", "labels", "greetings", "instructions"],
)  # fmt: skip
def test_a_hostile_text_is_searched_in_linear_time(text):
    started = time.perf_counter()
    leaks(text)
    repeated_share(text)
    repeated_spans(text)
    assert time.perf_counter() - started < 2


@pytest.mark.timeout(60)
def test_judging_is_fast_enough_for_every_arm(judge, small):
    texts = [f"{text} {i}" for i, text in enumerate(small.reference.training * 5)]
    started = time.process_time()
    judge(texts)
    assert len(texts) / (time.process_time() - started) > 1000


def test_the_interval_of_the_ratio_holds_both_sides(small, reference):
    few = dataclasses.replace(reference, human=reference.human[:6], cache={})
    texts = [item.text for item in small.held_out]
    wide, narrow = score(texts, few)[RATIO], score(texts, reference)[RATIO]
    assert np.isfinite([wide.ci_low, narrow.ci_low]).all()
    assert wide.ci_high - wide.ci_low > 1.3 * (narrow.ci_high - narrow.ci_low)
