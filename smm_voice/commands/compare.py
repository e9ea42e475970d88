"""`scripts/compare.py`: two finished evaluations, brief by brief; nothing is run again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from smm_voice.commands.console import say
from smm_voice.commands.output import write_json
from smm_voice.config import BrandConfig, CompareConfig, Workspace
from smm_voice.dataset import build
from smm_voice.errors import InputError
from smm_voice.evaluation import record
from smm_voice.evaluation.compare_runs import compare_runs
from smm_voice.evaluation.comparison import HEADLINES, RunComparison, Side
from smm_voice.evaluation.run import Evaluation
from smm_voice.metrics.base import Reference
from smm_voice.metrics.factuality.sheet import FactSheet
from smm_voice.metrics.voice.profile import VoiceProfile
from smm_voice.models import embeddings
from smm_voice.report import compare_page, compare_words
from smm_voice.text import languages
from smm_voice.tracking.evaluations import EvaluationRun
from smm_voice.validation import nearest

_FINGERPRINT = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class _Chosen:
    """A run, its evaluation, and the arm that was asked for; None: its subject."""

    run: EvaluationRun
    evaluation: Evaluation
    arm: str | None

    def side(self) -> Side:
        """The run and the arm that is compared.

        Raises:
            InputError: it has no such arm.
        """
        arm = self.arm or self.evaluation.subject
        arms = self.evaluation.arms
        if arm not in arms:
            raise InputError(
                f"run {self.run.id} ({self.run.name}) has no arm {arm!r}{nearest(arm, arms)}; it "
                f"has: {', '.join(arms)}"
            )
        return Side(self.run.id, self.run.name, arm)


def compare(config: CompareConfig) -> int:
    """Compare, print, and leave the page with the first run."""
    from smm_voice.tracking import evaluations, links
    from smm_voice.tracking.lineage import store_exists
    from smm_voice.tracking.run import Run
    from smm_voice.tracking.store import open_store

    workspace = Workspace.of(config)
    brand = config.brand
    wanted = None if config.runs is None else parse(config.runs)
    if not store_exists(config.tracking, workspace):
        raise InputError(f"nothing is tracked in {workspace.root} yet: run train.py first")
    store = open_store(config.tracking, workspace, brand.name, brand.title)
    found: list[tuple[EvaluationRun, str | None]]
    if wanted is None:
        newest = evaluations.newest(store, 2, record.PATH)
        if len(newest) < 2:
            raise InputError(
                f"brand {brand.name} has {len(newest)} finished evaluations, and two are compared: "
                "run train.py or scripts/evaluate.py again, or compare two arms of one run: "
                "runs=[latest:candidate,latest:prompted]"
            )
        found = [(run, None) for run in newest]
    else:
        found = [
            (evaluations.find(store, brand.name, reference, record.PATH), arm)
            for reference, arm in wanted
        ]
    first, second = (_Chosen(run, _read(run), arm) for run, arm in found)
    sides = first.side(), second.side()
    alike = variety(first.evaluation, brand, workspace)
    comparison = compare_runs(first.evaluation, second.evaluation, sides, alike)
    folder = folder_of(first.evaluation, second.evaluation, sides)
    addresses = {
        "Comparison": f"{links.run_page(store, first.run.id)}/artifacts/{folder}/index.html",
        "Run A": links.run_page(store, first.run.id),
        "Run B": links.run_page(store, second.run.id),
    }
    values = compare_page.as_json(comparison)
    run = Run(first.run.id, workspace.runs / brand.name / first.run.id)
    beside = {name: address for name, address in addresses.items() if name != "Comparison"}
    run.text(compare_page.page(comparison, beside), f"{folder}/index.html")
    run.json(values, f"{folder}/compare.json")
    run.text(compare_page.markdown(comparison), f"{folder}/compare.md")
    show(comparison, addresses)
    if config.output:
        write_json(Path(config.output), values)
    return 0


def parse(runs: str) -> list[tuple[str, str | None]]:
    """`[A,B]` or `A,B`, each with `:ARM` behind it or not → (run, arm) of both.

    Raises:
        InputError: these are not two.
    """
    inside = runs.strip().removeprefix("[").removesuffix("]")
    listed = [each.strip().strip("'\"").strip() for each in inside.split(",")]
    if len(listed) != 2 or not all(listed):
        raise InputError(
            f"runs={runs} does not name two runs: say runs=[A,B], each a run id, latest or a "
            "registered version, with :ARM behind it for another arm than the model in question"
        )
    found: list[tuple[str, str | None]] = []
    for each in listed:
        reference, colon, arm = each.partition(":")
        if not reference or (colon and not arm):
            raise InputError(f"runs={runs}: {each!r} is no run, or names no arm behind its colon")
        found.append((reference, arm or None))
    return found


def variety(evaluation: Evaluation, brand: BrandConfig, workspace: Workspace) -> Reference | str:
    """What sameness is measured with, from the evaluation's own dataset; or why it is not."""
    fingerprint = str(evaluation.provenance.get("dataset_fingerprint"))
    folder = workspace.built / brand.name / fingerprint
    # The record comes from a store that others write to: only a fingerprint becomes a path.
    if not _FINGERPRINT.fullmatch(fingerprint) or not (folder / "card.json").is_file():
        return (
            f"variety needs the training posts, and the dataset {fingerprint[:40]} of this "
            "evaluation is not on this machine: build it again with scripts/build_dataset.py"
        )
    language = evaluation.provenance.get("language") or languages.primary(brand.languages[0])
    training = build.load(folder).splits["train"]
    return Reference(
        language=language,
        human=(),
        floor=(),
        training=tuple(e.text for e in training if e.post.language == language),
        profile=VoiceProfile(language, 0, (), 0, {}, "", None),
        sheet=FactSheet(),
        embed=embeddings.embed,
        paired=True,
    )


