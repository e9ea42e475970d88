"""The tracking store: one absolute address, initialised once."""

from __future__ import annotations

import os
from dataclasses import dataclass

from filelock import FileLock

from smm_voice.config import TrackingConfig, Workspace
from smm_voice.errors import SmmVoiceError


@dataclass(frozen=True)
class Store:
    """An initialised store.

    Attributes:
        uri: tracking address.
        experiment_id: of the brand's experiment.
        ui: where `make ui` serves it, for links.
    """

    uri: str
    experiment_id: str
    ui: str


def tracking_uri(config: TrackingConfig, workspace: Workspace) -> str:
    """`MLFLOW_TRACKING_URI`, else the configured one, else SQLite in the workspace.

    Always absolute: MLflow takes a relative path from wherever a command was started.
    """
    fallback = f"sqlite:///{workspace.root / 'mlflow.db'}"
    return os.environ.get("MLFLOW_TRACKING_URI") or config.uri or fallback


def open_store(config: TrackingConfig, workspace: Workspace, brand: str, title: str) -> Store:
    """Connect, make the database and the brand's experiment where they are missing.

    Raises:
        SmmVoiceError: the store cannot be reached.
    """
    import mlflow
    from mlflow.exceptions import MlflowException

    uri = tracking_uri(config, workspace)
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    local = uri.startswith("sqlite:")
    artifacts = (workspace.root / "mlartifacts" / brand).as_uri() if local else None
    try:
        workspace.root.mkdir(parents=True, exist_ok=True)
        # Processes that meet a missing database at once break each other's migration.
        with FileLock(str(workspace.root / ".mlflow.lock")):
            client = mlflow.MlflowClient()
            experiment = client.get_experiment_by_name(brand)
            experiment_id = (
                experiment.experiment_id
                if experiment
                else client.create_experiment(brand, artifact_location=artifacts)
            )
            client.set_experiment_tag(
                experiment_id,
                "mlflow.note.content",
                f"Voice models of {title}: every run trains one and compares it with the brand's "
                "own posts (human), other brands (floor), the base model and the prompted base.",
            )
    except (MlflowException, OSError) as error:
        raise SmmVoiceError(f"the MLflow store {_without_password(uri)} fails: {error}") from error
    return Store(uri, experiment_id, config.ui.rstrip("/"))


def _without_password(uri: str) -> str:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(uri).render_as_string(hide_password=True)
    except ArgumentError:
        return uri.split("@")[-1]
