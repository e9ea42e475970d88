"""What became of a brand's models: registered versions and starts of the scheduled job, as rows."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from smm_voice.errors import InputError
from smm_voice.metrics.base import Score
from smm_voice.report.given import Check, StartRow, VersionRow
from smm_voice.tracking import aliases, links, patience, registry
from smm_voice.tracking.lineage import every
from smm_voice.tracking.retrainings import moment
from smm_voice.tracking.store import Store

log = logging.getLogger(__name__)

DECISION = "retrain/decision.json"
# Of older starts what their tags say is enough: each file is a request to the store.
_MOST_READ = 100
_PAGE = 500


def version_rows(store: Store, brand: str, metrics: Sequence[str]) -> list[VersionRow]:
    """Every registered version of a brand, the newest first.

    Args:
        store: of the brand.
        brand: brand name.
        metrics: whose scores are wanted.
    """
    client = patience.client()
    name = registry.model_name(brand)
    called: dict[str, list[str]] = {}
    for model in every(client.search_registered_models, filter_string=f"name = '{name}'"):
        for alias, number in model.aliases.items():
            called.setdefault(str(number), []).append(alias)
    rows = []
    for version in reversed(registry.versions(brand)):
        tags = version.tags
        rows.append(
            VersionRow(
                number=version.version,
                registered=_time(version.made),
                aliases=tuple(sorted(called.get(version.version, []))),
                until=tags.get("smm.trained_until", ""),
                dataset=tags.get("smm.dataset_fingerprint", ""),
                promoted_at=tags.get(aliases.PROMOTED_AT, ""),
                promoted_by=tags.get(aliases.PROMOTED_BY, ""),
                rolled_back_at=tags.get(aliases.ROLLED_BACK_AT, ""),
                rolled_back_reason=tags.get(aliases.ROLLED_BACK_REASON, ""),
                scores=_scores(client, tags.get("smm.run") or version.run, metrics),
                address=links.model_version(store, name, version.version),
            )
        )
    return rows


def start_rows(store: Store) -> list[StartRow]:
    """Every start of the scheduled job, the newest first."""
    runs = sorted(_starts(store), key=_when, reverse=True)
    rows = []
    read = 0
    for run in runs:
        tags = run.data.tags
        decision = tags.get("smm.decision", "")
        if not decision and run.info.status in ("FAILED", "KILLED"):
            decision = "failed"
        details: Mapping[str, Any] = {}
        if decision not in ("", "nothing") and read < _MOST_READ:
            read += 1
            details = _details(run.info.run_id)
        version = tags.get("smm.model_version", "")
        rows.append(
            StartRow(
                run=run.info.run_id,
                when=_when(run),
                decision=decision,
                trigger=tags.get("smm.trigger", ""),
                version="" if version == "none" else version,
                reasons=tags.get("smm.reasons") or tags.get("smm.failure", ""),
                checks=_checks(details.get("reasons")),
                stages=_stages(details.get("stages")),
                address=links.run_page(store, run.info.run_id),
            )
        )
    return rows


def _starts(store: Store) -> Iterator[Any]:
    return every(
        patience.client().search_runs,
        experiment_ids=[store.experiment_id],
        filter_string="tags.`smm.kind` = 'retrain'",
        max_results=_PAGE,
    )


def _when(run: Any) -> str:
    """By the job's own clock where it has one: the past may be played again."""
    told = moment(run.data.tags.get("smm.at"))
    return told.isoformat(timespec="seconds") if told else _time(run.info.start_time)


def _time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="seconds")


def _scores(client: Any, run: str | None, metrics: Sequence[str]) -> dict[str, Score]:
    from mlflow.exceptions import MlflowException

    if not run:
        return {}
    try:
        known = client.get_run(run).data.metrics
    except MlflowException:
        log.info("The run %s is gone, and with it the scores of its version", run)
        return {}
    return {
        name: Score(known[name], known.get(f"{name}_ci_low"), known.get(f"{name}_ci_high"))
        for name in metrics
        if name in known
    }


def _details(run: str) -> Mapping[str, Any]:
    """What the start wrote down; nothing where that is gone or damaged: its tags say the rest."""
    try:
        found = json.loads(registry.run_file(run, DECISION).read_text(encoding="utf-8"))
    except (InputError, OSError, ValueError, RecursionError) as error:
        log.debug("The decision of run %s cannot be read: %s", run, error)
        return {}
    return found if isinstance(found, dict) else {}


def _checks(given: Any) -> tuple[Check, ...]:
    return tuple(
        Check(
            str(row.get("check", "")),
            row["passed"] if isinstance(row.get("passed"), bool) else None,
            str(row.get("said", "")),
        )
        for row in (given if isinstance(given, list) else ())
        if isinstance(row, dict)
    )


def _stages(given: Any) -> tuple[tuple[str, str, float | None], ...]:
    found = []
    for row in given if isinstance(given, list) else ():
        if not isinstance(row, dict):
            continue
        said, seconds = row.get("said", ""), row.get("seconds")
        words = "; ".join(map(str, said)) if isinstance(said, list) else str(said)
        name = str(row.get("name") or row.get("stage") or "")
        found.append((name, words, float(seconds) if isinstance(seconds, int | float) else None))
    return tuple(found)
