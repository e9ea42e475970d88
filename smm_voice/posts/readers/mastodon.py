"""Mastodon's archive: `outbox.json`, an ActivityPub collection.

Found under Preferences → Import and export → Data export → Request your archive; GoToSocial,
Pleroma and others write the same.

Decisions: a content warning is part of what was published and becomes the first paragraph; links
are shown in full in place of Mastodon's shortened ones; custom emoji stay `:shortcodes:`; the
options of a poll are not the text, its question is; the server's own "RE: …" line of a quote goes;
an unlisted status is public, one for followers or for those named is not.
Unconfirmed: `likes` and `shares` as collections with `totalItems` (newer versions), and `quote`.
"""

from __future__ import annotations

import re
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from smm_voice.posts.post import Kind, Post, Rejected
from smm_voice.posts.readers.base import ReadOptions, Sample, make_post
from smm_voice.posts.readers.json_entries import JsonReader, inside, objects, words

_PUBLIC = {"https://www.w3.org/ns/activitystreams#Public", "as:Public", "Public"}
_QUOTES = ("quote", "quoteUrl", "quoteUri", "_misskey_quote")


class MastodonReader(JsonReader):
    """Public statuses of an outbox."""

    name = "mastodon"
    lists = ("orderedItems.item",)

    def recognises(self, sample: Sample) -> bool:
        """By activities that have an actor and an object."""
        activity = {f"orderedItems.item.{key}" for key in ("type", "actor", "object")}
        return activity <= sample.json_paths

    def post(self, entry: dict[str, Any], source: str, options: ReadOptions) -> Post | Rejected:
        """One activity: a status of one's own, or a boost, of which there is but the address."""
        status = entry.get("object")
        boosted = entry.get("type") == "Announce"
        if boosted and not isinstance(status, dict):
            return Rejected("repost", source, "the archive holds no text of it")
        if entry.get("type") not in ("Create", "Announce") or not isinstance(status, dict):
            return Rejected("not_a_post", source)
        if not _PUBLIC & {to for each in (entry, status) for to in _recipients(each)}:
            return Rejected("not_public", source)
        content, language = _content(status)
        text, links = html_text(content)
        url = words(status.get("url"))
        actor = words(entry.get("actor"))
        return make_post(
            {
                "id": words(status.get("id")).rpartition("/")[2] or source,
                "text": "\n\n".join(filter(None, [words(status.get("summary")), text])),
                "created_at": status.get("published") or entry.get("published"),
                "account": _name(url) or actor.rpartition("/")[2],
                "language": language,
                "kind": "repost" if boosted else _kind(status, actor, text),
                "likes": inside(status, "likes", "totalItems"),
                "shares": inside(status, "shares", "totalItems"),
                "url": url,
                "links": links,
                "alt_texts": [each.get("name") for each in objects(status.get("attachment"))],
            },
            source,
            options,
            platform="mastodon",
        )


def html_text(content: str) -> tuple[str, list[str]]:
    """The text of a status, its links in full, and these links."""
    # Line ends of the source are blanks in HTML.
    body = LexborHTMLParser(" ".join(line.strip() for line in content.split("\n"))).body
    if body is None:
        return "", []
    links = []
    for node in body.css(".quote-inline"):
        node.decompose()
    for node in body.css("a[href]"):
        href = node.attributes.get("href") or ""
        classes = (node.attributes.get("class") or "").split()
        if {"mention", "hashtag"} & set(classes) or node.attributes.get("rel") == "tag":
            continue
        links.append(href)
        if node.css_first(".invisible, .ellipsis"):
            node.replace_with(href)
    for node in body.css("br, li"):
        node.insert_before("\n")
    for node in body.css("p, ul, ol, blockquote, pre"):
        node.insert_before("\n\n")
        node.insert_after("\n\n")
    text = "\n".join(line.strip(" \t") for line in body.text().split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip(), links


def _content(status: dict[str, Any]) -> tuple[str, str | None]:
    """The text in HTML, and its language where one is named."""
    by_language = status.get("contentMap")
    named = by_language if isinstance(by_language, dict) else {}
    content = status.get("content") or next(iter(named.values()), None)
    languages = [code for code, text in named.items() if text == content]
    return words(content), languages[0] if len(languages) == 1 else None


def _recipients(activity: dict[str, Any]) -> list[str]:
    found: list[Any] = []
    for key in ("to", "cc"):
        value = activity.get(key)
        found += value if isinstance(value, list) else [value]
    return [each for each in found if isinstance(each, str)]


def _name(url: str) -> str | None:
    match = re.match(r"https?://[^/]+/@([^/@]+)/", url)
    return match.group(1) if match else None


def _kind(status: dict[str, Any], actor: str, text: str) -> Kind:
    replied_to = status.get("inReplyTo")
    if replied_to:
        # A status in one's own thread that begins with a name still answers somebody.
        own = bool(actor) and words(replied_to).startswith(f"{actor}/")
        return "original" if own and not text.startswith("@") else "reply"
    return "quote" if any(status.get(key) for key in _QUOTES) else "original"
