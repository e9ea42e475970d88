"""Typed facts: the checkable things in a text, in English and French.

Numbers, money, percentages, quantities, dates and times are brought to one canonical value, so
that "1 299,00 €" and "€1,299.00" compare equal. Parsing of amounts and dates is left to
price-parser and dateparser; this module only finds the spans.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

import regex

from smm_voice.text.tokens import EMAIL, HANDLE, HASHTAG, URL

# A number longer than this is no fact anyone states; it also bounds the parsers' work.
_LONGEST_NUMBER = 24


@dataclass(frozen=True)
class TypedFact:
    """One checkable thing.

    Attributes:
        kind: url, email, handle, hashtag, money, percent, date, time, quantity or number.
        value: canonical form; equal facts have equal (kind, value, unit).
        unit: currency for money, lower-case singular unit for a quantity, else "".
        span: the words as they stand in the text.
        start: offset of the span, in characters.
    """

    kind: str
    value: str
    unit: str
    span: str
    start: int

    @property
    def end(self) -> int:
        """Offset just past the span, in characters."""
        return self.start + len(self.span)

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes two facts the same."""
        return self.kind, self.value, self.unit


_MONTHS_EN = (
    r"(?:(?:january|february|march|april|may|june|july|august|september|october|november|december)"
    r"\b|(?:jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\b\.?)"
)
_MONTHS_FR = (
    r"(?:(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
    r"\b|(?:janv|févr|avr|juil|sept|oct|nov|déc)\b\.?)"
)
_SPACE = r"[ \u00a0\u202f]"
# Possessive and bounded: ten thousand digits are read once, not once from every digit.
_AMOUNT = (
    rf"(?<!\d)(?<!\d[.,])(?>(?:\d{{1,3}}(?:{_SPACE}\d{{3}}(?!\d)){{1,8}}|\d+)(?:[.,]\d+){{0,8}})"
)
_SCALES = {
    "k": 3, "thousand": 3, "mille": 3, "m": 6, "million": 6, "millions": 6, "bn": 9,
    "billion": 9, "billions": 9, "milliard": 9, "milliards": 9, "trillion": 12, "trillions": 12,
}  # fmt: skip
_SCALE = (
    r"(?:(?:[kK](?![\w°])|M(?![\w°]))"
    rf"|{_SPACE}?(?i:thousand|mille|millions?|bn|billions?|milliards?|trillions?)\b)"
)
# After money a small m cannot be a metre.
_MONEY_SCALE = rf"(?:m(?![\w°])|{_SCALE})"
_CURRENCIES = {
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "dollars": "USD",
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR",
    "£": "GBP", "gbp": "GBP", "cad": "CAD", "chf": "CHF",
}  # fmt: skip
_CURRENCY = r"(?i:US\$|\$|€|£|USD|EUR|GBP|CAD|CHF)"
_CURRENCY_AFTER = r"(?i:\$|€|£|USD\b|EUR\b|GBP\b|CAD\b|CHF\b|dollars?\b|euros?\b)"
# Units in one canonical spelling; a unit that is not listed makes the fact a plain number.
_UNITS = {
    canonical: spellings
    for canonical, spellings in (
        ("mile", ("mile", "miles", "mi")),
        ("mph", ("mph", "miles per hour")),
        ("kilometre", ("km", "kms", "kilometer", "kilometers", "kilometre", "kilometres",
                       "kilomètre", "kilomètres")),
        ("km/h", ("km/h", "kph", "kmh")),
        ("metre", ("meter", "meters", "metre", "metres", "mètre", "mètres", "m")),
        ("centimetre", ("cm", "centimeter", "centimeters", "centimetre", "centimètres")),
        ("foot", ("foot", "feet", "ft")),
        ("inch", ("inch", "inches")),
        ("acre", ("acre", "acres")),
        ("light-year", ("light-year", "light-years", "light year", "light years",
                        "années-lumière")),
        ("pound", ("pound", "pounds", "lb", "lbs")),
        ("kilogram", ("kg", "kilo", "kilos", "kilogram", "kilograms", "kilogramme",
                      "kilogrammes")),
        ("gram", ("g", "gram", "grams", "gramme", "grammes")),
        ("ton", ("ton", "tons", "tonne", "tonnes")),
        ("litre", ("l", "litre", "litres", "liter", "liters")),
        ("gallon", ("gallon", "gallons")),
        ("degree", ("degree", "degrees", "degré", "degrés", "°", "°f", "°c")),
        ("second", ("second", "seconds", "seconde", "secondes", "sec")),
        ("minute", ("minute", "minutes", "min", "mins")),
        ("hour", ("hour", "hours", "heure", "heures", "hr", "hrs", "h")),
        ("day", ("day", "days", "jour", "jours")),
        ("week", ("week", "weeks", "semaine", "semaines")),
        ("month", ("month", "months", "mois")),
        ("year", ("year", "years", "an", "ans", "année", "années")),
        ("watt-hour", ("wh",)),
        ("watt", ("watt", "watts", "w")),
        ("megapixel", ("megapixel", "megapixels")),
    )
}  # fmt: skip
_UNIT_OF = {spelling: unit for unit, spellings in _UNITS.items() for spelling in spellings}
_UNIT = "|".join(regex.escape(u) for u in sorted(_UNIT_OF, key=len, reverse=True))


