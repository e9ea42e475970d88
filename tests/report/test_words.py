"""Scores in words: the right axes fail, nothing unmeasured passes, numbers are those measured."""

from __future__ import annotations

import dataclasses

import pytest

from smm_voice.evaluation.axes import axes, failed
from smm_voice.metrics import METRICS
from smm_voice.metrics.base import Score
from smm_voice.metrics.voice.explain import Differing
from smm_voice.metrics.voice.features import FEATURES
from smm_voice.report.words import explained

FINE = {
    "voice/style_index": 0.97, "voice/closeness": 0.97, "voice/human_likeness_auc": 0.6,
    "fluency/bits_per_byte_ratio": 0.95, "fluency/bits_per_byte_spread": 1.0,
    "homogeneity/ratio": 1.0, "factuality/coverage": 0.6, "factuality/brief_recall": 0.9,
}  # fmt: skip


def scores_with(**changes: float | None) -> dict[str, Score]:
    """Good scores with some changed; names with `__` for `/`."""
    given = {name: FINE.get(name, 0.0) for name in METRICS}
    given |= {name.replace("__", "/"): value for name, value in changes.items()}
    return {
        name: Score(None, warnings=("INVALID: no data",))
        if value is None
        else Score(value, value - 0.01, value + 0.01, 50)
        for name, value in given.items()
    }


@pytest.mark.parametrize(
    ("change", "axis"),
    [
        ({"voice__closeness": 0.6}, "voice"),
        ({"voice__human_likeness_auc": 0.95}, "likeness"),
        ({"fluency__bits_per_byte_ratio": 1.15}, "fluency"),
        ({"fluency__bits_per_byte_spread": 0.4}, "fluency"),
        ({"fluency__repeated_ngrams": 0.1}, "fluency"),
        ({"fluency__wrong_language_rate": 0.2}, "fluency"),
        ({"memorisation__patchwork_excess": 0.3}, "memorisation"),
        ({"fluency__bits_per_byte_ratio": 0.6}, "fluency"),
        ({"fluency__nonword_excess": 0.05}, "fluency"),
        ({"fluency__prompt_leak_rate": 0.1}, "fluency"),
        ({"homogeneity__ratio": 1.4}, "homogeneity"),
        ({"memorisation__copy_excess": 0.2}, "memorisation"),
        ({"memorisation__near_duplicate_excess": 0.2}, "memorisation"),
        ({"memorisation__personal_data_excess": 0.1}, "privacy"),
        ({"factuality__contradiction_rate": 0.1}, "facts"),
        ({"factuality__coverage": 0.02}, "coverage"),
        ({"factuality__brief_recall": 0.2}, "recall"),
    ],
)
def test_each_limit_fails_its_axis_and_no_other(change, axis):
    assert failed(scores_with()) == set()
    assert failed(scores_with(**change)) == {axis}


def test_a_handful_of_texts_alarms_nobody():
    scores = scores_with(homogeneity__ratio=1.6)
    scores["homogeneity/ratio"] = dataclasses.replace(scores["homogeneity/ratio"], ci_low=0.9)
    assert failed(scores) == set()


def test_what_is_not_measured_does_not_pass():
    found = axes(scores_with(voice__closeness=None))
    assert found["voice"].outcome == "not measured"
    assert "INVALID" in found["voice"].words


def test_unknown_words_fail_where_no_judge_is():
    scores = scores_with(fluency__bits_per_byte_ratio=None, fluency__nonword_excess=0.2)
    assert failed(scores) == {"fluency"}


def test_every_metric_that_an_axis_asks_exists():
    assert set(axes(scores_with())) >= {"voice", "fluency", "homogeneity", "memorisation"}


def test_the_verdict_names_what_failed():
    lines = explained("Acme", scores_with(voice__closeness=0.3, voice__style_index=0.3), [], 50)
    assert lines[0] == "Not fit for Acme as they are: 50 texts fail on voice."
    assert lines[1].startswith(
        "✗ Voice: 0.30 (0.29 to 0.31), where 0 is other brands and 1 is Acme"
    )
    assert "nearer to other brands than to Acme" in lines[1]
    assert lines[2].startswith("✓ Likeness: Is told from the brand's own posts in 60% of pairs")


def test_without_a_voice_there_is_no_verdict():
    lines = explained("Acme", scores_with(voice__closeness=None, voice__style_index=None), [], 3)
    assert lines[0] == "No verdict: Acme's voice could not be measured on 3 texts."
    assert lines[1] == "– Voice: INVALID: no data"


def test_good_texts_pass_and_what_differs_is_listed():
    named = next(feature for feature in FEATURES if feature.name == "exclamation")
    lines = explained("Acme", scores_with(), [Differing(named, 0.9, 0.3, 1.0)], 50)
    assert lines[0] == "50 texts pass for Acme on every axis that was measured."
    assert lines[-1] == "  1. 3× as many exclamation marks (0.90 a post, the brand 0.30)"


@pytest.mark.parametrize(
    ("index", "words"),
    [(1.2, "a caricature"), (1.0, "as Acme writes"), (0.7, "nearer to Acme than to other brands"),
     (0.2, "nearer to other brands than to Acme"), (-0.3, "no nearer to Acme than other brands")],
)  # fmt: skip
def test_the_index_in_words(index, words):
    assert words in explained("Acme", scores_with(voice__style_index=index), [], 50)[1]


def test_what_passes_is_not_said_to_be_perfect():
    lines = explained("Acme", scores_with(homogeneity__ratio=1.2), [], 50)
    assert "✓ Variety: Is more alike than human posts, short of the alarm (1.20)" in lines
    assert "✓ Briefs: Says 90% of what the briefs ask for" in lines
    assert "✓ Facts: Contradicts no known fact" in lines
    once = explained("Acme", scores_with(factuality__contradiction_rate=0.01), [], 50)
    assert "✓ Facts: Contradicts facts 0.01 times a post, short of the alarm" in once
    assert "✓ Variety: Is as varied as human posts (1.00)" in explained(
        "Acme", scores_with(), [], 50
    )


def test_unsupported_facts_are_said_even_where_nothing_contradicts():
    lines = explained("Acme", scores_with(factuality__unsupported_rate=0.29), [], 50)
    line = next(line for line in lines if "Facts" in line)
    assert line.startswith("✓")
    assert "29% of what can be checked stands in neither brief nor fact sheet" in line
