"""Who a new model is compared with, and what the gate says of it in every language of the brand."""

from __future__ import annotations

import dataclasses
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smm_voice.config import EvaluateConfig, PreferConfig, RetrainConfig
from smm_voice.dataset.build import Dataset
from smm_voice.errors import SmmVoiceError
from smm_voice.messages import Message
from smm_voice.retraining import gate
from smm_voice.retraining.gate import CHAMPION, Decision
from smm_voice.text.languages import primaries

if TYPE_CHECKING:
    from smm_voice.evaluation.run import Evaluation
    from smm_voice.tracking.registry import Version
    from smm_voice.tracking.run import Run
    from smm_voice.tracking.store import Store

log = logging.getLogger(__name__)

# Tags of a version: what was decided, and the champion that it was judged beside.
DECISION, BESIDE, NOBODY = "smm.decision", "smm.judged_beside", "nobody"


@dataclass(frozen=True)
class Beside:
    """Who answers the same briefs.

    Attributes:
        champion: the model in use; None where there is none that can be used.
        first: the first champion; None where it is the champion, or cannot be used.
    """

    champion: Version | None
    first: Version | None

    @property
    def against(self) -> list[str]:
        """As `evaluation.against` wants it."""
        listed = [CHAMPION] if self.champion else []
        return listed + ([self.first.version] if self.first else [])

    @property
    def first_arm(self) -> str | None:
        """Name of the first champion's arm."""
        if self.first:
            return f"v{self.first.version}"
        return CHAMPION if self.champion else None


def beside_of(brand: str, champion: Version | None) -> Beside:
    """The champion, and the first champion where that is another one.

    Args:
        brand: brand name.
        champion: the model in use, as far as it can be used.
    """
    from smm_voice.tracking import aliases

    first = aliases.first_champion(brand) if champion else None
    if first is not None and champion is not None and first.version == champion.version:
        first = None
    return Beside(champion, first if first is None or _usable(first) else None)


def judged(
    version: str,
    evaluation: Evaluation,
    beside: Beside,
    dataset: Dataset,
    config: PreferConfig | RetrainConfig,
    store: Store,
    run: Run,
) -> Decision:
    """The gate in every language of the brand: a gain in the first, no loss in the others.

    Args:
        version: number of the registered candidate.
        evaluation: of it, in the brand's first language.
        beside: who was compared.
        dataset: that it was judged on.
        config: of the job; `gate` holds the limits.
        store: of the brand.
        run: of the job: what the gate was asked is logged in it, further evaluations lie below it.
    """
    from smm_voice.retraining import evidence

    there = beside.champion is not None
    found = evidence.gather(evaluation, beside.first_arm, there)
    run.metrics(evidence.as_metrics(found))
    reasons = list(gate.decide(found, config.gate).reasons)
    asked = evaluation.provenance["language"]
    for language in primaries(config.brand.languages):
        if language == asked:
            continue
        count = sum(e.post.language == language for e in dataset.splits["test"])
        if count < config.gate.minimum_briefs:
            values = {"code": language, "count": count, "needed": config.gate.minimum_briefs}
            said = Message("gate-language-not-asked", values)
            reasons.append(gate.Reason(f"briefs.{language}", True, "no data", said))
            continue
        further = _in_language(config, version, language, beside, dataset, store, run.id)
        found = evidence.gather(further, beside.first_arm, there)
        run.metrics(evidence.as_metrics(found, language))
        reasons += [
            gate.Reason(
                f"{r.check}.{language}", r.passed, r.finding,
                Message("gate-in-language", {"code": language, "said": r.said}),
            )
            for r in gate.decide(found, config.gate, gain=False).reasons
        ]  # fmt: skip
    return Decision(all(reason.passed for reason in reasons), tuple(reasons))


def evaluate_config(
    config: PreferConfig | RetrainConfig, model: str, against: list[str]
) -> EvaluateConfig:
    """The evaluation of a version by this job."""
    names = [field.name for field in dataclasses.fields(EvaluateConfig)]
    values = {name: getattr(config, name) for name in names}
    values["evaluation"] = dataclasses.replace(config.evaluation, against=against)
    return EvaluateConfig(**(values | {"model": model}))


def _in_language(
    config: PreferConfig | RetrainConfig, version: str, language: str, beside: Beside,
    dataset: Dataset, store: Store, parent: str,
) -> Evaluation:  # fmt: skip
    """A version beside the champion in a further language of the brand."""
    from smm_voice.commands import evaluate

    asked = evaluate_config(config, version, beside.against)
    asked = dataclasses.replace(
        asked, evaluation=dataclasses.replace(asked.evaluation, language=language)
    )
    return evaluate.run(asked, dataset, store, {"mlflow.parentRunId": parent}).evaluation


def _usable(version: Version) -> bool:
    from smm_voice.tracking import aliases

    try:
        aliases.sound(version)
    except SmmVoiceError as error:
        log.warning("The first champion is left out of the comparison: %s", error)
        return False
    return True
