"""The run in MLflow over all jobs of a sweep."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from smm_voice.commands.console import say
from smm_voice.commands.sweep import Outcome
from smm_voice.config import Workspace
from smm_voice.evaluation.provenance import commit

if TYPE_CHECKING:
    from smm_voice.tracking.run import Run
    from smm_voice.tracking.store import Store

# The gate's no is an answer as good as its yes.
_WELL = (0, 10)


class Parent:
    """Begun with the first job's configuration, ended with how all of them ended.

    A dry run has none, and a sweep whose jobs were given a parent keeps that one.
    """

    def __init__(self, name: str) -> None:
        self.id: str | None = None
        self._name = name
        self._open = ExitStack()
        self._made: tuple[Store, Run] | None = None

    def adopt(self, config: Any) -> Any:
        """The configuration of a job, its runs belonging to this one."""
        if getattr(config, "dry_run", False) or config.tracking.parent:
            return config
        if self._made is None:
            from smm_voice.tracking import sweeps

            workspace = Workspace.of(config)
            made = sweeps.start(
                config.tracking, workspace, self._name, commit(workspace.repository)
            )
            self._made = self._open.enter_context(made)
            self.id = self._made[1].id
        return dataclasses.replace(
            config, tracking=dataclasses.replace(config.tracking, parent=self.id)
        )

    def end(self, outcomes: Sequence[Outcome]) -> None:
        """Log how each job ended: FAILED where one failed or found its work being done already."""
        if self._made is None:
            return
        from smm_voice.tracking import links, sweeps

        store, run = self._made
        columns: dict[str, list[Any]] = {
            "brand": [each.brand for each in outcomes],
            "outcome": [each.words for each in outcomes],
            "exit status": [each.status for each in outcomes],
            "seconds": [round(each.seconds, 1) for each in outcomes],
            "why": [each.message for each in outcomes],
        }
        bad = [each for each in outcomes if each.status not in _WELL]
        failed = f"{len(bad)} of {len(outcomes)} jobs: {bad[0].words}" if bad else ""
        with self._open:
            sweeps.finish(run, columns, sweeps.settle(store, run.id), failed)
        say(f"All brands: {links.run_page(store, run.id)}")
