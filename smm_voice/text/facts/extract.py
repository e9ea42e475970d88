"""Finding typed facts in a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

import regex

from smm_voice.text.facts import bounds, dates, references, spelled, units
from smm_voice.text.facts.fact import TypedFact

# A number longer than this is no fact anyone states; it also bounds the parsers' work.
_LONGEST_NUMBER = 24
_SPACE = dates.SPACE
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
_CENTS = (
    rf"\d{{1,6}}{_SPACE}?(?:[€£]|(?i:euros?|pounds?|livres?)){_SPACE}?\d{{2}}"
    r"(?!\d|[.,]\d|\s?%)"
)
_DIGIT = regex.compile(r"\d")
_MONEY = regex.compile(
    rf"(?<![\d.,]){_CENTS}|(?<!\p{{L}}){units.CURRENCY}{_SPACE}?{_AMOUNT}{_MONEY_SCALE}?"
    rf"|{_AMOUNT}{_MONEY_SCALE}?{_SPACE}?(?:d[’'])?{units.CURRENCY_AFTER}"
)
_PERCENT = regex.compile(rf"{_AMOUNT}{_SPACE}?(?:%|(?i:percent|per cent|pour cent|pourcent)\b)")
# The only quantity whose sign is a part of it.
_FROST = regex.compile(rf"(?<![\w.,])[-−]{_AMOUNT}{_SPACE}?°{_SPACE}?(?:[CF]\b)?")
_QUANTITY = regex.compile(
    rf"(?<![\w.,]){_AMOUNT}\+?(?:{_SCALE})?(?:{_SPACE}|-)?(?i:{units.UNIT}|°{_SPACE}[CF])(?![\w/²])"
)
# "3-D" and "K2-18" are names.
_NUMBER = regex.compile(rf"(?<![\w.,/-]){_AMOUNT}\+?{_SCALE}?(?![\w/]|-\p{{L}})")
_AMOUNTS = (
    ("money", _MONEY), ("percent", _PERCENT), ("quantity", _FROST), ("quantity", _QUANTITY),
    ("number", _NUMBER),
)  # fmt: skip
_ORDINAL = regex.compile(r"(?<![\w.,/-])(\d{1,4})(?:st|nd|rd|th|er|ère|re|e|ème|eme)\b(?!-)")
# "10" of "10-15 km", "entre 10 et 15 km".
_RANGE = regex.compile(
    rf"(?<![\w.,/-])({_AMOUNT}){_SPACE}?(?:[-–—]|(?<=\d{_SPACE})(?:to|à))"
    rf"{_SPACE}?(?=[$€£]?\d)"
    rf"|(?i:\bentre|\bbetween){_SPACE}({_AMOUNT}){_SPACE}(?:et|and){_SPACE}(?=[$€£]?\d)"
)


class _Finder:
    """The facts of one text, and which of its characters they have taken."""

    def __init__(self, text: str, language: str, when: datetime | None) -> None:
        self.text, self.language, self.when = text, language, when
        self.taken = bytearray(len(text))
        self.facts: list[TypedFact] = []

    def free(self, start: int, end: int) -> bool:
        return not any(self.taken[start:end])

    def add(self, fact: TypedFact) -> None:
        self.taken[fact.start : fact.end] = b"\1" * len(fact.span)
        self.facts.append(fact)

    def put(self, kind: str, start: int, end: int, value: str, unit: str = "") -> None:
        if self.free(start, end):
            self.add(TypedFact(kind, value, unit, self.text[start:end], start))

    def matches(self, pattern: regex.Pattern[str]) -> Iterator[tuple[int, int, str]]:
        for match in pattern.finditer(self.text):
            start, end = match.span()
            if self.free(start, end):
                yield start, end, match.group()

    def has_free_digit(self) -> bool:
        return any(not self.taken[match.start()] for match in _DIGIT.finditer(self.text))

    def references(self, bare: bool) -> None:
        for kind, pattern in references.PATTERNS:
            if pattern is references.DOMAIN and not bare:
                continue
            for start, end, said in self.matches(pattern):
                value = references.canonical_url(said) if kind == "url" else said.casefold()
                self.put(kind, start, end, value)
        for start, end in references.codes(self.text, bare):
            self.put("promo_code", start, end, self.text[start:end].casefold())

    def telephones(self) -> None:
        for start, end, value in references.telephones(self.text, self.language):
            self.put("phone", start, end, value)

    def dates(self) -> None:
        patterns = [dates.DATES.get(self.language, dates.DATES[""]), dates.SHORT_DATES]
        for pattern in patterns:
            for start, _, said in self.matches(pattern):
                value = dates.parse_date(said, self.language, self.when)
                if value:
                    also = dates.other_order(said, value) if self.language != "fr" else ()
                    also += dates.other_years(said, value) if self.when else ()
                    self.add(TypedFact("date", value, "", said, start, also=also))

    def shared_months(self) -> None:
        """The first day of "du 3 au 7 mai" and the last of "May 3-7"."""
        for fact in [f for f in self.facts if f.kind == "date" and len(f.value) >= 5]:
            leading = fact.span[0].isdigit() and "-" not in fact.span and "/" not in fact.span
            around = (
                dates.DAY_BEFORE.search(self.text, max(0, fact.start - 16), fact.start)
                if leading
                else dates.DAY_AFTER.match(self.text, fact.end)
            )
            if around and 1 <= int(around.group(1)) <= 31:
                value = f"{fact.value[:-2]}{int(around.group(1)):02d}"
                self.put("date", around.start(1), around.end(1), value)

    def relative_days(self) -> None:
        if self.language in dates.RELATIVE and self.when:
            for start, _, said in self.matches(dates.RELATIVE[self.language]):
                days = dates.parse_relative(said, self.language, self.when)
                if days:
                    first, *others = days
                    self.add(TypedFact("date", first, "", said, start, also=tuple(others),
                                       relative=True))  # fmt: skip
        if self.language in dates.WEEKDAYS:
            for start, end, said in self.matches(dates.WEEKDAYS[self.language]):
                self.put("weekday", start, end, dates.weekday(said, self.language))

    def times(self, words: bool) -> None:
        for start, _, said in self.matches(dates.TIMES):
            read = dates.parse_time(said)
            if read:
                self.add(TypedFact("time", read[0], "", said, start, also=read[1]))
        if not words:
            return
        if self.language == "fr":
            for start, _, said in self.matches(dates.HOURS_FR):
                read = dates.parse_time(said)
                if read:
                    self.add(TypedFact("time", read[0], "", said, start))
        if self.language == "en":
            for start, _, said in self.matches(dates.BARE_HOURS):
                hour = int(said) % 12
                also = (f"{hour + 12:02d}:00",)
                self.add(TypedFact("time", f"{hour:02d}:00", "", said, start, also=also))
        for start, _, said in self.matches(dates.TIME_WORDS):
            self.add(TypedFact("time", dates.parse_time(said)[0], "", said, start))  # type: ignore[index]
        for match in dates.TIME_BEFORE.finditer(self.text):
            read = dates.parse_time(match.group(1) + match.group(2))
            if read:
                self.put("time", match.start(1), match.end(1), read[0])

    def amounts(self) -> None:
        for kind, pattern in _AMOUNTS:
            for start, end, said in self.matches(pattern):
                read = _canonical(kind, said, self.language)
                if read:
                    self.put(kind, start, end, *read)

    def ranges(self) -> None:
        """Join "10" and "15 km" to one fact."""
        begins = {fact.start: at for at, fact in enumerate(self.facts)}
        joined: set[int] = set()
        for match in _RANGE.finditer(self.text):
            at = begins.get(match.end())
            group = 1 if match.group(1) is not None else 2
            low = _amount(match.group(group), self.language)
            fact = self.facts[at] if at is not None else None
            # "2017 to 2018": two years, each of them a fact.
            if not fact or fact.kind not in _KINDS_OF_AMOUNT or low is None or fact.value == low:
                continue
            low = _scaled_alike(low, fact, self.language)
            if Decimal(low) > Decimal(fact.value) or _is_year(low):
                continue
            start = match.start(group)
            first = begins.get(start)
            if first is not None:
                joined.add(first)
            elif not self.free(start, match.end(group)):
                continue
            self.facts[begins[match.end()]] = replace(
                fact, value=low, high=fact.value, span=self.text[start : fact.end], start=start
            )
        self.facts = [fact for at, fact in enumerate(self.facts) if at not in joined]

    def ordinals(self) -> None:
        for match in _ORDINAL.finditer(self.text):
            self.put("ordinal", match.start(), match.end(), str(int(match.group(1))))


_KINDS_OF_AMOUNT = frozenset({"money", "percent", "quantity", "number"})


def extract(
    text: str, language: str = "en", when: datetime | None = None, words: bool = True
) -> list[TypedFact]:
    """Typed facts of `text` in order of appearance; a span belongs to one fact only.

    Args:
        text: a post.
        language: two-letter code; decides the decimal sign and the order of day and month.
        when: the post's time, which gives a date without a year its year, and "tomorrow" its day.
        words: also what is said in words (numbers, days), addresses without a scheme, ordinals,
            ranges as one fact, and bounds ("over 500"); False: what a brief hands on.
    """
    digits = spelled.as_digits(text, language) if words else None
    finder = _Finder(digits.text if digits else text, language, when)
    finder.references(bare=words)
    # All the others hold a digit; most posts have none outside their links and tags.
    has_digit = finder.has_free_digit()
    if has_digit:
        finder.dates()
        if words:
            finder.shared_months()
    if words:
        finder.relative_days()
    if has_digit or words:
        finder.times(words)
    if has_digit:
        finder.telephones()
        finder.amounts()
        if words:
            finder.ordinals()
            finder.ranges()
    facts = finder.facts
    if digits:
        facts = [_moved(fact, text, *digits.span(fact.start, fact.end)) for fact in facts]
    if words:
        facts = [bounds.bounded(fact, text, language) for fact in facts]
    return sorted(facts, key=lambda fact: fact.start)


def _scaled_alike(low: str, high: TypedFact, language: str) -> str:
    """The 200 of "200 to 400 million" is one of millions."""
    number = regex.search(_AMOUNT, high.span)
    plain = _amount(number.group(), language) if number else None
    if not plain or plain == high.value or not Decimal(plain):
        return low
    return _plain(Decimal(low) * Decimal(high.value) / Decimal(plain)) or low


def _moved(fact: TypedFact, text: str, start: int, end: int) -> TypedFact:
    return replace(fact, span=text[start:end], start=start)


def _canonical(kind: str, span: str, language: str) -> tuple[str, str] | None:
    if kind == "money" and regex.fullmatch(_CENTS, span):
        whole, cents = regex.findall(r"\d+", span)
        sign = "EUR" if regex.search("(?i)€|euro", span) else "GBP"
        return _plain(Decimal(f"{whole}.{cents}")) or whole, sign
    amount = _amount(span, language, money=kind == "money")
    if amount is None:
        return None
    if kind == "money":
        currency = regex.search(rf"{units.CURRENCY_AFTER}|{units.CURRENCY}", span)
        return amount, units.CURRENCIES[currency.group().casefold()] if currency else ""
    if kind == "quantity":
        unit = regex.search(rf"(?i)(?:{units.UNIT})$", regex.sub(rf"°{_SPACE}?", "°", span))
        return amount, units.UNIT_OF[unit.group().casefold()] if unit else ""
    return amount, ""


def _amount(span: str, language: str, money: bool = False) -> str | None:
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
    return _plain(-value if span[0] in "-−" else value)


def _plain(value: Decimal) -> str | None:
    try:
        return format(value.normalize(), "f")
    except InvalidOperation:
        return None


def _is_year(value: str) -> bool:
    return bool(regex.fullmatch(r"(?:1[5-9]|20)\d\d", value))
