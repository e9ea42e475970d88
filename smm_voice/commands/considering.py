"""What a retraining considers before it trains: what is there, what is sound, what has moved."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

from smm_voice.commands.candidate import train_config, version_of
from smm_voice.commands.datasets import dataset_of
from smm_voice.config import RetrainConfig, Workspace
from smm_voice.dataset.build import Dataset, find, load
from smm_voice.dataset.example import Example
from smm_voice.dataset.learned import data_until, latest, of_language
from smm_voice.evaluation.provenance import code_digest, commit
from smm_voice.models.base import BaseModel, prepare
from smm_voice.retraining.outcome import Outcome
from smm_voice.retraining.triggers import Due, Situation, Trigger, due
from smm_voice.text.languages import primary
from smm_voice.training.key import run_key

if TYPE_CHECKING:
    from smm_voice.tracking.registry import Version
    from smm_voice.tracking.retrainings import Earlier
    from smm_voice.tracking.run import Run
    from smm_voice.tracking.store import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Prepared:
    """What can be known at once.

    Attributes:
        fingerprint: that a build of the dataset has.
        found: the dataset, where it is built already.
        base: the base model.
        key: of the training that this would be.
    """

    fingerprint: str
    found: Dataset | None
    base: BaseModel
    key: str


class Considering:
    """The questions before a training, in their order.

    Args:
        config: of the job.
        workspace: where datasets are built; a scratch one in a dry run.
        store: of the brand; None where there is none yet, which only a dry run may find.
        now: the time of the job.
        outcome: stages, facts and reasons are noted in it.
        champion: the model in use; None where none can be used.
        run: the job's run; None in a dry run, which logs nothing and loads no model.
    """

    def __init__(
        self, config: RetrainConfig, workspace: Workspace, store: Store | None, now: datetime,
        outcome: Outcome, champion: Version | None, run: Run | None,
    ) -> None:  # fmt: skip
        self._config, self._workspace, self._store = config, workspace, store
        self._now, self._outcome, self._champion, self._run = now, outcome, champion, run
        self._built: tuple[Dataset, str] | None = None

    def prepared(self) -> Prepared:
        """Fingerprint and key; nothing is built."""
        config = self._config
        with self._outcome.stage("prepare") as stage:
            fingerprint, found = find(
                config.brand, config.references, config.dataset, self._workspace
            )
            base = prepare(config.model)
            key = key_of(config, fingerprint, base)
            state = "built already" if found else "not built yet"
            stage.said.append(f"dataset {fingerprint} is {state}; the training's key is {key}")
        self._outcome.facts |= {
            "fingerprint": fingerprint,
            "code": code_digest()[:16],
            "champion": self._champion.version if self._champion else None,
        }
        return Prepared(fingerprint, found, base, key)

    def dataset(self, at: Prepared) -> tuple[Dataset, str]:
        """The dataset, built where it is not, and the key of the training on it.

        The key is another one where files changed while they were read.
        """
        if at.found is not None:
            return at.found, at.key
        if self._built is not None:
            return self._built
        config = self._config
        with self._outcome.stage("build") as stage:
            dataset = dataset_of(config.brand, config.references, config.dataset, self._workspace)
            stage.said.append(f"dataset {dataset.fingerprint}: {dataset.card['kept']} posts")
        self._built = (dataset, key_of(config, dataset.fingerprint, at.base))
        return self._built

    def due(self, at: Prepared) -> Due | None:
        """Whether it is time to train; None where the export is refused."""
        begun = self._begun(at.key)
        if begun:
            with self._outcome.stage("triggers") as stage:
                stage.said.append("an earlier start began this very training: it goes on")
            trigger, facts = begun
            # It does not look again, but what it decides has to say how far the posts reached.
            self._outcome.facts = {**facts, **self._outcome.facts}
            return Due(cast(Trigger, trigger), ())
        earlier = self._earlier()
        known = self._known_facts(at, earlier)
        if known is None:
            known = self._looked(self.dataset(at)[0], earlier)
            if known is None:
                return None
        self._outcome.facts |= known
        with self._outcome.stage("triggers") as stage:
            found = due(self._situation(known), self._config.retraining.triggers,
                        self._config.force)  # fmt: skip
            stage.said += [*found.said, f"→ {found.trigger or 'nothing to do'}"]
        return found

    def _begun(self, key: str) -> tuple[str, Mapping[str, Any]] | None:
        """Trigger and facts of an unfinished training of this key."""
        from smm_voice.tracking import aliases, retrainings

        if self._store is None:
            return None
        begun = retrainings.unfinished(self._store, key)
        done = version_of(self._config.brand.name, key)
        if begun is None and (done is None or not aliases.usable(done)):
            return None
        return (begun.trigger, begun.facts) if begun else ("forced", {})

    def _earlier(self) -> Earlier | None:
        from smm_voice.tracking import retrainings

        return retrainings.newest(self._store) if self._store else None

    def _known_facts(self, at: Prepared, earlier: Earlier | None) -> dict[str, Any] | None:
        """What an earlier start found of this very dataset; None where it has to be looked at."""
        if self._champion is None or self._config.force:
            return None
        names = ("fingerprint", "code", "champion")
        mine = [self._outcome.facts[name] for name in names]
        if (
            earlier
            and [earlier.facts.get(name) for name in names] == mine
            and ("new_posts" in earlier.facts and earlier.decision != "stopped")
        ):
            return {
                name: earlier.facts.get(name) for name in ("new_posts", "alarms", "posts", "until")
            }
        if self._champion.tags.get("smm.dataset_fingerprint") == at.fingerprint:
            return {
                "new_posts": 0,
                "alarms": None,
                "posts": _whole(self._champion.tags.get("smm.posts")),
                "until": self._champion.tags.get("smm.data_until"),
            }
        return None

    def _looked(self, dataset: Dataset, earlier: Earlier | None) -> dict[str, Any] | None:
        """Intake and drift; None where the export is refused."""
        from smm_voice.commands.monitor import posts_of

        posts = [e for language in self._languages() for e in posts_of(dataset, language)]
        known, new, newer = self._parted(posts)
        facts: dict[str, Any] = {
            "new_posts": newer,
            "alarms": None,
            "posts": dataset.card["kept"],
            "until": data_until(dataset),
        }
        if self._champion is None:
            return facts
        if self._refused(dataset, known, new, earlier, facts):
            return None
        config = self._config.retraining.triggers
        if config.drift and newer >= config.minimum_new_posts:
            facts["alarms"] = self._drift(dataset)
        return facts

    def _languages(self) -> list[str]:
        return list(dict.fromkeys(primary(each) for each in self._config.brand.languages))

    def _parted(self, posts: list[Example]) -> tuple[list[Example], list[Example], int]:
        """Posts that the last judged model's dataset held, the others, and how many are newer."""
        until = self._data_until()

        def is_newer(example: Example) -> bool:
            # Held against what was known of its language: one may have stopped long ago.
            return example.post.created_at.isoformat() > max(
                of_language(each, example.post.language or "") for each in until
            )

        newer = [e for e in posts if is_newer(e)]
        held = self._held()
        if held is None:
            return [e for e in posts if not is_newer(e)], newer, len(newer)
        new = [e for e in posts if e.id not in held]
        return [e for e in posts if e.id in held], new, len(newer)

    def _data_until(self) -> list[str]:
        """How far the datasets reached that the champion and the last candidate came from."""
        from smm_voice.tracking import retrainings

        if self._champion is None:
            return [""]
        tags = self._champion.tags
        own = tags.get("smm.data_until") or tags.get("smm.trained_until", "")
        attempt = retrainings.last_attempt(self._store) if self._store else None
        return [own, str((attempt.facts.get("until") if attempt else "") or "")]

    def _before(self) -> Dataset | None:
        """The champion's dataset; None where it is gone."""
        fingerprint = self._champion.tags.get("smm.dataset_fingerprint") if self._champion else None
        folder = self._workspace.built / self._config.brand.name / str(fingerprint)
        return load(folder) if (folder / "card.json").exists() else None

    def _held(self) -> set[str] | None:
        """Ids of the posts in the champion's dataset; None where it is gone."""
        before = self._before()
        return {e.id for rows in before.splits.values() for e in rows} if before else None

    def _refused(
        self, dataset: Dataset, known: list[Example], new: list[Example],
        earlier: Earlier | None, facts: dict[str, Any],
    ) -> bool:  # fmt: skip
        """Whether the export must not be learned from; says why, also where it is forced."""
        from smm_voice.monitoring.intake import check_intake, repeated, shrunk, stale

        config, outcome = self._config.retraining.intake, self._outcome
        tags: Mapping[str, str] = self._champion.tags if self._champion else {}
        before = earlier.facts.get("posts") if earlier else None
        before = before or _whole(tags.get("smm.posts"))
        with outcome.stage("intake") as stage:
            problems = [shrunk(before, facts["posts"], config)] if before else []
            problems.append(
                stale(datetime.fromisoformat(latest(facts["until"])), self._now, config)
            )
            then = self._before()
            problems += repeated(then.card, dataset.card, config) if then else []
            # Of then: a build takes out of the references what the brand itself posts, and so what
            # came in with another brand's export.
            references = then.references if then else dataset.references
            for language in self._languages():
                problems += check_intake(known, new, references, language, config)
            stage.said += [problem.what for problem in problems if problem and problem.warning]
            found = [problem.what for problem in problems if problem and not problem.warning]
            stage.said += found or [f"{len(new)} posts came in, nothing speaks against them"]
            if found and self._config.force:
                stage.said.append("forced: taken all the same")
                return False
        if found:
            # What was there before it shrank is what the next export is held against.
            outcome.facts |= {**facts, "posts": before or facts["posts"]}
            outcome.decision, outcome.reasons = "stopped", found
        return bool(found)

    def _drift(self, dataset: Dataset) -> list[str]:
        """Names of the signals that call for a training, in any language; each look is logged."""
        from smm_voice.commands.monitor import log_and_show, look
        from smm_voice.tracking import run as tracking

        if self._store is None:
            return []
        brand = self._config.brand
        alarms: list[str] = []
        news: list[str] = []
        config = self._config.monitor
        if self._run is None:
            config = dataclasses.replace(config, output_briefs=0)
        with self._outcome.stage("monitor") as stage:
            for language in self._languages():
                looked = look(brand, dataset, language, config, self._store)
                # A new subject is no new voice: it waits for enough posts about it.
                news += [s.name for s in looked.monitored.alarms if s.about == "topics"]
                alarms += [s.name for s in looked.monitored.alarms if s.about != "topics"]
                if self._run is None:
                    continue
                tags = {
                    "smm.dataset_fingerprint": dataset.fingerprint,
                    "smm.git_sha": commit(self._workspace.repository),
                    "mlflow.parentRunId": self._run.id,
                }
                runs = self._workspace.runs / brand.name
                spoken = self._config.report.language_for(brand)
                with tracking.start(
                    self._store, f"drift, {language}", "monitor", runs, tags
                ) as run:
                    log_and_show(run, self._store, brand, looked, spoken, self._now)
            stage.said.append(", ".join(alarms) if alarms else "no drift")
            if news:
                stage.said.append(f"topics alone, which start nothing: {', '.join(news)}")
        return sorted(set(alarms))

    def _situation(self, facts: Mapping[str, Any]) -> Situation:
        from smm_voice.tracking import aliases, retrainings

        if self._champion is None or self._store is None:
            return Situation(self._now, False)
        attempt = retrainings.last_attempt(self._store)
        return Situation(
            now=self._now,
            has_champion=True,
            champion_since=retrainings.moment(self._champion.tags.get(aliases.PROMOTED_AT)),
            new_posts=int(facts["new_posts"] or 0),
            alarms=facts["alarms"],
            last_attempt=attempt.at if attempt else None,
        )


def key_of(config: RetrainConfig, fingerprint: str, base: BaseModel) -> str:
    """Equal for retrainings that would make and judge the very same model."""
    training = run_key(train_config(config, []), fingerprint, base)
    parts = [
        training, dataclasses.asdict(config.generation), dataclasses.asdict(config.evaluation),
        dataclasses.asdict(config.gate), code_digest(),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None
