"""`scripts/search.py`: training settings, searched by validation briefs; goes on where it stopped.

Nothing remembers where it was but the study on disk: which trials there are, and how they ended.
A trial that was cut off stands there as begun, and its training goes on from its checkpoint.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from smm_voice.commands import failing, outcome, search_outcome
from smm_voice.commands.build_dataset import describe
from smm_voice.commands.console import say
from smm_voice.commands.datasets import dataset_of
from smm_voice.commands.trial import Attempt, Bench, check_measured
from smm_voice.config import SearchCommandConfig, Workspace
from smm_voice.dataset.rehearsal import Rehearsal, rehearse
from smm_voice.errors import InputError, LockHeldError, SmmVoiceError, UnfitModelError
from smm_voice.evaluation.examiner import Examiner
from smm_voice.evaluation.provenance import commit, digest_of
from smm_voice.models.base import prepare
from smm_voice.models.memory import release
from smm_voice.report import search_words
from smm_voice.report.search_page import Story
from smm_voice.search.objectives import Judging, Objective, Tried, objectives
from smm_voice.search.space import Dimension, applied, current, dimensions
from smm_voice.search.study import Begun, Study, study_key
from smm_voice.text.languages import primary

log = logging.getLogger(__name__)

FOLDER = "search"
_RUN = "run"
# A trial whose process was killed so often will be killed again, such as for want of memory.
_MOST_KILLS = 3


def search(config: SearchCommandConfig) -> int:
    """Run the trials that are missing, and tell which stand out."""
    from smm_voice.tracking.store import open_store
    from smm_voice.training import spread
    from smm_voice.training.lesson import MOST_VALIDATION
    from smm_voice.training.precision import choose

    spread.count(config.training.distributed)
    workspace = Workspace.of(config)
    brand = config.brand
    dataset = dataset_of(brand, config.references, config.dataset, workspace)
    describe(dataset)
    language = primary(config.evaluation.language or brand.languages[0])
    stopping = min(MOST_VALIDATION, len(dataset.splits["validation"]))
    rehearsal = rehearse(dataset, language, config.evaluation.briefs, stopping)
    base = prepare(config.model)
    runs = workspace.runs / brand.name
    examiner = Examiner(
        rehearsal, brand, config.model, base, config.generation, config.evaluation,
        choose(config.training.precision).name, workspace.repository, outcome.kept(runs),
    )  # fmt: skip
    space, wanted = dimensions(config), objectives(config.search)
    sheet = digest_of(workspace.repository / brand.facts if brand.facts else None) or ""
    key = study_key(
        config, dataset.fingerprint, base.identity, examiner.briefs, space, wanted, sheet
    )
    with _only_one(runs / FOLDER / key), failing.in_words(workspace.root):
        store = open_store(config.tracking, workspace, brand.name, brand.title)
        study = Study(runs / FOLDER / key, config.search, space, wanted)
        _tell_begun(study, key, runs / FOLDER, config.search.trials)
        judging = _judging(examiner, rehearsal, wanted, stopping, config)
        bench = Bench(rehearsal, base, store, examiner, wanted, config.search.floors)
        return _Search(config, workspace, key, space, study, bench, judging).run()


@dataclass(frozen=True)
class _Search:
    """A start of a search.

    Attributes:
        config: of the command.
        workspace: where everything lies.
        key: of the study.
        space: what is varied.
        study: the trials.
        bench: tests a trial.
        judging: by what.
    """

    config: SearchCommandConfig
    workspace: Workspace
    key: str
    space: list[Dimension]
    study: Study
    bench: Bench
    judging: Judging

    def run(self) -> int:
        """Every trial that is missing, in the search's own run."""
        from smm_voice.tracking import run as tracking
        from smm_voice.tracking import searches

        brand, store = self.config.brand, self.bench.store
        for run_id in tracking.mark_killed(store, self._runs):
            say(f"Run {run_id} was killed; it is marked FAILED")
        tags = {
            "smm.dataset_fingerprint": self.bench.dataset.fingerprint,
            "smm.git_sha": commit(self.workspace.repository),
        }
        name = f"search {self.key[:6]} of {brand.name}"
        earlier = self.study.remembered(_RUN)
        with searches.whole(store, name, self._runs, self.key, earlier, tags) as run:
            if run.id != earlier:
                search_outcome.log_inputs(run, self._story(), self.config)
                self.study.remember(_RUN, run.id)
            self._propose_current()
            while len(self.study.tried()) < self.config.search.trials:
                ended = self._trial(run.id)
                say(search_words.line(ended, self.config.search.trials, self.bench.wanted))
                search_outcome.log_trial(run, ended)
                search_outcome.log(run, store, self._story())
            story = self._story()
            search_outcome.show(story, search_outcome.log(run, store, story))
            if not story.outcome.front:
                raise SmmVoiceError(
                    f"all {len(story.tried)} trials of the search failed, the last one: "
                    f"{story.tried[-1].failure}"
                )
        return 0

    def _story(self) -> Story:
        known = self.config
        return Story(
            brand=known.brand.name,
            title=known.brand.title,
            key=self.key,
            space=self.space,
            wanted=self.bench.wanted,
            tried=self.study.tried(),
            trials=known.search.trials,
            judging=self.judging,
            typed=known.typed,
            facts={
                "study": self.key,
                "sampler": f"{known.search.sampler}, seed {known.search.seed}",
                "dataset": self.bench.dataset.fingerprint,
                "base model": f"{known.model.name} ({self.bench.base.digest[:12]})",
                "commit": commit(self.workspace.repository),
                "axes that no trial may fail": ", ".join(known.search.floors) or "none",
            },
        )

    @property
    def _runs(self) -> Path:
        return self.workspace.runs / self.config.brand.name

    def _propose_current(self) -> None:
        """What is configured comes first, so that the search says whether anything beats it."""
        own = current(self.config, self.space)
        outside = [each.key for each in self.space if not each.holds(own[each.key])]
        if not outside:
            self.study.propose(own)
        elif not self.study.tried():
            say(f"The configuration's own {', '.join(outside)} lies outside of the space: it is "
                "not among the trials")  # fmt: skip

    def _trial(self, parent: str) -> Tried:
        begun = self.study.next()
        if begun.cut:
            say(f"Trial {begun.number} was cut off, and goes on")
        if begun.kills >= _MOST_KILLS:
            return self._failed(
                begun, f"its process was killed {begun.kills} times, perhaps for want of memory"
            )
        twin = self.study.same(begun)
        if twin is not None:
            return self.study.finish(begun.number, twin.scores, twin.fallen, twin.run, twin.number)
        reason = ""
        started = time.monotonic()
        try:
            attempt = self._test(begun, parent)
        except BaseException as error:
            seconds = begun.seconds + time.monotonic() - started
            if self._ends_all(error):
                self.study.interrupted(begun, seconds)
                raise
            if not isinstance(error, SmmVoiceError):
                log.exception("Trial %d failed unexpectedly", begun.number)
            reason = " ".join(str(error).split()) or type(error).__name__
        self.study.spent(begun.number, begun.seconds + time.monotonic() - started)
        if reason:
            release()  # not in `except`: the error's frames hold the model
            return self._failed(begun, reason)
        return self.study.finish(begun.number, attempt.scores, attempt.fallen, attempt.run)

    def _ends_all(self, error: BaseException) -> bool:
        """Whether no other trial would fare better: stopped by hand, a full disk, no store."""
        if not isinstance(error, Exception) or isinstance(error, LockHeldError | UnfitModelError):
            return True
        return failing.of_surroundings(error, self.workspace.root)

    def _test(self, begun: Begun, parent: str) -> Attempt:
        from smm_voice.tracking.searches import of_trial

        config = applied(self.config, begun.values)
        tags = of_trial(self.key, begun.number, parent)
        return self.bench.test(config, begun.number, begun.values, tags)

    def _failed(self, begun: Begun, reason: str) -> Tried:
        from smm_voice.tracking.searches import newest_of_trial

        run = newest_of_trial(self.bench.store, self.key, begun.number)
        return self.study.fail(begun.number, reason, run)


