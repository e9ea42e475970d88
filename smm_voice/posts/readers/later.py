"""The table of published posts that Later exports."""

from __future__ import annotations

from smm_voice.posts.readers.tables import names
from smm_voice.posts.readers.tool_table import ToolTable


class LaterReader(ToolTable):
    """Post performance: Analytics → Posts → Export CSV.

    Times are in words ("Apr 5, 2024 6:15 PM") in a zone that the file does not name. Neither
    network nor id has a column: both are read from the address of the post.

    Unconfirmed: all names of columns; they are those of one public importer's test.
    """

    name = "later"
    signatures = (names("Posted At", "Caption", "Post URL"),)
    columns = {
        "created_at": ("Posted At",),
        "text": ("Caption",),
        "url": ("Post URL",),
        "likes": ("Likes",),
        "replies": ("Comments",),
        "shares": ("Shares",),
        "views": ("Impressions",),
    }
