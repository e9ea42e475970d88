"""The charts of an evaluation: voice, fluency, sameness, versions, drift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from smm_voice.evaluation.run import Evaluation
from smm_voice.messages import number, say
from smm_voice.metrics.base import Score
from smm_voice.metrics.homogeneity.components import ALARM
from smm_voice.report import chart
from smm_voice.report.figures import arm_name, logged
from smm_voice.report.given import DriftSeries

VOICE, FLUENCY, SAMENESS = "voice/style_index", "fluency/bits_per_byte_ratio", "homogeneity/ratio"
Earlier = Sequence[tuple[str, Mapping[str, Score]]]
_NONE = Score(None)


def arm_rows(evaluation: Evaluation, metric: str, language: str) -> list[chart.Row]:
    """One line an arm that was asked for the metric."""
    return [
        chart.Row(
            arm_name(arm, language), scores[metric], chart.COLOURS.get(arm, chart.OTHER),
            logged(metric, arm, evaluation.subject),
        )
        for arm, scores in evaluation.arms.items()
        if metric in scores
    ]  # fmt: skip


def voice(evaluation: Evaluation, language: str) -> str:
    """Every arm between other brands and the brand."""
    rows = arm_rows(evaluation, VOICE, language)
    told = ", ".join(
        say("chart-arm-alt", language, arm=arm_name(arm, language),
            voice=_told(s.get(VOICE), language), fluency=_told(s.get(FLUENCY), language))
        for arm, s in evaluation.arms.items()
    )  # fmt: skip
    scale = say("chart-voice-scale", language, brand=evaluation.brand)
    told = say("chart-voice-alt", language, arms=told) + f" {scale}."
    return chart.intervals("voice", rows, language, scale, (0, 1), told)


def fluency(evaluation: Evaluation, language: str) -> str | None:
    """Every arm beside human posts; None where nothing was judged."""
    rows = arm_rows(evaluation, FLUENCY, language)
    if all(row.score.value is None for row in rows):
        return None
    scale = say("chart-fluency-scale", language)
    return chart.intervals("fluency", rows, language, scale, (1,), _rows_told(
        "chart-fluency", rows, language))  # fmt: skip


def sameness(evaluation: Evaluation, language: str) -> str | None:
    """How alike the posts of every arm are; None where nothing was measured."""
    rows = arm_rows(evaluation, SAMENESS, language)
    if all(row.score.value is None for row in rows):
        return None
    values = ", ".join(_row_told(row, language) for row in rows)
    told = say("chart-variety-alt", language, arms=values)
    return chart.intervals(
        "sameness", rows, language, say("chart-variety", language), (1,), told, ALARM
    )


def versions(
    evaluation: Evaluation, earlier: Earlier, language: str
) -> tuple[str, str | None] | None:
    """Voice and sameness of the versions before and of this one; None where there are none."""
    if not earlier:
        return None
    this = (say("this-version", language), evaluation.arms[evaluation.subject])
    drawn: list[str | None] = []
    for name, metric, scale, anchors, alarm in (
        ("versions-voice", VOICE,
         say("chart-voice-scale", language, brand=evaluation.brand), (0, 1), None),
        ("versions-sameness", SAMENESS, say("chart-variety", language), (1,), ALARM),
    ):  # fmt: skip
        rows = [
            chart.Row(
                label, scores.get(metric, _NONE),
                chart.COLOURS["candidate"] if scores is this[1] else chart.OTHER,
                logged(metric, evaluation.subject, evaluation.subject)
                if scores is this[1] else None,
            )
            for label, scores in (*earlier, this)
        ]  # fmt: skip
        told = ", ".join(_row_told(row, language) for row in rows)
        told = say("chart-versions-alt", language, versions=told)
        measured = any(row.score.value is not None for row in rows)
        drawn.append(
            chart.intervals(name, rows, language, scale, anchors, told, alarm) if measured else None
        )
    return (drawn[0], drawn[1]) if drawn[0] else None


def drift(series: Sequence[DriftSeries], language: str) -> list[tuple[str, str]]:
    """Name and picture of each series with points."""
    return [
        (each.name, chart.lines(f"drift-{place}", each, language, say(
            "chart-drift-alt", language, series=each.name,
            points=", ".join(f"{day} {number(value, language)}" for day, value in each.points))))
        for place, each in enumerate(series)
        if each.points
    ]  # fmt: skip


def _rows_told(message: str, rows: Sequence[chart.Row], language: str) -> str:
    values = ", ".join(_row_told(row, language) for row in rows)
    return say("chart-value-alt", language, arm=say(message, language), value=values)


def _row_told(row: chart.Row, language: str) -> str:
    value = _told(row.score, language)
    return say("chart-value-alt", language, arm=row.label, value=value)


def _told(score: Score | None, language: str) -> str:
    if score is None or score.value is None:
        return say("chart-no-value", language)
    return number(score.value, language)
