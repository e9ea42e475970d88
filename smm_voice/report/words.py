"""A set of scores in the words of whoever decides by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from smm_voice.evaluation.axes import Axis, axes
from smm_voice.metrics.base import Score
from smm_voice.metrics.voice.explain import Differing

_TITLES = {
    "voice": "Voice",
    "likeness": "Likeness",
    "fluency": "Language",
    "homogeneity": "Variety",
    "memorisation": "Copying",
    "privacy": "Personal data",
    "facts": "Facts",
    "coverage": "Substance",
    "recall": "Briefs",
}
_MARKS = {"passed": "✓", "failed": "✗", "not measured": "–"}


def explained(
    brand: str, scores: Mapping[str, Score], differing: Sequence[Differing], count: int
) -> list[str]:
    """Verdict, one line an axis, and what differs most from the brand.

    Args:
        brand: as people write it.
        scores: metric → Score of the texts.
        differing: readable features, the largest difference first.
        count: texts.
    """
    found = axes(scores)
    lines = [_verdict(brand, found, count)]
    for name, axis in found.items():
        said = _voice(brand, scores) if name == "voice" else _sentence(axis)
        if name == "facts":
            said += _unsupported(scores)
        lines.append(f"{_MARKS[axis.outcome]} {_TITLES[name]}: {said}")
    if differing:
        lines.append(f"What differs most from {brand}'s own posts:")
        lines += [f"  {number}. {each.words}" for number, each in enumerate(differing, start=1)]
    return lines


def _verdict(brand: str, found: Mapping[str, Axis], count: int) -> str:
    bad = [_TITLES[name].lower() for name, axis in found.items() if axis.outcome == "failed"]
    unknown = [
        _TITLES[name].lower() for name, axis in found.items() if axis.outcome == "not measured"
    ]
    texts = f"{count} text{'s' if count != 1 else ''}"
    if bad:
        return f"Not fit for {brand} as they are: {texts} fail on {_listed(bad)}."
    if "voice" in unknown:
        return f"No verdict: {brand}'s voice could not be measured on {texts}."
    passed = f"{texts} pass{'es' if count == 1 else ''} for {brand} on every axis that was measured"
    return passed + (f" (not measured: {', '.join(unknown)})." if unknown else ".")


def _voice(brand: str, scores: Mapping[str, Score]) -> str:
    index = scores["voice/style_index"]
    if index.value is None:
        return "; ".join(index.warnings)
    span = "" if index.ci_low is None else f" ({index.ci_low:.2f} to {index.ci_high:.2f})"
    told = f"{index.value:.2f}{span}, where 0 is other brands and 1 is {brand} itself: "
    told += _place(index.value, brand)
    return told


def _unsupported(scores: Mapping[str, Score]) -> str:
    rate = scores["factuality/unsupported_rate"].value
    if not rate:
        return ""
    return f"; {rate:.0%} of what can be checked stands in neither brief nor fact sheet"


def _place(index: float, brand: str) -> str:
    if index > 1.1:
        return f"more like {brand} than {brand}, a caricature"
    if index >= 0.9:
        return f"as {brand} writes"
    if index >= 0.5:
        return f"nearer to {brand} than to other brands"
    if index >= 0.1:
        return f"nearer to other brands than to {brand}"
    return f"no nearer to {brand} than other brands are"


def _sentence(axis: Axis) -> str:
    return axis.words[:1].upper() + axis.words[1:]


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
