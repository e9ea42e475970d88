"""Changing the model in use: by the gate, by a person, and back again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from smm_voice.commands.console import say
from smm_voice.commands.failing import in_words
from smm_voice.config import (
    BrandConfig,
    GenerationConfig,
    ModelConfig,
    PreferConfig,
    PromoteConfig,
    RollbackConfig,
    Workspace,
)
from smm_voice.dataset.prompts import prompt
from smm_voice.errors import InputError, LockHeldError, SmmVoiceError

if TYPE_CHECKING:
    from smm_voice.tracking.registry import Version
    from smm_voice.tracking.store import Store

log = logging.getLogger(__name__)

# Asked of every new champion where its own evaluation is gone.
_PLAIN_BRIEFS = ("Topic: what we do", "Topic: this week", "Topic: thank you")


@contextmanager
def only_one(runs: Path, brand: str) -> Iterator[None]:
    """Hold the brand's lock: one retraining, rollback or promotion at a time.

    The system lets go of it when the process dies, however it dies.

    Raises:
        LockHeldError: somebody else holds it.
    """
    runs.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(str(runs / ".retrain.lock"), timeout=0):
            yield
    except Timeout:
        raise LockHeldError(
            f"brand {brand} is being retrained, tuned, promoted or rolled back at the moment; try "
            "again when that is done"
        ) from None


def promote(config: PromoteConfig) -> int:
    """`scripts/promote.py`: a person accepts a proposal."""
    from smm_voice.tracking import aliases, registry

    workspace, brand = Workspace.of(config), config.brand
    with in_words(workspace.root), only_one(workspace.runs / brand.name, brand.name):
        opened(config, workspace)
        now = datetime.now(UTC)
        aliases.settle(brand.name, now)
        version = registry.find(brand.name, config.model)
        champion = registry.by_alias(brand.name, aliases.CHAMPION)
        label = f"{version.name} version {version.version}"
        if champion is not None and champion.version == version.version:
            say(f"{label} is the champion already")
            return 0
        aliases.promote(version, "person", now)
        fault = smoke(version, brand, config.generation, config.retraining.smoke_briefs)
        if fault:
            raise SmmVoiceError(taken_back(brand, fault, now))
        say(f"{label} is the champion now" + (f"; version {champion.version} is the previous one"
                                              if champion else ""))  # fmt: skip
    return 0


def rollback(config: RollbackConfig) -> int:
    """`scripts/rollback.py`: champion ← previous."""
    from smm_voice.tracking import aliases

    workspace, brand = Workspace.of(config), config.brand
    with in_words(workspace.root), only_one(workspace.runs / brand.name, brand.name):
        opened(config, workspace)
        now = datetime.now(UTC)
        aliases.settle(brand.name, now)
        gone, back = aliases.roll_back(brand.name, config.reason or "by hand", now)
        say(
            f"{back.name}: version {back.version} is the champion again, version {gone.version} is "
            "taken back"
        )
    return 0


def opened(config: PreferConfig | PromoteConfig | RollbackConfig, workspace: Workspace) -> Store:
    """The store of a brand that has one.

    Raises:
        InputError: nothing is tracked yet.
    """
    from smm_voice.tracking.store import find_store, open_store

    brand = config.brand
    if find_store(config.tracking, workspace, brand.name) is None:
        raise InputError(
            f"nothing of brand {brand.name} is tracked in {workspace.root} yet: run train.py first"
        )
    return open_store(config.tracking, workspace, brand.name, brand.title)


def smoke(version: Version, brand: BrandConfig, config: GenerationConfig, count: int) -> str:
    """Let a champion write from the registry, as whoever uses it will.

    Returns:
        What is wrong, in words; "" where it writes. A champion that has passed is noted as such.
    """
    from smm_voice.generation.generate import Request, generate
    from smm_voice.models import adapters
    from smm_voice.models.base import prepare
    from smm_voice.models.memory import release
    from smm_voice.tracking import aliases, patience, registry
    from smm_voice.training.precision import choose

    try:
        adapter = aliases.sound(version)
    except SmmVoiceError as error:
        return f"it cannot write: {error}"
    try:
        base = prepare(ModelConfig(**adapters.read_origin(adapter).base))
        model, tokenizer = adapters.load_for_generation(base, adapter, choose("auto").name)
        asked = [
            Request(f"smoke#{place}", prompt(brand.title, brand.languages[0], brief))
            for place, brief in enumerate(_briefs(version, count))
        ]
        answers = generate(model, tokenizer, asked, config, title="First posts of the champion")
        del model
        release()
    except Exception as error:  # Whatever it is, nobody can use this model.
        if patience.passing(error):
            raise
        return f"it cannot write: {error}"
    empty = sum(not answer.text.strip() for answer in answers)
    if empty:
        return f"it has nothing to say to {empty} of {len(answers)} briefs"
    registry.tag(version, {aliases.SMOKE: "passed"})
    return ""


def taken_back(brand: BrandConfig, fault: str, now: datetime) -> str:
    """Roll back a champion that does not write; what was done, in words."""
    from smm_voice.tracking import aliases

    try:
        gone, back = aliases.roll_back(brand.name, fault, now)
    except SmmVoiceError as error:
        return f"the new champion fails ({fault}), and there is no way back: {error}"
    return f"version {gone.version} fails ({fault}): version {back.version} is the champion again"


def _briefs(version: Version, count: int) -> list[str]:
    """Briefs of its own evaluation, or plain ones."""
    from smm_voice.evaluation import record
    from smm_voice.tracking import registry

    try:
        known = record.read(registry.run_file(version.tags.get("smm.run", ""), record.PATH))
        briefs = [item.brief for item in known.texts[known.subject] if item.brief]
    except InputError as error:
        log.info("%s", error)
        briefs = []
    return (briefs or list(_PLAIN_BRIEFS))[:count]
