"""What makes two trainings the same."""

from __future__ import annotations

import dataclasses
import hashlib
import json

from smm_voice.config import TrainConfig
from smm_voice.dataset.prompts import PROMPT_VERSION
from smm_voice.models.base import BaseModel


def run_key(config: TrainConfig, fingerprint: str, base: BaseModel) -> str:
    """Equal for runs that would train the very same adapter."""
    training = dataclasses.asdict(config.training)
    # However many processes share a step, it is the same; fsdp2 keeps checkpoints of its own form.
    if training.pop("distributed")["kind"] == "fsdp2":
        training["distributed"] = "fsdp2"
    parts = [
        fingerprint, base.digest, dataclasses.asdict(config.lora), training,
        config.brand.title, PROMPT_VERSION,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
