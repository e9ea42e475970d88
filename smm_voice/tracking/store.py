"""The tracking store: one absolute address, initialised once."""

from __future__ import annotations

import functools
import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from filelock import FileLock

from smm_voice.config import TrackingConfig, Workspace
from smm_voice.errors import SmmVoiceError
from smm_voice.tracking import patience

log = logging.getLogger(__name__)

_MADE_BY_UI = "http://127.0.0.1:5000"


@dataclass(frozen=True)
class Store:
    """An initialised store.

    Attributes:
        uri: tracking address.
        experiment_id: of the brand's experiment.
        ui: where its pages are served, for links.
        system_metrics: whether its runs log what the machine does meanwhile.
        parent: the run that its runs belong to, such as a sweep's; None: to none.
    """

    uri: str
    experiment_id: str
    ui: str
    system_metrics: bool = False
    parent: str | None = None


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
    patience.set_patience(config.patience_seconds)
    import mlflow
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    uri = tracking_uri(config, workspace)
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    local = uri.startswith("sqlite:")
    if local:
        # A connection that was opened while the file was away would look into nothing for ever.
        os.environ.setdefault("MLFLOW_SQLALCHEMYSTORE_POOLCLASS", "NullPool")
        _wait_for_file(workspace, uri, config.patience_seconds)
    artifacts = (workspace.root / "mlartifacts" / brand).as_uri() if local else None
    try:
        workspace.root.mkdir(parents=True, exist_ok=True)
        # Processes that meet a missing database at once break each other's migration.
        with FileLock(str(workspace.root / ".mlflow.lock")):
            client = patience.client()
            experiment = client.get_experiment_by_name(brand)
            experiment_id = (
                experiment.experiment_id
                if experiment
                else client.create_experiment(brand, artifact_location=artifacts)
            )
            ui = ui_address(config, uri)
            store = Store(uri, experiment_id, ui, config.system_metrics, config.parent)
            tags = dict(experiment.tags) if experiment else {}
            for key, value in _tags(store, title).items():
                if tags.get(key) != value:
                    client.set_experiment_tag(experiment_id, key, value)
            # The registry's connection too: made later, it would be waited for in MLflow's way.
            client.search_registered_models(max_results=1)
        if local:
            _never_anew(uri.removeprefix("sqlite:///"))
    except (MlflowException, SQLAlchemyError, OSError) as error:
        raise SmmVoiceError(f"the MLflow store {_without_password(uri)} fails: {error}") from error
    return store


def find_store(config: TrackingConfig, workspace: Workspace, brand: str) -> Store | None:
    """The store of a brand where both stand; nothing is made or changed.

    Raises:
        SmmVoiceError: the store cannot be reached.
    """
    import mlflow
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    uri = tracking_uri(config, workspace)
    patience.set_patience(config.patience_seconds)
    if uri == f"sqlite:///{workspace.root / 'mlflow.db'}":
        os.environ.setdefault("MLFLOW_SQLALCHEMYSTORE_POOLCLASS", "NullPool")
        _wait_for_file(workspace, uri, config.patience_seconds)
        if not (workspace.root / "mlflow.db").exists():
            return None
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    try:
        experiment = patience.client().get_experiment_by_name(brand)
    except (MlflowException, SQLAlchemyError, OSError) as error:
        raise SmmVoiceError(f"the MLflow store {_without_password(uri)} fails: {error}") from error
    return Store(uri, experiment.experiment_id, ui_address(config, uri)) if experiment else None


def ui_address(config: TrackingConfig, uri: str) -> str:
    """The configured address, else the tracking server's own, else where `make ui` serves."""
    server = _without_login(uri) if uri.startswith(("http://", "https://")) else None
    return (config.ui or server or _MADE_BY_UI).rstrip("/")


def _without_login(uri: str) -> str:
    """An address that others may see."""
    parts = urlsplit(uri)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _wait_for_file(workspace: Workspace, uri: str, seconds: float) -> None:
    """Wait where the database is away: MLflow would make an empty one in its place.

    Raises:
        SmmVoiceError: it does not come back.
    """
    path = workspace.root / "mlflow.db"
    if uri != f"sqlite:///{path}" or not any(workspace.runs.glob("*/*/.lock")):
        return
    end = time.monotonic() + seconds
    while not path.exists():
        if time.monotonic() >= end:
            raise SmmVoiceError(
                f"{path} is gone, while {workspace.runs} holds runs that it should know: put it "
                "back, or remove these runs as well to begin anew"
            )
        log.warning("%s is gone; waiting for it up to %g seconds", path, seconds)
        time.sleep(min(5.0, max(0.1, end - time.monotonic())))


@functools.cache
def _never_anew(path: str) -> None:
    """From now on a database that is away is an error: SQLite would make an empty one."""
    from sqlalchemy import event
    from sqlalchemy.engine import Engine

    def there(dialect: Any, record: Any, arguments: Any, options: Any) -> None:
        if dialect.name != "sqlite" or not arguments or arguments[0] != path:
            return
        if not Path(path).is_file() or not Path(path).stat().st_size:
            raise dialect.dbapi.OperationalError(f"{path} is gone")

    event.listen(Engine, "do_connect", there)


def _tags(store: Store, title: str) -> dict[str, str]:
    """The experiment's note and the view it leads to.

    Of the note only the first line shows until somebody opens it.
    """
    from smm_voice.tracking import links, views

    view = views.runs_view(store)
    table = f"[Open the table of runs]({view.address})"
    return {
        **view.tags,
        "mlflow.note.content": (
            f"Does the model write like {title}? **0 = like other brands, 1 = like {title}.** "
            f"{table}, newest first.\n\n"
            "- A run of the kind `train` or `evaluation` with a verdict is a decision: its page "
            "begins with the verdict in one sentence and leads to the report.\n"
            f"- Posts of two arms, brief by brief: [tick two of them here]({links.arms(store)}).\n"
            "- The arms: `human` the brand's own posts (the scale's 1), `floor` other brands' "
            "posts (its 0), `base` the untrained model, `prompted` the same with style guide and "
            "examples, `candidate` the trained one, `champion` what runs today.\n"
        ),
    }


def _without_password(uri: str) -> str:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(uri).render_as_string(hide_password=True)
    except ArgumentError:
        return uri.split("@")[-1]
