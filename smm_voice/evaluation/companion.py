"""The voice in a model's own terms: how much better an adapter predicts a brand's posts.

The companion of the voice index where adapters exist. Each post is predicted given its brief, in
the prompt and over the tokens that training uses (the end token included), in bits per byte of
the post.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from smm_voice.config import EvaluationConfig
from smm_voice.dataset import briefs
from smm_voice.dataset.example import Example
from smm_voice.dataset.prompts import prompt
from smm_voice.metrics.base import Metric, Score
from smm_voice.models import adapters as adapter_files
from smm_voice.models.base import BaseModel
from smm_voice.models.likelihood import TokenLosses, token_losses
from smm_voice.models.memory import release
from smm_voice.posts.post import Post
from smm_voice.statistics import Interval, bootstrap_mean
from smm_voice.text import tokens
from smm_voice.training.collator import encode

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_VERSION = "1"
_INTERVAL = "bootstrap over briefs"
METRICS = (
    Metric("voice/cross_entropy_gain", "post", "higher", ("human", "adapter"), _VERSION, _INTERVAL,
           "Bits per byte that the adapter saves on the brand's held-out posts, against the base"),
    Metric("voice/cross_entropy_gain_others", "post", "lower", ("floor", "adapter"), _VERSION,
           _INTERVAL, "The same on other brands' posts: what the adapter learned of any post"),
    Metric("voice/cross_entropy_gain_excess", "corpus", "higher", ("human", "floor", "adapter"),
           _VERSION, "bootstrap of both sets", "The first minus the second: the brand's alone"),
)  # fmt: skip

# A longer prompt with its post is read up to here.
_MOST_TOKENS = 1024


@dataclass(frozen=True)
class Written:
    """A post and the brief it answers."""

    brief: str
    text: str
    language: str


@dataclass(frozen=True)
class PostLosses:
    """What a model makes of one post, given its brief.

    Attributes:
        tokens: of the post's tokens, the end token last unless the post was cut.
        size: UTF-8 bytes of the post, as far as it was read.
    """

    tokens: TokenLosses
    size: int

    @property
    def bits_per_byte(self) -> float | None:
        """None for a post without a byte."""
        return float(self.tokens.nats.sum()) / math.log(2) / self.size if self.size else None


@dataclass(frozen=True)
class Confusion:
    """Brands' posts under brands' adapters.

    Attributes:
        posts: brands of the rows.
        adapters: brands of the columns.
        gain: bits per byte saved against the base, mean over a brand's posts; shape (posts,
            adapters).
        own_best: share of brands whose posts their own adapter predicts best of all.
        attributed: share of posts that their own brand's adapter predicts best of all; chance
            is one over the number of adapters.
    """

    posts: tuple[str, ...]
    adapters: tuple[str, ...]
    gain: np.ndarray
    own_best: Score
    attributed: Score


def written(examples: Sequence[Example]) -> list[Written]:
    """Of the brand's own examples."""
    return [Written(e.brief, e.text, e.post.language or "") for e in examples]


def written_by_others(
    texts: Sequence[str], language: str, platform: str, maximum_overlap: float = 0.25
) -> list[Written]:
    """Of posts that no dataset holds, such as the reference brands': their briefs are derived.

    Args:
        texts: cleaned posts.
        language: of all of them.
        platform: named in the briefs; take the brand's own, or the platform makes the difference.
        maximum_overlap: as `dataset.maximum_overlap`.
    """
    found = []
    for number, text in enumerate(texts):
        # The date resolves relative dates alone, and no date is rendered.
        post = Post(str(number), text, platform, datetime.now(UTC), "reference", language=language)
        target = tokens.with_link_placeholders(text)
        _, rendered, _ = briefs.bounded(briefs.derive(post), target, maximum_overlap)
        found.append(Written(rendered, target, language))
    return found


def post_losses(
    model: Any, tokenizer: PreTrainedTokenizerBase, title: str, posts: Sequence[Written]
) -> list[PostLosses]:
    """Losses of each post given its brief.

    Args:
        model: base or tuned, with the adapter attached or folded in.
        tokenizer: its tokenizer.
        title: the brand's name in the prompt.
        posts: with their briefs.
    """
    ids, first, sizes = [], [], []
    for post in posts:
        # Tokenizers take no lone surrogates.
        brief, text = (
            each.encode("utf-8", "replace").decode("utf-8") for each in (post.brief, post.text)
        )
        encoded = encode(tokenizer, prompt(title, post.language, brief), text)
        start = next(i for i, label in enumerate(encoded.labels) if label >= 0)
        ids.append(encoded.input_ids[:_MOST_TOKENS])
        first.append(start)
        read = text
        if len(encoded.input_ids) > _MOST_TOKENS:
            read = tokenizer.decode(ids[-1][start:])
        sizes.append(len(read.encode("utf-8")))
    found = token_losses(model, ids, first)
    return [PostLosses(losses, size) for losses, size in zip(found, sizes, strict=True)]


