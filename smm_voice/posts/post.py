"""The Post: one published text, whatever export it came from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
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
        zone_known: whether the export named a time zone; without one UTC is assumed.
        account: the account it was published on, without `@`; None where the export is silent.
        author: who wrote it, where that may be another than the account.
        language: two-letter code; None until it is known.
        kind: original, reply, repost or quote.
        provenance: who wrote it. Most exports do not say: then it is "unknown".
        provenance_reason: what the provenance was concluded from.
        likes: None where unknown, which is not zero. The same for shares, replies and views.
        url: address of the post.
        links: addresses the text links to, in full where the export has them.
        alt_texts: descriptions of attached media.
        campaign: the campaign it was published for.
        flags: what cleaning noticed and left as it was, such as "styled_letters".
    """

    id: str
    text: str
    platform: str
    created_at: datetime
    source: str
    zone_known: bool = True
    account: str | None = None
    author: str | None = None
    language: str | None = None
    kind: Kind = "original"
    provenance: Provenance = "unknown"
    provenance_reason: str = "the export does not say"
    likes: int | None = None
    shares: int | None = None
    replies: int | None = None
    views: int | None = None
    url: str | None = None
    links: tuple[str, ...] = ()
    alt_texts: tuple[str, ...] = ()
    campaign: str | None = None
    flags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.created_at.tzinfo is None:
            raise ValueError("created_at needs a time zone")
        if self.kind not in ("original", "reply", "repost", "quote"):
            raise ValueError(f"unknown kind {self.kind!r}")
        if self.provenance not in ("human", "generated", "unknown"):
            raise ValueError(f"unknown provenance {self.provenance!r}")

    def as_json(self) -> dict[str, Any]:
        """Plain values for a JSON line."""
        row = {name: getattr(self, name) for name in _FIELDS}
        return row | {"created_at": self.created_at.isoformat()}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Post:
        """The reverse of `as_json`."""
        lists = {name: tuple(row.get(name) or ()) for name in ("links", "alt_texts", "flags")}
        return cls(**{**row, **lists, "created_at": datetime.fromisoformat(row["created_at"])})


_FIELDS = tuple(field.name for field in dataclasses.fields(Post))


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row of an export, or a whole file, that did not become a kept post.

    Attributes:
        reason: a key of `smm_voice.posts.reasons.REASONS`.
        source: file and row.
        detail: words for a person; never the text of the post, nor anybody's data.
    """

    reason: str
    source: str
    detail: str = ""
