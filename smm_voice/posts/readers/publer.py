"""The table from which Publer schedules posts in bulk."""

from __future__ import annotations

from typing import Any

from smm_voice.posts.post import Rejected
from smm_voice.posts.readers.tables import names
from smm_voice.posts.readers.tool_table import ToolTable


class PublerReader(ToolTable):
    """Publer's bulk CSV: Create → Bulk → CSV, which teams keep as the record of what went out.

    It holds what was planned: no ids, no addresses, no figures, no network. "Link" is the shared
    address, not the post's. Several descriptions of media are parted by `||`.

    Unconfirmed: the separator of descriptions. Names of columns are those of several public scripts
    that write such files; some write the plural.
    """

    name = "publer"
    signatures = (names("Date", "Text", "Alt text(s)", "Comment(s)"),)
    columns = {
        "created_at": ("Date",),
        "text": ("Text",),
        "links": ("Link(s)", "Link"),
        "campaign": ("Label(s)", "Label"),
        "alt_texts": ("Alt text(s)",),
    }

    def refine(self, values: dict[str, Any], source: str) -> dict[str, Any] | Rejected:
        """Part the descriptions of media."""
        values["alt_texts"] = str(values.get("alt_texts", "")).split("||")
        return super().refine(values, source)
