"""Finding the adapter that a command's `model=` names, and those of other brands."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from pathlib import Path

from smm_voice.config import BrandConfig
from smm_voice.dataset.build import Dataset
from smm_voice.errors import InputError
from smm_voice.evaluation.neighbours import Neighbour
from smm_voice.models.adapters import read_origin

log = logging.getLogger(__name__)


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
    if (folder / "adapter_config.json").exists():
        return folder, str(folder)
    version = registry.find(brand, reference)
    return registry.adapter_folder(version), f"{version.name} version {version.version}"


def neighbours(
    references: Sequence[BrandConfig], dataset: Dataset, base: str, test_share: float
) -> list[Neighbour]:
    """The reference brands that have a champion on the same base model.

    Args:
        references: other brands.
        dataset: holds their posts.
        base: digest of the base model.
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
        if read_origin(adapter).base_digest != base:
            log.info("%s is left out beside this brand: another base model", brand.name)
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
