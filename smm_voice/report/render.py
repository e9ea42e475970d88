"""Evaluation → one self-contained HTML file. Every text is escaped: posts are not to be trusted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from smm_voice.evaluation import severity
from smm_voice.evaluation.axes import axes
from smm_voice.evaluation.run import Evaluation
from smm_voice.evaluation.verdict import arm_in_sentence, sentence
from smm_voice.messages import Message, day, listed, named, number, of_name, say
from smm_voice.messages.notes import evidence, note
from smm_voice.metrics.base import Item
from smm_voice.metrics.homogeneity.components import ALARM
from smm_voice.report import scales
from smm_voice.report.advice import advise
from smm_voice.report.chart import COLOURS
from smm_voice.report.figures import (
    arm_name,
    comparison_rows,
    figure,
    label,
    mark,
    rich,
    score,
    score_rows,
    with_names,
)
from smm_voice.report.given import DriftSeries, Regression
from smm_voice.report.markdown import cell, markdown_report, markdown_table
from smm_voice.report.posts import Room, clipped, holdable, marked, post
from smm_voice.report.preview import preview_png
from smm_voice.report.words import axis_in_words
from smm_voice.text.templates import template

__all__ = [
    "DriftSeries", "Regression", "cell", "html_report", "markdown_report", "markdown_table",
    "marked", "preview_png",
]  # fmt: skip

_TEMPLATE = Path(__file__).with_name("report.html.jinja")
_MOST_POSTS = 20
_MOST_FINDINGS = 30
# The others are to be unfolded.
_OPEN_POSTS, _OPEN_FINDINGS = 8, 10
_MOST_STRATA = 40
# Bytes of HTML for the posts: the page stays below a megabyte whatever they hold.
_ROOM = 300_000
_LONGEST_BRIEF, _LONGEST_SPAN, _LONGEST_EVIDENCE, _LONGEST_FOUND = 1_500, 160, 300, 400
_LONGEST_PROVENANCE = 20_000
_COMPONENTS = (
    "homogeneity/self_repetition_ratio", "homogeneity/distinct_2_ratio",
    "homogeneity/compression_ratio", "homogeneity/vendi_manner_ratio",
    "homogeneity/vendi_topics_ratio", "homogeneity/opener_entropy_ratio",
    "homogeneity/closer_entropy_ratio", "homogeneity/template_rate",
    "homogeneity/between_brief_ratio", "homogeneity/within_brief_ratio",
)  # fmt: skip
_COPYING = {
    "memorisation/copy_excess": "copy",
    "memorisation/near_duplicate_excess": "near",
    "memorisation/patchwork_excess": "patchwork",
    "memorisation/personal_data_excess": "personal",
    "memorisation/extraction_excess": "extraction",
    "memorisation/membership_auc": "membership",
}


def html_report(
    evaluation: Evaluation,
    card: Mapping[str, Any],
    language: str = "en",
    earlier: scales.Earlier = (),
    regressions: Sequence[Regression] = (),
    drift: Sequence[DriftSeries] | None = None,
    links: Mapping[str, str] | None = None,
) -> str:
    """The whole report as one HTML file: no script, nothing loaded from elsewhere.

    Args:
        evaluation: the outcome.
        card: the dataset's.
        language: one of messages.LANGUAGES.
        earlier: (label, metric → Score) of the brand's registered versions, the first one first.
        regressions: differences by group of briefs.
        drift: what has been measured since training; None where nothing has.
        links: label → address; only http and https are linked.
    """
    from markupsafe import Markup

    def told(message: str | Message, **values: Any) -> Markup:
        return rich(message, language, **values)

    subject = arm_in_sentence(evaluation.subject, language)
    page = template(_TEMPLATE).render(
        say=told,
        language=language,
        brand=evaluation.brand,
        subject=subject,
        briefs=int(evaluation.provenance.get("briefs") or _answered(evaluation)),
        confidence=float(evaluation.provenance.get("confidence") or 0.95),
        advice=advise(evaluation, language),
        verdict=with_names(
            sentence(evaluation.brand, evaluation.arms, evaluation.comparisons,
                     evaluation.subject, language, mark, cautions=False)
        ),
        arms=_arms(evaluation, language),
        charts={"voice": scales.voice(evaluation, language),
                "fluency": scales.fluency(evaluation, language),
                "sameness": scales.sameness(evaluation, language),
                "versions": scales.versions(evaluation, earlier, language)},
        axes=_axes(evaluation, language),
        differing=[told(each.said) for each in evaluation.differing],
        posts=_posts(evaluation, language),
        open=_OPEN_POSTS,
        most=_OPEN_FINDINGS,
        found=_findings(evaluation, language),
        components=_columns(evaluation, language, _COMPONENTS),
        alarm=float(ALARM),
        copying=_copying(evaluation, language),
        strata=_strata(regressions, language),
        drift=scales.drift(drift or (), language),
        data=_data(card, language),
        quality=_quality(evaluation),
        notes=_notes(evaluation, language),
        headings=[arm_name(arm, language) for arm in evaluation.arms],
        rows=score_rows(evaluation, language),
        comparisons=comparison_rows(evaluation.comparisons, language),
        provenance=clipped(
            json.dumps(evaluation.provenance, indent=2, default=str, ensure_ascii=False),
            _LONGEST_PROVENANCE,
        ),
        links=[
            (name, address) for name, address in (links or {}).items()
            if address.startswith(("http://", "https://"))
        ],
    )  # fmt: skip
    return holdable(page)


def _answered(evaluation: Evaluation) -> int:
    return len(evaluation.texts[evaluation.subject])


def _arms(evaluation: Evaluation, language: str) -> list[dict[str, Any]]:
    """Who is who, and how near and how well each writes."""

    def of(arm: str, name: str) -> Any:
        return score(evaluation.arms[arm].get(name), name, arm, evaluation.subject, language)

    def who(arm: str) -> str:
        # Which run or registered version it is, where more than one could be meant.
        label = str(systems.get(arm, {}).get("label") or "")
        return "; ".join(filter(None, (named("who-is", arm, language, ""), clipped(label, 120))))

    systems: Mapping[str, Any] = evaluation.provenance.get("systems") or {}
    return [
        {
            "key": arm if arm in COLOURS else "",
            "name": arm_name(arm, language),
            "who": who(arm),
            "voice": of(arm, scales.VOICE),
            "fluency": of(arm, scales.FLUENCY),
        }
        for arm in evaluation.arms
    ]


def _axes(evaluation: Evaluation, language: str) -> list[dict[str, Any]]:
    ours = evaluation.arms[evaluation.subject]
    return [
        {
            "outcome": axis.outcome.replace(" ", "-"),
            "title": say(of_name("axis", axis.name), language),
            "said": with_names(axis_in_words(axis, evaluation.brand, ours, language, mark)),
        }
        for axis in axes(ours).values()
    ]


def _posts(evaluation: Evaluation, language: str) -> list[dict[str, Any]]:
    """Briefs with all arms' posts, those first where the subject has most findings."""
    from markupsafe import Markup

    first = ("human", evaluation.subject)
    arms = [arm for arm in first if evaluation.texts.get(arm)]
    arms += [
        arm for arm, items in evaluation.texts.items() if items and arm not in (*first, "floor")
    ]
    ours = evaluation.findings[evaluation.subject]
    briefs = evaluation.texts.get("human") or evaluation.texts[evaluation.subject]
    order = sorted(range(len(ours)), key=lambda i: (-severity.weight(ours[i]), i))
    room = Room(_ROOM)
    return [
        {
            "brief": clipped(briefs[i].brief or "", _LONGEST_BRIEF),
            "arms": [
                {
                    "name": arm_name(arm, language),
                    "subject": arm == evaluation.subject,
                    "text": Markup(  # noqa: S704 - escaped piece by piece
                        post(evaluation.texts[arm][i].text, evaluation.findings[arm][i],
                             language, room)
                    ),
                }
                for arm in arms
            ],
        }
        for i in order[:_MOST_POSTS]
    ]  # fmt: skip


