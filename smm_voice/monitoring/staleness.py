"""Staleness: words that people have left and a model keeps, and words that are new.

A word is counted once a post, and once for near-duplicates: a refrain is no vocabulary. Words of
an event come in a burst and go with it. So a word is in decline only where it was in steady use
before: in most stretches of the older window.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from smm_voice.config import MonitorConfig
from smm_voice.monitoring import band
from smm_voice.monitoring.input import no_band
from smm_voice.monitoring.permutation import exchanges, p_value
from smm_voice.monitoring.reading import Reading, word_set
from smm_voice.monitoring.signal import Signal
from smm_voice.monitoring.windows import Pair, Windows

# Weight of the prior: this share of all the words of both sides.
_PRIOR = 0.15
# Of false discoveries among the words named.
_FALSE_DISCOVERIES = 0.1
# A window has so many stretches; a word in steady use is in so many of them.
_STRETCHES, _STEADY = 6, 4
# A word in fewer posts of both sides together can show nothing.
_LEAST_POSTS = 5
# Fewer texts of the model say nothing of its use of words.
_LEAST_WRITTEN = 20


@dataclass(frozen=True)
class Shift:
    """A word whose use has changed.

    Attributes:
        word: folded.
        older: posts that use it, of the older window.
        newer: the same of the newer.
        z: of the log-odds; below 0 in decline.
    """

    word: str
    older: int
    newer: int
    z: float

    def __str__(self) -> str:
        """With its counts."""
        return f"{self.word}: {self.older} → {self.newer}"


def log_odds(
    older: np.ndarray, newer: np.ndarray, prior: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Log-odds of words with an informative Dirichlet prior, and their z.

    Monroe, Colaresi and Quinn 2008, eqs. 15, 16 and 22 (variance without the terms that are
    small where a word is a small part of all).

    Args:
        older: count of each word.
        newer: the same on the other side.
        prior: pseudo-counts of each word.

    Returns:
        Log-odds newer minus older, and z.
    """

    def odds(counts: np.ndarray) -> np.ndarray:
        with_prior = counts + prior
        return np.asarray(np.log(with_prior / (with_prior.sum() - with_prior)))

    delta = odds(newer) - odds(older)
    return delta, delta / np.sqrt(1 / (newer + prior) + 1 / (older + prior))


def shifts(reading: Reading, pair: Pair) -> tuple[list[Shift], list[Shift]]:
    """Words in decline and words on the rise, the clearest first.

    Ordered by the z of the log-odds. Its prior draws what is rare towards no change, so that its
    normal p is too large (a word in 32 of 450 posts, then in 0 of 225: .001 in place of 2 in a
    million). The p is that of Fisher's exact test on posts, one-sided, with false discoveries held
    by Benjamini and Hochberg among the words in steady use: in the older window for those in
    decline, in the newer for those on the rise.
    """
    older, newer = (_posts_by_word(reading, rows) for rows in (pair.older, pair.newer))
    # All words take part in the odds, those that are rare in no test.
    every = sorted(older.keys() | newer.keys())
    if not every:
        return [], []
    old, new = (np.array([len(side.get(word, ())) for word in every]) for side in (older, newer))
    _, z = log_odds(old, new, _PRIOR * (old + new))
    count_new = len(pair.newer)

    def clear(side: dict[str, list[int]], count: int, sign: int) -> list[Shift]:
        from scipy.stats import false_discovery_control, hypergeom

        tested = [
            i
            for i, word in enumerate(every)
            if old[i] + new[i] >= _LEAST_POSTS and _steady(side.get(word, ()), count)
        ]
        if not tested:
            return []
        total, users = len(pair.older) + count_new, (old + new)[tested]
        if sign > 0:
            p = hypergeom.sf(new[tested] - 1, total, users, count_new)
        else:
            p = hypergeom.cdf(new[tested], total, users, count_new)
        adjusted = false_discovery_control(np.clip(p, 0, 1))
        found = [
            Shift(every[i], int(old[i]), int(new[i]), float(z[i]))
            for i, p in zip(tested, adjusted, strict=True)
            if p <= _FALSE_DISCOVERIES
        ]
        return sorted(found, key=lambda shift: -sign * shift.z)

    return clear(older, len(pair.older), -1), clear(newer, len(pair.newer), 1)


def _posts_by_word(reading: Reading, rows: np.ndarray) -> dict[str, list[int]]:
    """Word → places in the window of the posts that use it, near-duplicates once."""
    found: dict[str, list[int]] = {}
    seen: set[tuple[str, int]] = set()
    for place, row in enumerate(rows):
        group = int(reading.groups[row])
        for word in reading.words[row]:
            if (word, group) not in seen:
                seen.add((word, group))
                found.setdefault(word, []).append(place)
    return found


