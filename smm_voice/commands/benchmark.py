"""`scripts/benchmark.py`: measure, print, and write the figures down."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from smm_voice.benchmarks import dataset, record
from smm_voice.benchmarks.drift.run import run as run_drift
from smm_voice.benchmarks.factuality.run import run as run_factuality
from smm_voice.benchmarks.generation.run import run as run_generation
from smm_voice.benchmarks.lifecycle.run import run as run_lifecycle
from smm_voice.benchmarks.metrics.run import run as run_metrics
from smm_voice.benchmarks.scale.run import run as run_scale
from smm_voice.benchmarks.training.run import run as run_training
from smm_voice.benchmarks.ui import run as run_ui
from smm_voice.commands.console import say
from smm_voice.config import BenchmarkConfig
from smm_voice.evaluation.provenance import provenance

BENCHES: dict[str, Callable[[BenchmarkConfig, Path], dict[str, list[float]]]] = {
    "dataset": dataset.run,
    "drift": run_drift,
    "factuality": run_factuality,
    "generation": run_generation,
    "lifecycle": run_lifecycle,
    "metrics": run_metrics,
    "training": run_training,
    "scale": run_scale,
    "ui": run_ui,
}


def benchmark(config: BenchmarkConfig) -> int:
    """Run one benchmark."""
    repository = Path(config.repository)
    figures = BENCHES[config.bench](config, repository)
    folder = Path(config.workspace) / "experiments" / "runs" / "benchmarks"
    commit = str(provenance(repository)["commit"])
    path = record.write(folder, config.bench, commit, config.repeats, figures)
    for name, values in sorted(figures.items()):
        say(f"  {name:<36} {sorted(values)[len(values) // 2]:.4g}")
    say(str(path))
    return 0