def _date_pattern(months: str) -> regex.Pattern[str]:
    return regex.compile(
        rf"\b\d{{4}}-\d{{2}}-\d{{2}}\b"
        rf"|\b{months}{_SPACE}\d{{1,2}}(?:st|nd|rd|th)?(?:,?{_SPACE}\d{{4}})?\b(?![:%])"
        rf"|\b\d{{1,2}}(?:er|st|nd|rd|th)?{_SPACE}(?:of )?{months}(?:,?{_SPACE}\d{{4}})?"
        rf"|\b{months},?{_SPACE}\d{{4}}\b"
        r"|\b\d{1,2}/\d{1,2}/\d{4}\b",
        regex.IGNORECASE,
    )


_DIGIT = regex.compile(r"\d")
# "Mars 2020" is a rover in English and a month in French.
_DATES = {"fr": _date_pattern(rf"(?:{_MONTHS_FR}|{_MONTHS_EN})"), "": _date_pattern(_MONTHS_EN)}
_BEFORE_DATES: tuple[tuple[str, regex.Pattern[str]], ...] = (
    ("url", URL),
    ("email", EMAIL),
    ("handle", HANDLE),
    ("hashtag", HASHTAG),
)
_AFTER_DATES: tuple[tuple[str, regex.Pattern[str]], ...] = (
    ("time", regex.compile(
        rf"\b\d{{1,2}}(?::\d{{2}})?{_SPACE}?(?:a\.m\.|p\.m\.|am\b|pm\b)"
        rf"|\b\d{{1,2}}{_SPACE}?h{_SPACE}?(?:\d{{2}})?\b(?!/)"
        r"|\b\d{1,2}:\d{2}\b", regex.IGNORECASE)),
    ("money", regex.compile(
        rf"{_CURRENCY}{_SPACE}?{_AMOUNT}{_MONEY_SCALE}?"
        rf"|{_AMOUNT}{_MONEY_SCALE}?{_SPACE}?(?:d[’'])?{_CURRENCY_AFTER}")),
    ("percent", regex.compile(
        rf"{_AMOUNT}{_SPACE}?(?:%|(?i:percent|per cent|pour cent|pourcent)\b)")),
    # The only quantity whose sign is a part of it.
    ("quantity", regex.compile(rf"(?<![\w.,])[-−]{_AMOUNT}{_SPACE}?°{_SPACE}?(?:[CF]\b)?")),
    ("quantity", regex.compile(
        rf"(?<![\w.,]){_AMOUNT}\+?(?:{_SCALE})?(?:{_SPACE}|-)?(?i:{_UNIT})(?![\w/])")),
    # "3-D" and "K2-18" are names.
    ("number", regex.compile(rf"(?<![\w.,/-]){_AMOUNT}\+?{_SCALE}?(?![\w/]|-\p{{L}})")),
)  # fmt: skip


