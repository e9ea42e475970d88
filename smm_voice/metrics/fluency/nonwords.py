"""Words that neither the language nor the brand knows."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence

from smm_voice.metrics.base import Item, Reference
from smm_voice.text import tokens

_SHORTEST_WORD = 3
_PARTS = re.compile(r"['’\-‑]")


@functools.lru_cache(maxsize=200_000)
def known_to_language(word: str, language: str) -> bool:
    """Whether wordfreq's list of the language holds the word."""
    from wordfreq import zipf_frequency

    return zipf_frequency(word, language) > 0


def nonwords(text: str, language: str, brand_words: frozenset[str]) -> tuple[list[str], int]:
    """Words of three letters and more that are unknown, and how many words were looked at.

    Args:
        text: links, handles and hashtags are left out.
        language: two-letter code.
        brand_words: the brand's own vocabulary, lower-cased.
    """
    looked_at = _long_parts(text)
    unknown = _unknown(looked_at, language, brand_words)
    return [word for word in looked_at if word in unknown], len(looked_at)


def rates(items: Sequence[Item], reference: Reference) -> list[float | None]:
    """Share of unknown words of each text, None for one without words.

    A word is looked up once, however often and in however many texts it stands: so the time is
    that of the distinct words, even where they are more than the look-up remembers.
    """
    parts = [_long_parts(item.text) for item in items]
    unknown = _unknown(
        (word for words in parts for word in words), reference.language, brand_words(reference)
    )
    return [
        sum(word in unknown for word in words) / len(words) if words else None for words in parts
    ]


def brand_words(reference: Reference) -> frozenset[str]:
    """The words of the brand's training posts."""

    def collect() -> frozenset[str]:
        return frozenset(part for text in reference.training for part in _parts(text))

    found: frozenset[str] = reference.remember("fluency/brand_words", collect)
    return found


def _parts(text: str) -> list[str]:
    return [part for word in tokens.words(text) for part in _PARTS.split(word)]


def _long_parts(text: str) -> list[str]:
    return [part for part in _parts(text) if len(part) >= _SHORTEST_WORD]


def _unknown(words: Iterable[str], language: str, brand_words: frozenset[str]) -> set[str]:
    return {
        word
        for word in set(words)
        if word not in brand_words and not known_to_language(word, language)
    }
