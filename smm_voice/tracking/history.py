"""What earlier registered versions of a brand scored, when they were evaluated."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from smm_voice.evaluation.comparable import as_many
from smm_voice.metrics.base import Score
from smm_voice.tracking import patience
from smm_voice.tracking.registry import model_name

log = logging.getLogger(__name__)

# Tag of a run: evaluations that share it were made alike (`evaluation.comparable.digest`).
COMPARABLE = "smm.comparable"
# Tags of a run: its ratios to people's posts may stand in one series with those of runs that share
# the first (`evaluation.comparable.series_digest`) and answered about as many briefs.
SERIES, BRIEFS = "smm.ratio_series", "smm.briefs"


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
    return [
        (f"v{number}", {name: _score(data.metrics, name) for name in names if name in data.metrics})
        for number, run, data in _evaluated(brand)
        if run != apart_from and data.tags.get(COMPARABLE) == comparable
    ]


def ratio_series(
    brand: str, name: str, series: str, briefs: int, newest: int
) -> list[tuple[str, float]]:
    """(label, value) of each registered version, the oldest first, on whatever briefs.

    Args:
        brand: brand name.
        name: a metric that is a ratio to people's posts about the same briefs: it may be looked at
            over versions that were asked different ones.
        series: see `evaluation.comparable.series_digest`.
        briefs: how many were answered; versions that answered many more or fewer are left out.
        newest: the last version that is wanted.
    """
    found = []
    for number, _, data in _evaluated(brand):
        count = data.tags.get(BRIEFS, "")
        alike = data.tags.get(SERIES) == series and as_many(int(count or 0), briefs)
        if alike and number <= newest and name in data.metrics:
            found.append((f"v{number}", float(data.metrics[name])))
    return found


def _evaluated(brand: str) -> Iterator[tuple[int, str, Any]]:
    """(number, run, its data) of each registered version whose run is there, the oldest first."""
    from mlflow.exceptions import MlflowException

    client = patience.client()
    versions = client.search_model_versions(f"name = '{model_name(brand)}'")
    for version in sorted(versions, key=lambda version: int(version.version)):
        run_id = version.tags.get("smm.run")
        if not run_id:
            continue
        try:
            data = client.get_run(run_id).data
        except MlflowException:
            log.info("%s version %s: its run is gone", version.name, version.version)
            continue
        yield int(version.version), run_id, data


def _score(metrics: Mapping[str, float], name: str) -> Score:
    return Score(metrics[name], metrics.get(f"{name}_ci_low"), metrics.get(f"{name}_ci_high"))
