"""Dates, days and times of day, also those that count from the day of the post."""

from __future__ import annotations

import functools
from datetime import date, datetime, timedelta

import regex

_MONTHS_EN = (
    r"(?:(?:january|february|march|april|may|june|july|august|september|october|november|december)"
    r"\b|(?:jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\b\.?)"
)
_MONTHS_FR = (
    r"(?:(?:janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre)"
    r"\b|(?:janv|févr|avr|juil|sept|oct|nov|déc)\b\.?)"
)
SPACE = r"[ \u00a0\u202f]"
_DAYS = {
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}
_WEEKDAY = {
    "en": rf"\b(?:{'|'.join(_DAYS['en'])})s?\b",
    "fr": rf"\b(?:{'|'.join(_DAYS['fr'])})s?\b",
}
WEEKDAYS = {code: regex.compile(pattern, regex.IGNORECASE) for code, pattern in _WEEKDAY.items()}
# What counts from the day of the post. "This Saturday", "next Friday", "in 3 days".
_RELATIVE = {
    "en": (
        r"\b(?:the )?day after tomorrow\b|\b(?:today|tonight|tomorrow|yesterday)\b"
        r"|\bthis (?:morning|afternoon|evening)\b"
        rf"|\b(?:this|next|last)(?: coming)? (?:{'|'.join(_DAYS['en'])})\b"
        rf"|\b(?:{'|'.join(_DAYS['en'])}) next week\b"
        r"|\bin \d{1,3} (?:days?|weeks?)\b(?! and)|\b(?:in a week|a week away)\b"
        r"|\b\d{1,3} (?:days?|weeks?) away\b"
        r"|\b\d{1,3} (?:days?|weeks?) ago\b"
        r"|\b\d{1,2} (?:more )?(?:days?|weeks?|sleeps?) (?:left|to go|until|till)\b"
    ),
    "fr": (
        r"\b(?:aujourd[’']hui|après-demain|avant-hier|demain|hier)\b|\bce (?:matin|soir|midi)\b"
        rf"|\bce (?:{'|'.join(_DAYS['fr'])})\b"
        rf"|\b(?:{'|'.join(_DAYS['fr'])}) (?:prochain|dernier)\b"
        r"|\bdans une semaine\b|\bdans \d{1,3} (?:jours?|semaines?)\b(?! et)"
        r"|\bil y a \d{1,3} (?:jours?|semaines?)\b"
        r"|\b(?:plus que|encore) \d{1,2} (?:jours?|semaines?|dodos?)\b|\bj ?[-–] ?\d{1,2}\b"
    ),
}
RELATIVE = {code: regex.compile(pattern, regex.IGNORECASE) for code, pattern in _RELATIVE.items()}
_COUNTDOWN = regex.compile("left|to go|until|till|more|plus que|encore|^j")
_NOON = 12
_SHIFTS = {
    "day after tomorrow": 2, "tomorrow": 1, "yesterday": -1,
    "après-demain": 2, "avant-hier": -2, "demain": 1, "hier": -1,
}  # fmt: skip


def _date_pattern(months: str) -> regex.Pattern[str]:
    return regex.compile(
        rf"\b\d{{4}}-\d{{2}}-\d{{2}}\b"
        rf"|\b{months}{SPACE}\d{{1,2}}(?:st|nd|rd|th)?(?:,?{SPACE}\d{{4}})?\b(?![:%])"
        rf"|\b\d{{1,2}}(?:er|st|nd|rd|th)?{SPACE}(?:of )?{months}(?:,?{SPACE}\d{{4}})?"
        rf"|\b{months},?{SPACE}\d{{4}}\b"
        r"|\b\d{1,2}/\d{1,2}/\d{4}\b",
        regex.IGNORECASE,
    )


