"""`scripts/prefer.py`: a model goes on learning from what people chose, and the gate judges it.

A start that is repeated does what is missing: a tuned version is found by its key, answers by their
content. Tuning itself takes minutes and is done again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING

from smm_voice.commands import outcome, promotion
from smm_voice.commands.console import say
from smm_voice.commands.datasets import check_unseen, dataset_of
from smm_voice.commands.failing import in_words
from smm_voice.commands.judging import (
    BESIDE,
    DECISION,
    NOBODY,
    beside_of,
    judged,
)
from smm_voice.commands.models import find_adapter, version_of
from smm_voice.commands.tuning import KEY, Made, Parent, Tuning
from smm_voice.config import ModelConfig, PreferConfig, Workspace
from smm_voice.dataset.build import Dataset, load
from smm_voice.errors import InputError
from smm_voice.evaluation.provenance import code_digest
from smm_voice.messages import say as worded
from smm_voice.models import adapters
from smm_voice.models.base import prepare
from smm_voice.retraining.gate import Decision
from smm_voice.retraining.outcome import STATUS
from smm_voice.review import pairs as choosing
from smm_voice.review import preferences
from smm_voice.review.pairs import Pairs
from smm_voice.text.languages import primaries
from smm_voice.training.preference import check_installed

if TYPE_CHECKING:
    from smm_voice.tracking.registry import Version
    from smm_voice.tracking.store import Store


def prefer(config: PreferConfig) -> int:
    """Tune, evaluate, register, judge; the gate's no is status 10."""
    from smm_voice.tracking import run as tracking

    check_installed()
    if not config.tracking.register:
        raise InputError("prefer needs tracking.register=true: the gate judges what is registered")
    workspace, brand = Workspace.of(config), config.brand
    runs = workspace.runs / brand.name
    path = runs / preferences.PATH
    if not path.exists():
        raise InputError(
            f"nobody's choices between posts of brand {brand.name} are kept yet ({path} is "
            f"missing): let people judge, see scripts/review.py brand={brand.name}"
        )
    kept = preferences.load_preferences(path)
    with in_words(workspace.root), promotion.only_one(runs, brand.name):
        store = promotion.opened(config, workspace)
        dataset = dataset_of(brand, config.references, config.dataset, workspace)
        check_unseen(dataset, brand, config.tracking, workspace)
        settings = config.preference
        pairs = choosing.choose(
            kept, dataset.card["test_from"], primaries(brand.languages),
            aged_only=settings.pairs == "aged", minimum=settings.minimum_pairs,
            held_out_share=settings.held_out_share, seed=settings.seed,
        )  # fmt: skip
        parent = _parent(config, workspace)
        _describe(pairs, parent, config)
        for run_id in tracking.mark_killed(store, runs):
            say(f"Run {run_id} was killed; it is marked FAILED")
        return _Job(config, workspace, store, dataset, parent, pairs).go()


