"""Looks at one account: where nothing was changed, and where another's posts were mixed in."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from smm_voice.benchmarks.drift import shifts
from smm_voice.benchmarks.drift.looks import LONGER_POSTS, Looker, spans
from smm_voice.benchmarks.metrics.voices import Voice
from smm_voice.config import DriftBenchConfig, MonitorConfig
from smm_voice.monitoring.signal import Monitored
from smm_voice.posts.post import Post

HALVES, ADJACENT, ACROSS, BLEND = "random order", "adjacent", "across longer posts", "blend"


@dataclass(frozen=True)
class Looked:
    """One look at one account.

    Attributes:
        voice: whose posts.
        kind: what was done to them.
        share: of foreign posts among the recent.
        judged: signals that had a band.
        alarms: those that alarmed.
        significant: those whose adjusted p alone would have.
    """

    voice: str
    kind: str
    share: float
    judged: tuple[str, ...]
    alarms: tuple[str, ...]
    significant: tuple[str, ...]


def examine(
    voices: Mapping[str, Voice], name: str, config: DriftBenchConfig, settings: MonitorConfig
) -> list[Looked]:
    """Every look at one account."""
    posts = voices[name].posts
    looker = Looker(settings)
    rng = np.random.default_rng(config.seed)
    found: list[Looked] = []

    def kept(kind: str, share: float, look: Monitored) -> None:
        judged = tuple(s.name for s in look.signals if s.band is not None and s.value is not None)
        if judged:
            significant = tuple(
                s.name
                for s in look.signals
                if s.p_adjusted is not None and s.p_adjusted <= settings.level
            )
            alarms = tuple(s.name for s in look.alarms)
            found.append(Looked(name, kind, share, judged, alarms, significant))

    ends = []
    for end in past(posts, looker, config.looks):
        look = looker.look(posts[:end])
        across = spans(look, LONGER_POSTS)
        kept(ACROSS if across else ADJACENT, 0.0, look)
        if not across:
            ends.append((end, look.provenance["recent_posts"]))
    for _ in range(config.halves):
        order = rng.permutation(len(posts))
        kept(HALVES, 0.0, looker.look(redated(posts, order)))
    strangers = [v for v in voices.values() if v.account != voices[name].account]
    for share in config.shares:
        for place in range(config.blends if ends else 0):
            end, recent = ends[place % len(ends)]
            foreign = strangers[int(rng.integers(len(strangers)))].posts
            before, newest = posts[: end - recent], posts[end - recent : end]
            mixed = shifts.blended(newest, foreign, share, rng)
            kept(BLEND, share, looker.look([*before, *mixed]))
    return found


def past(posts: Sequence[Post], looker: Looker, most: int) -> list[int]:
    """Up to where the posts go at each look of the past; recent windows do not overlap.

    Only such ends as leave a look enough of the past for a band; the newest first.
    """
    found: list[int] = []
    end = len(posts)
    while len(found) < most:
        size = looker.sizes(posts[:end])
        if size is None:
            break
        found.append(end)
        end -= size
    return found


def redated(posts: Sequence[Post], order: np.ndarray) -> list[Post]:
    """The posts in another order, the dates as they were: no shift can be left."""
    return [
        dataclasses.replace(posts[i], created_at=post.created_at)
        for i, post in zip(order, posts, strict=True)
    ]
