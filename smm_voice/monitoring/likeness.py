"""How much texts read like a brand, on the scale 0 = other brands, 1 = its own newest posts.

Plainer than the voice that models are judged by, and it learns from all reference brands: nothing
is optimised against it, so no brand has to be kept unseen. What it says of a brand that it has not
seen is known all the same, since each brand is read by models that were fitted without it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from smm_voice.metrics.voice.classifier import model, vectorizer
from smm_voice.metrics.voice.views import distort, surface
from smm_voice.statistics import auc
from smm_voice.text import tokens

_VIEWS = ("ngrams", "surface")
_MOST_KNOWN, _MOST_OTHERS, _MOST_FOLDS = 1500, 1500, 4
# The newest share of the known posts is what 1 means: no model has learned from them.
_HELD_OUT = 0.2
_FEWEST = 5
_LEAST_VIEW_AUC = 0.65
_MOST_CHARACTERS = 20_000
# One odd post must not decide of a group.
_LOWEST, _HIGHEST = -1.0, 2.0


@dataclass(frozen=True)
class _Scale:
    """Models of one view, and what of their answer is 0 and 1."""

    view: str
    vector: Any
    models: Sequence[Any]
    low: float
    high: float

    def of(self, raw: np.ndarray) -> np.ndarray:
        span = max(self.high - self.low, 1e-6)
        return np.clip((raw - self.low) / span, _LOWEST, _HIGHEST)

    def index(self, texts: Sequence[str], language: str) -> np.ndarray:
        if not len(texts):
            return np.zeros(0)
        rows = self.vector.transform(_seen(texts, self.view, language))
        return self.of(np.mean([each.decision_function(rows) for each in self.models], axis=0))


@dataclass(frozen=True)
class _Words:
    """How known a text's words are; needs no other brand, and so sees what none resembles.

    The mean over its different words of 1 / (1 + posts of the brand that hold the word): 1 for a
    word that the brand has never used.
    """

    holders: Mapping[str, int]
    low: float
    high: float

    @classmethod
    def fit(
        cls, own: Sequence[str], newest: Sequence[str], others: Sequence[str]
    ) -> tuple[_Words, np.ndarray, np.ndarray]:
        """From the brand's posts, its newest, and others'; with the index of the last two."""
        holders = Counter(word for text in own for word in _words(text))
        bare = cls(holders, 0.0, 1.0)
        low, high = bare._novelty(others), bare._novelty(newest)
        fitted = cls(holders, float(low.mean()), float(high.mean()))
        return fitted, fitted._scaled(low), fitted._scaled(high)

    def index(self, texts: Sequence[str]) -> np.ndarray:
        return self._scaled(self._novelty(texts))

    def _novelty(self, texts: Sequence[str]) -> np.ndarray:
        each = [[1 / (1 + self.holders.get(w, 0)) for w in _words(text)] for text in texts]
        return np.array([sum(found) / len(found) if found else 1.0 for found in each])

    def _scaled(self, novelty: np.ndarray) -> np.ndarray:
        span = max(self.low - self.high, 1e-6)
        return np.clip((self.low - novelty) / span, _LOWEST, _HIGHEST)


@dataclass(frozen=True)
class Reading:
    """How a brand is read.

    Attributes:
        language: two-letter code.
        auc: how well it tells single posts of the newest known ones from brands that it was fitted
            without; .5 is not at all.
        held_out: index of each of the newest known posts, shape (posts,); their mean is 1.
        held_order: `order` of each of these.
        others: brand → index of each of its posts, read without it.
    """

    language: str
    auc: float
    held_out: np.ndarray
    held_order: np.ndarray
    others: Mapping[str, np.ndarray]
    scales: Mapping[str, _Scale]
    words: _Words | None
    in_order: _Scale

    def index(self, texts: Sequence[str]) -> np.ndarray:
        """How much each text reads like the brand, shape (texts,)."""
        views = [scale.index(texts, self.language) for scale in self.scales.values()]
        if self.words:
            views.append(self.words.index(texts))
        return np.asarray(np.mean(views, axis=0))

    def surface(self, texts: Sequence[str]) -> Any:
        """Rows of the texts as they stand, sparse, shape (texts, n-grams)."""
        return self.scales["surface"].vector.transform(_seen(texts, "surface", self.language))

    def order(self, texts: Sequence[str]) -> np.ndarray:
        """How much its words stand in an order: 0 in any, 1 as in the brand's newest posts."""
        return self.in_order.index(texts, self.language)


