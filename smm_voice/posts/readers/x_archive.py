"""The archive that X (Twitter) gives its users: `data/tweets.js`, older `data/tweet.js`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from smm_voice.posts.files import ExportFile
from smm_voice.posts.post import Kind, Post, Rejected
from smm_voice.posts.readers.base import ReadOptions, Sample, json_items, make_post

_TWEETS = re.compile(r"\s*window\.YTD\.tweets?\.part\d+\s*=\s*")
_ACCOUNT = re.compile(r'\s*window\.YTD\.account\.part\d+\s*=.*?"username"\s*:\s*"(\w+)"', re.DOTALL)


class XArchiveReader:
    """Posts of an X archive. Reposts are known only by their leading `RT @`."""

    name = "x_archive"

    def recognises(self, sample: Sample) -> bool:
        """By the assignment to `window.YTD.tweets.part…`."""
        return _TWEETS.match(sample.text) is not None

    def read(self, file: ExportFile, options: ReadOptions) -> Iterator[Post | Rejected]:
        """Yield the archive's posts in file order."""
        number = 0
        for number, row in enumerate(json_items(file, "item", passed_over="["), start=1):
            source = f"{file.name}#{number}"
            # Archives before 2019 hold the tweet itself, without the wrapper.
            tweet = row.get("tweet", row) if isinstance(row, dict) else None
            if isinstance(tweet, dict):
                yield _post(tweet, source, options)
            else:
                yield Rejected("not_a_post", source, "the entry is no tweet")
        if not number and not self.recognises(Sample(file)):
            raise ValueError("it holds no list of tweets")


def account_name(sample: Sample) -> str | None:
    """The archive's own user name, from `data/account.js`; None for any other file."""
    match = _ACCOUNT.match(sample.text)
    return match.group(1) if match else None


def _post(tweet: dict[str, Any], source: str, options: ReadOptions) -> Post | Rejected:
    text = tweet.get("full_text") or tweet.get("text")
    if not isinstance(text, str):
        return Rejected("no_text", source)
    post_id = str(tweet.get("id_str") or tweet.get("id") or "")
    media = _entries(tweet, "extended_entities", "media") + _entries(tweet, "entities", "media")
    return make_post(
        {
            "id": post_id,
            "text": html.unescape(text),
            "created_at": tweet.get("created_at"),
            "language": tweet.get("lang"),
            "kind": _kind(tweet, text, options.account),
            "likes": tweet.get("favorite_count"),
            "shares": tweet.get("retweet_count"),
            "url": f"https://x.com/i/status/{post_id}" if post_id.isdigit() else None,
            "links": [each.get("expanded_url") for each in _entries(tweet, "entities", "urls")],
            "alt_texts": [each.get("ext_alt_text") for each in media],
        },
        source,
        options,
        platform="x",
    )


def _entries(tweet: dict[str, Any], group: str, name: str) -> list[dict[str, Any]]:
    entities = tweet.get(group)
    found = entities.get(name) if isinstance(entities, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _kind(tweet: dict[str, Any], text: str, account: str | None) -> Kind:
    # `retweeted` is always false in archives, even for reposts.
    if text.startswith("RT @"):
        return "repost"
    replied_to = tweet.get("in_reply_to_screen_name")
    if replied_to and str(replied_to).casefold() == str(account or "").casefold():
        return "original"  # the brand's own thread
    if replied_to or tweet.get("in_reply_to_status_id_str") or text.startswith("@"):
        return "reply"
    # The address of the quoted post ends the text; media of the post's own stand in /photo/.
    quoted = tweet.get("quoted_status_id_str") or any(
        re.search(r"(?:twitter|x)\.com/\w+/status/\d+$", str(each.get("expanded_url")))
        for each in _entries(tweet, "entities", "urls")[-1:]
    )
    return "quote" if quoted else "original"
