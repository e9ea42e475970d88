"""The Post: one published text, whatever export it came from."""

from __future__ import annotations

import dataclasses
import functools
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

Kind = Literal["original", "reply", "repost", "quote"]
Provenance = Literal["human", "generated", "unknown"]


@dataclass(frozen=True, slots=True)
class Post:
    """One published text.

    Attributes:
        id: the platform's id, or one made from file and row.
        text: the text as published.
        platform: x, linkedin, instagram, …
        created_at: time of publication, UTC.
        source: file and row it was read from, for messages.
        account: the account it was published on, without `@`; None where the export is silent.
        language: two-letter code; None until it is known.
        kind: original, reply, repost or quote.
        provenance: who wrote it. Exports do not say, so "unknown" is the rule.
        likes: None where unknown, which is not zero. The same for shares and replies.
        url: address of the post.
    """

    id: str
    text: str
    platform: str
    created_at: datetime
    source: str
    account: str | None = None
    language: str | None = None
    kind: Kind = "original"
    provenance: Provenance = "unknown"
    likes: int | None = None
    shares: int | None = None
    replies: int | None = None
    url: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Plain values for a JSON line."""
        row = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return row | {"created_at": self.created_at.isoformat()}

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Post:
        """The reverse of `as_json`."""
        return cls(**(row | {"created_at": datetime.fromisoformat(row["created_at"])}))


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row of an export, or a whole file, that did not become a kept post.

    Attributes:
        reason: the key it is counted under, such as "reply" or "no_text".
        source: file and row.
        detail: words for a person; may be empty.
    """

    reason: str
    source: str
    detail: str = ""


def parse_time(value: Any, day_first: bool = False) -> datetime:
    """An aware UTC time from what exports hold: ISO 8601, X's form, or epoch seconds.

    Args:
        value: what the export holds.
        day_first: how 05/11/2017 is to be read.

    Raises:
        ValueError: no time can be read, or it lies outside 1990 … 2100.
    """
    when: datetime | None = None
    text = str(value).strip()
    if (
        text.isascii()
        and text.replace(".", "", 1).isdecimal()
        and len(text.split(".")[0]) in (9, 10, 13)
    ):
        seconds = float(text)
        when = datetime.fromtimestamp(seconds / 1000 if len(text) == 13 else seconds, UTC)
    else:
        readers = (datetime.fromisoformat, _x_time, functools.partial(_any_time, day_first))
        for reader in readers:
            try:
                when = reader(text)
                break
            except ValueError:
                continue
    if when is None:
        raise ValueError(f"no time can be read from {text[:40]!r}")
    if not 1990 <= when.year <= 2100:
        raise ValueError(f"the year {when.year} cannot be right")
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def _x_time(text: str) -> datetime:
    return datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y")


def _any_time(day_first: bool, text: str) -> datetime:
    import dateparser

    parsed = dateparser.parse(
        text[:64],
        languages=["en", "fr"],
        settings={
            "REQUIRE_PARTS": ["day", "month", "year"],
            "PARSERS": ["absolute-time"],
            "DATE_ORDER": "DMY" if day_first else "MDY",
        },
    )
    if parsed is None:
        raise ValueError(text[:40])
    return parsed


def parse_count(value: Any) -> int | None:
    """A non-negative count, or None where the export holds none."""
    text = str(value if value is not None else "").replace(",", "").replace("\u202f", "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None
