"""Statistics of two samples: values worked out by hand, folds, divisions."""

import math

import numpy as np
import pytest

from smm_voice.monitoring import two_samples
from smm_voice.monitoring.permutation import exchanges, p_value


def sides(older, newer):
    return np.arange(older + newer) >= older


def test_mmd2_is_as_worked_out_by_hand():
    # Squared distances 1, 1, 4, 9, 9, 16: the median, 6.5, is the width.
    rows = np.array([[0.0], [1.0], [3.0], [4.0]])

    def k(square):
        return math.exp(-square / 6.5)

    expected = k(1) + k(1) - 2 * (2 * k(9) + k(16) + k(4)) / 4
    assert two_samples.mmd2(rows)(sides(2, 2))[0] == pytest.approx(expected)


def test_mmd2_is_unbiased_and_may_fall_below_zero():
    rng = np.random.default_rng(0)
    drawn = [two_samples.mmd2(rng.normal(size=(30, 3)))(sides(20, 10))[0] for _ in range(200)]
    assert abs(np.mean(drawn)) < 3 * np.std(drawn) / math.sqrt(200)
    assert min(drawn) < 0


def test_psi_is_as_worked_out_by_hand():
    # Older 3 zeros and 1 one, newer the reverse; half a post in each of two bins.
    values = np.array([[0, 0, 0, 1, 0, 1, 1, 1]]).T
    q, p = 3.5 / 5, 1.5 / 5
    expected = 2 * (q - p) * math.log(q / p)
    assert two_samples.psi(values)(sides(4, 4))[0, 0] == pytest.approx(expected)


def test_psi_sees_a_rare_count():
    # At every quantile 0: without a bin of its own the emoji in the newer posts would not show.
    values = np.r_[np.zeros(100), np.ones(8)][:, None]
    assert two_samples.psi(values)(sides(54, 54))[0, 0] > 0.1


def test_psi_of_a_constant_is_zero():
    assert two_samples.psi(np.ones((20, 1)))(sides(10, 10))[0, 0] == 0


def classifier(rows, newer, groups=None):
    fold = two_samples.folds(newer, np.arange(len(rows)) if groups is None else groups)
    return two_samples.classifier(rows @ rows.T, fold)


def test_the_classifier_finds_a_shift_and_only_that():
    rng = np.random.default_rng(1)
    rows, newer = rng.normal(size=(150, 5)), sides(100, 50)
    auc, _ = classifier(rows, newer)
    assert abs(auc(newer)[0] - 0.5) < 0.12
    rows[newer, 0] += 3
    auc, scores = classifier(rows, newer)
    assert auc(newer)[0] > 0.95
    assert scores(newer)[newer].min() > np.median(scores(newer)[~newer])


def test_the_held_out_scores_are_those_of_the_regression_fitted_on_the_rest():
    rng = np.random.default_rng(2)
    rows, newer = rng.normal(size=(20, 3)), sides(10, 10)
    fold = two_samples.folds(newer, np.arange(20))
    scores = two_samples.classifier(rows @ rows.T, fold)[1](newer)[:, 0]
    kept = fold != 0
    x, y = rows[kept] - rows[kept].mean(axis=0), newer[kept] - newer[kept].mean()
    ridge = np.trace(x @ x.T) / len(x)
    weights = np.linalg.solve(x.T @ x + ridge * np.eye(3), x.T @ y)
    expected = (rows[~kept] - rows[kept].mean(axis=0)) @ weights
    assert scores[~kept] == pytest.approx(expected, rel=1e-3, abs=1e-5)


def test_a_near_duplicate_pair_never_straddles_folds():
    # The first and last post of either side, and one pair across the sides.
    groups = np.arange(40)
    groups[19] = groups[0]
    groups[39] = groups[20]
    groups[30] = groups[5]
    fold = two_samples.folds(sides(20, 20), groups)
    for group in np.unique(groups):
        assert len(set(fold[groups == group])) == 1
    assert set(fold) == set(range(two_samples.FOLDS))


def test_copies_on_both_sides_of_the_folds_would_look_like_a_shift():
    # Each post of either side has a copy of itself half a window later: nothing moved.
    rng = np.random.default_rng(3)
    half = [rng.normal(size=(n, 400)) for n in (30, 30)]
    rows = np.concatenate([half[0], half[0], half[1], half[1]])
    newer = sides(60, 60)
    groups = np.concatenate([np.tile(np.arange(30), 2), np.tile(np.arange(30, 60), 2)])
    assert classifier(rows, newer)[0](newer)[0] > 0.75
    assert abs(classifier(rows, newer, groups)[0](newer)[0] - 0.5) < 0.2


def test_divisions_keep_the_sizes_and_near_duplicates_of_a_side_together():
    newer, groups = sides(30, 15), np.arange(45)
    groups[:5] = 0
    drawn = exchanges(groups, newer, 300, 0)
    assert (drawn.sum(axis=0) == 15).all()
    # Only at the edge of a division may a group be cut.
    together = [len(set(column)) == 1 for column in drawn[:5].T]
    assert np.mean(together) > 0.85
    assert drawn[:5].any()


def test_p_counts_the_real_division_in():
    assert p_value(1.0, np.zeros(99)) == 0.01
    assert p_value(0.0, np.zeros(99)) == 1.0


def test_p_is_uniform_where_nothing_moved():
    rng = np.random.default_rng(4)
    newer, found = sides(40, 20), []
    for seed in range(60):
        statistic = two_samples.mmd2(rng.normal(size=(60, 2)))
        drawn = exchanges(np.arange(60), newer, 99, seed)
        found.append(p_value(statistic(newer)[0], statistic(drawn)))
    assert 0.35 < np.mean(found) < 0.65
    assert np.mean(np.array(found) <= 0.05) <= 0.15
