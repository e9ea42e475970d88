"""A frozen matrix with a low-rank one beside it, as one function."""

from __future__ import annotations

from typing import Any

import torch


def linear(x: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None) -> torch.Tensor:
    """`x·Wᵀ + b` in the format of W, which does not learn."""
    return torch.nn.functional.linear(x.to(weight.dtype), weight, bias)


def lora_linear(
    x: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor | None,
    down: torch.Tensor,
    up: torch.Tensor,
    scale: float,
) -> torch.Tensor:
    """`x·Wᵀ + b + s·(x·Aᵀ)·Bᵀ` (Hu et al. 2021, eq. 3), computed in the format of W.

    Args:
        x: shape (…, inputs).
        weight: W, shape (outputs, inputs); does not learn.
        bias: b, shape (outputs,); does not learn.
        down: A, shape (rank, inputs).
        up: B, shape (outputs, rank).
        scale: s.
    """
    found: torch.Tensor = _LoraLinear.apply(x.to(weight.dtype), weight, bias, down, up, scale)
    return found


class _LoraLinear(torch.autograd.Function):
    """See `lora_linear`: the second product is added within the first one's matrix."""

    @staticmethod
    def forward(
        ctx: Any,
        x: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        down: torch.Tensor,
        up: torch.Tensor,
        scale: float,
    ) -> torch.Tensor:
        rows = x.reshape(-1, x.shape[-1])
        a, b = down.to(weight.dtype), (up * scale).to(weight.dtype)
        narrow = rows @ a.T
        wide = torch.nn.functional.linear(rows, weight, bias)
        wide.addmm_(narrow, b.T)
        ctx.save_for_backward(rows, narrow, weight, a, b)
        ctx.scale, ctx.shape, ctx.formats = scale, x.shape, (down.dtype, up.dtype)
        return wide.view(*x.shape[:-1], -1)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        rows, narrow, weight, a, b = ctx.saved_tensors
        given = gradient.reshape(-1, gradient.shape[-1]).to(weight.dtype)
        to_narrow = given @ b
        to_x = None
        if ctx.needs_input_grad[0]:
            to_x = given @ weight
            to_x.addmm_(to_narrow, a)
            to_x = to_x.view(ctx.shape)
        to_down = (to_narrow.T @ rows).to(ctx.formats[0])
        # As a wide matrix and turned: less is read across than of the tall one.
        to_up = (narrow.T @ given).T.to(ctx.formats[1]) * ctx.scale
        return to_x, None, None, to_down, to_up, None
