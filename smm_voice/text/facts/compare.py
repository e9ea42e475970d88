"""When two typed facts agree, and when they speak of the same sort of thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import regex

from smm_voice.text.facts import units
from smm_voice.text.facts.fact import TypedFact

# "80 degrees" may be of either scale.
_TURNS = frozenset({"degree", "celsius", "fahrenheit"})
_CALENDAR = frozenset({"day", "week", "month", "year"})
_NUMERIC = frozenset({"number", "quantity"})
_AMOUNTS = frozenset({"money", "percent", "quantity", "number"})
# "About 500" holds for 450 to 550; "over 500" for 500 to 700, since nobody says it of 5,000.
_ABOUT = Decimal("0.1")
_REACH = Decimal("1.4")
_BRITISH_TIME = regex.compile(r"(\d{1,2})\.([0-5]\d)")
_YEAR = regex.compile(r"(1\d{3}|20\d\d)(?:-|$)")
# A conversion may be rounded: "5 miles" for 8 km.
_CONVERTED = Decimal("0.02")
# A number in millions or thousands is rounded to its last digit shown.
_SCALED = ("k", "m", "thousand", "mille", "million", "milliard", "billion", "bn", "trillion")


def agree(claimed: TypedFact, known: TypedFact) -> bool:
    """Whether what is claimed holds if `known` is true.

    A quantity also agrees with the bare number, a day with its date in any year, a year with a
    date in it, a bound with what lies behind it, an estimate with what is near, a range with what
    lies inside, and a rounded figure with what it was rounded from.
    """
    if claimed.kind in _AMOUNTS and known.kind in _AMOUNTS:
        return _amounts_agree(claimed, known)
    if claimed.kind == known.kind == "date":
        values = (known.value, *known.also)
        return any(_same_day(c, k) for c in (claimed.value, *claimed.also) for k in values)
    if {claimed.kind, known.kind} == {"number", "date"}:
        number, day = (claimed, known) if claimed.kind == "number" else (known, claimed)
        return day.value.startswith(f"{number.value}-")
    if {claimed.kind, known.kind} == {"date", "weekday"}:
        day, name = (claimed, known) if claimed.kind == "date" else (known, claimed)
        return len(day.value) == len("2000-01-01") and name.value == str(
            date.fromisoformat(day.value).isoweekday()
        )
    if claimed.kind == known.kind == "weekday" or claimed.kind == known.kind == "time":
        return bool({claimed.value, *claimed.also} & {known.value, *known.also})
    if claimed.kind == "number" and known.kind == "time":
        # British posts write "the 8.15 train".
        hour = _BRITISH_TIME.fullmatch(claimed.span)
        return bool(hour) and f"{int(hour.group(1)):02d}:{hour.group(2)}" in (
            known.value, f"{(int(known.value[:2]) - 12) % 24:02d}{known.value[2:]}",
        )  # fmt: skip
    if {claimed.kind, known.kind} == {"time", "quantity"}:
        return _hour(claimed) is not None and _hour(claimed) == _hour(known)
    if {claimed.kind, known.kind} == {"number", "ordinal"}:
        return claimed.value == known.value
    return claimed.key == known.key


def aged(claimed: TypedFact, known: TypedFact, today: date) -> bool:
    """Whether a span of years is that since a known day or year: "39 years" of what began in 1987.

    Args:
        claimed: of a post.
        known: a year, as a number, or a date.
        today: day of the post.
    """
    if claimed.unit != "year" or claimed.kind != "quantity":
        return False
    if known.kind not in ("number", "date") or known.unit:
        return False
    began = _YEAR.match(known.value)
    if not began:
        return False
    years = today.year - int(began.group(1))
    # Of a year alone it is open whether its day has come.
    ages = {years, years - 1}
    if len(known.value) == len("2000-01-01"):
        ages = {years - (today.isoformat()[5:] < known.value[5:])}
    return any(
        age > 0
        and _amounts_agree(claimed, replace(known, kind="quantity", unit="year", value=str(age)))
        for age in ages
    )


def comparable(claimed: TypedFact, known: TypedFact) -> bool:
    """Whether two facts are of one sort, so that different values exclude each other."""
    if claimed.kind in _AMOUNTS and known.kind in _AMOUNTS:
        if claimed.kind != known.kind:
            return False
        if claimed.kind != "quantity" or claimed.unit == known.unit:
            return True
        # "Only five days left" says nothing about a walk of three hours or an age of 16 years.
        if _CALENDAR & {claimed.unit, known.unit}:
            return False
        return units.convert("1", claimed.unit, known.unit) is not None
    if claimed.kind == known.kind == "date":
        return len(claimed.value) == len(known.value)
    if claimed.kind == "date" and known.kind == "weekday":
        return claimed.relative
    if claimed.kind == "weekday" and known.kind == "date":
        return len(known.value) == len("2000-01-01")
    return claimed.kind == known.kind


def _hour(fact: TypedFact) -> str | None:
    """The full hour of "18 h": a time of day to some and a span of time to others."""
    if fact.kind == "time":
        return fact.value[:2].lstrip("0") if fact.value.endswith(":00") else None
    return fact.value if fact.unit == "hour" else None


def _same_day(left: str, right: str) -> bool:
    return left.endswith(right) or right.endswith(left) or (
        min(len(left), len(right)) >= 7 and (left.startswith(right) or right.startswith(left))
    )  # fmt: skip


def _amounts_agree(claimed: TypedFact, known: TypedFact) -> bool:
    if claimed.kind != known.kind and not {claimed.kind, known.kind} <= _NUMERIC:
        return False
    if "degree" in (claimed.unit, known.unit) and {claimed.unit, known.unit} <= _TURNS:
        known = replace(known, unit=claimed.unit)
    low, high, converted = _ends(known, claimed)
    if low is None or high is None:
        return False
    value = Decimal(claimed.value)
    if claimed.high:
        return value <= low and high <= Decimal(claimed.high)
    if known.high and not claimed.bound:
        return low <= value <= high
    if claimed.bound == "least" and (not known.bound or known.bound == "least"):
        return low * (1 - _CONVERTED * converted) >= value and value * _REACH >= low
    # "The under-16s" are those of 16 and not of 18.
    if (
        claimed.bound == "most"
        and claimed.unit != "year"
        and (not known.bound or known.bound == "most")
    ):
        return high <= value * (1 + _CONVERTED * converted) and value <= high * _REACH
    if claimed.bound == "about" or known.bound == "about":
        return abs(value - low) <= _ABOUT * max(abs(low), abs(value))
    if converted:
        return abs(value - low) <= _CONVERTED * abs(low) or _rounded(value, low)
    if value == low:
        return True
    return _is_scaled(claimed.span) and _rounded(value, low)


def _ends(known: TypedFact, claimed: TypedFact) -> tuple[Decimal | None, Decimal | None, bool]:
    """Both ends of what is known, in the claimed unit, and whether that took a conversion."""
    if known.kind == "money" and claimed.kind == "money" and known.unit != claimed.unit:
        return None, None, False
    if known.unit == claimed.unit or not known.unit or not claimed.unit or known.kind == "money":
        low = Decimal(known.value)
        return low, Decimal(known.high) if known.high else low, False
    low_end = units.convert(known.value, known.unit, claimed.unit)
    high_end = units.convert(known.high or known.value, known.unit, claimed.unit)
    return low_end, high_end, True


def _is_scaled(span: str) -> bool:
    words = span.casefold().rstrip("+$€£ ")
    return any(words.rstrip("s").endswith(scale) for scale in _SCALED) and words[-1:].isalpha()


def _rounded(shown: Decimal, exact: Decimal) -> bool:
    """Whether `shown` is `exact` rounded to the digits that are shown; two at least."""
    normal = shown.normalize().as_tuple()
    exponent = normal.exponent
    if not isinstance(exponent, int) or len(normal.digits) < 2:
        return False
    return exact.quantize(Decimal(1).scaleb(exponent), ROUND_HALF_UP) == shown
