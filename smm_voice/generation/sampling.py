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


class InverseCdfSampler:
    """A logits processor that leaves exactly one token possible: the one drawn.

    Temperature, top-k and top-p (Holtzman et al. 2020, arXiv:1904.09751) are applied here, then
    the row's uniform number picks from the sorted probabilities. transformers' own sampling
    draws from one stream for the whole batch, so a row's answer would change with its neighbours.
    """

    def __init__(self, numbers: np.ndarray, temperature: float, top_k: int, top_p: float) -> None:
        self._numbers = numbers
        self._temperature = temperature
        self._top_k = top_k
        self._top_p = top_p
        self._step = 0

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        """Scores of shape (batch, vocabulary) with all but the drawn token at -inf."""
        import torch

        top, ids = scores.float().topk(min(self._top_k, scores.shape[-1]), dim=-1)
        probabilities = torch.softmax(top / self._temperature, dim=-1)
        before = probabilities.cumsum(dim=-1) - probabilities
        probabilities = probabilities.masked_fill(before >= self._top_p, 0.0)
        cumulative = probabilities.cumsum(dim=-1)
        drawn = torch.tensor(self._numbers[:, self._step], dtype=cumulative.dtype)
        target = drawn.unsqueeze(1).to(cumulative.device) * cumulative[:, -1:]
        chosen = (cumulative <= target).sum(dim=-1, keepdim=True).clamp(max=ids.shape[-1] - 1)
        self._step += 1
        only = torch.full_like(scores, float("-inf"))
        return only.scatter(1, ids.gather(1, chosen), 0.0)
