"""The scores that need the model at hand: what the adapter gained, and what it gives away.

Three sets of posts, each given its brief, go through the tuned model and through the base: posts
that were learned, held-out posts of the brand, posts of other brands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from smm_voice.config import EvaluationConfig
from smm_voice.dataset.build import Dataset
from smm_voice.dataset.example import Example
from smm_voice.evaluation import companion, extraction, guard, neighbours
from smm_voice.evaluation.companion import PostLosses, Written
from smm_voice.evaluation.judges import Loader
from smm_voice.evaluation.kept import Kept
from smm_voice.evaluation.spread import spread
from smm_voice.metrics.base import Metric, Score
from smm_voice.models.likelihood import TokenLosses

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        *companion.METRICS,
        *extraction.METRICS,
        *neighbours.METRICS,
        *guard.METRICS,
    )
}


@dataclass(frozen=True)
class PostSets:
    """What the models are asked to predict; equally many of each where there are as many."""

    learned: list[Written]
    held_out: list[Written]
    others: list[Written]


@dataclass(frozen=True)
class Losses:
    """What one model makes of the three sets."""

    learned: list[PostLosses]
    held_out: list[PostLosses]
    others: list[PostLosses]


def post_sets(dataset: Dataset, held_out: Sequence[Example], learned: int, size: int) -> PostSets:
    """Draw the sets, each spread evenly over its time.

    Args:
        dataset: gives what was learned from and the other brands' posts.
        held_out: the brand's test examples.
        learned: how many of the newest training examples the adapter has seen.
        size: posts a set.
    """
    language = held_out[0].post.language or ""
    training = [e for e in dataset.splits["train"][-learned:] if e.post.language == language]
    strangers = [text for name in sorted(dataset.references) for text in dataset.references[name]]
    return PostSets(
        companion.written(spread(training, size)),
        companion.written(spread(held_out, size)),
        companion.written_by_others(spread(strangers, size), language, held_out[0].post.platform),
    )


def losses(load: Loader, digest: str, title: str, sets: PostSets, kept: Kept) -> Losses:
    """Of one model, with or without the adapter.

    Args:
        load: gives model and tokenizer; not asked where the losses are kept.
        digest: identifies its weights and number format.
        title: the brand, as people write it.
        sets: what it is asked to predict.
        kept: losses that were made before.
    """

    def make() -> list[Any]:
        model, tokenizer = load()
        return [
            [_plain(each) for each in companion.post_losses(model, tokenizer, title, posts)]
            for posts in _listed(sets)
        ]

    identity = [title, [[vars(post) for post in posts] for posts in _listed(sets)]]
    found = kept.value("losses", digest, identity, make)
    return Losses(*([_losses(each) for each in of_set] for of_set in found))


def _listed(sets: PostSets) -> tuple[list[Written], ...]:
    return sets.learned, sets.held_out, sets.others


def _plain(losses: PostLosses) -> list[Any]:
    tokens = losses.tokens
    return [tokens.nats.tolist(), [int(each) for each in tokens.greedy], losses.size]


def _losses(values: Sequence[Any]) -> PostLosses:
    nats, greedy, size = values
    return PostLosses(TokenLosses(np.array(nats, dtype=float), np.array(greedy, dtype=bool)), size)


def scores(tuned: Losses, base: Losses, config: EvaluationConfig) -> dict[str, Score]:
    """The scores of `METRICS`."""
    own = companion.saved(base.held_out, tuned.held_out)
    others = companion.saved(base.others, tuned.others)
    return companion.cross_entropy_gain(own, others, config) | extraction.memorisation(
        tuned.learned, tuned.held_out, base.learned, base.held_out, config
    )
