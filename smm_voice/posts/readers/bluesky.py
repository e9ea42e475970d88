"""Bluesky's feed of an account as its API gives it: `app.bsky.feed.getAuthorFeed`.

Anyone can save it from
https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor=<handle>&limit=100; further pages
are asked for by `cursor`. Pages may be put together in one list.

Quirks: reposts bear the other's post and a `reason`; links are shown cut, in full they stand in
`facets`, whose places count bytes of UTF-8, not characters. What is cut is taken out of the text:
an address that ends in dots teaches nothing, and `links` has it in full. `createdAt` is what the
author's program said.
"""

from __future__ import annotations

import re
from typing import Any

from smm_voice.posts.post import Kind, Post, Rejected
from smm_voice.posts.readers.base import ReadOptions, Sample, make_post
from smm_voice.posts.readers.json_entries import JsonReader, inside, objects, words

POST = "app.bsky.feed.post"
_URI = re.compile(rf"at://([^/]+)/{re.escape(POST)}/([^/]+)")


class BlueskyReader(JsonReader):
    """Posts of a saved feed."""

    name = "bluesky"
    lists = ("feed.item", "item")

    def recognises(self, sample: Sample) -> bool:
        """By posts that have a record and an address."""
        return any(
            {f"{path}.post.uri", f"{path}.post.record.text"} <= sample.json_paths
            for path in self.lists
        )

    def post(self, entry: dict[str, Any], source: str, options: ReadOptions) -> Post | Rejected:
        """One post of the account, or one that it reposted."""
        post, record = entry.get("post"), inside(entry, "post", "record")
        if not isinstance(post, dict) or not isinstance(record, dict):
            return Rejected("not_a_post", source)
        uri = _URI.fullmatch(words(post.get("uri")))
        handle = words(inside(post, "author", "handle"))
        values = {
            "id": uri.group(2) if uri else source,
            "account": handle,
            "likes": post.get("likeCount"),
            "shares": post.get("repostCount"),
            "replies": post.get("replyCount"),
            "url": uri and f"https://bsky.app/profile/{handle or uri.group(1)}/post/{uri.group(2)}",
        } | record_values(record, words(inside(post, "author", "did")))
        if inside(entry, "reason", "$type") == "app.bsky.feed.defs#reasonRepost":
            # The id is the other post's; a repost of one's own would hide the original.
            by = words(inside(entry, "reason", "by", "handle"))
            values |= {"id": source, "kind": "repost", "author": handle, "account": by}
        return make_post(values, source, options, platform="bluesky")


def record_values(record: dict[str, Any], did: str) -> dict[str, Any]:
    """What the record of a post says, under the names of Post's attributes.

    Args:
        record: of the collection `app.bsky.feed.post`.
        did: of its author.
    """
    embed = record.get("embed")
    media = inside(embed, "media") or embed
    facets = objects(record.get("facets"))
    linked = [_link(facet) for facet in facets] + [words(inside(media, "external", "uri"))]
    languages = record.get("langs")
    described = [*objects(inside(media, "images")), media if isinstance(media, dict) else {}]
    return {
        "text": without_cut_links(words(record.get("text")), facets),
        "created_at": record.get("createdAt"),
        "language": languages[0] if isinstance(languages, list) and len(languages) == 1 else None,
        "kind": _kind(record, did),
        "links": linked,
        "alt_texts": [each.get("alt") for each in described],
    }


def without_cut_links(text: str, facets: list[dict[str, Any]]) -> str:
    """A text without addresses of which it shows only the beginning."""
    raw = text.encode("utf-8", "replace")
    places = []
    for facet in facets:
        start, end = (inside(facet, "index", key) for key in ("byteStart", "byteEnd"))
        if isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(raw):
            shown = raw[start:end].decode("utf-8", "replace")
            kept = shown.rstrip(".…")
            if kept != shown and "." in kept and kept in _link(facet):
                places.append((start, end))
    behind = len(raw)
    for start, end in sorted(places, reverse=True):
        if end <= behind:  # facets must not overlap, and may
            raw, behind = raw[:start].rstrip(b" ") + raw[end:], start
    return raw.decode("utf-8", "replace").rstrip() if places else text


def _link(facet: dict[str, Any]) -> str:
    uris = (words(each.get("uri")) for each in objects(facet.get("features")))
    return next(filter(None, uris), "")


def _kind(record: dict[str, Any], did: str) -> Kind:
    if isinstance(record.get("reply"), dict):
        ends = [words(inside(record, "reply", end, "uri")) for end in ("root", "parent")]
        if not did or not all(uri.startswith(f"at://{did}/") for uri in ends):
            return "reply"
    # Feeds, lists and starter packs are embedded as records too.
    embedded = inside(record, "embed", "record")
    quoted = words(inside(embedded, "uri")) or words(inside(embedded, "record", "uri"))
    return "quote" if _URI.fullmatch(quoted) else "original"
