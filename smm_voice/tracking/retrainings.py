"""What earlier starts of the scheduled job found and decided."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from smm_voice.tracking import patience
from smm_voice.tracking.lineage import every
from smm_voice.tracking.store import Store

if TYPE_CHECKING:
    from smm_voice.tracking.run import Run

log = logging.getLogger(__name__)

_FACTS = "smm.facts"
_DECISION, _TRIGGER, _KEY, _AT = "smm.decision", "smm.trigger", "smm.retrain_key", "smm.at"
# The how-manieth note of a start it was, as text of one length: clocks are wrong for a night.
_NUMBER = "smm.start_number"
_DIGITS = 8
_ORDER = (f"tags.`{_NUMBER}` DESC", "attributes.start_time DESC")
# Starts of a page of a search; the first nearly always is the one.
_PAGE = 20


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
        number: larger than of any start that was noted before it; 0 where it noted nothing, or
            before starts were counted.
    """

    run: str
    status: str
    decision: str
    trigger: str
    key: str
    at: datetime
    facts: Mapping[str, Any]
    number: int = 0


def newest(store: Store) -> Earlier | None:
    """The newest start that noted anything."""
    return _first(store, "")


def unfinished(store: Store, key: str) -> Earlier | None:
    """The newest start that began this training and came to no decision; None after a decision."""
    found = _first(store, f" AND tags.`{_KEY}` = '{key}' AND tags.`{_TRIGGER}` != ''")
    return found if found and found.decision in ("", "failed") else None


def last_attempt(store: Store, now: datetime | None = None) -> Earlier | None:
    """The newest start that judged a candidate.

    Args:
        store: of the brand.
        now: by the job's clock; attempts that it was told of as later are passed over: they come
            of a clock that was wrong, or of a future that is not yet. None: none is.
    """
    listed = ("promoted", "proposed", "refused", "rolled_back")
    found = [_first(store, f" AND tags.`{_DECISION}` = '{each}'", now) for each in listed]
    return max(
        (each for each in found if each), key=lambda each: (each.number, each.at), default=None
    )


def note(run: Run, came_of_it: Mapping[str, Any], now: datetime) -> None:
    """Write into the run what came of a start.

    Args:
        run: of the job.
        came_of_it: `Outcome.as_json`; kept as an artifact where there was something to do.
        now: by the job's clock.
    """
    run.tags(
        {
            # First: a decision without it would be placed by the clock.
            _NUMBER: _next(run),
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
    run.tags({_NUMBER: _next(run), _KEY: key, _TRIGGER: trigger, _FACTS: json.dumps(facts)})


def _next(run: Run) -> str:
    """The number of a note; only one start of a brand is under way at a time."""
    client = patience.client()
    experiment = client.get_run(run.id).info.experiment_id
    last = client.search_runs(
        [experiment], f"tags.`{_NUMBER}` != ''", max_results=1, order_by=[_ORDER[0]]
    )
    number = 1 + (int(last[0].data.tags[_NUMBER]) if last else 0)
    return f"{number:0{_DIGITS}}"


def _first(store: Store, further: str, now: datetime | None = None) -> Earlier | None:
    """The newest start that is over, as far as can be seen: by its number, else by its time."""
    runs = every(
        patience.client().search_runs, experiment_ids=[store.experiment_id],
        filter_string=f"tags.`smm.kind` = 'retrain'{further}", max_results=_PAGE,
        order_by=list(_ORDER),
    )  # fmt: skip
    for run in runs:
        tags = run.data.tags
        started = datetime.fromtimestamp(run.info.start_time / 1000, UTC)
        # A process that died on another host stays RUNNING; what it decided, it decided.
        under_way = run.info.status == "RUNNING" and _DECISION not in tags
        if under_way or (_NUMBER not in tags and started > datetime.now(UTC)):
            continue
        at = moment(tags.get(_AT)) or started
        if now is None or at <= now:
            return Earlier(
                run.info.run_id, run.info.status, tags.get(_DECISION, ""), tags.get(_TRIGGER, ""),
                tags.get(_KEY, ""), at, json.loads(tags.get(_FACTS, "{}")),
                int(tags.get(_NUMBER, 0)),
            )  # fmt: skip
    return None


def moment(text: str | None) -> datetime | None:
    """A time as tags hold it; UTC where it names no zone; None where it is none."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
