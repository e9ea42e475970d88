"""Several processes train as one does: for real, with gloo on this machine."""

import os
import signal
import subprocess
import sys

import psutil
import pytest
import torch

from smm_voice.config import DistributedConfig
from smm_voice.errors import ConfigError, SmmVoiceError
from smm_voice.training import spread
from tests.training.test_run import config, examples, run, weights  # noqa: F401  (a fixture)

# 25 examples: the last step has one, and so a process without any.
SETTINGS = {"epochs": 2.0, "maximum_examples": 25}


def settings(kind="none"):
    several = DistributedConfig(kind=kind, processes=2, wait_minutes=2)
    return config(**SETTINGS, distributed=several if kind != "none" else DistributedConfig())


def trajectory(base, examples, folder, settings):  # noqa: F811
    seen = {}
    run(base, examples, folder, settings,
        lambda numbers, step: seen.setdefault(step, {}).update(numbers))  # fmt: skip
    return seen


@pytest.fixture(scope="module")
def alone(tiny_folder, examples, tmp_path_factory):  # noqa: F811
    from smm_voice.config import ModelConfig
    from smm_voice.models.base import prepare

    base = prepare(
        ModelConfig(
            name="tiny", languages=["en"], licence="-", maximum_bits_per_byte=100.0, force=False,
            path=str(tiny_folder),
        )
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("alone")
    return base, trajectory(base, examples, folder, settings()), weights(folder)


def same(seen, alone, folder):
    _, expected, adapter = alone
    assert seen.keys() == expected.keys()
    assert any("train/gradient_norm" in numbers for numbers in expected.values())
    for step, numbers in expected.items():
        for name, value in numbers.items():
            assert seen[step][name] == pytest.approx(value, rel=1e-4), (step, name)
    found = weights(folder)
    assert found.keys() == adapter.keys()
    for name, weight in adapter.items():
        assert found[name].allclose(weight, atol=1e-4), name
        assert found[name].any() or "lora_B" not in name


@pytest.fixture
def nothing_left():
    """Nothing of a spread training outlives it: no process, no variable, no group."""
    before = {name: os.environ.get(name) for name in spread._VARIABLES}
    children = psutil.Process().children()
    threads = torch.get_num_threads()
    torch.set_num_threads(2)  # of which two processes have one each
    yield
    assert torch.get_num_threads() == 2
    torch.set_num_threads(threads)
    assert {name: os.environ.get(name) for name in before} == before
    assert psutil.Process().children() == children
    assert (spread.rank(), spread.world()) == (0, 1)


def test_the_place_of_meeting_is_open_to_this_machine_alone():
    store = spread._store(0, 1, first=True)
    listening = [
        each.laddr for each in psutil.Process().net_connections() if each.status == "LISTEN"
    ]
    assert ("127.0.0.1", store.port) in listening
    assert all(address.ip == "127.0.0.1" for address in listening if address.port == store.port)
    store.set("a", "b")
    assert spread._store(store.port, 1, first=False).get("a") == b"b"


def test_two_processes_one_killed_and_resumed_train_as_one_alone(
    alone, examples, tmp_path, nothing_left  # noqa: F811
):  # fmt: skip
    others = set(psutil.Process().children())

    def kill(numbers, step):
        if step == 4:
            for process in set(psutil.Process().children()) - others:
                process.send_signal(signal.SIGKILL)

    with pytest.raises(SmmVoiceError, match="process 1 of the training ended with -9"):
        run(alone[0], examples, tmp_path, settings("ddp"), kill)
    assert list((tmp_path / "checkpoints").glob("checkpoint-*"))
    same(trajectory(alone[0], examples, tmp_path, settings("ddp")), alone, tmp_path)


def test_a_model_that_is_divided_trains_as_one_that_is_whole(
    alone, examples, tmp_path, nothing_left, monkeypatch  # noqa: F811
):  # fmt: skip
    from smm_voice.training.trainer import VoiceTrainer

    kinds = set()
    whole = VoiceTrainer.whole

    def looked_at(trainer, task):
        kinds.update(type(each).__name__ for each in trainer.model.parameters())
        return whole(trainer, task)

    monkeypatch.setattr(VoiceTrainer, "whole", looked_at)
    same(trajectory(alone[0], examples, tmp_path, settings("fsdp2")), alone, tmp_path)
    assert kinds == {"DTensor"}


@pytest.mark.parametrize(
    ("code", "said"),
    [("import time; time.sleep(60)", "Process 1 does not end after the training, and is stopped"),
     ("raise SystemExit('no more room')", "Process 1 ended with 1 after the training: no more")],
    ids=["hangs", "fails"],
)  # fmt: skip
def test_what_was_trained_is_not_lost_by_how_another_process_ends(
    tmp_path, monkeypatch, nothing_left, caplog, code, said
):
    def started(processes, port, config, folder):
        with spread._log(folder, 1).open("wb") as out:
            return [subprocess.Popen([sys.executable, "-S", "-c", code], stderr=out)]

    monkeypatch.setattr(spread, "_started", started)
    monkeypatch.setattr(spread, "_enter", lambda config, store: None)
    monkeypatch.setattr(spread, "_STOP_SECONDS", 0.5)
    with spread.joined(DistributedConfig(kind="ddp", processes=2), tmp_path):
        pass
    assert said in caplog.text


def test_under_torchrun_the_first_process_is_alone_after_the_training(tmp_path, monkeypatch):
    monkeypatch.setattr(spread, "_enter", lambda config, store: None)
    for name, value in {"RANK": "0", "WORLD_SIZE": "2", "LOCAL_RANK": "0", "LOCAL_WORLD_SIZE": "2",
                        "MASTER_ADDR": "localhost", "MASTER_PORT": "1"}.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    with spread.joined(DistributedConfig(kind="ddp"), tmp_path) as processes:
        assert processes == spread.world() == 2
    assert (spread.world(), spread.here()) == (1, 1)
    from accelerate import PartialState

    assert PartialState().num_processes == 1  # and waits for nobody


@pytest.mark.parametrize(
    ("batch", "accumulation", "processes", "each"),
    [(8, 1, 2, (4, 1)), (8, 4, 2, (8, 2)), (6, 2, 3, (2, 2)), (8, 1, 1, (8, 1))],
)
def test_a_step_learns_from_as_many_examples_whatever_the_processes(
    batch, accumulation, processes, each
):
    shared = spread.share(config(batch_size=batch, accumulation=accumulation), processes)
    assert (shared.batch_size, shared.accumulation) == each
    assert batch * accumulation == processes * each[0] * each[1]


def test_what_cannot_be_shared_is_refused():
    with pytest.raises(ConfigError, match="3 processes cannot share"):
        spread.share(config(batch_size=4, accumulation=2), 3)


def test_torchrun_needs_a_way_to_work_together(monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(ConfigError, match="say training/distributed=ddp"):
        spread.count(DistributedConfig())
    assert spread.count(DistributedConfig(kind="ddp", processes=7)) == 2


@pytest.mark.parametrize(
    ("script", "arguments", "several", "said"),
    [
        ("train.py", ["training/distributed=ddp", "training.distributed.processes=3"], False,
         "3 processes cannot share training.batch_size=8"),
        ("train.py", ["training.distributed.processes=2"], False,
         "needs training/distributed=ddp or fsdp2"),
        ("train.py", ["training/distributed=fsdp2", "training.kernels=fused"], False,
         "training.kernels=fused is not for training/distributed=fsdp2"),
        ("train.py", ["training/distributed=fsdp2", "training.find_batch_size=true"], False,
         "training.find_batch_size is not for training/distributed=fsdp2"),
        ("train.py", ["training/distributed=dpd"], False, "did you mean 'ddp'?"),
        ("train.py", ["-m", "training/distributed=ddp"], True, "no sweep inside torchrun"),
        ("scripts/retrain.py", [], True, "torchrun is for train.py"),
    ],
)  # fmt: skip
def test_what_cannot_work_is_told_at_once(
    script, arguments, several, said, run_script, monkeypatch, tmp_path
):
    if several:
        monkeypatch.setenv("WORLD_SIZE", "2")
    ended = run_script(script, "brand=acme", f"workspace={tmp_path}", *arguments)
    assert (ended.status, ended.output) == (2, "")
    assert said in ended.errors
