"""Finding the adapter that a command's `model=` names, and those of other brands."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path

from smm_voice.config import BrandConfig, ModelConfig
from smm_voice.dataset.build import Dataset
from smm_voice.dataset.learned import of_language
from smm_voice.errors import InputError
from smm_voice.evaluation.model import System
from smm_voice.evaluation.neighbours import Neighbour
from smm_voice.models import adapters
from smm_voice.models.base import BaseModel, prepare

log = logging.getLogger(__name__)

CHAMPION = "champion"


def find_adapter(reference: str, brand: str) -> tuple[Path, str]:
    """The adapter's folder and a label for people.

    Args:
        reference: an adapter's folder, an alias, or a registry version.
        brand: brand name.

    Raises:
        InputError: there is none; the message lists what there is.
    """
    from smm_voice.tracking import registry

    folder = Path(reference)
    if _is_adapter(folder):
        return folder, str(folder)
    version = registry.find(brand, reference)
    return registry.adapter_folder(version), f"{version.name} version {version.version}"


def version_of(reference: str, brand: str) -> str | None:
    """The registered version behind a reference; None where it is a folder."""
    from smm_voice.tracking import registry

    return None if _is_adapter(Path(reference)) else registry.find(brand, reference).version


def _is_adapter(folder: Path) -> bool:
    return (folder / "adapter_config.json").exists()


def rivals(
    against: Sequence[str], brand: BrandConfig, dataset: Dataset, language: str, adapter: Path
) -> list[System]:
    """The registered models that answer beside the one in question.

    Args:
        against: versions and aliases. There need be no champion; what else is named must be there.
        brand: the brand.
        dataset: its test posts must be newer than all that a rival has learned from.
        language: of the evaluation.
        adapter: of the model in question, which is no rival of its own.

    Raises:
        InputError: a version is missing, or has seen test posts.
    """
    from smm_voice.tracking import registry

    taken = {adapters.digest(adapter)}
    found = []
    for name in against:
        if name == CHAMPION and not registry.has_champion(brand.name):
            continue
        folder, label = find_adapter(name, brand.name)
        digest = adapters.digest(folder)
        if digest in taken:
            continue
        taken.add(digest)
        arm = f"v{name}" if name.isdigit() else name
        found.append(system(arm, folder, label, dataset, language))
    return found


def system(arm: str, adapter: Path, label: str, dataset: Dataset, language: str) -> System:
    """A model that may be judged by the dataset's test posts.

    Raises:
        InputError: it has learned from posts of the test period.
    """
    origin = adapters.read_origin(adapter)
    begins = dataset.card["test_from"].get(language, "")
    until = of_language(origin.trained_until, language)
    if until >= begins:
        raise InputError(
            f"{label} was trained on posts up to {until}, and the test posts begin {begins}: it "
            "may have seen them, so the comparison is refused"
        )
    return System(arm, adapter, prepare(ModelConfig(**origin.base)), label)


def neighbours(
    references: Sequence[BrandConfig], dataset: Dataset, base: BaseModel, test_share: float
) -> list[Neighbour]:
    """The reference brands that have a champion on the same base model.

    Args:
        references: other brands.
        dataset: holds their posts.
        base: the base model.
        test_share: newest share of their posts that is taken: from the older ones their adapters
            have learned.
    """
    from smm_voice.tracking import registry

    found = []
    for brand in references:
        if not registry.has_champion(brand.name):
            continue
        version = registry.find(brand.name, "champion")
        adapter = registry.adapter_folder(version)
        wrong = adapters.misfit(adapters.read_origin(adapter), base)
        if wrong:
            log.info("%s is left out beside this brand: its adapter %s", brand.name, wrong)
            continue
        posts = dataset.references.get(brand.name, [])
        newest = posts[int((1 - test_share) * len(posts)) :]
        generated = _generated(version.tags.get("smm.run"))
        found.append(Neighbour(brand.name, brand.title, adapter, newest, generated))
    return found


def _generated(run: str | None) -> list[str]:
    """What a model wrote when it was evaluated; none where the run is gone."""
    from smm_voice.tracking import registry

    if run is None:
        return []
    try:
        path = registry.run_file(run, "eval/rows/candidate.jsonl")
    except InputError as error:
        log.info("%s", error)
        return []
    lines = path.read_text(encoding="utf-8").strip("\n").split("\n")
    return [json.loads(line)["text"] for line in lines if line]
