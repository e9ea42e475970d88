"""`scripts/evaluate.py`: all arms and all metrics for a model that stands already."""

from __future__ import annotations

from smm_voice.commands import outcome
from smm_voice.commands.arm_runs import log_arms
from smm_voice.commands.datasets import dataset_of
from smm_voice.commands.models import find_adapter, neighbours
from smm_voice.config import EvaluateConfig, ModelConfig, Workspace
from smm_voice.dataset.learned import of_language
from smm_voice.errors import InputError
from smm_voice.evaluation.provenance import provenance
from smm_voice.models.adapters import read_origin
from smm_voice.models.base import prepare
from smm_voice.text.languages import primary


def evaluate(config: EvaluateConfig) -> int:
    """Evaluate one adapter and log it as an evaluation run."""
    from smm_voice.evaluation.model import evaluate_adapter
    from smm_voice.tracking import run as tracking
    from smm_voice.tracking.store import open_store
    from smm_voice.training.precision import choose

    workspace = Workspace.of(config)
    brand = config.brand
    dataset = dataset_of(brand, config.references, config.dataset, workspace)
    store = open_store(config.tracking, workspace, brand.name, brand.title)
    adapter, label = find_adapter(config.model, brand.name)
    origin = read_origin(adapter)
    language = primary(brand.languages[0])
    begins = dataset.card["test_from"].get(language, "")
    until = of_language(origin.trained_until, language)
    if until >= begins:
        raise InputError(
            f"{label} was trained on posts up to {until}, and the test posts begin {begins}: it "
            "may have seen them, so the comparison is refused"
        )
    base_config = ModelConfig(**origin.base)
    base = prepare(base_config)
    facts = provenance(workspace.repository)
    tags = {"smm.dataset_fingerprint": dataset.fingerprint, "smm.git_sha": facts["commit"]}
    runs = workspace.runs / brand.name
    tracking.mark_killed(store, runs)
    with tracking.start(store, f"evaluation of {label}", "evaluation", runs, tags) as run:
        evaluation = evaluate_adapter(
            dataset, brand, base, base_config, adapter, config.generation, config.evaluation,
            choose("auto").name, workspace.repository, run.folder,
            {**facts, "run": run.id, "model": label},
            neighbours=neighbours(
                config.references, dataset, base.digest, config.dataset.test_share
            ),
        )  # fmt: skip
        outcome.log_evaluation(run, evaluation, dataset)
        arms = log_arms(store, runs, evaluation, dataset.fingerprint)
        links = outcome.links(store, run.id, evaluation, arms)
        run.note(outcome.note(evaluation, links))
    outcome.show(evaluation, links)
    return 0
