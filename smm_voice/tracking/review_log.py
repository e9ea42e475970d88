"""What people said, logged into the run of the evaluation that they judged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from smm_voice.errors import InputError
from smm_voice.evaluation import record
from smm_voice.tracking import patience
from smm_voice.tracking.evaluations import newest
from smm_voice.tracking.store import Store

_TABLE = "review/answers.json"
_NOTE = "mlflow.note.content"
_TABLES = "mlflow.loggedArtifacts"
_BEGINS, _ENDS = "<!-- review -->", "<!-- review ends -->"


def evaluation_run(store: Store, brand: str, run_id: str | None) -> str:
    """The run to review: the one asked for, or the newest with a whole evaluation.

    Raises:
        InputError: there is none, or it is another brand's.
    """
    from mlflow.exceptions import MlflowException

    client = patience.client()
    if run_id:
        try:
            found = client.get_run(run_id)
        except MlflowException as error:
            raise InputError(f"run={run_id}: the store has no such run") from error
        if found.info.experiment_id != store.experiment_id:
            raise InputError(f"run={run_id} is not a run of brand {brand}")
        return run_id
    evaluations = newest(store, 1, record.PATH)
    if not evaluations:
        raise InputError(
            f"brand {brand} has no finished evaluation to review: run "
            f"python scripts/evaluate.py brand={brand}"
        )
    return evaluations[0].id


def log_review(
    run_id: str,
    metrics: Mapping[str, float],
    table: Mapping[str, list[Any]],
    paragraph: str,
    tags: Mapping[str, object],
) -> None:
    """Metrics, the table of answers, a paragraph of the note and tags; again replaces all of it.

    Args:
        run_id: of the evaluation.
        metrics: name → value.
        table: column → values.
        paragraph: Markdown.
        tags: name → value.
    """
    from mlflow.entities import Metric

    client = patience.client()
    tagged = client.get_run(run_id).data.tags
    now = _now()
    client.log_batch(run_id, [Metric(name, float(v), now, 0) for name, v in metrics.items()])
    # `log_table` would append to what an earlier reading has logged.
    columns = list(table)
    rows = [list(row) for row in zip(*table.values(), strict=True)]
    client.log_dict(run_id, {"columns": columns, "data": rows}, _TABLE)
    tables = json.loads(tagged.get(_TABLES, "[]"))
    entry = {"path": _TABLE, "type": "table"}
    if entry not in tables:
        client.set_tag(run_id, _TABLES, json.dumps([*tables, entry]))
    client.set_tag(run_id, _NOTE, with_paragraph(tagged.get(_NOTE, ""), paragraph))
    for name, value in tags.items():
        client.set_tag(run_id, name, str(value))


def with_paragraph(note: str, paragraph: str) -> str:
    """The note with this paragraph on the review at its end, in place of an earlier one."""
    before, begins, rest = note.partition(_BEGINS)
    after = rest.partition(_ENDS)[2] if begins else ""
    kept = (before.rstrip() + after.rstrip()).strip()
    return f"{kept}\n\n{_BEGINS}\n{paragraph.strip()}\n{_ENDS}\n"


def _now() -> int:
    import time

    return int(time.time() * 1000)
