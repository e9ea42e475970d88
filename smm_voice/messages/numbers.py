"""Numbers inside messages: the functions that the .ftl files call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fluent.runtime.types import FluentType

from smm_voice.messages import Mark, number, percent


class Number(FluentType):
    """A number that keeps the name it is logged under until it is written."""

    def __init__(self, value: float, metric: str | None = None, mark: Mark | None = None) -> None:
        self.value, self.metric, self.mark = value, metric, mark

    def format(self, locale: Any) -> str:
        """Only numbers that a message says how to write are written."""
        raise TypeError("a number in a message needs PLACES, PERCENT, TIMES or SHORT around it")

    def written(self, text: str) -> str:
        """The words, marked with the name where there is one."""
        return self.mark(text, self.metric) if self.mark and self.metric else text


def functions(language: str) -> dict[str, Callable[[Any], Any]]:
    """PLACES (two decimals), PERCENT, TIMES (3, or 1.5 below 3), SHORT (by size)."""

    def times(value: float) -> str:
        tenths = round(value, 1)
        return number(value, language, 0 if value >= 3 or tenths == int(tenths) else 1)

    def short(value: float) -> str:
        return number(value, language, 0 if value >= 10 else 1 if value >= 1 else 2)

    def function(form: Callable[[float], str]) -> Callable[[Any], Any]:
        return lambda given: given.written(form(given.value))

    return {
        "PLACES": function(lambda value: number(value, language)),
        "PERCENT": function(lambda value: percent(value, language)),
        "TIMES": function(times),
        "SHORT": function(short),
    }