def _steady(places: Sequence[int], count: int) -> bool:
    return len({place * _STRETCHES // count for place in places}) >= _STEADY


def overuse(
    declined: Sequence[str], written: Sequence[frozenset[str]], recent: Sequence[frozenset[str]]
) -> float:
    """Log of the words in decline a text of the writer, over those a recent post of people.

    Half a word is added on either side, so that none at all is no infinity.
    """
    chosen = frozenset(declined)
    ours, theirs = (
        (sum(len(chosen & words) for words in side) + 0.5) / len(side) for side in (written, recent)
    )
    return math.log(ours / theirs)


_INDEX_SCALE = band.plain(0.5)
_RATE_SCALE = band.share(0.12)


def index(
    reading: Reading, windows: Windows, written: Sequence[str], level: float, config: MonitorConfig
) -> Signal:
    """`drift/staleness_index`: how many times as often the model uses words in decline.

    The band is what people reach themselves: the words in decline between two adjacent windows, and
    how often the window after these returns to them.
    """
    name = "drift/staleness_index"
    n = (len(written), len(windows.now.newer))
    if len(written) < _LEAST_WRITTEN:
        reason = f"needs {_LEAST_WRITTEN} texts that the model wrote, and there are {n[0]}"
        return Signal(name, "staleness", None, n=n, about="words", warnings=(reason,))
    declined, risen = shifts(reading, windows.now)
    told = tuple(str(shift) for shift in (declined + risen)[: 2 * config.examples])
    if not declined:
        return Signal(
            name, "staleness", None, n=n, about="words", examples=told,
            warnings=("no word of the brand is in decline: there is nothing to be stale in",),
        )  # fmt: skip
    words = [shift.word for shift in declined]
    ours = [word_set(text) for text in written]
    theirs = [reading.words[row] for row in windows.now.newer]
    value = overuse(words, ours, theirs)
    rng = np.random.default_rng(config.seed)
    drawn = [
        overuse(words, _redrawn(ours, rng), _redrawn(theirs, rng))
        for _ in range(config.permutations)
    ]
    low, high = np.percentile(drawn, [2.5, 97.5])
    past = _returns(reading, windows.past)
    limit = band.limit(past, _INDEX_SCALE, len(windows.now.newer), level)
    return Signal(
        name, "staleness", math.exp(value), math.exp(low), math.exp(high),
        p=_exchanged(words, ours, theirs, value, config),
        band=None if limit is None else math.exp(limit), n=n, about="words",
        examples=tuple(str(shift) for shift in declined[: config.examples]),
        warnings=() if limit is not None else (no_band(windows),),
    )  # fmt: skip


def _redrawn(side: Sequence[frozenset[str]], rng: np.random.Generator) -> list[frozenset[str]]:
    return [side[i] for i in rng.integers(0, len(side), len(side))]


def _exchanged(
    words: Sequence[str],
    ours: Sequence[frozenset[str]],
    theirs: Sequence[frozenset[str]],
    value: float,
    config: MonitorConfig,
) -> float:
    chosen = frozenset(words)
    counts = np.array([len(chosen & each) for each in (*ours, *theirs)], dtype=float)
    written = np.arange(len(counts)) < len(ours)
    drawn = exchanges(np.arange(len(counts)), written, config.permutations, config.seed)
    first = (counts @ drawn + 0.5) / len(ours)
    second = (counts.sum() - counts @ drawn + 0.5) / len(theirs)
    return p_value(value, np.log(first / second))


def _returns(reading: Reading, past: Sequence[Pair]) -> list[float]:
    """For each pair but the newest: how often the window after it uses what declined in it."""
    found = []
    for after, pair in zip(past, past[1:], strict=False):
        declined, _ = shifts(reading, pair)
        sides = ([reading.words[row] for row in rows] for rows in (after.newer, pair.newer))
        found.append(overuse([shift.word for shift in declined], *sides) if declined else 0.0)
    return found


def new_words(reading: Reading, windows: Windows, level: float, config: MonitorConfig) -> Signal:
    """`drift/new_word_rate`: the share of words of the recent posts that the baseline lacks.

    A word counts once a post. The examples are words on the rise, with the posts that use them.
    """
    rows = windows.now.both
    newer = np.arange(len(rows)) >= len(windows.now.older)
    rate = _rates(reading, rows)
    value = float(rate(newer)[0])
    divisions = exchanges(reading.groups[rows], newer, config.permutations, config.seed)
    past = [
        float(_rates(reading, p.both)(np.arange(len(p.both)) >= len(p.older))[0])
        for p in windows.past
    ]
    limit = band.limit(past, _RATE_SCALE, len(windows.now.newer), level)
    _, risen = shifts(reading, windows.now)
    return Signal(
        "drift/new_word_rate", "staleness", value, p=p_value(value, rate(divisions)), band=limit,
        n=(len(windows.now.older), len(windows.now.newer)), about="words",
        examples=tuple(str(shift) for shift in risen[: config.examples]),
        warnings=() if limit is not None else (no_band(windows),),
    )  # fmt: skip


def _rates(reading: Reading, rows: np.ndarray):  # type: ignore[no-untyped-def]
    from scipy.sparse import csr_matrix

    numbers: dict[str, int] = {}
    pairs = [
        (place, numbers.setdefault(word, len(numbers)))
        for place, row in enumerate(rows)
        for word in sorted(reading.words[row])
    ]
    places, words = np.array(pairs, dtype=int).reshape(-1, 2).T
    used = csr_matrix((np.ones(len(places)), (words, places)), (max(1, len(numbers)), len(rows)))

    def rate(newer: np.ndarray) -> np.ndarray:
        labels = newer.reshape(len(newer), -1).astype(float)
        new = used @ labels
        old = used @ (1 - labels)
        return np.asarray((new * (old == 0)).sum(axis=0) / np.maximum(new.sum(axis=0), 1))

    return rate
