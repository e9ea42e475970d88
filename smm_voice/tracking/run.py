"""A run that ends FINISHED or FAILED, whatever happens."""

from __future__ import annotations

import logging
import os
import shutil
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from smm_voice.tracking import patience
from smm_voice.tracking.store import Store

log = logging.getLogger(__name__)

# What folders of a run's folder begin with that are of no use once its process is gone.
STAGING = ".staging-"
# MLflow refuses a batch of more.
_METRICS_AT_ONCE = 1000
# MLflow's own name for it.
PARENT = "mlflow.parentRunId"


class Run:
    """What is logged into one MLflow run."""

    def __init__(self, run_id: str, folder: Path) -> None:

        self.id = run_id
        self.folder = folder
        self.failure = ""
        self._client = patience.client()

    def tags(self, tags: Mapping[str, object]) -> None:
        """Set tags."""
        for key, value in tags.items():
            self._client.set_tag(self.id, key, str(value))

    def parameters(self, parameters: Mapping[str, object]) -> None:
        """Log the dozen parameters that people filter by."""
        from mlflow.entities import Param

        listed = [Param(key, str(value)) for key, value in parameters.items()]
        self._client.log_batch(self.id, params=listed)

    def metrics(self, metrics: Mapping[str, float], step: int = 0) -> None:
        """Log numbers at a step."""
        import time

        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        listed = [Metric(key, float(value), now, step) for key, value in metrics.items()]
        for at in range(0, len(listed), _METRICS_AT_ONCE):
            self._client.log_batch(self.id, metrics=listed[at : at + _METRICS_AT_ONCE])

    def text(self, text: str, path: str) -> None:
        """Log a text as an artifact."""
        self._client.log_text(self.id, text, path)

    def json(self, value: Any, path: str) -> None:
        """Log plain values as an artifact."""
        self._client.log_dict(self.id, value, path)

    def file(self, path: Path, folder: str) -> None:
        """Log a file into an artifact folder."""
        self._client.log_artifact(self.id, str(path), folder)

    def table(self, columns: Mapping[str, list[Any]], path: str) -> None:
        """Log a table that the UI shows and compares across runs."""
        self._client.log_table(self.id, dict(columns), path)

    def note(self, markdown: str) -> None:
        """The text on the run's page."""
        self.tags({"mlflow.note.content": markdown})

    def dataset(
        self,
        rows: list[dict[str, Any]],
        name: str,
        digest: str,
        source: Path,
        context: str = "training",
    ) -> None:
        """Log a dataset as the run's input.

        Args:
            rows: what it looks like; a sample will do.
            name: for people.
            digest: its fingerprint.
            source: its folder.
            context: what it was used for.
        """
        import mlflow
        import pandas as pd
        from mlflow.data.sources import LocalArtifactDatasetSource

        folder = LocalArtifactDatasetSource(str(source))
        data = mlflow.data.from_pandas(pd.DataFrame(rows), folder, name=name, digest=digest)
        with self.active():
            patience.patiently(mlflow.log_input)(data, context=context)

    def fail(self, why: str) -> None:
        """Let it end FAILED, with its note as it is, though nothing is raised."""
        self.failure = why

    @contextmanager
    def active(self) -> Iterator[None]:
        """Make this the run that MLflow's fluent functions log to.

        Leaving MLflow's own context ends a run as FINISHED, and so would a death before that could
        be taken back; this one goes on.
        """
        import mlflow

        patience.patiently(mlflow.start_run)(run_id=self.id, log_system_metrics=False)
        try:
            yield
        finally:
            patience.patiently(mlflow.end_run)("RUNNING")


@contextmanager
def start(
    store: Store, name: str, kind: str, runs: Path, tags: Mapping[str, object]
) -> Iterator[Run]:
    """Open a run with its folder `runs/<run id>`; end it FINISHED, or FAILED on any exception.

    A lock in the folder is held for as long as the process lives; `mark_killed` can so tell a
    dead run from a running one.
    """
    # With its tags at once: of a run without host and process nobody could say that it was killed.
    known = {
        "smm.kind": kind,
        **_process(),
        **({PARENT: store.parent} if store.parent else {}),
        **tags,
    }
    made = patience.client().create_run(
        store.experiment_id, run_name=name, tags={key: str(value) for key, value in known.items()}
    )
    with _open(store, made.info.run_id, runs) as run:
        yield run


