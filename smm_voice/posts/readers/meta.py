"""What the exports of Meta's platforms have in common: their encoding, and lists of media."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from ftfy.badness import is_bad

from smm_voice.posts.post import Kind, Post, Rejected
from smm_voice.posts.readers.base import ReadOptions, Sample, make_post
from smm_voice.posts.readers.json_entries import JsonReader, first_words, objects, words

_TITLE = re.compile(r"<title>[^<]*(?:post|publication|reel|thread)", re.IGNORECASE)
_CONTROL = re.compile(r"[\x80-\x9f]")


def mended(value: Any) -> str:
    r"""A text of an export, its encoding repaired; "" where it is none.

    Meta writes every byte of UTF-8 as a character of its own (`é` as `\u00c3\u00a9`). Files that
    somebody has repaired, wholly or in part, hold true texts too, so each is looked at for itself.
    """
    if not isinstance(value, str) or value.isascii():
        return words(value)
    try:
        repaired = value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value
    # `BAISSÉ` with a no-break space after it happens to be UTF-8 as well. Control characters give
    # wrong decoding away; without any, it takes letters that do not go together.
    return repaired if _CONTROL.search(value) or is_bad(value) else value


def is_html_export(sample: Sample) -> bool:
    """Whether this is a page of posts of an export in HTML, whichever platform's.

    Its classes and titles are as public parsers name them; the titles vary with the language.
    """
    start = sample.text.lstrip("\ufeff \t\r\n")[:15].casefold()
    return (
        start.startswith(("<html", "<!doctype html"))
        and "_a6-g" in sample.text
        and _TITLE.search(sample.text) is not None
    )


class MediaReader(JsonReader):
    """A format whose entries are media with titles, such as Instagram's and Threads'.

    The text stands in the entry's `title`, or in that of its first medium where there is but one.

    Attributes:
        platform: of all its posts.
    """

    platform: ClassVar[str]

    def post(self, entry: dict[str, Any], source: str, options: ReadOptions) -> Post | Rejected:
        """The entry's own title goes before those of its media."""
        levels = [entry, *objects(entry.get("media"))]
        text = first_words(mended(level.get("title")) for level in levels)
        times = (level.get("creation_timestamp") for level in levels)
        return make_post(
            {
                "text": text,
                "created_at": next(filter(None, times), None),
                "kind": self.kind(levels, text),
            },
            source,
            options,
            platform=self.platform,
        )

    def kind(self, levels: list[dict[str, Any]], text: str) -> Kind:
        """Of an entry and its media."""
        return "original"
