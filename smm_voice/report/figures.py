"""Numbers of the report: each names itself as it is named in MLflow."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from markupsafe import Markup, escape

from smm_voice.evaluation.run import Comparison, Evaluation, declared
from smm_voice.messages import Message, named, number, of_name, say
from smm_voice.metrics.base import Score

# Around the name and the words of a number inside a sentence, until the sentence is escaped.
_START, _MIDDLE, _END = "\ue000", "\ue001", "\ue002"
_MARKED = re.compile(f"{_START}([^{_START}-{_END}]*){_MIDDLE}([^{_START}-{_END}]*){_END}")


def logged(name: str, arm: str, subject: str, part: str = "") -> str:
    """Name of an arm's value in MLflow; `part` is `_ci_low`, `_ci_high` or nothing."""
    return f"{name}{part}" + ("" if arm == subject else f".{arm}")


def figure(name: str, shown: str) -> Markup:
    """A number as an element that names it."""
    return Markup('<span data-metric="{}">{}</span>').format(name, shown)


def rich(message: str | Message, language: str, **values: Any) -> Markup:
    """A message as HTML in which the numbers that are logged name themselves."""
    return with_names(say(message, language, mark, **values))


def mark(words: str, name: str) -> str:
    """What `say` is to make of a number that is logged."""
    return f"{_START}{name}{_MIDDLE}{words}{_END}"


def with_names(text: str) -> Markup:
    """A text with marked numbers as HTML."""
    told = r'<span data-metric="\1">\2</span>'
    return Markup(_MARKED.sub(told, str(escape(text))))  # noqa: S704


def score(found: Score | None, name: str, arm: str, subject: str, language: str) -> Markup:
    """A value with its interval, or a dash; INVALID stays visible."""
    if found is None or found.value is None:
        invalid = found is not None and any(w.startswith("INVALID") for w in found.warnings)
        return Markup('<span class="soft">{}</span>').format(
            say("invalid", language) if invalid else "–"
        )
    value = figure(logged(name, arm, subject), number(found.value, language))
    # An anchor of the scale has no width: it is what the rest is measured by.
    if found.ci_low is None or found.ci_high is None or found.ci_low == found.ci_high:
        return value
    ends = [
        figure(logged(name, arm, subject, part), number(end, language))
        for part, end in (("_ci_low", found.ci_low), ("_ci_high", found.ci_high))
    ]
    return Markup('{}<br><small class="interval">{} {} {}</small>').format(
        value, ends[0], say("interval-joint", language), ends[1]
    )


def label(metric: str, language: str) -> str:
    """Short name of a metric; its name where it has none."""
    return named("short", metric, language)


def score_rows(
    evaluation: Evaluation, language: str, names: Iterable[str] | None = None,
    arms: Iterable[str] | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    """One entry a metric with a value in any of the arms: name, label, explanation, best, cells."""
    known = declared(evaluation.arms)
    columns = list(arms) if arms is not None else list(evaluation.arms)
    rows = []
    for name in known if names is None else names:
        found = [evaluation.arms[arm].get(name) for arm in columns]
        if name not in known or not any(s and (s.value is not None or s.warnings) for s in found):
            continue
        if all(s is None or s.value is None for s in found) and not any(_invalid(s) for s in found):
            continue
        best = known[name].best
        rows.append(
            {
                "name": name,
                "label": label(name, language),
                "explanation": named("metric", name, language, known[name].explanation),
                "best": say(of_name("best", best), language)
                if isinstance(best, str)
                else number(best, language, 0 if best == int(best) else 1),
                "cells": [
                    score(s, name, arm, evaluation.subject, language)
                    for arm, s in zip(columns, found, strict=True)
                ],
            }
        )
    return rows


def comparison_rows(comparisons: Iterable[Comparison], language: str) -> list[dict[str, Any]]:
    """One entry a difference: metric, arms, difference with interval, p."""

    def shown(c: Comparison, part: str, value: float | None, places: int = 2) -> Markup:
        if value is None:
            return Markup("–")
        name = f"{c.metric}{part}.minus_{c.second}"
        return figure(name, number(value, language, places, sign=not part.startswith("_p")))

    joint = say("interval-joint", language)
    return [
        {
            "metric": c.metric,
            "label": label(c.metric, language),
            "pair": f"{arm_name(c.first, language)} − {arm_name(c.second, language)}",
            "difference": shown(c, "", c.difference.value),
            "interval": Markup("{} {} {}").format(
                shown(c, "_ci_low", c.difference.low), joint,
                shown(c, "_ci_high", c.difference.high),
            ),
            "p": shown(c, "_p", c.difference.p, 3),
            "adjusted": shown(c, "_p_holm", c.p_adjusted, 3),
        }
        for c in comparisons
    ]  # fmt: skip


def arm_name(arm: str, language: str) -> str:
    """An arm as a heading."""
    return named("arm", arm, language)


def _invalid(found: Score | None) -> bool:
    return found is not None and any(w.startswith("INVALID") for w in found.warnings)
