"""The human-likeness probe: can a classifier tell an arm's posts from the brand's own?

Brand-ness and machine-ness are different failures: a text may lie on the brand's side of every
brand and still be told from the brand's posts at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from smm_voice.metrics.voice.classifier import model, vectorizer
from smm_voice.metrics.voice.views import distort
from smm_voice.statistics import Interval, auc, bootstrap_jointly
from smm_voice.text import tokens

MINIMUM_PAIRS = 20
_FOLDS = 5
# Lengths within a quarter of each other: length alone must not give a post away.
_MOST_RATIO = 1.25


@dataclass(frozen=True)
class Probe:
    """The outcome.

    Attributes:
        auc: out-of-fold area under the curve, .5 = cannot be told; None with too few pairs.
        interval: over pairs; the classifier is not fitted anew.
        pairs: pairs of an arm's and a human post of about equal length.
    """

    auc: float | None
    interval: Interval
    pairs: int


def human_likeness(
    arm: Sequence[str],
    human: Sequence[str],
    language: str,
    confidence: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> Probe:
    """Train a classifier to tell `arm` from `human` on pairs of equal length, cross-validated.

    It reads the style view, so that other topics are not taken for another hand. Both halves of
    a pair lie in one fold: each is balanced, and scores are centred in it, since a fold's own
    level would otherwise push the area below one half.

    Args:
        arm: texts.
        human: the brand's held-out posts.
        language: two-letter code.
        confidence: of the interval.
        resamples: of the interval.
        seed: of the folds and the draws.
    """
    pairs = matched_by_length(arm, human)
    if len(pairs) < MINIMUM_PAIRS:
        return Probe(None, Interval(None, None, "none"), len(pairs))
    n = len(pairs)
    both = [distort(arm[i], language) for i, _ in pairs]
    both += [distort(human[j], language) for _, j in pairs]
    labels = np.r_[np.ones(n), np.zeros(n)]
    shuffled = np.random.default_rng(seed).permutation(n) % _FOLDS
    fold = np.r_[shuffled, shuffled]
    rows = vectorizer("ngrams", 2 * n).fit_transform(both)
    scores = np.zeros(2 * n)
    for k in range(_FOLDS):
        fitted = model("ngrams").fit(rows[fold != k], labels[fold != k])
        found = fitted.decision_function(rows[fold == k])
        scores[fold == k] = found - found.mean()
    ours, theirs = scores[:n], scores[n:]
    interval = bootstrap_jointly(
        lambda drawn: auc(ours[drawn], theirs[drawn]), n, confidence, resamples, seed
    )
    return Probe(auc(ours, theirs), interval, n)


def matched_by_length(first: Sequence[str], second: Sequence[str]) -> list[tuple[int, int]]:
    """Index pairs of texts whose numbers of tokens lie within a quarter of each other.

    Both sides in order of length, the shorter one passed over where a pair is too unlike: no
    pairing has more pairs.
    """
    a, b = ([(len(tokens.tokenise(t)), i) for i, t in enumerate(some)] for some in (first, second))
    a, b = sorted(x for x in a if x[0]), sorted(x for x in b if x[0])
    found = []
    i = j = 0
    while i < len(a) and j < len(b):
        (m, at), (n, to) = a[i], b[j]
        if max(m, n) <= _MOST_RATIO * min(m, n):
            found.append((at, to))
            i, j = i + 1, j + 1
        elif m < n:
            i += 1
        else:
            j += 1
    return found
