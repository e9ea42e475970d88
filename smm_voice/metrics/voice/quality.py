"""How well a classifier tells the brand, and the measures of the PAN shared tasks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from smm_voice.statistics import auc

_BINS = 10
_SET = 10
_DRAWS = 500


@dataclass(frozen=True)
class Quality:
    """How well a view tells the brand's held-out posts from brands it has never seen.

    Attributes:
        auc_post: area under the ROC curve, one post at a time.
        auc_ten: the same for means of ten posts; None with fewer than twenty posts a side.
        brier: mean squared error of the probability, both sides weighted equally; 0 is best.
        ece: expected calibration error over ten bins, both sides weighted equally.
        c_at_1: accuracy in which a question left open counts as much as the answered ones are
            right.
        f05_u: F0.5 in which a question left open counts as a miss.
        n_brand: held-out posts of the brand.
        n_other: posts of unseen brands.
        n_open: posts of both that were not judged.
    """

    auc_post: float
    auc_ten: float | None
    brier: float
    ece: float
    c_at_1: float
    f05_u: float
    n_brand: int
    n_other: int
    n_open: int


def measure_quality(brand: np.ndarray, other: np.ndarray, seed: int = 0) -> Quality:
    """Quality from calibrated log-odds of the brand's and of other brands' posts."""
    from scipy.special import expit

    if not len(brand) or not len(other):
        nan = float("nan")
        return Quality(nan, None, nan, nan, nan, nan, len(brand), len(other), 0)
    tens = None
    if min(len(brand), len(other)) >= 2 * _SET:
        rng = np.random.default_rng(seed)
        tens = auc(_means_of_ten(brand, rng), _means_of_ten(other, rng))
    p = np.concatenate([expit(brand), expit(other)])
    truth = np.concatenate([np.ones(len(brand)), np.zeros(len(other))])
    weight = np.concatenate(
        [np.full(len(brand), 0.5 / len(brand)), np.full(len(other), 0.5 / len(other))]
    )
    bins = np.minimum((p * _BINS).astype(int), _BINS - 1)
    ece = sum(
        abs(float(np.sum(weight[bins == b] * (truth[bins == b] - p[bins == b]))))
        for b in range(_BINS)
    )
    pan = pan_measures(p, truth)
    return Quality(
        auc(brand, other), tens, float(np.sum(weight * (p - truth) ** 2)), ece,
        pan["c_at_1"], pan["f05_u"], len(brand), len(other), int(np.sum(p == 0.5)),
    )  # fmt: skip


def pan_measures(p: np.ndarray, truth: np.ndarray) -> dict[str, float]:
    """The measures of PAN's authorship verification task (Bevendorff et al. 2020 and later).

    Args:
        p: probability that the answer is yes, shape (n,); exactly .5 leaves the question open.
        truth: 0 or 1, shape (n,).

    Returns:
        `c_at_1` = (1/n)(n_c + n_u · n_c / n) (Peñas and Rodrigo 2011); `f05_u` =
        1.25 TP / (1.25 TP + .25 (FN + n_u) + FP) (Bevendorff et al. 2019); `f1` on the answered
        ones; `brier` = 1 − mean squared error; `auc` with the open ones in. nan where undefined.
    """
    p, truth = np.asarray(p, dtype=float), np.asarray(truth, dtype=int)
    n = len(p)
    if not n:
        return dict.fromkeys(("c_at_1", "f05_u", "f1", "brier", "auc"), float("nan"))
    open_ = p == 0.5
    yes = p > 0.5
    correct = int(np.sum(~open_ & (yes == (truth == 1))))
    tp = int(np.sum(~open_ & yes & (truth == 1)))
    fp = int(np.sum(~open_ & yes & (truth == 0)))
    fn = int(np.sum(~open_ & ~yes & (truth == 1)))
    unanswered = int(open_.sum())
    return {
        "c_at_1": (correct + unanswered * correct / n) / n,
        "f05_u": _ratio(1.25 * tp, 1.25 * tp + 0.25 * (fn + unanswered) + fp),
        "f1": _ratio(2 * tp, 2 * tp + fp + fn),
        "brier": 1 - float(np.mean((p - truth) ** 2)),
        "auc": auc(p[truth == 1], p[truth == 0]),
    }


def _means_of_ten(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.array([rng.choice(values, _SET, replace=False).mean() for _ in range(_DRAWS)])


def _ratio(above: float, below: float) -> float:
    return above / below if below else float("nan")
