"""The CSV of posts that X Analytics hands out."""

from __future__ import annotations

from smm_voice.posts.readers.tables import names
from smm_voice.posts.readers.tool_table import ToolTable


class XAnalyticsReader(ToolTable):
    """Posts of an account with their figures: X → Analytics → Content → Export data.

    Named `account_analytics_content_<from>_<to>.csv` when it is fresh. Dates are days ("Fri, Jun 5,
    2026"), in a zone that the file does not name. Replies are among the posts, known only by their
    leading `@`. The button "Shares" is another figure than Reposts and is not taken for it.

    The older export of tweet activity had other names and a time with its zone.
    """

    name = "x_analytics"
    platform = "x"
    signatures = (
        names("Post id", "Date", "Post text", "Impressions"),
        names("Tweet id", "time", "Tweet text", "impressions"),
    )
    columns = {
        "id": ("Post id", "Tweet id"),
        "created_at": ("Date", "time"),
        "text": ("Post text", "Tweet text"),
        "url": ("Post Link", "Tweet permalink"),
        "likes": ("Likes",),
        "shares": ("Reposts", "retweets"),
        "replies": ("Replies",),
        "views": ("Impressions",),
    }
