"""The components: each a measure of a subsample, what makes a ratio of it, and its declaration.

`homogeneity/ratio` is the geometric mean of six: self-repetition, distinct-2, compression, the
Vendi score of manner, and the effective numbers of openers and of closers, each turned so that
above 1 means more alike. Chosen by measurement, on 84 pairs of random halves of the posts of seven
accounts, 100 posts each (in brackets: the first three alone, self-repetition smoothed by .05):

- the log of the ratio of human to human posts spreads by .054 (.163), and "above 1.25, interval
  above 1" is a false alarm in 0 (3) of the 84;
- in these spreads stand out: a stock opener on 10, 30, 60 % of the posts by 2.8, 9.5, 19 (1.8, 4.0,
  5.8); a stock closer by 1.0, 4.7, 11 (.4, 1.6, 2.9); copies of one post by 6, 19, 37 (2.6, 5.7,
  9.3); one template by 4, 15, 31 (2.1, 4.8, 7.7).

None of the six alone sees all of these. Topics stay apart: they need an encoder, and a brand may
well speak of one thing. The headline hardly sees a single topic (.3, .8, 1.7 spreads): look at
`vendi_topics_ratio` for it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from smm_voice.metrics.base import Metric
from smm_voice.metrics.homogeneity import measures
from smm_voice.metrics.homogeneity.sets import TextSet

_VERSION = "2"
# From this ratio on posts count as more alike, if the interval lies above 1 as well.
ALARM = 1.25
# (texts, indices of those drawn) → the measure; nan where the texts do not define it.
Measure = Callable[[TextSet, np.ndarray], float]


@dataclass(frozen=True)
class Component:
    """One way to be alike.

    Attributes:
        metric: its declaration.
        measure: of the texts drawn.
        sameness: 1 where the measure rises with sameness, −1 where it falls.
        smoothing: added above and below the line of the ratio, where human posts can come to 0.
        excess: whether it is reported as arm minus human, not as arm over human.
        topics: whether it looks at embeddings.
        headline: whether it is part of `homogeneity/ratio`.
    """

    metric: Metric
    measure: Measure
    sameness: Literal[1, -1]
    smoothing: float = 0.0
    excess: bool = False
    topics: bool = False
    headline: bool = False

    def level(self, texts: TextSet, drawn: np.ndarray) -> float:
        """What is subtracted: the measure, or the log of the smoothed measure."""
        value = self.measure(texts, drawn)
        if self.excess:
            return value
        smoothed = value + self.smoothing
        return float(np.log(smoothed)) if smoothed > 0 else float("nan")


def declare(name: str, best: Literal["higher", "lower"] | float, explanation: str,
            *needs: str) -> Metric:  # fmt: skip
    """A corpus-level metric of this family."""
    return Metric(
        f"homogeneity/{name}", "corpus", best, ("human", *needs), _VERSION, "subsampling",
        explanation,
    )  # fmt: skip


def _diversity(texts: TextSet, drawn: np.ndarray) -> float:
    shares = [measures.distinct_share(g.of_texts(drawn)) for g in texts.grams.values()]
    return float("nan") if np.isnan(shares[0]) else float(np.nansum(shares))


def _nearest(texts: TextSet, drawn: np.ndarray) -> np.ndarray:
    return np.maximum(measures.nearest(texts.topics[np.ix_(drawn, drawn)]), 0)


COMPONENTS: tuple[Component, ...] = (
    Component(
        declare("self_repetition_ratio", 1.0,
                "Four-word phrases that come back in other posts, over human; above 1 = more "
                "stock phrases"),
        lambda texts, drawn: measures.repetition(texts.phrases.of_texts(drawn)),
        # Human posts of some accounts repeat nothing. On 100 human against 100 human posts the
        # log of the ratio spreads by .47 with .05, by .28 with .2; stock openers on 30 % stand
        # out by 3.9 and by 5.1 of these.
        1, smoothing=0.2, headline=True,
    ),
    Component(
        declare("distinct_2_ratio", 1.0,
                "Share of different word pairs, over human; below 1 = more alike"),
        lambda texts, drawn: measures.distinct_share(
            texts.grams[min(2, texts.budget)].of_texts(drawn)
        ),
        -1, headline=True,
    ),
    Component(
        declare("ngram_diversity_ratio", 1.0,
                "Share of different phrases of one to four words, over human; below 1 = more "
                "alike"),
        _diversity, -1,
    ),
    Component(
        declare("compression_ratio", 1.0,
                "How far gzip shrinks the posts, over human; above 1 = more alike"),
        lambda texts, drawn: measures.compressed_share([texts.joined[i] for i in drawn]),
        1, headline=True,
    ),
    Component(
        declare("vendi_topics_ratio", 1.0,
                "How many truly different topics the posts amount to, over human; below 1 = "
                "fewer topics", "embed"),
        lambda texts, drawn: measures.vendi(texts.topics[np.ix_(drawn, drawn)]),
        -1, topics=True,
    ),
    Component(
        declare("vendi_manner_ratio", 1.0,
                "How many truly different ways of building a post there are, topics left out, "
                "over human; below 1 = fewer"),
        lambda texts, drawn: measures.vendi(texts.manner[np.ix_(drawn, drawn)]),
        -1, headline=True,
    ),
    Component(
        declare("nearest_neighbour_ratio", 1.0,
                "How near in meaning each post is to the one most like it, over human; above 1 = "
                "posts come closer to saying the same", "embed"),
        lambda texts, drawn: float(_nearest(texts, drawn).mean()),
        1, smoothing=0.05, topics=True,
    ),
    Component(
        declare("nearest_neighbour_95_ratio", 1.0,
                "How near in meaning the most repeated twentieth of the posts comes to another "
                "post, over human; above 1 = near-copies", "embed"),
        lambda texts, drawn: float(np.percentile(_nearest(texts, drawn), 95)),
        1, smoothing=0.05, topics=True,
    ),
    Component(
        declare("opener_entropy_ratio", 1.0,
                "How many different ways of beginning a post (first three words) are in use, "
                "over human: e to the entropy; below 1 = stock openers"),
        lambda texts, drawn: float(np.exp(measures.entropy(texts.openers[drawn]))),
        -1, headline=True,
    ),
    Component(
        declare("closer_entropy_ratio", 1.0,
                "How many different ways of ending a post (last three words) are in use, over "
                "human: e to the entropy; below 1 = stock closers"),
        lambda texts, drawn: float(np.exp(measures.entropy(texts.closers[drawn]))),
        -1, headline=True,
    ),
    Component(
        declare("template_rate", 0.0,
                "Share of posts with one of the three commonest openers or closers, less the "
                "same share of human posts; .20 = 20 more posts in a hundred follow a template"),
        lambda texts, drawn: measures.template_rate(texts.openers[drawn], texts.closers[drawn]),
        1, excess=True,
    ),
)  # fmt: skip
RATIO = declare(
    "ratio", 1.0,
    "How alike the posts are beside the brand's own (geometric mean of stock phrases, word pairs, "
    "compression, manner, openers and closers); above 1 = more alike, alarm above 1.25",
)  # fmt: skip


def headline(levels: np.ndarray) -> np.ndarray:
    """Sameness, in logs, of the levels of all components (last axis in their order)."""
    signs = np.array([c.sameness if c.headline else 0 for c in COMPONENTS])
    used = signs != 0
    return (levels[..., used] * signs[used]).mean(axis=-1)


def sameness(texts: TextSet, drawn: np.ndarray) -> float:
    """`headline` of one subsample, computing nothing else."""
    return float(np.mean([c.sameness * c.level(texts, drawn) for c in COMPONENTS if c.headline]))
