"""The table of published posts that Hootsuite Analytics exports."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from smm_voice.posts.post import Rejected
from smm_voice.posts.readers.tables import names
from smm_voice.posts.readers.tool_table import ToolTable


class HootsuiteReader(ToolTable):
    """Post performance: Analytics → a report → Export → CSV or Excel.

    Two lines stand above the header: the report's name and its dates. The posts of several networks
    stand in one table; the profile is not named. Times are GMT where their column says so.

    Unconfirmed: all names of columns; they are those of one public importer's test.
    """

    name = "hootsuite"
    signatures = (names("Post Message", "Post Permalink", "Social Network"),)
    columns = {
        "id": ("Post ID",),
        "created_at": ("Date (GMT)", "Date"),
        "in_gmt": ("Date (GMT)",),
        "text": ("Post Message",),
        "url": ("Post Permalink",),
        "platform": ("Social Network",),
        "likes": ("Likes",),
        "replies": ("Comments",),
        "shares": ("Shares",),
        "views": ("Impressions",),
    }

    def refine(self, values: dict[str, Any], source: str) -> dict[str, Any] | Rejected:
        """Name the zone where the column does."""
        if values.pop("in_gmt", None):
            values["zone"] = UTC
        return super().refine(values, source)
