"""What the store knows of how a version was made and judged; nothing is written."""

from __future__ import annotations

import json
from typing import Any

from smm_voice.errors import InputError
from smm_voice.tracking import patience, registry
from smm_voice.tracking.registry import Version

# Tag of a version: the run that trained it.
_RUN = "smm.run"


def by_digest(brand: str, digest: str) -> Version | None:
    """The newest version whose adapter has this SHA-256; None where none has."""
    found = [v for v in registry.versions(brand) if v.tags.get(registry.DIGEST) == digest]
    return found[-1] if found else None


def training_facts(version: Version) -> dict[str, str]:
    """Parameters, figures and tags of the run that trained it; empty where the run is gone."""
    from mlflow.exceptions import MlflowException

    run = version.tags.get(_RUN)
    if run is None:
        return {}
    try:
        data = patience.client().get_run(run).data
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise
        return {}
    figures = {name: f"{value:g}" for name, value in data.metrics.items() if name.startswith("tra")}
    tags = {name: value for name, value in data.tags.items() if name.startswith("smm.")}
    return {**data.params, **figures, **tags}


def dataset_card(version: Version) -> dict[str, Any] | None:
    """The card of the dataset it was trained on, as its run holds it; None where it holds none."""
    run = version.tags.get(_RUN)
    if run is None:
        return None
    try:
        path = registry.run_file(run, "dataset/card.json")
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (InputError, OSError, ValueError):
        return None
    return found
