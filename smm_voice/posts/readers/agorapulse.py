"""The table of published posts that Agorapulse exports."""

from __future__ import annotations

from datetime import date
from typing import Any

from smm_voice.posts.post import Rejected
from smm_voice.posts.readers.tables import names
from smm_voice.posts.readers.tool_table import ToolTable


class AgorapulseReader(ToolTable):
    """Published content: Reports → a profile → Export CSV.

    Day and time have a column each; the day comes first in ambiguous dates. "Link" is the address
    of the post, from which network and id are read. Times are in the profile's zone, which the
    file does not name.

    Unconfirmed: all names of columns. The English ones are those of one public importer's test;
    the French ones are translations, since the tool speaks French too.
    """

    name = "agorapulse"
    day_first = True
    signatures = (
        names("Publishing date", "Publishing time", "Message"),
        names("Date de publication", "Heure de publication", "Message"),
    )
    columns = {
        "created_at": ("Publishing date", "Date de publication"),
        "time": ("Publishing time", "Heure de publication"),
        "text": ("Message",),
        "url": ("Link", "Lien"),
        "likes": ("Reactions", "Réactions", "Likes", "J'aime"),
        "replies": ("Comments", "Commentaires"),
        "shares": ("Shares", "Partages"),
        "views": ("Impressions",),
    }

    def refine(self, values: dict[str, Any], source: str) -> dict[str, Any] | Rejected:
        """Join day and time."""
        day, time = values.get("created_at"), values.pop("time", None)
        if day is not None and time is not None:
            # Spreadsheets keep days as dates, some with a midnight of their own.
            written = day.strftime("%Y-%m-%d") if isinstance(day, date) else str(day).strip()
            values["created_at"] = f"{written} {time}".strip()
        return super().refine(values, source)
