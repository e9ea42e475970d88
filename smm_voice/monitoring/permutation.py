"""Tests by exchanging posts between two windows."""

from __future__ import annotations

import numpy as np


def exchanges(units: np.ndarray, newer: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Random divisions of the posts, near-duplicates of one side together as far as sizes allow.

    Args:
        units: what goes together, an integer a post.
        newer: which posts are on the newer side; as many are in each division.
        draws: how many.
        seed: of the draws.

    Returns:
        Shape (posts, draws), bool: on the newer side.
    """
    rng = np.random.default_rng(seed)
    _, unit = np.unique(units * 2 + newer, return_inverse=True)
    count = int(newer.sum())
    keys = rng.random((int(unit.max()) + 1, draws))[unit]
    chosen = np.argsort(keys, axis=0, kind="stable")[:count]
    found = np.zeros(keys.shape, dtype=bool)
    np.put_along_axis(found, chosen, True, axis=0)
    return found


def p_value(seen: float, drawn: np.ndarray) -> float:
    """Share of divisions that show as much, the real one counted in (Phipson and Smyth 2010)."""
    return float((1 + np.sum(drawn >= seen - 1e-12)) / (1 + len(drawn)))
