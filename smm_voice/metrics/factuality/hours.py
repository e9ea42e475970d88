"""On which days a place is open: what a post says of it, and what the sheet says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import regex

from smm_voice.metrics.factuality.line import Fact
from smm_voice.metrics.factuality.polarity import denied_words
from smm_voice.text.facts import TypedFact

_OPEN = {
    "en": regex.compile(r"(?<!\w)(?:open|opens|opening|opened)(?!\w)"),
    "fr": regex.compile(r"(?<!\w)(?:ouvert\w*|ouvr\w+|ouverture|accueill\w+|recoi\w+)(?!\w)"),
}
_CLOSED = {
    "en": regex.compile(
        r"(?<!\w)(?:closed|shut|day off|days off|except|excepted|excluding|but not)(?!\w)"
    ),
    # "Le salon ferme à 18 h" says when, not on which day.
    "fr": regex.compile(
        r"(?<!\w)(?:ferme(?! (?:a|ses|vers|plus|tot|tard)(?!\w))|fermes|fermees?|repos|chome"
        r"|sauf|excepte|hormis|relache)(?!\w)"
    ),
}
_CLOSED_ATTRIBUTE = regex.compile(r"clos|ferm|off|repos")
_RANGE = regex.compile(r"^\s?(?:-|to|until|through|till|au|a)\s?$")
_REACH = 40


def days_said(
    folded: str, days: Sequence[TypedFact], offset: int, language: str, today: date | None
) -> Iterator[tuple[TypedFact, frozenset[int], bool]]:
    """The days of a clause, and whether it says that something is open on them.

    Args:
        folded: a clause.
        days: its weekdays and dates, with offsets in the post.
        offset: of the clause in the post.
        language: two-letter code.
        today: day of the post.

    Yields:
        The fact to show, ISO numbers of the days, open (True) or closed (False).
    """
    if language not in _OPEN:
        return
    states = _states(folded, [day.start - offset for day in days], language)
    at = 0
    while at < len(days):
        fact, numbers = days[at], _numbers(days[at])
        at += 1
        if at < len(days) and fact.kind == days[at].kind == "weekday":
            between = folded[fact.end - offset : days[at].start - offset]
            if _RANGE.match(between):
                last = int(days[at].value)
                first = int(fact.value)
                span = range(first, last + 1 if last >= first else last + 8)
                numbers = frozenset((n - 1) % 7 + 1 for n in span)
                at += 1
        state = states.get(fact.start - offset)
        if numbers and state is not None:
            yield fact, numbers, state


def against(line: Fact, numbers: frozenset[int], is_open: bool) -> bool | None:
    """Whether a line on opening or closing days says otherwise; None: it says nothing of days."""
    known = frozenset(int(fact.value) for fact in line.stated if fact.kind == "weekday")
    if not known:
        return None
    open_days = frozenset(range(1, 8)) - known if is_closing(line) else known
    if not is_open:
        return bool(numbers & open_days)
    if is_closing(line):
        return bool(numbers & known)
    # "From Tuesday to Saturday" gives all the days, one day only that one.
    return not numbers <= open_days or (len(numbers) > 1 and numbers != open_days)


def is_closing(line: Fact) -> bool:
    """Whether the line lists days on which something is closed."""
    return bool(_CLOSED_ATTRIBUTE.search(line.attribute.casefold()))


def _numbers(fact: TypedFact) -> frozenset[int]:
    if fact.kind == "weekday":
        return frozenset({int(fact.value)})
    if fact.kind == "date" and fact.relative:
        return frozenset({date.fromisoformat(fact.value).isoweekday()})
    return frozenset()


def _states(folded: str, days: Sequence[int], language: str) -> dict[int, bool]:
    """Offset of a day → open or closed, by the nearest word that says so of it.

    A word speaks of the day nearest to it: "Monday off, see you tomorrow" closes Monday. A denial
    turns it round.
    """
    found: dict[int, tuple[int, bool]] = {}
    for is_open, pattern in ((True, _OPEN[language]), (False, _CLOSED[language])):
        for match in pattern.finditer(folded):
            distances = [
                (day - match.end() if day >= match.end() else match.start() - day, day)
                for day in days
            ]
            if not distances:
                continue
            distance, day = min(distances)
            if distance <= _REACH and (day not in found or distance < found[day][0]):
                found[day] = distance, is_open != denied_words(folded, match.start(), language)
    return {day: state for day, (_, state) in found.items()}
