"""The explanation says what was done to the texts, and the probe tells machines from people."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from smm_voice.metrics.base import Item
from smm_voice.metrics.voice.explain import Differing, differing_features
from smm_voice.metrics.voice.family import FAMILY, explain
from smm_voice.metrics.voice.features import FEATURES
from smm_voice.metrics.voice.probe import MINIMUM_PAIRS, human_likeness

NAMED = {feature.name: feature for feature in FEATURES}


def changed(small, change) -> list[Item]:
    return [dataclasses.replace(item, text=change(item.text)) for item in small.held_out]


@pytest.mark.parametrize(
    ("change", "feature"),
    [
        (lambda text: text + " Wow!!!", "doubled_marks"),
        (lambda text: "🚀🚀🚀 " + text, "opens_with_emoji"),
        (lambda text: text.lower(), "opens_in_lower_case"),
        (lambda text: f"{text}\n\nWhat do you think?", "ends_with_question"),
        (lambda text: text + "; so; it; goes", "semicolons"),
    ],
)
def test_what_was_done_to_the_posts_is_named_among_the_five(change, feature, small):
    found = explain(changed(small, change), small.reference)
    # By what they are about: a post that ends in a question has one question mark more.
    wanted = NAMED[feature]
    assert any(
        each.feature == wanted or (wanted.about and each.feature.about == wanted.about)
        for each in found
    )
    assert len(found) <= 5


def test_one_thing_is_named_once(small):
    bare = changed(small, lambda text: text.replace("[link]", "").rstrip(" :"))
    named = [each.feature.name for each in explain(bare, small.reference)]
    assert len({"links", "ends_with_link", "colon_before_link"} & set(named)) == 1


def test_the_brands_own_posts_differ_in_nothing_by_more_than_chance(small):
    texts = [item.text for item in (*small.held_out, *small.reference.human)]
    named = 0
    for seed in range(20):
        order = np.random.default_rng(seed).permutation(len(texts))
        halves = [small.reference.profile.read([texts[i] for i in order[k::2]]) for k in (0, 1)]
        named += len(differing_features(*halves))
    # 56 features, 20 times: one in a thousand is 1.1.
    assert named <= 6


@pytest.mark.parametrize(
    ("name", "ours", "brand", "words"),
    [
        ("exclamation", 0.9, 0.3, "3× as many exclamation marks (0.90 a post, the brand 0.30)"),
        ("exclamation", 0.45, 0.3, "1.5× as many exclamation marks (0.45 a post, the brand 0.30)"),
        ("emoji", 0.1, 1.25, "fewer emoji (0.10 a post, the brand 1.2)"),
        ("emoji", 0.0, 0.5, "no emoji (0.00 a post, the brand 0.50)"),
        ("emoji", 0.5, 0.0, "emoji, which the brand hardly uses (0.50 a post, the brand 0.00)"),
        ("ends_with_link", 0.5, 0.25, "50% of the posts end with a link; of the brand's, 25%"),
        ("words", 41.3, 18.6, "41 words a post; the brand, 19"),
    ],
)
def test_a_difference_in_words(name, ours, brand, words):
    assert Differing(NAMED[name], ours, brand, 1.0).words == words


def test_too_few_texts_are_not_explained(small):
    assert explain(small.held_out[:4], small.reference) == []


def test_phrases_are_quoted_from_posts_of_other_brands_and_seldom_from_the_brands(small):
    def pointed_at(items):
        return [FAMILY.findings(item, small.reference) for item in items]

    foreign, own = pointed_at(small.strangers), pointed_at(small.held_out)
    assert sum(map(bool, foreign)) > 0.6 * len(foreign)
    assert sum(map(bool, own)) < 0.35 * len(own)
    for item, found in zip(small.strangers, foreign, strict=True):
        for finding in found:
            assert finding.kind == "off_voice"
            assert finding.span in item.text


def test_the_probe_takes_people_for_people(small):
    texts = [item.text for item in (*small.held_out, *small.reference.human)]
    found = []
    for seed in range(12):
        order = np.random.default_rng(seed).permutation(len(texts))
        arm, human = ([texts[i] for i in order[k::2]] for k in (0, 1))
        found.append(human_likeness(arm, human, "en", resamples=100).auc)
    assert np.mean(found) == pytest.approx(0.5, abs=0.06)


def test_the_probe_tells_shuffled_words_and_a_machines_prose(small):
    human = [item.text for item in small.reference.human]
    rng = np.random.default_rng(0)
    shuffled = [" ".join(rng.permutation(text.split())) for text in human]
    probe = human_likeness(shuffled, human, "en", resamples=100)
    assert probe.auc > 0.8
    assert probe.interval.low > 0.7


def test_length_alone_does_not_give_a_post_away(small):
    # The same posts, doubled: an unmatched classifier would need to see their length only.
    human = [item.text for item in small.reference.human]
    doubled = [f"{a} {b}" for a, b in zip(human, human[1:], strict=False)]
    probe = human_likeness(doubled, human, "en", resamples=100)
    assert probe.pairs < len(doubled)


def test_an_arm_that_answers_as_the_human_did_cannot_be_told(small):
    scores = FAMILY.score(small.reference.human, small.reference)
    assert scores["voice/human_likeness_auc"].value == pytest.approx(0.5)


def test_too_few_posts_of_a_length_have_no_probe_and_a_reason(small):
    score = FAMILY.score(small.held_out[: MINIMUM_PAIRS - 1], small.reference)
    probe = score["voice/human_likeness_auc"]
    assert probe.value is None
    assert f"{MINIMUM_PAIRS} are needed" in probe.warnings[0]
