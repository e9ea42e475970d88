"""Weights of training posts: by age and by engagement, one on average, and off by default."""

import dataclasses
import json
import statistics

import numpy as np
import pytest

from smm_voice.dataset.build import build
from smm_voice.dataset.prepare import COLUMNS
from smm_voice.dataset.weights import weights_of

DAY = 86_400_000_000


def columns(days, engagement=None, platforms=None):
    table = np.zeros(len(days), COLUMNS)
    table["time"] = np.array(days) * DAY
    table["engagement"] = [np.nan] * len(days) if engagement is None else engagement
    table["platform"] = [b"x"] * len(days) if platforms is None else platforms
    return table


@pytest.fixture
def weights(config):
    """Weights under some settings."""

    def run(table, **changes):
        return weights_of(table, dataclasses.replace(config, **changes))

    return run


@pytest.fixture
def dataset(brand, config, workspace):
    """Build a brand with some settings."""

    def run(posts, **changes):
        velo = brand("velo", posts)
        return build(velo, [], dataclasses.replace(config, **changes), workspace)

    return run


def test_without_settings_there_are_none(weights):
    assert weights(columns([1, 2, 3], [1, 2, 3])) is None


def test_a_post_half_a_life_older_counts_half(weights):
    found = weights(columns([0, 100, 150, 200]), recency_half_life_days=100)
    assert found / found[-1] == pytest.approx([0.25, 0.5, 2**-0.5, 1])
    assert found.mean() == pytest.approx(1)


def test_engagement_counts_by_its_rank_and_not_by_its_size(weights):
    found = weights(columns([1] * 4, [3, 1_000_000, 0, 7]), engagement_weight=1)
    assert found == pytest.approx([0.75, 1.75, 0.25, 1.25])
    assert weights(columns([1] * 4, [3, 8, 2, 7]), engagement_weight=1) == pytest.approx(found)
    half = weights(columns([1] * 4, [3, 1_000_000, 0, 7]), engagement_weight=0.5)
    assert half == pytest.approx([0.875, 1.375, 0.625, 1.125])


def test_equal_engagement_counts_equally(weights):
    assert weights(columns([1] * 3, [5, 5, 5]), engagement_weight=1) == pytest.approx([1, 1, 1])
    assert weights(columns([1] * 3, [5, 5, 9]), engagement_weight=1) == pytest.approx(
        [2 / 3, 2 / 3, 5 / 3]
    )


def test_unknown_engagement_counts_one_and_is_not_zero_engagement(weights):
    nan = float("nan")
    found = weights(columns([1] * 5, [nan, 0, 4, nan, 9]), engagement_weight=1)
    assert found == pytest.approx([1, 1 / 3, 1, 1, 5 / 3])
    assert weights(columns([1, 1], [nan, nan]), engagement_weight=1) == pytest.approx([1, 1])


def test_a_small_platform_is_not_drowned_by_a_large_one(weights):
    table = columns([1] * 4, [5, 9, 5000, 9000], [b"mastodon", b"mastodon", b"x", b"x"])
    assert weights(table, engagement_weight=1) == pytest.approx([0.5, 1.5, 0.5, 1.5])


def test_age_and_engagement_multiply(weights):
    both = weights(columns([0, 100], [9, 1]), recency_half_life_days=100, engagement_weight=0.5)
    assert both[0] / both[1] == pytest.approx(0.5 * 1.25 / 0.75)


@pytest.mark.parametrize("days", [[], [7], [7, 7, 7], [0, 20_000]])
def test_the_mean_is_one_whatever_the_corpus(weights, days):
    found = weights(columns(days), recency_half_life_days=1, engagement_weight=1)
    assert len(found) == len(days) and np.isfinite(found).all()
    assert not days or found.mean() == pytest.approx(1)