def fit(
    known: Sequence[str], references: Mapping[str, Sequence[str]], language: str, seed: int = 0
) -> Reading | None:
    """Fit; None where there are fewer than two other brands, or too few posts to tell anything.

    Args:
        known: the brand's posts, oldest first.
        references: other brands' posts.
        language: two-letter code.
        seed: of what is drawn.

    Raises:
        InputError: there is no function-word list for the language.
    """
    rng = np.random.default_rng(seed)
    brands = {name: texts for name, texts in sorted(references.items()) if len(texts) >= _FEWEST}
    known = known[-_MOST_KNOWN:]
    held = int(len(known) * _HELD_OUT)
    if len(brands) < 2 or held < _FEWEST:
        return None
    own, newest = known[:-held], known[-held:]
    share = _MOST_OTHERS // len(brands)
    groups, others = [], []
    for name, texts in brands.items():
        drawn = rng.permutation(len(texts))[:share]
        others += [texts[i] for i in sorted(drawn)]
        groups += [name] * len(drawn)
    count = min(_MOST_FOLDS, len(brands))
    fold = np.array([list(brands).index(name) % count for name in groups])
    scales, unseen, seen = {}, [], []
    for view in _VIEWS:
        scales[view], low, high = _fit_view(view, (own, newest, others), fold, language)
        unseen.append(low)
        seen.append(high)
    words: _Words | None
    words, low, high = _Words.fit(own, newest, others)
    unseen.append(low)
    seen.append(high)
    # Words tell nothing of a brand whose own newest posts are as new to it as others' are.
    if auc(high, low) < _LEAST_VIEW_AUC:
        words = None
        unseen.pop()
        seen.pop()
    foreign, held_out = np.mean(unseen, axis=0), np.mean(seen, axis=0)
    of = np.array(groups)
    in_order = _fit_order(own, newest, language, rng)
    return Reading(
        language,
        auc(held_out, foreign),
        held_out,
        in_order.index(newest, language),
        {name: foreign[of == name] for name in brands},
        scales,
        words,
        in_order,
    )


def _fit_view(
    view: str,
    texts: tuple[Sequence[str], Sequence[str], Sequence[str]],
    fold: np.ndarray,
    language: str,
) -> tuple[_Scale, np.ndarray, np.ndarray]:
    """A view's models, one for each fold of brands that it leaves out.

    Args:
        view: which.
        texts: the brand's, its newest, and others'.
        fold: of each of the others' texts.
        language: two-letter code.

    Returns:
        The models; the index of each of the others' texts, and of the newest.
    """
    own, newest, others = texts
    vector = vectorizer(view, len(own) + len(others))
    rows = vector.fit_transform(_seen([*own, *others], view, language))
    labels = np.r_[np.ones(len(own)), np.zeros(len(others))]
    # The brand's own posts take part in every fold.
    folds = np.r_[np.full(len(own), -1), fold]
    models, unseen = [], np.zeros(len(others))
    for k in range(fold.max() + 1):
        models.append(model(view).fit(rows[folds != k], labels[folds != k]))
        unseen[fold == k] = models[-1].decision_function(rows[folds == k])
    newest_rows = vector.transform(_seen(newest, view, language))
    high = np.mean([each.decision_function(newest_rows) for each in models], axis=0)
    scale = _Scale(view, vector, models, float(unseen.mean()), float(high.mean()))
    return scale, scale.of(unseen), scale.of(high)


def _fit_order(
    own: Sequence[str], newest: Sequence[str], language: str, rng: np.random.Generator
) -> _Scale:
    """Tells the brand's posts from the same words in any order."""
    view = "ngrams"
    mixed, newest_mixed = ([_shuffled(text, rng) for text in each] for each in (own, newest))
    vector = vectorizer(view, 2 * len(own))
    rows = vector.fit_transform(_seen([*own, *mixed], view, language))
    fitted = model(view).fit(rows, np.r_[np.ones(len(own)), np.zeros(len(mixed))])
    low, high = (
        fitted.decision_function(vector.transform(_seen(each, view, language)))
        for each in (newest_mixed, newest)
    )
    return _Scale(view, vector, [fitted], float(low.mean()), float(high.mean()))


def _shuffled(text: str, rng: np.random.Generator) -> str:
    words = text.split()
    return " ".join(words[i] for i in rng.permutation(len(words)))


def _words(text: str) -> set[str]:
    found = tokens.WORD.findall(tokens.mask_references(text[:_MOST_CHARACTERS]))
    return {word.casefold() for word in found}


def _seen(texts: Sequence[str], view: str, language: str) -> Any:
    cut = [text[:_MOST_CHARACTERS] for text in texts]
    if view == "surface":
        return np.array([surface(text) for text in cut], dtype=object)
    return np.array([distort(text, language) for text in cut], dtype=object)
