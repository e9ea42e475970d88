"""The tables of published posts that Metricool exports."""

from __future__ import annotations

from smm_voice.posts.readers.tables import names
from smm_voice.posts.readers.tool_table import ToolTable


class MetricoolReader(ToolTable):
    """Lists of posts: Analytics → a network → Posts or Reels → Download CSV.

    Each network has a table of its own, told apart by its columns; the network itself is read from
    the address of the post. Cells are parted by `;`, thousands by a point. Times have no zone.
    Names of columns are English in Spanish accounts too, so no others are looked for.

    Unconfirmed: all names of columns. Several public parsers agree on those of Instagram, LinkedIn
    and TikTok; one names those of Facebook. X, YouTube and the other networks are not known.
    """

    name = "metricool"
    day_first = True
    signatures = (
        names("Content", "Timestamp", "Saved", "Interactions"),
        names("title", "date", "Saved (Organic)", "Likes (Organic)"),
        names("Content", "Date", "PostLink", "LinkClicks"),
        names("Content", "Date", "Reel Link"),
        names("Title", "Date", "URL", "Vid. Views"),
        names("Title", "Date", "URL", "Full video watched rate"),
    )
    columns = {
        "id": ("Id",),
        "created_at": ("Timestamp", "Date"),
        "text": ("Content", "Title"),
        "url": ("URL", "PostLink", "Reel Link"),
        "likes": ("Reactions", "Likes", "Likes (Organic)"),
        "replies": ("Comments", "Comments (Organic)"),
        "shares": ("Shares", "Shares (Organic)", "Shared"),
        "views": ("Views", "Views (Organic)", "Impressions", "Impressions (Organic)",
                  "Video Views"),
    }  # fmt: skip
