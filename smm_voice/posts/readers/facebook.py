"""Facebook's "Download your information", and the same for a page.

Found under Settings → Your information → Download your information (for a page: after switching to
the page's profile), format JSON. Posts lie in `your_posts_1.json`, newer
`your_posts__check_ins__photos_and_videos_1.json`, a page's in `profile_posts_1.json`.

Quirks: one post alone is an object, not a list; `title` says what was done ("X shared a link."), it
is no text; photos repeat the post's text as their `description`; people are named as
`@[number:number:name]`; nothing says who could see a post, nor how it was liked.
Unconfirmed: the French wordings of `title`; in the newer `label_values` shape that the text stands
under the label "Message" (seen for check-ins); the titles of HTML pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from smm_voice.posts.files import ExportFile
from smm_voice.posts.post import Kind, Post, Rejected
from smm_voice.posts.readers.base import ReadOptions, Sample, make_post
from smm_voice.posts.readers.json_entries import JsonReader, first_words, inside, objects
from smm_voice.posts.readers.meta import is_html_export, mended

_TEXT_LABEL = "Message"
_LABELLED = re.compile(rf'"label"\s*:\s*"{_TEXT_LABEL}"')
_PERSON = re.compile(r"@\[\d+:\d+:([^\]\n]{1,200})\]")
# A link, an event or a group that is shared is content like any other; a post or photo is
# somebody's, and a memory is the account's own of another day.
_SHARED = re.compile(
    r"\bshared (?:an?|\S.*['’]s?) (?:post|memory|photo|video|reel|album)\b"
    r"|\ba partagé (?:une? |la |le |l['’])(?:publication|souvenir|photo|vidéo|reel|album)\b"
)


class FacebookReader(JsonReader):
    """Posts of a profile or a page."""

    name = "facebook"
    lists = ("item", "")

    def recognises(self, sample: Sample) -> bool:
        """By a time beside a post's text or attachments, or beside a label for it."""
        labelled = _LABELLED.search(sample.text) is not None
        signs: list[tuple[str, ...]] = [
            ("data.item.post",),
            ("title", "attachments.item.data.item.media.uri"),
            *([("label_values.item.label", "fbid")] if labelled else []),
        ]
        return is_html_export(sample) or any(
            {f"{prefix}{key}" for key in ("timestamp", *sign)} <= sample.json_paths
            for prefix in ("item.", "")
            for sign in signs
        )

    def read(self, file: ExportFile, options: ReadOptions) -> Iterator[Post | Rejected]:
        """Yield the posts in file order; of an export in HTML say what to ask for instead."""
        if is_html_export(Sample(file)):
            raise ValueError(
                "an export in HTML: its times have no zone and its texts no clear bounds; "
                "ask for the download again in the format JSON"
            )
        yield from super().read(file, options)

    def post(self, entry: dict[str, Any], source: str, options: ReadOptions) -> Post | Rejected:
        """Of either shape."""
        labels = objects(entry.get("label_values"))
        texts = [mended(each.get("post")) for each in objects(entry.get("data"))]
        texts += [mended(each.get("value")) for each in labels if each.get("label") == _TEXT_LABEL]
        attached = [
            each
            for attachment in objects(entry.get("attachments"))
            for each in objects(attachment.get("data"))
        ]
        return make_post(
            {
                "id": entry.get("fbid"),
                "text": _PERSON.sub(r"\1", first_words(texts)),
                "created_at": entry.get("timestamp"),
                "kind": _kind(mended(entry.get("title"))[:300]),
                "links": [mended(inside(each, "external_context", "url")) for each in attached],
            },
            source,
            options,
            platform="facebook",
        )


def _kind(title: str) -> Kind:
    # What stands in `post` is what the brand itself wrote above the shared thing.
    return "quote" if _SHARED.search(title) else "original"
