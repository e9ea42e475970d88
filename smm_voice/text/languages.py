"""Which language a text is in, and the words every text of that language uses."""

from __future__ import annotations

import functools

from smm_voice.errors import InputError
from smm_voice.text.tokens import strip_references

# Languages told apart from the brand's own; more would only add mistakes on short posts.
_COMPARED = ("en", "fr", "de", "es", "it", "nl", "pt")


@functools.cache
def _detector(languages: tuple[str, ...]) -> object:
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [IsoCode639_1.from_str(code.upper()) for code in languages]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()


def detect(text: str, expected: list[str], minimum_confidence: float = 0.8) -> str:
    """The language of `text` as a two-letter code.

    A post too short or too mixed to tell is taken for the brand's first language.

    Args:
        text: a post.
        expected: the brand's languages (BCP 47), the default first.
        minimum_confidence: lingua's confidence from which another language is believed.
    """
    default = primary(expected[0])
    bare = " ".join(strip_references(text).split())
    if len(bare) < 20:
        return default
    languages = tuple(dict.fromkeys([*(primary(code) for code in expected), *_COMPARED]))
    best = _detector(languages).compute_language_confidence_values(bare)[0]  # type: ignore[attr-defined]
    if best.value < minimum_confidence:
        return default
    return str(best.language.iso_code_639_1.name).lower()


def primary(language: str) -> str:
    """`fr-CA` → `fr`."""
    return language.split("-")[0].lower()


@functools.cache
def function_words(language: str) -> frozenset[str]:
    """Function words of a language.

    Raises:
        InputError: there is no list for it; the message names those that have one.
    """
    from stop_words import LANGUAGE_MAPPING, StopWordError, get_stop_words

    code = primary(language)
    try:
        found = get_stop_words(code)
    except StopWordError:
        known = ", ".join(sorted(LANGUAGE_MAPPING))
        raise InputError(
            f"no function-word list for {language!r}; there is one for: {known}"
        ) from None
    return frozenset(word.replace("’", "'").casefold() for word in found)
