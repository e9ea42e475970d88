"""The report as Markdown, for places that show that: a run's note, a pull request, a mail."""

from __future__ import annotations

import re
from collections.abc import Mapping

from smm_voice.evaluation import severity, verdict
from smm_voice.evaluation.axes import axes
from smm_voice.evaluation.run import Evaluation, declared
from smm_voice.messages import named, number, of_name, say
from smm_voice.messages.notes import evidence
from smm_voice.metrics.base import Score
from smm_voice.report.advice import advise
from smm_voice.report.figures import arm_name, label
from smm_voice.report.posts import clipped, holdable
from smm_voice.report.words import axis_in_words

HEADLINES = (
    "voice/style_index", "voice/closeness", "voice/human_likeness_auc",
    "fluency/bits_per_byte_ratio", "fluency/nonword_rate", "homogeneity/ratio",
    "factuality/contradiction_rate", "factuality/unsupported_rate", "factuality/brief_recall",
    "memorisation/copy_excess",
)  # fmt: skip
_MOST_POSTS = 5
_MOST_FINDINGS = 12
_LONGEST = 400
# What Markdown or the HTML inside it would take for its own.
_SPECIAL = re.compile(r"([\\`*_{}\[\]#|~>$])")
_AT_THE_START = re.compile(r"^(\d*)([-+.)=])")


def plain(text: str, most: int = _LONGEST) -> str:
    """A text that nothing in Markdown takes for markup, on one line, not longer than `most`."""
    line = " ".join(clipped(holdable(text), most).split())
    line = line.replace("&", "&amp;").replace("<", "&lt;")
    return _AT_THE_START.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", line))


def cell(score: Score, language: str = "en") -> str:
    """A value with its interval, or a dash; INVALID stays visible."""
    if score.value is None:
        invalid = any(w.startswith("INVALID") for w in score.warnings)
        return ("INVALID" if language == "en" else say("invalid", language)) if invalid else "–"
    shown = number(score.value, language)
    if score.ci_low is None or score.ci_high is None:
        return shown
    joint = say("interval-joint", language)
    low, high = number(score.ci_low, language), number(score.ci_high, language)
    return f"{shown} ({low} {joint} {high})"


def markdown_table(evaluation: Evaluation, language: str = "en") -> str:
    """Arms × metrics with intervals, as a Markdown table."""
    rows = {
        f"`{name}`": [
            cell(scores[name], language) if name in scores else "–"
            for scores in evaluation.arms.values()
        ]
        for name in declared(evaluation.arms)
    }
    return _table(evaluation, say("head-measure", language), rows, language)


def markdown_report(
    evaluation: Evaluation, language: str = "en", links: Mapping[str, str] | None = None
) -> str:
    """Verdict, what to do next, headline table, axes, worst posts and findings, links.

    Args:
        evaluation: the outcome.
        language: one of messages.LANGUAGES.
        links: label → address.
    """
    advice = advise(evaluation, language)
    said = verdict.sentence(
        evaluation.brand, evaluation.arms, evaluation.comparisons, evaluation.subject, language
    )
    badge = say(f"badge-{advice.badge}", language)
    lines = [f"**{badge}.** {plain(said, 3000)}", "", f"## {say('next', language)}", ""]
    lines += [f"{n}. {plain(say(step, language))}" for n, step in enumerate(advice.steps, 1)]
    rows = {
        plain(label(name, language)): [
            cell(scores[name], language) if name in scores else "–"
            for scores in evaluation.arms.values()
        ]
        for name in HEADLINES
        if any(name in scores for scores in evaluation.arms.values())
    }
    lines += ["", _table(evaluation, say("head-measure", language), rows, language), ""]
    lines += [f"## {say('section-axes', language)}", ""]
    ours = evaluation.arms[evaluation.subject]
    for axis in axes(ours).values():
        title = say(of_name("axis", axis.name), language)
        outcome = say("outcome-" + axis.outcome.replace(" ", "-"), language)
        words = plain(axis_in_words(axis, evaluation.brand, ours, language), 1000)
        lines.append(
            f"- {say('words-axis', language, axis=f'**{title}** ({outcome})', said=words)}"
        )
    lines += [*_posts(evaluation, language), *_findings(evaluation, language)]
    if links:
        lines += ["", f"## {say('links', language)}", ""]
        lines += [f"- [{plain(name)}](<{_address(to)}>)" for name, to in links.items()]
    return "\n".join(lines) + "\n"


def _posts(evaluation: Evaluation, language: str) -> list[str]:
    items = evaluation.texts[evaluation.subject]
    found = evaluation.findings[evaluation.subject]
    worst = sorted(
        (i for i in range(min(len(items), len(found))) if found[i]),
        key=lambda i: (-severity.weight(found[i]), i),
    )
    if not worst:
        return []
    lines = ["", f"## {say('markdown-worst', language)}", ""]
    for i in worst[:_MOST_POSTS]:
        kinds = ", ".join(dict.fromkeys(named("kind", f.kind, language) for f in found[i]))
        lines.append(f"- {plain(items[i].text)}  ({plain(kinds)})")
    return lines


def _findings(evaluation: Evaluation, language: str) -> list[str]:
    rows = [f for found in evaluation.findings[evaluation.subject] for f in found]
    rows = [f for f in rows if f.kind in severity.FACTUAL]
    rows.sort(key=lambda f: severity.rank(f.kind))
    if not rows:
        return []
    heads = [say(f"head-{name}", language) for name in ("finding", "words", "evidence")]
    lines = ["", f"## {say('markdown-findings', language)}", "", _row(heads), "|---|---|---|"]
    for f in rows[:_MOST_FINDINGS]:
        why = evidence(f.evidence, language) or say("no-evidence", language)
        lines.append(
            _row([plain(named("kind", f.kind, language)), plain(f.span, 120), plain(why, 200)])
        )
    return lines


def _table(evaluation: Evaluation, first: str, rows: Mapping[str, list[str]], language: str) -> str:
    heads = [plain(arm_name(arm, language)) for arm in evaluation.arms]
    lines = [_row([first, *heads]), "|---" * (1 + len(heads)) + "|"]
    return "\n".join(
        lines + [_row([name, *cells]) for name, cells in rows.items() if set(cells) != {"–"}]
    )


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _address(address: str) -> str:
    return re.sub(r"[<>\s]", "", address)
