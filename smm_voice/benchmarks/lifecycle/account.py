"""The brand that is lived through: real posts of one account, with what happens to them.

Two periods of an account become one stretch of time: the older one is moved by whole weeks until it
ends just before the newer one begins. Where they meet, the manner of the account changed.
"""

from __future__ import annotations

import dataclasses
import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from smm_voice.config import BrandConfig, SourceConfig
from smm_voice.errors import InputError
from smm_voice.posts.ingest import Ingest
from smm_voice.posts.post import Post

_WEEK = timedelta(weeks=1)
# What every post ends with once the manner has changed by rule.
MARK = "!! 🚀"


@dataclass(frozen=True)
class Life:
    """An account's posts and the one thing that is known to have happened.

    Attributes:
        posts: oldest first.
        change: the time from which on they are of another kind; None where nothing changes.
        what: the change in words.
    """

    posts: tuple[Post, ...]
    change: datetime | None
    what: str

    def until(self, end: datetime) -> list[Post]:
        """What an export at that time holds."""
        return [post for post in self.posts if post.created_at < end]


def two_periods(repository: Path, older: str, newer: str) -> Life:
    """Two periods of one account as one stretch of time."""
    first, second = read(repository, older), read(repository, newer)
    gap = second[0].created_at - first[-1].created_at
    if gap < timedelta(0):
        raise InputError(f"the posts of {older} do not end before those of {newer} begin")
    moved = [
        dataclasses.replace(post, created_at=post.created_at + gap // _WEEK * _WEEK)
        for post in first
    ]
    what = f"{older} goes over into {newer}"
    return Life((*moved, *second), second[0].created_at, what)


def other_account(repository: Path, brand: str, other: str, change: datetime) -> Life:
    """From `change` on every second post is another account's, under the brand's name."""
    own = read(repository, brand)
    strangers = [post for post in read(repository, other) if post.kind != "reply"]
    late = [place for place, post in enumerate(own) if post.created_at >= change][1::2]
    if len(strangers) < len(late):
        raise InputError(f"{other} has {len(strangers)} posts, and {len(late)} are needed")
    mixed = list(own)
    for place, stranger in zip(late, strangers, strict=False):
        mixed[place] = dataclasses.replace(own[place], text=stranger.text, kind="original")
    return Life(tuple(mixed), change, f"every second post is one of {other}")


def manner(repository: Path, brand: str, change: datetime) -> Life:
    """From `change` on every post ends in the same way."""
    posts = tuple(
        post if post.created_at < change else dataclasses.replace(post, text=f"{post.text} {MARK}")
        for post in read(repository, brand)
    )
    return Life(posts, change, f"every post ends with {MARK}")


def month_ends(posts: Sequence[Post]) -> list[datetime]:
    """The first moment of each calendar month that begins while the account posts."""
    found = []
    at = _next_month(posts[0].created_at)
    while at <= posts[-1].created_at:
        found.append(at)
        at = _next_month(at)
    return found


@functools.cache
def read(repository: Path, name: str) -> tuple[Post, ...]:
    """The posts of a folder in data/raw, oldest first, as their export has them.

    Raises:
        InputError: there are none.
    """
    folder = repository / "data" / "raw" / name
    brand = BrandConfig(name="read", languages=["en"], platforms=["x"],
                        sources=[SourceConfig(path=str(folder))])  # fmt: skip
    posts = [row for row in Ingest(brand, repository) if isinstance(row, Post)]
    if not posts:
        raise InputError(f"there are no posts in {folder}")
    return tuple(sorted(posts, key=lambda post: (post.created_at, post.id)))


def export(posts: Sequence[Post], path: Path) -> None:
    """Write posts as JSON lines."""
    rows = [
        {"id": post.id, "platform": "x", "created_at": post.created_at.isoformat(),
         "text": post.text, "is_reply": post.kind == "reply", "likes": post.likes}
        for post in posts
    ]  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(text, encoding="utf-8")


def _next_month(at: datetime) -> datetime:
    return datetime(at.year + at.month // 12, at.month % 12 + 1, 1, tzinfo=UTC)
