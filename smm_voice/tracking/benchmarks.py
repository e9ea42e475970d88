"""Benchmarks in MLflow: one experiment for all of them, one run for each time one is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from statistics import median

from smm_voice.config import TrackingConfig, Workspace
from smm_voice.tracking.run import Run, start
from smm_voice.tracking.store import open_store

EXPERIMENT = "benchmarks"


@contextmanager
def benchmark_run(
    config: TrackingConfig, workspace: Workspace, bench: str, commit: str
) -> Iterator[Run]:
    """A run of the experiment `benchmarks`, which ends FINISHED or FAILED."""
    import mlflow

    store = open_store(config, workspace, EXPERIMENT, EXPERIMENT)
    mlflow.MlflowClient().set_experiment_tag(
        store.experiment_id, "mlflow.note.content",
        "What the scores, the training and the data preparation were measured at.",
    )  # fmt: skip
    runs = workspace.root / "experiments" / "runs" / EXPERIMENT
    with start(store, bench, "benchmark", runs, {"smm.git_sha": commit}) as run:
        yield run


def log_benchmark(
    run: Run, bench: str, figures: Mapping[str, list[float]], table: str, parameters: object
) -> None:
    """Medians as metrics, the table as note and artifact.

    Args:
        run: an open run.
        bench: its name.
        figures: name → one value a repeat.
        table: Markdown.
        parameters: a dataclass of settings, kept as an artifact.
    """
    run.metrics({name: median(values) for name, values in figures.items()})
    run.text(table, f"{bench}.md")
    run.json({name: list(values) for name, values in figures.items()}, f"{bench}.json")
    run.json(vars(parameters), "settings.json")
    run.note(table)
