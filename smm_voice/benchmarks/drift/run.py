"""`bench=drift`: run everything, write one table, log it."""

from __future__ import annotations

import logging
import multiprocessing
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from smm_voice.benchmarks.drift import accounts, months, shifts
from smm_voice.benchmarks.drift.accounts import Looked
from smm_voice.benchmarks.drift.looks import Looker
from smm_voice.benchmarks.drift.months import Series
from smm_voice.benchmarks.drift.table import markdown, rows_of
from smm_voice.benchmarks.metrics.run import results_folder, write
from smm_voice.benchmarks.metrics.voices import Voice, load
from smm_voice.benchmarks.table import Level, Row, figures
from smm_voice.config import BenchmarkConfig, Workspace
from smm_voice.errors import ConfigError
from smm_voice.evaluation.provenance import commit
from smm_voice.tracking.benchmarks import benchmark_run, log_benchmark

T = TypeVar("T")
log = logging.getLogger(__name__)

# Recent posts of the later period at the looks across NASA's gap.
_AFTER_GAP = (100, 200, 300)


def run(config: BenchmarkConfig, repository: Path) -> dict[str, list[float]]:
    """Measure; figures by name. The table is `drift.md` beside the figures, and in MLflow."""
    voices = load(repository)
    unknown = sorted(set(config.drift.voices) - voices.keys())
    if unknown or not config.drift.voices:
        raise ConfigError([f"drift.voices knows {', '.join(voices)}; not "
                           f"{', '.join(unknown) or 'an empty list'}"])  # fmt: skip
    workspace = Workspace(Path(config.workspace), repository)
    with benchmark_run(config.tracking, workspace, "drift", commit(repository)) as tracked:
        table, rows = measured(voices, config)
        found = figures(rows)
        write(results_folder(config) / "drift.md", table)
        log_benchmark(tracked, "drift", found, table, config.drift)
    return found


def measured(voices: Mapping[str, Voice], config: BenchmarkConfig) -> tuple[str, list[Row]]:
    """The table and its rows."""
    settings = config.drift
    # Before the rest, which uses all processors it may.
    timed = [speed(voices, config)] if settings.speed else []
    looked, series = _all(voices, config)
    rows = [*rows_of(looked, series), *across_the_gap(voices, config), *timed]
    return markdown(rows, looked, series), rows


def _all(voices: Mapping[str, Voice], config: BenchmarkConfig) -> tuple[list[Looked], list[Series]]:
    settings = config.drift
    played = months.brands(settings) if settings.months else []
    if settings.workers == 1:
        looked = [accounts.examine(voices, n, settings, config.monitor) for n in settings.voices]
        plays = [months.play(voices, brand, settings, config.monitor) for brand in played]
        return _flat(looked), _flat(plays)
    # Spawned, not forked: the libraries below hold threads.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(settings.workers, mp_context=context) as pool:
        first = [
            pool.submit(accounts.examine, voices, name, settings, config.monitor)
            for name in settings.voices
        ]
        second = [
            pool.submit(months.play, voices, brand, settings, config.monitor) for brand in played
        ]
        looked = []
        for name, part in zip(settings.voices, first, strict=True):
            looked.append(part.result())
            log.info("%s: %d looks", name, len(looked[-1]))
        return _flat(looked), _flat([part.result() for part in second])


def _flat(parts: Sequence[list[T]]) -> list[T]:
    return [each for part in parts for each in part]


def across_the_gap(voices: Mapping[str, Voice], config: BenchmarkConfig) -> list[Row]:
    """NASA in 2015 and from October 2017 on: one account that has changed its manner."""
    first, second = voices["nasa_2016"].posts, voices["nasa_2018"].posts
    looker, alarmed, notes = Looker(config.monitor), [], []
    for count in _AFTER_GAP:
        posts = shifts.closed(first, second[:count], timedelta(hours=6))
        look = looker.look(posts, since=first[-1].created_at)
        alarmed.append(bool(look.alarms))
        names = ", ".join(signal.name.removeprefix("drift/") for signal in look.alarms) or "none"
        notes.append(f"{count} posts: {names}")
    return [Row("nasa_2016 → nasa_2018 alarms", (sum(alarmed) / len(alarmed),), Level(least=1.0),
                "drift/nasa_alarm", "; ".join(notes))]  # fmt: skip


def speed(voices: Mapping[str, Voice], config: BenchmarkConfig) -> Row:
    """Seconds of one look, nothing known before; the account that is asked for, repeated."""
    count, values = config.drift.speed, []
    pool = [post for name in config.drift.voices for post in voices[name].posts]
    posts = sorted(pool[:count], key=lambda post: post.created_at)
    Looker(config.monitor).look(voices[config.drift.voices[0]].posts[:300])
    for _ in range(config.repeats):
        start = time.perf_counter()
        Looker(config.monitor).look(posts)
        values.append(time.perf_counter() - start)
    return Row(f"one look at {len(posts):,} posts without a model, seconds", tuple(values),
               Level(most=40), "drift/seconds_5000")  # fmt: skip
