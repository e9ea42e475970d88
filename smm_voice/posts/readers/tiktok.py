"""TikTok's "Download your data".

Found under Settings and privacy → Account → Download your data, format JSON: `user_data.json` or
`user_data_tiktok.json`, one file with everything in it.

Quirks: the account's videos lie in `Video.Videos.VideoList`, newer `Post.Posts.VideoList`; what it
watched lies in a `VideoList` too, which is never read; what is not there is "N/A"; times are UTC;
the text ends after 150 characters in older exports; `Link` is mostly a file's address that expires.
Unconfirmed: `AlbumName` as the text of photo posts, and the words of `WhoCanView` other than
"Everyone".
"""

from __future__ import annotations

import re
from datetime import UTC
from typing import Any

from smm_voice.posts.post import Post, Rejected
from smm_voice.posts.readers.base import ReadOptions, Sample, make_post
from smm_voice.posts.readers.json_entries import JsonReader, words

# The videos may stand behind more than the head: any of the file's large parts tells.
_PARTS = {
    "Video.Videos", "Post.Posts", "Activity.Video Browsing History", "Activity.Favorite Videos",
    "Activity.Like List", "Your Activity.Watch History", "Your Activity.Login History",
    "Likes and Favorites.Like List", "Comment.Comments.CommentsList",
    "Profile.Profile Information.ProfileMap", "Profile And Settings.Profile Info.ProfileMap",
    "Direct Messages.Chat History", "Direct Message.Direct Messages",
}  # fmt: skip
_PAGE = re.compile(r"https://(?:www\.)?tiktokv?\.com/\S*/(?:video|photo)/(\d+)")
_NOT_PUBLIC = re.compile(r"friend|follower|only|private|\bself\b", re.IGNORECASE)


class TikTokReader(JsonReader):
    """Videos and photo posts of the account."""

    name = "tiktok"
    lists = ("Video.Videos.VideoList.item", "Post.Posts.VideoList.item")

    def recognises(self, sample: Sample) -> bool:
        """By the names of its parts."""
        return not sample.json_paths.isdisjoint(_PARTS)

    def post(self, entry: dict[str, Any], source: str, options: ReadOptions) -> Post | Rejected:
        """One video."""
        if _NOT_PUBLIC.search(_known(entry, "WhoCanView")):
            return Rejected("not_public", source)
        page = _PAGE.match(_known(entry, "Link"))
        return make_post(
            {
                "id": page.group(1) if page else None,
                "text": _known(entry, "Title") or _known(entry, "AlbumName"),
                "created_at": entry.get("Date"),
                "zone": UTC,
                "likes": entry.get("Likes"),
                "url": page.group() if page else None,
                "alt_texts": [_known(entry, "AlternateText")],
            },
            source,
            options,
            platform="tiktok",
        )


def _known(entry: dict[str, Any], key: str) -> str:
    text = words(entry.get(key))
    return "" if text.strip() in ("", "N/A") else text
