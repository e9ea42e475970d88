"""The example: a brief and the post that answers it."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from smm_voice.config import DatasetConfig
from smm_voice.dataset import briefs
from smm_voice.posts.post import Post
from smm_voice.text import tokens


@dataclass(frozen=True, slots=True)
class Example:
    """Brief → post.

    Attributes:
        id: the post's id.
        brief: the brief as a model reads it.
        text: the target: the cleaned post with its links as `[link]`.
        post: the cleaned post.
        terse: whether the brief names a topic and little else.
        overlap: share of the text's word 3-grams that the brief holds.
        weight: how much it counts in training; 1 on average.
    """

    id: str
    brief: str
    text: str
    post: Post
    terse: bool = False
    overlap: float = 0.0
    weight: float = 1.0

    @classmethod
    def from_post(cls, post: Post, config: DatasetConfig, topic: str | None = None) -> Example:
        """Write the brief and make the target.

        Args:
            post: a cleaned post.
            config: how many briefs are terse, and how much of the wording they may hold.
            topic: words for the topic, where a model has named it; not taken where they repeat
                a stretch of the post.
        """
        text = tokens.with_link_placeholders(post.text)
        terse = _is_terse(post.id, config.terse_share)
        brief = briefs.derive(post)
        if topic and not briefs.overlap(text, topic):
            brief = dataclasses.replace(brief, topic=(topic,))
        if terse:
            brief = briefs.terse(brief)
        brief, rendered, overlap = briefs.bounded(brief, text, config.maximum_overlap)
        return cls(post.id, rendered, text, post, terse, round(overlap, 4))

    def as_line(self) -> bytes:
        """One line of a split's file."""
        row = {
            "id": self.id, "brief": self.brief, "text": self.text, "terse": self.terse,
            "overlap": self.overlap, "weight": self.weight, "post": self.post.as_json(),
        }  # fmt: skip
        return json_line(row)

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Example:
        """The reverse of `as_line`, after `json.loads`."""
        return cls(**{**row, "post": Post.from_json(row["post"])})


def id_digest(post_id: str) -> str:
    """A post's id for files that leave the house: the id itself leads to the post."""
    return hashlib.sha256(post_id.encode("utf-8", "replace")).hexdigest()[:16]


def json_line(row: Mapping[str, Any]) -> bytes:
    """A row as one UTF-8 line; a lone surrogate, which no encoding takes, stays escaped."""
    return json.dumps(row, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def _is_terse(post_id: str, share: float) -> bool:
    """The same for a post in every build."""
    digest = hashlib.blake2b(f"terse:{post_id}".encode("utf-8", "replace"), digest_size=4).digest()
    return int.from_bytes(digest, "big") < share * 2**32
