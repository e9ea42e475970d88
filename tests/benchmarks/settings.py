"""Settings of the drift benchmark that every benchmark's configuration holds."""

from smm_voice.config import DriftBenchConfig, MonitorConfig

MONITOR = MonitorConfig(
    recent_posts=40, baseline_posts=80, minimum_posts=20, windows=6, permutations=199, level=0.05,
    output_briefs=0, examples=1, seed=0,
)  # fmt: skip
DRIFT = DriftBenchConfig(
    voices=["noaaresearch"], halves=1, looks=1, blends=1, shares=[0.5], months=False,
    speed=0, workers=1, seed=0,
)  # fmt: skip
