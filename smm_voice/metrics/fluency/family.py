"""The fluency metrics: unknown words, a judge's surprise, loops, leaks, the wrong language."""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np

from smm_voice.metrics.base import Family, Finding, Item, Metric, Reference, Score
from smm_voice.metrics.excess import excess
from smm_voice.metrics.fluency import judges
from smm_voice.metrics.fluency.leaks import leaks
from smm_voice.metrics.fluency.nonwords import brand_words, nonwords, rates
from smm_voice.metrics.fluency.repeats import repeated_share, repeated_spans
from smm_voice.statistics import bootstrap_mean
from smm_voice.text import languages, tokens

_VERSION = "1"
# Shorter texts are names and cries, which no detector can place.
_LEAST_WORDS_OF_A_LANGUAGE = 6

_METRICS = (
    Metric("fluency/bits_per_byte_ratio", "post", 1.0, ("human", "judge"), _VERSION,
           "bootstrap over briefs",
           "Surprise of a judge model over its surprise at human posts; a little under 1 is good"),
    Metric("fluency/bits_per_byte_spread", "corpus", 1.0, ("human", "judge"), _VERSION,
           "bootstrap over briefs",
           "How much that surprise differs from text to text, over human; below 1 = too even"),
    Metric("fluency/nonword_rate", "post", "lower", ("training",), _VERSION,
           "bootstrap over briefs", "Share of words that neither the language nor the brand knows"),
    Metric("fluency/nonword_excess", "post", 0.0, ("training", "human"), "2",
           "bootstrap over briefs", "The same, minus the rate of the brand's own posts"),
    Metric("fluency/repeated_ngrams", "post", 0.0, ("human",), _VERSION, "bootstrap over briefs",
           "Share of three-word phrases that recur inside their text, minus the brand's own share"),
    Metric("fluency/prompt_leak_rate", "post", "lower", (), _VERSION, "bootstrap over briefs",
           "Share of texts with words of a prompt, a template or a chat in them"),
    Metric("fluency/wrong_language_rate", "post", "lower", (), _VERSION, "bootstrap over briefs",
           "Share of texts in another language"),
    Metric("fluency/unfinished_rate", "post", "lower", (), _VERSION, "bootstrap over briefs",
           "Share of texts that ran into the length limit"),
)  # fmt: skip


@functools.lru_cache(maxsize=10_000)
def language_of(text: str, expected: str) -> str | None:
    """Two-letter code of the language that a text is in, None where it is too short to tell."""
    if len(tokens.words(text)) < _LEAST_WORDS_OF_A_LANGUAGE:
        return None
    # The detector takes no lone surrogates.
    return languages.detect(text.encode("utf-8", "replace").decode(), [expected])


def _mean_score(values: Sequence[float | None], reference: Reference, absent: str) -> Score:
    present = [value for value in values if value is not None]
    if not present:
        return Score(None, n=0, warnings=(absent,))
    interval = bootstrap_mean(present, reference.confidence, reference.resamples, reference.seed)
    return Score(float(np.mean(present)), interval.low, interval.high, len(present), tuple(values))


def _score(items: Sequence[Item], reference: Reference) -> dict[str, Score]:
    def repeated(some: Sequence[Item]) -> list[float | None]:
        return [repeated_share(item.text) for item in some]

    scores = _nonword_scores(items, reference) | judges.scores(items, reference)
    scores["fluency/repeated_ngrams"] = excess(
        repeated(items),
        reference.remember("fluency/human_repeated", lambda: repeated(reference.human)),
        reference,
        "no text holds three words",
    )
    scores["fluency/prompt_leak_rate"] = _mean_score(
        [float(bool(leaks(item.text))) if item.text.strip() else None for item in items],
        reference,
        "all texts are empty",
    )
    own = languages.primary(reference.language)
    found = [language_of(item.text, own) for item in items]
    scores["fluency/wrong_language_rate"] = _mean_score(
        [None if language is None else float(language != own) for language in found],
        reference,
        f"no text holds {_LEAST_WORDS_OF_A_LANGUAGE} words",
    )
    scores["fluency/unfinished_rate"] = _mean_score(
        [None if item.finished is None else float(not item.finished) for item in items],
        reference,
        "it is not known which texts were cut",
    )
    return scores


@functools.cache
def _has_word_list(language: str) -> bool:
    from wordfreq import available_languages

    return languages.primary(language) in available_languages()


def _nonword_scores(items: Sequence[Item], reference: Reference) -> dict[str, Score]:
    rate, over = "fluency/nonword_rate", "fluency/nonword_excess"
    if not _has_word_list(reference.language):
        why = f"no frequency list for {reference.language}"
        return dict.fromkeys((rate, over), Score(None, warnings=(why,)))
    ours = rates(items, reference)
    human = reference.remember("fluency/human", lambda: rates(reference.human, reference))
    absent = "no text holds a word"
    return {
        rate: _mean_score(ours, reference, absent),
        over: excess(ours, human, reference, absent),
    }


def _findings(item: Item, reference: Reference) -> list[Finding]:
    found: list[Finding] = []
    if _has_word_list(reference.language):
        unknown, _ = nonwords(item.text, reference.language, brand_words(reference))
        why = "unknown to the language and to the brand"
        found += [Finding("nonword", word, why) for word in unknown]
    found += [
        Finding("repeated", span, f"words of it stand {times} times in this text")
        for span, times in repeated_spans(item.text)
    ]
    found += [Finding("leak", span, what) for span, what in leaks(item.text)]
    own = languages.primary(reference.language)
    other = language_of(item.text, own)
    if other not in (None, own):
        found.append(Finding("language", item.text.strip(), f"in {other}"))
    return found


FAMILY = Family("fluency", _METRICS, _score, _findings)
