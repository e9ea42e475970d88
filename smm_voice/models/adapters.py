"""LoRA adapters: attach, save, verify, load."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.config import MOVING, LoraConfig
from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.models.base import BaseModel
from smm_voice.models.quantisation import made_trainable

if TYPE_CHECKING:
    from peft import PeftModel
    from transformers import PreTrainedModel

_ORIGIN = "smm_voice.json"
WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"
# Without one of these it is no adapter.
FILES = frozenset({_ORIGIN, WEIGHTS, CONFIG})

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
        prompt_format: of its base as it was trained (`BaseModel.prompt_format`); "" in older files,
            which do not say.
    """

    brand: str
    base: dict[str, Any]
    base_digest: str
    dataset_fingerprint: str
    trained_until: str
    prompt_version: str
    judged_briefs: list[str] = field(default_factory=list)
    prompt_format: str = ""


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
    _check_rank(model, config.rank, targets)
    initialisation: bool | str = config.initialisation
    try:
        attached = get_peft_model(
            model,
            PeftLoraConfig(
                task_type="CAUSAL_LM",
                r=config.rank,
                lora_alpha=config.alpha,
                lora_dropout=config.dropout,
                target_modules=targets,
                use_rslora=config.rslora,
                use_dora=config.dora,
                init_lora_weights=True if initialisation == "default" else initialisation,
            ),
        )
    except ValueError as error:
        raise InputError(f"lora.targets {config.targets!r} fits no layer: {error}") from error
    if config.moves_base:
        # What was taken out of the base is known here alone; saving needs it.
        attached.smm_taken_out = lora_weights(attached)
    return attached


def _check_rank(model: PreTrainedModel, rank: int, targets: str | list[str]) -> None:
    import torch

    smallest, name = min(
        (
            (min(module.in_features, module.out_features), name)
            for name, module in model.named_modules()
            if isinstance(module, torch.nn.Linear)
            and (isinstance(targets, str) or name.rpartition(".")[2] in targets)
        ),
        default=(rank, ""),
    )
    if rank > smallest:
        raise InputError(
            f"lora.rank is {rank}, but the smallest matrix of this model ({name}) has {smallest} "
            "rows; take at most that"
        )


def lora_weights(model: PeftModel) -> dict[str, Any]:
    """A copy of the adapter's weights, under the names in its file."""
    from peft import get_peft_model_state_dict

    return {name: w.detach().clone() for name, w in get_peft_model_state_dict(model).items()}


def save(model: PeftModel, folder: Path, origin: AdapterOrigin) -> None:
    """Save the adapter as safetensors, with its origin; it fits the base as it was loaded.

    An initialisation that moved the base (W = W' + s·B₀A₀) is undone: what is saved is
    s·(BA − B₀A₀), a LoRA of twice the rank, which belongs on W.
    """
    taken_out = getattr(model, "smm_taken_out", None)
    model.save_pretrained(folder, safe_serialization=True)
    if taken_out is not None:
        _on_untouched_base(model, folder, taken_out)
    write_origin(folder, origin)


def write_origin(folder: Path, origin: AdapterOrigin) -> None:
    """Write where an adapter comes from beside its weights."""
    text = json.dumps(dataclasses.asdict(origin), indent=2)
    (folder / _ORIGIN).write_text(text, encoding="utf-8")


def _on_untouched_base(model: PeftModel, folder: Path, taken_out: dict[str, Any]) -> None:
    import copy

    import torch
    from safetensors.torch import save_file

    found = {}
    for name, weight in lora_weights(model).items():
        sign, axis = (1, 0) if "lora_A" in name else (-1, 1)
        joined = torch.cat([weight, sign * taken_out[name].to(weight)], dim=axis)
        found[name] = joined.contiguous().cpu()
    save_file(found, folder / WEIGHTS, metadata={"format": "pt"})
    config = copy.deepcopy(model.peft_config["default"])
    config.r *= 2
    # The scale is alpha / r, or alpha / √r: it has to stay.
    config.lora_alpha *= 2**0.5 if config.use_rslora else 2
    config.init_lora_weights = True
    config.inference_mode = True
    config.save_pretrained(folder)


def read_origin(folder: Path) -> AdapterOrigin:
    """The origin of a saved adapter.

    Raises:
        InputError: the folder holds no adapter of this project.
    """
    try:
        return AdapterOrigin(**json.loads((folder / _ORIGIN).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise InputError(f"{folder} holds no adapter ({_ORIGIN}: {error})") from error


def misfit(origin: AdapterOrigin, base: BaseModel) -> str | None:
    """Why an adapter does not belong on a base model, in words; None where it does."""
    if origin.base_digest != base.digest:
        return (
            f"was trained on {origin.base.get('name')} ({origin.base_digest[:12]}), not on "
            f"{base.name} ({base.digest[:12]})"
        )
    if origin.prompt_format and origin.prompt_format != base.prompt_format:
        return (
            f"was trained with another prompt format than {base.name} has now "
            f"({origin.prompt_format[:12]}, not {base.prompt_format[:12]}): it would be asked in a "
            f"form that it has never seen. The chat template in {base.folder} was changed, added "
            "or removed since: put the old one back, or train again"
        )
    return None


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
        InputError: the adapter was trained on another base, or with another prompt format.
    """
    from peft import PeftModel

    origin = read_origin(folder)
    if moves_base(_read_config(folder)):
        raise InputError(
            f"{folder} is a checkpoint whose initialisation took something out of the base: it "
            "fits no untouched one. Take the adapter that its run has saved, or train on from it "
            "(training.start_from)"
        )
    wrong = misfit(origin, base)
    if wrong:
        raise InputError(f"the adapter {folder} {wrong}")
    return PeftModel.from_pretrained(model, str(folder), is_trainable=trainable).eval()


def moves_base(config: Mapping[str, Any]) -> bool:
    """Whether an adapter with this peft configuration lies on a base that was changed for it."""
    return str(config.get("init_lora_weights")).startswith(MOVING)


def _read_config(folder: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{folder} holds no adapter ({CONFIG}: {error})") from error
    return found


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
    device = next(trained.parameters()).device
    if base.quantisation is None:
        fresh = fresh.to(device)
    reloaded = load(made_trainable(fresh, base.quantisation, False), folder, base)
    made_alike(reloaded)
    zero = [
        name
        for name, weight in reloaded.named_parameters()
        if "lora_B" in name and not bool(weight.detach().abs().max() > 0)
    ]
    if zero:
        raise SmmVoiceError(f"the saved adapter is empty in {len(zero)} layers, first {zero[0]}")
    # A model that has been trained no longer keeps keys and values, and bf16 shows the difference.
    given = {"input_ids": torch.tensor([probe], device=device), "use_cache": False}
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
        model = load(model, folder, base)
        if base.quantisation is None:  # folded into coarse numbers, an adapter would be rounded off
            model = model.merge_and_unload()
    if base.quantisation is None:  # a quantised one stands where it is, in its own format
        dtype = torch.bfloat16 if precision == "bf16" else torch.float32
        model = model.to("cuda" if torch.cuda.is_available() else "cpu", dtype)
    return model.eval(), tokenizer


def digest(folder: Path) -> str:
    """SHA-256 of the adapter's weights."""
    with (folder / WEIGHTS).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
