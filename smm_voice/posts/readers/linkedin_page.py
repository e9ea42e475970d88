"""The spreadsheet of updates that the administrators of a LinkedIn page can download."""

from __future__ import annotations

from smm_voice.posts.readers.tables import names
from smm_voice.posts.readers.tool_table import ToolTable


class LinkedInPageReader(ToolTable):
    """Sheet "All posts" of a page's Analytics → Content → Export (.xls; also kept as .xlsx, .csv).

    A line of explanation stands above the header. "Post title" holds the whole text. Dates are days
    (MM/DD/YYYY) without a zone. "Posted by" is the administrator who published for the page, so no
    author is taken from it. The sheet "Metrics" has days and no posts. The page itself is not
    named.

    Unconfirmed: the names of older files ("Update title", …), and what files of a French interface
    call their columns; such a file can be read with `columns:` in the brand's file.
    """

    name = "linkedin_page"
    platform = "linkedin"
    day_first = False
    signatures = (
        names("Post title", "Post link", "Created date"),
        names("Update title", "Update link", "Created date"),
    )
    columns = {
        "text": ("Post title", "Update title"),
        "url": ("Post link", "Update link"),
        "created_at": ("Created date",),
        "campaign": ("Campaign name",),
        "likes": ("Likes", "Reactions"),
        "replies": ("Comments",),
        "shares": ("Reposts", "Shares"),
        "views": ("Impressions",),
    }
