"""Bits per byte against the definition."""

import math

import pytest
import torch

from smm_voice.models.likelihood import bits_per_byte


def test_equals_the_sum_of_token_losses_over_bytes(tiny):
    _, model, tokenizer = tiny
    text = "Liftoff! déjà"
    ids = [tokenizer.bos_token_id, *tokenizer(text, add_special_tokens=False)["input_ids"]]
    with torch.no_grad():
        logits = model(torch.tensor([ids])).logits[0].log_softmax(-1)
    nats = -sum(float(logits[i, ids[i + 1]]) for i in range(len(ids) - 1))
    expected = nats / math.log(2) / len(text.encode())
    assert bits_per_byte(model, tokenizer, [text]) == [pytest.approx(expected, rel=1e-4)]


def test_batches_and_order_do_not_matter(tiny):
    _, model, tokenizer = tiny
    texts = ["a longer text than the others are", "short", "middling one"]
    alone = [bits_per_byte(model, tokenizer, [text])[0] for text in texts]
    assert bits_per_byte(model, tokenizer, texts, batch_size=2) == pytest.approx(alone, rel=1e-4)


def test_links_and_handles_do_not_count_and_nothing_left_is_none(tiny):
    _, model, tokenizer = tiny
    plain, told = bits_per_byte(model, tokenizer, ["we go", "we @NASA go https://t.co/x [link]"])
    assert told == pytest.approx(plain, rel=1e-5)
    assert bits_per_byte(model, tokenizer, ["https://t.co/x @NASA", "", "ok"])[:2] == [None, None]
