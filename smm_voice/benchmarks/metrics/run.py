"""`bench=metrics`: run everything, write one table, log it."""

from __future__ import annotations

import json
import logging
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from smm_voice.benchmarks.metrics import peers, proof, similarity, speed
from smm_voice.benchmarks.metrics.examine import examine_all
from smm_voice.benchmarks.metrics.table import markdown
from smm_voice.benchmarks.metrics.voices import LANGUAGE, Voice, load
from smm_voice.benchmarks.table import Level, Row, figures
from smm_voice.config import BenchmarkConfig, MetricsBenchConfig, Workspace
from smm_voice.errors import ConfigError
from smm_voice.evaluation.provenance import commit
from smm_voice.metrics.voice.quality import measure_quality, pan_measures
from smm_voice.tracking.benchmarks import benchmark_run, log_benchmark

log = logging.getLogger(__name__)

_REMARKS = (
    "The test posts are the newest quarter of each account (400 at the most), those for "
    "calibration the 15 % before, those for training the newest 200 before these; replies and "
    "exact duplicates are left out. Half of the other accounts are never seen in fitting, both "
    "halves in turn. NASA's two periods are one account and never strangers to each other.",
    "The accounts wrote in different years, some under 140 characters and some under 280: part of "
    "what tells them apart is the time. Four belong to one agency and write alike.",
    "`fluency` is judged by n-grams of other accounts' posts, which see shuffled words and do not "
    "see a chain of the brand's own word pairs; a language model as judge sees more.",
)


def run(config: BenchmarkConfig, repository: Path) -> dict[str, list[float]]:
    """Measure; figures by name. The table is `metrics.md` beside the figures, and in MLflow."""
    settings = config.metrics
    voices = load(repository)
    unknown = sorted({*settings.voices, *settings.panel} - voices.keys())
    if unknown or not settings.voices:
        raise ConfigError([f"metrics.voices and metrics.panel know {', '.join(voices)}; not "
                           f"{', '.join(unknown) or 'an empty list'}"])  # fmt: skip
    workspace = Workspace(Path(config.workspace), repository)
    with benchmark_run(config.tracking, workspace, "metrics", commit(repository)) as tracked:
        table, rows = measured(voices, config, repository)
        found = figures(rows)
        write(results_folder(config) / "metrics.md", table)
        log_benchmark(tracked, "metrics", found, table, settings)
    return found


def measured(
    voices: Mapping[str, Voice], config: BenchmarkConfig, repository: Path
) -> tuple[str, list[Row]]:
    """The table and its rows."""
    settings = config.metrics
    examined = examine_all(voices, settings)
    rows = [
        *proof.discrimination(examined),
        *proof.known_groups(examined),
        *proof.false_alarms(examined),
        *proof.adversaries(examined, settings.base is not None),
        *labelled(voices, settings, repository),
    ]
    if settings.speed:
        rows += speeds(voices, config, repository)
    return markdown(rows, examined, _REMARKS), rows


