"""`scripts/retrain.py`: look; where it is time, train, judge, and replace only by what is better.

Safe to start at any time. Nothing here remembers where it was: every stage asks the store and the
disk what is there already, and does what is missing. A start after a death so goes on by itself.
"""

from __future__ import annotations

import logging
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from smm_voice.commands import promotion, told
from smm_voice.commands.candidate import Beside, Candidate, candidate, in_language, version_of
from smm_voice.commands.considering import Considering, Prepared
from smm_voice.commands.console import say
from smm_voice.commands.datasets import check_unseen
from smm_voice.commands.failing import in_words
from smm_voice.config import RetrainConfig, Workspace
from smm_voice.dataset.build import Dataset
from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.evaluation.provenance import commit
from smm_voice.messages import Message
from smm_voice.messages import say as worded
from smm_voice.retraining import gate
from smm_voice.retraining.gate import Decision
from smm_voice.retraining.outcome import STATUS, Kind, Outcome
from smm_voice.text.languages import primary

if TYPE_CHECKING:
    from smm_voice.tracking.registry import Version
    from smm_voice.tracking.run import Run
    from smm_voice.tracking.store import Store

log = logging.getLogger(__name__)

_DECISION = "smm.decision"


def retrain(config: RetrainConfig) -> int:
    """Run the job once; see `outcome.STATUS` for the exit status."""
    from smm_voice.tracking import retrainings
    from smm_voice.tracking import run as tracking
    from smm_voice.tracking.store import open_store

    workspace, brand = Workspace.of(config), config.brand
    now = clock(config.now)
    outcome = Outcome(brand.name)
    if config.dry_run:
        from smm_voice.commands.dry_run import dry_run

        return dry_run(config, workspace, now, outcome)
    runs = workspace.runs / brand.name
    spoken = config.report.language_for(brand)
    with in_words(workspace.root), promotion.only_one(runs, brand.name):
        store = open_store(config.tracking, workspace, brand.name, brand.title)
        for run_id in tracking.mark_killed(store, runs):
            say(f"Run {run_id} was killed; it is marked FAILED")
        tags = {"smm.git_sha": commit(workspace.repository)}
        with tracking.start(store, "retraining", "retrain", runs, tags) as run:
            job = _Job(config, workspace, store, run, now, outcome)
            try:
                with in_words(workspace.root):
                    job.go()
            except Exception as error:
                outcome.decision = "failed"
                outcome.reasons = [str(error).strip() or type(error).__name__]
                told.tell(config, outcome, store, run)
                try:
                    retrainings.note(run, outcome.as_json(spoken), now)
                except Exception:  # The store may be what failed; the first error is the one.
                    log.warning("What came of it could not be noted in the run %s", run.id)
                raise
            retrainings.note(run, outcome.as_json(spoken), now)
            run.tags({"smm.verdict": told.decided(outcome)[:500]})
            run.note(told.note(outcome, job.links))
        told.tell(config, outcome, store, run)
        if outcome.decision == "nothing":
            shutil.rmtree(run.folder, ignore_errors=True)
        else:
            job.leave_in_order()
    told.show(outcome, job.links)
    return STATUS[outcome.decision]


def clock(now: str | None) -> datetime:
    """The time of the job.

    Raises:
        InputError: `now` is no time.
    """
    if now is None:
        return datetime.now(UTC)
    try:
        found = datetime.fromisoformat(now)
    except ValueError as error:
        raise InputError(f"now={now} is no time: {error}; say now=2018-06-01") from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


