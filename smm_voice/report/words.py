"""A set of scores in the words of whoever decides by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from smm_voice.evaluation.axes import Axis, axes
from smm_voice.evaluation.verdict import say_note
from smm_voice.messages import Mark, Measured, Message, listed, of_name, say
from smm_voice.metrics.base import Score
from smm_voice.metrics.voice.explain import Differing

_MARKS = {"passed": "✓", "failed": "✗", "not measured": "–"}


def explained(
    brand: str,
    scores: Mapping[str, Score],
    differing: Sequence[Differing],
    count: int,
    language: str = "en",
) -> list[str]:
    """Verdict, one line an axis, and what differs most from the brand.

    Args:
        brand: as people write it.
        scores: metric → Score of the texts.
        differing: readable features, the largest difference first.
        count: texts.
        language: of the words.
    """
    found = axes(scores)
    lines = [_verdict(brand, found, count, language)]
    for axis in found.values():
        title = say(of_name("axis", axis.name), language)
        said = axis_in_words(axis, brand, scores, language)
        line = say("words-axis", language, axis=title, said=said)
        lines.append(f"{_MARKS[axis.outcome]} {line}")
    if differing:
        lines.append(say("words-differing", language, brand=brand))
        lines += [
            f"  {number}. {say(each.said, language)}"
            for number, each in enumerate(differing, start=1)
        ]
    return lines


def axis_in_words(
    axis: Axis, brand: str, scores: Mapping[str, Score], language: str, mark: Mark | None = None
) -> str:
    """What is said of an axis, beginning with a capital.

    Args:
        axis: the axis.
        brand: as people write it.
        scores: of the same texts.
        language: of the words.
        mark: what is made of numbers that are logged.
    """
    if axis.name == "voice":
        return _voice(brand, scores, language, mark)
    said = "; ".join(say(each, language, mark) for each in axis.said)
    rate = scores["factuality/unsupported_rate"].value
    if axis.name == "facts" and rate:
        measured = Measured(rate, "factuality/unsupported_rate")
        said = say("words-unsupported", language, mark, said=said, rate=measured)
    return said[:1].upper() + said[1:]


def _verdict(brand: str, found: Mapping[str, Axis], count: int, language: str) -> str:
    def titles(outcome: str) -> list[str]:
        return [
            say(of_name("axis", name), language).lower()
            for name, axis in found.items()
            if axis.outcome == outcome
        ]

    bad, unknown = titles("failed"), titles("not measured")
    if bad:
        axes_ = listed(bad, language)
        return say("words-fail", language, brand=brand, count=count, axes=axes_)
    if found["voice"].outcome == "not measured":
        return say("words-no-voice", language, brand=brand, count=count)
    if unknown:
        axes_ = listed(unknown, language)
        return say("words-pass-but", language, brand=brand, count=count, axes=axes_)
    return say("words-pass", language, brand=brand, count=count)


def _voice(brand: str, scores: Mapping[str, Score], language: str, mark: Mark | None) -> str:
    name = "voice/style_index"
    index = scores[name]
    if index.value is None:
        return "; ".join(say_note(w, language) for w in index.warnings) or say("no-data", language)
    interval: str | Message = ""
    if index.ci_low is not None and index.ci_high is not None:
        interval = Message(
            "words-interval",
            {"low": Measured(index.ci_low, f"{name}_ci_low"),
             "high": Measured(index.ci_high, f"{name}_ci_high")},
        )  # fmt: skip
    return say(
        "words-voice", language, mark, brand=brand, interval=interval,
        index=Message("two-places", {"value": Measured(index.value, name)}),
        place=Message(f"place-{_place(index.value)}", {"brand": brand}),
    )  # fmt: skip


def _place(index: float) -> str:
    if index > 1.1:
        return "caricature"
    if index >= 0.9:
        return "brand"
    if index >= 0.5:
        return "nearer"
    if index >= 0.1:
        return "others"
    return "no-nearer"
