"""`scripts/evaluate.py`: all arms and all metrics for a model that stands already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smm_voice.commands import outcome
from smm_voice.commands.datasets import dataset_of
from smm_voice.commands.models import find_adapter, neighbours, rivals, system, version_of
from smm_voice.config import EvaluateConfig, ModelConfig, Workspace
from smm_voice.evaluation.arms import SUBJECT
from smm_voice.evaluation.provenance import provenance
from smm_voice.models.adapters import read_origin
from smm_voice.text.languages import primary

if TYPE_CHECKING:
    from smm_voice.dataset.build import Dataset
    from smm_voice.evaluation.run import Evaluation
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
    from smm_voice.evaluation.model import evaluate_systems
    from smm_voice.tracking import run as tracking
    from smm_voice.training.precision import choose

    workspace = Workspace.of(config)
    brand = config.brand
    language = primary(config.evaluation.language or brand.languages[0])
    spoken = config.report.language_for(brand)
    adapter, label = find_adapter(config.model, brand.name)
    subject = system(SUBJECT, adapter, label, dataset, language)
    beside = rivals(config.evaluation.against, brand, dataset, language, adapter)
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
        evaluation = evaluate_systems(
            dataset, brand, ModelConfig(**read_origin(adapter).base), [subject, *beside],
            config.generation, config.evaluation, choose("auto").name, workspace.repository,
            run.folder, outcome.kept(runs), {**facts, "run": run.id, "model": label},
            neighbours=neighbours(
                config.references, dataset, subject.base.digest, config.dataset.test_share
            ),
            spoken=spoken,
        )  # fmt: skip
        links = outcome.log_evaluation(run, store, runs, evaluation, dataset, brand, spoken)
        run.note(outcome.note(evaluation, links))
    return Evaluated(run.id, evaluation, links)
