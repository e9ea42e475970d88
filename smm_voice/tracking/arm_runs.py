"""One run an arm, so that two arms stand side by side in MLflow's evaluation runs."""

from __future__ import annotations

import contextlib
import io
import logging
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from smm_voice.errors import SmmVoiceError
from smm_voice.metrics.base import Finding
from smm_voice.tracking import links, patience
from smm_voice.tracking.run import Run, start
from smm_voice.tracking.store import Store

# The screen is for reading, and every row costs half a dozen writes.
ROWS = 200
VOICE = "voice"
# Names that people read above a column, for metrics whose own name says less.
COLUMNS = {
    "voice/style_index": VOICE,
    "voice/surface_index": "surface",
    "fluency/bits_per_byte_ratio": "surprise",
    "memorisation/copy_excess": "copied",
}
TO_CHECK = "to check"
# What stands in a row's column "to check"; more is in the run's artifacts.
_SHOWN_FINDINGS = 6


@dataclass(frozen=True)
class ArmRow:
    """One post of an arm.

    Attributes:
        brief: what its writer was given, equal between arms: MLflow pairs rows by it.
        text: the post.
        scores: per-post values worth a column, by metric name; those without a value left out.
        findings: what a person should look at.
        human: the brand's own post to the same brief.
    """

    brief: str
    text: str
    scores: Mapping[str, float]
    findings: Sequence[Finding]
    human: str


def log_arm(
    store: Store,
    runs: Path,
    arm: str,
    kind: str,
    rows: Sequence[ArmRow],
    metrics: Mapping[str, float],
    tags: Mapping[str, object],
    content: str,
) -> str:
    """Log an arm's posts and scores as a run of its own.

    Args:
        store: of the brand.
        runs: the brand's folder of runs.
        arm: its name, such as `base`.
        kind: `evaluation`, or `reference` for an arm that other evaluations share.
        rows: in the order of the briefs; the first 200 are logged.
        metrics: the arm's values under their plain names.
        tags: further tags.
        content: digest of everything that decides the arm's answers and scores.

    Returns:
        The run's id. A FINISHED reference run of the same content is returned as it is.

    Raises:
        ValueError: there are no rows, another kind, or the arm is called like a column.
        SmmVoiceError: the store holds fewer posts than were logged; the run is FAILED.
    """
    if kind not in ("evaluation", "reference"):
        raise ValueError(f"an arm's run is an evaluation or a reference, not {kind!r}")
    if arm in (TO_CHECK, *(name for row in rows for name in _values(row))):
        raise ValueError(f"an arm cannot be called {arm!r}, as a column is")
    if not rows:
        raise ValueError(f"the arm {arm!r} has no rows to log")
    if kind == "reference" and (found := find_reference(store, arm, content)):
        return found
    shown = _numbered(rows[:ROWS])
    described = {**tags, "smm.arm": arm, "smm.content": content}
    name = f"{arm}, {len(rows)} briefs"
    # Evaluations share it: it belongs to no sweep's job alone.
    at = replace(store, parent=None)

    def logged() -> str:
        with start(at, name, kind, runs, described) as run:
            if metrics:
                run.metrics(metrics)
            _evaluate(run, arm, shown)
            _check(store, run.id, shown)
            run.note(_note(store, run.id, arm, kind, len(rows), len(shown)))
        return run.id

    # As a whole: half of the posts logged a second time would be too many in one run.
    return patience.patiently(logged)()


def find_reference(store: Store, arm: str, content: str) -> str | None:
    """The newest FINISHED reference run of this arm and content."""
    found = patience.client().search_runs(
        [store.experiment_id],
        "attributes.status = 'FINISHED' AND tags.`smm.kind` = 'reference'"
        f" AND tags.`smm.arm` = '{_quoted(arm)}' AND tags.`smm.content` = '{_quoted(content)}'",
        max_results=1,
        order_by=["attributes.start_time DESC"],
    )
    return str(found[0].info.run_id) if found else None


def _numbered(rows: Sequence[ArmRow]) -> list[ArmRow]:
    """Rows whose briefs differ: the second of two equal ones gets a number, in every arm alike."""
    seen: Counter[str] = Counter()
    numbered = []
    for row in rows:
        seen[row.brief] += 1
        times = seen[row.brief]
        numbered.append(replace(row, brief=f"{row.brief} ({times})") if times > 1 else row)
    return numbered


