"""Engines take turns at training steps on the same posts; their ratios are the figures."""

from __future__ import annotations

import dataclasses
import logging
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

import yaml

from smm_voice.benchmarks.record import measure
from smm_voice.benchmarks.table import Level, Row, figures, lines
from smm_voice.benchmarks.training.engines import OWN, PLAIN, TRL
from smm_voice.benchmarks.turns import Worker
from smm_voice.config import BenchmarkConfig, TrainingBenchConfig

log = logging.getLogger(__name__)

_PEAK = "peak"
_GIB = 2**30
Block = dict[str, Any]


def run(config: BenchmarkConfig, repository: Path) -> dict[str, list[float]]:
    """Measure, print the table, and give figures by name, one value a repeat."""
    with tempfile.TemporaryDirectory(prefix="bench-training-") as name:
        folder = Path(name)
        dataset = _dataset(folder, repository)
        blocks = _blocks(config, repository, dataset, folder)
    rows = table(blocks)
    log.info("%s", "\n".join(lines(rows)))
    return figures(rows)


def table(blocks: dict[str, list[Block]]) -> list[Row]:
    """Rows from what each engine told of each repeat.

    Args:
        blocks: engine → repeats, each with tokens, operations, seconds, losses, peak_bytes; and
            `peak` → repeats with operations a second in bf16 and fp32.
    """
    repeats = range(len(blocks[_PEAK]))
    speed = {
        engine: [_speed(block) for block in told]
        for engine, told in blocks.items()
        if engine != _PEAK
    }
    best = max((engine for engine in TRL if engine in speed), key=lambda each: median(speed[each]))
    machine = [max(told.values()) for told in blocks[_PEAK]]

    def ratio(to: str) -> tuple[float, ...]:
        return tuple(speed[OWN][i] / speed[to][i] for i in repeats)

    def share(engine: str) -> tuple[float, ...]:
        told = blocks[engine]
        return tuple(told[i]["operations"] / told[i]["seconds"] / machine[i] for i in repeats)

    def memory(engine: str) -> float:
        return max(told["peak_bytes"] for told in blocks[engine]) / _GIB

    rows = [
        Row(f"speed over TRL's best ({best})", ratio(best), Level(least=2.5),
            "training/ratio_vs_trl_best"),
        Row("speed over TRL's default", ratio("trl_default"), Level(),
            "training/ratio_vs_trl_default"),
        Row("speed over transformers' Trainer", ratio(PLAIN), Level(),
            "training/ratio_vs_transformers"),
        Row("share of the matrix peak", share(OWN), Level(least=0.2),
            "training/matrix_peak_share"),
        Row(f"share of the matrix peak, {best}", share(best), Level(),
            "training/matrix_peak_share_trl_best"),
        Row("peak memory over TRL's best", (memory(OWN) / memory(best),), Level(most=1.0),
            "training/memory_ratio_vs_trl_best"),
        Row("matrix peak, 10⁹ operations a second", tuple(each / 1e9 for each in machine), Level(),
            "training/matrix_peak_gflops"),
    ]  # fmt: skip
    same = [engine for engine in speed if engine.startswith("trl_by_length")]
    for engine in same:
        difference = _loss_difference(blocks[OWN], blocks[engine])
        note = "largest, step by step, of the loss"
        rows.append(Row(f"difference of the loss from {engine}", difference, Level(most=0.01),
                        f"training/loss_difference_{engine}", note))  # fmt: skip
    for engine in speed:
        rows.append(Row(f"tokens a second, {engine}", tuple(speed[engine]), Level(),
                        f"training/tokens_per_second_{engine}"))  # fmt: skip
        rows.append(Row(f"peak memory in GiB, {engine}", (memory(engine),), Level(),
                        f"training/peak_gib_{engine}"))  # fmt: skip
    return rows


def _loss_difference(own: list[Block], other: list[Block]) -> tuple[float, ...]:
    """Largest |a − b| / b of a repeat's steps; both engines saw the same batches in order."""
    return tuple(
        max(abs(a - b) / b for a, b in zip(mine["losses"], theirs["losses"], strict=True))
        for mine, theirs in zip(own, other, strict=True)
    )


def _dataset(folder: Path, repository: Path) -> Path:
    command = [sys.executable, str(repository / "scripts" / "build_dataset.py"), "brand=acme",
               f"workspace={folder}"]  # fmt: skip
    measure(command, folder)
    return next((folder / "data" / "built" / "acme").glob("*/card.json")).parent


def _blocks(
    config: BenchmarkConfig, repository: Path, dataset: Path, folder: Path
) -> dict[str, list[Block]]:
    """What each engine tells of each repeat; the first block of all is nobody's.

    Of TRL's other settings only the fastest takes turns: each process keeps several GiB, and all
    of them at once do not fit 24.
    """
    shared = _settings(config.training, repository, dataset)

    def worker(engine: str, blocks: int, name: str) -> Worker:
        own = {"engine": engine, "folder": str(folder / name), "blocks": blocks}
        return Worker("smm_voice.benchmarks.training.worker", name, shared | own, folder)

    screened: dict[str, float] = {}
    for engine in config.training.engines:
        if engine in TRL:
            with worker(engine, 2, f"screen-{engine}") as one:
                one.turn({})
                screened[engine] = _speed(one.turn({}))
            log.info("screened, %s: %.0f tokens/s", engine, screened[engine])
    takes_turns = {TRL[0], max(screened, key=lambda engine: screened[engine])}
    engines = [each for each in config.training.engines if each not in TRL or each in takes_turns]
    told: dict[str, list[Block]] = {engine: [] for engine in (_PEAK, *engines)}
    with ExitStack() as stack:
        workers = {
            engine: stack.enter_context(worker(engine, config.repeats + 1, engine))
            for engine in told
        }
        for repeat in range(config.repeats + 1):
            for engine, one in workers.items():
                found = one.turn({})
                if repeat:
                    told[engine].append(found)
                    if engine != _PEAK:
                        log.info("%d %s: %.0f tokens/s", repeat, engine, _speed(found))
    return told


def _speed(block: Block) -> float:
    return float(block["tokens"] / block["seconds"])


def _settings(bench: TrainingBenchConfig, repository: Path, dataset: Path) -> dict[str, Any]:
    conf = repository / "conf"
    return dataclasses.asdict(bench) | {
        "dataset": str(dataset),
        "model": yaml.safe_load((conf / "model" / f"{bench.model}.yaml").read_text("utf-8")),
        "lora": yaml.safe_load((conf / "lora" / "default.yaml").read_text("utf-8")),
    }
