"""Intervals hold what they promise, differences have a sign, and equal seeds equal results."""

from __future__ import annotations

import numpy as np
import pytest

from smm_voice.statistics import (
    auc,
    bootstrap_jointly,
    bootstrap_mean,
    detectable,
    holm,
    non_inferior,
    paired_difference,
    subsampling_interval,
)


def test_the_interval_of_a_normal_mean_is_the_known_one():
    values = np.random.default_rng(1).normal(10, 2, 400)
    interval = bootstrap_mean(values)
    half = 1.96 * values.std(ddof=1) / np.sqrt(400)
    assert interval.method == "BCa"
    assert interval.low == pytest.approx(values.mean() - half, abs=0.04)
    assert interval.high == pytest.approx(values.mean() + half, abs=0.04)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(2)
    intervals = [bootstrap_mean(rng.normal(0, 1, 40), resamples=400) for _ in range(100)]
    covered = sum(i.low <= 0 <= i.high for i in intervals)
    assert 87 <= covered <= 100


def test_more_confidence_is_wider():
    values = list(np.random.default_rng(3).normal(0, 1, 50))
    narrow, wide = bootstrap_mean(values, 0.8), bootstrap_mean(values, 0.99)
    assert wide.low < narrow.low < narrow.high < wide.high


def test_skewed_data_have_a_lopsided_interval():
    values = np.random.default_rng(4).lognormal(0, 1.2, 60)
    interval = bootstrap_mean(values)
    assert interval.high - values.mean() > values.mean() - interval.low


def test_constant_data_are_their_own_interval():
    interval = bootstrap_mean([0.25] * 20)
    assert (interval.low, interval.high) == (0.25, 0.25)
    assert interval.method == "constant"


@pytest.mark.parametrize("values", [[], [3.0]])
def test_too_little_data_have_no_interval(values):
    assert bootstrap_mean(values).low is None
    assert bootstrap_mean(values).method == "none"


def test_where_bca_degenerates_percentiles_stand_in_and_say_so(monkeypatch):
    import scipy.stats

    genuine = scipy.stats.bootstrap

    def degenerate(*arguments, method, **settings):
        found = genuine(*arguments, method="percentile", **settings)
        if method == "BCa":
            nan = type(found.confidence_interval)(np.nan, np.nan)
            found.confidence_interval = nan
        return found

    monkeypatch.setattr(scipy.stats, "bootstrap", degenerate)
    interval = bootstrap_mean([0.0] * 9 + [1.0])
    assert interval.method == "percentile"
    assert 0 <= interval.low < 0.1 < interval.high <= 0.5


@pytest.mark.parametrize("values", [[0.0, 1.0], [0.0] * 30 + [1.0], [0.0] * 99 + [1e-12], [1e9, 0]])
def test_two_valued_data_never_give_nan(values):
    interval = bootstrap_mean(values)
    assert interval.low is None or 0 <= interval.low <= np.mean(values) <= interval.high


def test_the_difference_is_first_minus_second():
    rng = np.random.default_rng(5)
    low, noise = rng.normal(0, 1, 80), rng.normal(0, 0.3, 80)
    found = paired_difference(low + 0.5 + noise, low)
    assert found.value == pytest.approx(0.5, abs=0.1)
    assert 0 < found.low < found.value < found.high
    assert found.p < 0.01
    mirrored = paired_difference(low, low + 0.5 + noise)
    assert mirrored.value == -found.value
    assert mirrored.high < 0


def test_pairing_sees_what_two_samples_hide():
    # The briefs differ by 10, the arms by 0.2: only the same briefs can show it.
    briefs = np.linspace(0, 10, 40)
    noise = np.random.default_rng(6).normal(0, 0.1, 40)
    assert paired_difference(briefs + 0.2 + noise, briefs).p < 0.01


def test_equal_arms_differ_by_nothing():
    values = list(np.random.default_rng(7).normal(0, 1, 30))
    found = paired_difference(values, values)
    assert (found.value, found.low, found.high, found.p) == (0.0, 0.0, 0.0, 1.0)


def test_the_same_gain_on_every_brief_is_no_accident():
    found = paired_difference([1.5] * 20, [1.0] * 20)
    assert found.low == found.high == 0.5
    assert found.p < 0.01


def test_p_is_about_uniform_where_there_is_no_difference():
    rng = np.random.default_rng(8)
    p = [
        paired_difference(rng.normal(0, 1, 30), rng.normal(0, 1, 30), resamples=300, seed=i).p
        for i in range(60)
    ]
    assert 0.38 < np.mean(p) < 0.62
    assert sum(value < 0.05 for value in p) <= 8
    assert min(p) > 0


