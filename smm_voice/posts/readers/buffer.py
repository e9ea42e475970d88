"""The table of published posts that Buffer exports."""

from __future__ import annotations

from smm_voice.posts.readers.tables import names
from smm_voice.posts.readers.tool_table import ToolTable


class BufferReader(ToolTable):
    """Posts report: Analytics → Posts → Export as CSV.

    Times are ISO 8601 with their zone. "Service" is the network, "Service Link" the address of the
    post. There are no ids: they are read from the addresses.

    Unconfirmed: all names of columns; they are those of one public importer's test.
    """

    name = "buffer"
    signatures = (names("Date", "Update", "Service", "Service Link"),)
    columns = {
        "created_at": ("Date",),
        "text": ("Update",),
        "platform": ("Service",),
        "url": ("Service Link",),
        "likes": ("Likes",),
        "replies": ("Comments",),
        "shares": ("Shares",),
        "views": ("Impressions",),
    }