def _findings(evaluation: Evaluation, language: str) -> dict[str, Any]:
    """What the subject claims that does not hold, the worst first."""
    found: list[tuple[Any, Item]] = [
        (finding, item)
        for item, of_item in zip(
            evaluation.texts[evaluation.subject],
            evaluation.findings[evaluation.subject],
            strict=True,
        )
        for finding in of_item
        if finding.kind in severity.FACTUAL
    ]
    found.sort(key=lambda each: severity.rank(each[0].kind))
    rows = [
        {
            "level": severity.name(finding.kind),
            "severity": say(of_name("severity", severity.name(finding.kind)), language),
            "kind": named("kind", finding.kind, language),
            "span": clipped(finding.span, _LONGEST_SPAN),
            "evidence": clipped(evidence(finding.evidence, language), _LONGEST_EVIDENCE),
            "text": clipped(item.text, _LONGEST_FOUND),
        }
        for finding, item in found[:_MOST_FINDINGS]
    ]
    return {"rows": rows, "more": len(found) - len(rows)}


def _columns(evaluation: Evaluation, language: str, names: Sequence[str]) -> dict[str, Any]:
    """Rows of some metrics for the arms that a model wrote."""
    arms = [arm for arm in evaluation.arms if arm not in ("human", "floor")]
    return {
        "arms": [arm_name(arm, language) for arm in arms],
        "rows": score_rows(evaluation, language, names, arms),
    }


