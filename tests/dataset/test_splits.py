"""Whatever the corpus: time order is strict and no near-duplicate crosses a split."""

import dataclasses
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smm_voice.dataset.splits import SPLITS, split_by_time
from smm_voice.posts.near_duplicates import clusters
from smm_voice.posts.post import Post

START = datetime(2018, 1, 1, tzinfo=UTC)


def posts_at(days):
    return [
        Post(str(i), f"post {i}", "x", START + timedelta(days=day), f"a#{i}")
        for i, day in enumerate(sorted(days))
    ]


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    days=st.lists(st.integers(0, 25), max_size=60),
    links=st.lists(st.tuples(st.integers(0, 59), st.integers(0, 59)), max_size=25),
    shares=st.tuples(*[st.floats(0.01, 0.3)] * 3),
)
def test_no_leak_between_splits(config, days, links, shares):
    validation, calibration, test = shares
    config = dataclasses.replace(
        config, validation_share=validation, calibration_share=calibration, test_share=test
    )
    posts = posts_at(days)
    pairs = [(a, b, 1.0) for a, b in links if a < b < len(posts)]
    cluster_of = clusters(len(posts), pairs)
    assigned = split_by_time(posts, cluster_of, config)
    assert len(assigned) == len(posts)
    placed = [(p, c, s) for p, c, s in zip(posts, cluster_of, assigned, strict=True) if s]
    for cluster in set(cluster_of):
        assert len({s for _, c, s in placed if c == cluster}) <= 1
    for number, split in enumerate(SPLITS):
        earlier = [p.created_at for p, _, s in placed if s in SPLITS[:number]]
        own = [p.created_at for p, _, s in placed if s == split]
        assert not (earlier and own) or max(earlier) < min(own)


def test_shares_by_hand(config):
    assigned = split_by_time(posts_at(range(100)), range(100), config)
    assert [assigned.count(split) for split in SPLITS] == [65, 10, 10, 15]
    assert assigned == sorted(assigned, key=SPLITS.index)


def test_posts_of_the_boundarys_second_all_go_to_the_later_split(config):
    # The first cut would fall before index 13, inside the group of equal times 10 … 14.
    days = [*range(10), *[10] * 5, *range(11, 16)]
    assigned = split_by_time(posts_at(days), range(20), config)
    assert assigned[9] == "train"
    assert len(set(assigned[10:15])) == 1 and assigned[10] != "train"


def test_a_post_like_an_earlier_split_gets_none(config):
    cluster_of = list(range(100))
    cluster_of[95] = cluster_of[10] = 10
    cluster_of[96] = cluster_of[97] = 96
    assigned = split_by_time(posts_at(range(100)), cluster_of, config)
    assert (assigned[10], assigned[95]) == ("train", None)
    assert assigned[96] == assigned[97] == "test"
    assert assigned.count(None) == 1


def test_no_posts_and_one_post(config):
    assert split_by_time([], [], config) == []
    assert split_by_time(posts_at([1]), [0], config) == ["train"]
