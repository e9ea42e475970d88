"""When a training is started, and that a clock which goes backwards changes little."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from smm_voice.config import TriggersConfig
from smm_voice.retraining.triggers import Situation, due

NOW = datetime(2026, 5, 1, tzinfo=UTC)
CONFIG = TriggersConfig(
    drift=True, age_days=90, new_posts=200, minimum_new_posts=60, cooldown_days=7
)


def days(count):
    return NOW - timedelta(days=count)


def at(**values):
    return Situation(NOW, True, **{"champion_since": days(10), **values})


@pytest.mark.parametrize(
    ("situation", "trigger"),
    [
        (Situation(NOW, False), "first"),
        (at(), ""),
        (at(new_posts=199), ""),
        (at(new_posts=200), "new_posts"),
        (at(new_posts=60, alarms=["a"]), "drift"),
        (at(new_posts=59, alarms=["a"]), ""),
        (at(new_posts=60, alarms=[]), ""),
        (at(new_posts=60, champion_since=days(90)), "age"),
        (at(new_posts=59, champion_since=days(90)), ""),
        (at(new_posts=500, alarms=["a"], champion_since=days(900)), "drift"),
        (at(new_posts=500, last_attempt=days(6.9)), ""),
        (at(new_posts=500, last_attempt=days(7)), "new_posts"),
        # The clock went backwards: the attempt lies in the future and holds nothing up.
        (at(new_posts=500, last_attempt=days(-3)), "new_posts"),
        (at(new_posts=60, champion_since=days(-400)), ""),
    ],
)
def test_what_starts_a_training(situation, trigger):
    assert due(situation, CONFIG).trigger == trigger


def test_each_trigger_can_be_left_out():
    all_of_them = at(new_posts=500, alarms=["a"], champion_since=days(900))
    without = dataclasses.replace(CONFIG, drift=False, age_days=None, new_posts=None)
    assert due(all_of_them, without).trigger == ""
    for key, expected in (("drift", "new_posts"), ("new_posts", "drift")):
        changed = dataclasses.replace(CONFIG, **{key: False if key == "drift" else None})
        assert due(all_of_them, changed).trigger == expected


def test_force_passes_over_cool_down_and_lack_of_triggers():
    assert due(at(last_attempt=days(1)), CONFIG, forced=True).trigger == "forced"


def test_it_says_what_it_considered():
    said = " / ".join(due(at(new_posts=500, alarms=["style"], last_attempt=days(1)), CONFIG).said)
    assert "500 new posts" in said and "drift: style" in said and "7 pass between two" in said
    assert "clock" in " ".join(due(at(champion_since=days(-400)), CONFIG).said)
