"""Everything that is said to whoever decides, in English and in French.

The words stand in `en.ftl` and `fr.ftl` (Mozilla Fluent); code names a message and gives it values.
Numbers are written as the language writes them. Fluent is imported with the first message only.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "fr")
FOLDER = Path(__file__).parent
_NOT_IN_AN_ID = re.compile(r"[^A-Za-z0-9_-]")
# Whose plural rules, decimal signs and lists are followed: English without a comma before "and".
_LOCALES = {"en": "en_GB", "fr": "fr_FR"}


@dataclass(frozen=True)
class Measured:
    """A number that is logged.

    Attributes:
        value: as measured.
        metric: its name in MLflow.
    """

    value: float
    metric: str


@dataclass(frozen=True)
class Message:
    """What is to be said, before any language.

    Attributes:
        id: of a message in the .ftl files.
        values: its arguments; a message among them is said in the same language.
    """

    id: str
    values: Mapping[str, Any] = field(default_factory=dict)


# What a number that is logged becomes in the text: (its words, its name in MLflow) → text.
Mark = Callable[[str, str], str]


def say(message: str | Message, language: str, mark: Mark | None = None, **values: Any) -> str:
    """A message in words.

    Args:
        message: its id, or the message with its values.
        language: one of `LANGUAGES`.
        mark: what is made of numbers that are logged, such as an element that names them.
        **values: further arguments: text, numbers, `Measured` or messages.

    Raises:
        KeyError: no such message.
        ValueError: an argument is missing, or of no use to the message.
    """
    if isinstance(message, Message):
        values = {**message.values, **values}
        message = message.id
    bundle = _bundle(language)
    if not bundle.has_message(message):
        raise KeyError(f"there is no message {message!r} in {language}.ftl")
    given = {
        name: say(value, language, mark) if isinstance(value, Message) else _argument(value, mark)
        for name, value in values.items()
    }
    text, errors = bundle.format_pattern(bundle.get_message(message).value, given)
    if errors:
        raise ValueError(f"message {message!r} in {language}: {errors}")
    return str(text)


def knows(message: str, language: str = "en") -> bool:
    """Whether there is such a message."""
    return bool(_bundle(language).has_message(message))


def of_name(kind: str, name: str) -> str:
    """Id of the message about a thing with a name, such as a metric: `metric-voice-closeness`."""
    return f"{kind}-{_NOT_IN_AN_ID.sub('-', name)}"


def named(kind: str, name: str, language: str, otherwise: str | None = None) -> str:
    """The message about a thing with a name; `otherwise`, or the name, where there is none."""
    message = of_name(kind, name)
    if knows(message, language):
        return say(message, language)
    return name if otherwise is None else otherwise


def number(value: float, language: str, places: int = 2, sign: bool = False) -> str:
    """A number with so many decimals, without a minus before a zero."""
    from babel.numbers import format_decimal

    rounded = round(value, places) + 0.0
    pattern = "#,##0" + ("." + "0" * places if places else "")
    shown = str(format_decimal(abs(rounded), pattern, locale=_LOCALES[language]))
    before = "−" if rounded < 0 else "+" if sign else ""
    return before + _narrow(shown)


def percent(value: float, language: str, places: int = 0) -> str:
    """A share as percent: 15%, in French 15 % with a narrow no-break space."""
    space = "\u202f" if language == "fr" else ""
    return f"{number(100 * value, language, places)}{space}%"


def day(date: str, language: str) -> str:
    """An ISO date as people write it: 24 May 2018; anything else as it is."""
    from datetime import date as of

    from babel.dates import format_date

    try:
        written = str(format_date(of.fromisoformat(date), "long", locale=_LOCALES[language]))
    except ValueError:
        return date
    # CLDR leaves the ordinal of the first of a month to the writer.
    return f"1er{written[1:]}" if language == "fr" and written.startswith("1 ") else written


def listed(words: Sequence[str], language: str) -> str:
    """Words as a list in a sentence: a, b and c."""
    from babel.lists import format_list

    return str(format_list(list(words), locale=_LOCALES[language]))


def _narrow(text: str) -> str:
    return text.replace("\xa0", "\u202f")


def _argument(value: Any, mark: Mark | None) -> Any:
    from smm_voice.messages.numbers import Number

    if isinstance(value, Measured):
        return Number(value.value, value.metric, mark)
    if isinstance(value, float):
        return Number(value)
    return value


@functools.cache
def _bundle(language: str) -> Any:
    from fluent.runtime import FluentBundle, FluentResource

    from smm_voice.messages.numbers import functions

    bundle = FluentBundle(
        [_LOCALES[language].replace("_", "-")], use_isolating=False, functions=functions(language)
    )
    bundle.add_resource(FluentResource((FOLDER / f"{language}.ftl").read_text(encoding="utf-8")))
    return bundle
