"""Bits per byte against the definition."""

import math

import pytest
import torch

from smm_voice.models.likelihood import bits_per_byte, token_losses


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
    assert bits_per_byte(model, tokenizer, texts, batch_tokens=60) == pytest.approx(alone, rel=1e-4)


def test_links_and_handles_do_not_count_and_nothing_left_is_none(tiny):
    _, model, tokenizer = tiny
    plain, told = bits_per_byte(model, tokenizer, ["we go", "we @NASA go https://t.co/x [link]"])
    assert told == pytest.approx(plain, rel=1e-5)
    assert bits_per_byte(model, tokenizer, ["https://t.co/x @NASA", "", "ok"])[:2] == [None, None]


def test_losses_of_tokens_from_any_first_one_on(tiny):
    _, model, tokenizer = tiny
    ids = [tokenizer(text)["input_ids"] for text in ("short", "a text of some length", "mid size")]
    found = token_losses(model, ids, [1, 15, 8], batch_tokens=30)
    for row, first, losses in zip(ids, [1, 15, 8], found, strict=True):
        with torch.no_grad():
            logits = model(torch.tensor([row])).logits[0].log_softmax(-1)
        expected = [-float(logits[i - 1, row[i]]) for i in range(first, len(row))]
        assert losses.nats.tolist() == pytest.approx(expected, rel=1e-4)
        assert losses.greedy.tolist() == [
            int(logits[i - 1].argmax()) == row[i] for i in range(first, len(row))
        ]
    # "mid size" ends before its ninth token.
    assert len(found[2].nats) == 0


def test_few_logits_at_once_and_all_at_once_are_the_same(tiny, monkeypatch):
    from smm_voice.models import likelihood

    _, model, tokenizer = tiny
    whole = bits_per_byte(model, tokenizer, ["a longer text than one chunk", "short"])
    monkeypatch.setattr(likelihood, "_MOST_LOGITS", 258 * 5)
    assert bits_per_byte(
        model, tokenizer, ["a longer text than one chunk", "short"]
    ) == pytest.approx(whole, rel=1e-5)


def test_a_capped_output_is_capped(tiny):
    _, model, tokenizer = tiny
    plain = bits_per_byte(model, tokenizer, ["some text"])[0]
    model.config.final_logit_softcapping = 1e-6
    # All tokens alike: log2(258) bits for each byte.
    flat = bits_per_byte(model, tokenizer, ["some text"])[0]
    assert flat == pytest.approx(math.log2(258), rel=1e-4) != plain


def test_the_first_token_has_nothing_to_be_predicted_from(tiny):
    with pytest.raises(ValueError, match="first token"):
        token_losses(tiny[1], [[5, 6]], [0])


def test_a_text_that_is_cut_is_measured_over_what_was_read(tiny):
    _, model, tokenizer = tiny
    cut = bits_per_byte(model, tokenizer, ["abcdefgh" * 10], maximum_tokens=8)
    assert cut == pytest.approx(bits_per_byte(model, tokenizer, ["abcdefgh"]), rel=1e-5)


def test_a_torn_surrogate_is_no_error(tiny):
    _, model, tokenizer = tiny
    assert bits_per_byte(model, tokenizer, ["torn \ud83d pair"])[0] > 0
