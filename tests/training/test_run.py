"""The training run: resuming, who learns, and what each option changes."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
import torch
from safetensors.torch import load_file

from smm_voice.config import LoraConfig, TrainingConfig
from smm_voice.dataset.example import Example
from smm_voice.errors import InputError
from smm_voice.models.adapters import AdapterOrigin
from smm_voice.models.base import load
from smm_voice.posts.post import Post
from smm_voice.training.checkpoints import newest_checkpoint
from smm_voice.training.hooks import Hooks
from smm_voice.training.lesson import Lesson
from smm_voice.training.run import Loaded, train

LORA = LoraConfig(rank=4, alpha=8, dropout=0.0, targets="all-linear", rslora=False)


def config(**changes):
    values = {
        "epochs": 5.0, "maximum_examples": 32, "batch_size": 4, "accumulation": 2,
        "learning_rate": 0.01, "warmup_share": 0.1, "schedule": "linear", "weight_decay": 0.0,
        "gradient_clip": 1.0, "maximum_tokens": 400, "precision": "fp32",
        "evaluations_per_epoch": 2, "patience": 100, "seed": 3,
    }  # fmt: skip
    return TrainingConfig(**(values | changes))


@pytest.fixture(scope="module")
def examples(posts):
    # Briefs of no builder: how those are worded must not move a training that is pinned.
    texts = [text for text, _ in posts if 60 < len(text) < 200][:40]
    start = datetime(2018, 1, 1, tzinfo=UTC)
    made = [
        Post(str(i), text, "x", start + timedelta(days=i), "t", language="en")
        for i, text in enumerate(texts)
    ]
    return [
        Example(post.id, f"Topic: {max(post.text.split(), key=len)}\nForm: x", post.text, post)
        for post in made
    ]


def run(tiny_base, examples, folder, settings, on_log=lambda *_: None, lora=LORA, **hooks):
    model, tokenizer = load(tiny_base)
    run.model = model
    origin = AdapterOrigin("acme", {"name": "tiny"}, tiny_base.digest, "f", "2018", "1")
    lesson = Lesson(examples[:32], examples[32:], "Acme", origin)
    loaded = Loaded(model, tokenizer, tiny_base)
    return train(loaded, lesson, lora, settings, folder, Hooks(on_log, **hooks))


def weights(folder):
    return load_file(folder / "adapter" / "adapter_model.safetensors")


@pytest.fixture(scope="module")
def plain(tiny_folder, examples, tmp_path_factory):
    """The adapter of one epoch with the options of `config`."""
    from smm_voice.config import ModelConfig
    from smm_voice.models.base import prepare

    folder = tmp_path_factory.mktemp("plain")
    base = prepare(
        ModelConfig(
            name="tiny", languages=["en"], licence="-", maximum_bits_per_byte=100.0, force=False,
            path=str(tiny_folder),
        )
    )  # fmt: skip
    run(base, examples, folder, config(epochs=1.0))
    return weights(folder)


class Killed(Exception):
    """Stands for a process that ends in the middle."""


def test_resumed_equals_uninterrupted(tiny, examples, tmp_path):
    whole = run(tiny[0], examples, tmp_path / "whole", config())

    def kill(numbers, step):
        if step == 14:
            raise Killed

    with pytest.raises(Killed):
        run(tiny[0], examples, tmp_path / "killed", config(), kill)
    assert newest_checkpoint(tmp_path / "killed").name == "checkpoint-12"
    seen = []
    resumed = run(
        tiny[0], examples, tmp_path / "killed", config(),
        lambda numbers, step: seen.append(step),
    )  # fmt: skip

    assert seen[0] == 0 and set(range(2, 13, 2)) <= set(seen)  # the past is told again
    assert resumed.loss_after == pytest.approx(whole.loss_after, rel=1e-6)
    expected, found = weights(tmp_path / "whole"), weights(tmp_path / "killed")
    for name, weight in expected.items():
        torch.testing.assert_close(found[name], weight, rtol=1e-5, atol=1e-7)


@pytest.fixture
def validated(monkeypatch):
    """What the evaluation after so many steps is made to say; gives the steps that were asked."""
    from smm_voice.training.trainer import VoiceTrainer

    real, asked = VoiceTrainer._completion_loss, []

    def told(losses):
        def loss(self, model, batch):
            if model.training:
                return real(self, model, batch)
            asked.append(self.state.global_step)
            return torch.tensor(losses[self.state.global_step]), 1

        monkeypatch.setattr(VoiceTrainer, "_completion_loss", loss)
        return asked

    return told


def test_a_run_that_is_gone_on_with_has_the_patience_of_one_that_was_not_stopped(
    tiny, examples, tmp_path, validated, monkeypatch
):
    from smm_voice.training.trainer import VoiceTrainer

    # The best after two steps; the third ends the patience.
    asked = validated({0: 3.0, 1: 5.0, 2: 3.9, 3: 4.5, 4: 0.1})
    given = config(patience=1, evaluations_per_epoch=4), dataclasses.replace(LORA, dropout=0.2)

    def trained(name):
        asked.clear()
        return run(tiny[0], examples, tmp_path / name, given[0], lora=given[1])

    whole = trained("whole")
    assert (whole.steps, whole.best_step, asked) == (3, 2, [0, 1, 2, 3])
    expected = weights(tmp_path / "whole")
    real = VoiceTrainer._maybe_log_save_evaluate
    for stopped_at, still_asked in ((2, [3]), (3, [])):

        def kill(self, *given, at=stopped_at, **named):
            real(self, *given, **named)
            if self.state.global_step == at:
                raise Killed

        name = f"stopped at {stopped_at}"
        with monkeypatch.context() as patch:
            patch.setattr(VoiceTrainer, "_maybe_log_save_evaluate", kill)
            with pytest.raises(Killed):
                trained(name)
        resumed = trained(name)
        assert asked == still_asked
        assert (resumed.steps, resumed.best_step) == (whole.steps, whole.best_step)
        found = weights(tmp_path / name)
        assert all(torch.equal(found[key], expected[key]) for key in expected)


def test_a_run_stopped_behind_its_last_step_makes_no_further_one(tiny, examples, tmp_path):
    half = config(epochs=0.5)
    whole = run(tiny[0], examples, tmp_path, half)
    expected = weights(tmp_path)
    again = run(tiny[0], examples, tmp_path, half)
    assert again.steps == whole.steps == 2
    assert all(torch.equal(weights(tmp_path)[name], expected[name]) for name in expected)


def test_the_order_is_that_of_seed_and_epoch_alone(examples):
    from types import SimpleNamespace

    from smm_voice.training.order import Order

    rows = {"length": [len(each.text) for each in examples]}

    def order(seed=3, epoch=0, size=4, processes=1, accumulation=2):
        args = SimpleNamespace(
            train_batch_size=size, world_size=processes, gradient_accumulation_steps=accumulation,
            seed=seed,
        )  # fmt: skip
        return list(Order(rows, args, lambda: epoch))

    first = order()
    torch.rand(1)
    assert order() == first and sorted(first) == list(range(40))
    assert first != order(epoch=1) != order(seed=4)
    # With others it is the same, filled up to whole batches of all of them.
    assert order(size=3, processes=2, accumulation=1) == [
        *order(size=6, accumulation=1), 40, 40,
    ]  # fmt: skip


def test_a_checkpoint_cut_short_is_passed_over(tmp_path):
    for step in (4, 8):
        folder = tmp_path / "checkpoints" / f"checkpoint-{step}"
        folder.mkdir(parents=True)
        (folder / "trainer_state.json").write_text("{}" if step == 4 else '{"log_hist')
    assert newest_checkpoint(tmp_path).name == "checkpoint-4"


def test_every_lora_weight_moves_and_no_base_weight_does(tiny, examples, tmp_path):
    base, fresh, _ = tiny
    run(base, examples, tmp_path, config(epochs=2.0))
    before = dict(fresh.named_parameters())
    moved = weights(tmp_path)
    assert len(moved) == 2 * 2 * 7
    assert all(bool(weight.abs().max() > 0) for weight in moved.values())
    for name, weight in run.model.named_parameters():
        if "lora_" not in name:
            torch.testing.assert_close(weight, before[name.replace("base_layer.", "")])


def test_equal_seeds_give_equal_adapters_and_others_do_not(tiny, examples, tmp_path):
    short = {"epochs": 1.0}
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        run(tiny[0], examples, tmp_path / name, config(**short, seed=seed))
    a, b, c = (weights(tmp_path / name) for name in "abc")
    assert all(torch.equal(a[name], b[name]) for name in a)
    assert not all(torch.equal(a[name], c[name]) for name in a)


def test_early_stopping_keeps_the_best_step(tiny, examples, tmp_path, monkeypatch):
    from smm_voice.training import loss

    # What the evaluations at steps 0, 2, 4, … are made to say.
    told = iter([3.0, 5.0, 4.0, 4.5, 4.6, 9.9])
    real = loss.completion_loss
    monkeypatch.setattr(
        loss,
        "completion_loss",
        lambda model, batch, *more: (
            real(model, batch, *more) if model.training else (torch.tensor(next(told)), 1)
        ),
    )
    trained = run(tiny[0], examples, tmp_path, config(patience=2))

    assert (trained.steps, trained.best_step) == (8, 4)  # not 0: that is no adapter
    assert (trained.loss_before, trained.loss_after) == (3.0, 4.0)
    best = load_file(tmp_path / "checkpoints" / "checkpoint-4" / "adapter_model.safetensors")
    assert all(torch.equal(weights(tmp_path)[name], best[name]) for name in best)


def test_examples_over_the_limit_are_left_out_and_counted(tiny, examples, tmp_path):
    trained = run(tiny[0], examples, tmp_path, config(epochs=1.0, maximum_tokens=262))
    assert trained.too_long > 0
    assert trained.examples + trained.too_long == 32
    with pytest.raises(InputError, match="maximum_tokens"):
        run(tiny[0], examples, tmp_path / "none", config(maximum_tokens=16))


@pytest.mark.parametrize(
    "change",
    [
        {"epochs": 2.0}, {"learning_rate": 0.02}, {"warmup_share": 0.5}, {"schedule": "cosine"},
        {"weight_decay": 0.5}, {"gradient_clip": 0.001}, {"batch_size": 8}, {"accumulation": 1},
        {"maximum_examples": 16}, {"precision": "bf16"},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_each_option_changes_the_adapter(tiny, examples, tmp_path, plain, change):
    run(tiny[0], examples, tmp_path, config(**({"epochs": 1.0} | change)))
    found = weights(tmp_path)
    assert any(not torch.equal(found[name], plain[name]) for name in plain)
