"""`bench=lifecycle`: live through a brand's months, write the tables, log them."""

from __future__ import annotations

import logging
from pathlib import Path

from smm_voice.benchmarks import table
from smm_voice.benchmarks.lifecycle import job
from smm_voice.benchmarks.lifecycle.job import Start
from smm_voice.benchmarks.lifecycle.simulation import lived
from smm_voice.benchmarks.lifecycle.table import markdown, summary
from smm_voice.benchmarks.metrics.run import results_folder, write
from smm_voice.config import BenchmarkConfig, Workspace
from smm_voice.evaluation.provenance import commit
from smm_voice.tracking.benchmarks import benchmark_run, log_benchmark

log = logging.getLogger(__name__)

# As many posts after a change as monitoring asks for before it says anything.
LEAST_AFTER = 60


def run(
    config: BenchmarkConfig, repository: Path, start: Start | None = None
) -> dict[str, list[float]]:
    """Simulate; figures by name. A start after a death goes on at the month where it was.

    Args:
        config: of the benchmark.
        repository: with data/raw and scripts.
        start: starts commands; None: as processes of their own.

    Raises:
        SmmVoiceError: a command of the simulation failed without a decision.
    """
    settings = config.lifecycle
    results = results_folder(config)
    folder = results / "lifecycle" / settings.scenario
    folder.mkdir(parents=True, exist_ok=True)
    found = lived(settings, folder, repository, start or job.process(repository, folder / "log"))
    rows = summary(found, LEAST_AFTER)
    text = markdown(found, rows, LEAST_AFTER)
    write(results / f"lifecycle_{settings.scenario}.md", text)
    figures = {
        name.replace("lifecycle/", f"lifecycle/{settings.scenario}/"): values
        for name, values in table.figures(rows).items()
    }
    workspace = Workspace(Path(config.workspace), repository)
    with benchmark_run(config.tracking, workspace, "lifecycle", commit(repository)) as tracked:
        log_benchmark(tracked, "lifecycle", figures, text, settings)
    return figures
