"""Schemas of preference tuning and its command."""

from __future__ import annotations

from dataclasses import dataclass, field

from smm_voice.config.commands import FinishedModelConfig
from smm_voice.config.groups import ReportConfig
from smm_voice.config.lifecycle import GateConfig
from smm_voice.validation import rule


@dataclass(frozen=True, kw_only=True)
class PreferenceConfig:
    """How an adapter goes on learning from what people chose.

    `pairs` is `all`, or `aged`: only pairs on briefs that lie before the present test period. The
    briefs of the others are left out of every evaluation of the tuned model. Fewer than
    `minimum_pairs` different pairs are refused. `held_out_share` of the briefs are never learned
    from: the gain in preferring the chosen text is measured on their pairs. `beta` holds the model
    to what it was. A `batch_size` counts pairs for DPO and texts for KTO; what is longer than
    `maximum_tokens` with its prompt is left out.
    """

    pairs: str = rule("all", choices=("all", "aged"))
    minimum_pairs: int = rule(20, minimum=2)
    held_out_share: float = rule(0.2, minimum=0.05, maximum=0.5)
    beta: float = rule(0.1, minimum=0.001, maximum=10)
    epochs: int = rule(2, minimum=1)
    batch_size: int = rule(4, minimum=1)
    learning_rate: float = rule(5e-5, minimum=1e-8)
    warmup_share: float = rule(0.1, minimum=0, maximum=0.9)
    gradient_clip: float = rule(1.0, minimum=0.001)
    maximum_tokens: int = rule(512, minimum=16)
    precision: str = rule("auto", choices=("auto", "fp32", "bf16"))
    seed: int = rule(42, minimum=0)


@dataclass(frozen=True, kw_only=True)
class PreferConfig(FinishedModelConfig):
    """`scripts/prefer.py`. `model` goes on learning, by `method`, and is judged by `gate`."""

    method: str = rule(choices=("dpo", "kto"))
    preference: PreferenceConfig = field(default_factory=PreferenceConfig)
    gate: GateConfig
    report: ReportConfig = field(default_factory=ReportConfig)
