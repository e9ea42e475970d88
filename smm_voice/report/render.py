"""Evaluation → HTML and Markdown. Every text is escaped: posts are not to be trusted."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import regex

from smm_voice.evaluation import severity
from smm_voice.evaluation.run import Evaluation, declared
from smm_voice.metrics.base import Finding, Score
from smm_voice.report.chart import voice_scale
from smm_voice.report.words import explained

_MOST_POSTS = 20
_MOST_FINDINGS = 30


def html_report(evaluation: Evaluation, card: Mapping[str, Any]) -> str:
    """The whole report as one HTML file: no script, nothing loaded from elsewhere."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.jinja").render(
        evaluation=evaluation,
        chart=voice_scale(evaluation.arms, evaluation.brand),
        words=explained(
            evaluation.brand,
            evaluation.arms[evaluation.subject],
            evaluation.differing,
            len(evaluation.texts[evaluation.subject]),
        ),
        rows=score_rows(evaluation),
        comparisons=_comparisons(evaluation),
        posts=_posts(evaluation),
        findings=_findings(evaluation),
        card=card,
        warnings=_warnings(evaluation),
        provenance=json.dumps(evaluation.provenance, indent=2, default=str),
        quality=evaluation.provenance.get("voice_quality", {}),
    )


def markdown_table(evaluation: Evaluation) -> str:
    """Arms × metrics with intervals, as a Markdown table."""
    arms = list(evaluation.arms)
    lines = [f"| metric | {' | '.join(arms)} |", f"|---|{'---|' * len(arms)}"]
    lines += [f"| `{r['name']}` | {' | '.join(r['cells'])} |" for r in score_rows(evaluation)]
    return "\n".join(lines)


def markdown_report(evaluation: Evaluation) -> str:
    """Verdict and table, for places that show Markdown."""
    return f"**{evaluation.verdict}**\n\n{markdown_table(evaluation)}\n"


def score_rows(evaluation: Evaluation) -> list[dict[str, Any]]:
    """One entry a metric with a value in any arm: name, explanation, best value, an arm's cells."""
    rows = [
        {
            "name": name,
            "explanation": metric.explanation,
            "best": metric.best if isinstance(metric.best, str) else f"{metric.best:g}",
            "cells": [
                cell(scores[name]) if name in scores else "–" for scores in evaluation.arms.values()
            ],
        }
        for name, metric in declared(evaluation.arms).items()
    ]
    return [row for row in rows if set(row["cells"]) != {"–"}]


def cell(score: Score) -> str:
    """A value with its interval, or a dash; INVALID stays visible."""
    if score.value is None:
        return "INVALID" if any(w.startswith("INVALID") for w in score.warnings) else "–"
    if score.ci_low is None or score.ci_high is None:
        return _two_places(score.value)
    low, high = _two_places(score.ci_low), _two_places(score.ci_high)
    return f"{_two_places(score.value)} ({low} to {high})"


def _two_places(value: float) -> str:
    """Two decimals, without a minus before a zero."""
    return f"{round(value, 2) + 0.0:.2f}"


def marked(text: str, findings: Sequence[Finding]) -> str:
    """The text as escaped HTML with the findings' spans marked."""
    spans = []
    for finding in findings:
        pattern = regex.escape(finding.span)
        match = regex.search(pattern, text, regex.IGNORECASE | regex.FULLCASE)
        if match and match.group():
            spans.append((*match.span(), finding))
    pieces, position = [], 0
    for start, end, finding in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start < position:
            continue
        title = f"{finding.kind}: {finding.evidence}" if finding.evidence else finding.kind
        pieces += [
            html.escape(text[position:start]),
            f'<mark class="{html.escape(finding.kind)}" title="{html.escape(title)}">'
            f"{html.escape(text[start:end])}</mark>",
        ]
        position = end
    return "".join([*pieces, html.escape(text[position:])])


def _posts(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Briefs with all arms' posts, those first where the subject has most findings."""
    from markupsafe import Markup

    ours = evaluation.findings[evaluation.subject]
    order = sorted(range(len(ours)), key=lambda i: (-severity.weight(ours[i]), i))
    return [
        {
            "brief": evaluation.texts["human"][i].brief,
            "arms": {
                arm: Markup(marked(items[i].text, evaluation.findings[arm][i]))  # noqa: S704
                for arm, items in evaluation.texts.items()
                if arm != "floor"
            },
        }
        for i in order[:_MOST_POSTS]
    ]


def _findings(evaluation: Evaluation) -> list[dict[str, str]]:
    rows = [
        {"kind": f.kind, "span": f.span, "evidence": f.evidence, "text": item.text}
        for item, found in zip(
            evaluation.texts[evaluation.subject],
            evaluation.findings[evaluation.subject],
            strict=True,
        )
        for f in found
    ]
    return sorted(rows, key=lambda row: severity.rank(row["kind"]))[:_MOST_FINDINGS]


def _comparisons(evaluation: Evaluation) -> list[dict[str, str]]:
    return [
        {
            "metric": c.metric,
            "pair": f"{c.first} − {c.second}",
            "difference": f"{c.difference.value:+.2f}",
            "interval": "–"
            if c.difference.low is None or c.difference.high is None
            else f"{c.difference.low:+.2f} to {c.difference.high:+.2f}",
            "p": f"{c.difference.p:.3f}",
            "adjusted": f"{c.p_adjusted:.3f}",
            "n": str(c.difference.n),
        }
        for c in evaluation.comparisons
    ]


def _warnings(evaluation: Evaluation) -> list[str]:
    found: dict[str, None] = {}
    for arm, scores in evaluation.arms.items():
        for name, score in scores.items():
            for warning in score.warnings:
                if warning.startswith("not asked for"):
                    continue
                general = re.match("judge |measured on |the fact sheet has no ", warning)
                where = "" if general else f"{arm}, {name}: "
                found[where + warning] = None
    return list(found)
