"""Instagram's "Download your information".

Found under Accounts Centre → Your information and permissions → Download your information, format
JSON. Posts lie in `your_instagram_activity/media/posts_1.json` (older `content/posts_1.json`),
beside `reels.json`, `stories.json` and `igtv_videos.json`; until about 2020 all of it in one
`media.json`. Archived and deleted media have files of their own and are not read.

Quirks: the caption of a single photo or reel stands in the medium's title, that of a carousel in
the entry's; most stories have none; nothing on likes, links or the account. `media.json` has times
with or without a zone, and names each photo of a carousel with the same caption.
Unconfirmed: whether any export has descriptions for the blind.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from smm_voice.posts.post import Post, Rejected
from smm_voice.posts.readers.base import ReadOptions, Sample, make_post
from smm_voice.posts.readers.meta import MediaReader, mended

_NAMED = ("ig_reels_media", "ig_stories", "ig_igtv_media")
_OLD = ("photos", "videos", "stories")


class InstagramReader(MediaReader):
    """Posts, reels and stories."""

    name = "instagram"
    platform = "instagram"
    lists = ("item", *(f"{name}.item" for name in _NAMED + _OLD))

    def recognises(self, sample: Sample) -> bool:
        """By a list of media, a list of the platform's own name, or media with `taken_at`."""
        paths = sample.json_paths
        return (
            {"item.media.item.uri", "item.media.item.creation_timestamp"} <= paths
            # so do Facebook's files of the newer shape
            and "item.label_values" not in paths
            or not paths.isdisjoint(_NAMED)
            or any({f"{name}.item.path", f"{name}.item.taken_at"} <= paths for name in _OLD)
        )

    def paths(self, sample: Sample) -> Sequence[str]:
        """All of the old lists, since a head may show but the first."""
        paths = super().paths(sample)
        old = [f"{name}.item" for name in _OLD]
        return old if set(paths) <= set(old) else paths

    def post(self, entry: dict[str, Any], source: str, options: ReadOptions) -> Post | Rejected:
        """Of either shape."""
        if "taken_at" not in entry:
            return super().post(entry, source, options)
        values = {"text": mended(entry.get("caption")), "created_at": entry["taken_at"]}
        return make_post(values, source, options, platform=self.platform)
