"""Groups of briefs: the same briefs are always grouped alike, and what is too small is no group."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from smm_voice.evaluation import strata

SPACE = ["rocket", "launch", "orbit", "astronaut", "spacecraft", "satellite", "moon", "comet"]
FOOD = ["bread", "soup", "recipe", "kitchen", "cheese", "bakery", "dinner", "chef"]


def briefs(words, count, label="Topic"):
    """Different topic lines, each of three of the words."""
    return [
        f"{label}: {words[i % 8]}, {words[(i + 1 + i // 8) % 8]}, {words[(i * 3 + 2) % 8]}\nForm: x"
        for i in range(count)
    ]


def test_what_is_alike_is_grouped_and_named_by_its_own_words():
    given = briefs(SPACE, 12) + briefs(FOOD, 12)
    found = strata.topics(given, "en")
    assert len(set(found[:12])) == len(set(found[12:])) == 1
    assert found[0] != found[-1]
    assert set(found[0].split(", ")) <= set(SPACE)
    assert set(found[-1].split(", ")) <= set(FOOD)


def test_it_depends_on_the_briefs_and_not_on_their_order():
    given = briefs(SPACE, 20) + briefs(FOOD, 20)
    found = dict(zip(given, strata.topics(given, "en"), strict=True))
    turned = [*given[::2], *given[1::2]][::-1]
    assert strata.topics(turned, "en") == [found[brief] for brief in turned]


def test_what_lies_between_the_groups_falls_the_same_way_each_time():
    # Without a fixed seed of k-means this comes out differently nearly every time.
    rng = np.random.default_rng(0)
    words = np.array([*SPACE, *FOOD])
    given = [f"Topic: {', '.join(rng.choice(words, 3, replace=False))}" for _ in range(90)]
    assert strata.topics(given, "en") == strata.topics(given, "en")


def test_french_briefs_are_read_by_their_own_label():
    given = briefs(SPACE, 12, "Sujet ") + briefs(FOOD, 12, "Sujet ")
    assert len(set(strata.topics(given, "fr"))) == 2


def test_no_group_has_fewer_than_five_briefs_but_other():
    given = briefs(SPACE, 16) + briefs(FOOD, 3) + ["Form: x, short"] * 2
    found = strata.topics(given, "en")
    assert found[-1] == strata.OTHER
    assert all(n >= 5 for label, n in Counter(found).items() if label != strata.OTHER)


@pytest.mark.parametrize("given", [[], ["Form: x"] * 9, briefs(SPACE, 4), ["Topic: one"] * 50])
def test_few_topics_are_no_clusters(given):
    assert strata.topics(given, "en") == [strata.OTHER] * len(given)


@pytest.mark.parametrize(
    ("brief", "topic"),
    [
        ("Topic: a, b\nForm: x", "a, b"),
        ("Sujet: été\nForme: x", "été"),
        ("Facts: Topic: no", ""),
        ("", ""),
    ],
)
def test_the_topic_line_is_found(brief, topic):
    assert strata.topic_line(brief) == topic