def _judging(
    examiner: Examiner, rehearsal: Rehearsal, wanted: list[Objective], stopping: int,
    config: SearchCommandConfig,
) -> Judging:  # fmt: skip
    """What trials are judged by; people's own posts are judged first.

    Raises:
        InputError: an objective has no value even for them: no trial could have one.
    """
    people = examiner.people
    try:
        check_measured(people, wanted, "people's own posts")
    except SmmVoiceError as error:
        raise InputError(f"brand {config.brand.name} cannot be searched for: {error}") from None
    judged = set(examiner.briefs)
    seen = {each.id for each in rehearsal.splits["validation"][-stopping:]}
    return Judging(
        briefs=len(judged), shared=len(judged & seen), stopping=stopping,
        people={each.metric: people[each.metric] for each in wanted},
        confidence=config.evaluation.confidence, floors=config.search.floors,
    )  # fmt: skip


def _tell_begun(study: Study, key: str, home: Path, trials: int) -> None:
    if study.remembered(_RUN):
        say(f"Going on with study {key}: {len(study.tried())} of {trials} trials have ended")
        return
    others = sum(path.is_dir() and path.name != key for path in home.iterdir())
    beside = f"; beside {others} of other data, spaces, objectives or settings" if others else ""
    say(f"A new study, {key}{beside}")


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(str(folder / ".lock"), timeout=0):
            yield
    except Timeout:
        raise LockHeldError(
            f"the same search (study {folder.name}) is running at the moment; wait for it, or "
            "change something, such as search.seed"
        ) from None
