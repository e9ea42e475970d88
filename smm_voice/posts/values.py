"""Reading single values of exports: times, counts, ids."""

from __future__ import annotations

import functools
import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

_EARLIEST, _LATEST = 1990, 2100
NUMERIC_DATE = re.compile(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{4}|\d{2})(?!\d)")
_NUMERIC = re.compile(
    r"(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})"
    r"(?:[\s,T]+(?:à\s+)?(\d{1,2})[:h](\d{2})(?::(\d{2})(?:\.\d+)?)?\s*([ap])?\.?(?:m\.?)?)?",
    re.IGNORECASE,
)
_ENGLISH = re.compile(r"[A-Z][a-z]{2},? ")
# dateparser thinks long about what is no date at all.
_MONTH = re.compile(
    r"\b(?:jan|feb|fév|fev|mar|apr|avr|may|mai|jun|juin|jul|juil|aug|aoû|aou|sep|oct|nov|dec|déc)",
    re.IGNORECASE,
)
_FRENCH_CLOCK = re.compile(r"\b(\d{1,2}) ?h ?(\d{2})?$")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:[.,\s'’]\d{3})+")
_SHORTENED = re.compile(r"(\d+(?:[.,]\d)?)\s*([km])", re.IGNORECASE)


def parse_time(
    value: Any, day_first: bool = False, zone: tzinfo | None = None
) -> tuple[datetime, bool]:
    """An aware UTC time, and whether the export named its zone.

    Understands ISO 8601, X's form, epoch seconds and milliseconds, dates in numbers, and dates in
    English or French words.

    Args:
        value: what the export holds.
        day_first: how 05/11/2017 is to be read.
        zone: taken where the value names none; None is UTC, as a guess.

    Raises:
        ValueError: no time can be read, or it lies outside 1990 … 2100.
    """
    try:
        when = _as_datetime(value, day_first)
        if not _EARLIEST <= when.year <= _LATEST:
            raise ValueError("the year cannot be right")
        if when.tzinfo is not None:
            return when.astimezone(UTC), True
        return when.replace(tzinfo=zone or UTC).astimezone(UTC), zone is not None
    except OverflowError as error:
        raise _no_time(value) from error


def _as_datetime(value: Any, day_first: bool) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    text = str(value if value is not None else "").strip()
    if len(text) > 80:
        raise _no_time(text)
    whole = text.split(".")[0]
    if len(whole) in (9, 10, 13) and whole.isascii() and whole.isdecimal():
        return datetime.fromtimestamp(int(whole) / (1000 if len(whole) == 13 else 1), UTC)
    for reader in (datetime.fromisoformat, _x_time, _english_time):
        try:
            return reader(text)
        except ValueError:
            continue
    match = _NUMERIC.fullmatch(text)
    return _from_numbers(match, day_first) if match else _in_words(text, day_first)


def _x_time(text: str) -> datetime:
    return datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y")


def _english_time(text: str) -> datetime:
    """The forms that some tools write in every row; dateparser takes a hundred times as long."""
    if not _ENGLISH.match(text):
        raise _no_time(text)
    for form in ("%b %d, %Y %I:%M %p", "%a, %b %d, %Y", "%b %d, %Y"):
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise _no_time(text)


def _from_numbers(match: re.Match[str], day_first: bool) -> datetime:
    first, second, third, hour, minute, seconds, half = match.groups()
    if len(first) == 4:
        year, month, day = int(first), int(second), int(third)
    elif len(third) in (2, 4):
        day, month = (int(first), int(second)) if day_first else (int(second), int(first))
        year = int(third) + (2000 if len(third) == 2 else 0)
    else:
        raise _no_time(match.group())
    clock = int(hour or 0)
    if half:
        if not 1 <= clock <= 12:
            raise _no_time(match.group())
        clock = clock % 12 + (12 if half.casefold() == "p" else 0)
    return datetime(year, month, day, clock, int(minute or 0), int(seconds or 0))


@functools.lru_cache(maxsize=4096)
def _in_words(text: str, day_first: bool) -> datetime:
    import dateparser

    if not _MONTH.search(text) and not _NUMERIC.match(text):
        raise _no_time(text)
    plain = re.sub(r"^le |(?<= )à ", "", text)
    parsed = dateparser.parse(
        _FRENCH_CLOCK.sub(lambda clock: f"{clock[1]}:{clock[2] or '00'}", plain),
        languages=["en", "fr"],
        settings={
            "REQUIRE_PARTS": ["day", "month", "year"],
            "PARSERS": ["absolute-time"],
            "DATE_ORDER": "DMY" if day_first else "MDY",
        },
    )
    if parsed is None:
        raise _no_time(text)
    return parsed


def _no_time(value: Any) -> ValueError:
    """Tells what the value looks like and not what it says: it may be anything."""
    shape = re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", str(value)[:40]))
    return ValueError(f"no time can be read from a value of the form {shape!r}")


def day_comes_first(dates: Any) -> bool | None:
    """Whether dates such as 05/11/2017 begin with the day; None where none of them tells.

    One date settles it for its whole column: 16/10/2017 can be no October of a 16th month.
    """
    for value in dates:
        match = NUMERIC_DATE.match(str(value))
        if match and int(match.group(1)) > 12:
            return True
        if match and int(match.group(2)) > 12:
            return False
    return None


def parse_count(value: Any) -> int | None:
    """A non-negative count, or None where the export holds none.

    Takes thousands separators of any language, `1.2K` and whole floats of spreadsheets.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, float):
        value = int(value) if value.is_integer() else None
    text = str(value).replace("\u202f", " ").replace("\xa0", " ").strip()
    shortened = _SHORTENED.fullmatch(text)
    if shortened:
        factor = 1000 if shortened.group(2).casefold() == "k" else 1_000_000
        return round(float(shortened.group(1).replace(",", ".")) * factor)
    if _GROUPED.fullmatch(text):
        text = re.sub(r"\D", "", text)
    text = re.sub(r"[.,]0+$", "", text)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def parse_id(value: Any) -> str | None:
    """An id as text; None where a spreadsheet has rounded it (`1.78E+17` names many posts)."""
    if isinstance(value, float):
        # Above 2**53 a float has lost digits.
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else None
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value).strip().strip("'\"")
    text = re.sub(r'^="?|"$', "", text)
    return None if not text or _SCIENTIFIC.fullmatch(text) else text


def id_in_url(url: Any) -> str | None:
    """The post's number in its address, such as …/status/919942245704445953."""
    plain = str(url or "").replace("%3A", ":")
    match = re.search(r"(?:/(?:status(?:es)?|posts|videos?|p|reel)/|urn:li:\w+:)([\w-]{6,})", plain)
    return match.group(1) if match and re.search(r"\d", match.group(1)) else None


def tomorrow(now: datetime | None = None) -> datetime:
    """The latest time that a published post can bear, whatever its zone."""
    return (now or datetime.now(UTC)) + timedelta(days=1)
