"""Noise on the embeddings: its scale, and when it is there."""

import math

import pytest
import torch

from smm_voice.training.collator import CompletionCollator, encode
from smm_voice.training.loss import completion_loss
from smm_voice.training.neftune import noisy


def test_each_post_gets_noise_by_its_own_length():
    torch.manual_seed(0)
    lengths, hidden, alpha = torch.tensor([4, 100]), 64, 5.0
    noise = noisy(torch.zeros(2, 100, hidden), lengths, alpha)
    for row, length in zip(noise, lengths.tolist(), strict=True):
        bound = alpha / math.sqrt(length * hidden)
        assert 0.98 * bound < row.abs().max() <= bound
        # Uniform: the standard deviation is the bound over √3.
        assert row.std().item() == pytest.approx(bound / math.sqrt(3), rel=0.05)
        assert abs(row.mean().item()) < 0.03 * bound


@pytest.mark.parametrize("shape", [(104, 64), (1, 104, 64)])
def test_posts_without_padding_get_the_same_scale(shape):
    torch.manual_seed(0)
    noise = noisy(torch.zeros(shape), torch.tensor([4, 100]), 5.0).reshape(104, 64)
    for part, length in zip(noise.split([4, 100]), (4, 100), strict=True):
        bound = 5.0 / math.sqrt(length * 64)
        assert 0.98 * bound < part.abs().max() <= bound
    assert noisy(torch.zeros(shape, dtype=torch.bfloat16), torch.tensor([4, 100]), 5.0).dtype == (
        torch.bfloat16
    )


def test_only_training_has_noise_and_the_seed_decides_it(tiny):
    _, model, tokenizer = tiny
    rows = [encode(tokenizer, [{"role": "user", "content": "b"}], text) for text in ("Hi", "Hello")]
    batch = CompletionCollator(tokenizer.pad_token_id)([vars(row) for row in rows])

    def loss(alpha, seed=1):
        torch.manual_seed(seed)
        return completion_loss(model, batch, alpha)[0].item()

    plain = loss(0.0)
    assert loss(50.0) == plain  # the model is in evaluation mode
    model.train()
    assert loss(0.0) == pytest.approx(plain)
    assert loss(50.0) == loss(50.0) != plain
    assert loss(50.0, seed=2) != loss(50.0)