def test_unequal_or_no_pairs_are_refused():
    for first, second in (([1.0], [1.0, 2.0]), ([], [])):
        with pytest.raises(ValueError, match="equally many"):
            paired_difference(first, second)


def test_equal_seeds_equal_results_and_other_seeds_others():
    values = list(np.random.default_rng(9).normal(0, 1, 50))
    other = list(np.random.default_rng(10).normal(0, 1, 50))
    assert bootstrap_mean(values, seed=1) == bootstrap_mean(values, seed=1)
    assert bootstrap_mean(values, seed=1) != bootstrap_mean(values, seed=2)
    assert paired_difference(values, other) == paired_difference(values, other)


def test_joint_draws_are_the_same_for_two_statistics():
    values = np.random.default_rng(11).normal(0, 1, 50)
    plain = bootstrap_jointly(lambda drawn: values[drawn].mean(), 50, resamples=300)
    shifted = bootstrap_jointly(lambda drawn: values[drawn].mean() + 1, 50, resamples=300)
    assert shifted.low - plain.low == pytest.approx(1)
    assert shifted.high - plain.high == pytest.approx(1)


def test_a_statistic_that_most_draws_do_not_define_has_no_interval():
    interval = bootstrap_jointly(lambda drawn: float("nan"), 10, resamples=100)
    assert (interval.low, interval.method) == (None, "none")


def test_subsampling_takes_percentiles_and_leaves_nan_out():
    interval = subsampling_interval([*range(101), float("nan")], confidence=0.9)
    assert (interval.low, interval.high) == pytest.approx((5, 95))
    assert subsampling_interval([1.0]).low is None


def test_power_at_a_hundred_briefs():
    assert detectable(100) == pytest.approx(0.28)
    assert detectable(50) == pytest.approx(0.396, abs=1e-3)
    assert detectable(200) == pytest.approx(0.198, abs=1e-3)


def test_many_values_take_the_normal_interval_and_little_time():
    values = np.random.default_rng(8).lognormal(0, 1, 100_000)
    interval = bootstrap_mean(values)
    half = 1.96 * values.std(ddof=1) / np.sqrt(100_000)
    assert interval.method == "normal"
    assert (interval.low, interval.high) == pytest.approx(
        (values.mean() - half, values.mean() + half), abs=1e-4
    )
    # Where one ends and the other begins, they agree.
    below, above = bootstrap_mean(values[:1999]), bootstrap_mean(values[:2000])
    assert below.method == "BCa"
    assert below.low == pytest.approx(above.low, abs=0.02)
    assert below.high == pytest.approx(above.high, abs=0.03)


def test_holm_by_hand():
    # .01 · 4, then .02 · 3 = .06, then .03 · 2 = .06, then .04 · 1, which may not fall below .06.
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])
    assert holm([0.6, 0.5]) == [1.0, 1.0]
    assert holm([]) == []


def test_holm_keeps_the_family_wise_error():
    rng = np.random.default_rng(9)
    alarms = sum(min(holm(list(rng.uniform(size=10)))) <= 0.05 for _ in range(2000))
    assert 60 <= alarms <= 140


def test_no_worse_needs_proof_and_not_the_lack_of_it():
    rng = np.random.default_rng(10)
    noise = list(rng.normal(0, 1, 12))
    nothing = paired_difference(noise, list(rng.normal(0, 1, 12)))
    assert nothing.p > 0.05  # a test for a difference sees none
    assert not non_inferior(nothing, margin=0.1)
    same = paired_difference(noise, [v + 0.01 for v in noise])
    assert non_inferior(same, margin=0.1)
    assert not non_inferior(same, margin=0.005)


def test_no_worse_follows_the_metrics_direction():
    worse = paired_difference([2.0, 2.1, 2.2, 2.1] * 5, [1.0, 1.0, 1.1, 1.2] * 5)
    assert non_inferior(worse, margin=0.1, higher_is_better=True)
    assert not non_inferior(worse, margin=0.1, higher_is_better=False)
    with pytest.raises(ValueError, match="margin"):
        non_inferior(worse, margin=-0.1)


def test_without_an_interval_nothing_is_shown():
    assert not non_inferior(paired_difference([1.0], [1.0]), margin=10)


def test_auc_counts_pairs_and_ties_half():
    # 3 > 2, 3 > 1, 1 < 2, 1 = 1: two and a half of four.
    assert auc(np.array([3.0, 1.0]), np.array([2.0, 1.0])) == 0.625
    assert np.isnan(auc(np.array([]), np.array([1.0])))


def test_auc_is_that_of_scikit_learn():
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(11)
    a, b = rng.integers(0, 9, 50).astype(float), rng.integers(0, 7, 80).astype(float)
    expected = roc_auc_score([1] * 50 + [0] * 80, np.concatenate([a, b]))
    assert auc(a, b) == pytest.approx(expected)
