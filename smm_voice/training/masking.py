"""Facts and names that no brief gives: a model that learns them learns to invent."""

from __future__ import annotations

import functools
from collections.abc import Iterator

import regex

from smm_voice.dataset.example import Example
from smm_voice.text import facts as typed_facts
from smm_voice.text.fold import fold
from smm_voice.text.languages import primary

Span = tuple[int, int]

_WORD = regex.compile(r"[\p{L}\p{N}]+")
_CAPITALISED = r"\p{Lu}[\p{L}\p{N}’'\-]*"
# "Cape Canaveral", "Ville de Paris", "Apollo 11".
_NAME = regex.compile(
    rf"(?<![\w@#/.\[]){_CAPITALISED}"
    rf"(?:[ \u00a0](?:(?:of|the|de|du|des|la|le)[ \u00a0]){{0,2}}(?:{_CAPITALISED}|\d+\b)){{0,4}}"
)
# After these a word is capitalised whatever it is.
_OPENING = regex.compile(r"(?:^|[.!?…:;\n\"«“(\-–—\p{Extended_Pictographic}\uFE0F])\s*$")
_CALENDAR = regex.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|may|june|july"
    r"|august|september|october|november|december"
)
# Zipf frequency from which a capitalised word is taken for everyday language.
_COMMON_ZIPF = 5.0
# A hashtag is a matter of voice as much as of fact.
_KEPT_KINDS = frozenset({"hashtag", "weekday", "ordinal"})


def unsupported(example: Example, known: str = "") -> list[Span]:
    """Where an example's text states a fact or a name that its brief does not give.

    Numbers, amounts, dates, times, addresses, handles and names. What is not checkable ("two
    friends", "tomorrow") and hashtags are left alone.

    Args:
        example: brief and post.
        known: further text whose names are known, such as the brand's name.

    Returns:
        Start and end in `example.text`, in characters, in order, not overlapping.
    """
    language = primary(example.post.language or "en")
    when = example.post.created_at
    given = typed_facts.extract(example.brief, language, when)
    folded = fold(f"{example.brief} {known}")
    spans = []
    for fact in typed_facts.extract(example.text, language, when):
        if fact.kind in _KEPT_KINDS or fact.incidental:
            continue
        if not any(typed_facts.agree(fact, other) for other in given):
            spans.append((fact.start, fact.end))
    words = frozenset(_WORD.findall(folded))
    spans += _names(example.text, words, language)
    return _merged(spans)


def _names(text: str, known: frozenset[str], language: str) -> Iterator[Span]:
    for match in _NAME.finditer(text):
        start, end = match.span()
        if _OPENING.search(text[:start]):
            first = regex.match(r"[^ \u00a0]+[ \u00a0]?", match.group())
            # The first word of a sentence tells nothing; what follows it may be a name.
            start += first.end() if first else 0
        words = _WORD.findall(fold(text[start:end]))
        if not words or any(word in known for word in words):
            continue
        if all(_everyday(word, language) for word in words):
            continue
        yield start, end


@functools.lru_cache(maxsize=50_000)
def _everyday(word: str, language: str) -> bool:
    from wordfreq import zipf_frequency

    if len(word) < 2 or word.isdigit() or _CALENDAR.fullmatch(word):
        return True
    return zipf_frequency(word, language if language in ("en", "fr") else "en") >= _COMMON_ZIPF


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
