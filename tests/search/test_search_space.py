"""The declared space: every wrong key and range is told, and values find their way."""

import shlex
from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir

from scripts import entry
from smm_voice.config import SearchCommandConfig, TrainConfig
from smm_voice.errors import ConfigError
from smm_voice.search.faults import faults
from smm_voice.search.space import applied, command, current, dimensions

CONF = Path(__file__).resolve().parents[2] / "conf"


def composed(*overrides, name="search", schema=SearchCommandConfig):
    with initialize_config_dir(str(CONF), version_base="1.3"):
        composition = compose(name, ["brand=acme", *overrides])
    further = faults if schema is SearchCommandConfig else None
    return entry._validated(composition, schema, [], [CONF], {}, further)


def errors_of(*overrides):
    with pytest.raises(ConfigError) as caught:
        composed(*overrides)
    return caught.value.errors


WRONG = {
    "{key: lora.rnk, choices: [1, 2]}": "unknown key 'lora.rnk': there is no 'rnk' in lora; did "
    "you mean 'rank'?",
    "{key: lora.rank, low: 4, high: 600}": "(lora.rank).high must be at most 512, is 600",
    "{key: lora.rank, low: 0, high: 8}": "(lora.rank).low must be at least 1, is 0",
    "{key: lora.rank, low: 4.5, high: 8}": "(lora.rank).low must be a whole number, is 4.5",
    "{key: lora.rank, low: 8, high: 4}": "(lora.rank).low must lie under high, 8 is not under 4",
    "{key: lora.rank, low: 4}": "(lora.rank).high has no value, and there are no choices",
    "{key: lora.rank, choices: [4, 8, 1000]}": "(lora.rank).choices[2] must be at most 512",
    "{key: lora.rank, choices: [4]}": "(lora.rank).choices must name two values at least",
    "{key: lora.rank, choices: [4, 4]}": "(lora.rank).choices must not name a value twice",
    "{key: lora.rank, low: 4, high: 8, choices: [4, 8]}": "has choices and bounds",
    "{key: lora.dropout, low: 0, high: 0.1, log: true}": "(lora.dropout).log needs a low above 0",
    "{key: lora.dropout, low: 0, high: 0.1, step: 0.03}": "cannot be reached from 0 in steps",
    "{key: lora.rank, low: 4, high: 8, step: 0.5}": "(lora.rank).step must be a whole number",
    "{key: lora.rank, low: 4, high: 8, step: 4, log: true}": "(lora.rank) has log and step",
    "{key: lora.targets, low: 1, high: 2}": "it needs choices",
    "{key: lora.rslora, choices: [true, 3]}": "(lora.rslora).choices[1] must be true or false",
    "{key: training.schedule, choices: [linear, cosin]}": "did you mean 'cosine'?",
    "{key: training, choices: [1, 2]}": "training is no single value",
    "{key: training.seed, choices: [1, 2]}": "the best of several seeds is luck",
    "{key: training.start_from, choices: [a, b]}": "what a start has learned from may be",
    "{key: training.watchdog.logs, choices: [1, 2]}": "it only looks on",
    "{key: training.kernels, choices: [fused, plain]}": "it changes speed and memory alone",
    "{key: dataset.test_share, low: 0.1, high: 0.2}": "trials would not compare",
    "{key: evaluation.judge, choices: [base, ngram]}": "trials would not compare",
    "{key: brand.name, choices: [a, b]}": "trials would not compare",
    "{key: lora.rank, lo: 4, high: 8}": ".lo'; did you mean 'lo",
}


@pytest.mark.parametrize(("given", "told"), WRONG.items())
def test_a_wrong_dimension_is_told(given, told):
    assert any(told in error for error in errors_of(f"search.space=[{given}]"))


def test_all_that_is_wrong_is_told_at_once():
    found = errors_of(
        f"search.space=[{','.join(WRONG)},{{key: lora.alpha, low: 8, high: 9}}]",
        "search.objectives=[{metric: voice/closnes, direction: maximise}]",
        "search.trials=0",
        "training.batch_size=0",
    )
    for told in (*WRONG.values(), "did you mean 'voice/closeness'?", "search.trials must be"):
        assert any(told in error for error in found), told
    assert any("training.batch_size must be" in error for error in found)
    assert any("names 'lora.rank' twice" in error for error in found)


def test_an_objective_that_caricature_would_win_is_refused():
    (found,) = errors_of("search.objectives=[{metric: voice/style_index, direction: maximise}]")
    assert "1 is best" in found and "caricature" in found and "nearest" in found
    (found,) = errors_of("search.objectives=[{metric: homogeneity/ratio, direction: minimise}]")
    assert "direction: nearest" in found
    (found,) = errors_of("search.objectives=[{metric: voice/closeness, direction: minimise}]")
    assert "direction: maximise" in found


def test_rules_over_several_keys_hold_at_each_end():
    given = "search.space=[{key: lora.initialisation, choices: [default, orthogonal]}]"
    (found,) = errors_of(given, "lora.rank=7")
    assert found.startswith("search.space, lora.initialisation=orthogonal: ")
    assert "even lora.rank" in found


def test_an_empty_space_and_no_objective_are_refused():
    found = errors_of("search.space=[]", "search.objectives=[]")
    assert len(found) == 2


def test_values_have_the_types_of_their_keys_and_reach_the_training():
    config = composed()
    space = {each.key: each for each in dimensions(config)}
    assert type(space["lora.rank"].high) is int and space["lora.rank"].log
    own = current(config, list(space.values()))
    assert own["training.learning_rate"] == 1e-3 and own["lora.rank"] == 16
    assert all(space[key].holds(value) for key, value in own.items())
    assert not space["lora.rank"].holds(3) and not space["lora.dropout"].holds(0.04)
    changed = applied(config, {"lora.rank": 7, "generation.temperature": 0.9})
    assert type(changed) is TrainConfig
    assert (changed.lora.rank, changed.generation.temperature) == (7, 0.9)
    assert changed.training == config.training and config.lora.rank == 16


def test_the_command_that_repeats_a_trial_is_read_back_exactly():
    values = {
        "training.learning_rate": 0.00031234567890123456, "training.epochs": 2.0, "lora.rank": 7,
        "lora.targets": "q_proj, v_proj", "lora.rslora": True,
    }  # fmt: skip
    typed = ["--config-dir=/a b", "lora.rank=4", "training.maximum_examples=32", "workspace=/w"]
    program, script, *said = shlex.split(command("acme", typed, values))
    assert (program, script) == ("python", "train.py")
    assert said[:2] == ["--config-dir=/a b", "brand=acme"]
    assert "lora.rank=4" not in said
    config = composed(*said[2:], name="train", schema=TrainConfig)
    assert config.training.learning_rate == values["training.learning_rate"]
    assert config.training.epochs == 2.0 and config.training.maximum_examples == 32
    assert config.lora.targets == "q_proj, v_proj" and config.lora.rslora is True
    assert config.lora.rank == 7
