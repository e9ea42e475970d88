"""Cross-entropy over a large vocabulary without holding the logits of a whole batch."""

from __future__ import annotations

from typing import Any

import torch

# Logits held at a time: the larger a product, the nearer to what the machine can do. 64 MB in bf16.
_LOGITS = 2**25
# Rows of a product however large the vocabulary.
_LEAST = 128
# Rows at a time between the products: their chances stay near the processor.
_NEAR = 32


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
        most = max(1, min(len(hidden), max(_LEAST, _LOGITS // len(weight))))
        # Taken once: fresh memory costs as much as what is computed in it.
        logits = weight.new_empty(most, len(weight))
        room = weight.new_empty(min(_NEAR, most), len(weight), dtype=torch.float32)
        for at in range(0, len(hidden), most):
            part = hidden[at : at + most].to(weight.dtype)
            block = logits[: len(part)]
            torch.mm(part, weight.T, out=block)
            for begin in range(0, len(part), _NEAR):
                near = block[begin : begin + _NEAR]
                rows = slice(at + begin, at + begin + len(near))
                counts = weights[rows, None] if weights is not None else None
                total += _exchange(
                    near, room[: len(near)], targets[rows, None], counts, softcap, learns
                )
            if to_hidden is not None:
                to_hidden[at : at + most] = torch.mm(block, weight)
        ctx.save_for_backward(to_hidden)
        return total

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        (to_hidden,) = ctx.saved_tensors
        # In fp32: one over the number of labels, rounded to bf16, would stretch all gradients.
        scaled = (to_hidden.float() * gradient).to(to_hidden.dtype)
        return scaled, None, None, None, None


def _exchange(
    logits: torch.Tensor,
    room: torch.Tensor,
    targets: torch.Tensor,
    counts: torch.Tensor | None,
    softcap: float | None,
    learns: bool,
) -> torch.Tensor:
    """The loss of some rows; their logits give way to its gradient, where that is asked for.

    Args:
        logits: shape (rows, vocabulary).
        room: as `logits`, fp32, for what is between.
        targets: shape (rows, 1).
        counts: weights, shape (rows, 1); None: all 1.
        softcap: of the logits.
        learns: whether the gradient is asked for.
    """
    room.copy_(logits)
    bounded = None
    if softcap:
        bounded = room.div_(softcap).tanh_().clone()
        room *= softcap
    highest = room.amax(-1, keepdim=True)
    wanted = room.gather(1, targets)
    room.sub_(highest).exp_()
    sums = room.sum(-1, keepdim=True)
    # At least 1: the logarithm loses nothing.
    losses = highest + sums.log() - wanted
    if learns:
        room.div_(sums).scatter_add_(1, targets, torch.full_like(losses, -1))
        if bounded is not None:
            room *= 1 - bounded.square_()
        if counts is not None:
            room *= counts
        logits.copy_(room)
    return (losses if counts is None else losses * counts).sum()
