"""The voice index on groups whose order is known, and where it must refuse to give a number."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from smm_voice.metrics.base import Item, Reference
from smm_voice.metrics.voice.family import FAMILY, differences
from smm_voice.metrics.voice.profile import fit


def index_of(items: list[Item], reference: Reference) -> float:
    return FAMILY.score(items, reference)["voice/style_index"].value


def items_of(texts: list[str]) -> list[Item]:
    return [Item(str(i), text) for i, text in enumerate(texts)]


def anchored(items: list[Item], reference: Reference) -> dict:
    """The scores that are laid between floor and human: all but the probe."""
    scores = FAMILY.score(items, reference)
    return {name: s for name, s in scores.items() if name != "voice/human_likeness_auc"}


@pytest.mark.parametrize("view", ["style", "surface", "stack"])
def test_the_brand_is_told_from_brands_never_seen(view, small):
    quality = small.reference.profile.quality[view]
    assert quality.auc_post >= 0.9
    assert quality.auc_ten >= 0.97
    assert quality.auc_ten >= quality.auc_post
    assert quality.brier < 0.15
    assert quality.ece < 0.15


def test_the_quality_is_measured_on_brands_kept_out_of_the_fit(small):
    unseen = small.reference.profile.unseen
    assert unseen == ("noaafisheries", "noaaresearch")
    strangers = {t for name in unseen for t in small.dataset.references[name]}
    assert {item.text for item in small.reference.floor} <= strangers


def test_posts_that_anchor_nothing_land_on_the_anchors(small):
    assert index_of(small.held_out, small.reference) == pytest.approx(1, abs=0.2)
    assert index_of(small.strangers, small.reference) == pytest.approx(0, abs=0.2)


def test_the_interval_of_the_brands_own_posts_holds_1(small):
    score = FAMILY.score(small.held_out, small.reference)["voice/style_index"]
    assert score.ci_low < 1 < score.ci_high
    assert score.n == len(score.per_item) == len(small.held_out)
    assert np.mean(score.per_item) == pytest.approx(score.value)


def test_the_index_falls_as_another_brand_is_blended_in(small):
    n = min(len(small.held_out), len(small.strangers))
    indices = []
    for quarters in range(5):
        foreign = n * quarters // 4
        blend = small.strangers[:foreign] + small.held_out[foreign:n]
        indices.append(index_of(blend, small.reference))
    assert indices == sorted(indices, reverse=True)
    assert indices[0] - indices[-1] > 0.7


def test_single_posts_of_another_brand_score_unlike_human_ones(small):
    own = FAMILY.score(small.held_out, small.reference)["voice/score_distance"].value
    other = FAMILY.score(small.strangers, small.reference)["voice/score_distance"].value
    assert own < 0.4 < 0.6 < other <= 1


def test_a_brand_of_random_labels_is_invalid_and_has_no_number(small):
    own = [e.text for e in small.dataset.splits["train"]][:240]
    mixed = [*own, *small.dataset.references["noaaresearch"]][:460]
    mixed = [mixed[i] for i in np.random.default_rng(0).permutation(len(mixed))]
    parts = [mixed[i::4] for i in range(4)]
    brand = parts[0] + parts[1]
    profile = fit("en", brand[:130], brand[130:170], brand[170:],
                  {"b": parts[2], "c": parts[3]}, ["c"])  # fmt: skip
    reference = dataclasses.replace(
        small.reference,
        profile=profile,
        human=tuple(items_of(brand[170:])),
        floor=tuple(items_of(parts[3][:60])),
        cache={},
    )
    for name, score in anchored(small.held_out, reference).items():
        assert (score.value, score.ci_low, score.per_item) == (None, None, ()), name
        assert score.warnings[0].startswith("INVALID"), name


@pytest.mark.parametrize("names", [[], ["noaahabitat"]])
def test_fewer_than_two_reference_brands_are_invalid(names, small):
    references = {name: small.dataset.references[name] for name in names}
    texts = [e.text for e in small.dataset.splits["train"]]
    profile = fit("en", texts[:200], texts[200:250], texts[250:], references, sorted(names)[1::2])
    reference = dataclasses.replace(small.reference, profile=profile, cache={})
    for score in anchored(small.held_out, reference).values():
        assert score.value is None
        assert score.warnings[0].startswith("INVALID")


@pytest.mark.parametrize("posts", [1, 2, 3])
def test_brands_of_a_few_posts_are_invalid_and_no_crash(posts, small):
    texts = [e.text for e in small.dataset.splits["train"]]
    references = {n: t[:posts] for n, t in sorted(small.dataset.references.items())[:2]}
    profile = fit("en", texts[:posts], texts[3:4], texts[4:5], references, sorted(references)[1:])
    assert profile.indicative
    assert np.isfinite(profile.logits(texts[10:20], "stack")).all()


def test_without_calibration_posts_the_scores_stay_finite(small):
    texts = [e.text for e in small.dataset.splits["train"]]
    profile = fit("en", texts[:100], [], texts[100:], small.dataset.references,
                  small.reference.profile.unseen)  # fmt: skip
    assert np.isfinite(profile.logits(texts[100:], "style")).all()


def test_a_voice_of_under_fifty_posts_is_only_indicative(small):
    texts = [e.text for e in small.dataset.splits["train"]]
    profile = fit("en", texts[:49], texts[50:90], texts[100:], small.dataset.references,
                  small.reference.profile.unseen)  # fmt: skip
    reference = dataclasses.replace(small.reference, profile=profile, cache={})
    warnings = FAMILY.score(small.held_out, reference)["voice/style_index"].warnings
    assert any("indicative only: the brand has 49" in warning for warning in warnings)


def test_short_and_foreign_texts_are_not_judged(small):
    profile = small.reference.profile
    fourteen = "We are go for launch of our next big rocket to the space station"
    fifteen = fourteen + "!"
    foreign = "Nous avons préparé vingt litres de pâte à crêpes ce matin pour tous les voisins."
    logits = profile.logits([fourteen, fifteen, foreign], "style")
    assert logits[0] == 0
    assert logits[1] != 0
    assert logits[2] == 0


def test_how_many_texts_were_not_judged_is_said(small):
    items = items_of(["Liftoff!"] * 3 + [item.text for item in small.held_out])
    abstained = sum(small.reference.profile.abstains(item.text) for item in items)
    score = FAMILY.score(items, small.reference)["voice/style_index"]
    assert abstained >= 3
    assert any(w.startswith(f"{abstained} of {len(items)} texts") for w in score.warnings)


def test_more_like_the_brand_than_the_brand_is_caricature(small):
    texts = [item.text for item in small.held_out]
    order = np.argsort(small.reference.profile.logits(texts, "stack"))
    scores = FAMILY.score(items_of([texts[i] for i in order[-15:]]), small.reference)
    index, closeness = scores["voice/style_index"], scores["voice/closeness"]
    assert index.value > 1.1
    assert any("caricature" in warning for warning in index.warnings)
    assert closeness.value == pytest.approx(2 - index.value)


def test_a_few_texts_are_a_weak_verdict(small):
    for count, warned in ((9, True), (10, False)):
        score = FAMILY.score(small.held_out[:count], small.reference)["voice/style_index"]
        assert any("fewer than ten" in warning for warning in score.warnings) == warned


def test_an_arm_differs_from_itself_by_nothing(small):
    arm = small.strangers[: len(small.reference.human)]
    reference = dataclasses.replace(
        small.reference,
        human=small.reference.human[: len(arm)],
        floor=small.reference.floor[: len(arm)],
        paired=True,
        cache={},
    )
    found = differences(arm, arm, reference)["voice/style_index"]
    assert (found.value, found.low, found.high, found.p) == (0, 0, 0, 1)
    above = differences(list(reference.human), arm, reference)["voice/style_index"]
    assert 0 < above.low < above.value < above.high
    assert above.p < 0.01


def test_equal_seeds_give_equal_scores(small):
    again = dataclasses.replace(small.reference, cache={})
    assert FAMILY.score(small.held_out, small.reference) == FAMILY.score(small.held_out, again)
