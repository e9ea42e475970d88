"""Norms and gates with the gradient written out: few passes over memory, little kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional as F  # noqa: N812

aten = torch.ops.aten


def rms_norm(
    x: torch.Tensor, weight: torch.Tensor, epsilon: float, dtype: torch.dtype
) -> torch.Tensor:
    """`x / √(mean(x²) + ε) · w` over the last dimension (Zhang & Sennrich 2019, eq. 4).

    Args:
        x: shape (…, size); computed in fp32.
        weight: shape (size,); does not learn.
        epsilon: ε.
        dtype: of the outcome.
    """
    found: torch.Tensor = _RMSNorm.apply(x, weight, epsilon, dtype)
    return found


class _RMSNorm(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, x: torch.Tensor, weight: torch.Tensor, epsilon: float, dtype: torch.dtype
    ) -> torch.Tensor:
        wide = x.float()
        square = torch.linalg.vecdot(wide, wide) / wide.shape[-1]
        scale = torch.rsqrt(square + epsilon)[..., None]
        ctx.save_for_backward(x, scale, weight)
        return (wide * scale).mul_(weight).to(dtype)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        x, scale, weight = ctx.saved_tensors
        wide = x.float()
        given = gradient * weight
        along = torch.linalg.vecdot(given, wide)[..., None] * scale.square() / wide.shape[-1]
        return given.addcmul_(wide, along, value=-1).mul_(scale).to(x.dtype), None, None, None


def silu_gate(gate: torch.Tensor, up: torch.Tensor) -> torch.Tensor:
    """`silu(gate) · up` (Shazeer 2020, SwiGLU)."""
    found: torch.Tensor = _Gate.apply(gate, up, F.silu, aten.silu_backward)
    return found


def gelu_gate(gate: torch.Tensor, up: torch.Tensor) -> torch.Tensor:
    """`gelu(gate) · up`, gelu approximated by tanh (Shazeer 2020, GEGLU)."""
    found: torch.Tensor = _Gate.apply(gate, up, _gelu, _gelu_backward)
    return found


def _gelu(x: torch.Tensor) -> torch.Tensor:
    return F.gelu(x, approximate="tanh")


def _gelu_backward(gradient: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    found: torch.Tensor = aten.gelu_backward(gradient, x, approximate="tanh")
    return found


class _Gate(torch.autograd.Function):
    """`activation(gate) · up`; keeps the two factors and not what is between."""

    @staticmethod
    def forward(
        ctx: Any,
        gate: torch.Tensor,
        up: torch.Tensor,
        activation: Callable[[torch.Tensor], torch.Tensor],
        derived: Callable[[torch.Tensor, torch.Tensor], torch.Tensor],
    ) -> torch.Tensor:
        ctx.save_for_backward(gate, up)
        ctx.activation, ctx.derived = activation, derived
        return activation(gate).mul_(up)

    @staticmethod
    def backward(ctx: Any, gradient: torch.Tensor) -> Any:
        gate, up = ctx.saved_tensors
        to_up = ctx.activation(gate).mul_(gradient)
        return ctx.derived(gradient * up, gate), to_up, None, None
