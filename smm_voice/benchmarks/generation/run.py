"""Writers take turns at the same prompts; their ratios are the figures."""

from __future__ import annotations

import contextlib
import dataclasses
import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from smm_voice.benchmarks.generation.prompts import Task, tasks
from smm_voice.benchmarks.generation.table import Told, table
from smm_voice.benchmarks.generation.writers import CACHES, CONTINUOUS, OWN
from smm_voice.benchmarks.metrics.run import results_folder, write
from smm_voice.benchmarks.table import figures, lines
from smm_voice.benchmarks.turns import Worker
from smm_voice.config import BenchmarkConfig, GenerationBenchConfig
from smm_voice.errors import SmmVoiceError
from smm_voice.training.precision import choose

log = logging.getLogger(__name__)

_WORKER = "smm_voice.benchmarks.generation.worker"
# A small batch is as fast on few briefs as on many, and takes minutes on a hundred.
_BRIEFS_A_PLACE = 3
# A size that is so much slower than the best before it is the last one tried.
_FALLEN = 0.8
_OTHER = {"bf16": "fp32", "fp32": "bf16"}


@dataclasses.dataclass(frozen=True)
class Rival:
    """A setting of transformers."""

    writer: str
    size: int
    precision: str

    def __str__(self) -> str:
        return f"{self.writer} cache, {self.size} at a time, {self.precision}"


def run(config: BenchmarkConfig, repository: Path) -> dict[str, list[float]]:
    """Measure, write `generation.md` beside the figures; figures by name, one value a repeat."""
    bench = config.generation
    if bench.precision == "auto":
        bench = dataclasses.replace(bench, precision=choose("auto").name)
    with tempfile.TemporaryDirectory(prefix="bench-generation-") as name:
        folder = Path(name)
        told = [_measured(task, bench, config.repeats, repository, folder)
                for task in tasks(bench, repository, folder)]  # fmt: skip
    rows = table(told)
    text = "\n".join(["# Benchmark of writing", "", *lines(rows), "", *_screened(told)]) + "\n"
    write(results_folder(config) / "generation.md", text)
    log.info("%s", text)
    return figures(rows)


def _measured(
    task: Task, bench: GenerationBenchConfig, repeats: int, repository: Path, folder: Path
) -> Told:
    screened = _screen(task, bench, repository, folder)
    best = max(screened, key=lambda each: screened[each]["speed"])
    log.info("%s: transformers is fastest with %s", task.name, best)
    told = Told(task.name, str(best), {str(k): v["speed"] for k, v in screened.items()})
    with contextlib.ExitStack() as stack:
        workers = {
            OWN: _worker(stack, task, bench, "own", bench.precision, repository, folder),
            best.writer: _worker(stack, task, bench, "their", best.precision, repository, folder),
        }
        for repeat in range(repeats + 1):
            for writer, worker in workers.items():
                size = bench.batch_size if writer == OWN else best.size
                found = worker.turn(_asked(task, bench, writer, size))
                if not repeat:  # the first time is nobody's
                    continue
                (told.own if writer == OWN else told.theirs).append(found)
                log.info("%d %s %s: %.0f tokens/s", repeat, task.name, writer, speed(found))
    same = [v for k, v in screened.items()
            if k.precision == bench.precision and k.writer != CONTINUOUS
            and len(v["written"]) == len(task.prompts)]  # fmt: skip
    if len(same) > 1:
        told.itself = equal(same[0]["written"], same[-1]["written"])
    if best.precision == bench.precision:
        told.same = equal(told.own[0]["written"], told.theirs[0]["written"])
    with contextlib.ExitStack() as stack:
        exact = _worker(stack, task, bench, "exact", "fp32", repository, folder)
        own = exact.turn(_asked(task, bench, OWN, bench.batch_size))["written"]
        theirs = exact.turn(_asked(task, bench, CACHES[0], bench.batch_size))["written"]
        told.same_exact = equal(own, theirs)
        pairs = [[i, a, b] for i, (a, b) in enumerate(zip(own, theirs, strict=True)) if a != b]
        told.gaps = exact.turn({"differences": pairs})["gaps"] if pairs else []
    return told


