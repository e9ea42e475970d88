"""`bench=factuality`: run everything, write one table, log it."""

from __future__ import annotations

import logging
from pathlib import Path

from smm_voice.benchmarks import table
from smm_voice.benchmarks.factuality import human, pairs, real, speed, suite
from smm_voice.benchmarks.factuality.authored import read_set
from smm_voice.benchmarks.factuality.outcome import Checker, Examined, examine
from smm_voice.benchmarks.metrics import voices
from smm_voice.benchmarks.metrics.run import results_folder, write
from smm_voice.benchmarks.table import Level, Row
from smm_voice.config import BenchmarkConfig, Workspace
from smm_voice.errors import ConfigError
from smm_voice.evaluation.provenance import commit
from smm_voice.metrics.factuality.check import check
from smm_voice.tracking.benchmarks import benchmark_run, log_benchmark

log = logging.getLogger(__name__)

_REMARKS = (
    "Flagged: any verdict but supported. Accused: contradicted, stale, forbidden, or a mandatory "
    "mention that is missing; each names a line of evidence. Shares stand with Wilson's 95 % "
    "interval, as if the cases were independent; several come from one post.",
    "Typed errors are all but those of the type relation (true facts wrongly joined), which a "
    "checker of single facts cannot see. An error counts as found where a claim on the changed "
    "words is flagged; where a claim in the changed sentences is, for negation, superlative, "
    "forbidden and relation. The sets were written without knowledge of the checker, which was "
    "developed on some and, but for counts by type, only measured on the other.",
    "The largest of the shares of false positives is taken over both languages, over claims of "
    "faithful posts that are flagged and faithful posts that are accused, texts and paraphrases "
    "together.",
    "The sample brand's sheet was read from its posts. Errors are put into those by program, where "
    "the extractor finds the value; the sheet alone is known. Of other accounts it is known that "
    "people wrote their posts, not that they are true by this sheet.",
    "DACCORD-FR, RTE3-FR and BEGIN: the premise is the brief, the sheet is empty. They are news "
    "and dialogue, no posts; nothing was tuned on them. `compatibles` also holds sentences of "
    "which the premise says nothing.",
)


def run(config: BenchmarkConfig, repository: Path) -> dict[str, list[float]]:
    """Measure; figures by name. The table is `factuality.md` beside the figures, and in MLflow.

    Raises:
        ConfigError: a labelled set of the configuration does not exist, or is wrong.
    """
    settings = config.factuality
    folder = repository / "data" / "validation" / "facts"
    asked = (settings.held_out, *settings.development)
    missing = [name for name in asked if name and not (folder / name).is_dir()]
    if missing:
        known = sorted(path.name for path in folder.iterdir() if path.is_dir())
        raise ConfigError([f"there is no labelled set {', '.join(missing)} in {folder}; there are "
                           f"{', '.join(known) or 'none'}"])  # fmt: skip
    unknown = sorted({*settings.voices} - {*voices.VOICES})
    if unknown or (settings.human and human.SAMPLE not in settings.voices):
        raise ConfigError([f"factuality.voices knows {', '.join(voices.VOICES)}, of which "
                           f"{human.SAMPLE} must be one; not {', '.join(unknown) or 'without it'}"
                           ])  # fmt: skip
    workspace = Workspace(Path(config.workspace), repository)
    with benchmark_run(config.tracking, workspace, "factuality", commit(repository)) as tracked:
        text, rows = measured(config, repository)
        found = table.figures(rows)
        write(results_folder(config) / "factuality.md", text)
        # A note in MLflow has an end; the artifact holds everything.
        log_benchmark(tracked, "factuality", found, _note(rows), settings)
        tracked.text(text, "factuality.md")
    return found


def measured(
    config: BenchmarkConfig, repository: Path, checker: Checker = check
) -> tuple[str, list[Row]]:
    """The table and all rows; those of a single type stand in tables of their own."""
    settings = config.factuality
    folder = repository / "data" / "validation"
    shown: list[Row] = []
    hidden: list[Row] = []
    parts: list[tuple[str, list[str]]] = []
    development = [
        (name, f"{suite.DEVELOPMENT}{name}_", "development set") for name in settings.development
    ]
    for name, prefix, title in [(settings.held_out, suite.HELD_OUT, "held-out set"), *development]:
        if name:
            log.info("Errors put into %s", name)
            found: Examined = examine(read_set(folder / "facts" / name), checker)
            shown += suite.headline(found, prefix, f"{title} {name}")
            hidden += suite.by_type(found, prefix)
            parts.append((f"Errors by type, {title} (`{name}`)", suite.matrix(found)))
    log.info("Errors put into the sample brand's posts")
    injected = real.injected(repository, checker)
    of_real = real.rows(injected)
    shown += of_real[: real.TOTALS]
    hidden += of_real[real.TOTALS :]
    parts.append(("Errors by type, the sample brand's own posts", real.matrix(injected.errors)))
    if settings.human:
        log.info("Human posts")
        accounts = voices.load(repository, settings.voices)
        shown += human.rows(accounts, settings.human, checker)
    log.info("Published pairs")
    shown += pairs.rows(folder, checker, settings.pairs or None)
    if settings.speed:
        log.info("Speed")
        shown += speed.rows(repository, settings.sizes, settings.sheets, config.repeats, checker)
    return _markdown(shown, parts), [*shown, *hidden]


def _note(rows: list[Row]) -> str:
    """Only what has a level to reach, and what is known to be missed."""
    wanted = [row for row in rows if row.level != Level() or "relation_missed" in str(row.figure)]
    return "\n".join([*table.lines(wanted), "", "All of it: artifact `factuality.md`."]) + "\n"


def _markdown(rows: list[Row], parts: list[tuple[str, list[str]]]) -> str:
    lines = ["# Benchmark of the fact checker", "", *table.lines(rows)]
    for title, listed in parts:
        lines += ["", f"## {title}", "", *listed]
    lines += [f"\n{remark}" for remark in _REMARKS]
    return "\n".join(lines) + "\n"
