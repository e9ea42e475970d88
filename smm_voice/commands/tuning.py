"""One preference tuning in a run of its own: tuned, evaluated, registered with its lineage."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from smm_voice.commands import evaluate, outcome
from smm_voice.commands.console import say
from smm_voice.commands.evaluate import Evaluated
from smm_voice.commands.judging import evaluate_config
from smm_voice.commands.models import system
from smm_voice.config import ModelConfig, PreferConfig, Workspace
from smm_voice.dataset.build import Dataset
from smm_voice.dataset.example import id_digest
from smm_voice.dataset.learned import advanced, data_until
from smm_voice.evaluation.arms import SUBJECT
from smm_voice.evaluation.provenance import provenance
from smm_voice.models import adapters
from smm_voice.models.base import BaseModel
from smm_voice.models.memory import release
from smm_voice.review import preferences
from smm_voice.review.pairs import Pairs
from smm_voice.text.languages import primary
from smm_voice.training.preference import Tuned, tune

if TYPE_CHECKING:
    from smm_voice.evaluation.run import Evaluation
    from smm_voice.tracking.registry import Version
    from smm_voice.tracking.run import Run
    from smm_voice.tracking.store import Store

# Tag of a version that was tuned: what decides it.
KEY = "smm.preference_key"


@dataclass(frozen=True)
class Parent:
    """The model that goes on learning.

    Attributes:
        adapter: its folder.
        label: for people.
        version: number of its registered version; None for a folder.
        origin: where it comes from.
        base: its base model.
        dataset: that it was trained on; the tuned model carries its posts to score by.
    """

    adapter: Path
    label: str
    version: str | None
    origin: adapters.AdapterOrigin
    base: BaseModel
    dataset: Dataset


@dataclass(frozen=True)
class Made:
    """A registered version, its evaluation, the run that holds both, and where to look."""

    version: Version
    evaluation: Evaluation
    run: Run
    links: dict[str, str]


class Tuning:
    """What a tuning needs, and its steps."""

    def __init__(
        self, config: PreferConfig, workspace: Workspace, store: Store, dataset: Dataset,
        parent: Parent, pairs: Pairs, against: Sequence[str], key: str,
    ) -> None:  # fmt: skip
        self._config, self._workspace, self._store = config, workspace, store
        self._dataset, self._parent, self._pairs = dataset, parent, pairs
        self._against, self._key = list(against), key
        self._brand, self._runs = config.brand, workspace.runs / config.brand.name

    def make(self) -> Made:
        """Tune, evaluate beside the others, register."""
        from smm_voice.tracking import links
        from smm_voice.tracking import run as tracking

        facts = provenance(self._workspace.repository)
        name = f"{self._config.method} on {self._parent.label}"
        tags = {**self._lineage(), "smm.dataset_fingerprint": self._dataset.fingerprint,
                "smm.git_sha": facts["commit"]}  # fmt: skip
        with tracking.start(self._store, name, "train", self._runs, tags) as run:
            self._log_inputs(run)
            tuned = self._tuned(run)
            release()
            made = self._evaluated(run, tuned, facts)
            version = self._registered(run, tuned)
            where = made.links | {
                "Model": links.model_version(self._store, version.name, version.version)
            }
            run.note(outcome.note(made.evaluation, where))
        return Made(version, made.evaluation, run, where)

    def _lineage(self) -> dict[str, object]:
        """Tags of run and version: what was learned from what, by whose judgement."""
        every = self._pairs.every
        return {
            KEY: self._key,
            "smm.method": self._config.method,
            "smm.parent": self._parent.version or "none",
            "smm.parent_digest": adapters.digest(self._parent.adapter),
            "smm.pairs": len(self._pairs.learned),
            "smm.pair_sources": json.dumps(self._pairs.sources),
            "smm.raters": ", ".join(sorted({p.rater for p in every})),
        }

    def _log_inputs(self, run: Run) -> None:
        config, settings = self._config, self._config.preference
        run.parameters(
            {
                "brand": self._brand.name,
                "base_model": self._parent.base.name,
                "dataset": self._parent.dataset.fingerprint,
                "method": config.method,
                "parent": self._parent.label if self._parent.version else "an adapter's folder",
                "pairs": len(self._pairs.learned),
                "beta": settings.beta,
                "learning_rate": settings.learning_rate,
                "epochs": settings.epochs,
                "batch_size": settings.batch_size,
                "seed": settings.seed,
            }
        )
        run.text(
            yaml.safe_dump(dataclasses.asdict(config), sort_keys=False, allow_unicode=True),
            "config/resolved.yaml",
        )
        told = ("id", "kind", "chosen_arm", "rejected_arm", "rater", "form", "run")
        rows = {
            use: [{name: getattr(p, name) for name in told} for p in some]
            for use, some in (("learned", self._pairs.learned), ("held_out", self._pairs.held_out))
        }
        run.json(rows, "preference/pairs.json")

    def _tuned(self, run: Run) -> Tuned:
        method = self._config.method
        rows = {"dpo": preferences.dpo_rows, "kto": preferences.kto_rows}[method]
        tuned = tune(
            self._parent.base, self._parent.adapter, self._origin(), method,
            rows(self._pairs.learned), preferences.dpo_rows(self._pairs.held_out),
            self._config.preference, run.folder, run.metrics,
        )  # fmt: skip
        known: dict[str, float] = {
            "preference/rows": tuned.rows, "preference/too_long": tuned.too_long,
            "preference/steps": tuned.steps, "preference/seconds": tuned.seconds,
        }  # fmt: skip
        if method == "kto":
            known["preference/desirable"] = tuned.desirable
        before, after = tuned.before, tuned.after
        if before and after:
            known |= {
                "preference/held_out_pairs": tuned.held_out,
                "preference/held_out_difference_before": before.difference,
                "preference/held_out_difference": after.difference,
                "preference/held_out_share_before": before.share,
                "preference/held_out_share": after.share,
            }
            say(
                f"Tuned in {tuned.seconds / 60:.1f} minutes ({tuned.precision.name}, {tuned.steps} "
                f"steps). Of {tuned.held_out} held-out pairs the model prefers the chosen text in "
                f"{after.share:.0%} (before: {before.share:.0%}), by {after.difference:+.2f} nats "
                f"(before: {before.difference:+.2f})"
            )
        run.metrics(known)
        run.tags({"smm.precision": tuned.precision.name})
        return tuned

    def _origin(self) -> adapters.AdapterOrigin:
        """The parent's, and what was learned since: by time, and brief by brief where young."""
        origin, young = self._parent.origin, self._pairs.young
        newest: dict[str, str] = {}
        for p in self._pairs.every:
            if p not in young and p.when:
                newest[p.language] = max(p.when, newest.get(p.language, ""))
        return dataclasses.replace(
            origin,
            trained_until=advanced(origin.trained_until, newest),
            prompt_format=self._parent.base.prompt_format,
            judged_briefs=sorted({*origin.judged_briefs, *(id_digest(p.brief) for p in young)}),
        )

    def _evaluated(self, run: Run, tuned: Tuned, facts: dict[str, Any]) -> Evaluated:
        language = primary(self._config.evaluation.language or self._brand.languages[0])
        label = f"run {run.id}"
        subject = system(SUBJECT, tuned.adapter, label, self._dataset, language)
        asked = evaluate_config(self._config, label, self._against)
        return evaluate.in_run(
            run, asked, self._dataset, self._store, subject,
            ModelConfig(**self._parent.origin.base), tuned.precision.name, facts,
        )  # fmt: skip

    def _registered(self, run: Run, tuned: Tuned) -> Version:
        from smm_voice.tracking import registry

        of = self._parent.dataset
        return registry.register(
            run, self._brand, ModelConfig(**self._parent.origin.base), self._config.generation,
            tuned.adapter,
            {
                # What it knows of posts it knows from its parent: newer ones are still new to it.
                "smm.dataset_fingerprint": of.fingerprint,
                "smm.data_until": data_until(of),
                "smm.posts": of.card["kept"],
                "smm.run": run.id,
                "smm.trained_until": self._origin().trained_until,
                **self._lineage(),
            },
            of, self._config.evaluation, Path(self._config.repository),
        )  # fmt: skip
