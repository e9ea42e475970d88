"""Which posts are held against which."""

import dataclasses
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from smm_voice.monitoring.windows import LEAST_PAIRS, WANTED_PAIRS, choose

START = datetime(2024, 1, 1, tzinfo=UTC)


def times(count, hours=12):
    return [START + timedelta(hours=hours * i) for i in range(count)]


def test_the_newest_are_held_against_those_before_them(config):
    windows = choose(times(1000), None, config)
    assert windows.now.newer.tolist() == list(range(940, 1000))
    assert windows.now.older.tolist() == list(range(820, 940))


def test_pairs_of_the_past_are_adjacent_of_the_same_sizes_and_before_the_recent(config):
    windows = choose(times(1000), None, config)
    assert len(windows.past) == config.windows
    taken = set(windows.now.newer)
    for pair in windows.past:
        assert (len(pair.older), len(pair.newer)) == (120, 60)
        assert pair.older[-1] + 1 == pair.newer[0]
        assert not taken & set(pair.newer)
        taken |= set(pair.newer)


def test_windows_shrink_in_proportion_until_the_past_makes_a_band(config):
    windows = choose(times(300), None, config)
    older, newer = len(windows.now.older), len(windows.now.newer)
    assert newer < 60
    assert older == pytest.approx(2 * newer, abs=2)
    assert len(windows.past) >= WANTED_PAIRS


def test_they_never_shrink_below_the_minimum_and_then_there_is_no_band(config):
    windows = choose(times(45), None, config)
    assert min(len(windows.now.older), len(windows.now.newer)) >= config.minimum_posts
    assert len(windows.past) < LEAST_PAIRS


@pytest.mark.parametrize(("count", "since"), [(39, None), (500, 490), (500, 10)])
def test_too_few_on_either_side_are_told(config, count, since):
    at = None if since is None else START + timedelta(hours=12 * since)
    with pytest.raises(ValueError, match="at least 20"):
        choose(times(count), at, config)


def test_recent_are_only_those_after_the_day_and_the_newest_of_them(config):
    since = times(800)[599]
    windows = choose(times(800), since, config)
    assert windows.now.newer.tolist() == list(range(740, 800))
    assert windows.now.older.tolist() == list(range(480, 600))
    # What came after the day is no measure of what was normal before it.
    assert max(pair.newer[-1] for pair in windows.past) < 600
    windows = choose(times(630), since, config)
    assert windows.now.newer.tolist() == list(range(600, 630))
    assert all(len(pair.newer) == 30 for pair in windows.past)


def test_the_same_months_of_last_year(config):
    windows = choose(times(800), None, config)
    first, last = (times(800)[i] for i in (740, 799))
    season = [times(800)[i] for i in windows.season.older]
    assert season[0] >= first.replace(year=first.year - 1)
    assert season[-1] <= last.replace(year=last.year - 1)
    assert windows.season.newer.tolist() == windows.now.newer.tolist()
    assert choose(times(600), None, config).season is None
    strict = dataclasses.replace(config, minimum_posts=60, recent_posts=60)
    assert choose(times(800, 13), None, strict).season is not None


def test_a_leap_day_has_a_year_before(config):
    end = datetime(2024, 2, 29, 12, tzinfo=UTC)
    days = [end - timedelta(hours=12 * i) for i in range(900)][::-1]
    assert choose(days, None, config).season is not None


def test_the_past_may_hold_a_day_of_many_posts(config):
    same = [START] * 300
    assert len(np.unique(choose(same, None, config).now.both)) > 40