def test_switched_off_the_bytes_are_those_without_weights(dataset, rows, content):
    plain = content(dataset(rows()))
    off = content(dataset(rows(), recency_half_life_days=None, engagement_weight=0.0))
    weighted = content(dataset(rows(), recency_half_life_days=90.0, engagement_weight=0.5))
    assert off == plain
    assert weighted["train.jsonl"] != plain["train.jsonl"]
    assert {k: v for k, v in weighted.items() if k != "train.jsonl"} == {
        k: v for k, v in plain.items() if k != "train.jsonl"
    }
    unweighted = [json.loads(line) for line in plain["train.jsonl"].splitlines()]
    again = [json.loads(line) | {"weight": 1.0} for line in weighted["train.jsonl"].splitlines()]
    assert again == unweighted
    assert {row["weight"] for row in unweighted} == {1.0}


def test_in_a_dataset_the_training_posts_alone_are_weighted(dataset, rows):
    posts = [
        row | {"platform": "x"} | ({} if n % 3 else {"likes": None}) for n, row in enumerate(rows())
    ]
    built = dataset(posts, engagement_weight=0.5)
    found = {e.id: (e.weight, e.post.likes) for e in built.splits["train"]}
    assert statistics.mean(w for w, _ in found.values()) == pytest.approx(1, abs=1e-4)
    assert {w for w, likes in found.values() if likes is None} == {1.0}
    known = sorted((likes, w) for w, likes in found.values() if likes is not None)
    assert [w for _, w in known] == sorted(w for _, w in known) and known[0][1] < 0.6
    assert {e.weight for s in ("validation", "calibration", "test") for e in built.splits[s]} == {1}


# Terse briefs


def test_the_share_of_terse_briefs_in_training_is_the_one_asked_for(
    brand, english, config, workspace
):
    settings = dataclasses.replace(config, terse_share=0.4)
    examples = build(brand("en", english[:600], ["en"]), [], settings, workspace).splits["train"]
    terse = [e for e in examples if e.terse]
    assert len(terse) / len(examples) == pytest.approx(0.4, abs=0.07)
    for example in terse:
        assert [line.split(":")[0] for line in example.brief.splitlines()] == ["Topic", "Form"]
    assert any("Facts" in e.brief for e in examples if not e.terse)


def test_which_briefs_are_terse_depends_on_the_post_alone(dataset, rows):
    def terse(posts, **changes):
        return {e.id: e.terse for e in dataset(posts, **changes).splits["train"]}

    everything, some, more = terse(rows()), terse(rows()[5:40]), terse(rows(), terse_share=0.6)
    assert 3 < sum(everything.values()) < 20
    assert len(some.keys() & everything) > 15
    assert all(everything[post] == some[post] for post in some.keys() & everything)
    assert all(more[post] for post in everything if everything[post])
    assert sum(more.values()) > sum(everything.values())


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_held_out_posts_have_rich_briefs_whatever_the_share(dataset, rows, share):
    plain, built = dataset(rows(), terse_share=0.0), dataset(rows(), terse_share=share)
    train = built.splits["train"]
    assert [e.terse for e in train] == [bool(share)] * len(train)
    assert built.card["briefs"]["terse"] == len(train) * share
    for split in ("validation", "calibration", "test"):
        assert built.splits[split] == plain.splits[split] != []


@pytest.mark.parametrize("most", [0.02, 0.25])
def test_no_brief_hands_over_more_than_the_bound(dataset, rows, kept, most):
    fact = "Samedi {} avril, 7 h 30, {},90 €, {} km, {} juin 2018, mardi {} mai à {} h"
    only_facts = [
        {"id": str(n), "text": fact.format(*range(n, n + 6)), "created_at": f"2024-05-{n:02}",
         "language": "fr"}
        for n in range(3, 9)
    ]  # fmt: skip
    examples = kept(dataset(rows() + only_facts, maximum_overlap=most))
    assert {str(n) for n in range(3, 9)} & {e.id for e in examples}
    assert max(e.overlap for e in examples) <= most
