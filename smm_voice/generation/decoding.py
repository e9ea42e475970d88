"""Token by token on a CPU: what is read and written at each step is what the step needs.

transformers' own loop copies all keys and values at every step, three times over where heads share
them, and goes on computing rows that have ended. With a prompt of several examples that is more
than half of the time. Models of Llama's kind have a shorter pass still (`plain.py`).
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smm_voice.generation.sampling import draw
from smm_voice.models import attention

if TYPE_CHECKING:
    import numpy as np
    import torch

_ATTENTION = "smm_voice_grouped"


@dataclass(frozen=True)
class Prompts:
    """Prompts of one batch.

    Attributes:
        prefix: tokens that all begin with, already read into `cache`; may be empty.
        cache: keys and values of the prefix, of one row; None without a prefix.
        rows: what follows the prefix in each prompt.
    """

    prefix: Sequence[int]
    cache: Any
    rows: Sequence[Sequence[int]]


@dataclass(frozen=True)
class Settings:
    """How tokens are drawn; see `sampling.draw`."""

    temperature: float
    top_k: int
    top_p: float
    pad: int
    end: int | None


def decode(
    model: Any, prompts: Prompts, numbers: np.ndarray, settings: Settings
) -> list[tuple[list[int], bool]]:
    """Tokens written to each prompt, and whether the model ended them itself.

    Args:
        model: a causal language model of transformers, in evaluation mode.
        prompts: of one batch.
        numbers: uniform numbers in [0, 1), shape (prompts, most tokens).
        settings: of the drawing.
    """
    import torch

    count, most = numbers.shape
    width = max(len(row) for row in prompts.rows)
    # The pads stand between prefix and prompt; positions follow the mask, so none is skipped.
    ids = torch.tensor([[settings.pad] * (width - len(r)) + list(r) for r in prompts.rows])
    mask = torch.tensor(
        [[1] * len(prompts.prefix) + [0] * (width - len(r)) + [1] * len(r) for r in prompts.rows]
    )
    ids, mask = ids.to(model.device), mask.to(model.device)
    past: Any = None
    if prompts.prefix:
        past = copy.deepcopy(prompts.cache)
        past.batch_repeat_interleave(count)
    written: list[list[int]] = [[] for _ in range(count)]
    finished = [False] * count
    live = list(range(count))
    with _grouped_attention(model):
        positions = (mask.cumsum(-1) - 1).clamp(min=0)[:, len(prompts.prefix) :]
        for step in range(most):
            output = model(
                input_ids=ids, attention_mask=mask, position_ids=positions, past_key_values=past,
                use_cache=True, logits_to_keep=1,
            )  # fmt: skip
            if step == 0:
                past = output.past_key_values
                _make_room(past, most)
            chosen = draw(
                output.logits[:, -1], numbers[live, step], settings.temperature, settings.top_k,
                settings.top_p,
            )  # fmt: skip
            going = []
            for place, (row, token) in enumerate(zip(live, chosen.tolist(), strict=True)):
                if token == settings.end:
                    finished[row] = True
                else:
                    written[row].append(token)
                    going.append(place)
            if not going:
                break
            if len(going) < len(live):
                kept = torch.tensor(going, device=mask.device)
                past.batch_select_indices(kept)
                chosen, mask, live = chosen[kept], mask[kept], [live[place] for place in going]
            ids = chosen[:, None]
            mask = torch.cat([mask, mask.new_ones(len(live), 1)], dim=1)
            positions = mask.sum(-1, keepdim=True) - 1
    return list(zip(written, finished, strict=True))


def _make_room(cache: Any, tokens: int) -> None:
    """Exchange the layers that would grow by copying for such that have room for `tokens` more."""
    from transformers.cache_utils import DynamicLayer

    kind = _layer_with_room()
    cache.layers = [
        kind(layer, tokens) if type(layer) is DynamicLayer else layer for layer in cache.layers
    ]


@functools.cache
def _layer_with_room() -> Any:
    from transformers.cache_utils import DynamicLayer

    class LayerWithRoom(DynamicLayer):
        """Keys and values of one layer, shape (rows, heads, tokens, size), that grow in place."""

        def __init__(self, layer: DynamicLayer, room: int) -> None:
            super().__init__()
            self.dtype, self.device, self.is_initialized = layer.dtype, layer.device, True
            tokens = layer.keys.shape[-2]
            self._held = tuple(_larger(each, room) for each in (layer.keys, layer.values))
            self._show(tokens)

        def _show(self, tokens: int) -> None:
            self.keys, self.values = (each[:, :, :tokens] for each in self._held)

        def update(
            self, key_states: torch.Tensor, value_states: torch.Tensor, *args: Any, **more: Any
        ) -> tuple[torch.Tensor, torch.Tensor]:
            """Take new states in; gives all that are held."""
            begin = self.keys.shape[-2]
            end = begin + key_states.shape[-2]
            for held, new in zip(self._held, (key_states, value_states), strict=True):
                held[:, :, begin:end] = new
            self._show(end)
            return self.keys, self.values

        def batch_select_indices(self, indices: torch.Tensor) -> None:
            """Keep these rows."""
            tokens = self.keys.shape[-2]
            self._held = tuple(each[indices] for each in self._held)
            self._show(tokens)

    return LayerWithRoom


def _larger(states: torch.Tensor, room: int) -> torch.Tensor:
    rows, heads, tokens, size = states.shape
    held = states.new_empty(rows, heads, tokens + room, size)
    held[:, :, :tokens] = states
    return held


@contextmanager
def _grouped_attention(model: Any) -> Iterator[None]:
    """Let heads that share keys read them where they lie; other kinds of attention stay."""
    usual = getattr(model.config, "_attn_implementation", None)
    if usual != attention.REPLACED:
        yield
        return
    attention.register(_ATTENTION, _attend)
    model.set_attn_implementation(_ATTENTION)
    try:
        yield
    finally:
        model.set_attn_implementation(usual)


def _attend(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    scaling: float | None = None,
    **more: Any,
) -> tuple[torch.Tensor, None]:
    """Scaled dot-product attention; one new token's heads are the queries of the keys they share.

    Args:
        module: the layer.
        query: shape (rows, heads, tokens, size).
        key: shape (rows, groups of heads, tokens held, size).
        value: as `key`.
        attention_mask: added to the logits; None where all may be seen.
        scaling: of the logits.
        **more: for attention over several tokens.
    """
    import torch

    rows, heads, tokens, size = query.shape
    groups = key.shape[1]
    if tokens > 1 or heads == groups:
        found: tuple[torch.Tensor, None] = attention.usual(
            module, query, key, value, attention_mask, scaling=scaling, **more
        )
        return found
    output = torch.nn.functional.scaled_dot_product_attention(
        query.reshape(rows, groups, heads // groups, size), key, value,
        attn_mask=attention_mask, scale=scaling,
    )  # fmt: skip
    return output.reshape(rows, 1, heads, -1), None
