"""`scripts/retrain.py`: look; where it is time, train, judge, and replace only by what is better.

Safe to start at any time. Nothing here remembers where it was: every stage asks the store and the
disk what is there already, and does what is missing. A start after a death so goes on by itself.
"""

from __future__ import annotations

import logging
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from smm_voice.commands import promotion, told
from smm_voice.commands.candidate import candidate
from smm_voice.commands.considering import Considering, Prepared, done_before
from smm_voice.commands.console import say
from smm_voice.commands.datasets import check_unseen
from smm_voice.commands.failing import in_words
from smm_voice.commands.judging import BESIDE, DECISION, NOBODY, beside_of, judged
from smm_voice.commands.start import InUse, Start
from smm_voice.config import RetrainConfig, Workspace
from smm_voice.dataset.build import Dataset
from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.evaluation.provenance import commit
from smm_voice.messages import say as worded
from smm_voice.retraining.outcome import STATUS, Kind, Outcome

if TYPE_CHECKING:
    from smm_voice.tracking.registry import Version
    from smm_voice.tracking.run import Run
    from smm_voice.tracking.store import Store

log = logging.getLogger(__name__)


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
        if outcome.decision != "nothing" or job.changed:
            job.leave_in_order()
    told.show(outcome, job.links)
    if job.went_back and outcome.decision == "nothing":
        return STATUS["rolled_back"]
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
        # Whether the champion was lost, and whether anything but a record was left.
        self.went_back = self.changed = False
        self._brand = config.brand

    def go(self) -> None:
        """All stages; each does only what is not done yet."""
        in_use = self._recovered()
        considering = Considering(Start(
            self.config, self.workspace, self.store, self.now, self.outcome, in_use, self.run
        ))  # fmt: skip
        at = considering.prepared()
        if self._settled(considering, at):
            return
        due = considering.due(at)
        self.changed = self.changed or considering.built
        if due is None or not due.trigger:
            self.outcome.reasons = self.outcome.reasons or list(due.said if due else ())
            return
        self.outcome.trigger = due.trigger
        dataset, key = considering.dataset(at)
        self._train_and_judge(dataset, at, key, due.trigger, in_use)

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

    def _recovered(self) -> InUse:
        """Finish what a death left half done; the champion, as far as it can be used."""
        from smm_voice.tracking import aliases, registry

        name = self._brand.name
        with self.outcome.stage("recover") as stage:
            stage.said += aliases.settle(name, self.now)
            champion = registry.by_alias(name, aliases.CHAMPION)
            if champion is None:
                stage.said.append("there is no champion")
                return InUse(None, None)
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
                return InUse(champion, champion)
            self.went_back = self.changed = True
            stage.said.append(promotion.taken_back(self._brand, fault, self.now))
            told.tell_at_once(self.config, "rolled_back", stage.said[-1])
            back = registry.by_alias(name, aliases.CHAMPION)
            # Without a way back it stays by name, but nothing can be compared with it.
            lost = back is None or back.version == champion.version
            return InUse(None if lost else back, back)

    def _settled(self, considering: Considering, at: Prepared) -> bool:
        """Whether this very training has been done and judged."""
        from smm_voice.tracking import registry

        found = considering.settled(at.key)
        if found is None:
            return False
        version, decision = found
        self.outcome.version = version.version
        considering.again(at.fingerprint)
        if DECISION in version.tags:
            self.outcome.reasons = [done_before(version.version, decision), *considering.stale()]
            return True
        registry.tag(version, {DECISION: decision})
        self.outcome.decision = cast(Kind, decision)
        self.outcome.reasons = [
            f"version {version.version}: what an earlier start began is finished"
        ]
        return True

    def _train_and_judge(
        self, dataset: Dataset, at: Prepared, key: str, trigger: str, in_use: InUse
    ) -> None:
        from smm_voice.tracking import registry, retrainings

        champion = in_use.champion
        check_unseen(dataset, self._brand, self.config.tracking, self.workspace)
        retrainings.begin(self.run, key, trigger, self.outcome.facts)
        beside = beside_of(self._brand.name, champion)
        with self.outcome.stage("train and evaluate") as stage:
            made = candidate(self.config, dataset, at.base, self.store, key, beside, self.run.id)
            self.outcome.version = made.version.version
            self.links |= made.links
            verb = "found" if made.found else "trained"
            stage.said.append(f"version {made.version.version} {verb}: {made.evaluation.verdict}")
        with self.outcome.stage("gate") as stage:
            decision = judged(
                made.version.version, made.evaluation, beside, dataset, self.config, self.store,
                self.run,
            )  # fmt: skip
            self.outcome.gate = decision
            spoken = self.config.report.language_for(self._brand)
            said = [worded(reason.said, spoken) for reason in decision.against]
            stage.said += said or [worded("gate-promote" if champion else "gate-first", spoken)]
        if not decision.promote:
            self.outcome.decision, self.outcome.reasons = "refused", said
        else:
            self._accept(made.version, in_use)
        against = champion.version if champion else NOBODY
        registry.tag(made.version, {BESIDE: against, DECISION: self.outcome.decision})

    def _accept(self, version: Version, in_use: InUse) -> None:
        from smm_voice.tracking import aliases, registry

        name = self._brand.name
        champion = in_use.named
        if champion is not None and self.config.retraining.mode == "propose":
            with self.outcome.stage("propose") as stage:
                registry.set_alias(version, aliases.CHALLENGER)
                self.outcome.decision = "proposed"
                self.outcome.reasons = [
                    f"version {version.version} may replace version {champion.version}"
                    f"{'' if in_use.champion else ', whose files are lost'}; to accept it: "
                    f"python scripts/promote.py brand={name} model={version.version}"
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