def _quoted(value: str) -> str:
    """A value for MLflow's filter, which knows no escape."""
    if "'" in value or "\\" in value:
        raise ValueError(f"{value!r} cannot be searched for")
    return value


def _evaluate(run: Run, arm: str, rows: Sequence[ArmRow]) -> None:
    """Each post as a trace with its values, linked to the run."""
    import mlflow

    by_brief = {row.brief: row for row in rows}

    def answer(brief: str) -> dict[str, Any]:
        row = by_brief[brief]
        # Values that a scorer returns are written one by one, five times as slowly; what is logged
        # while the trace is open is stored with it, in one transaction.
        if trace := mlflow.get_active_trace_id():
            mlflow.update_current_trace(request_preview=brief, response_preview=row.text)
            for each in _assessments(row, run.id):
                mlflow.log_assessment(trace, each)
        # Where two rows are opened side by side, MLflow shows what they hold, under these names,
        # and no assessments. Of more than three it folds the first ones away, the post with them.
        voice = {name: value for name, value in _values(row).items() if name == VOICE}
        return {arm: row.text, **voice, TO_CHECK: in_words(row.findings)}

    traced = mlflow.trace(answer, name=arm, span_type="CHAIN")
    data = [{"inputs": {"brief": row.brief}} for row in rows]
    with run.active(), _quiet():
        mlflow.genai.evaluate(data=data, predict_fn=traced, scorers=[])
        # Traces are written behind our back: on a slow machine the last were counted too early.
        mlflow.flush_trace_async_logging()


def _values(row: ArmRow) -> dict[str, float]:
    """Scores under the names that stand above their columns."""
    return {COLUMNS.get(name, name): round(float(value), 3) for name, value in row.scores.items()}


def _assessments(row: ArmRow, run_id: str) -> list[Any]:
    """The row's columns: its scores, what is to be checked, the brand's own post."""
    from mlflow.entities import AssessmentSource, Expectation, Feedback

    source = AssessmentSource("CODE", "smm_voice")
    run = {"mlflow.assessment.sourceRunId": run_id}
    values = [
        Feedback(name=name, value=value, source=source, metadata=run)
        for name, value in _values(row).items()
    ]
    checked = Feedback(name=TO_CHECK, value=len(row.findings), rationale=in_words(row.findings),
                       source=source, metadata=run)  # fmt: skip
    human = Expectation(name="human", value=row.human, source=source, metadata=run)
    return [*values, checked, human]


def in_words(findings: Sequence[Finding]) -> str:
    """Findings as one line each."""
    lines = [
        f"{each.kind}: {each.span}" + (f" ({each.evidence})" if each.evidence else "")
        for each in findings[:_SHOWN_FINDINGS]
    ]
    if len(findings) > _SHOWN_FINDINGS:
        lines.append(f"and {len(findings) - _SHOWN_FINDINGS} more")
    return "\n".join(lines) or "nothing"


def _check(store: Store, run_id: str, rows: Sequence[ArmRow]) -> None:
    """Count what was stored: MLflow loses traces and assessments without an exception."""
    wanted = sum(len(row.scores) for row in rows) + 2 * len(rows)
    traces = _traces(store, run_id)
    assessments = sum(len(trace.info.assessments or ()) for trace in traces)
    if len(traces) != len(rows) or assessments < wanted:
        raise SmmVoiceError(
            f"MLflow stored {len(traces)} of {len(rows)} posts and {assessments} of {wanted} "
            f"values of run {run_id}: the store may be overloaded; run the same command again"
        )


def _traces(store: Store, run_id: str) -> list[Any]:
    import mlflow

    found = patience.patiently(mlflow.search_traces)(
        locations=[store.experiment_id], run_id=run_id, include_spans=False, return_type="list"
    )
    return list(found)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Without MLflow's bar and its advice where to click: our links say it better."""
    noise = logging.getLogger("mlflow.genai.evaluation")
    level = noise.level
    noise.setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        noise.setLevel(level)


def _note(store: Store, run_id: str, arm: str, kind: str, briefs: int, shown: int) -> str:
    shared = "; every evaluation of the same content shows this run" if kind == "reference" else ""
    return (
        f"**The arm `{arm}`**: its posts to {briefs} briefs, {shown} of them to be read here"
        f"{shared}.\n\n"
        f"- [All arms, to set two side by side]({links.arms(store)})\n"
        f"- [This run]({links.run_page(store, run_id)})\n"
    )
