"""Each option of a training changes what it says, on the tiny model with a few steps."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta

import pytest
import torch
from safetensors.torch import load_file

from smm_voice.config import LoraConfig, MixingConfig, TrainingConfig, WatchdogConfig
from smm_voice.dataset.example import Example
from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.models.adapters import AdapterOrigin, read_origin, write_origin
from smm_voice.models.base import load
from smm_voice.posts.post import Post
from smm_voice.training import memory
from smm_voice.training.checkpoints import newest_checkpoint
from smm_voice.training.hooks import Hooks
from smm_voice.training.lesson import Lesson
from smm_voice.training.run import Loaded, train
from smm_voice.training.samples import as_markdown

LORA = LoraConfig(rank=4, alpha=8, dropout=0.0, targets="all-linear", rslora=False)
CONFIG = TrainingConfig(
    epochs=1.0, maximum_examples=100, batch_size=2, accumulation=2, learning_rate=0.01,
    warmup_share=0.0, schedule="linear", weight_decay=0.0, gradient_clip=1.0, maximum_tokens=400,
    precision="fp32", evaluations_per_epoch=1, patience=None, seed=3, check_memory=False,
)  # fmt: skip
GENERAL = [{"text": f"Line {i} of something else."} for i in range(9)]


def made(number, text):
    when = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number)
    post = Post(str(number), text, "x", when, "s", language="en")
    return Example(post.id, f"Topic: {number:02}", text, post)


EXAMPLES = [made(i, f"Post {i} tells you {i}77 things") for i in range(12)]
HELD_OUT = [made(90 + i, f"Held out {i}") for i in range(3)]


@pytest.fixture(scope="module")
def base(tiny_base):
    return tiny_base


@pytest.fixture(scope="module")
def run(base):
    """Train; gives the outcome, the adapter's weights and what was logged."""

    def go(folder, hooks=None, lora=LORA, poisoned=False, **changes):
        logged = []
        model, tokenizer = load(base)
        if poisoned:
            with torch.no_grad():
                model.model.layers[1].mlp.up_proj.weight[3, 3] = float("nan")
        origin = AdapterOrigin("acme", {"name": "tiny"}, base.digest, "f", "2018", "1")
        lesson = Lesson(EXAMPLES, HELD_OUT, "Acme", origin, GENERAL)
        hooks = hooks or Hooks(lambda numbers, step: logged.append((step, numbers)))
        config = dataclasses.replace(CONFIG, **changes)
        trained = train(Loaded(model, tokenizer, base), lesson, lora, config, folder, hooks)
        return trained, load_file(trained.adapter / "adapter_model.safetensors"), logged

    return go


@pytest.fixture(scope="module")
def plain(run, tmp_path_factory):
    return run(tmp_path_factory.mktemp("plain"))


def same(some, others, **tolerance):
    if some.keys() != others.keys():
        return False
    tolerance = tolerance or {"rtol": 0, "atol": 0}
    return all(torch.allclose(some[name], others[name], **tolerance) for name in some)


