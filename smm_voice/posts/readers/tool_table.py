"""What the tables of publishing and analytics tools have in common."""

from __future__ import annotations

import re
from typing import Any

from smm_voice.posts.post import Rejected
from smm_voice.posts.readers.tables import TableReader

_TOTALS = {"total", "totals", "grand total", "totaux", "total général", "somme"}
_NETWORKS = {
    "twitter.com": "x", "x.com": "x", "facebook.com": "facebook", "fb.com": "facebook",
    "instagram.com": "instagram", "linkedin.com": "linkedin", "tiktok.com": "tiktok",
    "youtube.com": "youtube", "threads.net": "threads", "threads.com": "threads",
    "pinterest.com": "pinterest", "bsky.app": "bluesky",
}  # fmt: skip
_HOST = re.compile(r"(?:https?://)?(?:[\w-]+\.)*?([\w-]+\.[a-z]+)(?:[/:?]|$)", re.IGNORECASE)


class ToolTable(TableReader):
    """One post a row, of one network or several; sums may stand below the posts.

    The network is the one that the row names, else the one its address belongs to.
    """

    def refine(self, values: dict[str, Any], source: str) -> dict[str, Any] | Rejected:
        """Reject sums, find the network, and know replies on X by their leading `@`."""
        if _is_total(values):
            return Rejected("total_row", source)
        platform = self.platform or values.get("platform") or network_of(values.get("url"))
        if platform:
            values["platform"] = platform
        # Elsewhere a text may begin with somebody's name without being an answer.
        on_x = str(platform).strip().casefold() in ("x", "twitter", "x (twitter)")
        if on_x and str(values.get("text", "")).startswith("@"):
            values.setdefault("kind", "reply")
        return values


def network_of(url: Any) -> str | None:
    """The network that an address belongs to."""
    match = _HOST.match(url.strip()) if isinstance(url, str) else None
    return _NETWORKS.get(match.group(1).casefold()) if match else None


def _is_total(values: dict[str, Any]) -> bool:
    # A post may well say "Total", so its text counts only where nothing else stands beside it.
    named = ["id", "created_at", "account", "platform"]
    if "created_at" not in values:
        named.append("text")
    return any(str(values.get(n, "")).strip(" :").casefold() in _TOTALS for n in named)
