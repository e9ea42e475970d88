"""An evaluation's way to MLflow and to the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.commands.arm_runs import log_arms
from smm_voice.commands.console import say
from smm_voice.config import BrandConfig
from smm_voice.dataset.build import Dataset
from smm_voice.evaluation import comparable, record, severity
from smm_voice.evaluation.kept import Kept
from smm_voice.evaluation.run import Evaluation, declared
from smm_voice.metrics.homogeneity.components import RATIO
from smm_voice.report.drift_page import drift_series
from smm_voice.report.render import cell, html_report, markdown_report, preview_png
from smm_voice.report.strata import weak_groups
from smm_voice.tracking import links as addresses
from smm_voice.tracking.history import BRIEFS, COMPARABLE, SERIES, earlier_versions
from smm_voice.tracking.monitoring import series
from smm_voice.tracking.names import (
    HEADLINES,
    flatten,
    flatten_comparisons,
    flatten_regressions,
    headlines,
)
from smm_voice.tracking.store import Store
from smm_voice.tracking.views import runs_view

if TYPE_CHECKING:
    from smm_voice.tracking.run import Run


def kept(runs: Path) -> Kept:
    """What the evaluations of a brand share, below the folder of its runs."""
    return Kept(runs / "kept")


def log_evaluation(
    run: Run,
    store: Store,
    runs: Path,
    evaluation: Evaluation,
    dataset: Dataset,
    brand: BrandConfig,
    language: str,
) -> dict[str, str]:
    """Metrics, tables, report, arms and the evaluation itself, in MLflow and in the run folder.

    Args:
        run: what the evaluation is about.
        store: of the brand.
        runs: the brand's folder of runs.
        evaluation: the outcome.
        dataset: that it was made on.
        brand: its brand.
        language: of the report, en or fr.

    Returns:
        Where to look, by what is to be seen there.
    """
    groups = weak_groups(evaluation)
    everything = (
        flatten(evaluation.arms, evaluation.subject)
        | flatten_comparisons(evaluation.comparisons)
        | flatten_regressions(groups)
    )
    run.metrics(headlines(everything))
    briefs = [{"brief": item.brief, "text": item.text} for item in evaluation.texts["human"]]
    prompt_set = str(evaluation.provenance["prompt_set"])
    run.dataset(briefs, f"{brand.name}-briefs", prompt_set, dataset.folder, "evaluation")
    run.table(side_by_side(evaluation), "eval/side_by_side.json")
    run.table(findings_table(evaluation), "eval/findings.json")
    for name, table in evaluation.tables.items():
        run.table(dict(table), f"eval/{name}.json")
    run.json(record.as_json(evaluation), record.PATH)
    for path in sorted((run.folder / "rows").glob("*.jsonl")):
        run.file(path, "eval/rows")
    alike = comparable.digest(evaluation)
    run.tags(
        {
            "smm.verdict": evaluation.verdict[:500],
            "smm.better": evaluation.better,
            COMPARABLE: alike,
            SERIES: comparable.series_digest(evaluation, RATIO.name),
            BRIEFS: len(evaluation.texts["human"]),
        }
    )
    arms = log_arms(store, runs, evaluation, dataset.fingerprint, everything)
    found = links(store, run.id, evaluation, arms)
    earlier = earlier_versions(brand.name, declared(evaluation.arms), alike, run.id)
    looks = series(store, str(evaluation.provenance["language"]))
    drift = drift_series(looks, language)
    page = html_report(evaluation, dataset.card, language, earlier, groups, drift, found)
    (run.folder / "report").mkdir(exist_ok=True)
    (run.folder / "report" / "index.html").write_text(page, encoding="utf-8")
    run.text(page, "report/index.html")
    run.text(markdown_report(evaluation, language, found), "report/report.md")
    preview = run.folder / "report" / "preview.png"
    preview.write_bytes(preview_png(evaluation, language))
    run.file(preview, "report")
    return found


def side_by_side(evaluation: Evaluation) -> dict[str, list[Any]]:
    """One row a brief: the brief, every arm's post, the subject's style index for the post."""
    columns: dict[str, list[Any]] = {
        "brief": [item.brief for item in evaluation.texts["human"]],
        **{
            arm: [item.text for item in items]
            for arm, items in evaluation.texts.items()
            if arm != "floor"
        },
    }
    each = evaluation.arms[evaluation.subject]["voice/style_index"].per_item
    if each:
        columns[f"{evaluation.subject} style index"] = [round(v or 0.0, 2) for v in each]
    columns["to check"] = [
        "; ".join(f"{f.kind}: {f.span}" for f in found)
        for found in evaluation.findings[evaluation.subject]
    ]
    return columns


def findings_table(evaluation: Evaluation) -> dict[str, list[Any]]:
    """One row a finding, for all model arms: the arm in question first, in it the worst."""
    rows = [
        (severity.name(f.kind), arm, f.kind, f.span, f.evidence, item.text, item.brief or "")
        for arm, items in evaluation.texts.items()
        if arm not in ("human", "floor")
        for item, found in zip(items, evaluation.findings[arm], strict=True)
        for f in found
    ]
    rows.sort(key=lambda row: (row[1] != evaluation.subject, row[1], severity.rank(row[2])))
    names = ("severity", "arm", "verdict", "claim", "evidence", "post", "brief")
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


def links(
    store: Store, run_id: str, evaluation: Evaluation, arms: Mapping[str, str]
) -> dict[str, str]:
    """Where to look, by what is to be seen there; `arms` are the runs of arms."""
    own = arms.get(evaluation.subject)
    return {
        "Run": addresses.run_page(store, run_id),
        "Report": addresses.report(store, run_id),
        "All arms' posts": addresses.side_by_side(store, run_id),
        **{
            f"Beside {arm}": addresses.arms_side_by_side(store, own, other)
            for arm, other in arms.items()
            if own and arm not in (evaluation.subject, "floor")
        },
        "All runs": runs_view(store).address,
    }


def note(evaluation: Evaluation, links: dict[str, str]) -> str:
    """The run's note: verdict, table, links."""
    listed = "\n".join(f"- [{name}]({address})" for name, address in links.items())
    arms = list(evaluation.arms)
    table = [f"| | {' | '.join(arms)} |", f"|---|{'---|' * len(arms)}"]
    table += [
        f"| {name} | {' | '.join(cell(evaluation.arms[arm][name]) for arm in arms)} |"
        for name in HEADLINES
    ]
    return f"**{evaluation.verdict}**\n\n" + "\n".join(table) + f"\n\n{listed}\n"


def show(evaluation: Evaluation, links: dict[str, str]) -> None:
    """Table, verdict and links at the terminal."""
    arms = list(evaluation.arms)
    width = max(len(name) for name in HEADLINES) + 2
    say()
    say(" " * width + "".join(f"{arm:>12}" for arm in arms))
    for name in HEADLINES:
        values = [cell(evaluation.arms[arm][name]).split(" ")[0] for arm in arms]
        say(f"{name:<{width}}" + "".join(f"{value:>12}" for value in values))
    say(f"\n{evaluation.verdict}\n")
    say("To look at it: make ui, then")
    for name, address in links.items():
        say(f"  {name + ':':<20}{address}")
