"""The run that sums up a retraining of many brands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from smm_voice.commands.console import say
from smm_voice.commands.sweep import Outcome, table
from smm_voice.config import RetrainConfig, Workspace
from smm_voice.evaluation.provenance import commit


def summarise(config: RetrainConfig, outcomes: Sequence[Outcome]) -> None:
    """Log one run in the experiment `All brands`: how each brand's job ended.

    Args:
        config: of any of the jobs; where they are tracked.
        outcomes: one a brand, those that never began among them.
    """
    from smm_voice.tracking import links, sweeps

    if config.dry_run:
        return
    workspace = Workspace.of(config)
    columns: dict[str, list[Any]] = {
        "brand": [each.brand for each in outcomes],
        "outcome": [each.words for each in outcomes],
        "exit status": [each.status for each in outcomes],
        "seconds": [round(each.seconds, 1) for each in outcomes],
        "why": [each.message for each in outcomes],
    }
    store, run_id = sweeps.log(
        config.tracking, workspace, columns, table(outcomes), commit(workspace.repository)
    )
    say(f"All brands: {links.run_page(store, run_id)}")
