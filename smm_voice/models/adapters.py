"""LoRA adapters: attach, save, verify, load."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.config import LoraConfig
from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.models.base import BaseModel

if TYPE_CHECKING:
    from peft import PeftModel
    from transformers import PreTrainedModel

_ORIGIN = "smm_voice.json"
_WEIGHTS = "adapter_model.safetensors"
# Without one of these it is no adapter.
FILES = frozenset({_ORIGIN, _WEIGHTS, "adapter_config.json"})

# peft 0.21 asks transformers 5.23 by a name that the latter has changed.
warnings.filterwarnings("ignore", message=".*is_gradient_checkpointing", category=FutureWarning)


@dataclass(frozen=True)
class AdapterOrigin:
    """Where an adapter comes from; saved beside its weights.

    Attributes:
        brand: brand name.
        base: its base model's configuration, as plain values.
        base_digest: SHA-256 of the base weights; an adapter fits no other.
        dataset_fingerprint: the dataset it was trained on.
        trained_until: time of the newest post learned from, see `dataset.learned`.
        prompt_version: version of the prompt texts it was trained with.
        judged_briefs: digests of the ids of briefs whose answers people have judged and it was
            tuned on; it may not be evaluated on these (see `evaluation.unjudged`).
    """

    brand: str
    base: dict[str, Any]
    base_digest: str
    dataset_fingerprint: str
    trained_until: str
    prompt_version: str
    judged_briefs: list[str] = field(default_factory=list)


def attach(model: PreTrainedModel, config: LoraConfig, seed: int) -> PeftModel:
    """Wrap `model` with fresh LoRA weights; the base weights stop learning.

    Raises:
        InputError: the rank exceeds the smallest matrix, or `targets` names no layer.
    """
    import torch
    from peft import LoraConfig as PeftLoraConfig
    from peft import get_peft_model

    torch.manual_seed(seed)
    targets: str | list[str] = config.targets
    if config.targets != "all-linear":
        targets = [name.strip() for name in config.targets.split(",")]
    smallest = min(
        min(module.weight.shape)
        for module in model.modules()
        if isinstance(module, torch.nn.Linear)
    )
    if config.rank > smallest:
        raise InputError(
            f"lora.rank is {config.rank}, but the smallest matrix of this model has "
            f"{smallest} rows; take at most that"
        )
    try:
        return get_peft_model(
            model,
            PeftLoraConfig(
                task_type="CAUSAL_LM",
                r=config.rank,
                lora_alpha=config.alpha,
                lora_dropout=config.dropout,
                target_modules=targets,
                use_rslora=config.rslora,
            ),
        )
    except ValueError as error:
        raise InputError(f"lora.targets {config.targets!r} fits no layer: {error}") from error


def save(model: PeftModel, folder: Path, origin: AdapterOrigin) -> None:
    """Save the adapter as safetensors, with its origin."""
    model.save_pretrained(folder, safe_serialization=True)
    write_origin(folder, origin)


def write_origin(folder: Path, origin: AdapterOrigin) -> None:
    """Write where an adapter comes from beside its weights."""
    text = json.dumps(dataclasses.asdict(origin), indent=2)
    (folder / _ORIGIN).write_text(text, encoding="utf-8")


def read_origin(folder: Path) -> AdapterOrigin:
    """The origin of a saved adapter.

    Raises:
        InputError: the folder holds no adapter of this project.
    """
    try:
        return AdapterOrigin(**json.loads((folder / _ORIGIN).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{folder} holds no adapter ({_ORIGIN}: {error})") from error


def load(
    model: PreTrainedModel, folder: Path, base: BaseModel, trainable: bool = False
) -> PeftModel:
    """Put a saved adapter on its base model.

    Args:
        model: the base model; it gets the adapter attached.
        folder: of the adapter.
        base: where `model` comes from.
        trainable: whether the adapter's weights go on learning.

    Raises:
        InputError: the adapter was trained on another base.
    """
    from peft import PeftModel

    origin = read_origin(folder)
    if origin.base_digest != base.digest:
        raise InputError(
            f"the adapter {folder} was trained on {origin.base.get('name')} "
            f"({origin.base_digest[:12]}), not on {base.name} ({base.digest[:12]})"
        )
    return PeftModel.from_pretrained(model, str(folder), is_trainable=trainable).eval()


def verify(
    trained: PeftModel,
    folder: Path,
    base: BaseModel,
    probe: list[int],
    made_alike: Callable[[PeftModel], object] = lambda reloaded: None,
) -> None:
    """Reload a saved adapter and compare it with the one in memory.

    Args:
        trained: the model as trained.
        folder: where its adapter was saved.
        base: its base model, loaded afresh here.
        probe: token ids on which both must give the same logits.
        made_alike: does to the reloaded model what was done to the trained one.

    Raises:
        SmmVoiceError: a layer's `lora_B` is zero (that layer learned nothing, or was lost in
            saving), or the logits differ.
    """
    import torch

    from smm_voice.models.base import load as load_base

    fresh, _ = load_base(base)
    reloaded = load(fresh, folder, base)
    made_alike(reloaded)
    zero = [
        name
        for name, weight in reloaded.named_parameters()
        if "lora_B" in name and not bool(weight.detach().abs().max() > 0)
    ]
    if zero:
        raise SmmVoiceError(f"the saved adapter is empty in {len(zero)} layers, first {zero[0]}")
    # A model that has been trained no longer keeps keys and values, and bf16 shows the difference.
    given = {"input_ids": torch.tensor([probe]), "use_cache": False}
    trained.eval()
    with torch.no_grad():
        difference = (trained(**given).logits - reloaded(**given).logits).abs().max()
    if not float(difference) <= 1e-4:
        raise SmmVoiceError(
            f"the saved adapter does not answer like the trained one (logits differ by "
            f"{float(difference):.2g})"
        )


def load_for_generation(base: BaseModel, folder: Path | None, precision: str) -> tuple[Any, Any]:
    """Model and tokenizer ready to write: the adapter folded in, in the number format wanted.

    Args:
        base: the base model.
        folder: an adapter on it; None: the base model as it is.
        precision: fp32 or bf16.
    """
    import torch

    from smm_voice.models.base import load as load_base

    model, tokenizer = load_base(base)
    if folder is not None:
        model = load(model, folder, base).merge_and_unload()
    if precision == "bf16":
        model = model.to(torch.bfloat16)
    return model.eval(), tokenizer


def digest(folder: Path) -> str:
    """SHA-256 of the adapter's weights."""
    with (folder / _WEIGHTS).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
