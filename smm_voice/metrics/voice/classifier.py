"""The classifiers of a voice: brand or not, by view, stacked out of fold and calibrated.

Folds leave out whole brands, so that the stack and the calibration see how each view does on a
brand it was not trained on, which is what it will be asked.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from smm_voice.metrics.voice import features
from smm_voice.metrics.voice.lambdag import LambdaG
from smm_voice.metrics.voice.views import distort, surface
from smm_voice.text import languages, tokens

# What a score can be asked of. `style` is n-grams and grammar of the style view together, `stack`
# adds the readable features; topics enter neither.
VIEWS = ("style", "surface", "stack")
_BASE = ("ngrams", "grammar", "features", "surface")
_STACKED = {"style": ("ngrams", "grammar"), "stack": ("ngrams", "grammar", "features")}
_MINIMUM_TOKENS = 15
_MOST_FOLDS = 5
# Rows whose n-grams are in memory at once.
_BLOCK = 2000
# Characters of a text that are read: a post is never as long, an attack may be.
_MOST_CHARACTERS = 20_000


@dataclass(frozen=True)
class Reading:
    """Texts as the views see them, in one order.

    Attributes:
        distorted: the style view.
        surfaced: the surface view.
        counted: readable features, shape (texts, features).
        judged: False where a text gives too little to judge, shape (texts,).
    """

    distorted: list[str]
    surfaced: list[str]
    counted: np.ndarray
    judged: np.ndarray

    def __len__(self) -> int:
        return len(self.distorted)

    def part(self, start: int, stop: int) -> Reading:
        """A stretch of it."""
        return Reading(
            self.distorted[start:stop], self.surfaced[start:stop],
            self.counted[start:stop], self.judged[start:stop],
        )  # fmt: skip


def read(texts: Sequence[str], language: str) -> Reading:
    """Every view of every text; what the scores share is made once."""
    cut = [text[:_MOST_CHARACTERS] for text in texts]
    return Reading(
        [distort(text, language) for text in cut],
        [surface(text) for text in cut],
        features.measure(cut, language),
        np.array([not abstains(text, language) for text in cut], dtype=bool),
    )


def abstains(text: str, language: str) -> bool:
    """Whether a text gives too little to judge: under 15 tokens, or in another language."""
    if len(tokens.tokenise(text)) < _MINIMUM_TOKENS:
        return True
    return languages.detect(text, [language], minimum_share=0.1) != language


class Classifier:
    """Views, stack and calibration, fitted on a brand's posts against other texts."""

    def __init__(
        self, brand: Reading, calibration: slice, others: Reading, groups: Sequence[str]
    ) -> None:
        """Fit.

        Args:
            brand: the brand's posts, oldest first.
            calibration: those of them that the calibration rests on, the newest.
            others: texts that are not the brand's.
            groups: who wrote each of these.
        """
        labels = np.r_[np.ones(len(brand)), np.zeros(len(others))]
        fold = _folds(len(brand), groups)
        self._vectorizers = {view: vectorizer(view, len(labels)) for view in _BASE}
        held_out: dict[str, np.ndarray] = {}
        self._models: dict[str, Any] = {}
        for view in _BASE:
            # Words and their weights are counted over all texts, labels unseen; only what decides
            # is fitted anew in each fold.
            rows = self._vectorizers[view].fit_transform(
                np.concatenate([_of(brand, view), _of(others, view)])
            )
            self._models[view] = model(view).fit(rows, labels)
            held_out[view] = self._models[view].decision_function(rows)
            for k in np.unique(fold):
                kept = fold != k
                if len(np.unique(labels[kept])) < 2:
                    continue  # a handful of posts: nothing is left to learn from
                part = model(view).fit(rows[kept], labels[kept])
                held_out[view][~kept] = part.decision_function(rows[~kept])
        for view, parts in _STACKED.items():
            stacked = np.column_stack([held_out[part] for part in parts])
            self._models[view] = model(view).fit(stacked, labels)
            held_out[view] = self._models[view].decision_function(stacked)
        kept = np.r_[np.arange(len(brand))[calibration], np.arange(len(brand), len(labels))]
        self._calibration = {view: platt(held_out[view][kept], labels[kept] == 1) for view in VIEWS}

    def logits(self, reading: Reading, view: str) -> np.ndarray:
        """Calibrated log-odds that each text is the brand's, shape (texts,); 0 is an abstention."""
        slope, intercept = self._calibration[view]
        found = [
            self._decide(reading.part(at, at + _BLOCK), view)
            for at in range(0, len(reading), _BLOCK)
        ]
        scores = np.concatenate(found) if found else np.zeros(0)
        return np.where(reading.judged, slope * scores + intercept, 0.0)

    def style_terms(self, reading: Reading) -> tuple[Any, list[str]]:
        """What each n-gram of the style view adds to a text's log-odds.

        Returns:
            A sparse matrix, shape (texts, n-grams), and the n-grams.
        """
        rows = self._vectorizers["ngrams"].transform(_of(reading, "ngrams"))
        return rows.multiply(self._models["ngrams"].coef_).tocsr(), self._style_ngrams

    @functools.cached_property
    def _style_ngrams(self) -> list[str]:
        """Tens of thousands of them: listed once, not once a text."""
        return list(self._vectorizers["ngrams"].get_feature_names_out())

    def _decide(self, reading: Reading, view: str) -> np.ndarray:
        if view in _STACKED:
            columns = [self._decide(reading, part) for part in _STACKED[view]]
            return np.asarray(self._models[view].decision_function(np.column_stack(columns)))
        rows = self._vectorizers[view].transform(_of(reading, view))
        return np.asarray(self._models[view].decision_function(rows))