def folder_of(first: Evaluation, second: Evaluation, sides: tuple[Side, Side]) -> str:
    """Where the comparison lies among the first run's files: by run, and by arms where chosen."""
    folder = f"compare/{sides[1].run}"
    if (sides[0].arm, sides[1].arm) == (first.subject, second.subject):
        return folder
    arms = (re.sub(r"[^A-Za-z0-9_-]", "-", side.arm) for side in sides)
    return f"{folder}/{'_'.join(arms)}"


def show(comparison: RunComparison, links: dict[str, str]) -> None:
    """Table, verdict and links at the terminal."""
    first, second = compare_words.names(comparison)
    say(f"\nA: {first}\nB: {second}\n")
    row = "{:<34}{:>8}{:>8}  {:<24}{:>9}{:>6}{:>15}  {}"
    say(row.format("", "A", "B", "A − B (interval)", "p (Holm)", "n", "smallest seen", "A is"))
    for each in comparison.rows:
        if each.metric in HEADLINES:
            c = compare_page.cells(each)
            say(
                row.format(
                    each.metric, c["first"], c["second"], c["difference"], c["adjusted"], c["n"],
                    c["detectable"], c["outcome"],
                )
            )  # fmt: skip
    for group in compare_words.regressions(comparison):
        say(f"A is worse: {group}")
    for metric, reason in comparison.left_out.items():
        if metric in HEADLINES:
            say(f"! {metric} has no difference: {reason}")
    say(f"\n{compare_words.verdict(comparison)}\n")
    say("To look at it: make ui, then")
    for name, address in links.items():
        say(f"  {name + ':':<14}{address}")


def _read(run: EvaluationRun) -> Evaluation:
    from smm_voice.tracking import registry

    path = registry.run_file(run.id, record.PATH)
    try:
        return record.read(path)
    except InputError as error:
        # Where the copy lies helps nobody.
        reason = str(error).removeprefix(f"{path}: ")
        raise InputError(
            f"run {run.id} ({run.name}) cannot be compared: {reason} (scripts/evaluate.py)"
        ) from error