def saved(base: Sequence[PostLosses], tuned: Sequence[PostLosses]) -> list[float | None]:
    """Bits per byte that the tuned model saves on each post; None for an empty one.

    Raises:
        ValueError: the two are not of the same posts.
    """
    values: list[float | None] = []
    for before, after in zip(base, tuned, strict=True):
        if len(before.tokens.nats) != len(after.tokens.nats):
            raise ValueError("base and tuned model must have read the same posts")
        a, b = before.bits_per_byte, after.bits_per_byte
        values.append(None if a is None or b is None else a - b)
    return values


def cross_entropy_gain(
    own: Sequence[float | None], others: Sequence[float | None], config: EvaluationConfig
) -> dict[str, Score]:
    """The scores of `METRICS`.

    Args:
        own: what is saved on the brand's held-out posts, see `saved`.
        others: what is saved on other brands' posts.
        config: draws and confidence.
    """
    scores = {
        "voice/cross_entropy_gain": mean_score(own, config, "no held-out post of the brand"),
        "voice/cross_entropy_gain_others": mean_score(others, config, "no post of other brands"),
    }
    scores["voice/cross_entropy_gain_excess"] = difference_score(
        own, others, lambda a, b: float(a.mean() - b.mean()), config
    )
    return scores


def confusion(
    base: BaseModel,
    folders: Mapping[str, Path],
    posts: Mapping[str, Sequence[Written]],
    titles: Mapping[str, str],
    config: EvaluationConfig,
    precision: str = "fp32",
) -> Confusion:
    """Every brand's held-out posts under every adapter on one base; one model in memory at a time.

    A post is put to each adapter under the title that this adapter was trained with, so that none
    is taken out of its voice by a name it does not know; to the base under its own brand's.

    Args:
        base: the base model of all adapters.
        folders: brand → folder of its adapter.
        posts: brand → its held-out posts.
        titles: brand → its name in the prompt.
        config: draws and confidence.
        precision: fp32 or bf16.

    Raises:
        InputError: an adapter was trained on another base.
    """
    rows, columns = tuple(posts), tuple(folders)
    values = {brand: np.full((len(posts[brand]), len(columns)), np.nan) for brand in rows}
    model, tokenizer = adapter_files.load_for_generation(base, None, precision)
    plain = {brand: post_losses(model, tokenizer, titles[brand], posts[brand]) for brand in rows}
    for column, brand in enumerate(columns):
        del model
        release()
        model, tokenizer = adapter_files.load_for_generation(base, folders[brand], precision)
        for row in rows:
            tuned = post_losses(model, tokenizer, titles[brand], posts[row])
            values[row][:, column] = [np.nan if v is None else v for v in saved(plain[row], tuned)]
    del model
    release()
    kept = {brand: found[~np.isnan(found).any(axis=1)] for brand, found in values.items()}
    gain = np.array(
        [v.mean(axis=0) if len(v) else np.full(len(columns), np.nan) for v in kept.values()]
    ).reshape(len(rows), len(columns))
    judged = [b for b in rows if b in columns and len(kept[b])]
    if len(columns) < 2 or not judged:
        absent = Score(None, warnings=("fewer than two adapters, or no posts of their brands",))
        return Confusion(rows, columns, gain, absent, absent)
    best = [float(gain[rows.index(b)].argmax() == columns.index(b)) for b in judged]
    right = [float(v.argmax() == columns.index(b)) for b in judged for v in kept[b]]
    return Confusion(
        rows, columns, gain,
        Score(float(np.mean(best)), n=len(best), per_item=tuple(best)),
        # Per-post values are of no use without their posts.
        dataclasses.replace(mean_score(right, config, ""), per_item=()),
    )  # fmt: skip


def mean_score(values: Sequence[float | None], config: EvaluationConfig, absent: str) -> Score:
    """Mean with a bootstrap interval; `absent` says why there is none."""
    present = [value for value in values if value is not None]
    if not present:
        return Score(None, warnings=(absent,))
    found = bootstrap_mean(present, config.confidence, config.resamples, config.seed)
    return Score(float(np.mean(present)), found.low, found.high, len(present), tuple(values))


def difference_score(
    first: Sequence[float | None],
    second: Sequence[float | None],
    statistic: Callable[[np.ndarray, np.ndarray], float],
    config: EvaluationConfig,
) -> Score:
    """A statistic of two independent sets, both drawn anew for a percentile interval."""
    a, b = (np.array([v for v in values if v is not None]) for values in (first, second))
    if not len(a) or not len(b):
        return Score(None, warnings=("no posts on one of the two sides",))
    interval = Interval(None, None, "none")
    if len(a) > 1 and len(b) > 1:
        rng = np.random.default_rng(config.seed)
        drawn = [
            statistic(rng.choice(a, len(a)), rng.choice(b, len(b))) for _ in range(config.resamples)
        ]
        tail = 100 * (1 - config.confidence) / 2
        low, high = np.percentile(drawn, [tail, 100 - tail])
        interval = Interval(float(low), float(high), "percentile")
    return Score(statistic(a, b), interval.low, interval.high, len(a) + len(b))
