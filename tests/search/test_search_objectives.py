"""Which trials stand out: a known set, Optuna's own front, and what intervals leave open."""

import numpy as np
import optuna
import pytest

from smm_voice.metrics.base import Score
from smm_voice.search.objectives import Objective, Tried, front, outcome

CLOSE = Objective("voice/closeness", "maximise")
FACTS = Objective("factuality/unsupported_rate", "minimise")
ALIKE = Objective("homogeneity/ratio", "nearest", 1.0)


def tried(number, *values, half=0.05, wanted=(CLOSE, FACTS, ALIKE), **more):
    scores = {
        each.metric: Score(value, value - half, value + half, 40)
        for each, value in zip(wanted, values, strict=False)
    }
    return Tried(number, {"lora.rank": number}, scores, **more)


def numbers(some):
    return [each.number for each in some]


def test_the_front_of_a_known_set():
    points = [(3, 1), (1, 3), (2, 2), (2, 1), (1, 1), (3, 1), (0, 4), (3, 0)]
    assert front(points) == [0, 1, 2, 5, 6]
    assert front([]) == [] and front([(1,), (2,), (2,)]) == [1, 2]


@pytest.mark.parametrize("seed", range(5))
def test_the_front_is_that_of_optuna(seed):
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    points = np.random.default_rng(seed).integers(0, 5, (30, 3)).tolist()
    study = optuna.create_study(directions=["maximize"] * 3)
    for point in points:
        study.add_trial(optuna.create_trial(values=point))
    assert front(points) == [each.number for each in study.best_trials]


def test_each_direction_counts_as_declared():
    # Nearer the ratio of people is better from both sides; fewer unsupported facts are better.
    best, alike, mixed, invents = (
        tried(0, 0.8, 0.1, 1.0), tried(1, 0.8, 0.1, 1.3), tried(2, 0.8, 0.1, 0.7),
        tried(3, 0.8, 0.5, 1.0),
    )  # fmt: skip
    found = outcome([best, alike, mixed, invents], [CLOSE, FACTS, ALIKE])
    assert numbers(found.front) == [0]
    assert sorted(numbers((*found.close, *found.beaten))) == [1, 2, 3]


def test_a_trial_that_is_beaten_within_the_intervals_is_said_to_be_close():
    found = outcome(
        [tried(0, 0.80, 0.1, 1.0), tried(1, 0.78, 0.1, 1.0), tried(2, 0.5, 0.1, 1.0)],
        [CLOSE, FACTS, ALIKE],
    )
    assert numbers(found.front) == [0]
    assert numbers(found.close) == [1] and numbers(found.beaten) == [2]


def test_an_interval_around_the_target_reaches_it():
    low, high = ALIKE.range(Score(1.1, 0.9, 1.4, 40))
    assert (low, high) == (pytest.approx(-0.4), 0.0)
    assert ALIKE.range(Score(1.3, 1.2, 1.5, 40)) == (pytest.approx(-0.5), pytest.approx(-0.2))
    assert FACTS.range(Score(0.3, 0.2, 0.5, 40)) == (-0.5, -0.2)
    assert CLOSE.range(Score(0.3, n=40)) is None


def test_what_fails_an_axis_a_repeat_and_a_failure_are_on_no_front():
    trials = [
        tried(0, 0.7, 0.3, 1.2),
        tried(1, 0.9, 0.0, 1.0, fallen=("coverage",)),
        tried(2, 0.7, 0.3, 1.2, same_as=0),
        Tried(3, {}, {}, failure="the loss is nan"),
    ]
    found = outcome(trials, [CLOSE, FACTS, ALIKE])
    assert numbers(found.front) == [0] and numbers(found.fallen) == [1]
    assert numbers(found.failed) == [3] and not found.floors_left_out


def test_where_every_trial_fails_an_axis_the_front_says_so():
    trials = [tried(n, v, 0.1, 1.0, fallen=("recall",)) for n, v in enumerate((0.5, 0.9))]
    found = outcome(trials, [CLOSE, FACTS, ALIKE])
    assert numbers(found.front) == [1] and found.floors_left_out and not found.fallen
