"""Settings of other benchmarks that every benchmark's configuration holds."""

from pathlib import Path

import yaml

from smm_voice.config import (
    DriftBenchConfig,
    LoraConfig,
    MonitorConfig,
    ScaleBenchConfig,
    TrainingConfig,
)
from smm_voice.validation import build

CONF = Path(__file__).resolve().parents[2] / "conf"

MONITOR = MonitorConfig(
    recent_posts=40, baseline_posts=80, minimum_posts=20, windows=6, permutations=199, level=0.05,
    output_briefs=0, examples=1, seed=0,
)  # fmt: skip
DRIFT = DriftBenchConfig(
    voices=["noaaresearch"], halves=1, looks=1, blends=1, shares=[0.5], months=False,
    speed=0, workers=1, seed=0,
)  # fmt: skip


def _default(schema, group):
    values = yaml.safe_load((CONF / group / "default.yaml").read_text(encoding="utf-8"))
    values.pop("defaults", None)
    return build(schema, values, group, [])


SCALE = ScaleBenchConfig(
    training=_default(TrainingConfig, "training"), lora=_default(LoraConfig, "lora")
)
