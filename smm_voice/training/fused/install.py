"""Put the parts of this folder in the place of a model's own, module by module."""

from __future__ import annotations

import functools
import logging
from collections import Counter
from collections.abc import Callable
from typing import Any

import torch

from smm_voice.models.attention import REPLACED
from smm_voice.training.fused import attention
from smm_voice.training.fused.elementwise import gelu_gate, rms_norm, silu_gate
from smm_voice.training.fused.linear import linear, lora_linear

log = logging.getLogger(__name__)

_GATES = {"silu": silu_gate, "gelu_pytorch_tanh": gelu_gate}


def can_fuse(model: Any) -> bool:
    """Whether `install` knows the model: on a CPU, its attention and its output matrix plain."""
    base = model.get_base_model()
    head = base.get_output_embeddings()
    return (
        base.device.type == "cpu"
        and base.config._attn_implementation == REPLACED
        and not getattr(base.config, "attn_logit_softcapping", None)
        and not getattr(base.config, "attention_dropout", None)
        and type(head) is torch.nn.Linear
        and head.bias is None
        and not head.weight.requires_grad
    )


def install(model: Any, precision: str) -> Counter[str]:
    """Exchange what is known; what is not, stays and is computed as it always was.

    Frozen matrices are held once, in the format they are multiplied in. What the layers add to one
    another stays in fp32, as do the adapter's weights.

    Args:
        model: a peft model over a causal language model of transformers; see `can_fuse`.
        precision: fp32 or bf16.

    Returns:
        Exchanged modules by kind.
    """
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    base = model.get_base_model()
    exchanged: Counter[str] = Counter()
    within: set[int] = set()
    for module in base.modules():
        kind = _exchange(module, dtype, within)
        if kind:
            exchanged[kind] += 1
    attention.register()
    base.set_attn_implementation(attention.NAME)
    log.info("Exchanged: %s", ", ".join(f"{n} {kind}" for kind, n in exchanged.items()))
    return exchanged


def _exchange(module: Any, dtype: torch.dtype, within: set[int]) -> str | None:
    from peft.tuners.lora import Linear as LoraLinear

    if isinstance(module, LoraLinear):
        within.update(id(each) for part in (module.lora_A, module.lora_B) for each in part.values())
        if not _is_plain(module):
            return None
        within.add(id(module.base_layer))
        _freeze(module.base_layer, dtype)
        _put(module, functools.partial(_lora_forward, module))
        return "adapted matrices"
    if id(module) in within:
        return None
    if isinstance(module, torch.nn.Linear) and not module.weight.requires_grad:
        _freeze(module, dtype)
        _put(module, functools.partial(_linear_forward, module))
        return "matrices"
    if isinstance(module, torch.nn.Embedding) and not module.weight.requires_grad:
        scale = getattr(module, "embed_scale", None)
        _freeze(module, dtype)
        _put(module, functools.partial(_embedding_forward, module, scale))
        return "embeddings"
    norm = _norm(module)
    if norm is not None:
        _put(module, functools.partial(norm, dtype=dtype))
        return "norms"
    if _is_gated(module):
        gate = _GATES[_activation(module)]
        _put(module, functools.partial(_gated_forward, module, gate))
        return "gates"
    return None


def _put(module: Any, forward: Callable[..., torch.Tensor]) -> None:
    module.forward = forward


def _is_plain(module: Any) -> bool:
    """Whether a LoRA layer is W + s·B·A with one adapter and nothing else."""
    name = module.active_adapters[0]
    return (
        type(module.base_layer) is torch.nn.Linear
        and len(module.active_adapters) == 1
        and not module.use_dora[name]
        and isinstance(module.lora_dropout[name], torch.nn.Identity)
        and not getattr(module, "lora_bias", {}).get(name)
    )


def _freeze(module: Any, dtype: torch.dtype) -> None:
    for each in module.parameters(recurse=False):
        each.data = each.data.to(dtype)


def _linear_forward(module: Any, x: torch.Tensor) -> torch.Tensor:
    return linear(x, module.weight, module.bias)


def _lora_forward(module: Any, x: torch.Tensor, *args: Any, **given: Any) -> torch.Tensor:
    base = module.base_layer
    if module.disable_adapters:
        return linear(x, base.weight, base.bias)
    name = module.active_adapters[0]
    return lora_linear(
        x, base.weight, base.bias, module.lora_A[name].weight, module.lora_B[name].weight,
        module.scaling[name],
    )  # fmt: skip


def _embedding_forward(module: Any, scale: torch.Tensor | None, ids: torch.Tensor) -> torch.Tensor:
    rows = torch.nn.functional.embedding(ids, module.weight, module.padding_idx).float()
    return rows if scale is None else rows * scale.float()


def _norm(module: Any) -> Callable[..., torch.Tensor] | None:
    """The function that does what a module whose name says RMSNorm does, else None.

    Families differ in whether the weight is w or 1 + w: asked by trying.
    """
    if not type(module).__name__.endswith("RMSNorm") or module.weight.requires_grad:
        return None
    epsilon = float(getattr(module, "variance_epsilon", getattr(module, "eps", 0.0)))
    probe = torch.linspace(-2, 3, module.weight.numel())[None]
    with torch.no_grad():
        expected = module(probe)
        for weight in (module.weight.float(), 1 + module.weight.float()):
            if torch.allclose(rms_norm(probe, weight, epsilon, torch.float32), expected, 1e-5):
                return functools.partial(_norm_forward, weight, epsilon)
    return None


def _norm_forward(
    weight: torch.Tensor, epsilon: float, x: torch.Tensor, dtype: torch.dtype
) -> torch.Tensor:
    return rms_norm(x, weight, epsilon, dtype)


def _is_gated(module: Any) -> bool:
    parts = ("gate_proj", "up_proj", "down_proj")
    return all(hasattr(module, part) for part in parts) and _activation(module) in _GATES


def _activation(module: Any) -> str:
    return str(
        getattr(getattr(module, "config", None), "hidden_act", None)
        or getattr(getattr(module, "config", None), "hidden_activation", "")
    )


def _gated_forward(module: Any, gate: Callable[..., torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    found: torch.Tensor = module.down_proj(gate(module.gate_proj(x), module.up_proj(x)))
    return found