class _Job:
    """One start; every step first looks for what an earlier one has left."""

    def __init__(
        self, config: PreferConfig, workspace: Workspace, store: Store, dataset: Dataset,
        parent: Parent, pairs: Pairs,
    ) -> None:  # fmt: skip
        from smm_voice.tracking import aliases, registry

        self._config, self._workspace, self._store = config, workspace, store
        self._dataset, self._parent, self._pairs = dataset, parent, pairs
        self._brand, self._runs = config.brand, workspace.runs / config.brand.name
        champion = registry.by_alias(self._brand.name, aliases.CHAMPION)
        if champion is not None:
            aliases.sound(champion)
        self._beside = beside_of(self._brand.name, champion)
        self._key = self._key_of()
        self._tuning = Tuning(
            config, workspace, store, dataset, parent, pairs, self._beside.against, self._key
        )

    def go(self) -> int:
        """Do what is missing."""
        from smm_voice.tracking import aliases

        found = self._found()
        if found and DECISION in found.tags:
            decision = found.tags[DECISION]
            say(
                f"This very tuning was done: version {found.version} was {decision}; another "
                "preference.seed or more judgements make another"
            )
            return STATUS["refused"] if decision == "refused" else 0
        made = self._again(found) if found and aliases.usable(found) else self._tuning.make()
        decided = judged(
            made.version.version, made.evaluation, self._beside, self._dataset, self._config,
            self._store, made.run,
        )  # fmt: skip
        spoken = self._config.report.language_for(self._brand)
        made.run.json(decided.as_json(spoken), "gate/decision.json")
        outcome.show(made.evaluation, made.links)
        return self._decided(made.version, decided, spoken)

    def _key_of(self) -> str:
        """Equal for starts that would make and judge the very same model."""
        champion = self._beside.champion.version if self._beside.champion else NOBODY
        config = self._config
        parts = [
            adapters.digest(self._parent.adapter), [p.id for p in self._pairs.every],
            self._dataset.fingerprint, config.method, champion, code_digest(),
            *(dataclasses.asdict(each) for each in (
                config.preference, config.generation, config.evaluation, config.gate)),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]

    def _found(self) -> Version | None:
        """The version that an earlier start has registered."""
        from smm_voice.tracking import registry

        made = [v for v in registry.versions(self._brand.name) if v.tags.get(KEY) == self._key]
        return made[-1] if made else None

    def _again(self, version: Version) -> Made:
        """What an earlier start made and did not come to judge."""
        from smm_voice.evaluation import record
        from smm_voice.tracking import links, registry
        from smm_voice.tracking.run import Run

        run = version.tags["smm.run"]
        say(f"Version {version.version} was tuned by an earlier start")
        evaluation = record.read(registry.run_file(run, record.PATH))
        where = {
            "Run": links.run_page(self._store, run), "Report": links.report(self._store, run)
        }  # fmt: skip
        return Made(version, evaluation, Run(run, self._runs / run), where)

    def _decided(self, version: Version, decision: Decision, spoken: str) -> int:
        from smm_voice.tracking import aliases, registry

        champion = self._beside.champion
        said = "proposed" if decision.promote else "refused"
        if decision.promote:
            registry.set_alias(version, aliases.CHALLENGER)
        against = champion.version if champion else NOBODY
        registry.tag(version, {BESIDE: against, DECISION: said})
        label = f"{version.name} version {version.version}"
        if decision.promote:
            say(
                f"Proposed: {label} is the challenger; to accept it: python scripts/promote.py "
                f"brand={self._brand.name} model={version.version}"
            )
            return STATUS["proposed"]
        say(f"The gate said no to {label}:")
        for reason in decision.against:
            say(f"  {worded(reason.said, spoken)}")
        return STATUS["refused"]


def _parent(config: PreferConfig, workspace: Workspace) -> Parent:
    """The model that goes on learning, with the dataset that it was trained on.

    Raises:
        InputError: there is no such model, or its dataset is gone.
    """
    adapter, label = find_adapter(config.model, config.brand.name)
    origin = adapters.read_origin(adapter)
    folder = workspace.built / config.brand.name / origin.dataset_fingerprint
    if not (folder / "card.json").exists():
        raise InputError(
            f"the dataset {origin.dataset_fingerprint} that {label} was trained on is not in "
            f"{folder.parent}: the tuned model carries its posts, to score by. Take a model whose "
            "dataset is there, or train a new one first"
        )
    return Parent(
        adapter, label, version_of(config.model, config.brand.name), origin,
        prepare(ModelConfig(**origin.base)), load(folder),
    )  # fmt: skip


def _describe(pairs: Pairs, parent: Parent, config: PreferConfig) -> None:
    sources = ", ".join(f"{count} {source}" for source, count in pairs.sources.items())
    say(
        f"{config.method.upper()} on {parent.label}: {len(pairs.learned)} choices to learn from "
        f"({sources}), {len(pairs.held_out)} on other briefs to measure by"
    )
    for reason, count in pairs.left_out.items():
        say(f"  {count} left out: {reason}")
    differ = choosing.disagreements(pairs.learned)
    if differ:
        say(f"  of {differ} pairs raters chose both ways; these hold each other in balance")
    briefs = len(preferences.briefs(pairs.young))
    if briefs:
        say(
            f"  {briefs} briefs of the test period, and what nearly repeats them, are left out of "
            "every evaluation of the tuned model"
        )
