"""What an account reaches without any shift."""

import math

import numpy as np
import pytest
from scipy.stats import t

from smm_voice.monitoring import band


def test_the_band_is_as_worked_out_by_hand():
    # Four pairs, variance 1/60 (of .1 .2 .3 .4: .05/3), guess .1² for four more.
    variance = (3 * 0.05 / 3 + 4 * 0.01) / 7
    expected = 0.25 + t.ppf(0.99, 7) * math.sqrt(variance * 1.25)
    assert band.limit([0.1, 0.2, 0.3, 0.4], band.plain(0.1), 120, 0.01) == pytest.approx(expected)


def test_three_pairs_make_no_band():
    assert band.limit([0.1, 0.2, 0.3], band.plain(0.1), 120, 0.01) is None


def test_further_pairs_pass_it_as_seldom_as_asked():
    rng = np.random.default_rng(0)
    passed = [
        values[-1] > band.limit(list(values[:-1]), band.plain(1.0), 120, 0.05)
        for values in rng.normal(size=(1500, 9))
    ]
    assert 0.03 < np.mean(passed) < 0.075


def test_a_shift_of_the_past_does_not_hide_the_next():
    calm = [0.1, 0.12, 0.08, 0.11, 0.09, 0.1, 0.13]
    scale = band.plain(0.05)
    assert band.limit([*calm, 3.0], scale, 120, 0.01) < 0.5


def test_more_posts_make_the_guess_narrower():
    same = [0.5] * 6
    assert band.limit(same, band.share(0.3), 500, 0.01) < band.limit(
        same, band.share(0.3), 60, 0.01
    )


@pytest.mark.parametrize("scale", [band.share(0.1), band.distance(0.1), band.plain(0.1)])
def test_scales_go_both_ways(scale):
    for value in (0.02, 0.5, 0.97):
        assert scale.back(scale.to(value)) == pytest.approx(value)


def test_a_distance_may_lie_below_zero():
    scale = band.distance(0.1)
    assert scale.back(scale.to(-0.04)) == pytest.approx(-0.04)
