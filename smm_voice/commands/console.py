"""What a command tells the person at the terminal."""

from __future__ import annotations

import sys


def say(text: str = "") -> None:
    """Print a line; characters the terminal cannot show are replaced, never fatal."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "replace").decode(encoding) + "\n")
    sys.stdout.flush()
