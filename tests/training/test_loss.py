"""The loss over labelled positions against transformers' own over all of them."""

import torch

from smm_voice.config import LoraConfig
from smm_voice.models.adapters import attach
from smm_voice.training.collator import CompletionCollator, encode
from smm_voice.training.loss import completion_loss

LORA = LoraConfig(rank=4, alpha=8, dropout=0.0, targets="all-linear", rslora=False)


def batch_of(tokenizer):
    texts = ["Liftoff!", "A longer post, so that the other one is padded."]
    rows = [encode(tokenizer, [{"role": "user", "content": "b"}], text) for text in texts]
    return CompletionCollator(tokenizer.pad_token_id)([vars(row) for row in rows])


def test_loss_and_gradients_equal_those_of_full_logits(tiny):
    _, model, tokenizer = tiny
    model = attach(model, LORA, seed=1)
    for name, weight in model.named_parameters():
        if "lora_B" in name:  # zero at the start: then no gradient reaches lora_A
            torch.nn.init.normal_(weight, std=0.1)
    batch = batch_of(tokenizer)

    full = model(**batch).loss
    full.backward()
    expected = {n: p.grad.clone() for n, p in model.named_parameters() if p.grad is not None}
    model.zero_grad()
    total, count = completion_loss(model, batch)
    (total / count).backward()

    assert count == int((batch["labels"] != -100).sum())
    torch.testing.assert_close(total / count, full, rtol=1e-5, atol=1e-6)
    assert len(expected) == 2 * 2 * 7  # A and B, two layers, seven matrices each
    for name, parameter in model.named_parameters():
        if name in expected:
            torch.testing.assert_close(parameter.grad, expected[name], rtol=1e-4, atol=1e-6)


def test_what_stands_in_the_padding_changes_nothing(tiny):
    _, model, tokenizer = tiny
    batch = batch_of(tokenizer)
    before, _ = completion_loss(model, batch)
    batch["input_ids"][batch["attention_mask"] == 0] = 77
    after, _ = completion_loss(model, batch)
    torch.testing.assert_close(before, after)
