"""The gate: what passes, what does not, and that every reason is given."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
import yaml

from smm_voice.checks import validate
from smm_voice.config import GateConfig
from smm_voice.messages import LANGUAGES, say
from smm_voice.retraining.gate import Evidence, Gain, decide

ROOT = Path(__file__).resolve().parents[2]
CONFIG = validate(
    GateConfig, yaml.safe_load((ROOT / "conf" / "gate" / "default.yaml").read_text("utf-8"))
)
AXES = dict.fromkeys(
    ("fluency", "homogeneity", "memorisation", "privacy", "facts", "coverage"), "passed"
)
EVEN = Gain(0.0, -0.01, 0.01, 100, 0.02)
CHECKS = ("fluency", "contradictions", "unsupported", "recall", "homogeneity", "copies")


def evidence(**changes):
    gains = {
        ("voice", "prompted"): Gain(0.4, 0.3, 0.5, 100, 0.1),
        ("voice", "champion"): Gain(0.1, 0.05, 0.15, 100, 0.07),
        **{(check, "champion"): EVEN for check in CHECKS},
        ("homogeneity", "first"): EVEN,
    }
    gains |= changes.pop("gains", {})
    good = Evidence(briefs=100, closeness=0.85, axes=AXES, gains=gains, more_alike_than_human=1.1)
    return dataclasses.replace(good, **changes)


def against(found):
    return {reason.check: reason.finding for reason in found.against}


def test_what_is_better_and_no_worse_in_anything_is_promoted_with_every_reason():
    found = decide(evidence(), CONFIG)
    assert found.promote and not found.against
    assert {reason.check for reason in found.reasons} == {
        "briefs", "closeness", *(f"floor_{axis}" for axis in AXES), "voice_over_prompted", "voice",
        *CHECKS, "homogeneity_first", "homogeneity_human",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"briefs": 39}, {"briefs": "no data"}),
        ({"closeness": None}, {"closeness": "no data"}),
        ({"closeness": 0.49}, {"closeness": "refuted"}),
        ({"more_alike_than_human": 1.3}, {"homogeneity_human": "unclear"}),
        ({"more_alike_than_human": None}, {"homogeneity_human": "no data"}),
        ({"identical": True}, {"voice": "refuted"}),
        ({"axes": AXES | {"facts": "failed"}}, {"floor_facts": "refuted"}),
        ({"axes": AXES | {"fluency": "not measured"}}, {"floor_fluency": "no data"}),
    ],
)
def test_each_floor_stops_it_alone(changes, expected):
    found = decide(evidence(**changes), CONFIG)
    assert not found.promote
    assert against(found) == expected


def test_language_that_fails_beside_a_champion_that_fails_too_is_asked_as_a_loss():
    failed = AXES | {"fluency": "failed"}
    surprise = {"fluency": frozenset({"limit-fluency"})}
    both = {"axes": failed, "broken": surprise, "champion_broken": surprise}
    assert decide(evidence(**both), CONFIG).promote
    alone = evidence(**both | {"champion_broken": {}})
    assert against(decide(alone, CONFIG)) == {"floor_fluency": "refuted"}
    # The champion's bad language is no leave to write in another, or to be more predictable.
    for limits in ({"limit-fluency", "limit-language"}, {"limit-predictable"}):
        other = evidence(**both | {"broken": {"fluency": frozenset(limits)}})
        assert against(decide(other, CONFIG)) == {"floor_fluency": "refuted"}
    unlike = evidence(**both | {"champion_broken": {"fluency": frozenset({"limit-repeats"})}})
    assert against(decide(unlike, CONFIG)) == {"floor_fluency": "refuted"}
    worse = evidence(
        **both,
        gains={("fluency", "champion"): Gain(-0.5, -0.7, -0.3, 100, 0.1)},
    )  # fmt: skip
    assert against(decide(worse, CONFIG)) == {"floor_fluency": "refuted", "fluency": "refuted"}
    # Within the margin and yet worse: a row of such champions would have no floor.
    slide = evidence(
        **both,
        gains={("fluency", "champion"): Gain(-0.03, -0.08, 0.02, 200, 0.1)},
    )  # fmt: skip
    assert against(decide(slide, CONFIG)) == {"floor_fluency": "refuted"}
    # Of no other axis: to copy or to contradict is no matter of what the champion does.
    facts = AXES | {"facts": "failed"}
    past = {"facts": frozenset({"limit-facts"})}
    found = decide(evidence(axes=facts, broken=past, champion_broken=past), CONFIG)
    assert against(found) == {"floor_facts": "refuted"}


def test_an_axis_that_a_brand_cannot_have_stops_nothing_and_is_said():
    found = decide(evidence(axes=AXES | {"facts": "not measured"}), CONFIG)
    assert found.promote
    assert next(r for r in found.reasons if r.check == "floor_facts").finding == "no data"


@pytest.mark.parametrize("rival", ["champion", "prompted"])
@pytest.mark.parametrize(
    ("gain", "finding"),
    [
        (Gain(0.05, -0.01, 0.11, 100, 0.09), "unclear"),
        (Gain(-0.1, -0.2, -0.02, 100, 0.09), "refuted"),
        # On the threshold is not above it.
        (Gain(0.05, 0.0, 0.1, 100, 0.09), "unclear"),
        (Gain(0.0, 0.0, 0.0, 100, 0.0, constant=True), "refuted"),
        (Gain(0.2, None, None, 1), "no data"),
        (None, "no data"),
    ],
)
def test_nearer_to_the_voice_has_to_be_shown(rival, gain, finding):
    found = decide(evidence(gains={("voice", rival): gain}), CONFIG)
    check = "voice" if rival == "champion" else "voice_over_prompted"
    assert not found.promote
    assert against(found) == {check: finding}


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize(
    ("gain", "finding"),
    [
        (Gain(-0.05, -0.5, 0.4, 40, 0.6), "unclear"),
        (Gain(-0.5, -0.7, -0.3, 100, 0.3), "refuted"),
        (Gain(0.0, 0.0, 0.0, 10, 0.0, constant=True), "unclear"),
        (None, "no data"),
    ],
)
def test_no_worse_has_to_be_shown_too(check, gain, finding):
    found = decide(evidence(gains={(check, "champion"): gain}), CONFIG)
    assert not found.promote
    assert against(found) == {check: finding}


def test_no_difference_on_any_brief_counts_from_enough_briefs_on():
    few = Gain(0.0, 0.0, 0.0, 59, 0.0, constant=True)
    enough = dataclasses.replace(few, n=60)
    asked = ("contradictions", "champion")
    assert not decide(evidence(gains={asked: few}), CONFIG).promote
    assert decide(evidence(gains={asked: enough}), CONFIG).promote


def test_small_steps_do_not_ratchet_down_against_the_first_champion():
    step = {("homogeneity", "first"): Gain(-0.4, -0.5, -0.3, 100, 0.1)}
    found = decide(evidence(gains=step), CONFIG)
    assert not found.promote
    assert against(found) == {"homogeneity_first": "refuted"}


def test_without_a_champion_the_prompted_model_is_what_it_has_to_beat():
    first = evidence(champion=False, gains={("voice", "champion"): None})
    assert decide(first, CONFIG).promote
    poor = {("voice", "prompted"): Gain(-0.1, -0.2, 0.0, 100, 0.1)}
    found = decide(evidence(champion=False, gains=poor), CONFIG)
    assert against(found) == {"voice_over_prompted": "refuted"}


def test_in_a_further_language_it_may_gain_nothing_but_lose_no_more_than_the_margin():
    same = evidence(gains={("voice", "champion"): Gain(0.0, -0.09, 0.09, 100, 0.1)})
    assert decide(same, CONFIG, gain=False).promote
    lost = evidence(gains={("voice", "champion"): Gain(-0.3, -0.4, -0.2, 100, 0.1)})
    assert against(decide(lost, CONFIG, gain=False)) == {"voice": "refuted"}


def test_for_lack_of_data_it_says_what_could_be_seen_and_how_much_would_settle_it():
    gain = Gain(0.05, -0.02, 0.12, 100, 0.10)
    (reason,) = decide(evidence(gains={("voice", "champion"): gain}), CONFIG).against
    # (0.10 / 0.05)² times as many briefs.
    assert "show is 0.10, about 400 briefs would settle it" in say(reason.said, "en")
    hopeless = Gain(-0.30, -0.50, 0.02, 100, 0.30)
    (reason,) = decide(evidence(gains={("fluency", "champion"): hopeless}), CONFIG).against
    assert "briefs would" not in say(reason.said, "en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_can_be_said_and_kept(language):
    bad = evidence(
        briefs=5, closeness=None, identical=False, more_alike_than_human=None,
        axes=AXES | {"facts": "failed", "fluency": "not measured", "privacy": "not measured"},
        gains={
            ("voice", "champion"): Gain(0.01, -0.1, 0.1, 5, None),
            ("fluency", "champion"): Gain(-0.5, -0.7, -0.3, 5, 0.3),
            ("recall", "champion"): Gain(-0.05, -0.5, 0.4, 5, 0.6),
            ("copies", "champion"): Gain(0.0, 0.0, 0.0, 5, 0.0, constant=True),
            ("homogeneity", "champion"): None,
        },
    )  # fmt: skip
    for each in (bad, evidence(), evidence(identical=True)):
        rows = decide(each, CONFIG).as_json(language)["reasons"]
        assert all(row["said"] for row in rows)
        json.dumps(rows, allow_nan=False)
