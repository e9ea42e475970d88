"""What is kept on disk and what may go: pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def to_remove(listed: Sequence[str], keep: int, needed: Collection[str]) -> list[str]:
    """Names beyond the newest `keep` that nobody needs.

    Args:
        listed: names, the oldest first.
        keep: how many of the newest stay; 0: all of them.
        needed: names that stay whatever their age.
    """
    if keep <= 0:
        return []
    return [name for name in listed[: max(0, len(listed) - keep)] if name not in needed]
