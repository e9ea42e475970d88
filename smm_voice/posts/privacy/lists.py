"""Word lists as they are written in the modules of this package."""

from __future__ import annotations


def words(listed: str) -> frozenset[str]:
    """The words of a list that are set apart by blanks."""
    return frozenset(listed.split())
