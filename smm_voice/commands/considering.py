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
from smm_voice.commands.judging import BESIDE, DECISION, NOBODY
from smm_voice.commands.new_posts import NewPosts
from smm_voice.commands.start import Start
from smm_voice.config import RetrainConfig
from smm_voice.dataset.build import Dataset, find
from smm_voice.dataset.learned import latest
from smm_voice.evaluation.provenance import code_digest
from smm_voice.models.base import BaseModel, prepare
from smm_voice.retraining.triggers import Due, Situation, Trigger, due
from smm_voice.training.key import run_key

if TYPE_CHECKING:
    from smm_voice.tracking.registry import Version
    from smm_voice.tracking.retrainings import Earlier

log = logging.getLogger(__name__)

# What a look at a dataset finds.
_LOOKED = ("new_posts", "alarms", "posts", "until")


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
    """The questions before a training, in their order."""

    def __init__(self, start: Start) -> None:
        self._start, self._config, self._outcome = start, start.config, start.outcome
        self._champion = start.in_use.champion
        self._built: tuple[Dataset, str] | None = None

    def prepared(self) -> Prepared:
        """Fingerprint and key; nothing is built."""
        config = self._config
        with self._outcome.stage("prepare") as stage:
            fingerprint, found = find(
                config.brand, config.references, config.dataset, self._start.workspace
            )
            base = prepare(config.model)
            key = key_of(config, fingerprint, base)
            state = "built already" if found else "not built yet"
            stage.said.append(f"dataset {fingerprint} is {state}; the training's key is {key}")
        earlier = self._earlier()
        self._outcome.facts |= {
            "fingerprint": fingerprint,
            "code": code_digest()[:16],
            "champion": self._champion.version if self._champion else None,
            "asked": self._asked(),
        }
        if earlier and earlier.facts.get("posts"):
            # What the next export is held against, however this start ends.
            self._outcome.facts["posts"] = earlier.facts["posts"]
        return Prepared(fingerprint, found, base, key)

    @property
    def built(self) -> bool:
        """Whether a dataset was built."""
        return self._built is not None

    def settled(self, key: str) -> tuple[Version, str] | None:
        """The version that this very training made, and its decision; None: still to be judged."""
        from smm_voice.tracking import aliases

        done = version_of(self._config.brand.name, key)
        if done is None:
            return None
        known = done.tags.get(DECISION, "")
        if self._champion is None:
            if not aliases.usable(done):
                return None  # Its files are lost, and there is no other model.
            if known in ("refused", "proposed") and done.tags.get(BESIDE) != NOBODY:
                return None  # It was judged beside a champion that is lost since.
        if not known and aliases.ROLLED_BACK_AT in done.tags:
            return done, "rolled_back"
        if not known and self._champion and self._champion.version == done.version:
            return done, "promoted"
        return (done, known) if known else None

    def again(self, fingerprint: str) -> None:
        """Take over what an earlier start found of posts that have been judged since."""
        earlier = self._earlier()
        if earlier and earlier.facts.get("fingerprint") == fingerprint:
            kept = {name: earlier.facts.get(name) for name in _LOOKED}
            self._outcome.facts |= kept | {"new_posts": 0}

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
            dataset = dataset_of(
                config.brand, config.references, config.dataset, self._start.workspace
            )
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
            known = NewPosts(self._start).looked_at(self.dataset(at)[0], earlier)
            if known is None:
                return None
        self._outcome.facts |= known
        with self._outcome.stage("triggers") as stage:
            stage.said += self.stale()
            found = due(self._situation(known), self._config.retraining.triggers,
                        self._config.force)  # fmt: skip
            stage.said += [*found.said, f"→ {found.trigger or 'nothing to do'}"]
        return found

    def _begun(self, key: str) -> tuple[str, Mapping[str, Any]] | None:
        """Trigger and facts of an unfinished training of this key."""
        from smm_voice.tracking import aliases, retrainings

        if self._start.store is None:
            return None
        begun = retrainings.unfinished(self._start.store, key)
        done = version_of(self._config.brand.name, key)
        if begun is None and (done is None or not aliases.usable(done)):
            return None
        if begun:
            return begun.trigger, begun.facts
        return "forced" if self._champion else "first", {}

    def _earlier(self) -> Earlier | None:
        from smm_voice.tracking import retrainings

        return retrainings.newest(self._start.store) if self._start.store else None

    def _known_facts(self, at: Prepared, earlier: Earlier | None) -> dict[str, Any] | None:
        """What an earlier start found of this very dataset; None where it has to be looked at."""
        if self._champion is None or self._config.force:
            return None
        names = ("fingerprint", "code", "champion", "asked")
        mine = [self._outcome.facts[name] for name in names]
        if (
            earlier
            and [earlier.facts.get(name) for name in names] == mine
            and ("new_posts" in earlier.facts and earlier.decision != "stopped")
        ):
            known = {name: earlier.facts.get(name) for name in _LOOKED}
            judged = earlier.decision in ("promoted", "proposed", "refused", "rolled_back")
            return known | {"new_posts": 0} if judged else known
        if self._champion.tags.get("smm.dataset_fingerprint") == at.fingerprint:
            return {
                "new_posts": 0,
                "alarms": None,
                "posts": self._champion.count("smm.posts"),
                "until": self._champion.tags.get("smm.data_until"),
            }
        return None

    def stale(self) -> list[str]:
        """A warning where the newest post is old: an export that stopped changes no file."""
        from smm_voice.monitoring.intake import stale

        until = latest(self._outcome.facts.get("until") or "")
        if self._champion is None or not until:
            return []
        config = self._config.retraining.intake
        problem = stale(datetime.fromisoformat(until), self._start.now, config)
        return [problem.what] if problem else []

    def _asked(self) -> str:
        """Equal where an earlier start asked the same of the posts; "" where it was forced."""
        if self._config.force:
            return ""
        asked = self._config.retraining
        values = [dataclasses.asdict(each) for each in (asked.triggers, asked.intake,
                                                        self._config.monitor)]  # fmt: skip
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]

    def _situation(self, facts: Mapping[str, Any]) -> Situation:
        from smm_voice.tracking import aliases, retrainings

        if self._champion is None or self._start.store is None:
            return Situation(self._start.now, False)
        attempt = retrainings.last_attempt(self._start.store, now=self._start.now)
        return Situation(
            now=self._start.now,
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


def done_before(version: str, decision: str) -> str:
    """Why the same is not done again."""
    return (
        f"this very training was done: version {version} was {decision}; another training.seed or "
        "more posts make another"
    )
