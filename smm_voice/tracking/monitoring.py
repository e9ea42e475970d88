"""Looks at a brand in MLflow: one a run, so that the runs are a series."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from smm_voice.errors import InputError
from smm_voice.monitoring import record
from smm_voice.monitoring.signal import Monitored
from smm_voice.report.given import Look, Told
from smm_voice.tracking import patience, registry
from smm_voice.tracking.lineage import every
from smm_voice.tracking.run import Run
from smm_voice.tracking.store import Store

log = logging.getLogger(__name__)

ANSWERS = "drift/answers.json"
_STATE, _ALARMS, _LANGUAGE = "smm.drift", "smm.alarms", "smm.language"
_WHEN, _KEY = "smm.looked_at", "smm.answers_key"
_PREFIX = "drift/"
_PAGE = 500
_LONGEST_TAG = 2_000


def state(monitored: Monitored) -> str:
    """`alarm`, `calm`, or `no data` where nothing was measured."""
    if monitored.alarms:
        return "alarm"
    measured = any(signal.value is not None for signal in monitored.signals)
    return "calm" if measured else "no data"


def flatten(monitored: Monitored) -> dict[str, float]:
    """One flat mapping: the value, `_ci_low`, `_ci_high`, `_p` (by Holm), `_band` of each signal.

    What has no value is left out, never logged as 0.
    """
    flat: dict[str, float] = {}
    for signal in monitored.signals:
        if signal.value is None:
            continue
        p = signal.p if signal.p_adjusted is None else signal.p_adjusted
        parts = {"": signal.value, "_ci_low": signal.low, "_ci_high": signal.high, "_p": p,
                 "_band": signal.band}  # fmt: skip
        flat |= {f"{signal.name}{part}": v for part, v in parts.items() if v is not None}
    return flat


def log_look(
    run: Run,
    monitored: Monitored,
    answers: Mapping[str, Any] | None = None,
    when: datetime | None = None,
) -> None:
    """Log one look: metrics, tags and `drift/monitored.json`. One look a run.

    Args:
        run: of whatever kind; it becomes a point of the series.
        monitored: the look.
        answers: today's answers of the champion, with the key of what decides them.
        when: of the look; None: now.
    """
    run.metrics(flatten(monitored))
    run.json(record.as_json(monitored), record.PATH)
    if answers is not None:
        run.json(dict(answers), ANSWERS)
        run.tags({_KEY: answers["key"]})
    named = ", ".join(signal.name for signal in monitored.alarms)
    run.tags(
        {
            _STATE: state(monitored),
            _ALARMS: named[:_LONGEST_TAG],
            _LANGUAGE: monitored.language,
            _WHEN: (when or datetime.now(UTC)).isoformat(timespec="seconds"),
        }
    )


def series(store: Store, language: str | None = None) -> list[Look]:
    """Every look at the brand, the earliest first.

    Args:
        store: of the brand.
        language: of the posts; None: all.
    """
    found = [
        Look(
            when=_when(run),
            run=run.info.run_id,
            language=run.data.tags.get(_LANGUAGE, ""),
            state=run.data.tags[_STATE],
            signals=_signals(run.data.metrics, run.data.tags.get(_ALARMS, "")),
        )
        for run in _looks(store)
        if language is None or run.data.tags.get(_LANGUAGE) == language
    ]
    return sorted(found, key=lambda look: look.when)


def first_answers(store: Store, key: str) -> list[str] | None:
    """The champion's answers at the first look that asked the very same; None without one.

    Args:
        store: of the brand.
        key: what decides the answers apart from code, libraries and machine.
    """
    looks = [run for run in _looks(store) if run.data.tags.get(_KEY) == key]
    for run in sorted(looks, key=lambda run: run.info.start_time):
        try:
            path = registry.run_file(run.info.run_id, ANSWERS)
            rows = json.loads(path.read_text(encoding="utf-8"))["answers"]
            return [str(row["text"]) for row in rows]
        except (InputError, OSError, ValueError, KeyError, TypeError) as error:
            log.warning("The answers of run %s cannot be read: %s", run.info.run_id, error)
    return None


def read_look(run: str) -> Monitored:
    """A look, whole.

    Raises:
        InputError: the run holds none, or it cannot be read.
    """
    return record.read(registry.run_file(run, record.PATH))


def run_tag(run: str, tag: str) -> str | None:
    """A tag of a run; None where it has none, or is gone."""
    from mlflow.exceptions import MlflowException

    try:
        found = patience.client().get_run(run).data.tags.get(tag)
    except MlflowException:
        return None
    return None if found is None else str(found)


def _looks(store: Store) -> Iterator[Any]:
    # The tag is set when all the rest stands, whatever becomes of the run.
    return every(
        patience.client().search_runs,
        experiment_ids=[store.experiment_id],
        filter_string=f"tags.`{_STATE}` LIKE '%'",
        max_results=_PAGE,
    )


def _when(run: Any) -> str:
    tagged = run.data.tags.get(_WHEN)
    started = datetime.fromtimestamp(run.info.start_time / 1000, UTC)
    return tagged or started.isoformat(timespec="seconds")


def _signals(metrics: Mapping[str, float], alarms: str) -> dict[str, Told]:
    alarmed: Sequence[str] = [name.strip() for name in alarms.split(",")]
    ends = ("_ci_low", "_ci_high", "_p", "_band")
    return {
        name: Told(value, metrics.get(f"{name}_p"), metrics.get(f"{name}_band"), name in alarmed)
        for name, value in metrics.items()
        if name.startswith(_PREFIX) and not name.endswith(ends)
    }
