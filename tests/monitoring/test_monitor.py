"""One look: what alarms, what does not, and what is said where nothing can be told."""

import dataclasses
from datetime import timedelta

import numpy as np
import pytest

from smm_voice.metrics.base import Item
from smm_voice.monitoring import monitor as module
from smm_voice.monitoring.monitor import Model, monitor
from smm_voice.monitoring.signal import Signal
from tests.monitoring.conftest import START, embed, example, loud, quiet

MANNER = {"drift/input_style_auc", "drift/input_psi", "drift/input_style_novelty"}
TOPICS = {"drift/input_topic_auc", "drift/input_mmd2", "drift/input_topic_novelty"}


def account(count=420, seed=0, write=quiet):
    rng = np.random.default_rng(seed)
    return [write(rng) for _ in range(count)]


def look(texts, config, since=None, model=None):
    return monitor([example(t, i) for i, t in enumerate(texts)], "en", since, config, embed, model)


def by_name(found):
    return {signal.name: signal for signal in found.signals}


def test_an_account_that_stays_the_same_does_not_alarm(config):
    alarms = [look(account(seed=seed), config).alarms for seed in range(2)]
    assert alarms == [[], []]


@pytest.fixture(scope="module")
def mixed():
    """Every other of the newest posts is another writer's, on the same subjects."""
    texts, rng = account(600), np.random.default_rng(1)
    return [loud(rng) if i >= 540 and i % 2 else text for i, text in enumerate(texts)]


def test_another_writer_alarms_and_is_shown(mixed, config):
    found = look(mixed, config)
    alarms = {signal.name: signal for signal in found.alarms}
    assert {"drift/input_psi", "drift/input_style_novelty"} <= alarms.keys()
    shown = alarms["drift/input_style_novelty"].examples
    assert len(shown) == config.examples
    assert all(text in mixed[540:] and "!!!" in text for text in shown)
    assert any("exclamation marks" in each for each in alarms["drift/input_psi"].examples)
    for signal in alarms.values():
        assert signal.value > signal.band
        assert signal.p <= signal.p_adjusted <= config.level


# The same lengths and endings: the style view cannot tell them apart.
NEWS = {"cakes": "lakes", "rolls": "hills", "tarts": "parts", "soup": "coup", "pies": "lies",
        "tea": "sea", "bread": "tread", "coffee": "toffee"}  # fmt: skip


def test_news_in_the_same_manner_is_topics_and_not_manner(config):
    texts = account(600)
    for i in range(540, 600):
        for old, new in NEWS.items():
            texts[i] = texts[i].replace(old, new)
    found = look(texts, config)
    assert {signal.about for signal in found.alarms} == {"topics", "words"}
    assert {s.about for s in found.signals if s.name in TOPICS} == {"topics"}
    assert {s.about for s in found.signals if s.name in MANNER} == {"manner"}


def test_a_shift_stays_one_against_what_was_learned_before_it(config):
    texts, rng = account(), np.random.default_rng(3)
    texts = [loud(rng) if i >= 330 and i % 2 else text for i, text in enumerate(texts)]
    since = START + timedelta(hours=12 * 329)
    found = look(texts, config, since=since)
    assert any(signal.about == "manner" for signal in found.alarms)
    assert found.provenance["since"] == since.isoformat()
    assert found.baseline[1] == since.isoformat()


@pytest.mark.parametrize("count", [0, 10, 39])
def test_too_few_posts_have_no_value_and_say_so(config, count):
    found = look(account(count), config, model=Model())
    assert not found.alarms
    assert found.baseline == ("", "")
    assert found.provenance["posts"] == count
    for signal in found.signals:
        assert signal.value is None
        assert signal.p is None
        assert signal.warnings


def test_without_enough_of_the_past_nothing_alarms(mixed, config):
    found = look(mixed[520:], config)
    values = by_name(found)
    assert not found.alarms
    assert values["drift/input_psi"].value > 0
    assert values["drift/input_psi"].band is None
    assert "too few to say what is normal" in values["drift/input_psi"].warnings[0]


