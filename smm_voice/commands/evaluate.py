"""`scripts/evaluate.py`: all arms and all metrics for a model that stands already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smm_voice.commands import outcome
from smm_voice.commands.datasets import dataset_of
from smm_voice.commands.models import find_adapter, neighbours, rivals, system, version_of
from smm_voice.config import EvaluateConfig, ModelConfig, TrainConfig, Workspace
from smm_voice.evaluation.arms import SUBJECT
from smm_voice.evaluation.provenance import provenance
from smm_voice.models.adapters import read_origin
from smm_voice.text.languages import primary

if TYPE_CHECKING:
    from smm_voice.dataset.build import Dataset
    from smm_voice.evaluation.model import System
    from smm_voice.evaluation.run import Evaluation
    from smm_voice.tracking.run import Run
    from smm_voice.tracking.store import Store


def evaluate(config: EvaluateConfig) -> int:
    """Evaluate one adapter and log it as an evaluation run."""
    from smm_voice.tracking.store import open_store

    workspace = Workspace.of(config)
    brand = config.brand
    dataset = dataset_of(brand, config.references, config.dataset, workspace)
    store = open_store(config.tracking, workspace, brand.name, brand.title)
    made = run(config, dataset, store)
    outcome.show(made.evaluation, made.links)
    return 0


@dataclass(frozen=True)
class Evaluated:
    """A finished evaluation: its run, itself, and where to look."""

    run: str
    evaluation: Evaluation
    links: dict[str, str]


def run(
    config: EvaluateConfig,
    dataset: Dataset,
    store: Store,
    further: Mapping[str, object] | None = None,
) -> Evaluated:
    """Evaluate `config.model` beside its rivals, in a run of its own.

    Args:
        config: of the evaluation.
        dataset: that it is judged on.
        store: of the brand.
        further: further tags of the run.
    """
    from smm_voice.tracking import run as tracking
    from smm_voice.training.precision import choose

    workspace = Workspace.of(config)
    brand = config.brand
    language = primary(config.evaluation.language or brand.languages[0])
    adapter, label = find_adapter(config.model, brand.name)
    subject = system(SUBJECT, adapter, label, dataset, language)
    facts = provenance(workspace.repository)
    tags = {
        "smm.dataset_fingerprint": dataset.fingerprint,
        "smm.git_sha": facts["commit"],
        "smm.model_version": version_of(config.model, brand.name) or "none",
        **(further or {}),
    }
    runs = workspace.runs / brand.name
    tracking.mark_killed(store, runs)
    with tracking.start(store, f"evaluation of {label}", "evaluation", runs, tags) as run:
        base = ModelConfig(**read_origin(adapter).base)
        made = in_run(
            run, config, dataset, store, subject, base, choose("auto").name,
            {**facts, "model": label},
        )  # fmt: skip
        run.note(outcome.note(made.evaluation, made.links))
    return made


def in_run(
    run: Run,
    config: EvaluateConfig | TrainConfig,
    dataset: Dataset,
    store: Store,
    subject: System,
    base: ModelConfig,
    precision: str,
    facts: Mapping[str, Any],
    learned: int | None = None,
) -> Evaluated:
    """Evaluate a model beside its rivals and log it into a run that is under way.

    Args:
        run: of the evaluation, or of what made the model.
        config: of the evaluation.
        dataset: that it is judged on.
        store: of the brand.
        subject: the model.
        base: its base model's configuration.
        precision: fp32 or bf16.
        facts: provenance that the caller knows.
        learned: see `evaluate_systems`.
    """
    from smm_voice.evaluation.model import evaluate_systems

    workspace = Workspace.of(config)
    brand = config.brand
    runs = workspace.runs / brand.name
    language = primary(config.evaluation.language or brand.languages[0])
    spoken = config.report.language_for(brand)
    beside = rivals(config.evaluation.against, brand, dataset, language, subject.adapter)
    evaluation = evaluate_systems(
        dataset, brand, base, [subject, *beside], config.generation, config.evaluation, precision,
        workspace.repository, run.folder, outcome.kept(runs), {**facts, "run": run.id}, learned,
        neighbours(config.references, dataset, subject.base, config.dataset.test_share),
        spoken,
    )  # fmt: skip
    links = outcome.log_evaluation(run, store, runs, evaluation, dataset, brand, spoken)
    return Evaluated(run.id, evaluation, links)
