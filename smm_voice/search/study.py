"""The study: everything that knows Optuna.

It lies in one SQLite file, in which every step is whole or not there. A sampler is made anew for
each trial, with a seed of its own: a search that was stopped goes on with the very trials that it
would have had.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import logging
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from smm_voice import metrics
from smm_voice.config import SearchCommandConfig, SearchConfig
from smm_voice.dataset.prompts import PROMPT_VERSION
from smm_voice.metrics.base import Score
from smm_voice.search.objectives import Objective, Tried
from smm_voice.search.space import GROUPS, Dimension
from smm_voice.training.key import DRAWING, decisive, draws

log = logging.getLogger(__name__)

FILE = "study.db"
_NAME = "search"
# Attributes of a trial and of the study.
_SCORES, _FALLEN, _FAILURE, _RUN, _SECONDS, _SAME, _STARTS = (
    "scores", "fallen", "failure", "run", "seconds", "same_as", "starts",
)  # fmt: skip
# Digits of a number on a grid: 0.7, where sums of steps come to 0.7000000000000001.
_DIGITS = 12


def study_key(
    config: SearchCommandConfig,
    fingerprint: str,
    base: str,
    judged: Sequence[str],
    space: Sequence[Dimension],
    objectives: Sequence[Objective],
    facts: str,
) -> str:
    """Equal for searches whose trials may stand in one study; 12 hexadecimal digits.

    Not part of it: how many trials there are to be, and whatever changes no value.

    Args:
        config: of the search.
        fingerprint: of the dataset.
        base: identity of the base model.
        judged: ids of the briefs that judge.
        space: what is varied.
        objectives: what is wanted.
        facts: digest of the fact sheet.
    """
    search = config.search
    varied = {each.key for each in space}
    drawn = draws(config.lora, config.training) or not varied.isdisjoint(DRAWING)
    parts = {
        "dataset": fingerprint,
        "base": base,
        "brand": config.brand.title,
        "facts": facts,
        "prompts": PROMPT_VERSION,
        "judged": list(judged),
        "space": sorted((dataclasses.asdict(each) for each in space), key=lambda d: d["key"]),
        "objectives": [
            [dataclasses.asdict(each), metrics.METRICS[each.metric].version] for each in objectives
        ],
        "floors": sorted(search.floors),
        "sampler": [search.sampler, search.startup, search.seed],
        "fixed": {group: dataclasses.asdict(getattr(config, group)) for group in GROUPS}
        | {"training": decisive(config.training, drawn)},
        "evaluation": dataclasses.asdict(config.evaluation),
    }
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Begun:
    """A trial to be run.

    Attributes:
        number: from 0.
        values: key → value.
        cut: whether an earlier start had begun it.
        kills: how often its process has ended without a word.
        seconds: that earlier starts have spent on it, those that were killed aside.
    """

    number: int
    values: Mapping[str, Any]
    cut: bool
    kills: int = 0
    seconds: float = 0.0


class Study:
    """A study on disk; whoever opens it holds its lock."""

    def __init__(
        self, folder: Path, config: SearchConfig, space: Sequence[Dimension],
        objectives: Sequence[Objective],
    ) -> None:  # fmt: skip
        """Open it, or begin it.

        Args:
            folder: of the study alone.
            config: sampler and seed.
            space: what is varied.
            objectives: what is wanted.
        """
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        folder.mkdir(parents=True, exist_ok=True)
        self._config, self._space, self._objectives = config, list(space), list(objectives)
        self._storage = optuna.storages.RDBStorage(f"sqlite:///{folder / FILE}")
        self._study = optuna.create_study(
            storage=self._storage,
            study_name=_NAME,
            directions=[
                "maximize" if each.direction == "maximise" else "minimize" for each in objectives
            ],
            load_if_exists=True,
        )

    def remember(self, key: str, value: str) -> None:
        """Keep something with the study."""
        self._study.set_user_attr(key, value)

    def remembered(self, key: str) -> str | None:
        """What was kept under this name."""
        found = self._study.user_attrs.get(key)
        return None if found is None else str(found)

    def tried(self) -> list[Tried]:
        """The trials that have ended, in order."""
        from optuna.trial import TrialState

        ended = (TrialState.COMPLETE, TrialState.FAIL)
        return [self._tried(each) for each in self._study.get_trials(states=ended)]

    def propose(self, values: Mapping[str, Any]) -> None:
        """Have these values tried first; for a study without any trial."""
        if not self._study.get_trials(deepcopy=False):
            self._study.enqueue_trial(dict(values))

    def next(self) -> Begun:
        """The trial that was cut off, else a new one."""
        from optuna.trial import TrialState

        self._study.sampler = self._sampler()
        running = self._study.get_trials(states=(TrialState.RUNNING,))
        trial = self._live(running[0].number) if running else self._study.ask()
        values = {each.key: self._suggested(trial, each) for each in self._space}
        known = trial.user_attrs
        kills = int(known.get(_STARTS, 0))
        trial.set_user_attr(_STARTS, kills + 1)
        seconds = float(known.get(_SECONDS, 0.0))
        return Begun(trial.number, values, bool(running), kills, seconds)

    def same(self, begun: Begun) -> Tried | None:
        """A trial with scores of its own that had the very same values."""
        return next(
            (
                each for each in self.tried()
                if each.failure is None and each.same_as is None and each.values == begun.values
            ),
            None,
        )  # fmt: skip

    def spent(self, number: int, seconds: float) -> None:
        """Note how long a trial has taken so far."""
        self._live(number).set_user_attr(_SECONDS, seconds)

    def interrupted(self, begun: Begun, seconds: float) -> None:
        """Note that a trial stops for now, and was not killed."""
        from sqlalchemy.exc import SQLAlchemyError

        try:
            self.spent(begun.number, seconds)
            self._live(begun.number).set_user_attr(_STARTS, begun.kills)
        except (OSError, SQLAlchemyError) as error:  # the disk may be what is full
            log.warning("It could not be noted that trial %d stopped: %s", begun.number, error)

    def finish(
        self, number: int, scores: Mapping[str, Score], fallen: Sequence[str], run: str,
        same_as: int | None = None,
    ) -> Tried:  # fmt: skip
        """End a trial with its scores.

        Args:
            number: of the trial.
            scores: metric → Score, of the objectives; each has a value.
            fallen: axes of the floors that its posts fail.
            run: its MLflow run.
            same_as: the trial whose values and scores these are.
        """
        trial = self._live(number)
        plain = {name: scores[name].as_json() for name in (o.metric for o in self._objectives)}
        trial.set_user_attr(_SCORES, plain)
        trial.set_user_attr(_FALLEN, list(fallen))
        trial.set_user_attr(_RUN, run)
        # A start that died while it ended this trial may have left one.
        trial.set_user_attr(_FAILURE, None)
        if same_as is not None:
            trial.set_user_attr(_SAME, same_as)
        for axis in self._config.floors:
            trial.set_constraint(axis, 1.0 if axis in fallen else 0.0)
        values = [each.value(scores[each.metric]) for each in self._objectives]
        self._study.tell(trial, [float(value) for value in values if value is not None])
        return self._ended(number)

    def fail(self, number: int, reason: str, run: str) -> Tried:
        """End a trial without scores."""
        from optuna.trial import TrialState

        trial = self._live(number)
        trial.set_user_attr(_FAILURE, reason)
        trial.set_user_attr(_RUN, run)
        self._study.tell(trial, state=TrialState.FAIL)
        return self._ended(number)

    def _ended(self, number: int) -> Tried:
        return next(each for each in self.tried() if each.number == number)

    def _live(self, number: int) -> Any:
        """A running trial, also one that another process has begun."""
        from optuna.trial import Trial

        study = self._storage.get_study_id_from_name(_NAME)
        return Trial(
            self._study, self._storage.get_trial_id_from_study_id_trial_number(study, number)
        )

    def _sampler(self) -> Any:
        import optuna

        number = len(self.tried())
        # Not seed + number: the searches of neighbouring seeds would share their draws.
        seed = int(np.random.SeedSequence([self._config.seed, number]).generate_state(1)[0])
        if self._config.sampler == "random":
            return optuna.samplers.RandomSampler(seed=seed)
        if self._config.sampler == "nsga2":
            return optuna.samplers.NSGAIISampler(seed=seed, population_size=self._config.startup)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
            return optuna.samplers.TPESampler(
                seed=seed, n_startup_trials=self._config.startup, multivariate=True
            )

    def _suggested(self, trial: Any, dimension: Dimension) -> Any:
        if dimension.kind == "choice":
            return trial.suggest_categorical(dimension.key, dimension.choices)
        more: dict[str, Any] = {"log": dimension.log}
        if dimension.step is not None:
            more["step"] = dimension.step
        suggest = trial.suggest_int if dimension.kind == "whole" else trial.suggest_float
        return _plain(suggest(dimension.key, dimension.low, dimension.high, **more))

    def _tried(self, trial: Any) -> Tried:
        known = trial.user_attrs
        failure = known.get(_FAILURE)
        scores = {} if failure is not None else known.get(_SCORES, {})
        return Tried(
            number=trial.number,
            values={each.key: _plain(trial.params[each.key]) for each in self._space
                    if each.key in trial.params},
            scores={name: Score(**{**each, "warnings": tuple(each["warnings"])})
                    for name, each in scores.items()},
            fallen=tuple(known.get(_FALLEN, ())),
            failure=failure,
            seconds=float(known.get(_SECONDS, 0.0)),
            run=str(known.get(_RUN, "")),
            same_as=known.get(_SAME),
        )  # fmt: skip


def _plain(value: Any) -> Any:
    return round(value, _DIGITS) if isinstance(value, float) else value
