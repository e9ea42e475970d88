"""How well a model predicts texts: bits per byte, and the fit of a base model to a brand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from smm_voice.text import tokens

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


def bits_per_byte(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    texts: Sequence[str],
    batch_size: int = 16,
    maximum_tokens: int = 512,
) -> list[float | None]:
    """Bits the model needs for each UTF-8 byte of each text, links, handles and tags removed.

    Bytes, not tokens, so that models with different tokenizers compare. None where nothing is
    left of a text.
    """
    import torch

    plain = [" ".join(tokens.strip_references(text).split()) for text in texts]
    start = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
    ids = [
        [start, *tokenizer(text, add_special_tokens=False)["input_ids"][:maximum_tokens]]
        for text in plain
    ]
    order = sorted(range(len(plain)), key=lambda i: len(ids[i]))
    result: list[float | None] = [None] * len(plain)
    for at in range(0, len(order), batch_size):
        rows = [i for i in order[at : at + batch_size] if len(ids[i]) > 1]
        if not rows:
            continue
        width = max(len(ids[i]) for i in rows)
        padded = torch.zeros((len(rows), width), dtype=torch.long)
        mask = torch.zeros_like(padded)
        for row, i in enumerate(rows):
            padded[row, : len(ids[i])] = torch.tensor(ids[i])
            mask[row, : len(ids[i])] = 1
        with torch.no_grad():
            logits = model(input_ids=padded, attention_mask=mask).logits.float()
        loss = torch.nn.functional.cross_entropy(
            logits[:, :-1].transpose(1, 2), padded[:, 1:], reduction="none"
        )
        nats = (loss * mask[:, 1:]).sum(dim=1)
        for row, i in enumerate(rows):
            # A text cut at maximum_tokens is measured over the bytes that were read.
            read = len(tokenizer.decode(ids[i][1:]).encode("utf-8"))
            result[i] = float(nats[row]) / math.log(2) / max(1, read)
    return result
