"""Which language a text is in, and the words every text of that language uses."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from smm_voice.errors import InputError
from smm_voice.text.tokens import WORD, strip_references

# Languages told apart from the brand's own; more would only add mistakes on short posts.
_COMPARED = ("en", "fr", "de", "es", "it", "nl", "pt")


# So many function words of one language, and so many more than of any other, need no detector.
_CLEAR_HITS, _CLEAR_FACTOR = 3, 4
_SHORT = 20
# From this confidence on lingua knows better than what the export names.
_BELIEVED = 0.5


@functools.cache
def _detector(languages: tuple[str, ...]) -> Any:
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [IsoCode639_1.from_str(code.upper()) for code in languages]
    return LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()


def detect(
    text: str, expected: Sequence[str], hint: str | None = None, minimum_share: float = 0.2
) -> str:
    """The language of `text` as a two-letter code.

    Clear cases are told by their function words, the others by lingua. A post too short or too
    mixed to tell is in the language that the export names where that is one of the brand's, else
    in the likeliest of the brand's.

    Args:
        text: a post.
        expected: the brand's languages (BCP 47), the default first.
        hint: the language that the export names.
        minimum_share: lingua's confidence in the brand's languages together, up to which a post
            is believed to be in another.
    """
    own = primaries(expected)
    bare = " ".join(strip_references(text).split())
    named = hint if hint in own else None
    if not WORD.search(bare):
        return named or own[0]
    if len(bare) < _SHORT:
        return named or (own[0] if len(own) == 1 else _confidences(bare, own)[0][0])
    compared = tuple(dict.fromkeys((*own, *_COMPARED)))
    clear = _by_function_words(bare, compared)
    if clear:
        return clear
    ranked = _confidences(bare, compared)
    of_own = [(language, share) for language, share in ranked if language in own]
    if sum(share for _, share in of_own) <= minimum_share:
        return ranked[0][0]
    likeliest, share = of_own[0]
    return likeliest if share >= _BELIEVED else named or likeliest


def _confidences(text: str, languages: tuple[str, ...]) -> list[tuple[str, float]]:
    """Languages with lingua's confidence, the likeliest first."""
    found = _detector(languages).compute_language_confidence_values(text)
    return [(str(each.language.iso_code_639_1.name).lower(), float(each.value)) for each in found]


def _by_function_words(text: str, compared: tuple[str, ...]) -> str | None:
    """The language whose function words clearly prevail, or None.

    Words that it alone has must be there, and of all function words it must have most: a list
    holds stray words of other languages.
    """
    owners = _owners(compared)
    alone: Counter[str] = Counter()
    together: Counter[str] = Counter()
    for word in WORD.findall(text.casefold().replace("’", "'")):
        for part in word.split("'"):
            languages = owners.get(part, ())
            together.update(languages)
            if len(languages) == 1:
                alone[languages[0]] += 1
    if not alone:
        return None
    best, hits = alone.most_common(1)[0]
    most_else = max((n for language, n in alone.items() if language != best), default=0)
    most_together = max((n for language, n in together.items() if language != best), default=0)
    clear = hits >= max(_CLEAR_HITS, _CLEAR_FACTOR * most_else)
    return best if clear and together[best] >= 1.5 * most_together else None


@functools.cache
def _owners(compared: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Function word → those of these languages that have it."""
    owners: dict[str, tuple[str, ...]] = {}
    for language in compared:
        try:
            words = function_words(language)
        except InputError:
            continue  # no list: lingua alone decides about it
        for word in words:
            owners[word] = (*owners.get(word, ()), language)
    return owners


def primary(language: str) -> str:
    """`fr-CA` → `fr`."""
    return language.split("-")[0].lower()


def primaries(languages: Iterable[str]) -> tuple[str, ...]:
    """Each language once, in their order: `fr-CA, fr, en` → `fr, en`."""
    return tuple(dict.fromkeys(primary(each) for each in languages))


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
