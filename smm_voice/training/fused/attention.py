"""Attention within each post of a `Layout`, with the gradient written out.

PyTorch's own kernel of attention takes a quarter of a training step on a CPU at the length of
posts, three quarters of that in its backward pass; plain matrix products over a group of heads do
with a fifth.
"""

from __future__ import annotations

import functools
from typing import Any

import torch

from smm_voice.models import attention
from smm_voice.training.fused.layout import Layout

NAME = "smm_voice_posts"


def register() -> None:
    """Make the attention known to transformers by `NAME`; without a layout it is the usual one."""
    attention.register(NAME, _attend)


def _attend(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    layout: Layout | None = None,
    scaling: float | None = None,
    sliding_window: int | None = None,
    **more: Any,
) -> tuple[torch.Tensor, None]:
    """What transformers calls in the place of its own.

    Args:
        module: the layer.
        query: shape (1, heads, tokens, size).
        key: shape (1, groups of heads, tokens, size).
        value: as `key`.
        attention_mask: without effect where there is a layout.
        layout: of the batch; None: rows are as usual.
        scaling: of the scores; None: 1/√size.
        sliding_window: how far back a token sees; None: to the beginning.
        **more: for the usual attention.

    Returns:
        Shape (1, tokens, heads, size).
    """
    if layout is None:
        usual: tuple[torch.Tensor, None] = attention.usual(
            module, query.to(value.dtype), key.to(value.dtype), value, attention_mask,
            scaling=scaling, **more,
        )  # fmt: skip
        return usual
    found: torch.Tensor = _Attention.apply(
        query[0].transpose(0, 1), key[0].transpose(0, 1), value[0].transpose(0, 1), layout,
        query.shape[-1] ** -0.5 if scaling is None else scaling,
        sliding_window if sliding_window and sliding_window < layout.width else None,
    )  # fmt: skip
    return found[None].to(value.dtype), None


class _Attention(torch.autograd.Function):
    """softmax(scale·QKᵀ)V, causal within each post.

    Q has shape (tokens, heads, size), K and V (tokens, groups, size). The heads of a group share
    keys and are taken together as one matrix with heads/groups · width rows. The scores are fp32,
    what is multiplied by their softmax has the format of V (as in Dao et al. 2022,
    FlashAttention).
    """

    @staticmethod
    def forward(
        ctx: Any,
        query: torch.Tensor,
        key: torch.Tensor,
        value: torch.Tensor,
        layout: Layout,
        scale: float,
        window: int | None,
    ) -> torch.Tensor:
        heads, groups, size = query.shape[1], key.shape[1], query.shape[2]
        of_heads, of_groups = _rows(layout.places, heads), _rows(layout.places, groups)
        together = (layout.posts * groups, heads // groups * layout.width, size)
        apart = (layout.posts * groups, layout.width, size)
        q = _taken(query.float(), of_heads).view(together)
        k = _taken(key.float(), of_groups).view(apart)
        v = _taken(value, of_groups).view(apart)
        unseen = _unseen(layout.width, window, query.device)
        scores = torch.baddbmm(
            unseen.repeat(heads // groups, 1)[None].expand(together[0], -1, -1),
            q, k.transpose(1, 2), alpha=scale,
        )  # fmt: skip
        weights = torch.softmax(scores, -1).to(v.dtype)
        output = torch.bmm(weights, v)
        ctx.save_for_backward(q.to(v.dtype), k.to(v.dtype), v, weights)
        ctx.layout, ctx.scale, ctx.heads = layout, scale, heads
        return _back(output, layout, heads)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        q, k, v, weights = ctx.saved_tensors
        layout: Layout = ctx.layout
        given = _taken(gradient.to(v.dtype), _rows(layout.owned, ctx.heads)).view_as(q)
        to_v = torch.bmm(weights.transpose(1, 2), given)
        to_weights = torch.bmm(given, v.transpose(1, 2))
        to_scores = torch.ops.aten._softmax_backward_data(to_weights, weights, -1, weights.dtype)
        to_scores *= ctx.scale
        to_q = torch.bmm(to_scores, k)
        to_k = torch.bmm(to_scores.transpose(1, 2), q)
        groups = k.shape[0] // layout.posts
        gradients = [_back(to_q, layout, ctx.heads)]
        for each in (to_k, to_v):
            flat = _back(each, layout, groups)
            if layout.shared:
                by_post = each.view(layout.posts, groups, layout.width, -1)
                flat[: layout.shared] += by_post[1:, :, : layout.shared].sum(0).transpose(0, 1)
            gradients.append(flat)
        for each in gradients:
            each[layout.tokens :] = 0
        return *gradients, None, None, None


def _rows(places: torch.Tensor, heads: int) -> torch.Tensor:
    """Index of each (post, head, token) in a row of tokens whose heads stand one after another."""
    head = torch.arange(heads, device=places.device)
    return (places[:, None] * heads + head[None, :, None]).flatten()


def _taken(row: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    return row.reshape(-1, row.shape[-1]).index_select(0, index)


def _back(padded: torch.Tensor, layout: Layout, heads: int) -> torch.Tensor:
    """From (posts, heads, width, size) to (tokens, heads, size)."""
    post = layout.back // layout.width
    head = torch.arange(heads, device=padded.device)
    index = (post[:, None] * heads + head) * layout.width + (layout.back % layout.width)[:, None]
    size = padded.shape[-1]
    return padded.reshape(-1, size).index_select(0, index.flatten()).view(-1, heads, size)


@functools.lru_cache(maxsize=64)
def _unseen(width: int, window: int | None, device: torch.device) -> torch.Tensor:
    """Shape (width, width): −∞ where a token must not look, else 0."""
    seen = torch.ones(width, width, dtype=torch.bool, device=device).tril()
    if window is not None:
        seen &= torch.ones_like(seen).triu(1 - window)
    return torch.zeros(width, width, device=device).masked_fill(~seen, float("-inf"))
