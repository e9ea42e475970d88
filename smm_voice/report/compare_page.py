"""A comparison of two runs as a page, as Markdown and as plain values. Every text is escaped."""

from __future__ import annotations

import dataclasses
import html
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from smm_voice.evaluation.comparison import HEADLINES, OF_STRATA, Row, RunComparison, Stratum
from smm_voice.report import compare_words as words
from smm_voice.report.compare_chart import forest
from smm_voice.text.templates import template

_TEMPLATE = Path(__file__).with_name("compare.html.jinja")


def page(comparison: RunComparison, links: Mapping[str, str]) -> str:
    """The whole comparison as one HTML file: no script, nothing loaded from elsewhere.

    Args:
        comparison: the outcome.
        links: name → address, of what else there is to see.
    """
    headline = [row for row in comparison.rows if row.metric in HEADLINES]
    further = [row for row in comparison.rows if row.metric not in HEADLINES]
    return template(_TEMPLATE).render(
        c=comparison,
        w=words.page(comparison),
        names=words.names(comparison),
        verdict=words.verdict(comparison),
        chart=forest(headline) if headline else "",
        headline=[cells(row) for row in headline],
        further=[cells(row) for row in further],
        columns=[words.TITLES[name] for name in OF_STRATA],
        strata=[_stratum(stratum) for stratum in comparison.strata],
        regressions=words.regressions(comparison),
        left_out=words.left_out(comparison),
        method=words.method(comparison),
        links=links,
    )


def markdown(comparison: RunComparison) -> str:
    """Verdict and table, for places that show Markdown."""
    first, second = (_plain_cell(name) for name in words.names(comparison))
    lines = [
        f"**{_plain_cell(words.verdict(comparison))}**",
        "",
        f"A: {first}; B: {second}",
        "",
        "| | A | B | A − B (interval) | p (Holm) | n | smallest seen | A is |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in comparison.rows:
        if row.metric in HEADLINES:
            each = cells(row)
            lines.append(
                f"| {each['title']} `{row.metric}` | {each['first']} | {each['second']} | "
                f"{each['difference']} | {each['adjusted']} | {each['n']} | "
                f"{each['detectable']} | {each['outcome']} |"
            )
    worse = words.regressions(comparison)
    if worse:
        lines += ["", "Worse on some briefs:", "", *(f"- {_plain_cell(each)}" for each in worse)]
    return "\n".join(lines) + "\n"


def as_json(comparison: RunComparison) -> dict[str, Any]:
    """Everything as plain values, the verdict among them."""
    first, second = words.names(comparison)
    return {
        "verdict": words.verdict(comparison),
        "names": {"first": first, "second": second},
        "family": dict(HEADLINES),
        **dataclasses.asdict(comparison),
    }


def cells(row: Row) -> dict[str, str]:
    """A row as a person reads it."""
    return {
        "title": words.TITLES.get(row.metric, ""),
        "metric": row.metric,
        "best": row.best if isinstance(row.best, str) else f"{row.best:g}",
        "first": words.plain(row.first),
        "second": words.plain(row.second),
        "difference": words.difference(row),
        "p": words.probability(row.gain.p),
        "adjusted": words.probability(row.p_adjusted),
        "n": str(row.gain.n),
        "detectable": words.plain(row.detectable),
        "kind": row.outcome,
        "outcome": words.OUTCOMES[row.outcome],
    }


def _stratum(stratum: Stratum) -> dict[str, Any]:
    by_metric = {row.metric: row for row in stratum.rows}
    return {
        "dimension": stratum.dimension,
        "label": stratum.label,
        "n": stratum.n,
        "cells": [
            cells(by_metric[name])
            if name in by_metric
            else {"missing": _short(stratum.left_out.get(name))}
            for name in OF_STRATA
        ],
    }


def _short(reason: str | None) -> str:
    return words.TOO_FEW if reason and reason.startswith("too few") else "–"


def _plain_cell(text: str) -> str:
    """A text that ends no cell, begins no markup and no line of its own."""
    text = html.escape(text, quote=False)
    for character in "\\`*_[]|":
        text = text.replace(character, f"\\{character}")
    return " ".join(text.split())
