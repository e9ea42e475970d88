"""A start of the scheduled job: what it has at hand, and the model that it found in use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from smm_voice.config import RetrainConfig, Workspace
from smm_voice.retraining.outcome import Outcome

if TYPE_CHECKING:
    from smm_voice.tracking.registry import Version
    from smm_voice.tracking.run import Run
    from smm_voice.tracking.store import Store


@dataclass(frozen=True)
class InUse:
    """The model in use.

    Attributes:
        champion: that can be used; None where there is none.
        named: that the alias names, also where its files are lost: what came in since is held
            against what it had learned from.
    """

    champion: Version | None
    named: Version | None


@dataclass(frozen=True)
class Start:
    """What the stages of a start share.

    Attributes:
        config: of the job.
        workspace: where datasets are built; a scratch one in a dry run.
        store: of the brand; None where there is none yet, which only a dry run may find.
        now: the time of the job.
        outcome: stages, facts and reasons are noted in it.
        in_use: the champion.
        run: the job's run; None in a dry run, which logs nothing and loads no model.
    """

    config: RetrainConfig
    workspace: Workspace
    store: Store | None
    now: datetime
    outcome: Outcome
    in_use: InUse
    run: Run | None
