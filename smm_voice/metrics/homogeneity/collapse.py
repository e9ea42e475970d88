"""Cross-brand collapse: have the generated posts of different brands grown alike?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from smm_voice.metrics.base import Score
from smm_voice.metrics.homogeneity import sampling
from smm_voice.metrics.homogeneity.sets import (
    Weights,
    beginning,
    common_budget,
    inverse_frequency,
    view,
    weigh,
    with_words,
)

_LEAST = 20
# Posts of one kind: bounds the similarities of all pairs, and the time of their inversion.
_MOST = 700
_FOLDS = 5
_RIDGE = 1.0
# How much wider the interval is than the spread over subsamples. Less than for the other scores,
# since this spread holds the luck of the folds as well. Measured on random halves of human posts,
# four and seven accounts of 40 and 100 posts: intervals of 95 % held 1 in 92 to 96 % of the cases.
_WIDER = 1.25
# Cohen's kappa of human posts under which there is nothing that could collapse.
_LEAST_KAPPA = 0.15


def cross_brand_collapse(
    generated: Mapping[str, Sequence[str]],
    human: Mapping[str, Sequence[str]],
    language: str,
    seed: int = 0,
    confidence: float = 0.95,
) -> Score:
    """How well generated posts can be attributed to their brand, over the same for human posts.

    Below 1 the brands have grown alike, 0 is one voice for all. Attribution is cross-validated
    within each kind: a classifier of generated posts learns from generated posts, one of human
    posts from human posts. One trained on human posts would take a brand that left its own voice
    for one that grew like the others; the voice index measures the first, this the second.
    Classifier: least squares on the style view's TF-IDF, so topics give no brand away. Its
    accuracy is corrected for chance (Cohen 1960, kappa): that of one voice for all is 1 / brands.

    Args:
        generated: brand → posts.
        human: brand → held-out posts; brands of one side alone are left out.
        language: two-letter code.
        seed: of the draws and the folds.
        confidence: of the interval, over subsamples, on each of which the classifiers are fitted
            anew: with fitted ones held fast it would be a third too narrow (measured).

    Returns:
        `n` is the posts a brand, the same number on both sides, all cut to one length.
    """
    from threadpoolctl import threadpool_limits

    shared = sorted(generated.keys() & human.keys())
    if len(shared) < 2:
        return Score(None, warnings=("needs two brands with generated and human posts",))
    sides = [[with_words(side[brand]) for brand in shared] for side in (generated, human)]
    count = min(max(_LEAST, _MOST // len(shared)), *(len(b) for side in sides for b in side))
    if count < _LEAST:
        return Score(None, n=count, warnings=(f"needs {_LEAST} posts of each brand and kind",))
    rng = np.random.default_rng(seed)
    drawn = [[_draw(brand, count, rng) for brand in side] for side in sides]
    budget = common_budget(*(texts for side in drawn for texts in side))
    views = [
        [view(beginning(text, budget), language) for texts in side for text in texts]
        for side in drawn
    ]
    weights = inverse_frequency([each for side in views for each in side])
    kernels = [_kernel(side, weights) for side in views]
    n = sampling.size(count)
    # Comes with scikit-learn. The matrices are so small that threads would wait for each other.
    with threadpool_limits(1):
        kappas = np.array(
            [
                [_kappa(kernel, len(shared), count, n, rng) for kernel in kernels]
                for _ in range(sampling.REPEATS)
            ]
        )
    ours, theirs = kappas.mean(axis=0)
    if theirs < _LEAST_KAPPA:
        warning = "human posts of these brands cannot be told apart"
        return Score(None, n=n, warnings=(warning,))
    spread = kappas.mean(axis=0) + _WIDER * (kappas - kappas.mean(axis=0))
    # Worse than chance is as good as chance.
    ratios = np.maximum(spread[:, 0], 0) / np.maximum(spread[:, 1], _LEAST_KAPPA / 10)
    tail = 100 * (1 - confidence) / 2
    low, high = np.percentile(ratios, [tail, 100 - tail])
    return Score(float(max(0.0, ours) / theirs), float(low), float(high), n)


def _draw(texts: Sequence[str], n: int, rng: np.random.Generator) -> list[str]:
    return [texts[i] for i in rng.choice(len(texts), n, replace=False)]


def _kernel(views: Sequence[Sequence[str]], weights: Weights) -> np.ndarray:
    """Cosine similarities of all pairs of style views."""
    rows = weigh(views, weights)
    return (rows @ rows.T).toarray()


def _kappa(kernel: np.ndarray, brands: int, count: int, n: int, rng: np.random.Generator) -> float:
    """Chance-corrected accuracy of attributing a subsample, cross-validated.

    Ridge regression on brand indicators; what a fold is predicted by the others follows from one
    inverse of the whole: the residuals are [(G⁻¹)_FF]⁻¹ (G⁻¹ Y)_F, G = K + λI (the block form of
    the leave-one-out formula, Rifkin and Lippert 2007).

    Args:
        kernel: similarities, brand by brand, `count` posts each.
        brands: how many.
        count: posts a brand.
        n: posts a brand that are drawn.
        rng: draws the posts and the folds.
    """
    drawn = np.concatenate([b * count + rng.choice(count, n, replace=False) for b in range(brands)])
    truth = np.repeat(np.arange(brands), n)
    # Every brand is in every fold alike, or the rarest of the others would be favoured.
    folds = np.tile(np.arange(n) % _FOLDS, brands)
    indicators = (truth[:, None] == np.arange(brands)) - 1 / brands
    inverse = np.linalg.inv(kernel[np.ix_(drawn, drawn)] + _RIDGE * np.eye(len(drawn)))
    weighted = inverse @ indicators
    right = 0
    for fold in range(_FOLDS):
        held = np.flatnonzero(folds == fold)
        residuals = np.linalg.solve(inverse[np.ix_(held, held)], weighted[held])
        right += int(np.sum((indicators[held] - residuals).argmax(axis=1) == truth[held]))
    return (right / len(drawn) - 1 / brands) / (1 - 1 / brands)
