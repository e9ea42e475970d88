"""What earlier registered versions of a brand scored, when they were evaluated."""

from __future__ import annotations

import logging
from collections.abc import Mapping

from smm_voice.metrics.base import Score
from smm_voice.tracking.registry import model_name
from smm_voice.tracking.run import COMPARABLE

log = logging.getLogger(__name__)


def earlier_versions(
    brand: str, names: list[str], comparable: str, apart_from: str
) -> list[tuple[str, Mapping[str, Score]]]:
    """(label, scores) of each registered version, the oldest first.

    Args:
        brand: brand name.
        names: metrics that are wanted.
        comparable: digest of what has to be the same for numbers to mean the same
            (`evaluation.comparable.digest`); versions evaluated otherwise are left out.
        apart_from: id of the run that is being looked at.
    """
    import mlflow
    from mlflow.exceptions import MlflowException

    client = mlflow.MlflowClient()
    versions = client.search_model_versions(f"name = '{model_name(brand)}'")
    found = []
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
