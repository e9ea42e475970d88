"""A few of many, spread evenly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def spread(things: Sequence[T], size: int) -> list[T]:
    """`size` of the things, the first and the last among them; all where there are no more."""
    if not len(things) or size < 1:
        return []
    chosen = np.linspace(0, len(things) - 1, min(size, len(things))).round().astype(int)
    return [things[i] for i in chosen]
