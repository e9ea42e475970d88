"""Fluency: is it language at all? A brand's manner without language is worth nothing."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

import numpy as np

from smm_voice.metrics.base import Family, Finding, Item, Judge, Metric, Reference, Score
from smm_voice.statistics import bootstrap_jointly, bootstrap_mean
from smm_voice.text import languages, tokens

_VERSION = "1"
_SHORTEST_WORD = 3
# A judge that cannot tell the brand's posts from the same words shuffled judges nothing.
_LEAST_JUDGE_AUC = 0.8

_METRICS = (
    Metric("fluency/bits_per_byte_ratio", "post", 1.0, ("human", "judge"), _VERSION,
           "bootstrap over briefs",
           "Surprise of a judge model over its surprise at human posts; a little under 1 is good"),
    Metric("fluency/nonword_rate", "post", "lower", ("training",), _VERSION,
           "bootstrap over briefs", "Share of words that neither the language nor the brand knows"),
    Metric("fluency/nonword_excess", "post", 0.0, ("training", "human"), _VERSION,
           "bootstrap over briefs", "The same, minus the rate of the brand's own posts"),
    Metric("fluency/unfinished_rate", "post", "lower", (), _VERSION, "bootstrap over briefs",
           "Share of texts that ran into the length limit"),
)  # fmt: skip


@functools.lru_cache(maxsize=200_000)
def _known_to_language(word: str, language: str) -> bool:
    from wordfreq import zipf_frequency

    return zipf_frequency(word, language) > 0


def nonwords(text: str, language: str, brand_words: frozenset[str]) -> tuple[list[str], int]:
    """Words of three letters and more that are unknown, and how many words were looked at.

    Args:
        text: links, handles and hashtags are left out.
        language: two-letter code.
        brand_words: the brand's own vocabulary, lower-cased.
    """
    looked_at = [
        part
        for word in tokens.words(text)
        for part in re.split(r"['’\-‑]", word)
        if len(part) >= _SHORTEST_WORD
    ]
    unknown = [
        word
        for word in looked_at
        if word not in brand_words and not _known_to_language(word, language)
    ]
    return unknown, len(looked_at)


def _brand_words(reference: Reference) -> frozenset[str]:
    def collect() -> frozenset[str]:
        return frozenset(
            part
            for text in reference.training
            for word in tokens.words(text)
            for part in re.split(r"['’\-‑]", word)
        )

    found: frozenset[str] = reference.remember("fluency/brand_words", collect)
    return found


def _rates(items: Sequence[Item], reference: Reference) -> list[float | None]:
    rates: list[float | None] = []
    for item in items:
        unknown, looked_at = nonwords(item.text, reference.language, _brand_words(reference))
        rates.append(len(unknown) / looked_at if looked_at else None)
    return rates


def _mean_score(values: Sequence[float | None], reference: Reference, absent: str) -> Score:
    present = [value for value in values if value is not None]
    if not present:
        return Score(None, n=0, warnings=(absent,))
    interval = bootstrap_mean(present, reference.confidence, reference.resamples, reference.seed)
    return Score(float(np.mean(present)), interval.low, interval.high, len(present), tuple(values))


def _score(items: Sequence[Item], reference: Reference) -> dict[str, Score]:
    from wordfreq import available_languages

    scores: dict[str, Score] = {}
    if languages.primary(reference.language) in available_languages():
        rates = _rates(items, reference)
        human = reference.remember("fluency/human", lambda: _rates(reference.human, reference))
        level = float(np.mean([value for value in human if value is not None] or [0.0]))
        scores["fluency/nonword_rate"] = _mean_score(rates, reference, "no text holds a word")
        scores["fluency/nonword_excess"] = _mean_score(
            [None if rate is None else rate - level for rate in rates],
            reference,
            "no text holds a word",
        )
    else:
        unknown = Score(None, warnings=(f"no frequency list for {reference.language}",))
        scores["fluency/nonword_rate"] = scores["fluency/nonword_excess"] = unknown
    scores["fluency/unfinished_rate"] = _mean_score(
        [None if item.finished is None else float(not item.finished) for item in items],
        reference,
        "it is not known which texts were cut",
    )
    scores["fluency/bits_per_byte_ratio"] = _bits_per_byte_ratio(items, reference)
    return scores


def _bits_per_byte_ratio(items: Sequence[Item], reference: Reference) -> Score:
    judge = reference.judge
    if judge is None:
        return Score(None, n=0, warnings=("no judge model at hand",))
    own = reference.remember(
        "fluency/judge_human", lambda: judge([item.text for item in reference.human])
    )
    quality = reference.remember("fluency/judge_auc", lambda: _judge_auc(judge, own, reference))
    name = f"judge {reference.judge_name}: tells human from shuffled words with AUC {quality:.2f}"
    if not quality >= _LEAST_JUDGE_AUC:
        return Score(None, n=0, warnings=(f"INVALID: {name}, {_LEAST_JUDGE_AUC} is needed",))
    ours = judge([item.text for item in items])
    human = np.array([np.nan if v is None else v for v in own])
    arm = np.array([np.nan if v is None else v for v in ours])
    if np.isnan(arm).all():
        return Score(None, n=0, warnings=("no text holds a word",))
    level = float(np.nanmean(human))
    rng = np.random.default_rng(reference.seed)

    def ratio(drawn: np.ndarray) -> float:
        # Unpaired: the human side is drawn apart from the arm's.
        theirs = drawn if reference.paired else rng.integers(0, len(human), len(human))
        return float(np.nanmean(arm[drawn]) / np.nanmean(human[theirs]))

    interval = bootstrap_jointly(
        ratio, len(arm), reference.confidence, reference.resamples, reference.seed
    )
    return Score(
        float(np.nanmean(arm)) / level, interval.low, interval.high, int((~np.isnan(arm)).sum()),
        tuple(None if np.isnan(v) else float(v / level) for v in arm), (name,),
    )  # fmt: skip


def _judge_auc(judge: Judge, human: Sequence[float | None], reference: Reference) -> float:
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(reference.seed)
    shuffled = []
    for item in reference.human:
        listed = tokens.strip_references(item.text).split()
        shuffled.append(" ".join(listed[i] for i in rng.permutation(len(listed))))
    worse = [value for value in judge(shuffled) if value is not None]
    own = [value for value in human if value is not None]
    if not own or not worse:
        return float("nan")
    return float(roc_auc_score([0] * len(own) + [1] * len(worse), [*own, *worse]))


def _findings(item: Item, reference: Reference) -> list[Finding]:
    unknown, _ = nonwords(item.text, reference.language, _brand_words(reference))
    return [
        Finding("nonword", word, "unknown to the language and to the brand") for word in unknown
    ]


FAMILY = Family("fluency", _METRICS, _score, _findings)
