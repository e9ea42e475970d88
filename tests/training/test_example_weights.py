"""What an example's weight does to the loss, to the gradient and to the adapter."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
import torch
from safetensors.torch import load_file

from smm_voice.config import LoraConfig, TrainingConfig
from smm_voice.dataset.example import Example
from smm_voice.models.adapters import AdapterOrigin
from smm_voice.models.base import load
from smm_voice.posts.post import Post
from smm_voice.training.collator import IGNORED, CompletionCollator, encode
from smm_voice.training.lesson import Lesson
from smm_voice.training.loss import completion_loss
from smm_voice.training.run import Loaded, train

TEXTS = ("Liftoff!", "A longer post, so that the other two are padded.", "Splashdown at sea.")
CONFIG = TrainingConfig(
    epochs=1.0, maximum_examples=100, batch_size=3, accumulation=2, learning_rate=0.05,
    warmup_share=0.0, schedule="linear", weight_decay=0.0, gradient_clip=1.0, maximum_tokens=400,
    precision="fp32", evaluations_per_epoch=1, patience=9, seed=3,
)  # fmt: skip


def batch_of(tokenizer, weights, texts=TEXTS):
    messages = [{"role": "user", "content": "Topic: launch"}]
    rows = [encode(tokenizer, messages, text, w) for text, w in zip(texts, weights, strict=True)]
    return CompletionCollator(tokenizer.pad_token_id)([vars(row) for row in rows])


def losses_of(model, batch):
    """Each example's summed loss, from the full logits and one position at a time."""
    logits = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits
    log_odds = torch.log_softmax(logits.float(), dim=-1)
    return [
        -sum(
            log_odds[row, at - 1, label]
            for at, label in enumerate(labels.tolist())
            if label != IGNORED
        )
        for row, labels in enumerate(batch["labels"])
    ]


def gradient(model, batch):
    model.zero_grad()
    completion_loss(model, batch)[0].backward()
    return torch.cat([p.grad.flatten().clone() for p in model.parameters()])


@pytest.mark.parametrize("weights", [(0.5, 2.0, 0.0), (3.0, 1.0, 1.0), (1e-4, 1.9, 1.1)])
def test_the_loss_is_the_weighted_sum_of_the_examples_losses(tiny, weights):
    _, model, tokenizer = tiny
    batch = batch_of(tokenizer, weights)
    total, count = completion_loss(model, batch)
    by_hand = sum(w * loss for w, loss in zip(weights, losses_of(model, batch), strict=True))
    torch.testing.assert_close(total, by_hand, rtol=1e-5, atol=1e-5)
    # What the mean is taken over does not depend on the weights.
    assert count == sum(len(text) + 1 for text in TEXTS)


def test_the_collator_hands_each_row_its_own_weight_and_none_where_all_count_alike(tiny):
    _, _, tokenizer = tiny
    assert batch_of(tokenizer, (0.5, 2.0, 1.0))["weights"].tolist() == [0.5, 2.0, 1.0]
    assert "weights" not in batch_of(tokenizer, (1.0, 1.0, 1.0))
    rows = [{"input_ids": [5, 1], "labels": [IGNORED, 1]},
            {"input_ids": [6, 1], "labels": [IGNORED, 1], "weight": 0.25}]  # fmt: skip
    assert CompletionCollator(1)(rows)["weights"].tolist() == [1.0, 0.25]


def test_no_weights_are_weights_of_one(tiny):
    _, model, tokenizer = tiny
    plain = batch_of(tokenizer, (1.0, 1.0, 1.0))
    ones = plain | {"weights": torch.ones(3)}
    torch.testing.assert_close(gradient(model, plain), gradient(model, ones), rtol=0, atol=0)
    doubled = gradient(model, plain | {"weights": torch.full((3,), 2.0)})
    torch.testing.assert_close(doubled, 2 * gradient(model, plain))


def test_an_example_of_weight_zero_has_no_gradient(tiny):
    _, model, tokenizer = tiny
    only_first = batch_of(tokenizer, (1.0,), TEXTS[:1])
    first = gradient(model, batch_of(tokenizer, (1.0, 0.0, 0.0)))
    torch.testing.assert_close(first, gradient(model, only_first), rtol=1e-4, atol=1e-6)
    assert first.abs().max() > 0.01
    assert not gradient(model, batch_of(tokenizer, (0.0, 0.0, 0.0))).any()


def made(number, text, weight=1.0):
    when = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number)
    post = Post(str(number), text, "x", when, "s", language="en")
    return Example(post.id, f"Topic: {number:02}", text, post, weight=weight)


@pytest.fixture
def adapter(tiny, tmp_path):
    """Train on examples and give the adapter's weights as one vector."""

    def run(name, examples):
        base = tiny[0]
        lora = LoraConfig(rank=4, alpha=8, dropout=0.0, targets="all-linear", rslora=False)
        origin = AdapterOrigin("acme", {"name": "tiny"}, base.digest, "f", "2018", "1")
        validation = [made(90 + i, f"Held out {i}") for i in range(3)]
        trained = train(
            Loaded(*load(base), base), Lesson(examples, validation, "Acme", origin), lora, CONFIG,
            tmp_path / name,
        )  # fmt: skip
        stored = load_file(trained.adapter / "adapter_model.safetensors")
        return torch.cat([stored[key].flatten() for key in sorted(stored)]), trained

    return run


def test_a_post_of_weight_zero_teaches_nothing_wherever_batching_puts_it(adapter):
    words = ("launch", "crater", "comets", "probes", "rovers", "nebula", "galaxy", "aurora")
    examples = [made(i, f"Today we show you the {word}.") for i, word in enumerate(words)]
    learned, _ = adapter("all", examples)

    def with_third(text, weight):
        return [*examples[:2], made(2, text, weight), *examples[3:]]

    unseen, _ = adapter("unseen", with_third(examples[2].text, 0.0))
    replaced, _ = adapter("replaced", with_third("zqxj zqxj zqxj zqxj zqxj zqxj", 0.0))
    assert len("zqxj zqxj zqxj zqxj zqxj zqxj") == len(examples[2].text)
    torch.testing.assert_close(unseen, replaced, rtol=1e-4, atol=1e-6)
    assert not torch.allclose(unseen, learned, rtol=1e-2, atol=1e-4)


def test_weights_of_training_posts_change_what_is_learned_and_not_the_first_loss(adapter):
    examples = [made(i, f"The post of day {i} is about the sea.") for i in range(6)]
    weighted = [dataclasses.replace(e, weight=2.0 * (i < 3)) for i, e in enumerate(examples)]
    _, plain = adapter("plain", examples)
    _, learned = adapter("weighted", weighted)
    assert learned.loss_before == pytest.approx(plain.loss_before, rel=1e-6)
    assert learned.loss_after != plain.loss_after
