"""Numbers in words, read by text2num, and put as digits for the patterns to find."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import regex
from text_to_num import find_numbers

from smm_voice.text.tokens import WORD

# Whether the reader is worth asking at all: the beginnings of all number words from two on.
_ANY = {
    "en": regex.compile(
        r"(?i)\b(?:first|two|thr|four|five|fif|six|seven|eight|nine|ninth|ten|eleven|twel|thir|twen"
        r"|for|nin|hundred|thousand|million|billion|dozen)"
    ),
    "fr": regex.compile(
        r"(?i)\b(?:deux|trois|quat|cinq|six|sept|huit|neuf|dix|onz|douz|treiz|quatorz|quinz|seiz"
        r"|vingt|trent|quarant|cinquant|soixant|septant|huitant|nonant|cent|mill|premi|demi-douz)"
    ),
}
# Collective numbers, which are about so many.
_DOZENS = {
    "en": {"dozen": 12, "half-dozen": 6},
    "fr": {
        "douzaine": 12, "dizaine": 10, "quinzaine": 15, "vingtaine": 20, "trentaine": 30,
        "quarantaine": 40, "cinquantaine": 50, "soixantaine": 60, "centaine": 100, "millier": 1000,
        "demi-douzaine": 6,
    },
}  # fmt: skip
# Words that are numbers to the reader and seldom to the writer.
_NO_NUMBER = frozenset({"second", "seconds", "seconde", "secondes"})
# "Neuf" is nine before a word and new after one.
_NEW_AFTER = frozenset({"tout", "flambant", "quoi", "vélo", "état"})
# "1.1 million" and "12 pour cent" are read whole by the patterns for digits.
_AFTER_DIGITS = regex.compile(r"(?i)(?:\d[ \u00a0\u202f]?|\b(?:pour|per) )$")
# "Hundreds of experiments"
_MANY = frozenset({"hundreds", "thousands", "millions", "billions", "milliers", "milliards"})
_POINT = {"fr": ","}
# "Un million et demi": the reader stops before the half.
_HALF = regex.compile(r"(?i)\s(?:et demie?|and a half)\b")
# Of a number of millions, half a million.
_MILLION = 10**6


@dataclass(frozen=True)
class Digits:
    """A text with its number words as digits.

    Attributes:
        text: the new text.
        starts: for each of its characters, where in the old text it begins.
        ends: and where it ends.
    """

    text: str
    starts: list[int]
    ends: list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the new text stood in the old one."""
        return self.starts[start], self.ends[end - 1]


class _Word:
    """A token as text2num wants it."""

    __slots__ = ("_apart", "_never", "_word")

    def __init__(self, word: str, apart: bool, never: bool) -> None:
        self._word, self._apart, self._never = word, apart, never

    def text(self) -> str:
        return self._word

    def text_lowercase(self) -> str:
        return self._word.casefold()

    def nt_separated(self, previous: object) -> bool:
        return self._apart

    def not_a_number_part(self) -> bool:
        return self._never


def as_digits(text: str, language: str) -> Digits | None:
    """The text with numbers in words as digits; None where there are none.

    "One" stays: it is an article, a pronoun and a number.
    """
    if language not in _ANY or not _ANY[language].search(text):
        return None
    found = list(_numbers(text, language))
    if not found:
        return None
    parts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for start, end, digits in [*found, (len(text), len(text), "")]:
        parts += text[at:start], digits
        starts += [*range(at, start), *[start] * len(digits)]
        ends += [*range(at + 1, start + 1), *[end] * len(digits)]
        at = end
    return Digits("".join(parts), starts, ends)


def _numbers(text: str, language: str) -> list[tuple[int, int, str]]:
    matches = list(WORD.finditer(text))
    words: list[_Word] = []
    end = 0
    for match in matches:
        word = match.group()
        is_new = word.casefold() == "neuf" and (
            (words and words[-1].text_lowercase() in _NEW_AFTER)
            or not regex.match(r"[ \u00a0\u202f][\p{L}]", text, pos=match.end())
        )
        apart = text[end : match.start()].strip(" \u00a0\u202f") != ""
        words.append(_Word(word, apart, is_new or word.casefold() in _NO_NUMBER))
        end = match.end()
    found = []
    taken: set[int] = set()
    for number in find_numbers(words, language, 0.0):
        start, end = matches[number.start].start(), matches[number.end - 1].end()
        said = text[start:end]
        # "Hundred third" would be read as one number; an ordinal has to be one alone.
        if any(map(str.isdigit, said)) or said.casefold() in _MANY:
            continue
        half = _HALF.match(text, end)
        value = Decimal(str(number.value))
        if half and not number.is_ordinal:
            end = half.end()
            value += _MILLION // 2 if value and value % _MILLION == 0 else Decimal("0.5")
        elif value < 2 and not number.is_ordinal:
            continue
        if _AFTER_DIGITS.search(text, max(0, start - 8), start):
            continue
        suffix = _suffix(int(value), language) if number.is_ordinal else ""
        digits = format(value.normalize(), "f")
        found.append((start, end, digits.replace(".", _POINT.get(language, ".")) + suffix))
        taken.update(range(number.start, number.end))
    dozens = _DOZENS[language]
    for at, match in enumerate(matches):
        word = match.group().casefold()
        # "Dozens of" and "des centaines de" name no number.
        if word in dozens and at not in taken:
            found.append((match.start(), match.end(), str(dozens[word])))
    return sorted(found)


def _suffix(value: int, language: str) -> str:
    if language == "fr":
        return "er" if value == 1 else "e"
    if value % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")


def is_collective(span: str) -> bool:
    """Whether this is "a dozen" and the like, which is about so many."""
    return bool(regex.search(r"(?i)(?:dozen|aine|millier)\b", span))


def is_figure_of_speech(span: str) -> bool:
    """Whether this is a round number that stands for many: "a thousand words", "mille mercis"."""
    return bool(
        regex.fullmatch(
            r"(?i)(?:a )?(?:hundred|thousand|million)|cent|mille(?: et une?)?|quinzaine", span
        )
    )
