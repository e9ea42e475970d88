"""Sampling whose outcome depends on the seed and the brief, not on who shares the batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


def uniforms(seed: int, keys: Sequence[str], length: int) -> np.ndarray:
    """One row of uniform numbers in [0, 1) for each key, shape (keys, length).

    Every arm draws the same numbers for the same brief (common random numbers), which takes
    variance out of paired differences.
    """
    rows = []
    for key in keys:
        words = np.frombuffer(key.encode("utf-8", "surrogatepass"), dtype=np.uint8)
        rows.append(np.random.default_rng([seed, *words.tolist()]).random(length))
    return np.stack(rows) if rows else np.zeros((0, length))


def draw(
    scores: torch.Tensor, numbers: np.ndarray, temperature: float, top_k: int, top_p: float
) -> torch.Tensor:
    """The token that each row's uniform number picks from the sorted probabilities, shape (rows,).

    Temperature, top-k and top-p (Holtzman et al. 2020, arXiv:1904.09751). transformers' own
    sampling draws from one stream for the whole batch, so a row's answer would change with its
    neighbours.

    Args:
        scores: logits, shape (rows, vocabulary).
        numbers: in [0, 1), shape (rows,).
        temperature: divides the logits.
        top_k: so many of the likeliest tokens are drawn from.
        top_p: the fewest of these whose probabilities sum to as much.
    """
    import torch

    # A whole vocabulary is sorted a third faster in the format that it comes in.
    top, ids = scores.topk(min(top_k, scores.shape[-1]), dim=-1)
    probabilities = torch.softmax(top.float() / temperature, dim=-1)
    before = probabilities.cumsum(dim=-1) - probabilities
    probabilities = probabilities.masked_fill(before >= top_p, 0.0)
    cumulative = probabilities.cumsum(dim=-1)
    drawn = torch.tensor(numbers, dtype=cumulative.dtype).unsqueeze(1).to(cumulative.device)
    chosen = (cumulative <= drawn * cumulative[:, -1:]).sum(dim=-1, keepdim=True)
    return ids.gather(1, chosen.clamp(max=ids.shape[-1] - 1))[:, 0]
