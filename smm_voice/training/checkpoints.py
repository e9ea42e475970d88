"""Checkpoints of a run folder."""

from __future__ import annotations

import json
from pathlib import Path

from smm_voice.text.files import write_whole

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


def take_over(source: Path, target: Path) -> None:
    """Move the checkpoints of one run folder into another.

    Each names the best one by its place. transformers forgets a best one that is not there, and a
    training that was best before it was cut off would end with its last weights.
    """
    (source / FOLDER).rename(target / FOLDER)
    for path in (target / FOLDER).glob("checkpoint-*/trainer_state.json"):
        try:
            state = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue  # cut short by the kill, and not gone on from
        best = state.get("best_model_checkpoint")
        if best:
            state["best_model_checkpoint"] = str(target / FOLDER / Path(best).name)
            write_whole(path, json.dumps(state, indent=2))
