"""Likeness of manner between any two texts, tried on material labelled by others."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from smm_voice.metrics.voice.views import distort
from smm_voice.statistics import Interval, auc, bootstrap_jointly, bootstrap_mean


class Likeness:
    """Cosine of two texts' style views: TF-IDF of word 1-3-grams, as the voice scores weigh them.

    Only the rarity of patterns is learned, from posts without any label.
    """

    def __init__(self, posts: Sequence[str], language: str) -> None:
        """Weigh the patterns of `posts`."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._language = language
        self._vectorizer = TfidfVectorizer(
            analyzer=_ngrams, lowercase=False, sublinear_tf=True, min_df=2
        )
        self._vectorizer.fit([distort(post, language) for post in posts])

    def of(self, first: Sequence[str], second: Sequence[str]) -> np.ndarray:
        """Cosine of each pair, shape (pairs,); 0 where they share no known pattern."""
        a, b = (
            self._vectorizer.transform([distort(t, self._language) for t in side])
            for side in (first, second)
        )
        return np.asarray(a.multiply(b).sum(axis=1)).ravel()


def stel(rows: Sequence[dict[str, Any]], likeness: Likeness) -> dict[str, np.ndarray]:
    """Whether the alternative in the anchor's style is chosen: 1, 0, or .5 where neither is nearer.

    Returns:
        `one anchor`: the alternative nearer to the anchor. `both anchors`: the rule of STEL
        (Wegmann & Nguyen 2021, EMNLP), which also sees the anchor's sentence in the other style.
    """
    a1, a2, s1, s2 = ([row[k] for row in rows] for k in ("anchor1", "anchor2", "alt1", "alt2"))
    first = np.array([row["label"] == "1" for row in rows])
    like = likeness.of
    one = like(a1, s1) - like(a1, s2)
    straight = (1 - like(a1, s1)) ** 2 + (1 - like(a2, s2)) ** 2
    crossed = (1 - like(a1, s2)) ** 2 + (1 - like(a2, s1)) ** 2
    sides = {"one anchor": one, "both anchors": crossed - straight}
    return {
        name: np.where(side == 0, 0.5, (side > 0) == first).astype(float)
        for name, side in sides.items()
    }


def pairs_auc(
    rows: Sequence[dict[str, Any]], likeness: Likeness, resamples: int, seed: int
) -> tuple[float, Interval]:
    """AUC of the likeness of four posts to four posts, same account against different ones."""
    values = likeness.of(
        ["\n".join(row["text_a"]) for row in rows], ["\n".join(row["text_b"]) for row in rows]
    )
    same = np.array([row["label"] == "same" for row in rows])

    def of(drawn: np.ndarray) -> float:
        return auc(values[drawn][same[drawn]], values[drawn][~same[drawn]])

    interval = bootstrap_jointly(of, len(rows), resamples=resamples, seed=seed)
    return of(np.arange(len(rows))), interval


def accuracy(chosen: np.ndarray, resamples: int, seed: int) -> tuple[float, Interval]:
    """Share of right choices."""
    return float(chosen.mean()), bootstrap_mean(list(chosen), resamples=resamples, seed=seed)


def read_rows(path: Path) -> list[dict[str, Any]]:
    """JSON lines of data/validation."""
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def _ngrams(text: str) -> list[str]:
    listed = text.split(" ")
    return [" ".join(listed[i : i + n]) for n in (1, 2, 3) for i in range(len(listed) - n + 1)]
