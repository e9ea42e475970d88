"""The tables of posts and messages that Sprout Social exports."""

from __future__ import annotations

import re
from typing import Any

from smm_voice.posts.post import Kind, Rejected
from smm_voice.posts.readers.tables import names
from smm_voice.posts.readers.tool_table import ToolTable

_KINDS: dict[str, Kind] = {
    "@reply": "reply", "reply": "reply", "comment": "reply",
    "retweet": "repost", "repost": "repost",
    "quote": "quote", "quote tweet": "quote", "quote post": "quote",
}  # fmt: skip
_RECEIVED = re.compile(r"received|inbound|incoming|mention|direct message|visitor|review")


class SproutSocialReader(ToolTable):
    """Post Performance: Reports → Post Performance → Export CSV, and the inbox's messages.

    Times are like `03/15/2024 10:05 am`, month first, in the zone of the user's settings, which
    the file does not name. Posts of several profiles stand in one table. "Post Type" tells replies;
    it may begin with an apostrophe, put there against spreadsheets that take `@` for a formula.
    "Sent by" is the user of Sprout, no author. Messages that were received are somebody else's:
    they get an author, so that they count as a visitor's.

    Unconfirmed: the tables of messages and their names ("Message", "Message Type", "From"), and the
    types other than Post, Story, Reel and @Reply.
    """

    name = "sprout_social"
    day_first = False
    signatures = (
        names("Date", "Network", "Post Type", "Profile", "Post"),
        names("Date", "Network", "Message Type", "Profile", "Message"),
    )
    columns = {
        "id": ("Post ID", "Message ID"),
        "created_at": ("Date",),
        "text": ("Post", "Message"),
        "platform": ("Network",),
        "type": ("Post Type", "Message Type"),
        "account": ("Profile",),
        "author": ("From",),
        "url": ("Link", "Message URL"),
        "links": ("Linked Content",),
        "campaign": ("Campaign Name", "Campaign"),
        "likes": ("Reactions", "Likes"),
        "replies": ("Comments",),
        "shares": ("Shares",),
        "views": ("Impressions",),
    }

    def refine(self, values: dict[str, Any], source: str) -> dict[str, Any] | Rejected:
        """Read the type: replies, reposts, and what others wrote."""
        kind = str(values.pop("type", "")).strip("' ").casefold()
        if _RECEIVED.search(kind):
            values.setdefault("author", "unnamed visitor")
        if kind in _KINDS:
            values["kind"] = _KINDS[kind]
        return super().refine(values, source)
