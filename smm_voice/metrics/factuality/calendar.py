"""Days that the calendar contradicts: no sheet is needed to know that 28 June 2026 is a Sunday."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import regex

from smm_voice.metrics.factuality.claim import Claim
from smm_voice.metrics.factuality.reading import Post
from smm_voice.text.facts import TypedFact
from smm_voice.text.facts.dates import day_name

_BETWEEN = regex.compile(r",? (?:the |le )?")
_ISO_DAY = 10


def calendar_claims(post: Post, facts: Sequence[TypedFact]) -> list[Claim]:
    """Weekdays right before a date that is not on that day, in any year it can be of.

    Args:
        post: what is read.
        facts: of one clause, in order.
    """
    found = []
    for name, day in zip(facts, facts[1:], strict=False):
        if name.kind != "weekday" or day.kind != "date" or day.relative:
            continue
        readings = [value for value in (day.value, *day.also) if len(value) == _ISO_DAY]
        if not readings or not _BETWEEN.fullmatch(post.text, name.end, day.start):
            continue
        if all(str(date.fromisoformat(value).isoweekday()) != name.value for value in readings):
            right = day_name(date.fromisoformat(day.value), post.language)
            span = post.text[name.start : day.end]
            evidence = f"calendar: {day.value} is a {right}"
            found.append(Claim("contradicted", span, evidence, name, name.start))
    return found
