"""Each exchanged part against the plain one, in value and in gradient."""

import pytest
import torch
from torch.nn import functional as F  # noqa: N812

from smm_voice.training.fused import head
from smm_voice.training.fused.attention import _Attention
from smm_voice.training.fused.elementwise import gelu_gate, rms_norm, silu_gate
from smm_voice.training.fused.head import _LEAST, cross_entropy
from smm_voice.training.fused.layout import layout_of
from smm_voice.training.fused.linear import lora_linear


def draws(*shapes, seed=0):
    made = torch.Generator().manual_seed(seed)
    return [torch.randn(shape, generator=made, dtype=torch.float64).float() for shape in shapes]


def same(own, plain, inputs):
    """Equal values, and equal gradients of a weighted sum with regard to every input."""
    for each in inputs:
        each.requires_grad_()
    mine, expected = own(*inputs), plain(*inputs)
    torch.testing.assert_close(mine, expected, rtol=1e-4, atol=1e-5)
    (weights,) = draws(mine.shape, seed=9)
    found = torch.autograd.grad((mine * weights).sum(), inputs)
    wanted = torch.autograd.grad((expected * weights).sum(), inputs)
    for a, b in zip(found, wanted, strict=True):
        assert b.abs().max() > 1e-3
        torch.testing.assert_close(a, b, rtol=1e-3, atol=1e-5)


def test_an_adapted_matrix():
    x, down, up, weight, bias = draws((3, 5, 12), (4, 12), (7, 4), (7, 12), (7,))
    same(
        lambda x, a, b: lora_linear(x, weight, bias, a, b, 0.5),
        lambda x, a, b: F.linear(x, weight, bias) + 0.5 * (x @ a.T) @ b.T,
        [x, down, up],
    )


def test_the_first_layer_asks_for_no_gradient_of_its_input():
    x, down, up, weight = draws((5, 12), (4, 12), (7, 4), (7, 12))
    down.requires_grad_()
    lora_linear(x, weight, None, down, up, 1.0).sum().backward()
    assert x.grad is None and down.grad.abs().max() > 0


def test_a_norm():
    x, weight = draws((2, 6, 16), (16,))
    same(
        lambda x: rms_norm(x, weight, 1e-5, torch.float32),
        lambda x: x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * weight,
        [x],
    )


@pytest.mark.parametrize(
    ("own", "activation"),
    [(silu_gate, F.silu), (gelu_gate, lambda x: F.gelu(x, approximate="tanh"))],
)
def test_a_gate(own, activation):
    same(own, lambda gate, up: activation(gate) * up, draws((9, 8), (9, 8)))


@pytest.mark.parametrize("softcap", [None, 3.0])
@pytest.mark.parametrize("weighted", [False, True])
def test_cross_entropy_over_more_rows_than_one_block(softcap, weighted, monkeypatch):
    monkeypatch.setattr(head, "_LOGITS", 1)
    count = _LEAST + 30
    hidden, weight = draws((count, 8), (50, 8))
    targets = torch.arange(count) % 50
    weights = torch.linspace(0, 2, count) if weighted else None

    def plain(hidden):
        logits = hidden @ weight.T
        if softcap:
            logits = softcap * torch.tanh(logits / softcap)
        losses = F.cross_entropy(logits, targets, reduction="none")
        return (losses if weights is None else losses * weights).sum()

    same(lambda h: cross_entropy(h, weight, targets, weights, softcap), plain, [hidden])


def test_a_certain_and_an_impossible_token_have_a_finite_loss():
    hidden = torch.tensor([[200.0], [200.0]])
    weight = torch.tensor([[1.0], [-1.0]])
    loss = cross_entropy(hidden, weight, torch.tensor([0, 1]))
    assert float(loss) == pytest.approx(400, rel=1e-5)


LENGTHS = (9, 4, 7)


def batch(shared=2):
    """Token ids and mask of three posts that begin alike."""
    ids = torch.full((3, 12), 1)
    mask = torch.zeros(3, 12, dtype=torch.long)
    for row, length in enumerate(LENGTHS):
        ids[row, :length] = torch.arange(length) + 10 + 20 * row
        ids[row, :shared] = torch.arange(shared) + 2
        mask[row, :length] = 1
    return ids, mask


def test_a_row_holds_every_token_once_and_the_common_beginning_one_time():
    ids, mask = batch()
    layout = layout_of(ids, mask)
    assert (layout.shared, layout.tokens, layout.width) == (2, sum(LENGTHS) - 4, 9)
    row = layout.row(ids)
    assert row.tolist()[: layout.tokens] == [
        *ids[0, :9].tolist(), *ids[1, 2:4].tolist(), *ids[2, 2:7].tolist()
    ]  # fmt: skip
    assert layout.positions[: layout.tokens].tolist() == [*range(9), 2, 3, *range(2, 7)]
    assert layout.length > layout.tokens and not row[layout.tokens :].any()
    for post, length in enumerate(LENGTHS):
        assert torch.equal(row[layout.places[post, :length]], ids[post, :length])
        assert bool((layout.places[post, length:] >= layout.tokens).all())
    owners = layout.owned[layout.owned < layout.tokens]
    assert sorted(owners.tolist()) == list(range(layout.tokens))


def test_equal_posts_keep_their_last_token_each():
    ids = torch.tensor([[5, 6, 7], [5, 6, 7]])
    layout = layout_of(ids, torch.ones_like(ids))
    assert (layout.shared, layout.tokens) == (2, 4)


def test_one_post_alone_shares_nothing():
    ids = torch.tensor([[5, 6, 7]])
    layout = layout_of(ids, torch.ones_like(ids))
    assert (layout.shared, layout.tokens) == (0, 3)


@pytest.mark.parametrize("shared", [0, 2])
@pytest.mark.parametrize("window", [None, 3])
def test_no_post_attends_to_another_nor_ahead(shared, window):
    ids, mask = batch(shared)
    if not shared:
        ids[:, 0] = torch.tensor([2, 3, 4])
    layout = layout_of(ids, mask)
    assert layout.shared == shared
    heads, groups, size = 4, 2, 8
    query, key, value = draws(
        (layout.length, heads, size), (layout.length, groups, size), (layout.length, groups, size)
    )

    def plain(query, key, value):
        output = torch.zeros(layout.length, heads, size)
        for post, length in enumerate(LENGTHS):
            places = layout.places[post, :length]
            q, k, v = (each[places].transpose(0, 1) for each in (query, key, value))
            seen = torch.ones(length, length, dtype=torch.bool).tril()
            if window:
                seen &= torch.ones_like(seen).triu(1 - window)
            found = F.scaled_dot_product_attention(
                q[None], k[None], v[None], attn_mask=seen, scale=0.3, enable_gqa=True
            )[0].transpose(0, 1)
            own = layout.owned[post, :length] < layout.tokens
            output = output.index_copy(0, places[own], found[own])
        return output

    def own(query, key, value):
        found = _Attention.apply(query, key, value, layout, 0.3, window)
        # A filler's outcome is nobody's.
        return found * (torch.arange(layout.length) < layout.tokens)[:, None, None]

    same(own, plain, [query, key, value])
