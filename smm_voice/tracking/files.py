"""Whether a version's files are lost, or only out of reach for now."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

from smm_voice.models import adapters
from smm_voice.tracking import patience
from smm_voice.tracking.registry import ADAPTERS, Version, repository_of


def gone(version: Version) -> bool:
    """Whether the store itself says that files of the version's adapter are not there.

    Raises:
        patience.StoreAwayError: nothing that holds the brand's models is there either: a folder
            that is not mounted, most likely.
        OSError: a folder of them may not be looked into.
        MlflowException: the store fails.
    """
    address, repository = repository_of(version)
    _look_into(repository, ADAPTERS)
    for each in repository.list_artifacts(ADAPTERS):
        _look_into(repository, each.path)
        if each.is_dir and _names(repository, each.path) >= adapters.FILES:
            return False
    experiment = patience.client().get_experiment_by_name(version.brand)
    root = str(experiment.artifact_location).rstrip("/") if experiment else ""
    if root and address.startswith(f"{root}/"):
        _check_mounted(root, PurePosixPath(address.removeprefix(f"{root}/")).parts)
    return True


def _check_mounted(root: str, below: tuple[str, ...]) -> None:
    """Let a root pass in which at least the folder of all models is.

    The root alone proves nothing: the next note of any run makes it anew, on whatever disk.
    """
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    there = _names(get_artifact_repository(root), None)
    if not there or (len(below) > 1 and below[0] not in there):
        raise patience.StoreAwayError(
            f"{root}, where the files of this brand's models lie, holds none at all: is it mounted?"
        )


def _look_into(repository: Any, path: str) -> None:
    """MLflow takes a local folder that it may not look into for none."""
    folder = getattr(repository, "artifact_dir", None)
    if folder is None:
        return
    try:
        next((Path(folder) / path).iterdir(), None)
    except (FileNotFoundError, NotADirectoryError):
        return


def _names(repository: Any, path: str | None) -> set[str]:
    return {PurePosixPath(each.path).name for each in repository.list_artifacts(path)}
