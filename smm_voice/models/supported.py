"""Which models can be tuned here; told from their config.json, before anything is loaded."""

from __future__ import annotations

import json
import logging
from functools import cache
from pathlib import Path

from smm_voice.errors import InputError

log = logging.getLogger(__name__)

# Each is trained for two steps in the tests.
TRIED = (
    "gemma2", "gemma3_text", "llama", "mistral", "olmo2", "phi3", "qwen2", "qwen3", "smollm3",
)  # fmt: skip
_CAUSAL = ("ForCausalLM", "LMHeadModel")
_EXPERTS = ("num_experts", "num_local_experts", "n_routed_experts", "moe_num_experts")
# Between output matrix and loss, where the project computes both itself.
_SCALES = ("logits_scaling", "logit_scale")
_REMEDY = (
    "take a dense causal language model in plain safetensors, such as those of conf/model, or "
    "model=local model.path=FOLDER"
)


@cache
def check_supported(folder: Path, name: str) -> None:
    """Refuse what LoRA on a causal language model does not fit.

    Args:
        folder: in transformers' format.
        name: the model's, for messages.

    Raises:
        InputError: says what the model is, and what to take.
    """
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        complaint = _complaint(config)
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise InputError(f"model {name}: {path} cannot be read: {error}") from error
    if complaint:
        raise InputError(f"model {name} ({folder}) {complaint}; {_REMEDY}")
    kind = config.get("model_type")
    if kind not in TRIED:
        log.warning(
            "Model %s is of the type %r, which the tests of this project do not train; tried are "
            "%s", name, kind, ", ".join(TRIED),
        )  # fmt: skip


def _complaint(config: dict[str, object]) -> str | None:
    names = config.get("architectures") or []
    listed = ", ".join(map(str, names)) if isinstance(names, list) else str(names)
    if config.get("is_encoder_decoder"):
        return f"is an encoder with a decoder ({listed}), not a causal language model"
    if config.get("vision_config") or config.get("audio_config"):
        return f"reads more than text ({listed})"
    if names and not listed.endswith(_CAUSAL):
        return f"is no causal language model ({listed})"
    how = config.get("quantization_config")
    if how:
        method = how.get("quant_method", "unknown") if isinstance(how, dict) else how
        return f"holds quantised weights ({method}), which cannot be trained on as they are"
    experts = [config[key] for key in _EXPERTS if isinstance(config.get(key), int)]
    if any(isinstance(count, int) and count > 1 for count in experts):
        return (
            f"is a mixture of {experts[0]} experts ({listed}), whose weights are no matrices that "
            "LoRA could be attached to"
        )
    scale = next((key for key in _SCALES if config.get(key) not in (None, 1, 1.0)), None)
    if scale:
        return f"scales its logits ({scale}={config[scale]}), which the loss here does not know"
    return None


def not_readable(name: str, what: str, error: Exception) -> InputError:
    """The error for a model that transformers does not know, or that wants code of its own."""
    reason = str(error).strip().splitlines()
    return InputError(
        f"model {name}: {what} cannot be read as a causal language model: "
        f"{reason[0] if reason else type(error).__name__}; code that comes with a model is never "
        f"run, so {_REMEDY}"
    )
