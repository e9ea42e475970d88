"""Posts of a Facebook page as the public script `facebook-page-post-scraper` wrote them."""

from __future__ import annotations

from datetime import timedelta, timezone

from smm_voice.posts.readers.tables import names
from smm_voice.posts.readers.tool_table import ToolTable


class FacebookPageScraperReader(ToolTable):
    """`<page>_facebook_statuses.csv`: many public collections of posts have this form.

    Times have no zone; the script took five hours from UTC all the year round, whatever its comment
    calls that. `status_link` is what the post shares. `num_reactions` counts likes among others;
    files from before 2016 have only likes. Files of groups name the author of each post.
    """

    name = "facebook_page_scraper"
    platform = "facebook"
    zone = timezone(timedelta(hours=-5))
    signatures = (names("status_id", "status_message", "status_published"),)
    columns = {
        "id": ("status_id",),
        "text": ("status_message",),
        "created_at": ("status_published",),
        "author": ("status_author",),
        "links": ("status_link",),
        "likes": ("num_reactions", "num_likes"),
        "replies": ("num_comments",),
        "shares": ("num_shares",),
    }
