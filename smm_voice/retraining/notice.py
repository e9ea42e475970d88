"""What is told of a decision, and its forms for chat, mail and programs.

A notice may quote posts, which anybody may have written: nothing in it acts on what shows it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# Below what Mattermost takes in one message, the smaller of the two.
_LONGEST_TEXT = 4000
_LONGEST_TITLE = 200
# What a terminal, a header or a line of a log would act on, or what turns the order of letters.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True)
class Notice:
    """What is told.

    Attributes:
        brand: its name.
        decision: one of those that `NotificationConfig.decisions` may name.
        title: one line.
        text: plain words, without mark-up.
        link: to the run or the report.
        fields: plain values for programs: part of webhook and file, not of the e-mail.
    """

    brand: str
    decision: str
    title: str
    text: str
    link: str | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)


def chat_text(notice: Notice) -> str:
    """Title, text and link; a post quoted in them can neither call people nor hide an address.

    Slack's three characters are escaped as it asks, and no @ is left before a name.
    """
    parts = [title_of(notice), clean(notice.text)[:_LONGEST_TEXT], clean(notice.link or "")]
    text = "\n".join(part for part in parts if part)
    for raw, escaped in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(raw, escaped)
    return re.sub(r"@(?=\w)", "@\u200b", text)


def title_of(notice: Notice) -> str:
    """The title on one line."""
    return " ".join(clean(notice.title).split())[:_LONGEST_TITLE]


def clean(text: str) -> str:
    """The text with a space in place of each character that does more than show."""
    return CONTROL.sub(" ", text)


def values(notice: Notice) -> dict[str, Any]:
    """The notice as plain values, fit for JSON."""
    return {
        "brand": notice.brand,
        "decision": notice.decision,
        "title": title_of(notice),
        "text": clean(notice.text),
        "link": notice.link and clean(notice.link),
        "fields": _plain(notice.fields),
    }


def _plain(value: Any) -> Any:
    """A value as JSON has it: no NaN, no key or value of another kind."""
    if isinstance(value, Mapping):
        return {clean(str(key)): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return clean(str(value))
