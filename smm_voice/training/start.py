"""An adapter, or a checkpoint of one, from which another training begins (`start_from`)."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.config import TrainingConfig
from smm_voice.dataset.learned import later
from smm_voice.errors import InputError
from smm_voice.models.adapters import (
    CONFIG,
    WEIGHTS,
    AdapterOrigin,
    lora_weights,
    misfit,
    moves_base,
    read_origin,
)
from smm_voice.models.base import BaseModel

if TYPE_CHECKING:
    from peft import PeftModel

# peft's name → the key that decides it.
_SETTINGS = {
    "r": "lora.rank",
    "lora_alpha": "lora.alpha",
    "use_rslora": "lora.rslora",
    "use_dora": "lora.dora",
    "init_lora_weights": "lora.initialisation",
    "target_modules": "lora.targets",
}
# Found by chance: another run takes something else out of the base.
_DRAWN = "pissa_niter"


def start_folder(config: TrainingConfig) -> Path | None:
    """The folder of `training.start_from`."""
    return Path(config.start_from).expanduser() if config.start_from else None


def inherited(origin: AdapterOrigin, start: Path | None, base: BaseModel) -> AdapterOrigin:
    """The origin of what is trained on from `start`: what that one has read counts as read.

    Args:
        origin: of the training by itself.
        start: folder of an adapter or of a checkpoint; None: there is none.
        base: of the training.

    Raises:
        InputError: there is none, nothing says where it comes from, or it is for another base.
    """
    if start is None:
        return origin
    older = _origin_of(start, base)
    return dataclasses.replace(
        origin,
        trained_until=later(origin.trained_until, older.trained_until),
        judged_briefs=sorted({*origin.judged_briefs, *older.judged_briefs}),
    )


def _origin_of(start: Path, base: BaseModel) -> AdapterOrigin:
    try:
        found = read_origin(start)
    except InputError as error:
        raise InputError(
            f"training.start_from: {error}. What it has learned from has to be known; a checkpoint "
            "that an older version of this project wrote does not say so"
        ) from error
    wrong = misfit(found, base)
    if wrong:
        raise InputError(f"training.start_from: the adapter in {start} {wrong}")
    return found


def start_from(model: PeftModel, folder: Path, base: BaseModel) -> None:
    """Put the weights of a saved adapter, or of a checkpoint, into one that is to learn on.

    Args:
        model: with an adapter just attached.
        folder: of the adapter or checkpoint.
        base: the model's.

    Raises:
        InputError: there is none, or it is none that this training would make; names what differs.
    """
    from peft import set_peft_model_state_dict
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    path = folder / WEIGHTS
    try:
        weights = load_file(path)
        saved = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError, SafetensorError) as error:
        raise InputError(f"training.start_from: {path} cannot be read: {error}") from error
    _origin_of(folder, base)
    _check_settings(model.peft_config["default"].to_dict(), saved, folder)
    expected = {name: w.shape for name, w in lora_weights(model).items()}
    if {name: w.shape for name, w in weights.items()} != expected:
        raise InputError(
            f"training.start_from: the adapter in {folder} has other layers or other shapes than "
            "this base model with these lora.* settings"
        )
    set_peft_model_state_dict(model, weights)


def _check_settings(own: dict[str, Any], saved: dict[str, Any], folder: Path) -> None:
    differing = [
        f"{key} is {there} there and {here} here"
        for name, key in _SETTINGS.items()
        if (there := _plain(name, saved.get(name))) != (here := _plain(name, own[name]))
    ]
    wanted = own["init_lora_weights"]
    if differing:
        remedy = "Set them alike, or begin without training.start_from"
        if moves_base(own) and saved.get("init_lora_weights") != wanted:
            remedy = (
                f"What lora.initialisation={wanted} takes out of the base is still in it for that "
                "adapter: its only start is a checkpoint of the same initialisation. A finished "
                "adapter that began so has twice the rank and alpha (lora.rslora: √2 times the "
                "alpha), and goes on with lora.initialisation=default"
            )
        raise InputError(
            f"training.start_from: the adapter in {folder} is none that this training could have "
            f"made: {'; '.join(differing)}. {remedy}"
        )
    if str(wanted).startswith(_DRAWN):
        raise InputError(
            f"training.start_from: lora.initialisation={wanted} finds what it takes out of the "
            f"base by chance, so that the checkpoint {folder} fits its own run alone; start from "
            "a finished adapter, or take lora.initialisation=pissa from the beginning"
        )


def _plain(name: str, value: Any) -> str:
    """As text that two configurations can be compared by."""
    if name == "init_lora_weights" and value is True:
        return "default"
    if isinstance(value, str | bool) or value is None:
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:g}"
    return ", ".join(sorted(value))