@pytest.mark.parametrize(
    "change",
    [
        {"neftune_alpha": 15.0},
        {"mask_entities": True},
        {"mixing": MixingConfig(replay=True, share=0.3)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_changes_the_adapter(run, plain, tmp_path, change):
    trained, found, _ = run(tmp_path, **change)
    assert not same(found, plain[1])
    assert trained.general == (5 if "mixing" in change else 0)
    assert trained.examples == 12


def test_an_initialisation_that_moves_the_base_is_trained_and_saved_for_the_untouched_one(
    run, plain, tmp_path
):
    """`train` reloads the adapter on a fresh base and compares the logits."""
    trained, found, _ = run(tmp_path, lora=dataclasses.replace(LORA, initialisation="pissa"))
    name = next(name for name in found if "q_proj.lora_A" in name)
    assert found[name].shape[0] == 2 * plain[1][name].shape[0]
    assert trained.loss_before == pytest.approx(plain[0].loss_before, rel=1e-4)
    assert trained.loss_after != pytest.approx(plain[0].loss_after, rel=1e-4)


def test_checkpointing_computes_a_layer_twice_and_changes_nothing(
    run, plain, tmp_path, monkeypatch
):
    from transformers.models.llama.modeling_llama import LlamaAttention

    calls = []
    real = LlamaAttention.forward

    def counted(self, *given, **more):
        calls.append(self.training)
        return real(self, *given, **more)

    monkeypatch.setattr(LlamaAttention, "forward", counted)
    check_same_trajectory(run(tmp_path, gradient_checkpointing=True), plain)
    assert sum(calls) == 2 * (2 * 6)  # each of two layers, in six batches


@pytest.mark.parametrize(("free", "expected"), [(4, [4] * 3), (1, [1] * 12)])
def test_the_batch_that_is_found_fills_the_memory_and_changes_nothing(
    run, plain, tmp_path, monkeypatch, free, expected
):
    from smm_voice.training import loss as losses

    widths = []
    real = losses.completion_loss

    def spy(model, batch, *more):
        if model.training:
            widths.append(len(batch["input_ids"]))
        return real(model, batch, *more)

    monkeypatch.setattr(losses, "completion_loss", spy)
    monkeypatch.setattr(memory.Need, "of", lambda self, size, processes: size * processes)
    monkeypatch.setattr(memory, "available", lambda device: free)
    found = run(tmp_path, find_batch_size=True, check_memory=True)
    assert widths == [1, 2, *expected]  # two to measure memory by
    check_same_trajectory(found, plain)


def check_same_trajectory(found, plain):
    assert same(found[1], plain[1], rtol=1e-3, atol=1e-6)
    for (step, numbers), (expected_step, expected) in zip(found[2], plain[2], strict=True):
        assert step == expected_step
        assert numbers == pytest.approx(expected, rel=1e-4)


def test_memory_is_looked_at_before_anything_is_trained(run, tmp_path, monkeypatch):
    monkeypatch.setattr(memory, "available", lambda device: 1000)
    with pytest.raises(SmmVoiceError, match="not enough memory to train: a batch of 2 posts"):
        run(tmp_path, check_memory=True)
    assert not (tmp_path / "checkpoints").exists()


def test_patience_none_goes_on_and_an_improvement_has_to_be_large_enough(run, tmp_path):
    # Of the validations after 3, 6 and 9 steps none is better by 50 nats.
    strict = {"epochs": 3.0, "minimum_improvement": 50.0}
    assert run(tmp_path / "off", **strict, patience=0)[0].steps == 9
    assert run(tmp_path / "on", **strict, patience=1)[0].steps == 6


def test_a_run_whose_only_step_is_the_first_of_a_warm_up_is_refused(run, plain, tmp_path):
    one = {"batch_size": 12, "accumulation": 1}
    with pytest.raises(InputError, match="12 examples in batches of 12 are one step .*rate of 0"):
        run(tmp_path, **one, warmup_share=0.1)
    assert run(tmp_path / "without", **one)[0].steps == 1


def test_the_first_step_of_a_warm_up_as_the_best_one_is_told_as_the_cause(
    run, tmp_path, monkeypatch
):
    from smm_voice.training import loss as losses

    real, told = losses.completion_loss, iter([3.0, 1.0, 2.0])
    monkeypatch.setattr(
        losses, "completion_loss",
        lambda model, batch, *more: (
            real(model, batch, *more) if model.training else (torch.tensor(next(told)), 1)
        ),
    )  # fmt: skip
    with pytest.raises(SmmVoiceError, match="best of 2 steps left the adapter .*warmup_share=0.5"):
        run(tmp_path, batch_size=6, accumulation=1, warmup_share=0.5, evaluations_per_epoch=2)


def test_a_weight_that_is_no_number_stops_the_run_at_once(run, tmp_path):
    with pytest.raises(SmmVoiceError, match="validation loss is nan at step 0") as caught:
        run(tmp_path, poisoned=True)
    assert "No checkpoint was written" in str(caught.value) and caught.value.exit_status == 1


def test_a_gradient_that_is_no_number_is_never_applied(run, plain, tmp_path, monkeypatch):
    """In the fifth step, after a checkpoint at the third; the loss itself is a number."""
    from smm_voice.training import loss as losses

    real, steps = losses.completion_loss, []

    class Poison(torch.autograd.Function):
        @staticmethod
        def forward(ctx, loss):
            return loss.clone()

        @staticmethod
        def backward(ctx, gradient):
            return gradient * float("nan")

    def poisoned(model, batch, *args):
        loss, count = real(model, batch, *args)
        if model.training:
            steps.append(1)
            loss = Poison.apply(loss) if len(steps) == 9 else loss
        return loss, count

    monkeypatch.setattr(losses, "completion_loss", poisoned)
    with pytest.raises(SmmVoiceError, match="gradient is nan at step 5") as caught:
        run(tmp_path, epochs=2.0)
    kept = newest_checkpoint(tmp_path)
    assert kept.name == "checkpoint-3" and str(kept) in str(caught.value)
    weights = load_file(kept / "adapter_model.safetensors")
    assert all(bool(weight.isfinite().all()) for weight in weights.values())

    monkeypatch.setattr(losses, "completion_loss", real)
    write_origin(kept, dataclasses.replace(read_origin(kept), judged_briefs=["b"]))
    advice = str(caught.value).split("training.start_from=")[1].split(" ")[0]
    trained, *_ = run(tmp_path / "on", start_from=advice, learning_rate=0.001)
    assert trained.loss_before < 0.999 * plain[0].loss_before
    assert read_origin(trained.adapter).judged_briefs == ["b"]
    for checkpoint in (tmp_path / "on" / "checkpoints").glob("checkpoint-*"):
        assert read_origin(checkpoint) == read_origin(trained.adapter)


def test_an_absurd_learning_rate_ends_in_numbers_that_are_none(run, tmp_path):
    with pytest.raises(SmmVoiceError, match="the gradient is nan at step .*learning_rate"):
        run(tmp_path, learning_rate=1e20)


def test_a_spike_factor_of_zero_looks_for_numbers_only(tmp_path):
    from smm_voice.training.watchdog import Watchdog

    class State:
        global_step = 7

    calm = Watchdog(WatchdogConfig(spike_factor=0.0, logs=1), tmp_path)
    strict = Watchdog(WatchdogConfig(spike_factor=2.0, logs=1), tmp_path)
    for dog in (calm, strict):
        dog.on_log(None, State, None, logs={"loss": 2.0})
    calm.on_log(None, State, None, logs={"loss": 9.0})
    strict.on_log(None, State, None, logs={"loss": 4.0})
    with pytest.raises(SmmVoiceError, match="2 times its median of 3.00"):
        strict.on_log(None, State, None, logs={"loss": 9.0})
    with pytest.raises(SmmVoiceError, match="training loss is inf at step 7"):
        calm.on_log(None, State, None, logs={"loss": float("inf")})


def test_samples_are_told_at_each_evaluation_and_change_nothing(run, plain, tmp_path):
    told, training = [], []

    def write(model, examples):
        training.append(model.training)
        torch.rand(7)  # whatever it draws
        return [f"answer to {example.brief}" for example in examples]

    def keep(samples):
        told.append([(sample.step, sample.text) for sample in samples])

    _, found, _ = run(tmp_path, Hooks(write=write, on_samples=keep), samples=2)
    assert same(found, plain[1])
    both = ["answer to Topic: 91", "answer to Topic: 92"]
    assert told[0] == [(0, text) for text in both]
    assert told[-1] == [(step, text) for step in (0, 3) for text in both]
    assert training == [False, False]
    lines = (tmp_path / "checkpoints" / "samples.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["step"] for line in lines] == [0, 0, 3, 3]


def test_samples_as_markdown():
    from smm_voice.training.samples import Sample

    text = as_markdown(
        [Sample(0, "Topic: a\nForm: x", "one\ntwo"), Sample(5, "Topic: a\nForm: x", "")]
    )
    assert "## Topic: a · Form: x" in text
    assert "After 0 steps:\n\n> one\n> two" in text and "After 5 steps:\n\n> (nothing)" in text
