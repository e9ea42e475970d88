"""A member's own posts in the copy of the data that LinkedIn gives its members."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from smm_voice.posts.post import Rejected
from smm_voice.posts.readers.tables import TableReader, names

# "MEMBER_NETWORK" is what ordinary public posts bear; the others of these do not limit it further.
# A post for connections or for a group was not published to everyone.
_PUBLIC = {"", "member_network", "public", "anyone", "logged_in"}


class LinkedInMemberReader(TableReader):
    """`Shares.csv`: Settings → Data privacy → Get a copy of your data.

    In the complete copy the file bears the member's number, `Shares_155814142.csv`. Times are UTC.
    Quotes inside a text are doubled, or written as a backslash and a quote. There are no figures.
    A row without words is a bare repost, unless it shows a picture or a document of the member's.

    Unconfirmed: values of Visibility other than MEMBER_NETWORK and PUBLIC; LinkedIn's interface for
    programs also knows CONNECTIONS, LOGGED_IN and CONTAINER, a group.
    """

    name = "linkedin_member"
    escaped_quotes = True
    platform = "linkedin"
    zone = UTC
    signatures = (names("Date", "ShareLink", "ShareCommentary"),)
    columns = {
        "created_at": ("Date",),
        "url": ("ShareLink",),
        "text": ("ShareCommentary",),
        "links": ("SharedUrl",),
        "media": ("MediaUrl",),
        "visibility": ("Visibility",),
    }

    def refine(self, values: dict[str, Any], source: str) -> dict[str, Any] | Rejected:
        """Reject bare reposts and what only some could see."""
        if str(values.get("visibility", "")).strip().casefold() not in _PUBLIC:
            return Rejected("not_public", source)
        if not str(values.get("text", "")).strip() and "media" not in values:
            return Rejected("repost", source, "shared without words")
        return values
