"""Whether a champion answers as on the day it was promoted."""

import numpy as np
import pytest

from smm_voice.metrics.voice import features
from smm_voice.monitoring import output
from tests.monitoring.conftest import loud, quiet


@pytest.fixture(scope="module")
def people():
    rng = np.random.default_rng(9)
    return features.measure([quiet(rng) for _ in range(100)], "en")


def test_the_same_answers_have_not_changed(people, config):
    answers = [quiet(np.random.default_rng(i)) for i in range(12)]
    changed, style = output.signals(answers, list(answers), "en", people, config)
    assert changed.value == 0
    assert style.value is None
    assert changed.warnings == ()


def test_other_answers_in_the_same_manner_are_told_but_are_no_change_of_manner(people, config):
    then = [quiet(np.random.default_rng(i)) for i in range(12)]
    now = then[:4] + [quiet(np.random.default_rng(100 + i)) for i in range(8)]
    changed, style = output.signals(then, now, "en", people, config)
    assert changed.value == pytest.approx(8 / 12)
    assert "not what they were" in changed.warnings[0]
    assert style.p > 0.05


def test_another_manner_is_significant_and_says_in_what(people, config):
    then = [quiet(np.random.default_rng(i)) for i in range(12)]
    now = [loud(np.random.default_rng(i)) for i in range(12)]
    changed, style = output.signals(then, now, "en", people, config)
    assert (changed.value, style.n) == (1.0, (12, 12))
    assert style.p <= 0.01
    assert style.value > style.band
    assert any("→" in each for each in style.examples)


def test_few_that_differ_prove_nothing(people, config):
    then = [quiet(np.random.default_rng(i)) for i in range(5)]
    now = [loud(np.random.default_rng(i)) for i in range(5)]
    _, style = output.signals(then, now, "en", people, config)
    assert style.value is None
    assert "6 are needed" in style.warnings[0]


def test_no_answers_are_no_zero(people, config):
    found = output.signals([], [], "en", people, config)
    assert [signal.value for signal in found] == [None, None]


def test_unpaired_answers_are_refused(people, config):
    with pytest.raises(ValueError, match="1 answers now, 2 then"):
        output.signals(["a", "b"], ["a"], "en", people, config)
