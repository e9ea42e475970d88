"""What makes two trainings the same."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path
from typing import Any

from smm_voice.config import LOOKING_ON, LoraConfig, TrainConfig, TrainingConfig
from smm_voice.dataset.prompts import PROMPT_VERSION
from smm_voice.models.base import BaseModel
from smm_voice.training import spread

# With one of these above 0, each process draws numbers of its own in every step.
DRAWING = ("lora.dropout", "training.neftune_alpha")


def run_key(config: TrainConfig, fingerprint: str, base: BaseModel) -> str:
    """Equal for runs that would train the very same adapter."""
    parts = [
        fingerprint, base.identity, dataclasses.asdict(config.lora),
        decisive(config.training, draws(config.lora, config.training)),
        config.brand.title, PROMPT_VERSION, _content(config),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def draws(lora: LoraConfig, training: TrainingConfig) -> bool:
    """Whether a step depends on random numbers; see `DRAWING`."""
    return lora.dropout > 0 or training.neftune_alpha > 0


def decisive(training: TrainingConfig, draws: bool) -> dict[str, Any]:
    """The settings that decide what adapter comes out, as plain values.

    However many processes share a step, it is the same, unless they draw random numbers in it.
    fsdp2 keeps checkpoints of its own form.

    Args:
        training: all settings.
        draws: whether random numbers are drawn in a step.
    """
    found = dataclasses.asdict(training)
    for name in (*LOOKING_ON, "distributed"):
        del found[name]
    if training.distributed.kind == "fsdp2":
        found["distributed"] = "fsdp2"
    processes = spread.count(training.distributed)
    if draws and processes > 1:
        found["processes"] = processes
    return found


def _content(config: TrainConfig) -> list[str]:
    """Of the files that are named: a name stays while what lies under it changes."""
    training = config.training
    named = [Path(training.mixing.path)] if training.mixing.path and training.mixing.share else []
    if training.start_from:
        named.append(Path(training.start_from) / "adapter_model.safetensors")
    paths = [path.expanduser() for path in named]
    return [hashlib.sha256(p.read_bytes()).hexdigest() if p.is_file() else "" for p in paths]
