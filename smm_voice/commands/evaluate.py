"""`scripts/evaluate.py`: all arms and all metrics for a model that stands already."""

from __future__ import annotations

from smm_voice.commands import outcome
from smm_voice.commands.arm_runs import log_arms
from smm_voice.commands.datasets import dataset_of
from smm_voice.commands.models import find_adapter, neighbours, rivals, system
from smm_voice.config import EvaluateConfig, ModelConfig, Workspace
from smm_voice.evaluation.arms import SUBJECT
from smm_voice.evaluation.provenance import provenance
from smm_voice.models.adapters import read_origin
from smm_voice.text.languages import primary


def evaluate(config: EvaluateConfig) -> int:
    """Evaluate one adapter and log it as an evaluation run."""
    from smm_voice.evaluation.model import evaluate_systems
    from smm_voice.tracking import run as tracking
    from smm_voice.tracking.store import open_store
    from smm_voice.training.precision import choose

    workspace = Workspace.of(config)
    brand = config.brand
    dataset = dataset_of(brand, config.references, config.dataset, workspace)
    store = open_store(config.tracking, workspace, brand.name, brand.title)
    language = primary(config.evaluation.language or brand.languages[0])
    adapter, label = find_adapter(config.model, brand.name)
    subject = system(SUBJECT, adapter, label, dataset, language)
    beside = rivals(config.evaluation.against, brand, dataset, language, adapter)
    facts = provenance(workspace.repository)
    tags = {"smm.dataset_fingerprint": dataset.fingerprint, "smm.git_sha": facts["commit"]}
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
        )  # fmt: skip
        outcome.log_evaluation(run, evaluation, dataset)
        arms = log_arms(store, runs, evaluation, dataset.fingerprint)
        links = outcome.links(store, run.id, evaluation, arms)
        run.note(outcome.note(evaluation, links))
    outcome.show(evaluation, links)
    return 0
