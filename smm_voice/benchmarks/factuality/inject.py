"""Errors put into real posts by program, one function a type; English only.

Each takes the words of a fact and what stands before them, and gives false ones in the same form,
or None where it cannot: what is counted is what could be changed.
"""

from __future__ import annotations

from collections.abc import Callable

import regex

_DIGITS = regex.compile(r"\d[\d,.]*\d|\d")
_ORDINAL = regex.compile(r"(\d+)(st|nd|rd|th)\b", regex.IGNORECASE)
# "Over 700" is true of more than 700 only: such a number is changed to a larger one, and one after
# "under" to a smaller.
_OVER = regex.compile(
    r"(?i)\b(?:over|above|exceed(?:s|ed|ing)?|(?:more|greater) than|at least)\s*$"
)
_UNDER = regex.compile(
    r"(?i)\b(?:under|below|up to|at most|within|(?:less|fewer|no more) than)\s*$"
)
_SPELLED = (
    ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
     "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
    ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"),
)  # fmt: skip
_UNITS = {
    "miles": "feet", "mile": "foot", "feet": "miles", "foot": "mile", "inches": "feet",
    "inch": "foot", "mph": "km/h", "miles per hour": "feet per hour", "km": "m",
    "kilometers": "meters", "meters": "kilometers", "pounds": "tons", "lbs": "tons",
    "tons": "pounds", "kg": "g", "years": "months", "year": "month", "months": "weeks",
    "month": "week", "weeks": "months", "week": "month", "days": "weeks", "day": "week",
    "hours": "minutes", "hour": "minute", "minutes": "hours", "minute": "hour",
    "seconds": "minutes", "second": "minute", "light years": "miles", "light-years": "miles",
    "gigabytes": "megabytes", "gb": "MB",
}  # fmt: skip
_UNIT = regex.compile(
    rf"(?i)(?<![\p{{L}}])(?:{'|'.join(sorted(_UNITS, key=len, reverse=True))})(?![\p{{L}}])"
)
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December")  # fmt: skip
_MONTH = regex.compile(rf"(?i)\b(?:{'|'.join((*_MONTHS, *(m[:3] for m in _MONTHS), 'Sept'))})\b")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_RELATIVE = {"today": "tomorrow", "tomorrow": "today", "yesterday": "today",
             "tonight": "tomorrow night"}  # fmt: skip
_DAY = regex.compile(r"(?<!\d)\d{1,2}(?!\d)")
_HOUR = regex.compile(r"\d{1,2}")
_AUXILIARY = regex.compile(
    r"(?i)(?<![#@\w])(?:is|are|was|were|will|has|have|had|can|could|does|did)\b(?!\s+not\b|n['’]t)"
)
_CLAUSE_SIGN = regex.compile(r"[.!?…,;:—–\n]")

Injector = Callable[[str, str], str | None]


def number(span: str, before: str) -> str | None:
    """Another number with as many digits and the same signs, or another number word.

    The first digit is changed by two (ordinals: the number by one, years: by three), so that even
    "about" does not cover it.
    """
    ordinal = _ORDINAL.search(span)
    if ordinal:
        return span[: ordinal.start()] + _ordinal(int(ordinal[1]) + 1) + span[ordinal.end() :]
    found = _DIGITS.findall(span)
    if not found:
        return _spelled(span, before)
    if len(found) > 1:
        return None
    digits = _DIGITS.search(span)
    if digits is None:
        return None
    if regex.fullmatch(r"(?:19|20)\d\d", span.strip()):
        return str(int(span) + 3)
    # A leading zero of 0.9 says nothing.
    place = digits.start() + len(digits.group()) - len(digits.group().lstrip("0.,"))
    if place >= digits.end():
        return None
    old = int(span[place])
    new = _moved(old, _OVER.search(before) is not None or "+" in span, bool(_UNDER.search(before)))
    return None if new is None else span[:place] + str(new) + span[place + 1 :]


def unit(span: str, before: str) -> str | None:
    """The same number of another unit."""
    found = _UNIT.search(span)
    if found is None or not regex.search(r"\d|\p{L}", span[: found.start()]):
        return None
    other = _UNITS[found.group().casefold()]
    return span[: found.start()] + _cased(other, found.group()) + span[found.end() :]


