"""Which runs and registered versions go back to a dataset, and how far versions have read."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from smm_voice.config import TrackingConfig, Workspace
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
    import mlflow

    client = mlflow.MlflowClient(tracking_uri(config, workspace))
    found = []
    experiments = [each.experiment_id for each in client.search_experiments()]
    for fingerprint in sorted(fingerprints):
        for run in client.search_runs(experiments, f"tags.`{_FINGERPRINT}` = '{fingerprint}'"):
            kind = run.data.tags.get("smm.kind", "run")
            found.append(Descendant(kind, run.info.run_id, fingerprint))
    for model in client.search_registered_models():
        aliases: dict[str, list[str]] = {}
        for alias, number in model.aliases.items():
            aliases.setdefault(str(number), []).append(alias)
        for version in client.search_model_versions(f"name = '{model.name}'"):
            fingerprint = version.tags.get(_FINGERPRINT)
            if fingerprint in fingerprints:
                named = ", ".join(sorted(aliases.get(str(version.version), [])))
                label = f"{model.name} version {version.version}" + (f" ({named})" if named else "")
                found.append(Descendant("version", label, fingerprint))
    return found


def trained_until(config: TrackingConfig, workspace: Workspace, brand: str) -> dict[str, str]:
    """Registered version → time of the newest post it has learned from, ISO 8601."""
    if not store_exists(config, workspace):
        return {}
    import mlflow

    client = mlflow.MlflowClient(tracking_uri(config, workspace))
    versions = client.search_model_versions(f"name = '{model_name(brand)}'")
    return {
        str(version.version): version.tags["smm.trained_until"]
        for version in versions
        if "smm.trained_until" in version.tags
    }
