"""Measure posts, model sizes and brands, and write the table for docs/scale.md."""

from __future__ import annotations

import dataclasses
import json
import logging
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from smm_voice.benchmarks.dataset import growth_exponent
from smm_voice.benchmarks.record import measure
from smm_voice.cluster import processes
from smm_voice.cluster.command import Command, Ended
from smm_voice.config import BenchmarkConfig, ProcessesConfig
from smm_voice.errors import SmmVoiceError

log = logging.getLogger(__name__)

Figures = dict[str, list[float]]


def run(config: BenchmarkConfig, repository: Path) -> Figures:
    """Measure; figures by name, one value a repeat. The table lands beside them as `scale.md`."""
    figures: Figures = {}
    out = Path(config.workspace) / "experiments" / "runs" / "benchmarks"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as folder:
        for _ in range(config.repeats):
            for posts in config.scale.posts:
                _note(figures, f"posts_{posts}", config, config.scale.shape, posts, Path(folder))
            for shape in config.scale.models:
                posts = config.scale.steps * config.scale.training.batch_size
                _note(figures, f"model_{shape}", config, shape, posts, Path(folder))
            for brands in config.scale.brands:
                for at_once in (1, 2) if brands > 1 else (1,):
                    seconds = _brands(config, brands, at_once, Path(folder), repository)
                    name = f"scale/seconds_brands_{brands}_at_once_{at_once}"
                    figures.setdefault(name, []).append(seconds)
                    log.info("%d brands, %d at once: %.0f s", brands, at_once, seconds)
    if len(config.scale.posts) > 1:
        for what in ("seconds", "peak_gib"):
            values = {n: median(figures[f"scale/{what}_posts_{n}"]) for n in config.scale.posts}
            figures[f"scale/growth_exponent_{what}_posts"] = [growth_exponent(values)]
    (out / "scale.md").write_text(table(config, figures), encoding="utf-8")
    return figures


def table(config: BenchmarkConfig, figures: Figures) -> str:
    """The figures as they stand in docs/scale.md."""

    def shown(name: str) -> str:
        values = figures.get(f"scale/{name}")
        return "–" if values is None else f"{median(values):.3g}"

    lines = ["| posts, one epoch | seconds | tokens a second | peak GiB |", "|---|---|---|---|"]
    for n in config.scale.posts:
        cells = (
            shown(f"{what}_posts_{n}") for what in ("seconds", "tokens_per_second", "peak_gib")
        )
        lines.append(f"| {n:,} | {' | '.join(cells)} |")
    lines += ["", "| model | seconds a step | tokens a second | peak GiB |", "|---|---|---|---|"]
    names = ("seconds_a_step", "tokens_per_second", "peak_gib")
    for shape in config.scale.models:
        cells = (shown(f"{what}_model_{shape}") for what in names)
        lines.append(f"| {shape} | {' | '.join(cells)} |")
    lines += ["", "| brands | seconds, one after another | seconds, two at once |", "|---|---|---|"]
    for brands in config.scale.brands:
        cells = (shown(f"seconds_brands_{brands}_at_once_{n}") for n in (1, 2))
        lines.append(f"| {brands} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _note(
    figures: Figures, name: str, config: BenchmarkConfig, shape: str, posts: int, folder: Path
) -> None:
    ran = measure(_line(config, shape, posts), folder)
    found = json.loads(ran.output.strip().splitlines()[-1])
    values = {
        "seconds": found["seconds"],
        "seconds_a_step": found["seconds"] / found["steps"],
        "tokens_per_second": found["tokens_per_second"],
        "peak_gib": ran.peak_bytes / 2**30,
    }
    log.info("%s: %s", name, ", ".join(f"{key} {value:.3g}" for key, value in values.items()))
    for what, value in values.items():
        figures.setdefault(f"scale/{what}_{name}", []).append(value)


def _brands(
    config: BenchmarkConfig, brands: int, at_once: int, folder: Path, repository: Path
) -> float:
    """Seconds of so many trainings as `hydra/launcher=processes` runs them, starts included."""
    line = tuple(_line(config, config.scale.shape, config.scale.posts_a_brand))
    threads = max(1, config.scale.threads // at_once)
    commands = [
        Command(f"brand {n}", line, str(repository), str(folder / f"{brands}-{at_once}-{n}.log"),
                {"OMP_NUM_THREADS": str(threads)})
        for n in range(brands)
    ]  # fmt: skip
    ends: list[Ended] = []
    begun = time.perf_counter()
    processes.run_all(commands, ProcessesConfig(at_once=at_once), lambda _, end: ends.append(end))
    seconds = time.perf_counter() - begun
    if bad := [end for end in ends if end.status]:
        raise SmmVoiceError(f"a training of the benchmark failed: {bad[0].message}")
    return seconds


def _line(config: BenchmarkConfig, shape: str, posts: int) -> list[str]:
    asked = {
        "shape": shape,
        "posts": posts,
        "training": dataclasses.asdict(config.scale.training),
        "lora": dataclasses.asdict(config.scale.lora),
    }
    return [sys.executable, "-m", "smm_voice.benchmarks.scale.job", json.dumps(asked)]
