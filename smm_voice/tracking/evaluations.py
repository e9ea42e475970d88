"""Finding the runs of finished evaluations by what a person calls them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from smm_voice.errors import InputError
from smm_voice.tracking import patience, registry
from smm_voice.tracking.store import Store

# Runs that may hold an evaluation.
_KINDS = ("train", "evaluation")
_LEAST_PREFIX = 6
_MOST_LISTED = 5
_PAGE = 200


@dataclass(frozen=True)
class EvaluationRun:
    """A run that may be compared.

    Attributes:
        id: of the run.
        name: as the UI shows it.
        kind: train or evaluation.
        when: when it started, ISO 8601 without seconds.
    """

    id: str
    name: str
    kind: str
    when: str


def newest(store: Store, count: int, path: str) -> list[EvaluationRun]:
    """The newest finished evaluations of the brand that still hold a file, newest first."""
    found: list[EvaluationRun] = []
    for run in _finished(store):
        if _holds(run.info.run_id, path):
            found.append(_described(run))
            if len(found) == count:
                break
    return found


def find(store: Store, brand: str, reference: str, path: str) -> EvaluationRun:
    """The run that a reference names.

    Args:
        store: of the brand.
        brand: its name.
        reference: a run's id, or so much of its beginning that no other has it; `latest`; or a
            registered version or alias, which stands for its newest evaluation.
        path: the file that a run has to hold to be an evaluation.

    Raises:
        InputError: nothing, or more than one, is called so, or the run is not finished.
    """
    if reference == "latest":
        latest = newest(store, 1, path)
        if not latest:
            raise InputError(f"brand {brand} has no finished evaluation yet: run train.py first")
        return latest[0]
    if reference in registry.ALIASES or (reference.isdigit() and len(reference) < _LEAST_PREFIX):
        return _of_version(store, brand, reference, path)
    return _by_id(store, brand, reference)


def _of_version(store: Store, brand: str, reference: str, path: str) -> EvaluationRun:
    version = registry.find(brand, reference)
    trained = version.tags.get("smm.run")
    label = f"{version.name} version {version.version}"
    for run in _finished(store):
        tags = run.data.tags
        of_it = (
            run.info.run_id == trained
            or tags.get("smm.model_version") == version.version
            or run.info.run_name == f"evaluation of {label}"
        )
        if of_it and _holds(run.info.run_id, path):
            return _described(run)
    raise InputError(
        f"{label} has no finished evaluation: run scripts/evaluate.py brand={brand} "
        f"model={version.version}"
    )


def _by_id(store: Store, brand: str, reference: str) -> EvaluationRun:

    if len(reference) < _LEAST_PREFIX or not reference.isalnum() or not reference.isascii():
        raise InputError(
            f"{reference!r} names no run: say a run's id or its first {_LEAST_PREFIX} characters "
            f"at least, latest, a registered version, or one of {', '.join(registry.ALIASES)}"
            f"{_listing(store)}"
        )
    client = patience.client()
    experiments = {e.experiment_id: e.name for e in client.search_experiments()}
    wanted = f"attributes.run_id LIKE '{reference}%'"
    found = list(client.search_runs(list(experiments), wanted, max_results=_MOST_LISTED))
    own = [run for run in found if run.info.experiment_id == store.experiment_id]
    if len(own) > 1:
        listed = ", ".join(run.info.run_id for run in own)
        raise InputError(f"several runs begin with {reference}: {listed}; say more of the id")
    if not own and found:
        other = experiments[found[0].info.experiment_id]
        raise InputError(
            f"run {found[0].info.run_id} is of {other!r}, not of brand {brand}: only evaluations "
            f"of one brand compare{_listing(store)}"
        )
    if not own:
        raise InputError(f"brand {brand} has no run {reference}{_listing(store)}")
    run = own[0]
    if run.info.status != "FINISHED":
        going_on = run.info.status in ("RUNNING", "SCHEDULED")
        raise InputError(
            f"run {run.info.run_id} ({run.info.run_name}) is {run.info.status.lower()}: "
            + ("wait for its end" if going_on else "start the same command again to finish it")
            + ", or take another"
            + _listing(store)
        )
    return _described(run)


def _finished(store: Store) -> Iterator[Any]:
    """Finished runs that may hold an evaluation, the newest first."""
    client = patience.client()
    token = None
    while True:
        page = client.search_runs(
            [store.experiment_id], "attributes.status = 'FINISHED'", max_results=_PAGE,
            order_by=["attributes.start_time DESC"], page_token=token,
        )  # fmt: skip
        yield from (run for run in page if run.data.tags.get("smm.kind") in _KINDS)
        token = page.token
        if not token:
            return


def _holds(run_id: str, path: str) -> bool:
    from mlflow.exceptions import MlflowException

    folder = path.rpartition("/")[0]
    try:
        listed = patience.client().list_artifacts(run_id, folder)
    except (MlflowException, OSError):
        return False
    return any(each.path == path for each in listed)


def _described(run: Any) -> EvaluationRun:
    started = datetime.fromtimestamp(run.info.start_time / 1000, UTC)
    kind = run.data.tags.get("smm.kind", "")
    when = started.isoformat(" ", "minutes").removesuffix("+00:00")
    return EvaluationRun(run.info.run_id, run.info.run_name or "", kind, when)


def _listing(store: Store) -> str:
    """The newest finished evaluations, for a message; empty where there are none."""
    shown = []
    for run in _finished(store):
        shown.append(_described(run))
        if len(shown) == _MOST_LISTED:
            break
    lines = "".join(f"\n    {run.id}  {run.when}  {run.name}" for run in shown)
    return f". The newest evaluations are:{lines}" if lines else "; it has no finished evaluation"
