"""A brand month by month, with a shift of known size and date: when is it seen?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from smm_voice.benchmarks.drift import shifts
from smm_voice.benchmarks.drift.looks import Looker
from smm_voice.benchmarks.metrics.voices import Voice
from smm_voice.config import DriftBenchConfig, MonitorConfig
from smm_voice.monitoring.monitor import Model
from smm_voice.posts.post import Post

# The account in office, two years and three months of it; whose posts are blended in; one of the
# other accounts has the other's place.
_BRANDS = {
    "barackobama_538": (datetime(2016, 11, 1, tzinfo=UTC), "whitehouse_2016"),
    "realdonaldtrump_538": (datetime(2017, 11, 1, tzinfo=UTC), "barackobama_538"),
}
_BLENDS = (0.1, 0.25, 0.5)
_RULED = 0.5
_SLANG = 0.2
_NONE = "nothing"
# Months that a shift has to show itself in; later alarms may have other reasons.
WITHIN = 6


@dataclass(frozen=True)
class Month:
    """One look: the month it was taken at the end of, counted from the first, and what alarmed."""

    month: int
    alarms: tuple[str, ...]


@dataclass(frozen=True)
class Series:
    """A brand, looked at each month.

    Attributes:
        brand: whose posts.
        shift: what was done to them.
        size: share of the posts it was done to; 0: none.
        began: the month in which it began, which an oracle would name; None where it never does.
        looks: those that had a band.
        quiet: months in which nothing had been done yet, where these are not all before `began`.
    """

    brand: str
    shift: str
    size: float
    began: int | None
    looks: tuple[Month, ...]
    quiet: int | None = None

    @property
    def false(self) -> tuple[int, int]:
        """Looks before the shift that alarmed, and all of them."""
        until = self.began if self.quiet is None else self.quiet
        before = [each for each in self.looks if until is None or each.month < until]
        return sum(bool(each.alarms) for each in before), len(before)

    @property
    def seen(self) -> Month | None:
        """The first alarm within half a year of the shift."""
        if self.began is None:
            return None
        due = (e for e in self.looks if self.began <= e.month < self.began + WITHIN and e.alarms)
        return next(due, None)


def jobs(config: DriftBenchConfig) -> list[tuple[str, str, float]]:
    """(brand, shift, size) of every series."""
    found = [("nasa_2016 and nasa_2018", "the gap closed", 1.0)]
    for brand in _BRANDS:
        if brand in config.voices:
            found.append((brand, _NONE, 0.0))
            found += [(brand, "another account's posts", size) for size in _BLENDS]
            found += [(brand, rule, _RULED) for rule in shifts.RULES]
            found.append((brand, "slang that goes again", _SLANG))
    return found


def play(
    voices: Mapping[str, Voice],
    job: tuple[str, str, float],
    config: DriftBenchConfig,
    settings: MonitorConfig,
) -> Series:
    """Every month of one series."""
    brand, shift, size = job
    rng = np.random.default_rng(config.seed)
    looker = Looker(settings)
    if brand not in voices:
        first, second = voices["nasa_2016"].posts, voices["nasa_2018"].posts
        posts = shifts.closed(first, second, timedelta(hours=6))
        began = month_of(posts[len(first)], posts[0])
        return Series(brand, shift, size, began, _looks(posts, looker))
    until, other = _BRANDS[brand]
    posts = [post for post in voices[brand].posts if post.created_at < until]
    if shift == _NONE:
        return Series(brand, shift, size, None, _looks(posts, looker))
    last = month_of(posts[-1], posts[0])
    began = last - WITHIN
    before = [post for post in posts if month_of(post, posts[0]) < began]
    after = posts[len(before) :]
    if shift in shifts.RULES:
        after = shifts.rewritten(after, shifts.RULES[shift], size, rng)
    elif shift.startswith("slang"):
        # Said for half a year, and learned by the model, until it goes.
        said = [post for post in before if month_of(post, posts[0]) >= began - WITHIN]
        quiet = before[: len(before) - len(said)]
        said = shifts.rewritten(said, shifts.slang, size, rng)
        model = Model(written=[post.text for post in said[-200:]])
        looks = _looks([*quiet, *said, *after], looker, model)
        return Series(brand, shift, size, began, looks, began - WITHIN)
    else:
        after = shifts.blended(after, voices[other].posts, size, rng)
    return Series(brand, shift, size, began, _looks([*before, *after], looker))


def month_of(post: Post, first: Post) -> int:
    """Calendar months since the first post."""
    then, now = first.created_at, post.created_at
    return 12 * (now.year - then.year) + now.month - then.month


def _looks(posts: Sequence[Post], looker: Looker, model: Model | None = None) -> tuple[Month, ...]:
    """A look at the end of each month, where the past makes a band."""
    months = [month_of(post, posts[0]) for post in posts]
    found = []
    for month in range(months[-1] + 1):
        end = int(np.searchsorted(months, month, "right"))
        if looker.sizes(posts[:end]) is None:
            continue
        look = looker.look(posts[:end], model=model)
        found.append(Month(month, tuple(signal.name for signal in look.alarms)))
    return tuple(found)