@contextmanager
def reopen(store: Store, run_id: str, runs: Path) -> Iterator[Run]:
    """Go on with a run that has ended; it ends FINISHED or FAILED once more.

    For work that is one whole over several starts. See `resumable` for which runs may be.
    """
    client = patience.client()
    for key, value in _process().items():
        client.set_tag(run_id, key, str(value))
    if "smm.failure" in client.get_run(run_id).data.tags:
        client.delete_tag(run_id, "smm.failure")
    client.update_run(run_id, status="RUNNING")
    with _open(store, run_id, runs) as run:
        yield run


def resumable(store: Store, run_id: str) -> bool:
    """Whether a run stands in the brand's experiment and has ended."""
    from mlflow.exceptions import MlflowException

    try:
        found = patience.client().get_run(run_id)
    except MlflowException as error:
        if patience.passing(error):
            raise
        return False
    info = found.info
    return (
        info.experiment_id == store.experiment_id
        and info.lifecycle_stage == "active"
        and info.status != "RUNNING"
    )


def _process() -> dict[str, object]:
    return {"smm.host": socket.gethostname(), "smm.pid": os.getpid()}


@contextmanager
def _open(store: Store, run_id: str, runs: Path) -> Iterator[Run]:
    import mlflow

    folder = runs / run_id
    run = Run(run_id, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(str(folder / ".lock")), _system_metrics(store, run_id):
            yield run
            mlflow.flush_async_logging()
    except BaseException as error:
        _tag_failure(run, error)
        raise
    if run.failure:
        run.tags({"smm.failure": run.failure[:500]})
    patience.client().set_terminated(run_id, "FAILED" if run.failure else "FINISHED")


@contextmanager
def _system_metrics(store: Store, run_id: str) -> Iterator[None]:
    """Log what the machine does meanwhile as `system/…`, where the store is told to."""
    if not store.system_metrics:
        yield
        return
    from mlflow.system_metrics.system_metrics_monitor import SystemMetricsMonitor

    # MLflow starts one for runs of its fluent functions only.
    monitor = SystemMetricsMonitor(run_id)
    monitor.start()
    try:
        yield
    finally:
        monitor.finish()
        try:
            # The last sample; a run shorter than MLflow's interval has no other.
            monitor.publish_metrics(monitor.aggregate_metrics())
            monitor.mlflow_logger.flush()
        except Exception as error:  # What ends the run is more than what the machine did.
            log.warning("The last system metrics of run %s were not logged: %s", run_id, error)


def _tag_failure(run: Run, error: BaseException) -> None:
    words = str(error).strip() or type(error).__name__
    try:
        run.tags({"smm.failure": words[:500]})
        run.note(f"**Failed:** {words[:2000]}")
        patience.client().set_terminated(run.id, "FAILED")
    except Exception:  # The store may be what failed; the first error is the one to show.
        log.warning("The failure could not be noted in the run %s", run.id)


def mark_killed(store: Store, runs: Path) -> list[str]:
    """Mark runs of this experiment as FAILED whose process is gone; returns their ids.

    Only runs of this host are looked at: others cannot be judged.
    """
    client = patience.client()
    marked = []
    for run in client.search_runs([store.experiment_id], "attributes.status = 'RUNNING'"):
        if run.data.tags.get("smm.host") != socket.gethostname():
            continue
        if _lives(runs / run.info.run_id, run.data.tags.get("smm.pid", "")):
            continue
        for left in (runs / run.info.run_id).glob(f"{STAGING}*"):
            shutil.rmtree(left, ignore_errors=True)
        client.set_tag(run.info.run_id, "smm.failure", "killed")
        client.set_tag(
            run.info.run_id, "mlflow.note.content",
            "**Killed.** Start the same command again: it goes on from the newest checkpoint.",
        )  # fmt: skip
        client.set_terminated(run.info.run_id, "FAILED")
        marked.append(run.info.run_id)
    return marked


def _lives(folder: Path, pid: str) -> bool:
    """Whether the process of a RUNNING run of this host does, by the lock that it holds."""
    if not folder.is_dir():
        import psutil

        # It has come to its lock not yet, or died before it did; or the folder lies elsewhere.
        return not pid.isdigit() or (int(pid) != os.getpid() and psutil.pid_exists(int(pid)))
    try:
        with FileLock(str(folder / ".lock"), timeout=0):
            return False
    except Timeout:
        return True
