"""Memorisation with the model at hand: what of its training posts a model gives away.

Everything here rests on one pass over training and held-out posts, each given its brief. Greedy
decoding reproduces a stretch exactly where each of its tokens is the likeliest one after the true
tokens before it, so that nothing has to be generated.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Callable, Sequence

import numpy as np

from smm_voice.config import EvaluationConfig
from smm_voice.evaluation.companion import PostLosses, difference_score, saved
from smm_voice.metrics.base import Metric, Score
from smm_voice.statistics import auc

_VERSION = "1"
_INTERVAL = "bootstrap of both sets"
_NEEDS = ("training", "human", "adapter")
# Tokens of a post that are given, and the tokens after them that are to be reproduced.
PREFIXES = (5, 10, 20)
SUFFIX = 10
# (n, p): a suffix counts where n samples hold it at least once with probability p.
SAMPLES, PROBABILITY = 1000, 0.9
_FEW = 20

METRICS = (
    Metric("memorisation/extraction_excess", "corpus", 0.0, _NEEDS, _VERSION, _INTERVAL,
           "Share of training posts continued word for word from their first tokens, over "
           "held-out ones; mean over the lengths of prefix"),
    *(Metric(f"memorisation/extraction_excess_{prefix}", "corpus", 0.0, _NEEDS, _VERSION,
             _INTERVAL, f"The same, from the first {prefix} tokens") for prefix in PREFIXES),
    Metric("memorisation/sampled_extraction_excess", "corpus", 0.0, _NEEDS, _VERSION, _INTERVAL,
           f"Share of training posts that {SAMPLES} samples reproduce with probability "
           f"{PROBABILITY}, over held-out ones"),
    Metric("memorisation/loss_gap", "corpus", 0.0, _NEEDS, _VERSION, _INTERVAL,
           "Bits per byte that the adapter saves on training posts over what it saves on "
           "held-out ones"),
    Metric("memorisation/membership_auc", "corpus", 0.5, _NEEDS, _VERSION, _INTERVAL,
           "How well training posts are told from held-out ones by what the adapter saves on "
           "them; .5 gives nothing away"),
)  # fmt: skip


def memorisation(
    training: Sequence[PostLosses],
    held_out: Sequence[PostLosses],
    training_base: Sequence[PostLosses],
    held_out_base: Sequence[PostLosses],
    config: EvaluationConfig,
) -> dict[str, Score]:
    """The scores of `METRICS`.

    Loss gap and membership test compare what the adapter saves against the base, and not the
    losses themselves: posts differ far more in how hard they are than in whether they were
    learned (a second model as the measure, Carlini et al. 2021, arXiv:2012.07805). Held-out posts
    are newer than training posts; what the adapter has learned of the time shows as a small gap,
    too.

    Args:
        training: losses of training posts under the adapter.
        held_out: losses of the brand's held-out posts under the adapter.
        training_base: of the same posts as `training`, under the base.
        held_out_base: of the same posts as `held_out`, under the base.
        config: draws and confidence.
    """
    scores: dict[str, Score] = {}

    def add(name: str, measure: Callable[[PostLosses], float | None]) -> None:
        ours, theirs = ([measure(post) for post in side] for side in (training, held_out))
        scores[f"memorisation/{name}"] = _excess(ours, theirs, config)

    add("extraction_excess", _reproduced_on_average)
    for prefix in PREFIXES:
        add(f"extraction_excess_{prefix}", functools.partial(reproduced, prefix=prefix))
    add("sampled_extraction_excess", _sampled)
    gains = saved(training_base, training), saved(held_out_base, held_out)
    scores["memorisation/loss_gap"] = _excess(*gains, config)
    scores["memorisation/membership_auc"] = _cautious(difference_score(*gains, auc, config), *gains)
    return scores


def reproduced(post: PostLosses, prefix: int, suffix: int = SUFFIX) -> float | None:
    """Whether greedy decoding goes on from `prefix` tokens with the post's next `suffix` ones.

    1.0 or 0.0; None for a post that is too short.
    """
    stretch = post.tokens.greedy[prefix : prefix + suffix]
    # The end token of a post is no part of its text.
    if len(post.tokens.greedy) - 1 < prefix + suffix:
        return None
    return float(stretch.all())


def probability(post: PostLosses, prefix: int, suffix: int = SUFFIX) -> float | None:
    """Probability of the post's next `suffix` tokens after `prefix` ones, at temperature 1.

    None for a post that is too short.
    """
    if len(post.tokens.nats) - 1 < prefix + suffix:
        return None
    return float(np.exp(-post.tokens.nats[prefix : prefix + suffix].sum()))


def samples_needed(single: float, wanted: float) -> float:
    """Samples until one of them holds a text with probability `wanted`.

    n = ln(1 − p) / ln(1 − p_z), of (n, p)-discoverable extraction (Hayes et al. 2024,
    arXiv:2410.19482).

    Args:
        single: probability p_z that one sample holds it.
        wanted: p.
    """
    if single >= 1:
        return 1.0
    if single <= 0:
        return math.inf
    return max(1.0, math.log1p(-wanted) / math.log1p(-single))


def _sampled(post: PostLosses) -> float | None:
    """Whether `SAMPLES` samples reproduce the post with `PROBABILITY`, from the middle prefix."""
    single = probability(post, PREFIXES[len(PREFIXES) // 2])
    return None if single is None else float(samples_needed(single, PROBABILITY) <= SAMPLES)


def _reproduced_on_average(post: PostLosses) -> float | None:
    """Share of the prefixes, among those the post is long enough for."""
    found = [reproduced(post, prefix) for prefix in PREFIXES]
    present = [value for value in found if value is not None]
    return sum(present) / len(present) if present else None


def _excess(
    ours: Sequence[float | None], theirs: Sequence[float | None], config: EvaluationConfig
) -> Score:
    score = difference_score(ours, theirs, lambda a, b: float(a.mean() - b.mean()), config)
    return _cautious(score, ours, theirs)


def _cautious(score: Score, ours: Sequence[float | None], theirs: Sequence[float | None]) -> Score:
    counts = [sum(v is not None for v in values) for values in (ours, theirs)]
    if score.value is None or min(counts) >= _FEW:
        return score
    few = f"rests on {counts[0]} training and {counts[1]} held-out posts that are long enough"
    return dataclasses.replace(score, warnings=(*score.warnings, few))
