"""Which rows of a brand's sources are texts of its generation log, found before a build.

The fingerprint rests on the posts that match, not on the log: a text that nobody has published yet
changes no dataset. What was found is kept beside the datasets until sources or log change.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from smm_voice.config import BrandConfig
from smm_voice.posts.cleaning import clean_text
from smm_voice.posts.generated import GRACE, MATCHER_VERSION, Match, Matcher
from smm_voice.posts.generation_log import Generated, read
from smm_voice.posts.ingest import Ingest
from smm_voice.posts.post import Post
from smm_voice.text.files import write_whole

_KEPT = ".generated.json"


@dataclass(frozen=True)
class Published:
    """Rows that are generated texts.

    Attributes:
        reasons: file and row → what it was concluded from, in words.
        digest: of the posts; empty where there are none.
    """

    reasons: Mapping[str, str] = dataclasses.field(default_factory=dict)
    digest: str = ""


def published(brand: BrandConfig, root: Path, home: Path, log: Path) -> Published:
    """Look all posts of a brand up in its generation log; sources are read only where it must be.

    Args:
        brand: whose posts.
        root: the brand's paths are relative to it.
        home: `data/built/<brand>`, where what was found is kept.
        log: folder of the brand's generation logs.

    Raises:
        InputError: as `Ingest`.
    """
    texts = read(log)
    if not texts:
        return Published()
    ingest = Ingest(brand, root)
    settings = [dataclasses.asdict(each) for each in brand.sources]
    sources = _digest(
        [MATCHER_VERSION, ingest.digest(), brand.languages[:1], brand.platforms[:1], settings]
    )
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(str(home / f"{_KEPT}.lock")):
        kept = _load(home / _KEPT)
        if kept.get("sources") == sources:
            # What was written after the newest post can be no post: a brand that writes every day
            # does not have its whole export read again each time.
            early = _until(texts, datetime.fromisoformat(kept["newest"]))
            if kept["log"] == _of_log(early):
                return Published(kept["reasons"], kept["digest"])
        posts = [row for row in ingest if isinstance(row, Post)]
        newest = max((post.created_at for post in posts), default=datetime.min.replace(tzinfo=UTC))
        early = _until(texts, newest)
        found = _find(posts, early)
        write_whole(
            home / _KEPT,
            json.dumps(
                {"sources": sources, "newest": newest.isoformat(), "log": _of_log(early)}
                | dataclasses.asdict(found)
            ),
        )
    return found


def _find(posts: Iterable[Post], texts: Sequence[Generated]) -> Published:
    if not texts:
        return Published()
    matcher = Matcher(texts)
    reasons: dict[str, str] = {}
    digests = []
    for post in posts:
        text = clean_text(post.text, post.platform)
        match = matcher.find(dataclasses.replace(post, text=text))
        if match:
            reasons[post.source] = _reason(match)
            digests.append(_digest([post.created_at.isoformat(), text]))
    return Published(reasons, _digest(sorted(digests)) if digests else "")


def _reason(match: Match) -> str:
    by = f" by {match.text.model}" if match.text.model else ""
    return (
        f"{match.similarity:.0%} of a text that was written{by} on "
        f"{match.text.time:%Y-%m-%d} (generation log)"
    )


def _until(texts: Iterable[Generated], newest: datetime) -> list[Generated]:
    """Texts that were there when the newest post was published."""
    # From the texts' side: the earliest of all times less a day is none.
    return [each for each in texts if each.time - newest <= GRACE]


def _of_log(texts: Iterable[Generated]) -> str:
    return _digest(sorted(_digest([each.time.isoformat(), each.text]) for each in texts))


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:16]


def _load(path: Path) -> dict[str, Any]:
    """What was found last time; nothing where that cannot be read: it is found again."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return kept if isinstance(kept, dict) else {}
    except (OSError, ValueError):
        return {}