# "Mars 2020" is a rover in English and a month in French.
DATES = {"fr": _date_pattern(rf"(?:{_MONTHS_FR}|{_MONTHS_EN})"), "": _date_pattern(_MONTHS_EN)}
# "Le 03/05": without a year it is a date only after such a word.
SHORT_DATES = regex.compile(
    r"(?:(?<=\b(?:le|au|du|dès le|on|by|until|from)\s))\d{1,2}/\d{1,2}(?![/\d])", regex.IGNORECASE
)
TIMES = regex.compile(
    rf"\b\d{{1,2}}(?:[:.]\d{{2}})?{SPACE}?(?:a\.m\.|p\.m\.|am\b|pm\b)"
    rf"|\b\d{{1,2}}{SPACE}?h{SPACE}?(?:\d{{2}})?\b(?!/)"
    r"|\b\d{1,2}:\d{2}\b(?!:)|\b\d{1,2} o[’']clock\b"
    r"|\b(?:half|quarter) (?:past|to) \d{1,2}\b|\bhalf \d{1,2}\b(?= )",
    regex.IGNORECASE,
)
# "8" in "8-10am", "9 to 5pm".
TIME_BEFORE = regex.compile(
    rf"(?<![\d.,:€$£])\b(\d{{1,2}})(?={SPACE}?(?:-|–|to){SPACE}?\d{{1,2}}(?:[:.]\d\d)?{SPACE}?"
    r"((?i:[ap]\.?m))\b)"
)
# "At seven", "from 8": an hour where nothing that is counted follows.
BARE_HOURS = regex.compile(
    r"(?i)(?:(?<=\b(?:at|until|till|by|from)\s))\b(?:1[0-2]|[1-9])"
    r"(?=[,.](?!\d)|[;!?\n)]|$|\s(?:on|to|and|this|in the|when|sharp|tomorrow|today|any|every"
    r"|each)\b)"
)
# "À dix heures" is a time, "trois heures de marche" is not.
HOURS_FR = regex.compile(
    r"(?i)(?:(?<=\b(?:à|dès|vers|avant|après|partir de)\s))\b\d{1,2} heures?(?: \d{2}\b)?(?! de\b)"
)
TIME_WORDS = regex.compile(r"(?i)\b(?:noon|midday|midnight|minuit)\b|(?<=\b[àa]\s)midi\b")
# A day that shares its month with the date beside it: "du 3 au 7 mai", "May 3-7".
DAY_BEFORE = regex.compile(
    rf"(?<![\d.,/€$£])\b(\d{{1,2}})(?:er|st|nd|rd|th)?{SPACE}?(?:-|–|au|et|to|and"
    rf"|&){SPACE}?(?:le )?$"
)
DAY_AFTER = regex.compile(
    rf"{SPACE}?(?:-|–|to|and|&){SPACE}?(\d{{1,2}})(?:st|nd|rd|th)?(?![\d:%h.,/])"
)


def parse_date(span: str, language: str, when: datetime | None) -> str | None:
    """A calendar date as `YYYY-MM-DD`, `YYYY-MM` without a day, `MM-DD` without any year.

    A date without a year is the one nearest to the day of the post.
    """
    dated = regex.search(r"\d{4}", span)
    if dated:
        return _parse(span, language, max(int(dated.group()), 1))
    if when is None:
        # Without any year only the day can be compared; 2000 has every day.
        read = _parse(span, language, 2000)
        return read[5:] if read else None
    readings = []
    for year in (when.year, when.year + 1, when.year - 1):
        read = _parse(span, language, year) if 1 <= year <= 9999 else None
        if read and len(read) == 10:
            readings.append((abs((date.fromisoformat(read) - when.date()).days), read))
    return min(readings, key=lambda reading: reading[0])[1] if readings else None


def other_years(span: str, value: str) -> tuple[str, ...]:
    """A day without a year is also that of the years before and after."""
    if len(value) != 10 or regex.search(r"\d{4}", span):
        return ()
    year, day = int(value[:4]), value[4:]
    return tuple(f"{other:04d}{day}" for other in (year - 1, year + 1) if 1 <= other <= 9999)


