"""Homogeneity: do the texts grow alike? Always against as many human posts of equal length."""

from __future__ import annotations

import gzip
import math
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from smm_voice.metrics.base import Family, Item, Metric, Reference, Score
from smm_voice.statistics import subsampling_interval
from smm_voice.text import tokens

_VERSION = "1"
_MOST = 200
_REPEATS = 50
# Keeps the ratio finite where human posts repeat nothing at all.
_SMOOTHING = 0.05
_MINIMUM = 8

_METRICS = (
    Metric("homogeneity/ratio", "corpus", 1.0, ("human",), _VERSION, "subsampling",
           "Geometric mean of the three components, each as sameness over human; "
           "above 1 = more alike than the brand's own posts"),
    Metric("homogeneity/self_repetition_ratio", "corpus", 1.0, ("human",), _VERSION,
           "subsampling", "Repeated four-word phrases across texts, over human"),
    Metric("homogeneity/distinct_2_ratio", "corpus", 1.0, ("human",), _VERSION, "subsampling",
           "Share of different word pairs, over human; below 1 = more alike"),
    Metric("homogeneity/compression_ratio", "corpus", 1.0, ("human",), _VERSION, "subsampling",
           "How far gzip shrinks the texts, over human; above 1 = more alike"),
)  # fmt: skip


def self_repetition(texts: Sequence[Sequence[str]], n: int = 4) -> float:
    """Mean over texts of ln(1 + Σ over its distinct n-grams of (document frequency − 1)).

    Salkar et al. 2022, "Self-Repetition in Abstractive Neural Summarizers".
    """
    grams = [{tuple(text[i : i + n]) for i in range(len(text) - n + 1)} for text in texts]
    frequency = Counter(gram for each in grams for gram in each)
    return sum(math.log1p(sum(frequency[g] - 1 for g in each)) for each in grams) / len(grams)


def distinct(texts: Sequence[Sequence[str]], n: int = 2) -> float:
    """Distinct n-grams over all n-grams (Li et al. 2016, arXiv:1510.03055), texts kept apart."""
    grams = [tuple(text[i : i + n]) for text in texts for i in range(len(text) - n + 1)]
    return len(set(grams)) / len(grams) if grams else float("nan")


def compression(texts: Sequence[Sequence[str]]) -> float:
    """Bytes raw over bytes gzipped, of the joined texts."""
    raw = "\n".join(" ".join(text) for text in texts).encode("utf-8", "surrogatepass")
    return len(raw) / len(gzip.compress(raw, mtime=0)) if raw else float("nan")


def _score(items: Sequence[Item], reference: Reference) -> dict[str, Score]:
    arm = [[t.casefold() for t in tokens.tokenise(item.text)] for item in items]
    human = [[t.casefold() for t in tokens.tokenise(item.text)] for item in reference.human]
    arm, human = [text for text in arm if text], [text for text in human if text]
    n = min(_MOST, int(0.8 * min(len(arm), len(human))))
    if n < _MINIMUM:
        warning = f"needs {math.ceil(_MINIMUM / 0.8)} texts and as many human posts"
        return {m.name: Score(None, n=len(items), warnings=(warning,)) for m in _METRICS}
    # The shorter side's median: cutting posts looks like diversity, so both are cut alike.
    budget = int(min(np.median([len(t) for t in arm]), np.median([len(t) for t in human])))
    rng = np.random.default_rng(reference.seed)
    parts: dict[str, list[float]] = {"self_repetition": [], "distinct_2": [], "compression": []}
    for _ in range(_REPEATS):
        ours = _draw(arm, n, budget, rng)
        theirs = _draw(human, n, budget, rng)
        for name, measure, smoothing in _COMPONENTS:
            ratio = (measure(ours) + smoothing) / (measure(theirs) + smoothing)
            parts[name].append(ratio)
    # Sameness points the same way in all three: distinct-2 falls where the others rise.
    headline = [
        (a / b * c) ** (1 / 3)
        for a, b, c in zip(
            parts["self_repetition"], parts["distinct_2"], parts["compression"], strict=True
        )
    ]
    drawn = {
        "homogeneity/ratio": headline,
        "homogeneity/self_repetition_ratio": parts["self_repetition"],
        "homogeneity/distinct_2_ratio": parts["distinct_2"],
        "homogeneity/compression_ratio": parts["compression"],
    }
    return {name: _summary(values, n, reference.confidence) for name, values in drawn.items()}


_Measure = Callable[[Sequence[Sequence[str]]], float]
_COMPONENTS: tuple[tuple[str, _Measure, float], ...] = (
    ("self_repetition", self_repetition, _SMOOTHING),
    ("distinct_2", distinct, 0.0),
    ("compression", compression, 0.0),
)


def _draw(
    texts: Sequence[Sequence[str]], n: int, budget: int, rng: np.random.Generator
) -> list[Sequence[str]]:
    return [texts[i][:budget] for i in rng.choice(len(texts), n, replace=False)]


def _summary(values: list[float], n: int, confidence: float) -> Score:
    if not np.all(np.isfinite(values)):
        return Score(None, n=n, warnings=("the texts are too short to compare",))
    interval = subsampling_interval(values, confidence)
    return Score(float(np.mean(values)), interval.low, interval.high, n)


FAMILY = Family("homogeneity", _METRICS, _score)
