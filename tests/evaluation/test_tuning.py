"""The prompted arm takes the setting that comes nearest to the brand on briefs of validation."""

from __future__ import annotations

import pytest

from smm_voice.config import GenerationConfig, TuningConfig
from smm_voice.evaluation import tuning
from smm_voice.evaluation.tuning import tune

DECODING = GenerationConfig(
    temperature=0.7, top_p=0.9, top_k=50, maximum_new_tokens=60, batch_size=2, shots=6, seed=0
)
CONFIG = TuningConfig(briefs=4, shots=[3, 9], temperatures=[0.5, 1.0])


@pytest.fixture
def tuned(reference, make_arm, monkeypatch):
    """Tune a writer whose log-odds a table gives; human posts stand at 4, other brands at 0."""

    def of(levels, faults=lambda shots, temperature: ()):
        asked = []

        def write(decoding):
            asked.append((decoding.shots, decoding.temperature))
            return make_arm(levels(*asked[-1]))

        monkeypatch.setattr(tuning, "failed", lambda scores: {"voice", *faults(*asked[-1])})
        return tune(write, reference, DECODING, CONFIG), asked

    return of


def test_the_nearest_is_taken_and_all_trials_are_told(tuned):
    found, asked = tuned(lambda shots, temperature: shots / 3 + (1 - temperature))
    # 6 shots at .7: 2.3; 3: 1.3; 9: 3.3; then .5: 3.5 and 1.0: 3.0.
    assert (found.decoding.shots, found.decoding.temperature) == (9, 0.5)
    assert asked == [(6, 0.7), (3, 0.7), (9, 0.7), (9, 0.5), (9, 1.0)]
    assert [t.closeness for t in found.trials] == pytest.approx([0.575, 0.325, 0.825, 0.875, 0.75])


def test_further_past_the_brand_is_no_nearer(tuned):
    found, _ = tuned(lambda shots, temperature: {3: 1.0, 6: 3.5, 9: 7.0}[shots])
    assert found.decoding.shots == 6


def test_a_tie_keeps_what_was_given(tuned):
    found, _ = tuned(lambda shots, temperature: 2.0)
    assert found.decoding == DECODING


def test_a_setting_that_fails_more_axes_is_not_taken_however_near(tuned):
    found, _ = tuned(
        lambda shots, temperature: {3: 3.9, 6: 2.0, 9: 2.5}[shots],
        lambda shots, temperature: {"coverage"} if shots == 3 else (),
    )
    assert found.decoding.shots == 9
    assert [t.failed for t in found.trials[:2]] == [(), ("coverage",)], "the voice is no fault"


def test_where_the_voice_cannot_be_told_nothing_is_tried(unproven, make_arm):
    found = tune(lambda decoding: make_arm(2), unproven, DECODING, CONFIG)
    assert (found.decoding, found.trials) == (DECODING, ())
