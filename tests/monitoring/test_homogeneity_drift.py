"""Whether models grow more alike from version to version."""

import numpy as np
import pytest

from smm_voice.metrics.base import Item, Reference
from smm_voice.metrics.factuality.sheet import FactSheet
from smm_voice.metrics.voice.profile import VoiceProfile
from smm_voice.monitoring import homogeneity
from tests.monitoring.conftest import quiet


def answers(seed, stock=0.0, count=60):
    rng = np.random.default_rng(seed)
    return [
        Item(
            str(i), "Great news from the bakery team today: " * (rng.random() < stock) + quiet(rng)
        )
        for i in range(count)
    ]


@pytest.fixture(scope="module")
def reference():
    texts = answers(50)
    return Reference(
        language="en", human=tuple(texts), floor=(), training=tuple(i.text for i in answers(51)),
        profile=VoiceProfile("en", 0, (), 0, {}, "", None), sheet=FactSheet(), resamples=200,
    )  # fmt: skip


def test_small_steps_add_up_against_the_first(reference):
    versions = {str(k): answers(k, stock) for k, stock in enumerate((0, 0.25, 0.5, 0.8))}
    first, human = homogeneity.signals(versions, reference)
    assert first.value > first.band
    assert first.low > 1
    assert first.p < 0.01
    assert human.value > human.band


def test_versions_alike_do_not_pass(reference):
    first, human = homogeneity.signals({"1": answers(1), "2": answers(2)}, reference)
    assert first.value < first.band
    assert human.value < human.band


def test_one_version_has_nothing_to_be_held_against(reference):
    found = homogeneity.signals({"1": answers(1)}, reference)
    assert [signal.value for signal in found] == [None, None]
    assert "two are compared" in found[0].warnings[0]


def test_the_chart_is_as_worked_out_by_hand():
    values = [1.0, 1.1, 1.0, 1.1, 1.0, 1.1, 1.0]
    # Mean 7.3 / 7, every moving range .1.
    limit = 7.3 / 7 + 3 / 1.128 * 0.1
    for newest, alarm in ((limit - 0.01, False), (limit + 0.01, True)):
        found = homogeneity.chart([(str(i), v) for i, v in enumerate([*values, newest])])
        assert found.band == pytest.approx(limit)
        assert found.alarm is alarm


def test_seven_versions_make_no_chart():
    found = homogeneity.chart([(str(i), 1.0) for i in range(7)])
    assert found.value is None
    assert not found.alarm
    assert "needs 8" in found.warnings[0]