@functools.lru_cache(maxsize=8192)
def _parse(span: str, language: str, year: int) -> str | None:
    import dateparser

    has_day = bool(regex.search(r"\b\d{1,2}(?:er|st|nd|rd|th)?\b", span))
    try:
        parsed = dateparser.parse(
            span if regex.search(r"[^\d/]", span) or span.count("/") != 1 else f"{span}/{year}",
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
    return parsed.strftime("%Y-%m-%d") if has_day else parsed.strftime("%Y-%m")


def other_order(span: str, value: str) -> tuple[str, ...]:
    """The other reading of 03/05/2026, since British posts have the day first."""
    if "/" not in span or len(value) != 10:
        return ()
    year, month, day = value.split("-")
    return (f"{year}-{day}-{month}",) if int(day) <= 12 and day != month else ()


def parse_relative(span: str, language: str, when: datetime) -> list[str]:
    """The days that words such as "next Friday" can mean, the likeliest first."""
    said = span.casefold().replace("’", "'")
    today = when.date()
    try:
        days = _days(said, language, today)
        # Before noon in universal time it is the day before in the Americas.
        if when.hour < _NOON:
            days += _days(said, language, today - timedelta(1))
        return list(dict.fromkeys(map(str, days)))
    except OverflowError:
        return []


def _days(said: str, language: str, today: date) -> list[date]:
    number = regex.search(r"\d+", said)
    if number:
        days = int(number.group()) * (7 if regex.search("week|semaine", said) else 1)
        if regex.search("ago$|^il y a", said):
            return [today - timedelta(days)]
        # Some count the day itself.
        around = (0, -1, 1) if _COUNTDOWN.search(said) else (0,)
        return [today + timedelta(days + more) for more in around]
    if "a week" in said or "une semaine" in said:
        return [today + timedelta(7)]
    for day, name in enumerate(_DAYS[language]):
        if name not in said:
            continue
        ahead = (day - today.weekday()) % 7
        if "next week" in said:
            return [today + timedelta(7 - today.weekday() + day)]
        if regex.search(r"\blast\b|dernier", said):
            return [today - timedelta((today.weekday() - day) % 7 or 7)]
        # "Next Friday" is the coming one to some and the one after it to others.
        if regex.search(r"\bnext\b|prochain", said):
            return [today + timedelta(ahead or 7), today + timedelta((ahead or 7) + 7)]
        return [today + timedelta(ahead)]
    for words, shift in _SHIFTS.items():
        if words in said:
            return [today + timedelta(shift)]
    return [today]


def day_name(day: date, language: str) -> str:
    """Its name: Monday, lundi."""
    name = _DAYS.get(language, _DAYS["en"])[day.weekday()]
    return name if language == "fr" else name.capitalize()


def weekday(span: str, language: str) -> str:
    """The day's number, Monday being 1 as in ISO 8601."""
    return str(_DAYS[language].index(span.casefold().removesuffix("s")) + 1)


def parse_time(span: str) -> tuple[str, tuple[str, ...]] | None:
    """`HH:MM`, and the other half of the day where the words leave it open."""
    said = span.casefold()
    if said in ("noon", "midday", "midi"):
        return "12:00", ()
    if said in ("midnight", "minuit"):
        return "00:00", ()
    parts = [int(part) for part in regex.findall(r"\d+", span)]
    if "half" in said or "quarter" in said:
        shift = -15 if " to " in said else 30 if "half" in said else 15
        hour, minute = divmod((parts[0] * 60 + shift) % (24 * 60), 60)
        return f"{hour:02d}:{minute:02d}", (f"{(hour + 12) % 24:02d}:{minute:02d}",)
    hour, minute = parts[0], (parts[1] if len(parts) > 1 else 0)
    afternoon, morning = regex.search(r"p\.?m", said), regex.search(r"a\.?m", said)
    if afternoon and hour < 12:
        hour += 12
    if morning and hour == 12:
        hour = 0
    if hour >= 24 or minute >= 60:
        return None
    open_half = (
        not (afternoon or morning)
        and (":" in span or "clock" in said)
        and 1 <= hour < 12
        and span[0] != "0"
    )
    also = (f"{hour + 12:02d}:{minute:02d}",) if open_half else ()
    return f"{hour:02d}:{minute:02d}", also
