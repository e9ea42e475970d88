"""What earlier registered versions of a brand scored, when they were evaluated."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

from smm_voice.metrics.base import Score
from smm_voice.tracking import patience
from smm_voice.tracking.registry import model_name

log = logging.getLogger(__name__)

# Tag of a run: evaluations that share it were made alike (`evaluation.comparable.digest`).
COMPARABLE = "smm.comparable"


def earlier_versions(
    brand: str, names: Iterable[str], comparable: str, apart_from: str
) -> list[tuple[str, Mapping[str, Score]]]:
    """(label, scores) of each registered version, the oldest first.

    Args:
        brand: brand name.
        names: metrics that are wanted.
        comparable: of the run that is being looked at; versions that were evaluated otherwise are
            left out, since their numbers mean something else.
        apart_from: id of the run that is being looked at.
    """
    from mlflow.exceptions import MlflowException

    client = patience.client()
    versions = client.search_model_versions(f"name = '{model_name(brand)}'")
    found: list[tuple[str, Mapping[str, Score]]] = []
    for version in sorted(versions, key=lambda version: int(version.version)):
        run_id = version.tags.get("smm.run")
        if not run_id or run_id == apart_from:
            continue
        try:
            data = client.get_run(run_id).data
        except MlflowException:
            log.info("%s version %s: its run is gone", version.name, version.version)
            continue
        if data.tags.get(COMPARABLE) == comparable:
            scores = {name: _score(data.metrics, name) for name in names if name in data.metrics}
            found.append((f"v{version.version}", scores))
    return found


def _score(metrics: Mapping[str, float], name: str) -> Score:
    return Score(metrics[name], metrics.get(f"{name}_ci_low"), metrics.get(f"{name}_ci_high"))
