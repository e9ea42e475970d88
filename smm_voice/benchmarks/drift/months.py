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
LEARNED = "nothing, against what was learned"
GAP = "nasa_2016, then nasa_2018"
STALE = "drift/staleness_index"
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
    """

    brand: str
    shift: str
    size: float
    began: int | None
    looks: tuple[Month, ...]

    @property
    def false(self) -> tuple[int, int]:
        """Looks before the shift that alarmed, and all of them."""
        before = [each for each in self.looks if self.began is None or each.month < self.began]
        return sum(bool(each.alarms) for each in before), len(before)

    @property
    def seen(self) -> Month | None:
        """The first alarm within half a year of the shift."""
        if self.began is None:
            return None
        due = (e for e in self.looks if self.began <= e.month < self.began + WITHIN and e.alarms)
        return next(due, None)


def brands(config: DriftBenchConfig) -> list[str]:
    """Those that are played."""
    return [GAP, *(brand for brand in _BRANDS if brand in config.voices)]


def play(
    voices: Mapping[str, Voice], brand: str, config: DriftBenchConfig, settings: MonitorConfig
) -> list[Series]:
    """Every series of one brand. What was before a shift is looked at once."""
    looker = Looker(settings)
    if brand == GAP:
        first, second = voices["nasa_2016"].posts, voices["nasa_2018"].posts
        posts = shifts.closed(first, second, timedelta(hours=6))
        began = month_of(posts[len(first)], posts[0])
        return [Series(brand, "the gap closed", 1.0, began, _looks(posts, looker))]
    until, other = _BRANDS[brand]
    posts = [post for post in voices[brand].posts if post.created_at < until]
    plain = _looks(posts, looker)
    began = month_of(posts[-1], posts[0]) + 1 - WITHIN
    before = [post for post in posts if month_of(post, posts[0]) < began]
    after = posts[len(before) :]
    rng = np.random.default_rng(config.seed)
    changed: list[tuple[str, float, list[Post]]] = [
        ("another account's posts", size, shifts.blended(after, voices[other].posts, size, rng))
        for size in _BLENDS
    ]
    changed += [
        (name, _RULED, shifts.rewritten(after, rule, _RULED, rng))
        for name, rule in shifts.RULES.items()
    ]
    found = [Series(brand, _NONE, 0.0, None, plain)]
    # As in a lifecycle: against what the champion has learned, here all that was before the shift.
    # Adjacent windows would take a shift in after a month or two, and then see none.
    learned = before[-1].created_at
    found.append(Series(brand, LEARNED, 0.0, None, _looks(posts, looker, began, None, learned)))
    same = tuple(each for each in plain if each.month < began)
    for shift, size, instead in changed:
        looks = (*same, *_looks([*before, *instead], looker, began, None, learned))
        found.append(Series(brand, shift, size, began, looks))
    # Said for half a year, and learned by the model, until it goes.
    said = [post for post in before if month_of(post, posts[0]) >= began - WITHIN]
    quiet = before[: len(before) - len(said)]
    said = shifts.rewritten(said, shifts.slang, _SLANG, rng)
    model = Model(written=[post.text for post in said[-200:]])
    looks = _looks([*quiet, *said, *after], looker, began, model, learned)
    gone = tuple(
        Month(each.month, tuple(name for name in each.alarms if name == STALE)) for each in looks
    )
    found.append(Series(brand, "slang goes, the model keeps it", _SLANG, began, gone))
    return found


def month_of(post: Post, first: Post) -> int:
    """Calendar months since the first post."""
    then, now = first.created_at, post.created_at
    return 12 * (now.year - then.year) + now.month - then.month


def _looks(
    posts: Sequence[Post],
    looker: Looker,
    start: int = 0,
    model: Model | None = None,
    since: datetime | None = None,
) -> tuple[Month, ...]:
    """A look at the end of each month from `start` on, where the past makes a band."""
    months = [month_of(post, posts[0]) for post in posts]
    found = []
    for month in range(start, months[-1] + 1):
        end = int(np.searchsorted(months, month, "right"))
        if looker.sizes(posts[:end]) is None:
            continue
        look = looker.look(posts[:end], since, model)
        found.append(Month(month, tuple(signal.name for signal in look.alarms)))
    return tuple(found)