def day(span: str, before: str) -> str | None:
    """A date three days off, or another day of the week."""
    for old, new in _RELATIVE.items():
        if span.casefold() == old:
            return _cased(new, span)
    for at, name in enumerate(_WEEKDAYS):
        found = regex.search(rf"(?i)\b{name}\b", span)
        if found and not regex.search(r"\d", span):
            other = _cased(_WEEKDAYS[(at + 2) % 7], found.group())
            return span[: found.start()] + other + span[found.end() :]
    numbers = list(_DAY.finditer(span))
    if not numbers or not (_MONTH.search(span) or regex.search(r"\d[/-]\d", span)):
        return None
    found = numbers[-1]
    old_day = int(found.group())
    new_day = old_day + 3 if old_day <= 25 else old_day - 3
    written = f"{new_day:0{len(found.group())}d}"
    rest = span[found.end() :]
    suffix = regex.match(r"(?i)st|nd|rd|th", rest)
    if suffix:
        written, rest = _ordinal(new_day), rest[suffix.end() :]
    return span[: found.start()] + written + rest


def month(span: str, before: str) -> str | None:
    """A date two months off, or, without a month, a year three years off."""
    found = _MONTH.search(span)
    if found is None:
        return number(span, before) if regex.fullmatch(r"(?:19|20)\d\d", span.strip()) else None
    at = [m[:3].casefold() for m in _MONTHS].index(found.group()[:3].casefold())
    name = _MONTHS[(at + 2) % 12]
    # "May" is short and full: what is full in any case is taken.
    short = len(found.group()) < 5 and found.group().casefold() not in map(str.casefold, _MONTHS)
    written = _cased(name[:3] if short else name, found.group())
    return span[: found.start()] + written + span[found.end() :]


def time(span: str, before: str) -> str | None:
    """Two hours off."""
    found = _HOUR.search(span)
    if found is None:
        return None
    hour = int(found.group())
    return span[: found.start()] + str(hour + 2 if hour <= 10 else hour - 2) + span[found.end() :]


def url(span: str, before: str) -> str | None:
    """The same address with a letter too many."""
    return f"{span}x" if regex.search(r"\w$", span) else f"{span}x/"


def name(span: str, before: str) -> str | None:
    """Another account, or another hashtag, that looks like it."""
    return f"{span}HQ"


def negated(text: str, start: int) -> tuple[str, int] | None:
    """The text with "not" after the auxiliary nearest before `start`, and where it was put.

    Only in the same part of the sentence, where it can be the fact's own, and not in questions.
    """
    borders = [m.end() for m in _CLAUSE_SIGN.finditer(text) if m.end() <= start]
    begin = borders[-1] if borders else 0
    found = list(_AUXILIARY.finditer(text, begin, start))
    closing = regex.search(r"[.!?…\n]", text[start:])
    if not found or (closing and closing.group() == "?"):
        return None
    at = found[-1].end()
    return f"{text[:at]} not{text[at:]}", at


INJECTORS: dict[str, tuple[tuple[str, Injector], ...]] = {
    "number": (("number", number),),
    "ordinal": (("number", number),),
    "quantity": (("quantity", number), ("unit", unit)),
    "money": (("money", number),),
    "percent": (("percent", number),),
    "date": (("date", day), ("date", month)),
    "weekday": (("date", day),),
    "time": (("time", time),),
    "url": (("url", url),),
    "handle": (("handle", name),),
    "hashtag": (("hashtag", name),),
}


def _moved(digit: int, more: bool, less: bool) -> int | None:
    """A first digit two off; upwards or downwards where it has to be."""
    if less:
        return digit - 2 if digit > 2 else None
    if digit <= 7:
        return digit + 2
    return None if more else digit - 2


def _spelled(span: str, before: str) -> str | None:
    for words in _SPELLED:
        for at, word in enumerate(words):
            found = regex.search(rf"(?i)(?<![\p{{L}}]){word}(?![\p{{L}}])", span)
            if found is None:
                continue
            up = at + 2 < len(words)
            if (_OVER.search(before) and not up) or (_UNDER.search(before) and at < 2):
                return None
            other = words[at - 2] if _UNDER.search(before) or not up else words[at + 2]
            return span[: found.start()] + _cased(other, found.group()) + span[found.end() :]
    return None


def _ordinal(value: int) -> str:
    teen = 10 <= value % 100 <= 20
    return f"{value}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(value % 10, 'th')}"


def _cased(new: str, old: str) -> str:
    """In capitals, with a capital, or as it is, as `old` is written."""
    if old.isupper() and len(old) > 1:
        return new.upper()
    return new[:1].upper() + new[1:] if old[:1].isupper() else new