def _screen(
    task: Task, bench: GenerationBenchConfig, repository: Path, folder: Path
) -> dict[Rival, dict[str, Any]]:
    """Settings of transformers once each, after a warm-up."""
    found: dict[Rival, dict[str, Any]] = {}
    for precision in (bench.precision, _OTHER[bench.precision]):
        # Continuous batching last: where it does not run, it may take its process with it.
        writers = (*CACHES, CONTINUOUS) if precision == bench.precision else CACHES[:1]
        with contextlib.ExitStack() as stack:
            worker = _worker(stack, task, bench, "screen", precision, repository, folder)
            worker.turn(_asked(task, bench, CACHES[0], 4) | {"briefs": 4, "tokens": 4})
            try:
                for writer in writers:
                    _try_sizes(worker, task, bench, writer, precision, found)
            except SmmVoiceError as error:
                log.warning("%s, %s in %s: does not run here: %s",
                            task.name, writer, precision, error)  # fmt: skip
    return found


def _try_sizes(
    worker: Worker,
    task: Task,
    bench: GenerationBenchConfig,
    writer: str,
    precision: str,
    found: dict[Rival, dict[str, Any]],
) -> None:
    """Larger and larger, as long as that is not much slower; into `found`."""
    best = 0.0
    for size in _sizes(writer, bench.batch_sizes, found):
        rival = Rival(writer, size, precision)
        asked = _asked(task, bench, writer, size)
        asked["briefs"] = min(len(task.prompts), _BRIEFS_A_PLACE * size)
        told = worker.turn(asked)
        found[rival] = told | {"speed": speed(told)}
        log.info("%s, %s: %.0f tokens/s", task.name, rival, speed(told))
        best = max(best, speed(told))
        if speed(told) < _FALLEN * best:
            break


def _sizes(writer: str, sizes: Sequence[int], found: dict[Rival, dict[str, Any]]) -> Sequence[int]:
    """Which sizes to try: all with the usual cache first, else its best one and the next."""
    if not found:
        return sizes
    if writer == CONTINUOUS:
        return sizes[-1:]
    at = sizes.index(max(found, key=lambda rival: found[rival]["speed"]).size)
    return sizes[at : at + 2]


def speed(told: dict[str, Any]) -> float:
    """New tokens a second."""
    return float(sum(map(len, told["written"])) / told["seconds"])


def equal(first: Sequence[list[int]], second: Sequence[list[int]]) -> float:
    """Share of answers that are the same, token by token."""
    return sum(a == b for a, b in zip(first, second, strict=True)) / len(first)


def _asked(task: Task, bench: GenerationBenchConfig, writer: str, size: int) -> dict[str, Any]:
    return {"writer": writer, "size": size, "briefs": len(task.prompts), "tokens": bench.tokens}


def _worker(
    stack: contextlib.ExitStack,
    task: Task,
    bench: GenerationBenchConfig,
    name: str,
    precision: str,
    repository: Path,
    folder: Path,
) -> Worker:
    conf = repository / "conf" / "model" / f"{bench.model}.yaml"
    settings = {
        "model": yaml.safe_load(conf.read_text("utf-8")),
        "adapter": task.adapter,
        "precision": precision,
        "prompts": task.prompts,
    }
    name = f"{task.name}-{name}-{precision}"
    return stack.enter_context(Worker(_WORKER, name, settings, folder))


def _screened(told: Sequence[Told]) -> list[str]:
    listed = ["| prompts | transformers with | tokens/s, once |", "|---|---|---|"]
    for each in told:
        listed += [f"| {each.task} | {name} | {value:.0f} |"
                   for name, value in each.screened.items()]  # fmt: skip
    return listed
