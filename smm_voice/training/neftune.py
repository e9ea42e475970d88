"""NEFTune: uniform noise on the embeddings while training (Jain et al. 2023, arXiv:2310.05914)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def noisy(embeddings: torch.Tensor, lengths: torch.Tensor, alpha: float) -> torch.Tensor:
    """Embeddings with uniform noise within ± alpha / √(tokens of the post × hidden size).

    The paper's formula with each post's own length: with that of the padded batch, the noise on a
    post would depend on its neighbours. Drawn from torch's own stream, which a checkpoint holds.

    Args:
        embeddings: of padded posts, shape (posts, width, hidden); or of posts one after the other
            without padding, shape (tokens, hidden) or (1, tokens, hidden).
        lengths: tokens of each post without padding, shape (posts,).
        alpha: strength of the noise; the paper takes 5 to 15.
    """
    import torch

    scales = alpha / (lengths.to(torch.float32) * embeddings.shape[-1]).sqrt()
    padded = embeddings.dim() == 3 and embeddings.shape[0] == lengths.shape[0]
    scales = scales[:, None, None] if padded else scales.repeat_interleave(lengths)[:, None]
    noise = torch.empty_like(embeddings, dtype=torch.float32).uniform_(-1, 1)
    return embeddings + (noise * scales).to(embeddings.dtype)