class _Job:
    """One start of the job; `outcome` is filled as it goes on."""

    def __init__(
        self, config: RetrainConfig, workspace: Workspace, store: Store, run: Run, now: datetime,
        outcome: Outcome,
    ) -> None:  # fmt: skip
        self.config, self.workspace, self.store, self.run = config, workspace, store, run
        self.now, self.outcome = now, outcome
        self.links: dict[str, str] = {}
        self._brand = config.brand

    def go(self) -> None:
        """All stages; each does only what is not done yet."""
        champion = self._recovered()
        considering = Considering(
            self.config, self.workspace, self.store, self.now, self.outcome, champion, self.run
        )
        at = considering.prepared()
        if self._settled(at.key, champion):
            return
        due = considering.due(at)
        if due is None or not due.trigger:
            self.outcome.reasons = self.outcome.reasons or list(due.said if due else ())
            return
        self.outcome.trigger = due.trigger
        dataset, key = considering.dataset(at)
        self._train_and_judge(dataset, at, key, due.trigger, champion)

    def leave_in_order(self) -> None:
        """The history's page, and room on the disk; a failure here fails nothing."""
        from smm_voice.commands import history
        from smm_voice.commands.retention import tidy

        try:
            for removed in tidy(self.config.retraining.retention, self._brand.name, self.workspace):
                say(removed)
            page = self.workspace.runs / self._brand.name / "history" / history.PAGE
            history.write(self.store, self._brand, self.config.report, page)
            say(f"History: {page}")
        except Exception as error:
            log.warning("The job is done, but not everything is in order after it: %s", error)

    def _recovered(self) -> Version | None:
        """Finish what a death left half done; the champion that can be used."""
        from smm_voice.tracking import aliases, registry

        name = self._brand.name
        with self.outcome.stage("recover") as stage:
            stage.said += aliases.settle(name, self.now)
            champion = registry.by_alias(name, aliases.CHAMPION)
            if champion is None:
                stage.said.append("there is no champion")
                return None
            fault = ""
            try:
                aliases.sound(champion)
            except SmmVoiceError as error:
                fault = str(error)
            by_job = champion.tags.get(aliases.PROMOTED_BY) == "retrain"
            if not fault and by_job and aliases.SMOKE not in champion.tags:
                stage.said.append(f"version {champion.version} has not written as champion yet")
                fault = self._smoke(champion)
            if not fault:
                stage.said.append(f"version {champion.version} is the champion")
                return champion
            stage.said.append(promotion.taken_back(self._brand, fault, self.now))
            told.tell_at_once(self.config, "rolled_back", stage.said[-1])
            back = registry.by_alias(name, aliases.CHAMPION)
            # Without a way back it stays by name, but nothing can be compared with it.
            return back if back and back.version != champion.version else None

    def _settled(self, key: str, champion: Version | None) -> bool:
        """Whether this very training has been done and judged."""
        from smm_voice.tracking import aliases, registry

        done = version_of(self._brand.name, key)
        if done is None:
            return False
        if champion is None and not aliases.usable(done):
            return False  # Its files are lost, and there is no other model.
        self.outcome.version = done.version
        known = done.tags.get(_DECISION)
        if known:
            self.outcome.reasons = [
                f"this very training was done: version {done.version} was {known}; another "
                "training.seed or more posts make another"
            ]
            return True
        decision: Kind | None = None
        if aliases.ROLLED_BACK_AT in done.tags:
            decision = "rolled_back"
        elif champion is not None and champion.version == done.version:
            decision = "promoted"
        if decision is None:
            return False
        registry.tag(done, {_DECISION: decision})
        self.outcome.decision = decision
        self.outcome.reasons = [f"version {done.version}: what an earlier start began is finished"]
        return True

    def _train_and_judge(
        self, dataset: Dataset, at: Prepared, key: str, trigger: str, champion: Version | None
    ) -> None:
        from smm_voice.tracking import aliases, registry, retrainings

        name = self._brand.name
        check_unseen(dataset, self._brand, self.config.tracking, self.workspace)
        retrainings.begin(self.run, key, trigger, self.outcome.facts)
        first = aliases.first_champion(name) if champion else None
        if first is not None and champion is not None and first.version == champion.version:
            first = None
        beside = Beside(champion, first if first is None or _usable(first) else None)
        with self.outcome.stage("train and evaluate") as stage:
            made = candidate(self.config, dataset, at.base, self.store, key, beside, self.run.id)
            self.outcome.version = made.version.version
            self.links |= made.links
            verb = "found" if made.found else "trained"
            stage.said.append(f"version {made.version.version} {verb}: {made.evaluation.verdict}")
        with self.outcome.stage("gate") as stage:
            decision = self._judged(made, beside, dataset)
            self.outcome.gate = decision
            spoken = self.config.report.language_for(self._brand)
            said = [worded(reason.said, spoken) for reason in decision.against]
            stage.said += said or [worded("gate-promote" if champion else "gate-first", spoken)]
        if not decision.promote:
            self.outcome.decision, self.outcome.reasons = "refused", said
        else:
            self._accept(made.version, champion)
        registry.tag(made.version, {_DECISION: self.outcome.decision})

    def _judged(self, made: Candidate, beside: Beside, dataset: Dataset) -> Decision:
        """The gate in every language of the brand: a gain in the first, no loss in the others."""
        from smm_voice.retraining import evidence

        found = evidence.gather(made.evaluation, beside.first_arm)
        self.run.metrics(evidence.as_metrics(found))
        reasons = list(gate.decide(found, self.config.gate).reasons)
        languages = list(dict.fromkeys(primary(each) for each in self._brand.languages))
        asked = made.evaluation.provenance["language"]
        for language in languages:
            count = sum(e.post.language == language for e in dataset.splits["test"])
            if language == asked or count < self.config.gate.minimum_briefs:
                continue
            further = in_language(
                self.config, made.version.version, language, beside, dataset, self.store,
                self.run.id,
            )  # fmt: skip
            found = evidence.gather(further, beside.first_arm)
            self.run.metrics(evidence.as_metrics(found, language))
            reasons += [
                gate.Reason(
                    f"{r.check}.{language}", r.passed, r.finding,
                    Message("gate-in-language", {"code": language, "said": r.said}),
                )
                for r in gate.decide(found, self.config.gate, gain=False).reasons
            ]  # fmt: skip
        return Decision(all(reason.passed for reason in reasons), tuple(reasons))

    def _accept(self, version: Version, champion: Version | None) -> None:
        from smm_voice.tracking import aliases, registry

        name = self._brand.name
        if champion is not None and self.config.retraining.mode == "propose":
            with self.outcome.stage("propose") as stage:
                registry.set_alias(version, aliases.CHALLENGER)
                self.outcome.decision = "proposed"
                self.outcome.reasons = [
                    f"version {version.version} may replace version {champion.version}; to accept "
                    f"it: python scripts/promote.py brand={name}"
                ]
                stage.said += self.outcome.reasons
            return
        with self.outcome.stage("promote") as stage:
            aliases.promote(version, "retrain", self.now)
            fault = self._smoke(version)
            if fault:
                self.outcome.decision = "rolled_back"
                self.outcome.reasons = [promotion.taken_back(self._brand, fault, self.now)]
            else:
                self.outcome.decision = "promoted"
                was = f" in place of version {champion.version}" if champion else ""
                self.outcome.reasons = [f"version {version.version} is the champion{was}"]
            stage.said += self.outcome.reasons

    def _smoke(self, version: Version) -> str:
        count = self.config.retraining.smoke_briefs
        return promotion.smoke(version, self._brand, self.config.generation, count)


def _usable(version: Version) -> bool:
    from smm_voice.tracking import aliases

    try:
        aliases.sound(version)
    except SmmVoiceError as error:
        log.warning("The first champion is left out of the comparison: %s", error)
        return False
    return True
