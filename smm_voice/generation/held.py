"""Keys and values that rows hold, and attention over them and over a beginning that all share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch.nn import functional as F  # noqa: N812

Pair = tuple[torch.Tensor, torch.Tensor]


@dataclass(frozen=True)
class Held:
    """Keys and values, each of shape (layers, rows, groups of heads, tokens, size)."""

    keys: torch.Tensor
    values: torch.Tensor

    @property
    def room(self) -> int:
        """Tokens a row can hold."""
        return self.keys.shape[3]

    @property
    def tokens(self) -> int:
        """Of a shared beginning, which fills its room."""
        return self.room

    def layer(self, number: int) -> Pair:
        """Of one layer."""
        return self.keys[number], self.values[number]

    def move(self, sources: Sequence[int], targets: Sequence[int], tokens: int) -> None:
        """Put rows in the places of rows that have ended."""
        if sources:
            for each in (self.keys, self.values):
                each[:, list(targets), :, :tokens] = each[:, list(sources), :, :tokens]


def attend(
    query: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    mask: torch.Tensor,
    scale: float,
    prefix: Pair | None,
) -> torch.Tensor:
    """Attention of one new token a row; shape (rows, 1, heads · size).

    Args:
        query: shape (rows, 1, heads, size).
        keys: shape (rows, groups, tokens, size).
        values: as `keys`.
        mask: added to the scores, shape (rows, 1, 1, tokens), fp32.
        scale: of the scores.
        prefix: keys and values of shape (1, groups, tokens, size), seen by all rows.
    """
    rows, _, heads, size = query.shape
    groups, tokens = keys.shape[1:3]
    each = heads // groups
    # Heads that share keys are the queries of one head: the keys are read once, where they lie.
    query = (query * scale).reshape(rows, groups, each, size)
    scores = (query @ keys.transpose(2, 3)).float() + mask
    if prefix is None:
        return (torch.softmax(scores, -1).to(values.dtype) @ values).reshape(rows, 1, -1)
    # All rows' queries in one product with the keys that all share.
    together = query.transpose(0, 1).reshape(groups, rows * each, size)
    shared = (together @ prefix[0][0].transpose(1, 2)).float()
    by_group = scores.transpose(0, 1).reshape(groups, rows * each, tokens)
    weights = torch.softmax(torch.cat([shared, by_group], -1), -1).to(values.dtype)
    before, own = weights.split([shared.shape[-1], tokens], -1)
    found = (before @ prefix[1][0]).view(groups, rows, each, size).transpose(0, 1)
    own = own.view(groups, rows, each, tokens).transpose(0, 1)
    return (own @ values + found).reshape(rows, 1, -1)


def attend_within(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, scale: float, prefix: Pair | None
) -> torch.Tensor:
    """Causal attention of prompts over themselves; shape (rows, width, heads · size).

    Args:
        query: shape (rows, width, heads, size).
        key: shape (rows, width, groups, size).
        value: as `key`.
        scale: of the scores.
        prefix: as in `attend`.
    """
    rows, width, heads, _ = query.shape
    groups = key.shape[2]
    query = query.transpose(1, 2)
    keys, values = (
        each.transpose(1, 2).repeat_interleave(heads // groups, 1) for each in (key, value)
    )
    if prefix is None:
        found = F.scaled_dot_product_attention(query, keys, values, is_causal=True, scale=scale)
    else:
        own = _with_weight(query, keys, values, scale, causal=True)
        grouped = query.reshape(rows, groups, heads // groups * width, -1)
        shared, weight = _of_all(grouped, prefix, scale)
        found = _joined(own, (shared.reshape(query.shape), weight.reshape(rows, heads, width)))
    return found.transpose(1, 2).reshape(rows, width, -1)


def _of_all(query: torch.Tensor, prefix: Pair, scale: float) -> Pair:
    """Attention of all rows' queries, (rows, groups, n, size), over the shared beginning."""
    rows, groups, count, size = query.shape
    together = query.transpose(0, 1).reshape(1, groups, rows * count, size)
    found, weight = _with_weight(together, *prefix, scale)
    return (
        found.view(groups, rows, count, size).transpose(0, 1),
        weight.view(groups, rows, count).transpose(0, 1),
    )


def _joined(first: Pair, second: Pair) -> torch.Tensor:
    """Attention over two sets of keys, from that over each (Dao et al. 2022, § 3.1)."""
    share = torch.sigmoid(first[1].float() - second[1].float())[..., None]
    return torch.lerp(second[0].float(), first[0].float(), share).to(first[0].dtype)


def _with_weight(
    query: torch.Tensor,
    keys: torch.Tensor,
    values: torch.Tensor,
    scale: float,
    causal: bool = False,
) -> Pair:
    """Attention, and the logarithm of the sum of exponentials that it was divided by.

    Shapes (rows, heads, n, size) and (rows, heads, n).
    """
    if query.device.type == "cpu":
        found: Pair = torch.ops.aten._scaled_dot_product_flash_attention_for_cpu(
            query, keys, values, 0.0, causal, scale=scale
        )
        return found
    scores = (query @ keys.transpose(-1, -2)).float() * scale
    if causal:
        scores += scores.new_full(scores.shape[-2:], float("-inf")).triu(1)
    weights = torch.softmax(scores, -1).to(values.dtype)
    return weights @ values, scores.logsumexp(-1)
