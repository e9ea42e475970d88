"""A look for drift → one self-contained HTML file. Every text is escaped: posts are not trusted."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from smm_voice.dataset.example import Example
from smm_voice.messages import Message, day, named, number, of_name, say
from smm_voice.metrics.base import Embed
from smm_voice.monitoring.signal import Monitored, Signal
from smm_voice.report import drift_words
from smm_voice.report.figures import figure, rich
from smm_voice.report.given import DriftSeries, Look
from smm_voice.report.markdown import plain
from smm_voice.report.posts import clipped, holdable
from smm_voice.report.sparkline import sparkline
from smm_voice.text.templates import template

_TEMPLATE = Path(__file__).with_name("drift.html.jinja")
_LONGEST_POST, _LONGEST_PROVENANCE, _LONGEST_REMARK = 700, 8_000, 300
_PSI = "drift/input_psi"
# Whose examples are posts, the one that calls for most first.
_OF_POSTS = (
    "drift/input_style_auc", "drift/input_style_novelty", "drift/input_topic_auc",
    "drift/input_topic_novelty",
)  # fmt: skip


def page(
    brand: str,
    monitored: Monitored,
    pairs: Sequence[tuple[str, str]],
    series: Sequence[Look],
    language: str = "en",
) -> str:
    """The drift page as one HTML file: no script, nothing loaded from elsewhere.

    Args:
        brand: as people write it.
        monitored: the look.
        pairs: (older, recent) posts.
        series: all looks, this one among them, the earliest first.
        language: one of messages.LANGUAGES.
    """

    def told(message: str | Message, **values: Any) -> Any:
        return rich(message, language, **values)

    found = template(_TEMPLATE).render(
        say=told,
        language=language,
        brand=brand,
        told=drift_words.told(brand, monitored, language),
        aspects=[
            {"state": state, "name": say(of_name("drift-aspect", aspect), language),
             "said": say(f"drift-about-{aspect}", language)}
            for aspect, state in drift_words.aspects(monitored).items()
        ],
        words=drift_words.counted_words(monitored),
        habits=_habits(monitored, language),
        pairs=[(clipped(old, _LONGEST_POST), clipped(new, _LONGEST_POST)) for old, new in pairs],
        rows=[_row(signal, series, language) for signal in monitored.signals],
        looks=len(series),
        first=day(series[0].when[:10], language) if series else "",
        answers=_answers(monitored),
        remarks=[
            clipped(drift_words.warning(remark, language), _LONGEST_REMARK)
            for remark in drift_words.remarks(monitored)
        ],
        provenance=clipped(
            json.dumps(monitored.provenance, indent=2, default=str, ensure_ascii=False),
            _LONGEST_PROVENANCE,
        ),
    )  # fmt: skip
    return holdable(found)


def note(brand: str, monitored: Monitored, language: str, links: Mapping[str, str]) -> str:
    """The run's note: what moved, what to do, the signals that alarm, links."""
    told = drift_words.told(brand, monitored, language)
    lines = [f"**{plain(told.headline)}** {plain(told.sentence, 2_000)}", ""]
    lines += [f"- {plain(step, 1_000)}" for step in told.steps]
    for signal in monitored.alarms:
        shown = drift_words.value(signal.name, signal.value, language)
        usual = drift_words.value(signal.name, signal.band, language)
        said = f"{shown} ({say('drift-usual', language)} {usual})"
        words = drift_words.label(signal.name, language)
        lines.append(f"- {plain(say('words-axis', language, axis=words, said=said))}")
    lines += ["", *(f"- [{name}]({address})" for name, address in links.items())]
    return "\n".join(lines) + "\n"


def pairs(
    posts: Sequence[Example], monitored: Monitored, embed: Embed, most: int
) -> list[tuple[str, str]]:
    """Recent posts that show the change, each beside the older post that is nearest in topic.

    With the topic alike, what differs is the manner.

    Args:
        posts: those that were looked at, oldest first.
        monitored: the look; the recent posts are its examples.
        embed: sentence embeddings.
        most: pairs.
    """
    shown = _examples(monitored)[:most]
    first, last = monitored.baseline
    older = [e.post.text for e in posts if first <= e.post.created_at.isoformat() <= last]
    if not shown or not older:
        return []
    likeness = np.asarray(embed(shown)) @ np.asarray(embed(older)).T
    found = []
    for place, text in enumerate(shown):
        nearest = int(np.argmax(likeness[place]))
        likeness[:, nearest] = -np.inf
        found.append((older[nearest], text))
        if len(found) == len(older):
            break
    return found


def drift_series(looks: Sequence[Look], language: str) -> list[DriftSeries]:
    """Each signal of a series for the report of an evaluation, the earliest look first."""
    names = dict.fromkeys(name for look in looks for name in sorted(look.signals))
    found = []
    for name in names:
        points = [(look.when[:10], look.signals[name]) for look in looks if name in look.signals]
        if not points[-1][1].band:
            continue  # Without what is usual beside it a line tells a reader nothing.
        found.append(
            DriftSeries(
                drift_words.label(name, language),
                [(when, point.value) for when, point in points],
                points[-1][1].band,
                frozenset(place for place, (_, point) in enumerate(points) if point.alarm),
            )
        )
    return found


def _examples(monitored: Monitored) -> list[str]:
    """Recent posts, of the signal that alarms where one does."""
    by_name = {signal.name: signal for signal in monitored.signals if signal.examples}
    known = [by_name[name] for name in _OF_POSTS if name in by_name]
    chosen = next((signal for signal in known if signal.alarm), known[0] if known else None)
    return list(chosen.examples) if chosen else []


def _habits(monitored: Monitored, language: str) -> list[str]:
    signal = next((s for s in monitored.signals if s.name == _PSI), None)
    return drift_words.moved_features(signal.examples, language) if signal else []


def _answers(monitored: Monitored) -> list[tuple[str, str]]:
    """(then, today) of the champion's answers that changed."""
    signal = next((s for s in monitored.signals if s.name == "drift/output_changed"), None)
    found = []
    for example in signal.examples if signal else ():
        then, arrow, now = example.partition(" → ")
        if arrow:
            found.append((clipped(then, _LONGEST_POST), clipped(now, _LONGEST_POST)))
    return found


def _row(signal: Signal, series: Sequence[Look], language: str) -> dict[str, Any]:
    p, p_name = signal.p_adjusted, f"{signal.name}_p"
    words = drift_words.label(signal.name, language)
    shown = drift_words.value(signal.name, signal.value, language)
    values = [(look.when[:10], look.signals.get(signal.name)) for look in series]
    points = [
        f"{when} {drift_words.value(signal.name, each.value, language)}"
        for when, each in values
        if each is not None
    ]
    told = say("chart-drift-alt", language, series=words, points=", ".join(points[-12:]))
    return {
        "label": words,
        "name": signal.name,
        "said": named("drift-read", signal.name.removeprefix("drift/"), language, ""),
        "value": "–" if signal.value is None else figure(signal.name, shown),
        "band": "–" if not signal.band else figure(
            f"{signal.name}_band", drift_words.value(signal.name, signal.band, language)),
        "p": "–" if p is None else figure(p_name, number(p, language, 3)),
        "season": None if signal.seasonal is None
        else drift_words.value(signal.name, signal.seasonal, language),
        "state": drift_words.state_of(signal),
        "picture": sparkline(series, signal.name, told),
        "remarks": [
            clipped(drift_words.warning(words, language), _LONGEST_REMARK)
            for words in signal.warnings
        ],
    }  # fmt: skip