def labelled(
    voices: Mapping[str, Voice], settings: MetricsBenchConfig, repository: Path
) -> list[Row]:
    """Formulas on cases worked out by hand, and likeness on data labelled by others."""
    rows = []
    golden = repository / "tests" / "golden" / "voice.json"
    if golden.exists():
        cases = json.loads(golden.read_text("utf-8"))["cases"]
        right = [_as_worked_out(case) for case in cases if case["measure"] in ("quality", "pan")]
        row = Row(
            "AUC, Brier, ECE and PAN's measures as worked out by hand",
            (float(np.mean(right)),), Level(least=1.0), "metrics/golden_quality",
            f"{sum(right)} of {len(right)} cases",
        )  # fmt: skip
        rows.append(row)
    folder = repository / "data" / "validation"
    likeness = similarity.Likeness([t for v in voices.values() for t in v.texts], LANGUAGE)
    quads = similarity.read_rows(folder / "stel_style_quads.jsonl")
    for name, chosen in similarity.stel(quads, likeness).items():
        value, interval = similarity.accuracy(chosen, settings.resamples, settings.seed)
        figure = "metrics/stel_accuracy" + ("_both_anchors" if name == "both anchors" else "")
        note = f"{interval.low:.2f} to {interval.high:.2f}, n = {len(chosen)}, chance .5"
        level = Level(least=0.55) if name == "one anchor" else Level(least=0.7)
        rows.append(Row(f"STEL, likeness in the style view, {name}", (value,), level, figure, note))
    pairs = similarity.read_rows(folder / "style_pairs_en_open.jsonl")
    value, interval = similarity.pairs_auc(pairs, likeness, settings.resamples, settings.seed)
    note = f"{interval.low:.2f} to {interval.high:.2f}, n = {len(pairs)}; posts recur"
    rows.append(Row("four posts against four, same account or not: AUC of the likeness", (value,),
                    Level(least=0.8), "metrics/style_pairs_auc", note))  # fmt: skip
    return rows


def speeds(voices: Mapping[str, Voice], config: BenchmarkConfig, repository: Path) -> list[Row]:
    """Seconds, memory and ratios to peers."""
    settings, times = config.metrics, range(config.repeats)
    anchor = speed.anchored(voices, settings.resamples, settings.seed)
    rows = [
        Row("profile of 1,000 posts and five references, seconds",
            tuple(speed.fit_seconds(voices, settings.seed) for _ in times), Level(most=20),
            "metrics/fit_seconds"),
        Row("500 texts, all families, no model, seconds",
            tuple(speed.score_seconds(voices, anchor) for _ in times), Level(most=15),
            "metrics/score_500_seconds"),
    ]  # fmt: skip
    if settings.bulk:
        log.info("Scoring %d texts", settings.bulk)
        found = speed.bulk(voices, settings.bulk, results_folder(config), repository)
        failure = f"did not end well: {found.failure.splitlines()[-1]}" if found.failure else ""
        rows += [
            Row(f"{settings.bulk:,} texts, all families, seconds",
                () if found.seconds is None else (found.seconds,), Level(most=600),
                "metrics/bulk_seconds", failure),
            Row(f"{settings.bulk:,} texts, peak memory, GiB",
                () if found.peak_gib is None else (found.peak_gib,), Level(most=4),
                "metrics/bulk_peak_gib", failure),
        ]  # fmt: skip
    for figure, peer in peers.compare(voices, config.repeats, settings.seed).items():
        values = "; ".join(f"{k}: {a:.3g} and theirs {b:.3g}" for k, (a, b) in peer.values.items())
        rows.append(Row(f"{peer.name}: its seconds over ours", tuple(peer.ratios), Level(least=1),
                        figure, values))  # fmt: skip
    return rows


def results_folder(config: BenchmarkConfig) -> Path:
    """Where figures and table lie."""
    path = Path(config.workspace) / "experiments" / "runs" / "benchmarks"
    path.mkdir(parents=True, exist_ok=True)
    return path


def write(path: Path, text: str) -> None:
    """Write a table; a reader sees the old one or the new one."""
    staging = path.with_suffix(".tmp")
    staging.write_text(text, encoding="utf-8")
    os.replace(staging, path)


def _as_worked_out(case: dict[str, Any]) -> bool:
    if case["measure"] == "pan":
        found: dict[str, Any] = dict(pan_measures(np.array(case["p"]), np.array(case["truth"])))
    else:
        sides = (np.array(case[side]) for side in ("brand", "other"))
        found = vars(measure_quality(*(np.log(p / (1 - p)) for p in sides)))
    return all(_alike(found.get(key), value) for key, value in case["expected"].items())


def _alike(found: float | None, expected: float | None) -> bool:
    if found is None or expected is None or math.isnan(found):
        return expected is None and (found is None or math.isnan(found))
    return math.isclose(found, expected, abs_tol=1e-5)
