"""How long the table of runs takes to open, by number of runs and of metrics a run."""

from __future__ import annotations

import random
import sqlite3
import tempfile
import time
import uuid
from contextlib import closing
from itertools import islice, product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.benchmarks.browser import launched, lead, served
from smm_voice.config import BenchmarkConfig, TrackingConfig, Workspace
from smm_voice.metrics import METRICS

if TYPE_CHECKING:
    from playwright.sync_api import Browser

RUNS = (10, 1000)
# One arm with its intervals, and all arms with theirs, as an evaluation has them.
METRICS_A_RUN = (160, 560)
_ARMS = ("", ".base", ".prompted", ".human", ".floor")


def run(config: BenchmarkConfig, repository: Path) -> dict[str, list[float]]:
    """Fill a store and open its tables in Chromium; name → seconds, one value a repeat."""
    figures: dict[str, list[float]] = {}
    with launched() as browser, tempfile.TemporaryDirectory(prefix="bench-ui-") as name:
        folder = Path(name)
        tables = {size: fill(folder, *size) for size in product(RUNS, METRICS_A_RUN)}
        with served(folder / "mlflow.db") as address:
            # The server's and the disk's first time is nobody's.
            opened(browser, address + tables[RUNS[0], METRICS_A_RUN[0]])
            for _ in range(config.repeats):
                for (runs, metrics), path in tables.items():
                    key = f"ui/runs_table_seconds_{runs}_{metrics}_metrics"
                    figures.setdefault(key, []).append(opened(browser, address + path))
    return figures


def opened(browser: Browser, address: str) -> float:
    """Seconds until the first run and its metrics stand in the table, in a fresh profile."""
    context = lead(browser)
    try:
        page = context.new_page()
        begin = time.perf_counter()
        page.goto(address)
        page.locator(".ag-row [col-id='metrics.`voice/style_index`']").first.wait_for(
            timeout=180_000
        )
        return time.perf_counter() - begin
    finally:
        context.close()


def fill(folder: Path, runs: int, metrics: int) -> str:
    """An experiment of runs that differ in their numbers; its table's address without the host.

    One run is made through MLflow. The others are copies of its rows, since MLflow would take
    minutes to write half a million numbers.
    """
    from smm_voice.tracking.run import start
    from smm_voice.tracking.store import open_store
    from smm_voice.tracking.views import runs_view

    config = TrackingConfig(uri=f"sqlite:///{folder / 'mlflow.db'}", register=False, ui="")
    brand = f"bench-{runs}-{metrics}"
    store = open_store(config, Workspace(folder, folder), brand, brand)
    names = (f"{name}{part}{arm}" for arm in _ARMS for part in ("", "_ci_low", "_ci_high")
             for name in METRICS)  # fmt: skip
    listed = list(islice(names, metrics))
    draw = random.Random(0)  # noqa: S311  numbers to look at
    with start(store, "run 0", "train", folder / "runs", {"smm.verdict": "Better. " * 20}) as made:
        made.parameters({f"parameter_{number}": number for number in range(12)})
        made.metrics({name: draw.random() for name in listed})
        made.note("| | |\n" * 30)
    with closing(sqlite3.connect(folder / "mlflow.db")) as database:
        _copy(database, made.id, runs - 1, draw)
        database.commit()
    return runs_view(store).address


def _copy(database: sqlite3.Connection, run_id: str, times: int, draw: random.Random) -> None:
    ids = [uuid.uuid4().hex for _ in range(times)]
    for table in ("runs", "params", "tags", "metrics", "latest_metrics"):
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        # Names of MLflow's own tables, no input.
        rows = database.execute(f"SELECT * FROM {table} WHERE run_uuid = ?", (run_id,)).fetchall()  # noqa: S608
        copies = (_changed(dict(zip(columns, row, strict=True)), new, draw)
                  for new in ids for row in rows)  # fmt: skip
        marks = ", ".join(f":{column}" for column in columns)
        database.executemany(f"INSERT INTO {table} VALUES ({marks})", copies)  # noqa: S608


def _changed(row: dict[str, Any], run_id: str, draw: random.Random) -> dict[str, Any]:
    number = {"value": draw.random()} if isinstance(row.get("value"), float) else {}
    return {**row, **number, "run_uuid": run_id}
