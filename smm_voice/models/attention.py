"""Attention of our own in the place of one that transformers knows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

# The kind whose masks and whose way with everything else are kept.
REPLACED = "sdpa"


def register(name: str, function: Callable[..., Any]) -> None:
    """Make a function known to transformers as the attention `name`; its masks are those of sdpa.

    Args:
        name: for `set_attn_implementation`; a second registration replaces the first.
        function: as transformers calls it: module, query, key, value of shape (rows, heads,
            tokens, size), mask, and more by name; gives the output, shape (rows, tokens, heads,
            size), and the weights or None.
    """
    from transformers import AttentionInterface, AttentionMaskInterface
    from transformers.masking_utils import sdpa_mask

    AttentionInterface.register(name, function)
    AttentionMaskInterface.register(name, sdpa_mask)


def usual(*args: Any, **named: Any) -> Any:
    """What transformers itself would do."""
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    return sdpa_attention_forward(*args, **named)
