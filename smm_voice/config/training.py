"""Schemas of the adapter and of the fine-tuning run."""

from __future__ import annotations

from dataclasses import dataclass, field

from smm_voice.validation import rule

INITIALISATIONS = ("default", "gaussian", "orthogonal", "pissa", "pissa_niter_16", "olora")
# How those begin that take something out of the base weights.
MOVING = ("pissa", "olora")


@dataclass(frozen=True, kw_only=True)
class LoraConfig:
    """Low-rank adaptation (Hu et al. 2021, arXiv:2106.09685).

    `rslora` scales by alpha / √rank (arXiv:2312.03732). `dora` learns magnitude and direction of
    each matrix apart (arXiv:2402.09353). `initialisation`: `default` is Kaiming for A and zeros for
    B; `pissa` (arXiv:2404.02948; `pissa_niter_16` finds the same nearly, and faster) and `olora`
    (arXiv:2406.01775) take A and B out of the base weights, and are saved as a LoRA of twice the
    rank on the untouched base.
    """

    rank: int = rule(minimum=1, maximum=512)
    alpha: float = rule(minimum=0)
    dropout: float = rule(minimum=0, maximum=0.9)
    targets: str
    rslora: bool
    dora: bool = False
    initialisation: str = rule("default", choices=INITIALISATIONS)

    @property
    def moves_base(self) -> bool:
        """Whether the initialisation takes something out of the base weights."""
        return self.initialisation.startswith(MOVING)


@dataclass(frozen=True, kw_only=True)
class MixingConfig:
    """General examples among the brand's, against forgetting.

    `path` is a JSONL file of `{"messages": […]}`, `{"prompt", "response"}` or `{"text"}`; with
    `replay` they are the base model's own answers to `data/general/prompts.jsonl`. `share` is their
    share of all training rows.
    """

    path: str | None = None
    replay: bool = False
    share: float = rule(0.0, minimum=0, maximum=0.9)


@dataclass(frozen=True, kw_only=True)
class WatchdogConfig:
    """When a training is stopped as lost.

    A loss that is no number always stops it; so do `logs` logged losses in a row above
    `spike_factor` times the running median. `spike_factor: 0` leaves that out.
    """

    spike_factor: float = rule(2.0, minimum=0)
    logs: int = rule(3, minimum=1)


@dataclass(frozen=True, kw_only=True)
class DistributedConfig:
    """One training over several processes: `ddp` keeps the model in each, `fsdp2` a share of it.

    `processes` are started on this machine; under torchrun it is torchrun that starts them, on one
    machine or on many. Whatever their number, a step learns from the same examples: batch_size ×
    accumulation is that of all processes together. `wait_minutes` is the longest that one waits for
    another.
    """

    kind: str = rule("none", choices=("none", "ddp", "fsdp2"))
    processes: int = rule(1, minimum=1, maximum=1024)
    wait_minutes: float = rule(60.0, minimum=0.1)


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """The fine-tuning run.

    `kernels` says who computes a step: this project's parts (`fused`, on a CPU), or those of
    transformers and peft (`plain`). `minimum_rate_share` is where cosine_with_min_lr and
    warmup_stable_decay end, and `decay_share` the share of the steps in which the latter decays.
    `patience: null` or 0 never stops early; an evaluation counts as better from
    `minimum_improvement` on. `start_from` is an adapter, or a checkpoint, to go on from: of the
    same base, with the same lora.* but for the dropout. `find_batch_size` takes the largest batch
    that fits in memory, with batch_size × accumulation as it is. It and `check_memory` measure a
    whole model: under fsdp2 the one is refused and the other does nothing. `neftune_alpha` is the
    noise of arXiv:2310.05914; 0: none. `mask_entities` takes the facts and names of which the
    brief says nothing out of the loss.

    `check_memory`, `general_check`, `general_tolerance`, `samples` and `watchdog` only look on:
    they do not change the adapter.
    """

    epochs: float = rule(minimum=0)
    maximum_examples: int = rule(minimum=1)
    batch_size: int = rule(minimum=1)
    accumulation: int = rule(minimum=1)
    learning_rate: float = rule(minimum=0)
    warmup_share: float = rule(minimum=0, maximum=0.9)
    schedule: str = rule(
        choices=(
            "linear", "cosine", "constant_with_warmup", "cosine_with_min_lr",
            "warmup_stable_decay", "inverse_sqrt",
        )
    )  # fmt: skip
    weight_decay: float = rule(minimum=0)
    gradient_clip: float = rule(minimum=0)
    maximum_tokens: int = rule(minimum=16)
    precision: str = rule(choices=("auto", "fp32", "bf16"))
    kernels: str = rule("auto", choices=("auto", "fused", "plain"))
    evaluations_per_epoch: int = rule(minimum=1)
    patience: int | None = rule(minimum=0)
    seed: int = rule(minimum=0)
    minimum_rate_share: float = rule(0.1, minimum=0, maximum=1)
    decay_share: float = rule(0.2, minimum=0, maximum=1)
    minimum_improvement: float = rule(0.0, minimum=0)
    start_from: str | None = None
    find_batch_size: bool = False
    gradient_checkpointing: bool = False
    neftune_alpha: float = rule(0.0, minimum=0)
    mask_entities: bool = False
    mixing: MixingConfig = field(default_factory=MixingConfig)
    check_memory: bool = True
    general_check: bool = False
    general_tolerance: float = rule(0.05, minimum=0, maximum=1)
    samples: int = rule(0, minimum=0, maximum=64)
    watchdog: WatchdogConfig = field(default_factory=WatchdogConfig)
    distributed: DistributedConfig = field(default_factory=DistributedConfig)


# What only looks on: a training with it or without makes the same adapter.
LOOKING_ON = ("check_memory", "general_check", "general_tolerance", "samples", "watchdog")
