"""Schemas of the adapter and of the fine-tuning run."""

from __future__ import annotations

from dataclasses import dataclass

from smm_voice.validation import rule


@dataclass(frozen=True, kw_only=True)
class LoraConfig:
    """Low-rank adaptation (Hu et al. 2021, arXiv:2106.09685)."""

    rank: int = rule(minimum=1, maximum=512)
    alpha: float = rule(minimum=0)
    dropout: float = rule(minimum=0, maximum=0.9)
    targets: str
    rslora: bool


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """The fine-tuning run.

    `kernels` says who computes a step: this project's parts (`fused`, on a CPU), or those of
    transformers and peft (`plain`).
    """

    epochs: float = rule(minimum=0)
    maximum_examples: int = rule(minimum=1)
    batch_size: int = rule(minimum=1)
    accumulation: int = rule(minimum=1)
    learning_rate: float = rule(minimum=0)
    warmup_share: float = rule(minimum=0, maximum=1)
    schedule: str = rule(choices=("linear", "cosine", "constant_with_warmup"))
    weight_decay: float = rule(minimum=0)
    gradient_clip: float = rule(minimum=0)
    maximum_tokens: int = rule(minimum=16)
    precision: str = rule(choices=("auto", "fp32", "bf16"))
    kernels: str = rule("auto", choices=("auto", "fused", "plain"))
    evaluations_per_epoch: int = rule(minimum=1)
    patience: int = rule(minimum=1)
    seed: int = rule(minimum=0)
