"""One run over the jobs of a sweep."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from smm_voice.config import TrackingConfig, Workspace
from smm_voice.tracking import links, patience
from smm_voice.tracking import run as tracking
from smm_voice.tracking.lineage import every
from smm_voice.tracking.store import Store, open_store

# No brand's name can hold a capital.
EXPERIMENT = "All brands"


@dataclass(frozen=True)
class Child:
    """A run that a job of the sweep made.

    Attributes:
        brand: its experiment.
        name: of the run.
        status: as MLflow has it.
        verdict: what it came to; "" where nothing was judged.
        page: its address in the UI.
    """

    brand: str
    name: str
    status: str
    verdict: str
    page: str


@contextmanager
def start(
    config: TrackingConfig, workspace: Workspace, name: str, commit: str
) -> Iterator[tuple[Store, tracking.Run]]:
    """Open the run over a sweep; it ends with the block.

    Args:
        config: which store.
        workspace: where it is.
        name: of the run.
        commit: of the code.
    """
    store = open_store(config, workspace, EXPERIMENT, "All brands")
    runs = workspace.runs / "all-brands"
    # No other command looks into this experiment.
    tracking.mark_killed(store, runs)
    with tracking.start(store, name, "sweep", runs, {"smm.git_sha": commit}) as run:
        yield store, run


def settle(store: Store, parent: str) -> list[Child]:
    """The runs of a sweep whose jobs have all ended, oldest first.

    One that is still RUNNING, or a run below it, lost its process or its machine: it is marked
    FAILED, whatever host it was on.
    """
    client = patience.client()
    experiments = {each.experiment_id: each.name for each in every(client.search_experiments)}
    children = []
    found = every(
        client.search_runs, experiment_ids=list(experiments),
        filter_string=f"tags.`{tracking.PARENT}` = '{parent}'",
        order_by=["attributes.start_time ASC"],
    )  # fmt: skip
    # All pages first: what is marked below must not move the next one.
    for run in list(found):
        settle(store, run.info.run_id)
        status = run.info.status
        if status == "RUNNING":
            client.set_tag(run.info.run_id, "smm.failure", "its process or its machine was lost")
            client.set_terminated(run.info.run_id, "FAILED")
            status = "FAILED"
        at = Store(store.uri, run.info.experiment_id, store.ui)
        children.append(
            Child(
                experiments[run.info.experiment_id],
                run.info.run_name or run.info.run_id,
                status,
                run.data.tags.get("smm.verdict", ""),
                links.run_page(at, run.info.run_id),
            )
        )
    return children


def finish(
    run: tracking.Run, columns: Mapping[str, list[Any]], children: Sequence[Child], failed: str
) -> None:
    """Log how a sweep went.

    Args:
        run: over the sweep.
        columns: a row for each job: brand, outcome, exit status, seconds, why.
        children: the runs that the jobs made.
        failed: why the whole counts as failed; "" where it does not.
    """
    statuses = columns["exit status"]
    run.metrics(
        {
            "sweep/jobs": len(statuses),
            "sweep/failed": sum(status not in (0, 10, 75) for status in statuses),
            "sweep/refused": sum(status == 10 for status in statuses),
            "sweep/seconds": sum(columns["seconds"]),
        }
    )
    run.table(columns, "sweep/jobs.json")
    run.note(_note(columns, children))
    if failed:
        run.fail(failed)


def _note(columns: Mapping[str, list[Any]], children: Sequence[Child]) -> str:
    lines = ["| brand | outcome | seconds | runs | why |", "|---|---|---|---|---|"]
    told: set[str] = set()
    for brand, outcome, seconds, why in zip(
        *(columns[name] for name in ("brand", "outcome", "seconds", "why")), strict=True
    ):
        # A brand with several jobs has its runs in its first line.
        own = [child for child in children if child.brand == brand and brand not in told]
        told.add(brand)
        runs = "<br>".join(
            f"[{child.name}]({child.page}) {child.status}"
            + (f": {_cell(child.verdict)}" if child.verdict else "")
            for child in own
        )
        lines.append(f"| {brand} | {outcome} | {seconds} | {runs} | {_cell(why)} |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
