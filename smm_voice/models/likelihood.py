"""How well a model predicts texts: bits per byte of a text, and the losses of single tokens."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from smm_voice.models.marks import content_ids
from smm_voice.text import tokens

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

# Tokens of one forward pass, pads included: rows of like length together, whatever their number.
_BATCH_TOKENS = 1024
# Logits held at once (0.25 GB): a vocabulary of 262,144 leaves room for 256 positions.
_MOST_LOGITS = 1 << 26


@dataclass(frozen=True)
class TokenLosses:
    """What a model makes of the tokens of one sequence, from a given one on.

    Attributes:
        nats: −ln p of each token given all before it, shape (tokens,).
        greedy: whether it is the model's most likely token there, shape (tokens,).
    """

    nats: np.ndarray
    greedy: np.ndarray


def token_losses(
    model: Any,
    sequences: Sequence[Sequence[int]],
    first: Sequence[int],
    batch_tokens: int = _BATCH_TOKENS,
) -> list[TokenLosses]:
    """Losses of the tokens `first[i]` and later of each sequence, in one pass for a batch.

    Logits are computed only where a loss is wanted: with a large vocabulary the output matrix is
    the larger half of the work.

    Args:
        model: a causal language model of transformers, with or without a peft adapter.
        sequences: token ids.
        first: index of the first token in question, 1 or more; where it lies past the end, the
            losses are empty.
        batch_tokens: how many tokens go through the model at once; changes the speed alone.

    Raises:
        ValueError: `first` holds a 0, for which nothing is there to predict from.
    """
    import torch

    if any(start < 1 for start in first):
        raise ValueError("the first token of a sequence has nothing to be predicted from")
    base = model.get_base_model() if hasattr(model, "get_base_model") else model
    decoder, head = base.get_decoder(), base.get_output_embeddings()
    softcap = getattr(base.config, "final_logit_softcapping", None)
    step = max(1, _MOST_LOGITS // head.weight.shape[0])
    result = [TokenLosses(np.zeros(0), np.zeros(0, dtype=bool))] * len(sequences)
    wanted = [i for i, ids in enumerate(sequences) if len(ids) > first[i]]
    with torch.inference_mode():
        for rows in _batches(wanted, sequences, batch_tokens):
            ids, mask = _padded([sequences[i] for i in rows], base.device)
            hidden = decoder(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state
            # The state before a token predicts it.
            places = [range(first[i], len(sequences[i])) for i in rows]
            states = torch.cat([hidden[r, p.start - 1 : p.stop - 1] for r, p in enumerate(places)])
            targets = torch.cat([ids[r, p.start : p.stop] for r, p in enumerate(places)])
            nats, greedy = [], []
            for at in range(0, len(targets), step):
                logits = head(states[at : at + step]).float()
                if softcap:
                    logits = softcap * torch.tanh(logits / softcap)
                chosen = targets[at : at + step]
                own = logits.gather(1, chosen[:, None])[:, 0]
                nats.append(logits.logsumexp(1) - own)
                greedy.append(logits.argmax(1) == chosen)
            ends = np.cumsum([len(p) for p in places])[:-1]
            for i, n, g in zip(
                rows,
                np.split(torch.cat(nats).double().cpu().numpy(), ends),
                np.split(torch.cat(greedy).cpu().numpy(), ends),
                strict=True,
            ):
                result[i] = TokenLosses(n, g)
    return result


def bits_per_byte(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    texts: Sequence[str],
    maximum_tokens: int = 512,
    batch_tokens: int = _BATCH_TOKENS,
) -> list[float | None]:
    """Bits the model needs for each UTF-8 byte of each text, links, handles and tags removed.

    Bytes, not tokens, so that models with different tokenizers compare. None where nothing is
    left of a text.
    """
    # Tokenizers take no lone surrogates.
    legal = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
    plain = [" ".join(tokens.strip_references(text).split()) for text in legal]
    start = tokenizer.bos_token_id if tokenizer.bos_token_id is not None else tokenizer.eos_token_id
    ids = [[start, *content_ids(tokenizer, text)[:maximum_tokens]] for text in plain]
    losses = token_losses(model, ids, [1] * len(ids), batch_tokens)
    result: list[float | None] = []
    for row, text, found in zip(ids, plain, losses, strict=True):
        # A text cut at maximum_tokens is measured over the bytes that were read.
        read = text if len(row) <= maximum_tokens else tokenizer.decode(row[1:])
        size = len(read.encode("utf-8"))
        result.append(float(found.nats.sum()) / math.log(2) / size if len(row) > 1 else None)
    return result


def _batches(
    wanted: Sequence[int], sequences: Sequence[Sequence[int]], most: int
) -> Iterator[list[int]]:
    """Indices of sequences of like length, at most `most` tokens with their pads."""
    batch: list[int] = []
    for i in sorted(wanted, key=lambda i: len(sequences[i])):
        if batch and len(sequences[i]) * (len(batch) + 1) > most:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _padded(rows: Sequence[Sequence[int]], device: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Token ids padded on the right, and their mask, both of shape (rows, longest)."""
    import torch

    width = max(len(row) for row in rows)
    ids = torch.tensor([[*row, *[0] * (width - len(row))] for row in rows], device=device)
    mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows], device=device)
    return ids, mask
