"""Room on the disk after a retraining: old datasets, and the files of old versions."""

from __future__ import annotations

import json
import logging
import shutil
from pathlib import Path

from smm_voice.config import RetentionConfig, Workspace
from smm_voice.retraining.retention import to_remove

log = logging.getLogger(__name__)

# Of a run's folder: what a finished run's record in MLflow holds as well, or nobody asks for.
_OF_A_RUN = ("adapter", "checkpoints", "rows")


def tidy(config: RetentionConfig, brand: str, workspace: Workspace) -> list[str]:
    """Remove what is too old; what was removed, in words.

    The first champion and every version that an alias names keep their files and their datasets:
    they are what a rollback and every later comparison need. An alias that people set in MLflow
    (`production`, say) counts like the job's own: something may be served by it.
    """
    from smm_voice.tracking import aliases, registry

    every = registry.versions(brand)
    named = set(aliases.named(brand).values())
    first = aliases.first_champion(brand)
    needed = [v for v in every if v.version in named or (first and v.version == first.version)]
    told = _datasets(config.datasets, workspace.built / brand, {
        each.tags.get("smm.dataset_fingerprint", "") for each in needed
    })  # fmt: skip
    versions = [v for v in every if registry.REMOVED not in v.tags]
    numbers = [version.version for version in versions]
    gone = to_remove(numbers, config.versions, {each.version for each in needed})
    for version in versions:
        if version.version in gone:
            registry.remove_files(version)
            _forget_run(workspace.runs / brand / version.tags.get("smm.run", "-"))
            told.append(f"Removed the files of {version.name} version {version.version}")
    return told


def _datasets(keep: int, home: Path, needed: set[str]) -> list[str]:
    cards = []
    for card in home.glob("*/card.json"):
        try:
            built = json.loads(card.read_text(encoding="utf-8")).get("built", "")
        except (OSError, ValueError) as error:
            log.warning("%s: %s", card, error)
            continue
        # The day it was built, and of one day the order on the disk.
        cards.append((built, card.stat().st_mtime, card.parent))
    folders = {folder.name: folder for _, _, folder in sorted(cards)}
    gone = to_remove(list(folders), keep, needed)
    for name in gone:
        # The card first: a folder without one is no dataset.
        (folders[name] / "card.json").unlink()
        shutil.rmtree(folders[name], ignore_errors=True)
    return [f"Removed dataset {name}" for name in gone]


def _forget_run(folder: Path) -> None:
    for name in _OF_A_RUN:
        shutil.rmtree(folder / name, ignore_errors=True)
