"""Groups of briefs in which the arm in question is held against each rival."""

from __future__ import annotations

import re

from smm_voice.evaluation.compare_runs import compare_runs
from smm_voice.evaluation.comparison import Side, Stratum
from smm_voice.evaluation.run import Evaluation
from smm_voice.evaluation.verdict import CLOSENESS
from smm_voice.report.given import Regression

_SHOWN = (CLOSENESS, "factuality/unsupported_rate")
_ANCHORS = ("human", "floor")
# What MLflow takes in a name, less the full stop, which divides its parts.
_NOT_IN_A_NAME = re.compile(r"[^\w -]", re.ASCII)
_LONGEST_GROUP = 80


def weak_groups(evaluation: Evaluation) -> list[Regression]:
    """Voice and facts without a source in each group, and every loss on another metric.

    Groups as `compare_runs` makes them: those with too few briefs are left out.
    """
    if not evaluation.strata or not all(evaluation.texts.get(arm) for arm in _ANCHORS):
        return []
    run = str(evaluation.provenance.get("run") or "")
    subject = Side(run, evaluation.subject, evaluation.subject)
    found = []
    for rival in evaluation.arms:
        if rival in (*_ANCHORS, evaluation.subject) or not evaluation.texts.get(rival):
            continue
        sides = (subject, Side(run, rival, rival))
        compared = compare_runs(evaluation, evaluation, sides, "groups only")
        found += [
            Regression(
                stratum.dimension, stratum.label, row.metric, rival, row.difference.value,
                row.difference.low, row.difference.high, row.difference.n,
                row.outcome == "worse", _logged(row.metric, rival, stratum),
            )
            for stratum in compared.strata
            for row in stratum.rows
            if row.metric in _SHOWN or row.outcome == "worse"
        ]  # fmt: skip
    return found


def _logged(metric: str, rival: str, stratum: Stratum) -> str:
    group = _NOT_IN_A_NAME.sub("_", stratum.label)[:_LONGEST_GROUP]
    return f"{metric}.minus_{rival}.{stratum.dimension}.{group}"
