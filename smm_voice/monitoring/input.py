"""Input drift: whether the brand itself has moved, in manner or in topics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from smm_voice.config import MonitorConfig
from smm_voice.metrics.voice.features import FEATURES
from smm_voice.monitoring import band, two_samples
from smm_voice.monitoring.permutation import exchanges, p_value
from smm_voice.monitoring.reading import Reading
from smm_voice.monitoring.signal import About, Signal
from smm_voice.monitoring.windows import Pair, Windows

# Of the readable features those that a reader would name, none twice.
FOLLOWED = (
    "words", "words_per_sentence", "letters_per_word", "line_breaks", "exclamation", "questions",
    "full_stops", "ellipses", "dashes", "commas", "colons", "quotes", "numbers", "emoji", "links",
    "handles", "hashtags", "capitals", "contractions", "opens_in_lower_case",
)  # fmt: skip
_COLUMNS = [[feature.name for feature in FEATURES].index(name) for name in FOLLOWED]


@dataclass(frozen=True)
class Compared:
    """One statistic of one pair of windows, ready for any division of its posts.

    Attributes:
        statistic: of the division there is, and of others.
        scores: the higher, the more a post is like the newer side; None where it has none.
    """

    statistic: two_samples.Statistic
    scores: two_samples.Statistic | None = None


@dataclass(frozen=True)
class Measure:
    """A way of comparing two windows.

    Attributes:
        name: of the signal.
        about: what it looks at.
        scale: of its band.
    """

    name: str
    about: About
    scale: band.Scale

    def of(self, reading: Reading, pair: Pair) -> Compared:
        """This measure of a pair of windows."""
        rows = pair.both
        newer = np.arange(len(rows)) >= len(pair.older)
        if self.name == "drift/input_mmd2":
            return Compared(two_samples.mmd2(reading.topics[rows]))
        if self.name == "drift/input_psi":
            each = two_samples.psi(reading.counted[rows][:, _COLUMNS])
            return Compared(lambda division: each(division).max(axis=0))
        if self.name == "drift/input_style_novelty":
            return Compared(*two_samples.novelty(_apart(reading.counted[rows])))
        if self.name == "drift/input_topic_novelty":
            topics = reading.topics[rows]
            return Compared(*two_samples.novelty(1 - topics @ topics.T))
        if self.name == "drift/input_style_auc":
            kernel = _style_kernel(reading, rows)
        else:
            kernel = reading.topics[rows] @ reading.topics[rows].T
        fold = two_samples.folds(newer, reading.groups[rows])
        return Compared(*two_samples.classifier(kernel, fold))


# Spreads: of adjacent windows of the four accounts that settings were chosen on.
MEASURES = (
    Measure("drift/input_style_auc", "manner", band.share(0.32)),
    Measure("drift/input_psi", "manner", band.distance(0.15)),
    Measure("drift/input_style_novelty", "manner", band.plain(0.21)),
    Measure("drift/input_topic_novelty", "topics", band.plain(0.18)),
    Measure("drift/input_topic_auc", "topics", band.share(0.3)),
    Measure("drift/input_mmd2", "topics", band.distance(0.022)),
)


def signals(
    reading: Reading, windows: Windows, level: float, config: MonitorConfig
) -> list[Signal]:
    """Each measure of the recent posts against the baseline.

    Args:
        reading: of all posts; the windows are indices of it.
        windows: what is compared.
        level: of each band.
        config: permutations and examples.
    """
    return [_signal(measure, reading, windows, level, config) for measure in MEASURES]


def _signal(
    measure: Measure, reading: Reading, windows: Windows, level: float, config: MonitorConfig
) -> Signal:
    rows = windows.now.both
    newer = np.arange(len(rows)) >= len(windows.now.older)
    compared = measure.of(reading, windows.now)
    value = float(compared.statistic(newer)[0])
    divisions = exchanges(reading.groups[rows], newer, config.permutations, config.seed)
    past = [value_of(measure, reading, pair) for pair in windows.past]
    limit = band.limit(past, measure.scale, len(windows.now.newer), level)
    season = None if windows.season is None else value_of(measure, reading, windows.season)
    return Signal(
        measure.name,
        "input",
        value,
        p=p_value(value, compared.statistic(divisions)),
        band=limit,
        n=(len(windows.now.older), len(windows.now.newer)),
        examples=_examples(measure, compared, reading, rows, newer, config.examples),
        warnings=() if limit is not None else (no_band(windows),),
        about=measure.about,
        seasonal=season,
    )


def value_of(measure: Measure, reading: Reading, pair: Pair) -> float:
    """The measure of a pair of windows as they stand."""
    newer = np.arange(len(pair.both)) >= len(pair.older)
    return float(measure.of(reading, pair).statistic(newer)[0])


def no_band(windows: Windows) -> str:
    """Why there is no band."""
    return (
        f"the past holds {len(windows.past)} pairs of adjacent windows: too few to say what is "
        "normal for this account, so nothing alarms"
    )


def _scaled(counted: np.ndarray) -> np.ndarray:
    """Logs of counts in standard deviations; no post and no rare feature outweighs the others."""
    logs = np.log1p(counted)
    return np.clip((logs - logs.mean(axis=0)) / np.maximum(logs.std(axis=0), 0.1), -4, 4)


def _apart(counted: np.ndarray) -> np.ndarray:
    """Mean squared differences in the readable features, (posts, posts)."""
    scaled = _scaled(counted)
    square = (scaled**2).sum(axis=1)
    return np.asarray((square[:, None] + square - 2 * scaled @ scaled.T) / scaled.shape[1])


def _style_kernel(reading: Reading, rows: np.ndarray) -> np.ndarray:
    """Likeness in the style view and in the readable features, of equal weight."""
    grams = reading.style[rows]
    scaled = _scaled(reading.counted[rows])
    # The kernel of the n-grams has ones on its diagonal, so has this one on average.
    readable = scaled @ scaled.T / scaled.shape[1]
    return np.asarray((grams @ grams.T).toarray() + readable)


def _examples(
    measure: Measure,
    compared: Compared,
    reading: Reading,
    rows: np.ndarray,
    newer: np.ndarray,
    most: int,
) -> tuple[str, ...]:
    """The most recent-like of the recent posts, or the features that moved most."""
    if measure.name == "drift/input_psi":
        return _moved(reading.counted[rows][:, _COLUMNS], newer, most)
    if compared.scores is None:
        return ()
    scores = np.where(newer, compared.scores(newer)[:, 0], -np.inf)
    return _different(reading, rows[np.argsort(-scores, kind="stable")][: newer.sum()], most)


def _different(reading: Reading, order: Sequence[int] | np.ndarray, most: int) -> tuple[str, ...]:
    """The first texts of that order, one of each group of near-duplicates."""
    shown: dict[int, str] = {}
    for row in order:
        if len(shown) == most:
            break
        shown.setdefault(int(reading.groups[row]), reading.texts[row])
    return tuple(shown.values())


def _moved(counted: np.ndarray, newer: np.ndarray, most: int) -> tuple[str, ...]:
    values = two_samples.psi(counted)(newer)[:, 0]
    words = {feature.name: feature.words for feature in FEATURES}
    return tuple(
        f"{words[FOLLOWED[i]]}: {counted[~newer, i].mean():.2f} → {counted[newer, i].mean():.2f}"
        for i in np.argsort(-values, kind="stable")[:most]
    )
