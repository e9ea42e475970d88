"""Which posts are held against which.

What is normal for an account is told by its own past: pairs of adjacent older windows of the very
sizes that are compared now. So the windows shrink, in one proportion, until enough such pairs fit
into the posts there are.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from smm_voice.config import MonitorConfig

# Pairs that the windows shrink for, and that a band needs at least.
WANTED_PAIRS, LEAST_PAIRS = 6, 4
_STEPS = 20


@dataclass(frozen=True)
class Pair:
    """Two windows, as indices of posts, each oldest first."""

    older: np.ndarray
    newer: np.ndarray

    @property
    def both(self) -> np.ndarray:
        """The older, then the newer."""
        return np.r_[self.older, self.newer]


@dataclass(frozen=True)
class Windows:
    """What a look compares.

    Attributes:
        now: the baseline and the recent posts.
        past: pairs of adjacent windows of the same sizes, wholly before the recent posts, the
            newest first; fewer than `LEAST_PAIRS` make no band.
        season: posts of the recent months, a year ago, and the recent ones; None without any.
    """

    now: Pair
    past: tuple[Pair, ...]
    season: Pair | None

    @property
    def used(self) -> np.ndarray:
        """Every post that takes part, oldest first."""
        pairs = [self.now, *self.past, *([self.season] if self.season else [])]
        return np.unique(np.concatenate([pair.both for pair in pairs]))


def choose(times: Sequence[datetime], since: datetime | None, config: MonitorConfig) -> Windows:
    """The windows.

    Args:
        times: of the posts, oldest first.
        since: posts after it are recent; None: the newest are.
        config: sizes.

    Raises:
        ValueError: too few posts on either side; says how many.
    """
    least = config.minimum_posts
    total = len(times)
    before = total if since is None else bisect.bisect_right(times, since)
    if since is None:
        sides = (total - min(least, total), min(least, total))
    else:
        sides = (before, total - before)
    if min(sides) < least:
        raise ValueError(
            f"{sides[0]} older and {sides[1]} recent posts: at least {least} are needed on "
            "either side (monitor.minimum_posts)"
        )
    possible = []
    for step in range(_STEPS, 0, -1):
        older = max(least, config.baseline_posts * step // _STEPS)
        newer = max(least, config.recent_posts * step // _STEPS)
        end = total - newer if since is None else before
        newer = min(newer, total - (0 if since is None else before))
        older = min(older, end)
        if min(older, newer) < least or (since is None and end < least):
            continue
        past = _pairs(end, older, newer, config.windows)
        possible.append((older, newer, end, past))
        if len(past) >= WANTED_PAIRS or (older, newer) == (least, least):
            break
    # Where no size leaves enough of the past, the most that can be had, from larger windows first.
    older, newer, end, past = max(possible, key=lambda each: min(len(each[3]), WANTED_PAIRS))
    recent = np.arange(total - newer, total)
    now = Pair(np.arange(end - older, end), recent)
    return Windows(now, past, _season(times, recent, config))


def _pairs(end: int, older: int, newer: int, most: int) -> tuple[Pair, ...]:
    """Adjacent windows before `end`; the newer ones do not overlap."""
    found: list[Pair] = []
    while end >= older + newer and len(found) < most:
        middle = end - newer
        found.append(Pair(np.arange(middle - older, middle), np.arange(middle, end)))
        end = middle
    return tuple(found)


def _season(times: Sequence[datetime], recent: np.ndarray, config: MonitorConfig) -> Pair | None:
    first, last = (_year_before(times[i]) for i in (recent[0], recent[-1]))
    then = np.array([i for i in range(recent[0]) if first <= times[i] <= last], dtype=int)
    return Pair(then, recent) if len(then) >= config.minimum_posts else None


def _year_before(when: datetime) -> datetime:
    day = 28 if (when.month, when.day) == (2, 29) else when.day
    return when.replace(year=when.year - 1, day=day)
