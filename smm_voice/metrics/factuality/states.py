"""What the sheet says in words: "breakfast is included", "no lunch service"."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

import regex

from smm_voice.metrics.factuality.line import Fact
from smm_voice.metrics.factuality.polarity import denied_words, part_around
from smm_voice.text import languages
from smm_voice.text.fold import fold, words_of

_STEM = 5
# Of a text that is no yes or no, one word alone would be meant by anything.
_LEAST_WORDS = 2
_LEAST_WORD = 3
_WITHOUT = {
    "en": r"(?:without|no|not|excluding)",
    "fr": r"(?:sans|pas de|aucun|aucune|hors|non)",
}
_DENYING = regex.compile(r"(?<!\w)(?:no|not|never|without|pas|sans|aucun|aucune|jamais|non)(?!\w)")


def states(
    folded: str, lines: Sequence[Fact], language: str
) -> Iterator[tuple[int, int, Fact, bool]]:
    """Where a clause says what a line says, or denies it.

    A line is meant where all its telling words stand in one part of the clause, in any order and
    inflection; and denied also by "without" before the first of them.

    Args:
        folded: a clause.
        lines: of the subjects that the post speaks of.
        language: two-letter code.

    Yields:
        Start and end of the words, the line, and whether they say the opposite of it.
    """
    for line in lines:
        for text in line.statements:
            words = _telling(text, language)
            if len(words) < (1 if line.whether else _LEAST_WORDS):
                continue
            found = _all_in_one_part(folded, words)
            says_no = bool(_DENYING.search(text))
            if found:
                start, end = found
                denied = denied_words(folded, start, language) or bool(
                    _DENYING.search(part_around(folded, start))
                )
                yield start, end, line, denied != says_no
                continue
            refused = regex.search(
                rf"(?<!\w){_WITHOUT.get(language, _WITHOUT['en'])} (?:\w+ ){{0,1}}?"
                rf"{regex.escape(words[0])}\w*", folded,
            )  # fmt: skip
            if refused and not says_no:
                yield *refused.span(), line, True


def _all_in_one_part(folded: str, words: Sequence[str]) -> tuple[int, int] | None:
    first = regex.search(rf"(?<!\w){regex.escape(words[0])}", folded)
    if not first:
        return None
    part = part_around(folded, first.start())
    offset = folded.find(part)
    places = [regex.search(rf"(?<!\w){regex.escape(word)}\w*", part) for word in words]
    if not all(places):
        return None
    spans = [place.span() for place in places if place]
    return offset + min(a for a, _ in spans), offset + max(b for _, b in spans)


@functools.lru_cache(maxsize=4096)
def _telling(text: str, language: str) -> tuple[str, ...]:
    """The beginnings of the words that carry a text."""
    common = frozenset(map(fold, languages.function_words(language)))
    words = [
        word[:_STEM] for word in words_of(text)
        if len(word) >= _LEAST_WORD and word not in common
    ]  # fmt: skip
    return tuple(dict.fromkeys(word for word in words if not _DENYING.fullmatch(word)))
