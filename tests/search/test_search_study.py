"""The study on disk: stopped anywhere, it goes on with the trials it would have had."""

import pytest

from smm_voice.config import SearchConfig
from smm_voice.metrics.base import Score
from smm_voice.search.objectives import Objective, outcome
from smm_voice.search.space import Dimension
from smm_voice.search.study import Study

WANTED = (Objective("voice/closeness", "maximise"), Objective("homogeneity/ratio", "nearest", 1.0))
SPACE = (
    Dimension("training.learning_rate", "number", 1e-4, 1e-2, log=True),
    Dimension("lora.rank", "whole", 2, 64, log=True),
    Dimension("lora.dropout", "number", 0.0, 0.3, step=0.1),
    Dimension("lora.targets", "choice", choices=("all-linear", "q_proj")),
)


def config(sampler="tpe", seed=0):
    return SearchConfig(trials=12, sampler=sampler, startup=2, seed=seed, objectives=[],
                        floors=["recall"], space=[])  # fmt: skip


def opened(folder, **more):
    return Study(folder, config(**more), SPACE, WANTED)


def scores_of(values):
    """What a trial would come to: higher rates are nearer, higher ranks more alike."""
    close = 1 - abs(values["training.learning_rate"] - 2e-3) * 100
    return {
        "voice/closeness": Score(close, close - 0.1, close + 0.1, 40),
        "homogeneity/ratio": Score(1 + values["lora.rank"] / 64, 1.0, 2.0, 40),
    }


def step(study):
    begun = study.next()
    if begun.values["lora.targets"] == "q_proj" and begun.values["lora.rank"] > 32:
        return study.fail(begun.number, "rank", "run")
    fallen = ["recall"] if begun.values["lora.dropout"] == 0.3 else []
    return study.finish(begun.number, scores_of(begun.values), fallen, f"run{begun.number}")


@pytest.mark.parametrize(("sampler", "trials"), [("tpe", 4), ("nsga2", 3), ("random", 2)])
def test_stopped_after_each_trial_it_is_the_same_search(tmp_path, sampler, trials):
    whole = opened(tmp_path / "whole", sampler=sampler)
    for _ in range(trials):
        step(whole)
    for _ in range(trials):
        # Begun and cut off, then begun once more by another process.
        begun = opened(tmp_path / "again", sampler=sampler).next()
        study = opened(tmp_path / "again", sampler=sampler)
        again = study.next()
        assert again.cut and (again.number, again.values) == (begun.number, begun.values)
        step(study)
    assert opened(tmp_path / "again", sampler=sampler).tried() == whole.tried()
    values = [each.values for each in whole.tried()]
    assert len({tuple(v.values()) for v in values}) == trials, "no draw is made twice"
    assert {v["lora.dropout"] for v in values} <= {0.0, 0.1, 0.2, 0.3}


def test_cut_off_while_its_values_were_drawn_it_keeps_those_and_draws_the_rest(tmp_path):
    study = opened(tmp_path)
    study._study.sampler = study._sampler()
    rate = study._suggested(study._study.ask(), SPACE[0])
    begun = opened(tmp_path).next()
    assert begun.cut and begun.values["training.learning_rate"] == rate
    assert all(each.holds(begun.values[each.key]) for each in SPACE)


@pytest.mark.parametrize(("sampler", "learns"), [("tpe", True), ("random", False)])
def test_what_was_found_decides_where_tpe_looks_next(tmp_path, sampler, learns):
    """Also by a sampler that is made anew for each trial."""
    followed = []
    for name, sign in (("up", 1), ("down", -1)):
        study = opened(tmp_path / name, sampler=sampler)
        for _ in range(3):
            begun = study.next()
            close = sign * begun.values["training.learning_rate"]
            scores = {"voice/closeness": Score(close), "homogeneity/ratio": Score(1.0)}
            study.finish(begun.number, scores, [], "")
        followed.append(study.next().values)
    assert (followed[0] != followed[1]) == learns


def test_another_seed_is_another_search(tmp_path):
    first, second = opened(tmp_path / "a", seed=0), opened(tmp_path / "b", seed=1)
    assert first.next().values != second.next().values


def test_kills_are_counted_and_an_orderly_stop_is_none(tmp_path):
    study = opened(tmp_path)
    assert study.next().kills == 0
    begun = opened(tmp_path).next()
    assert begun.kills == 1
    study.interrupted(begun, 12.5)
    again = opened(tmp_path).next()
    assert (again.kills, again.seconds) == (1, 12.5)


def test_what_ended_is_told_as_it_ended(tmp_path):
    study = opened(tmp_path)
    own = {"training.learning_rate": 1e-3, "lora.rank": 16, "lora.dropout": 0.3,
           "lora.targets": "q_proj"}  # fmt: skip
    study.propose(own)
    begun = study.next()
    assert begun.values == own
    study.spent(begun.number, 3.0)
    first = study.finish(begun.number, scores_of(own), ["recall"], "a")
    assert (first.number, first.values, first.fallen, first.run) == (0, own, ("recall",), "a")
    assert first.scores == scores_of(own) and first.seconds == 3.0
    failed = study.fail(study.next().number, "the loss is nan", "b")
    assert failed.failure == "the loss is nan" and not failed.scores
    assert opened(tmp_path).tried() == [first, failed]
    study.propose(own)
    assert study.next().values != own, "only a study without a trial takes a proposal"
    assert study.same(begun) == first
    # Optuna, too, takes a trial that fails an axis for no solution.
    assert study._study.best_trials == []
    assert outcome([first, failed], WANTED).floors_left_out
