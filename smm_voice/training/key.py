"""What makes two trainings the same."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

from smm_voice.config import LOOKING_ON, TrainConfig
from smm_voice.dataset.prompts import PROMPT_VERSION
from smm_voice.models.base import BaseModel


def run_key(config: TrainConfig, fingerprint: str, base: BaseModel) -> str:
    """Equal for runs that would train the very same adapter."""
    training = dataclasses.asdict(config.training)
    for name in LOOKING_ON:
        del training[name]
    # However many processes share a step, it is the same; fsdp2 keeps checkpoints of its own form.
    if training.pop("distributed")["kind"] == "fsdp2":
        training["distributed"] = "fsdp2"
    parts = [
        fingerprint, base.identity, dataclasses.asdict(config.lora), training,
        config.brand.title, PROMPT_VERSION, _content(config),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def _content(config: TrainConfig) -> list[str]:
    """Of the files that are named: a name stays while what lies under it changes."""
    training = config.training
    named = [Path(training.mixing.path)] if training.mixing.path and training.mixing.share else []
    if training.start_from:
        named.append(Path(training.start_from) / "adapter_model.safetensors")
    paths = [path.expanduser() for path in named]
    return [hashlib.sha256(p.read_bytes()).hexdigest() if p.is_file() else "" for p in paths]
