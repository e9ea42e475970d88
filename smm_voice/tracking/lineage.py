"""Which runs and registered versions go back to a dataset, and how far versions have read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smm_voice.config import TrackingConfig, Workspace
from smm_voice.tracking import patience
from smm_voice.tracking.registry import model_name
from smm_voice.tracking.store import tracking_uri

_FINGERPRINT = "smm.dataset_fingerprint"


@dataclass(frozen=True)
class Descendant:
    """A run or a version that has seen a dataset.

    Attributes:
        kind: train, evaluation, … for a run; `version` for a registered version.
        name: run id, or `<model> version <n>`, with its aliases.
        fingerprint: of the dataset.
    """

    kind: str
    name: str
    fingerprint: str


def store_exists(config: TrackingConfig, workspace: Workspace) -> bool:
    """Whether there is a store to ask; a local one that was never written to is none."""
    uri = tracking_uri(config, workspace)
    return not uri.startswith("sqlite:///") or Path(uri.removeprefix("sqlite:///")).exists()


def descendants(
    config: TrackingConfig, workspace: Workspace, fingerprints: Collection[str]
) -> list[Descendant]:
    """Every run and every registered version of these datasets, of whatever brand."""
    if not fingerprints or not store_exists(config, workspace):
        return []

    uri = tracking_uri(config, workspace)
    client = patience.client(uri, uri)
    found = []
    experiments = [each.experiment_id for each in every(client.search_experiments)]
    for fingerprint in sorted(fingerprints):
        wanted = f"tags.`{_FINGERPRINT}` = '{fingerprint}'"
        for run in every(client.search_runs, experiment_ids=experiments, filter_string=wanted):
            kind = run.data.tags.get("smm.kind", "run")
            found.append(Descendant(kind, run.info.run_id, fingerprint))
    aliases: dict[tuple[str, str], list[str]] = {}
    for model in every(client.search_registered_models):
        for alias, number in model.aliases.items():
            aliases.setdefault((model.name, str(number)), []).append(alias)
    for version in every(client.search_model_versions):
        fingerprint = version.tags.get(_FINGERPRINT)
        if fingerprint in fingerprints:
            named = ", ".join(sorted(aliases.get((version.name, str(version.version)), [])))
            label = f"{version.name} version {version.version}" + (f" ({named})" if named else "")
            found.append(Descendant("version", label, fingerprint))
    return found


def trained_until(config: TrackingConfig, workspace: Workspace, brand: str) -> dict[str, str]:
    """Registered version → time of the newest post it has learned from, ISO 8601."""
    if not store_exists(config, workspace):
        return {}

    uri = tracking_uri(config, workspace)
    client = patience.client(uri, uri)
    wanted = f"name = '{model_name(brand)}'"
    versions = every(client.search_model_versions, filter_string=wanted)
    return {
        str(version.version): version.tags["smm.trained_until"]
        for version in versions
        if "smm.trained_until" in version.tags
    }


def every(search: Callable[..., Any], **arguments: Any) -> Iterator[Any]:
    """Results of all pages of a search of MLflow's client."""
    page = search(**arguments)
    yield from page
    while page.token:
        page = search(**arguments, page_token=page.token)
        yield from page
