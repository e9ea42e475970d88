"""Why a voice score is what it is: the features that differ most, and the phrases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from smm_voice.messages import Message, of_name, say
from smm_voice.metrics.voice.classifier import Classifier, Reading
from smm_voice.metrics.voice.features import FEATURES, Feature
from smm_voice.text import tokens

# A difference is named from this many standard errors on: of 56 features, one in a thousand
# would reach it by chance.
_LEAST_Z = 3.3
_FEWEST = 5
# Correlation from which on two features are one to a reader.
_SAME = 0.6
_LONGEST_PHRASE = 4
# Log-odds that a phrase must take from its text to be pointed at.
_LEAST_WEIGHT = 0.35


@dataclass(frozen=True)
class Differing:
    """A feature in which texts differ from the brand's own.

    Attributes:
        feature: which.
        ours: its mean over the texts.
        brand: its mean over the brand's held-out posts.
        effect: difference in the brand's standard deviations.
    """

    feature: Feature
    ours: float
    brand: float
    effect: float

    @property
    def said(self) -> Message:
        """As a person would say it, before any language."""
        a, b = self.ours, self.brand
        name = Message(of_name("feature", self.feature.name))
        if self.feature.kind in ("share", "measure"):
            return Message(
                f"differing-{self.feature.kind}", {"ours": a, "brand": b, "feature": name}
            )
        told = Message("differing-told", {"ours": a, "brand": b})
        if b < 0.005:
            return Message("differing-hardly", {"feature": name, "told": told})
        if a < 0.005:
            return Message("differing-no", {"feature": name, "told": told})
        if a / b >= 1.1:
            return Message("differing-more", {"feature": name, "told": told, "times": a / b})
        return Message("differing-fewer", {"feature": name, "told": told})

    @property
    def words(self) -> str:
        """The same in English."""
        return say(self.said, "en")


def differing_features(ours: Reading, brand: Reading, most: int = 5) -> list[Differing]:
    """The features that differ most between texts and the brand's posts, the largest first.

    Of features about one thing, such as links and ending with a link, and of those that go
    together otherwise, the one that differs most is named.
    """
    a, b = ours.counted, brand.counted
    if min(len(a), len(b)) < _FEWEST:
        return []
    # A feature that the brand never varies in would have no scale of its own.
    spread = np.sqrt((a.var(axis=0, ddof=1) + b.var(axis=0, ddof=1)) / 2) + 1e-9
    error = np.sqrt(a.var(axis=0, ddof=1) / len(a) + b.var(axis=0, ddof=1) / len(b)) + 1e-9
    gap = a.mean(axis=0) - b.mean(axis=0)
    order = np.argsort(-np.abs(gap / spread), kind="stable")
    # Within each side: what sets the sides apart goes together there, whatever it is.
    within = np.concatenate([a - a.mean(axis=0), b - b.mean(axis=0)])
    with np.errstate(invalid="ignore"):  # a feature that never varies goes with no other
        together = np.nan_to_num(np.corrcoef(within, rowvar=False))
    shown: list[int] = []
    for i in order:
        new = not any(abs(together[i, k]) > _SAME or _about(i) == _about(k) for k in shown)
        if new and len(shown) < most and abs(gap[i]) > max(_LEAST_Z * error[i], 0.02):
            shown.append(int(i))
    return [
        Differing(
            FEATURES[i], float(a[:, i].mean()), float(b[:, i].mean()), float(gap[i] / spread[i])
        )
        for i in shown
    ]


def _about(feature: int) -> str:
    return FEATURES[feature].about or FEATURES[feature].name


def telling_phrases(
    text: str, reading: Reading, classifier: Classifier, most: int = 2
) -> list[str]:
    """The stretches of a text that speak most against the brand, in the text's own words.

    Args:
        text: as it stands.
        reading: the reading of it alone.
        classifier: the brand's.
        most: how many at the most; they do not overlap.
    """
    distorted = reading.distorted[0].split(" ")
    listed = tokens.tokenise(text)
    if len(listed) != len(distorted):
        return []
    weights = _weights(distorted, reading, classifier)
    windows = sorted(
        (float(weights[i : i + n].sum()), i, i + n)
        for n in range(2, _LONGEST_PHRASE + 1)
        for i in range(len(listed) - n + 1)
    )
    taken: list[tuple[int, int]] = []
    found: list[str] = []
    for weight, start, stop in windows:
        if weight > -_LEAST_WEIGHT or len(found) == most:
            break
        if any(start < b and a < stop for a, b in taken):
            continue
        taken.append((start, stop))
        span = tokens.locate(text, listed[start:stop])
        if span and any(character.isalpha() for character in span):
            found.append(span)
    return found


def _weights(distorted: Sequence[str], reading: Reading, classifier: Classifier) -> np.ndarray:
    """What each token takes from or adds to the log-odds; an n-gram's share is divided evenly."""
    terms, names = classifier.style_terms(reading)
    row = dict(zip((names[i] for i in terms.indices), terms.data, strict=True))
    marked = ["⟨start⟩", *distorted, "⟨end⟩"]
    places: dict[str, list[int]] = {}
    for n in (1, 2, 3):
        for i in range(len(marked) - n + 1):
            gram = " ".join(marked[i : i + n])
            if gram in row:
                places.setdefault(gram, []).append(i)
    weights = np.zeros(len(marked))
    for gram, starts in places.items():
        n = gram.count(" ") + 1
        for start in starts:
            weights[start : start + n] += row[gram] / (n * len(starts))
    return weights[1:-1]
