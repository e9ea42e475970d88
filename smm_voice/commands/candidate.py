"""The candidate of a retraining: trained, or found where an earlier start has trained it."""

from __future__ import annotations

import dataclasses
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smm_voice.commands.judging import Beside, evaluate_config
from smm_voice.config import RetrainConfig, TrainConfig
from smm_voice.dataset.build import Dataset
from smm_voice.errors import InputError
from smm_voice.models.base import BaseModel
from smm_voice.retraining.gate import CHAMPION

if TYPE_CHECKING:
    from smm_voice.evaluation.run import Evaluation
    from smm_voice.tracking.registry import Version
    from smm_voice.tracking.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Candidate:
    """A trained candidate and how it does beside the champion.

    Attributes:
        version: registered.
        evaluation: with the arm `champion` where there is one.
        links: where to look.
        found: whether it was trained by an earlier start.
    """

    version: Version
    evaluation: Evaluation
    links: dict[str, str]
    found: bool


def candidate(
    config: RetrainConfig, dataset: Dataset, base: BaseModel, store: Store, key: str,
    beside: Beside, parent: str,
) -> Candidate:  # fmt: skip
    """Train and evaluate, or go on from what an earlier start has left of it.

    Args:
        config: of the job.
        dataset: to learn from, and to be judged by.
        base: the prepared base model.
        store: of the brand.
        key: of this retraining; kept with the version.
        beside: who is compared.
        parent: id of the job's run.
    """
    from smm_voice.commands import evaluate, train
    from smm_voice.tracking import aliases, links

    found = version_of(config.brand.name, key)
    if found is None or not aliases.usable(found):
        tags = {aliases.CANDIDATE: key, "mlflow.parentRunId": parent}
        made = train.run(train_config(config, beside.against), dataset, base, store, tags)
        if made.version is None:
            raise InputError("retraining needs tracking.register=true: it promotes what it makes")
        return Candidate(made.version, made.evaluation, made.links, found=False)
    known = _evaluation(found.tags.get("smm.run", ""), beside)
    if known is not None:
        run = found.tags["smm.run"]
        where = {"Run": links.run_page(store, run), "Report": links.report(store, run)}
        return Candidate(found, known, where, found=True)
    again = evaluate.run(
        evaluate_config(config, found.version, beside.against), dataset, store,
        {"mlflow.parentRunId": parent},
    )  # fmt: skip
    return Candidate(found, again.evaluation, again.links, found=True)


def version_of(brand: str, key: str) -> Version | None:
    """The version that a retraining of this key has registered."""
    from smm_voice.tracking import aliases, registry

    made = [v for v in registry.versions(brand) if v.tags.get(aliases.CANDIDATE) == key]
    return made[-1] if made else None


def train_config(config: RetrainConfig, against: list[str]) -> TrainConfig:
    """The training of this job."""
    names = [field.name for field in dataclasses.fields(TrainConfig)]
    values = {name: getattr(config, name) for name in names}
    values["evaluation"] = dataclasses.replace(config.evaluation, against=against)
    return TrainConfig(**values)


def _evaluation(run: str, beside: Beside) -> Evaluation | None:
    """The evaluation in a run, where it is one beside today's champion."""
    from smm_voice.evaluation import record
    from smm_voice.tracking import registry

    try:
        found = record.read(registry.run_file(run, record.PATH))
    except InputError as error:
        log.info("%s", error)
        return None
    systems = found.provenance.get("systems") or {}
    for arm, version in ((CHAMPION, beside.champion), (beside.first_arm, beside.first)):
        if arm is None or version is None:
            continue
        digest = (systems.get(arm) or {}).get("adapter_digest")
        if digest != version.tags.get(registry.DIGEST, digest) or arm not in found.arms:
            return None
    if beside.champion is None and CHAMPION in found.arms:
        return None
    return found
