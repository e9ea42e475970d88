"""`scripts/retrain.py … dry_run=true`: every decision is shown, and nothing is written."""

from __future__ import annotations

import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from smm_voice.commands.considering import Considering, done_before
from smm_voice.commands.console import say
from smm_voice.commands.start import InUse, Start
from smm_voice.commands.told import show
from smm_voice.config import RetrainConfig, Workspace
from smm_voice.errors import SmmVoiceError
from smm_voice.retraining.outcome import STATUS, Outcome


def dry_run(config: RetrainConfig, workspace: Workspace, now: datetime, outcome: Outcome) -> int:
    """Consider as the job does, in a scratch folder that is gone afterwards.

    What only a trained candidate can tell is named as what would be asked.

    Returns:
        The exit status that the job would end with, as far as that is known without training.
    """
    from smm_voice.tracking import aliases, registry
    from smm_voice.tracking.store import find_store

    brand = config.brand
    store = find_store(config.tracking, workspace, brand.name)
    champion = registry.by_alias(brand.name, aliases.CHAMPION) if store else None
    if store and champion is None:
        # What a death in a rollback left; the job mends it.
        champion = registry.by_alias(brand.name, aliases.PREVIOUS)
    in_use = InUse(champion, champion)
    with tempfile.TemporaryDirectory(prefix="smm_voice-dry-run-") as folder:
        scratch = _scratch(config, workspace, Path(folder), champion)
        with outcome.stage("recover") as stage:
            if champion is None:
                stage.said.append("there is no champion")
            else:
                try:
                    aliases.sound(champion)
                    stage.said.append(f"version {champion.version} is the champion")
                except SmmVoiceError as error:
                    back = aliases.way_back(brand.name, champion)
                    in_use = InUse(back, back or champion)
                    to = f"to version {back.version}" if back else "if there were another version"
                    stage.said.append(f"would roll back {to}: {error}")
        considering = Considering(Start(config, scratch, store, now, outcome, in_use, None))
        at = considering.prepared()
        settled = considering.settled(at.key)
        if settled:
            outcome.reasons = [done_before(settled[0].version, settled[1])]
        else:
            due = considering.due(at)
            if due is not None and due.trigger:
                outcome.trigger = due.trigger
                with outcome.stage("then") as stage:
                    stage.said += _then(config, in_use.champion is not None)
            if outcome.decision == "nothing" and due is not None:
                outcome.reasons = list(due.said)
    show(outcome, {}, f"Would train ({outcome.trigger})" if outcome.trigger else None)
    say("Dry run: nothing was written.")
    return STATUS[outcome.decision]


def _then(config: RetrainConfig, champion: bool) -> list[str]:
    """What the job would go on with."""
    gate, how = config.gate, config.retraining.mode
    rivals = (
        "the champion, the first champion and the prompted model"
        if champion
        else ("the prompted model")
    )
    margins = ", ".join(f"{name} {value:g}" for name, value in vars(gate.margins).items()
                        if value is not None)  # fmt: skip
    told = ", ".join(config.retraining.notification.decisions) or "nothing"
    return [
        f"train on up to {config.training.maximum_examples} examples, {config.training.epochs:g} "
        f"epochs, on {config.model.name}",
        f"evaluate it beside {rivals} on {config.evaluation.briefs} briefs",
        f"ask the gate: voice nearer by more than {gate.voice_gain:g}, closeness "
        f"{gate.least_closeness:g} at least, no worse by more than {margins}",
        "make it the first champion" if not champion else
        "propose it as the challenger" if how == "propose" else
        f"promote it, and let it write {config.retraining.smoke_briefs} posts",
        f"tell of {told}",
    ]  # fmt: skip


def _scratch(
    config: RetrainConfig, workspace: Workspace, folder: Path, champion: object
) -> Workspace:
    """A workspace that knows what decides a build: forgotten posts, and the datasets that stand."""
    scratch = Workspace(folder, workspace.repository)
    for name in (config.brand.name, *(each.name for each in config.references)):
        logs = workspace.generation_log(name).parent.glob("*.jsonl")
        for path in (workspace.built / name / "forgotten.json", *logs):
            if path.exists():
                copy = folder / path.relative_to(workspace.root)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, copy)
    built = workspace.built / config.brand.name
    if built.is_dir():
        target = scratch.built / config.brand.name
        target.mkdir(parents=True, exist_ok=True)
        for card in built.glob("*/card.json"):
            # A link, so that nothing is copied: a dataset that stands is only read.
            (target / card.parent.name).symlink_to(card.parent, target_is_directory=True)
    return scratch
