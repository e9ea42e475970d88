"""Two arms of finished evaluations, brief by brief: what is shown, and what is not.

Nothing is generated or scored again: the values of each brief stand in the evaluations' records.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from smm_voice import metrics
from smm_voice.errors import InputError
from smm_voice.evaluation import comparable
from smm_voice.evaluation import paired as pairing
from smm_voice.evaluation.comparison import (
    ALIKE,
    CLOSENESS,
    HEADLINES,
    INDEX,
    OF_STRATA,
    Outcome,
    Row,
    RunComparison,
    Side,
    Stratum,
)
from smm_voice.evaluation.paired import Settings
from smm_voice.evaluation.run import Evaluation, declared
from smm_voice.evaluation.strata import LEAST
from smm_voice.metrics.base import Reference, Score
from smm_voice.metrics.homogeneity import versions as homogeneity
from smm_voice.statistics import holm, non_inferior

# A family of sixty needs p down to .0008: draws enough to reach it.
_STRATA_RESAMPLES = 9_999


def compare_runs(
    first: Evaluation,
    second: Evaluation,
    sides: tuple[Side, Side],
    alike: Reference | str,
    seed: int = 0,
) -> RunComparison:
    """Compare an arm of one evaluation with an arm of another, or of the same.

    Args:
        first: the evaluation that holds the arm in question.
        second: the one that holds its rival.
        sides: names of both; their arms have to be there.
        alike: language, training posts and encoder, for the variety of whole sets; or why there
            are none, and variety is left out.
        seed: of every draw.

    Raises:
        InputError: the evaluations do not compare, or have no such arm.
    """
    comparable.check(first, second)
    a, b = _arm(first, sides[0]), _arm(second, sides[1])
    confidence = float(first.provenance.get("confidence") or 0.95)
    settings = Settings(confidence, int(first.provenance.get("resamples") or 2000), seed)
    known = declared({"first": a, "second": b})
    left_out = dict.fromkeys(comparable.alone(first, second), "measured in one of the two alone")
    rows = []
    for name, metric in known.items():
        if name in left_out or name not in a or name not in b:
            continue
        reason = _missing(a[name], b[name])
        if name not in metrics.METRICS:
            left_out[name] = "asked of the model itself, not of its answers: see each run"
        elif reason:
            left_out[name] = reason
        elif name in (INDEX, CLOSENESS):
            rows.append(_voice(name, a, b, first.arms, settings))
        else:
            found = pairing.paired(a[name].per_item, b[name].per_item, metric.best, settings)
            if found is None:
                left_out[name] = "fewer than two briefs where both have a value"
            else:
                rows.append(_row(name, metric.best, a[name].value, b[name].value, found))
    if isinstance(alike, str):
        left_out[ALIKE] = alike
    else:
        texts = first.texts[sides[0].arm], second.texts[sides[1].arm]
        settled = dataclasses.replace(
            alike, human=tuple(first.texts["human"]), confidence=confidence,
            resamples=settings.resamples, seed=seed,
        )  # fmt: skip
        difference = homogeneity.difference(*texts, settled)
        if difference is None:
            left_out[ALIKE] = "fewer than ten briefs that both answer"
        else:
            found = pairing.of_difference(difference, confidence)
            rows.append(_row(ALIKE, "lower", None, None, found))
    order = list(HEADLINES)
    rows.sort(key=lambda row: order.index(row.metric) if row.metric in order else len(order))
    rows = [dataclasses.replace(row, margin=HEADLINES.get(row.metric)) for row in rows]
    rows = _judged(rows, [row for row in rows if row.metric in HEADLINES], confidence)
    # They answer the same briefs, so a label of the one holds for the other.
    grouped = {**second.strata, **first.strata}
    strata = _strata(grouped, first.arms, a, b, confidence, seed)
    return RunComparison(
        brand=first.brand,
        first=sides[0],
        second=sides[1],
        briefs=len(first.texts["human"]),
        confidence=confidence,
        identical=_wrote(first, sides[0]) == _wrote(second, sides[1]),
        rows=rows,
        strata=strata,
        regressions=[(s, row) for s in strata for row in s.rows if row.outcome == "worse"],
        left_out=left_out,
        remarks=comparable.remarks(first, second),
    )


def _arm(evaluation: Evaluation, side: Side) -> Mapping[str, Score]:
    if side.arm not in evaluation.arms:
        listed = ", ".join(evaluation.arms)
        raise InputError(f"run {side.run} has no arm {side.arm!r}; it has: {listed}")
    briefs = len(evaluation.texts["human"])
    for name, score in evaluation.arms[side.arm].items():
        if name in metrics.METRICS and len(score.per_item) not in (0, briefs):
            raise InputError(
                f"run {side.run} is no whole evaluation: {name} of {side.arm} has "
                f"{len(score.per_item)} values for {briefs} briefs"
            )
    return evaluation.arms[side.arm]


def _wrote(evaluation: Evaluation, side: Side) -> list[str]:
    return [item.text for item in evaluation.texts[side.arm]]


def _missing(a: Score, b: Score) -> str | None:
    """Why two scores give no difference."""
    for score in (a, b):
        if score.value is None:
            return score.warnings[0] if score.warnings else "no data"
    if not a.per_item or not b.per_item:
        return "measured on a set as a whole: it has no value for each brief"
    return None


def _voice(
    name: str,
    a: Mapping[str, Score],
    b: Mapping[str, Score],
    arms: Mapping[str, Mapping[str, Score]],
    settings: Settings,
) -> Row:
    """Index and closeness, with floor and ceiling drawn again as in the evaluation itself."""
    best = metrics.METRICS[name].best
    ours, theirs, human, floor = (
        pairing.values(scores[INDEX]) for scores in (a, b, arms["human"], arms["floor"])
    )
    found = pairing.anchored(ours, theirs, human, floor, settings)
    chosen = found[INDEX] if name == INDEX else found[CLOSENESS]
    return _row(name, best, a[name].value, b[name].value, chosen)


def _row(
    metric: str, best: str | float, a: float | None, b: float | None, found: pairing.Paired
) -> Row:
    return Row(metric, best, a, b, found.difference, found.gain, None, found.detectable, None)


def _judged(rows: Sequence[Row], family: Sequence[Row], confidence: float) -> list[Row]:
    """With p by Holm within the family, and what each row shows."""
    adjusted = dict(zip(map(id, family), holm([row.gain.p for row in family]), strict=True))
    return [
        dataclasses.replace(
            row,
            p_adjusted=adjusted.get(id(row)),
            outcome=_outcome(row, adjusted.get(id(row), row.gain.p), confidence),
        )
        for row in rows
    ]


def _outcome(row: Row, p: float, confidence: float) -> Outcome:
    low, high = row.gain.low, row.gain.high
    if low is None or high is None:
        return "not shown"
    # Interval and test, both: neither a wide interval nor a lucky p alone makes a claim.
    if p <= 1 - confidence + 1e-12:
        if low > 0:
            return "better"
        if high < 0:
            return "worse"
    # Where no brief differs the interval is a point: of what it has not seen it says nothing, and
    # three in n is what it may have missed (Hanley and Lippman-Hand 1983).
    varied = row.difference.low != row.difference.high
    certain = varied or 3 / row.gain.n <= (row.margin or 0.0)
    if row.margin is not None and certain and non_inferior(row.gain, row.margin):
        return "no worse"
    return "not shown"


def _strata(
    grouped: Mapping[str, Sequence[str]],
    arms: Mapping[str, Mapping[str, Score]],
    a: Mapping[str, Score],
    b: Mapping[str, Score],
    confidence: float,
    seed: int,
) -> list[Stratum]:
    """Every group of every dimension that divides the briefs at all."""
    settings = Settings(confidence, _STRATA_RESAMPLES, seed)
    found = []
    for dimension, labels in grouped.items():
        if len(set(labels)) < 2:
            continue
        for label in sorted(set(labels), key=lambda each: (-list(labels).count(each), each)):
            places = [i for i, each in enumerate(labels) if each == label]
            found.append(_stratum(dimension, label, places, a, b, arms, settings))
    family = [row for stratum in found for row in stratum.rows]
    judged = iter(_judged(family, family, confidence))
    return [dataclasses.replace(s, rows=[next(judged) for _ in s.rows]) for s in found]


def _stratum(
    dimension: str,
    label: str,
    places: Sequence[int],
    a: Mapping[str, Score],
    b: Mapping[str, Score],
    arms: Mapping[str, Mapping[str, Score]],
    settings: Settings,
) -> Stratum:
    rows: list[Row] = []
    left_out: dict[str, str] = {}
    few = f"too few briefs: {LEAST} are needed"
    for name in OF_STRATA:
        if name not in a or name not in b:
            continue
        missing = _missing(a[name], b[name])
        if missing:
            left_out[name] = missing
            continue
        if len(places) < LEAST:
            left_out[name] = few
            continue
        best = metrics.METRICS[name].best
        if name == CLOSENESS:
            ours, theirs, human = (
                pairing.values(side[INDEX])[list(places)] for side in (a, b, arms["human"])
            )
            floor = pairing.values(arms["floor"][INDEX])
            anchored = pairing.anchored_in_group(ours, theirs, human, floor, settings)
            if anchored is None:
                left_out[name] = "the brand's posts of this group stand out from no other brand's"
            else:
                closeness, levels = anchored
                rows.append(_row(name, best, *levels, closeness))
            continue
        first, second = ([score.per_item[i] for i in places] for score in (a[name], b[name]))
        both = [
            (x, y) for x, y in zip(first, second, strict=True) if x is not None and y is not None
        ]
        found = pairing.paired(first, second, best, settings) if len(both) >= LEAST else None
        if found is None:
            left_out[name] = few
        else:
            ours_mean, theirs_mean = np.mean(both, axis=0).tolist()
            rows.append(_row(name, best, ours_mean, theirs_mean, found))
    return Stratum(dimension, label, len(places), rows, left_out)
