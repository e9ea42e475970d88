"""The archive that X (Twitter) gives its users: `data/tweets.js`, older `data/tweet.js`."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from smm_voice.posts.post import Kind, Post, Rejected, parse_count, parse_time
from smm_voice.posts.readers.base import ReadOptions

_PREFIX = re.compile(r"\s*window\.YTD\.(tweets?|account)\.part\d+\s*=\s*")


class XArchiveReader:
    """Posts of an X archive. Reposts are known only by their leading `RT @`."""

    name = "x_archive"

    def recognises(self, head: str) -> bool:
        """By the assignment to `window.YTD.tweets.part…`."""
        match = _PREFIX.match(head)
        return match is not None and match.group(1) != "account"

    def read(self, text: str, options: ReadOptions) -> Iterator[Post | Rejected]:
        """Yield the archive's posts in file order."""
        rows = _payload(text)
        for number, row in enumerate(rows, start=1):
            source = f"{options.file}#{number}"
            # Archives before 2019 hold the tweet itself, without the wrapper.
            tweet = row.get("tweet", row) if isinstance(row, dict) else None
            if not isinstance(tweet, dict):
                yield Rejected("not_a_post", source, "the entry is no tweet")
                continue
            yield _post(tweet, source, options)


def account_name(text: str) -> str | None:
    """The archive's own user name, from `data/account.js`; None for any other file."""
    match = _PREFIX.match(text)
    if not match or match.group(1) != "account":
        return None
    try:
        rows = _payload(text)
        return str(rows[0]["account"]["username"])
    except (ValueError, LookupError, TypeError):
        return None


def _payload(text: str) -> list[Any]:
    body = _PREFIX.sub("", text, count=1)
    try:
        rows = json.loads(body)
    except json.JSONDecodeError as error:
        raise ValueError(f"the JSON breaks off or is damaged at line {error.lineno}") from error
    except RecursionError:
        raise ValueError("the JSON is nested too deep") from None
    if not isinstance(rows, list):
        raise ValueError("it does not hold a list of tweets")
    return rows


def _post(tweet: dict[str, Any], source: str, options: ReadOptions) -> Post | Rejected:
    text = tweet.get("full_text") or tweet.get("text")
    if not isinstance(text, str) or not text.strip():
        return Rejected("no_text", source)
    try:
        when = parse_time(tweet.get("created_at"))
    except ValueError as error:
        return Rejected("no_time", source, str(error))
    post_id = str(tweet.get("id_str") or tweet.get("id") or source)
    return Post(
        id=post_id,
        text=html.unescape(text),
        platform="x",
        created_at=when,
        source=source,
        account=options.account,
        language=_language(tweet.get("lang")),
        kind=_kind(tweet, text, options.account),
        likes=parse_count(tweet.get("favorite_count")),
        shares=parse_count(tweet.get("retweet_count")),
        url=f"https://x.com/i/status/{post_id}" if post_id.isdigit() else None,
    )


def _kind(tweet: dict[str, Any], text: str, account: str | None) -> Kind:
    # `retweeted` is always false in archives, even for reposts.
    if text.startswith("RT @"):
        return "repost"
    replied_to = tweet.get("in_reply_to_screen_name")
    if replied_to and str(replied_to).casefold() == str(account or "").casefold():
        return "original"  # the brand's own thread
    if replied_to or tweet.get("in_reply_to_status_id_str") or text.startswith("@"):
        return "reply"
    return "original"


def _language(code: Any) -> str | None:
    # "und", "qme", "zxx" and the like say that X could not tell.
    return str(code) if isinstance(code, str) and len(code) == 2 else None