def extract(text: str, language: str = "en", when: datetime | None = None) -> list[TypedFact]:
    """Typed facts of `text` in order of appearance; a span belongs to one fact only.

    Args:
        text: a post.
        language: two-letter code; decides the decimal sign and the order of day and month.
        when: the post's time, which gives a date without a year its year.
    """
    taken = bytearray(len(text))
    facts: list[TypedFact] = []

    def take(kind: str, pattern: regex.Pattern[str]) -> None:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            read = _canonical(kind, match.group(), language, when)
            if read is None:
                continue
            taken[start:end] = b"\1" * (end - start)
            facts.append(TypedFact(kind, *read, match.group(), start))

    for kind, pattern in _BEFORE_DATES:
        take(kind, pattern)
    # All the others hold a digit; most posts have none outside their links and tags.
    if any(not taken[match.start()] for match in _DIGIT.finditer(text)):
        for kind, pattern in (("date", _DATES.get(language, _DATES[""])), *_AFTER_DATES):
            take(kind, pattern)
    return sorted(facts, key=lambda fact: fact.start)


def _canonical(
    kind: str, span: str, language: str, when: datetime | None
) -> tuple[str, str] | None:
    if kind == "url":
        return span.rstrip("/").casefold(), ""
    if kind in ("email", "handle", "hashtag"):
        return span.casefold(), ""
    if kind == "date":
        return _date(span, language, when)
    if kind == "time":
        return _time(span)
    amount = _amount(span, language, money=kind == "money")
    if amount is None:
        return None
    if kind == "money":
        sign = regex.search(rf"{_CURRENCY_AFTER}|{_CURRENCY}", span)
        return amount, _CURRENCIES[sign.group().casefold()] if sign else ""
    if kind == "quantity":
        unit = regex.search(rf"(?i)(?:{_UNIT})$", regex.sub(rf"°{_SPACE}?", "°", span))
        return amount, _UNIT_OF[unit.group().casefold()] if unit else ""
    return amount, ""


def _amount(span: str, language: str, money: bool) -> str | None:
    from price_parser.parser import parse_number

    number = regex.search(_AMOUNT, span)
    if number is None or len(number.group()) > _LONGEST_NUMBER:
        return None
    digits = regex.sub(_SPACE, "", number.group())
    # "1,299" is a thousand in English and a fraction in French; a sign that stands twice, or
    # before anything but three digits, is not in doubt and price-parser settles it.
    if regex.fullmatch(r"\d{1,3}[.,]\d{3}", digits):
        thousands = digits[-4] == ("," if language != "fr" else ".")
        value = Decimal(digits.replace(digits[-4], "" if thousands else "."))
    else:
        parsed = parse_number(digits)
        if parsed is None:
            return None
        value = parsed
    after = span[number.end() :].lstrip("+")
    scale = regex.match(_MONEY_SCALE if money else _SCALE, after)
    if scale:
        value = value.scaleb(_SCALES[scale.group().strip(" \u00a0\u202f").casefold()])
    if span[0] in "-−":
        value = -value
    try:
        return format(value.normalize(), "f")
    except InvalidOperation:
        return None


@functools.lru_cache(maxsize=4096)
def _parse_date(span: str, language: str, year: int) -> tuple[str, str] | None:
    import dateparser

    has_day = bool(regex.search(r"\b\d{1,2}(?:er|st|nd|rd|th)?\b", span))
    try:
        parsed = dateparser.parse(
            span,
            languages=list(dict.fromkeys([language, "en", "fr"])),
            settings={
                "RELATIVE_BASE": datetime(year, 1, 1),
                "REQUIRE_PARTS": ["day", "month"] if has_day else ["month", "year"],
                "DATE_ORDER": "DMY" if language == "fr" else "MDY",
            },
        )
    except (ValueError, OverflowError):
        return None
    if parsed is None:
        return None
    return (parsed.strftime("%Y-%m-%d") if has_day else parsed.strftime("%Y-%m")), ""


def _date(span: str, language: str, when: datetime | None) -> tuple[str, str] | None:
    dated = regex.search(r"\d{4}", span)
    if dated is None and when is None:
        # Without any year only the day can be compared; 2000 has every day.
        read = _parse_date(span, language, 2000)
        return (read[0][5:], "") if read else None
    year = when.year if when else int(dated.group() if dated else 0)
    return _parse_date(span, language, max(year, 1))


def _time(span: str) -> tuple[str, str] | None:
    parts = [int(part) for part in regex.findall(r"\d+", span)]
    hour, minute = parts[0], (parts[1] if len(parts) > 1 else 0)
    if regex.search(r"(?i)p\.?m", span) and hour < 12:
        hour += 12
    if regex.search(r"(?i)a\.?m", span) and hour == 12:
        hour = 0
    return (f"{hour:02d}:{minute:02d}", "") if hour < 24 and minute < 60 else None