def test_the_names_are_those_that_were_declared(config):
    found = look(account(), config, model=Model())
    assert set(by_name(found)) == MANNER | TOPICS | {
        "drift/new_word_rate", "drift/staleness_index", "drift/output_changed",
        "drift/output_style", "drift/homogeneity_first", "drift/homogeneity_human",
        "drift/homogeneity_chart",
    }  # fmt: skip
    kinds = {signal.name.split("/")[1].split("_")[0]: signal.kind for signal in found.signals}
    assert kinds == {
        "input": "input", "new": "staleness", "staleness": "staleness", "output": "output",
        "homogeneity": "homogeneity",
    }  # fmt: skip


def test_a_model_is_looked_at_even_without_posts(config):
    then = [quiet(np.random.default_rng(i)) for i in range(10)]
    now = [loud(np.random.default_rng(i)) for i in range(10)]
    values = by_name(look([], config, model=Model(then=then, now=now)))
    assert values["drift/output_changed"].value == 1
    assert values["drift/output_style"].alarm


def test_versions_that_grow_alike_alarm(config):
    versions = {
        label: [Item(str(i), "Great news from the bakery today: " * (i < stock) + text)
                for i, text in enumerate(account(60, seed=seed))]
        for label, stock, seed in (("1", 0, 1), ("2", 20, 2), ("3", 50, 3))
    }  # fmt: skip
    ratios = [(str(i), 1.0 + 0.01 * (i % 2)) for i in range(8)] + [("9", 1.6)]
    found = look(account(), config, model=Model(versions=versions, ratios=ratios))
    alarms = {signal.name for signal in found.alarms}
    assert {"drift/homogeneity_first", "drift/homogeneity_chart"} <= alarms


def test_the_same_look_twice_says_the_same(mixed, config):
    assert look(mixed, config) == look(mixed, config)


def test_posts_out_of_order_are_refused(config):
    posts = [example(text, i) for i, text in enumerate(account(50))]
    with pytest.raises(ValueError, match="in order"):
        monitor(posts[::-1], "en", None, config, embed)


def test_only_the_windows_are_embedded(config):
    seen = []

    def counting(texts):
        seen.extend(texts)
        return embed(texts)

    posts = [example(text, i) for i, text in enumerate(account(3000))]
    monitor(posts, "en", None, dataclasses.replace(config, windows=4), counting)
    assert len(seen) <= 120 + 60 * 6


def signal(**changes):
    plain = Signal("drift/input_psi", "input", 0.5, p=0.001, band=0.2)
    return dataclasses.replace(plain, **changes)


@pytest.mark.parametrize(
    ("changes", "alarm"),
    [
        ({}, True),
        ({"value": 0.2}, False),  # within the band
        ({"band": None}, False),
        ({"p": 0.04}, False),  # two tests: .08 by Holm
        ({"seasonal": 0.1}, False),  # as last year at this time
        ({"seasonal": 0.4}, True),
    ],
)
def test_an_alarm_is_past_the_band_significant_and_not_the_season(changes, alarm):
    other = Signal("drift/input_mmd2", "input", 0.0, p=0.9, band=0.1)
    judged = module._judged([signal(**changes), other, Signal("x", "output", None)], 0.05)
    assert judged[0].alarm is alarm
    assert not judged[1].alarm
    assert judged[0].p_adjusted == pytest.approx(2 * judged[0].p)
    assert judged[2].p_adjusted is None


def test_texts_that_nobody_would_post(config):
    # A lone half of a pair, among others: exports hold such.
    strange = ["", " ", "\ud83d", "a" * 50_000, "<script>alert(1)</script>", "=1+1", "\n\n\n"]
    texts = account()
    for place, text in enumerate(strange * 3):
        texts[360 + place] = text
    found = look(texts, config, model=Model(written=strange * 10))
    assert all(s.value is None or np.isfinite(s.value) for s in found.signals)
