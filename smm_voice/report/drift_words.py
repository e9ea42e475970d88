"""A look for drift in words: what has moved, what has not, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from smm_voice.messages import Message, day, listed, named, number, of_name, percent, say
from smm_voice.messages.notes import note
from smm_voice.metrics.voice.features import FEATURES
from smm_voice.monitoring.signal import Monitored, Signal

# `seen`: something is not as it was, and that alone is no alarm.
State = Literal["moved", "seen", "same", "unknown"]
# In the order in which they are shown, and in that in which they decide the headline: what calls
# for most comes first.
ASPECTS = ("manner", "topics", "words", "stale", "answers", "variety")
_FIRST = ("manner", "stale", "answers", "variety", "words", "topics")
_OF_KIND = {"output": "answers", "homogeneity": "variety"}
_CHANGED, _NEW_WORDS, _STALE = (
    "drift/output_changed",
    "drift/new_word_rate",
    "drift/staleness_index",
)
# Signals that are shares, and the decimals of the others.
_SHARES = ("drift/input_style_auc", "drift/input_topic_auc", _NEW_WORDS, _CHANGED)
_PLACES = {"drift/input_mmd2": 4}
_COUNTED = re.compile(r"(?P<word>.*): (?P<older>[\d.,]+) → (?P<newer>[\d.,]+)", re.DOTALL)


@dataclass(frozen=True)
class Told:
    """What a page opens with.

    Attributes:
        badge: alarm, calm or none.
        headline: one short sentence.
        sentence: what was held against what, and which aspects have moved.
        steps: what to do, in order.
    """

    badge: str
    headline: str
    sentence: str
    steps: tuple[str, ...]


def told(brand: str, monitored: Monitored, language: str) -> Told:
    """A look in words.

    Args:
        brand: as people write it.
        monitored: the look.
        language: one of messages.LANGUAGES.
    """
    states = aspects(monitored)
    moved = [aspect for aspect in _FIRST if states.get(aspect) == "moved"]
    if moved:
        badge, first = "alarm", moved[0]
    elif states.get("manner") == "same":
        badge = first = "calm"
    else:
        badge = first = "none"
    headline = say(Message(f"drift-headline-{first}", _brand(first, brand)), language)
    steps = [say(f"drift-step-{each}", language) for each in moved or [first]]
    changed = _named(monitored, _CHANGED)
    if changed is not None and changed.value and "answers" not in moved:
        steps.append(say("drift-step-changed", language))
    return Told(badge, headline, _sentence(monitored, states, language), tuple(steps))


def aspects(monitored: Monitored) -> dict[str, State]:
    """Aspect → whether it has moved; only what was looked at, in the order of `ASPECTS`."""
    found: dict[str, list[State]] = {}
    for signal in monitored.signals:
        found.setdefault(aspect_of(signal), []).append(state_of(signal))
    return {
        aspect: next(s for s in ("moved", "seen", "same", "unknown") if s in found[aspect])
        for aspect in ASPECTS
        if aspect in found
    }


def aspect_of(signal: Signal) -> str:
    """Which aspect a signal speaks of."""
    if signal.kind == "staleness":
        return "words" if signal.name == _NEW_WORDS else "stale"
    return _OF_KIND.get(signal.kind, signal.about)


def state_of(signal: Signal) -> State:
    """Whether a signal says that something has moved."""
    if signal.alarm:
        return "moved"
    if signal.name == _CHANGED and signal.value is not None:
        return "seen" if signal.value else "same"
    judged = signal.value is not None and signal.band is not None
    return "same" if judged else "unknown"


def label(name: str, language: str) -> str:
    """A signal's short name; that of MLflow where it has none."""
    return named("drift-signal", name.removeprefix("drift/"), language, name)


def value(name: str, number_: float | None, language: str) -> str:
    """A signal's value as people write it."""
    if number_ is None:
        return "–"
    if name in _SHARES:
        return percent(number_, language)
    return number(number_, language, _PLACES.get(name, 2))


def warning(words: str, language: str) -> str:
    """A signal's remark; in English where its words are known in English alone."""
    return note(words, language) or words


def remarks(monitored: Monitored) -> list[str]:
    """What could not be had and why, but for what stands with a signal already."""
    known = {words for signal in monitored.signals for words in signal.warnings}
    return [str(r) for r in monitored.provenance.get("remarks") or () if r not in known]


def moved_features(examples: Sequence[str], language: str) -> list[str]:
    """`commas: 0.31 → 0.58` with the feature's name and the numbers in the reader's language."""
    names = {feature.words: feature.name for feature in FEATURES}
    shown = []
    for example in examples:
        match = _COUNTED.fullmatch(example)
        if match is None or match["word"] not in names:
            shown.append(example)
            continue
        ends = [number(float(match[side]), language) for side in ("older", "newer")]
        words = named("feature", names[match["word"]], language)
        shown.append(say("words-axis", language, axis=words, said=" → ".join(ends)))
    return shown


def counted_words(monitored: Monitored) -> dict[str, list[tuple[str, str, str]]]:
    """(word, posts before, posts now) of the words that come and of those that go."""
    found = {}
    for side, name in (("coming", _NEW_WORDS), ("going", _STALE)):
        signal = _named(monitored, name)
        matches = [_COUNTED.fullmatch(each) for each in (signal.examples if signal else ())]
        found[side] = [(m["word"], m["older"], m["newer"]) for m in matches if m]
    return found


def _sentence(monitored: Monitored, states: dict[str, State], language: str) -> str:
    found = listed(
        [
            say(f"drift-is-{state}", language, aspect=say(of_name("drift-aspect", a), language))
            for a, state in states.items()
        ],
        language,
    ) if states else say("no-data", language)  # fmt: skip
    if not monitored.recent[0]:
        reasons = {w for s in monitored.signals if s.kind == "input" for w in s.warnings}
        return " ".join(warning(reason, language) for reason in sorted(reasons)) + "."
    sides = next((s.n for s in monitored.signals if s.kind == "input"), (0, 0))
    return say(
        "drift-sentence", language, found=found,
        recent=number(sides[1], language, 0), older=number(sides[0], language, 0),
        recentFrom=day(monitored.recent[0][:10], language),
        recentTo=day(monitored.recent[1][:10], language),
        olderFrom=day(monitored.baseline[0][:10], language),
        olderTo=day(monitored.baseline[1][:10], language),
    )  # fmt: skip


def _brand(first: str, brand: str) -> dict[str, str]:
    # A message takes no argument that it does not use.
    return {"brand": brand} if first in ("manner", "stale", "words", "topics") else {}


def _named(monitored: Monitored, name: str) -> Signal | None:
    return next((signal for signal in monitored.signals if signal.name == name), None)
