"""Words that people leave, and words that are new."""

import math
from datetime import timedelta

import numpy as np
import pytest

from smm_voice.monitoring import staleness
from smm_voice.monitoring.reading import read, word_set
from smm_voice.monitoring.windows import Pair, Windows, choose
from tests.monitoring.conftest import START, embed, quiet


def test_log_odds_are_as_worked_out_by_hand():
    # With one more each: 4 against 2, then 2 against 4.
    delta, z = staleness.log_odds(np.array([3, 1]), np.array([1, 3]), np.ones(2))
    assert delta == pytest.approx([-2 * math.log(2), 2 * math.log(2)])
    assert z == pytest.approx(delta / math.sqrt(1 / 2 + 1 / 4))


def pair(older, newer):
    return Pair(np.arange(older), np.arange(older, older + newer))


def with_word(texts, word, places):
    return [f"{word} {text}" if i in places else text for i, text in enumerate(texts)]


@pytest.fixture(scope="module")
def plain():
    rng = np.random.default_rng(0)
    return [quiet(rng) for _ in range(400)]


def read_of(texts):
    return read(texts, "en", embed)


def test_a_word_in_steady_use_that_goes_is_in_decline(plain):
    texts = with_word(plain[:180], "vibes", set(range(0, 120, 5)))
    declined, _ = staleness.shifts(read_of(texts), pair(120, 60))
    assert [shift.word for shift in declined] == ["vibes"]
    assert str(declined[0]) == "vibes: 24 → 0"


def test_a_word_of_one_week_is_news_and_not_in_decline(plain):
    texts = with_word(plain[:180], "election", set(range(40, 64)))
    declined, _ = staleness.shifts(read_of(texts), pair(120, 60))
    assert not declined


def test_a_word_on_the_rise_is_told(plain):
    texts = with_word(plain[:180], "rizz", set(range(120, 180, 4)))
    _, risen = staleness.shifts(read_of(texts), pair(120, 60))
    assert [shift.word for shift in risen] == ["rizz"]


def test_a_post_repeated_is_no_vocabulary(plain):
    refrain = "our grand opening raffle is on and you can win a whole year of free bread"
    texts = [refrain if i % 5 == 0 and i < 120 else t for i, t in enumerate(plain[:180])]
    declined, _ = staleness.shifts(read_of(texts), pair(120, 60))
    assert "raffle" not in [shift.word for shift in declined]


def test_overuse_is_a_ratio_of_rates():
    used, unused = frozenset({"lit", "a"}), frozenset({"a"})
    # 10 in 20 against 5 in 20, half a word more on either side.
    value = staleness.overuse(["lit"], [used] * 10 + [unused] * 10, [used] * 5 + [unused] * 15)
    assert value == pytest.approx(math.log(10.5 / 5.5))


@pytest.fixture(scope="module")
def left(plain):
    """People said vibes until post 340; what a model learned before."""
    texts = with_word(plain, "vibes", set(range(0, 340, 4)))
    return texts, read_of(texts)


def looked(left, config, written):
    texts, reading = left
    times = [START + timedelta(hours=i) for i in range(len(texts))]
    windows = choose(times, None, config)
    return staleness.index(reading, windows, written, 0.01, config)


def test_a_model_that_keeps_the_word_is_stale(left, config):
    texts, _ = left
    found = looked(left, config, texts[100:200])
    assert found.value > found.band > 1
    assert found.low > 2
    assert found.p == pytest.approx(1 / (1 + config.permutations))
    assert found.examples[0].startswith("vibes: ")


def test_a_model_that_writes_as_people_do_now_is_not(left, config, plain):
    found = looked(left, config, plain[340:])
    assert found.value < found.band


def test_without_words_in_decline_or_texts_there_is_no_index(left, config, plain):
    found = looked((plain, read_of(plain)), config, plain[:50])
    assert found.value is None
    assert "nothing to be stale in" in found.warnings[0]
    found = looked(left, config, plain[:5])
    assert found.value is None
    assert "needs 20 texts" in found.warnings[0]


def test_the_rate_of_new_words_counts_words_that_the_baseline_lacks():
    texts = ["a b c", "a b d", "a x y", "b c z"]
    reading = read_of(texts)
    rate = staleness._rates(reading, np.arange(4))
    # Of six words of the newer posts x, y and z are new.
    assert rate(np.array([False, False, True, True]))[0] == pytest.approx(3 / 6)


def test_words_are_folded():
    assert word_set("Vibes VIBES vibes") == {"vibes"}


def test_new_words_alarm_by_their_band(config, plain):
    texts = list(plain)
    rng = np.random.default_rng(5)
    for i in range(360, 400):
        texts[i] += " " + " ".join("".join(rng.choice(list("aeioklmnrst"), 7)) for _ in range(6))
    windows = choose([START + timedelta(hours=i) for i in range(400)], None, config)
    assert isinstance(windows, Windows)
    found = staleness.new_words(read_of(texts), windows, 0.01, config)
    assert found.value > found.band
    calm = staleness.new_words(read_of(plain), windows, 0.01, config)
    assert calm.value < calm.band
