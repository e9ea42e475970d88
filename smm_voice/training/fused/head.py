"""Cross-entropy over a large vocabulary without holding the logits of a whole batch."""

from __future__ import annotations

from typing import Any

import torch

# Rows at a time: their logits stay near the processor, and the matrix product is still large.
_ROWS = 128


def cross_entropy(
    hidden: torch.Tensor,
    weight: torch.Tensor,
    targets: torch.Tensor,
    weights: torch.Tensor | None = None,
    softcap: float | None = None,
) -> torch.Tensor:
    """Σ w·(−log softmax(h·Wᵀ)[target]), the output matrix W not learning.

    The gradient is computed along with the loss, so that each block of logits is made once and
    forgotten (the idea: Hsu et al. 2024, Liger Kernel, arXiv:2410.10989, § 3.2).

    Args:
        hidden: shape (tokens, size).
        weight: W, shape (vocabulary, size).
        targets: shape (tokens,).
        weights: w, shape (tokens,); None: all 1.
        softcap: logits are bounded as c·tanh(logit/c); None: they are not.

    Returns:
        A scalar in nats, fp32.
    """
    found: torch.Tensor = _CrossEntropy.apply(hidden, weight, targets, weights, softcap)
    return found


class _CrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        hidden: torch.Tensor,
        weight: torch.Tensor,
        targets: torch.Tensor,
        weights: torch.Tensor | None,
        softcap: float | None,
    ) -> torch.Tensor:
        total = torch.zeros((), dtype=torch.float32, device=hidden.device)
        learns = ctx.needs_input_grad[0]
        to_hidden = torch.empty_like(hidden) if learns else None
        for at in range(0, len(hidden), _ROWS):
            part = slice(at, at + _ROWS)
            target = targets[part, None]
            logits = (hidden[part].to(weight.dtype) @ weight.T).float()
            bounded = None
            if softcap:
                bounded = torch.tanh(logits / softcap)
                logits = bounded * softcap
            highest, where = logits.max(-1, keepdim=True)
            chances = torch.softmax(logits, -1)
            # The highest chance is never near 0, and so its logarithm is exact.
            losses = highest - chances.gather(1, where).log() - logits.gather(1, target)
            counts = weights[part, None] if weights is not None else None
            total += (losses if counts is None else losses * counts).sum()
            if to_hidden is None:
                continue
            chances.scatter_add_(1, target, torch.full_like(losses, -1))
            if bounded is not None:
                chances *= 1 - bounded.square()
            if counts is not None:
                chances *= counts
            to_hidden[part] = (chances.to(weight.dtype) @ weight).to(hidden.dtype)
        ctx.save_for_backward(to_hidden)
        return total

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        (to_hidden,) = ctx.saved_tensors
        # In fp32: one over the number of labels, rounded to bf16, would stretch all gradients.
        scaled = (to_hidden.float() * gradient).to(to_hidden.dtype)
        return scaled, None, None, None, None
