"""Checkpoints of a run folder."""

from __future__ import annotations

import json
from pathlib import Path

FOLDER = "checkpoints"


def newest_checkpoint(folder: Path) -> Path | None:
    """The newest whole checkpoint of a run folder.

    Trainer writes `trainer_state.json` last, so a checkpoint that a kill cut short lacks it.
    """
    whole = []
    for path in (folder / FOLDER).glob("checkpoint-*"):
        try:
            json.loads((path / "trainer_state.json").read_text(encoding="utf-8"))
            whole.append((int(path.name.removeprefix("checkpoint-")), path))
        except (OSError, ValueError):
            continue
    return max(whole)[1] if whole else None
