"""What earlier starts of the scheduled job found and decided."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from smm_voice.tracking import patience
from smm_voice.tracking.store import Store

if TYPE_CHECKING:
    from smm_voice.tracking.run import Run

log = logging.getLogger(__name__)

_FACTS = "smm.facts"
_DECISION, _TRIGGER, _KEY, _AT = "smm.decision", "smm.trigger", "smm.retrain_key", "smm.at"


@dataclass(frozen=True)
class Earlier:
    """An earlier start.

    Attributes:
        run: its id.
        status: FINISHED, FAILED, …
        decision: see `retraining.outcome`; "" where it came to none.
        trigger: what started a training; "" where none was started.
        key: of the training; "" where it came to none.
        at: when, by the job's clock.
        facts: what it found, as `Outcome.facts`.
    """

    run: str
    status: str
    decision: str
    trigger: str
    key: str
    at: datetime
    facts: Mapping[str, Any]


def newest(store: Store) -> Earlier | None:
    """The newest start of all."""
    return _first(store, "")


def unfinished(store: Store, key: str) -> Earlier | None:
    """The newest start that began this training and came to no decision; None after a decision."""
    found = _first(store, f" AND tags.`{_KEY}` = '{key}' AND tags.`{_TRIGGER}` != ''")
    return found if found and found.decision in ("", "failed") else None


def last_attempt(store: Store) -> Earlier | None:
    """The newest start that judged a candidate."""
    listed = ("promoted", "proposed", "refused", "rolled_back")
    found = [_first(store, f" AND tags.`{_DECISION}` = '{each}'") for each in listed]
    return max((each for each in found if each), key=lambda each: each.at, default=None)


def note(run: Run, came_of_it: Mapping[str, Any], now: datetime) -> None:
    """Write into the run what came of a start.

    Args:
        run: of the job.
        came_of_it: `Outcome.as_json`; kept as an artifact where there was something to do.
        now: by the job's clock.
    """
    run.tags(
        {
            _DECISION: came_of_it["decision"],
            _AT: now.isoformat(timespec="seconds"),
            "smm.reasons": "; ".join(came_of_it["said"])[:500],
            "smm.model_version": came_of_it["version"] or "none",
            _FACTS: json.dumps(came_of_it["facts"]),
        }
    )
    if came_of_it["decision"] != "nothing":
        run.json(dict(came_of_it), "retrain/decision.json")


def begin(run: Run, key: str, trigger: str, facts: Mapping[str, Any]) -> None:
    """Note that a training begins, so that a start after a death goes on with it.

    The facts go with it: the start that goes on does not look again, and what it decides has to
    say how far the posts reached.
    """
    run.tags({_KEY: key, _TRIGGER: trigger, _FACTS: json.dumps(facts)})


def _first(store: Store, further: str) -> Earlier | None:
    found = patience.client().search_runs(
        [store.experiment_id], f"tags.`smm.kind` = 'retrain' AND attributes.status != 'RUNNING'"
        f"{further}", max_results=1, order_by=["attributes.start_time DESC"],
    )  # fmt: skip
    if not found:
        return None
    run = found[0]
    tags = run.data.tags
    started = datetime.fromtimestamp(run.info.start_time / 1000, UTC)
    return Earlier(
        run.info.run_id, run.info.status, tags.get(_DECISION, ""), tags.get(_TRIGGER, ""),
        tags.get(_KEY, ""), moment(tags.get(_AT)) or started, json.loads(tags.get(_FACTS, "{}")),
    )  # fmt: skip


def moment(text: str | None) -> datetime | None:
    """A time as tags hold it; UTC where it names no zone; None where it is none."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
