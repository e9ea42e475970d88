"""What a training begins from, and what its adapter may be judged by."""

from __future__ import annotations

import dataclasses

from smm_voice.config import TrainConfig
from smm_voice.dataset.build import Dataset
from smm_voice.dataset.learned import learned_until, of_language
from smm_voice.dataset.prompts import PROMPT_VERSION
from smm_voice.errors import InputError
from smm_voice.models import adapters
from smm_voice.models.base import BaseModel
from smm_voice.training.start import inherited, start_folder


def origin_of(config: TrainConfig, dataset: Dataset, base: BaseModel) -> adapters.AdapterOrigin:
    """The origin of the adapter that this training makes, that of its start taken in.

    Raises:
        InputError: the start is none for this base, or has learned from the test period.
    """
    start = start_folder(config.training)
    origin = adapters.AdapterOrigin(
        brand=config.brand.name,
        base=dataclasses.asdict(config.model),
        base_digest=base.digest,
        dataset_fingerprint=dataset.fingerprint,
        trained_until=learned_until(dataset),
        prompt_version=PROMPT_VERSION,
        prompt_format=base.prompt_format,
    )
    if start is None:
        return origin
    found = inherited(origin, start, base)
    for language, begins in dataset.card["test_from"].items():
        until = of_language(found.trained_until, language)
        if until >= begins:
            raise InputError(
                f"training.start_from: the adapter in {start} has learned from posts up to "
                f"{until}, and the test posts of dataset {dataset.fingerprint} begin {begins}: "
                "what is trained on could not be judged by them. Take an older start, a smaller "
                "dataset.test_share, or add newer posts"
            )
    return found


def origin_tags(config: TrainConfig, origin: adapters.AdapterOrigin) -> dict[str, object]:
    """What run and version say about the origin.

    Args:
        config: of the training.
        origin: of its adapter.
    """
    tags: dict[str, object] = {"smm.trained_until": origin.trained_until}
    start = start_folder(config.training)
    if start is not None:
        tags["smm.started_from"] = adapters.digest(start)
        tags["smm.judged_briefs"] = len(origin.judged_briefs)
    return tags