def _copying(evaluation: Evaluation, language: str) -> dict[str, Any]:
    found = _columns(evaluation, language, list(_COPYING))
    for row in found["rows"]:
        message = f"copying-{_COPYING[row['name']]}"
        values = {"brand": evaluation.brand} if message == "copying-copy" else {}
        row["explanation"] = say(Message(message, values), language)
    return found


def _strata(regressions: Sequence[Regression], language: str) -> dict[str, Any]:
    """Losses first, each kind in its given order."""
    ordered = sorted(regressions, key=lambda each: not each.loss)

    def shown(value: float | None, name: str | None, part: str = "") -> Any:
        if value is None:
            return "–"
        text = number(value, language, sign=True)
        if name is None:
            return text
        metric, dot, rest = name.partition(".")
        return figure(f"{metric}{part}{dot}{rest}", text)

    rows = [
        {
            "group": say(
                "words-axis",
                language,
                axis=named("dimension", each.dimension, language),
                said=clipped(named("group", each.group, language), 80),
            ),
            "metric": label(each.metric, language),
            "against": arm_name(each.rival, language),
            "difference": shown(each.value, each.logged),
            "low": shown(each.low, each.logged, "_ci_low"),
            "high": shown(each.high, each.logged, "_ci_high"),
            "n": number(each.n, language, 0),
            "loss": each.loss,
        }
        for each in ordered[:_MOST_STRATA]
    ]
    return {"rows": rows, "any": any(each.loss for each in ordered)}


def _data(card: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The data card as a reader needs it; an older card may lack parts."""
    counts: dict[str, int] = {}
    for of_language in card.get("splits", {}).values():
        for split, count in of_language.items():
            counts[split] = counts.get(split, 0) + count
    periods = {
        split: [day(each, language) for each in days]
        for split, days in card.get("periods", {}).items()
    }
    dropped = [
        say("data-reason", language, count=number(count, language, 0),
            reason=named("reason", reason, language))
        for reason, count in card.get("dropped", {}).items()
    ]  # fmt: skip
    kinds = [
        say(
            "data-kind",
            language,
            kind=named("personal", kind, language, kind),
            count=number(count, language, 0),
        )
        for kind, count in card.get("privacy", {}).items()
    ]
    sources = [
        f"{source['path']} ({source['format']}, {number(source['posts'], language, 0)}"
        + (f", {source['licence']})" if source.get("licence") else ")")
        for source in card.get("sources", ())
        if source.get("posts")
    ]
    return {
        "fingerprint": card.get("fingerprint", ""),
        "read": number(card.get("read", 0), language, 0),
        "kept": number(card.get("kept", 0), language, 0),
        "splits": [
            (named("split", split, language),
             number(counts[split], language, 0) if split in counts else "–", *period)
            for split, period in periods.items()
        ],
        "test": periods.get("test"),
        "dropped": listed(dropped, language) if dropped else "",
        "masked": listed(kinds, language) if kinds else "",
        "asked": "privacy" in card,
        "sources": clipped(listed(sources, language), 1_000) if sources else "",
    }  # fmt: skip


def _quality(evaluation: Evaluation) -> list[Message]:
    """What the voice score can do, of the view that the index rests on."""
    found = (evaluation.provenance.get("voice_quality") or {}).get("style") or {}
    if found.get("auc_post") is None:
        return []
    values = {"brand": evaluation.brand, "post": float(found["auc_post"])}
    if found.get("auc_ten") is None:
        return [Message("method-quality", values)]
    return [Message("method-quality-ten", values | {"ten": float(found["auc_ten"])})]


def _notes(evaluation: Evaluation, language: str) -> dict[str, list[str]]:
    """What metrics warn of, said once with the arms it is said of; unknown ones in English."""
    said: dict[str, dict[str, None]] = {}
    for arm, scores in evaluation.arms.items():
        for found in scores.values():
            for warning in found.warnings:
                if not warning.startswith("not asked for"):
                    said.setdefault(warning, {})[arm] = None
    told: dict[str, None] = {}
    english: dict[str, None] = {}
    for warning, arms in said.items():
        words = note(warning, language)
        into = english if words is None else told
        text = clipped(warning if words is None else words, 500)
        if len(arms) == len(evaluation.arms):
            into[text] = None
        else:
            names = listed([arm_name(arm, language) for arm in arms], language)
            into[say("note-where", language, arms=names, note=text)] = None
    return {"told": list(told), "english": list(english)}
