"""A brand's voice as two calibrated classifiers, and the proof that they can tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from smm_voice.metrics.voice.views import VIEWS, distort, surface
from smm_voice.text import languages, tokens

_MINIMUM_TOKENS = 15
_MOST_NEGATIVES = 600
_FEW_POSTS = 50


@dataclass(frozen=True)
class Quality:
    """How well a view tells the brand's held-out posts from brands it has never seen.

    Attributes:
        auc_post: area under the ROC curve, one post at a time.
        auc_ten: the same for means of ten posts; None with fewer than twenty posts a side.
        brier: mean squared error of the probability, both sides weighted equally; 0 is best.
        ece: expected calibration error over ten bins, both sides weighted equally.
        n_brand: held-out posts of the brand.
        n_other: posts of unseen brands.
    """

    auc_post: float
    auc_ten: float | None
    brier: float
    ece: float
    n_brand: int
    n_other: int


@dataclass(frozen=True)
class VoiceProfile:
    """A fitted voice.

    Attributes:
        language: two-letter code.
        trained_on: the brand's posts in training.
        unseen: reference brands kept out of the training, on which the quality is measured.
        quality: view → Quality.
    """

    language: str
    trained_on: int
    unseen: tuple[str, ...]
    quality: Mapping[str, Quality]
    _models: Mapping[str, Any]

    def logits(self, texts: Sequence[str], view: str) -> np.ndarray:
        """Calibrated log-odds that each text is the brand's, shape (texts,).

        0, the logit of one half, is an abstention: under 15 tokens, or another language.
        """
        if not texts or view not in self._models:
            return np.zeros(len(texts))
        pipeline, slope, intercept = self._models[view]
        scores = pipeline.decision_function(_viewed(texts, view, self.language))
        logits = slope * scores + intercept
        return np.where([self.abstains(text) for text in texts], 0.0, logits)

    def abstains(self, text: str) -> bool:
        """Whether a text gives too little to judge."""
        if len(tokens.tokenise(text)) < _MINIMUM_TOKENS:
            return True
        return languages.detect(text, [self.language], minimum_share=0.1) != self.language

    @property
    def indicative(self) -> bool:
        """Whether there were too few posts to rest more than a hint on it."""
        return self.trained_on < _FEW_POSTS


def fit(
    language: str,
    training: Sequence[str],
    calibration: Sequence[str],
    held_out: Sequence[str],
    references: Mapping[str, Sequence[str]],
    unseen: Sequence[str],
    seed: int = 0,
) -> VoiceProfile:
    """Fit both views.

    Args:
        language: two-letter code.
        training: the brand's training posts.
        calibration: newer posts of the brand, for Platt's scaling (Platt 1999).
        held_out: newer still, for the quality.
        references: reference brand → its posts, oldest first.
        unseen: names of the reference brands that take no part in fitting.
        seed: of the sampling of negatives.
    """
    seen = {name: texts for name, texts in references.items() if name not in unseen}
    if not training or not any(seen.values()) or not unseen:
        # Nothing to tell the brand from: every voice score will be INVALID, with the reason.
        nothing = measure_quality(np.zeros(0), np.zeros(0))
        return VoiceProfile(
            language, len(training), tuple(unseen), dict.fromkeys(VIEWS, nothing), {}
        )
    # The newer part of the seen brands calibrates, as the newer part of the brand does.
    cut = {name: max(1, int(0.8 * len(texts))) for name, texts in seen.items()}
    older = {name: texts[: cut[name]] for name, texts in seen.items()}
    newer = {name: texts[cut[name] :] for name, texts in seen.items()}
    rng = np.random.default_rng(seed)
    negatives = _balanced(older, _MOST_NEGATIVES, rng)
    calibration_negatives = _balanced(newer, max(1, len(calibration)), rng)
    strangers = _balanced({name: references[name] for name in unseen}, _MOST_NEGATIVES, rng)
    models: dict[str, Any] = {}
    quality: dict[str, Quality] = {}
    for view in VIEWS:
        pipeline = _pipeline(view, len(training) + len(negatives))
        pipeline.fit(
            _viewed([*training, *negatives], view, language),
            [1] * len(training) + [0] * len(negatives),
        )
        slope, intercept = 1.0, 0.0
        if calibration and calibration_negatives:
            slope, intercept = _platt(
                pipeline.decision_function(
                    _viewed([*calibration, *calibration_negatives], view, language)
                ),
                np.array([1] * len(calibration) + [0] * len(calibration_negatives)),
            )
        models[view] = (pipeline, slope, intercept)
    unproven = VoiceProfile(language, len(training), tuple(unseen), {}, models)
    for view in VIEWS:
        quality[view] = measure_quality(
            unproven.logits(held_out, view), unproven.logits(strangers, view), seed
        )
    return VoiceProfile(language, len(training), tuple(unseen), quality, models)


def measure_quality(brand: np.ndarray, other: np.ndarray, seed: int = 0) -> Quality:
    """Quality from calibrated log-odds of the brand's and of other brands' posts."""
    from scipy.special import expit
    from sklearn.metrics import roc_auc_score

    if not len(brand) or not len(other):
        return Quality(float("nan"), None, float("nan"), float("nan"), len(brand), len(other))

    def auc(positive: np.ndarray, negative: np.ndarray) -> float:
        labels = [1] * len(positive) + [0] * len(negative)
        return float(roc_auc_score(labels, np.concatenate([positive, negative])))

    tens = None
    if min(len(brand), len(other)) >= 20:
        rng = np.random.default_rng(seed)
        tens = auc(_means_of_ten(brand, rng), _means_of_ten(other, rng))
    p = np.concatenate([expit(brand), expit(other)])
    truth = np.concatenate([np.ones(len(brand)), np.zeros(len(other))])
    weight = np.concatenate(
        [np.full(len(brand), 0.5 / len(brand)), np.full(len(other), 0.5 / len(other))]
    )
    bins = np.minimum((p * 10).astype(int), 9)
    ece = sum(
        abs(float(np.sum(weight[bins == b] * (truth[bins == b] - p[bins == b])))) for b in range(10)
    )
    return Quality(
        auc(brand, other), tens, float(np.sum(weight * (p - truth) ** 2)), ece,
        len(brand), len(other),
    )  # fmt: skip


def _means_of_ten(values: np.ndarray, rng: np.random.Generator, draws: int = 500) -> np.ndarray:
    return np.array([rng.choice(values, 10, replace=False).mean() for _ in range(draws)])


def _viewed(texts: Sequence[str], view: str, language: str) -> list[str]:
    if view == "style":
        return [distort(text, language) for text in texts]
    return [surface(text) for text in texts]


def _pipeline(view: str, posts: int) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    common = {"lowercase": False, "sublinear_tf": True, "min_df": 2 if posts >= 50 else 1}
    if view == "style":
        vectorizer = TfidfVectorizer(analyzer=_split_ngrams, **common)
    else:
        vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), **common)
    return make_pipeline(
        vectorizer, LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000)
    )


def _split_ngrams(text: str) -> list[str]:
    listed = text.split(" ")
    return [" ".join(listed[i : i + n]) for n in (1, 2, 3) for i in range(len(listed) - n + 1)]


def _platt(scores: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e6, class_weight="balanced").fit(scores.reshape(-1, 1), labels)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _balanced(
    groups: Mapping[str, Sequence[str]], most: int, rng: np.random.Generator
) -> list[str]:
    """Equally many from each group, `most` in all at the most."""
    share = most // max(1, len(groups))
    drawn: list[str] = []
    for name in sorted(groups):
        texts = groups[name]
        picked = rng.permutation(len(texts))[:share]
        drawn += [texts[i] for i in sorted(picked)]
    return drawn
