"""Schemas of monitoring and of the benchmark that proves it."""

from __future__ import annotations

from dataclasses import dataclass

from smm_voice.config.groups import NAME_PATTERN
from smm_voice.validation import rule


@dataclass(frozen=True, kw_only=True)
class MonitorConfig:
    """How drift is looked for.

    The newest human posts, at most `recent_posts` of them, are held against at most
    `baseline_posts` before them; either side needs `minimum_posts`. What is normal for the account
    is told from up to `windows` pairs of adjacent older windows of the same sizes (the A/A band);
    where the past holds fewer than six, both sizes shrink in proportion. `level` is that of every
    test, after Holm over the family. Each model answers `output_briefs` briefs again; 0 leaves the
    model out. `examples` posts are shown with each finding.
    """

    recent_posts: int = rule(minimum=20)
    baseline_posts: int = rule(minimum=20)
    minimum_posts: int = rule(minimum=10)
    windows: int = rule(minimum=3, maximum=100)
    permutations: int = rule(minimum=99)
    level: float = rule(minimum=0.001, maximum=0.2)
    output_briefs: int = rule(minimum=0)
    examples: int = rule(minimum=0, maximum=50)
    seed: int = rule(minimum=0)


@dataclass(frozen=True, kw_only=True)
class DriftBenchConfig:
    """`bench=drift`.

    On each of `voices`: `halves` looks at its posts in random order, and a look at every window of
    its past, of which the newest `looks` are taken; and `blends` looks for each share of foreign
    posts in `shares`. `months` plays two years of a brand, month by month. `speed` is the number of
    posts of one timed look; 0 leaves it out.
    """

    voices: list[str] = rule(pattern=NAME_PATTERN)
    halves: int = rule(minimum=1)
    looks: int = rule(minimum=1)
    blends: int = rule(minimum=1)
    shares: list[float] = rule(minimum=0, maximum=1)
    months: bool
    speed: int = rule(minimum=0)
    workers: int = rule(minimum=1, maximum=64)
    seed: int = rule(minimum=0)
