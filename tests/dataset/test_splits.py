"""Whatever the corpus: time order is strict and no near-duplicate cluster crosses a split."""

import dataclasses

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smm_voice.dataset.splits import NONE, SPLITS, split_by_time


def split(times, clusters, config):
    return split_by_time(np.array(sorted(times)), np.array(clusters), config)


@settings(
    max_examples=400,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    days=st.lists(st.integers(0, 25), min_size=1, max_size=60),
    labels=st.lists(st.integers(0, 40), min_size=60, max_size=60),
    shares=st.tuples(*[st.floats(0.01, 0.3)] * 3),
)
def test_no_leak_between_splits(config, days, labels, shares):
    validation, calibration, test = shares
    config = dataclasses.replace(
        config, validation_share=validation, calibration_share=calibration, test_share=test
    )
    times, clusters = np.array(sorted(days)), np.array(labels[: len(days)])
    assigned = split_by_time(times, clusters, config)
    assert len(assigned) == len(days) and set(assigned) <= {NONE, *range(len(SPLITS))}
    for cluster in set(clusters):
        assert len(set(assigned[clusters == cluster]) - {NONE}) == 1
    for number in range(1, len(SPLITS)):
        earlier, own = times[(assigned != NONE) & (assigned < number)], times[assigned == number]
        assert not (len(earlier) and len(own)) or earlier.max() < own.min()
    # Without clusters no post is lost.
    assert NONE not in split_by_time(times, np.arange(len(days)), config)


def test_shares_by_hand(config):
    assigned = split(range(100), range(100), config)
    assert [list(assigned).count(number) for number in range(4)] == [65, 10, 10, 15]
    assert list(assigned) == sorted(assigned)


def test_posts_of_the_boundarys_moment_all_go_to_the_later_split(config):
    # The first cut would fall before index 13, inside the group of equal times 10 … 14.
    assigned = split([*range(10), *[10] * 5, *range(11, 16)], range(20), config)
    assert set(assigned[:10]) == {SPLITS.index("train")}
    assert len(set(assigned[10:15])) == 1 and assigned[10] > SPLITS.index("train")


def test_a_post_like_an_earlier_split_gets_none(config):
    clusters = np.arange(100)
    clusters[[10, 11, 95]] = 10
    clusters[[96, 97]] = 96
    assigned = split(range(100), clusters, config)
    assert list(assigned[[10, 11, 95]]) == [0, 0, NONE]
    assert list(assigned[[96, 97]]) == [3, 3]
    assert list(assigned).count(NONE) == 1


def test_the_names_of_clusters_do_not_matter(config):
    chance = np.random.default_rng(1)
    clusters = chance.integers(0, 30, 80)
    renamed = chance.permutation(30)[clusters]
    times = chance.integers(0, 50, 80)
    assert list(split(times, clusters, config)) == list(split(times, renamed, config))


@pytest.mark.parametrize("times", [[], [1], [1, 1, 1]])
def test_too_few_moments_to_part_give_one_split_at_most(config, times):
    assert len(set(split(times, range(len(times)), config))) == bool(times)
