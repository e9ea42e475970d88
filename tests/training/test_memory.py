"""How much memory a step takes, and what is said where it is not there."""

import dataclasses

import pytest
import torch

from smm_voice.config import LoraConfig, TrainingConfig
from smm_voice.errors import SmmVoiceError
from smm_voice.models import adapters
from smm_voice.training import batch_size, memory, spread
from smm_voice.training.collator import CompletionCollator
from smm_voice.training.loss import completion_loss

CONFIG = TrainingConfig(
    epochs=1.0, maximum_examples=100, batch_size=6, accumulation=2, learning_rate=0.05,
    warmup_share=0.0, schedule="linear", weight_decay=0.0, gradient_clip=1.0, maximum_tokens=400,
    precision="fp32", evaluations_per_epoch=1, patience=9, seed=3, find_batch_size=True,
)  # fmt: skip
ROW = {"input_ids": [5, 6, 7] * 60, "labels": [-100, 6, 7] * 60}


@pytest.fixture
def training(tiny):
    """The tiny model with an adapter, and a step over so many posts."""
    lora = LoraConfig(rank=4, alpha=8, dropout=0.0, targets="all-linear", rslora=False)
    model = adapters.attach(tiny[1], lora, seed=1).train()

    def step(count):
        total, labels = completion_loss(model, CompletionCollator(1)([ROW] * count))
        (total / labels).backward()

    return model, step


def test_what_is_held_at_once_is_counted():
    def step(count):
        made = torch.zeros(count, 1000)
        view = made[:, :10]
        made.add_(1)
        other = made + 1
        del made, other
        torch.zeros(count, 500)
        del view

    cpu = torch.device("cpu")
    assert memory._peak(cpu, step, 3) == 2 * 3 * 4000  # neither the view nor the later 500


def test_a_larger_batch_takes_what_two_small_ones_foretell(training):
    model, step = training
    need = memory.measure(model, step)
    assert all(p.grad is None for p in model.parameters())
    measured = memory._peak(torch.device("cpu"), step, 12)
    foretold = need.fixed + 12 * need.a_post
    assert foretold == pytest.approx(measured, rel=0.05)
    assert need.a_post > 180 * 32 * 4  # more than one layer's output
    trainable = sum(p.numel() for p in model.parameters() if p.requires_grad)
    assert need.optimiser == 12 * trainable


def test_checkpointing_takes_less(training):
    model, step = training
    plain = memory.measure(model, step).a_post
    model.activation_checkpointing_enable({"use_reentrant": False})
    assert memory.measure(model, step).a_post < 0.8 * plain


def test_measuring_leaves_the_stream_of_random_numbers_alone(training):
    torch.manual_seed(1)
    memory.measure(training[0], lambda count: torch.rand(count))
    found = torch.rand(1)
    torch.manual_seed(1)
    assert torch.equal(found, torch.rand(1))


def test_too_little_memory_says_what_is_needed_and_what_to_set(training, monkeypatch):
    model, step = training
    need = memory.measure(model, step)
    monkeypatch.setattr(memory, "available", lambda device: need.of(6) - 1)
    with pytest.raises(SmmVoiceError) as caught:
        memory.check(need, 6, torch.device("cpu"))
    told = str(caught.value)
    assert f"{need.of(6) / 1e9:.2f} GB" in told and "batch of 6" in told
    for key in ("find_batch_size=true", "batch_size", "gradient_checkpointing", "maximum_tokens"):
        assert f"training.{key}" in told
    assert caught.value.exit_status == 1
    memory.check(need, 5, torch.device("cpu"))


@pytest.mark.parametrize(("most", "expected"), [(12, (12, 1)), (5, (4, 3)), (1, (1, 12))])
def test_the_batch_is_the_largest_divisor_that_fits(training, monkeypatch, most, expected):
    model, step = training
    need = memory.measure(model, step)
    monkeypatch.setattr(memory, "available", lambda device: need.of(most))
    found = batch_size.fitted(model, step, CONFIG)
    assert (found.batch_size, found.accumulation) == expected


@pytest.mark.parametrize(
    ("most", "expected"), [(6, (12, 1)), (4, (3, 4)), (2, (4, 3)), (1, (1, 12))]
)
def test_of_two_processes_each_takes_half_and_both_need_memory(
    training, monkeypatch, most, expected
):
    """`most` posts fit in each, and in one alone more than twice as many."""
    model, step = training
    need = memory.measure(model, step)
    for name in ("WORLD_SIZE", "LOCAL_WORLD_SIZE"):
        monkeypatch.setenv(name, "2")
    both = round(memory.HEADROOM * 2 * (need.optimiser + need.fixed + most * need.a_post))
    monkeypatch.setattr(memory, "available", lambda device: both)
    found = batch_size.fitted(model, step, CONFIG)
    assert (found.batch_size, found.accumulation) == expected
    assert spread.share(found, 2).batch_size <= most
    monkeypatch.setattr(memory, "available", lambda device: both // 3)
    with pytest.raises(SmmVoiceError, match="in each of 2 processes needs"):
        memory.check(need, most, torch.device("cpu"), 2)


@pytest.mark.parametrize("accumulation", [2, 1])
def test_memory_is_that_of_the_batch_that_a_process_gets(training, monkeypatch, accumulation):
    model, step = training
    need = memory.measure(model, step)
    monkeypatch.setenv("WORLD_SIZE", "2")  # on two machines
    own = 6 if accumulation == 2 else 3
    config = dataclasses.replace(CONFIG, find_batch_size=False, accumulation=accumulation)
    monkeypatch.setattr(memory, "available", lambda device: need.of(own))
    assert batch_size.fitted(model, step, config) == config
    monkeypatch.setattr(memory, "available", lambda device: need.of(own) - 1)
    with pytest.raises(SmmVoiceError, match=f"a batch of {own} posts needs"):
        batch_size.fitted(model, step, config)


def test_not_even_one_fits(training, monkeypatch):
    model, step = training
    monkeypatch.setattr(memory, "available", lambda device: 10)
    with pytest.raises(SmmVoiceError, match="batch of 1 posts"):
        batch_size.fitted(model, step, CONFIG)
    unchecked = dataclasses.replace(CONFIG, find_batch_size=False, check_memory=False)
    assert batch_size.fitted(model, step, unchecked) is unchecked


def test_a_step_that_ends_for_want_of_memory_is_no_fit():
    def step(count):
        if count > 4:
            raise torch.OutOfMemoryError

    assert batch_size._survives(step, 4) and not batch_size._survives(step, 6)


def test_the_limit_of_a_control_group_counts(monkeypatch, tmp_path):
    limit, usage = tmp_path / "max", tmp_path / "current"
    monkeypatch.setattr(memory, "_LIMITS", ((str(limit), str(usage)),))
    limit.write_text("max\n")
    usage.write_text("400\n")
    assert memory.available(torch.device("cpu")) > 1e6
    limit.write_text("1000\n")
    assert memory.available(torch.device("cpu")) == 600


def test_a_base_model_that_does_not_fit_is_not_loaded(tiny, monkeypatch):
    memory.check_loading(tiny[0])
    monkeypatch.setattr(memory, "available", lambda device: 1000)
    with pytest.raises(SmmVoiceError, match="load the base model tiny"):
        memory.check_loading(tiny[0])