def platt(scores: np.ndarray, positive: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of Platt's scaling (Platt 1999), both sides weighted equally.

    With his targets, (N₊ + 1) / (N₊ + 2) and 1 / (N₋ + 2), a handful of separable posts gives no
    boundless confidence.
    """
    from sklearn.linear_model import LogisticRegression

    if not positive.any() or positive.all():
        return 1.0, 0.0
    n = np.where(positive, positive.sum(), (~positive).sum())
    target = np.where(positive, (n + 1) / (n + 2), 1 / (n + 2))
    fitted = LogisticRegression(C=1e6).fit(
        np.r_[scores, scores].reshape(-1, 1),
        np.r_[np.ones(len(scores)), np.zeros(len(scores))],
        sample_weight=np.r_[target / n, (1 - target) / n] * len(scores),
    )
    # A view that ranks the wrong way round on unseen brands says nothing; it is not turned.
    return max(0.0, float(fitted.coef_[0, 0])), float(fitted.intercept_[0])


def _folds(brand: int, groups: Sequence[str]) -> np.ndarray:
    """Fold of each text: brands of others whole, the brand's own posts in blocks of time."""
    names = sorted(set(groups))
    count = min(_MOST_FOLDS, max(2, len(names)))
    if len(names) == 1:
        others = np.arange(len(groups)) * count // len(groups)
    else:
        others = np.array([names.index(name) % count for name in groups])
    return np.r_[np.arange(brand) * count // max(1, brand), others].astype(int)


def _of(reading: Reading, view: str) -> Any:
    if view == "features":
        # Counts are skewed: one post with thirty commas must not outweigh all others.
        return np.log1p(reading.counted)
    return np.array(reading.surfaced if view == "surface" else reading.distorted, dtype=object)


def vectorizer(view: str, texts: int) -> Any:
    """What makes rows of a view's texts; `texts` is how many it will be fitted on."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    common = {"lowercase": False, "sublinear_tf": True, "min_df": 2 if texts >= 50 else 1}
    if view == "ngrams":
        return TfidfVectorizer(analyzer=_split_ngrams, **common)
    if view == "surface":
        return TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **common)
    if view == "features":
        return make_pipeline(StandardScaler(), FunctionTransformer(_clipped))
    return FunctionTransformer()  # the grammar reads the texts themselves


def model(view: str) -> Any:
    """The classifier over a view's rows."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    if view == "grammar":
        return LambdaG()
    if view in _STACKED:
        return make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced"))
    if view == "features":
        return LogisticRegression(C=0.3, class_weight="balanced", max_iter=2000)
    # The dual has one variable a text instead of one an n-gram: ten times quicker here.
    return LogisticRegression(
        C=10.0,
        class_weight="balanced",
        solver="liblinear",
        dual=True,
        max_iter=1000,
        random_state=0,
    )


def _clipped(rows: np.ndarray) -> np.ndarray:
    return np.clip(rows, -4, 4)


def _split_ngrams(text: str) -> list[str]:
    # Marks of the edges: how a post opens and ends is manner.
    listed = ["⟨start⟩", *text.split(" "), "⟨end⟩"]
    return [" ".join(listed[i : i + n]) for n in (1, 2, 3) for i in range(len(listed) - n + 1)]
