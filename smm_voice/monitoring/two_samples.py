"""How far apart two windows of posts are: statistics of two samples."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

FOLDS = 5
# Of the ridge, in units of a row's mean squared length.
_RIDGE = 1.0
_BINS = 5
# Of novelty; and how many are looked through for so many on the older side.
_NEIGHBOURS, _CONSIDERED = 5, 60
# (division: posts or (posts, draws), bool, True on the newer side) → the statistic of each.
Statistic = Callable[[np.ndarray], np.ndarray]


def folds(newer: np.ndarray, groups: np.ndarray, count: int = FOLDS) -> np.ndarray:
    """The fold of each post: a stretch of time of its side; near-duplicates in that of the first.

    What was written within a few days often speaks of one thing. With such posts on both sides of
    a division between learning and testing, any two windows could be told apart by their news.

    Args:
        newer: which posts are on the newer side; either side oldest first.
        groups: near-duplicates have one number.
        count: of folds.
    """
    found = np.empty(len(newer), dtype=int)
    for side in (False, True):
        rows = np.flatnonzero(newer == side)
        found[rows] = np.arange(len(rows)) * count // max(1, len(rows))
    _, first, member = np.unique(groups, return_index=True, return_inverse=True)
    return found[first][member]


def classifier(kernel: np.ndarray, fold: np.ndarray) -> tuple[Statistic, Statistic]:
    """Classifier two-sample test (Lopez-Paz and Oquab 2017) by kernel ridge regression.

    A regression's held-out scores are linear in the labels, so that they are had for all divisions
    of a permutation test by one product of matrices.

    Args:
        kernel: (posts, posts).
        fold: of each post; its score is made by the posts of the others.

    Returns:
        The AUC of held-out scores, mean over the folds weighted by their pairs, ties none, and the
        scores themselves, (posts, draws): the higher, the more like the newer side.
    """
    from scipy.linalg import solve

    # Half the time, and no rank moves: the ridge keeps it well conditioned.
    kernel = kernel.astype(np.float32)
    smoother = np.zeros_like(kernel)
    for k in np.unique(fold):
        kept, out = fold != k, fold == k
        inner, outer = kernel[np.ix_(kept, kept)], kernel[np.ix_(out, kept)]
        mean = inner.mean(axis=0)
        centred = inner - mean - mean[:, None] + mean.mean()
        tested = outer - outer.mean(axis=1, keepdims=True) - mean + mean.mean()
        ridge = _RIDGE * max(float(np.trace(centred)) / len(inner), 1e-12)
        centred[np.diag_indices(len(inner))] += ridge
        solved = solve(centred, tested.T, assume_a="pos").T
        smoother[np.ix_(out, kept)] = solved - solved.mean(axis=1, keepdims=True)

    def scores(newer: np.ndarray) -> np.ndarray:
        return np.asarray(smoother @ newer.reshape(len(newer), -1).astype(np.float32))

    def auc(newer: np.ndarray) -> np.ndarray:
        labels = newer.reshape(len(newer), -1)
        found = scores(labels)
        right, pairs = np.zeros(labels.shape[1]), np.zeros(labels.shape[1])
        for k in np.unique(fold):
            out = fold == k
            order = np.argsort(found[out], axis=0, kind="stable")
            ranks = np.empty(order.shape)
            np.put_along_axis(ranks, order, np.arange(1.0, len(order) + 1)[:, None], axis=0)
            positive = labels[out].sum(axis=0)
            both = positive * (out.sum() - positive)
            right += (ranks * labels[out]).sum(axis=0) - positive * (positive + 1) / 2
            pairs += both
        return np.asarray(right / np.maximum(pairs, 1))

    return auc, scores


def mmd2(rows: np.ndarray) -> Statistic:
    """Unbiased MMD² (Gretton et al. 2012, eq. 3) with a Gaussian kernel of the median distance.

    Args:
        rows: (posts, dimensions).
    """
    square = (rows**2).sum(axis=1)
    distance = np.maximum(square[:, None] + square - 2 * rows @ rows.T, 0)
    median = float(np.median(distance[np.triu_indices(len(rows), 1)]))
    kernel = np.exp(-distance / max(median, 1e-12))
    np.fill_diagonal(kernel, 0)

    def statistic(newer: np.ndarray) -> np.ndarray:
        labels = newer.reshape(len(newer), -1).astype(float)
        n = labels.sum(axis=0)
        m = len(labels) - n
        product = kernel @ labels
        within = (labels * product).sum(axis=0)
        across = product.sum(axis=0) - within
        rest = kernel.sum() - within - 2 * across
        return np.asarray(within / (n * (n - 1)) + rest / (m * (m - 1)) - 2 * across / (n * m))

    return statistic


def psi(counted: np.ndarray, bins: int = _BINS) -> Statistic:
    """Population stability index of each column, largest first come the cuts: quantiles of all.

    The sum over bins of (q − p) ln(q / p), p and q the shares of older and newer posts, half a
    post added to each bin so that an empty one is no infinity.

    Args:
        counted: (posts, features).
        bins: at most; a count with few values has fewer.

    Returns:
        The statistic gives (features, draws).
    """
    inside, owner = [], []
    for column, values in enumerate(counted.T):
        cuts = np.unique(np.quantile(values, np.arange(1, bins) / bins, method="higher"))
        # A rare count is 0 at every quantile: then whether it is there at all.
        if values.max() > cuts[-1] and len(cuts) == 1:
            cuts = np.r_[cuts, np.nextafter(cuts[-1], np.inf)]
        place = np.searchsorted(cuts, values, "left")
        for bin_ in np.unique(place):
            inside.append(place == bin_)
            owner.append(column)
    binned, of = np.array(inside, dtype=float), np.array(owner)
    width = np.bincount(of, minlength=counted.shape[1])[of][:, None]

    def statistic(newer: np.ndarray) -> np.ndarray:
        labels = newer.reshape(len(newer), -1).astype(float)
        count = labels.sum(axis=0)
        new = binned @ labels
        old = binned.sum(axis=1, keepdims=True) - new
        q = (new + 0.5) / (count + 0.5 * width)
        p = (old + 0.5) / (len(labels) - count + 0.5 * width)
        terms = (q - p) * np.log(q / p)
        found = np.zeros((counted.shape[1], labels.shape[1]))
        np.add.at(found, of, terms)
        return found

    return statistic


def novelty(distance: np.ndarray) -> tuple[Statistic, Statistic]:
    """How much farther newer posts lie from older ones than these from each other.

    Of each post the mean distance to its five nearest older ones, itself left out; the difference
    of the two sides' means, in standard deviations over the older posts. What comes from elsewhere
    lies far from all that there was; what only becomes more frequent does not.

    Args:
        distance: (posts, posts).

    Returns:
        The statistic, and each post's distance to the older side, (posts, draws).
    """
    apart = distance.copy()
    np.fill_diagonal(apart, np.inf)
    count = min(_CONSIDERED, len(apart) - 1)
    near = np.argpartition(apart, count - 1, axis=1)[:, :count]
    order = np.argsort(np.take_along_axis(apart, near, axis=1), axis=1, kind="stable")
    near = np.take_along_axis(near, order, axis=1)
    far = np.take_along_axis(apart, near, axis=1)

    def scores(newer: np.ndarray) -> np.ndarray:
        labels = newer.reshape(len(newer), -1)
        found = np.empty(labels.shape)
        for draw, column in enumerate(labels.T):
            older = ~column[near]
            taken = older & (np.cumsum(older, axis=1) <= _NEIGHBOURS)
            found[:, draw] = (far * taken).sum(axis=1) / np.maximum(taken.sum(axis=1), 1)
        return found

    def statistic(newer: np.ndarray) -> np.ndarray:
        labels = newer.reshape(len(newer), -1)
        found = scores(labels)
        new = np.nanmean(np.where(labels, found, np.nan), axis=0)
        old = np.where(labels, np.nan, found)
        spread = np.nanstd(old, axis=0)
        return np.asarray((new - np.nanmean(old, axis=0)) / np.maximum(spread, 1e-12))

    return statistic, scores
