"""One trial of a search: a training, judged by validation briefs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smm_voice.commands.train import training
from smm_voice.config import TrainConfig
from smm_voice.dataset.rehearsal import Rehearsal
from smm_voice.errors import SmmVoiceError
from smm_voice.evaluation.arms import SUBJECT, rows_of
from smm_voice.evaluation.axes import failed
from smm_voice.evaluation.examiner import Examiner
from smm_voice.metrics.base import Score
from smm_voice.models.base import BaseModel
from smm_voice.report.search_words import shown, values
from smm_voice.search.objectives import Objective

if TYPE_CHECKING:
    from smm_voice.tracking.run import Run
    from smm_voice.tracking.store import Store

# Before the names of metrics: what was chosen by must not be mistaken for a result on test briefs.
PREFIX = "validation/"


@dataclass(frozen=True)
class Attempt:
    """A trial that has come to its end.

    Attributes:
        run: id of its MLflow run.
        scores: of everything.
        fallen: axes of the floors that its posts fail.
    """

    run: str
    scores: Mapping[str, Score]
    fallen: tuple[str, ...]


@dataclass(frozen=True)
class Bench:
    """What all trials of a search share.

    Attributes:
        dataset: without its test split.
        base: the prepared base model.
        store: of the brand.
        examiner: judges.
        wanted: the objectives.
        floors: axes on which a trial must not fail.
    """

    dataset: Rehearsal
    base: BaseModel
    store: Store
    examiner: Examiner
    wanted: Sequence[Objective]
    floors: Sequence[str]

    def test(
        self, config: TrainConfig, number: int, varied: Mapping[str, Any],
        tags: Mapping[str, object],
    ) -> Attempt:  # fmt: skip
        """Train and judge.

        Args:
            config: of the training, with the trial's values.
            number: of the trial.
            varied: those values, key → value.
            tags: of its run.

        Raises:
            SmmVoiceError: an objective has no value, or the training failed.
        """
        from smm_voice.tracking.searches import KIND_OF_TRIAL

        name = f"trial {number}"
        made = training(
            config, self.dataset, self.base, self.store, name, KIND_OF_TRIAL, tags, varied
        )
        with made as (run, trained):
            scores = self.examiner.examine(
                trained.adapter, config.generation, trained.precision.name, run.folder
            )
            check_measured(scores, self.wanted, "this trial's posts")
            fallen = failed(scores)
            attempt = Attempt(run.id, scores, tuple(axis for axis in self.floors if axis in fallen))
            self._log(run, attempt, varied)
        return attempt

    def _log(self, run: Run, attempt: Attempt, varied: Mapping[str, Any]) -> None:
        run.metrics(logged(attempt.scores, self.wanted))
        run.file(rows_of(run.folder, SUBJECT), "eval/rows")
        lines = [f"- {each.metric}: {shown(attempt.scores[each.metric])}" for each in self.wanted]
        fails = f"\n\nIts posts fail: {', '.join(attempt.fallen)}." if attempt.fallen else ""
        run.note(
            f"`{values(varied)}`\n\n" + "\n".join(lines) + fails
            + f"\n\nJudged by {len(self.examiner.briefs)} **validation** briefs: these numbers do "
            "not compare with those of runs that were judged on the test briefs."
        )  # fmt: skip


def check_measured(scores: Mapping[str, Score], wanted: Sequence[Objective], whose: str) -> None:
    """Let scores pass in which each objective has a value.

    Raises:
        SmmVoiceError: names the first that has none, and why.
    """
    for each in wanted:
        if each.value(scores[each.metric]) is None:
            why = "; ".join(scores[each.metric].warnings) or "no data"
            raise SmmVoiceError(f"{each.metric} has no value for {whose}: {why}")


def logged(scores: Mapping[str, Score], wanted: Sequence[Objective]) -> dict[str, float]:
    """The headline metrics and the objectives as MLflow metrics of a trial."""
    from smm_voice.tracking.names import HEADLINES, flatten

    names = (*HEADLINES, "factuality/brief_recall", *(each.metric for each in wanted))
    chosen = {name: scores[name] for name in dict.fromkeys(names)}
    return {f"{PREFIX}{k}": v for k, v in flatten({SUBJECT: chosen}, SUBJECT).items()}
