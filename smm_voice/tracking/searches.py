"""The run of a search, which is one over several starts, and those of its trials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from smm_voice.tracking import patience
from smm_voice.tracking import run as tracking
from smm_voice.tracking.store import Store

KIND, KIND_OF_TRIAL = "search", "trial"
_STUDY, _NUMBER = "smm.study", "smm.trial"


@contextmanager
def whole(
    store: Store, name: str, runs: Path, study: str, earlier: str | None, tags: Mapping[str, object]
) -> Iterator[tracking.Run]:
    """The search's run: that of an earlier start where it still stands, else a new one.

    Args:
        store: of the brand.
        name: of a new run.
        runs: the brand's folder of runs.
        study: key of the study.
        earlier: id of the run of an earlier start; None: there was none.
        tags: of a new run.
    """
    if earlier and tracking.resumable(store, earlier):
        with tracking.reopen(store, earlier, runs) as run:
            # A sweep of today shows what it has gone on with.
            run.tags({tracking.PARENT: store.parent} if store.parent else {})
            yield run
        return
    with tracking.start(store, name, KIND, runs, {_STUDY: study, **tags}) as run:
        yield run


def of_trial(study: str, number: int, parent: str) -> dict[str, object]:
    """The tags of a trial's run, which nest it under the search's."""
    return {_STUDY: study, _NUMBER: number, tracking.PARENT: parent}


def newest_of_trial(store: Store, study: str, number: int) -> str:
    """The id of a trial's newest run; empty where it has none."""
    found = patience.client().search_runs(
        [store.experiment_id],
        f"tags.`{_STUDY}` = '{study}' AND tags.`{_NUMBER}` = '{number}'",
        max_results=1,
        order_by=["attributes.start_time DESC"],
    )
    return str(found[0].info.run_id) if found else ""
