"""What one adapter learns from: examples as rows of token ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smm_voice.config import TrainingConfig
from smm_voice.dataset.example import Example
from smm_voice.dataset.prompts import prompt
from smm_voice.errors import InputError
from smm_voice.models.adapters import AdapterOrigin
from smm_voice.training.collator import Encoded, encode
from smm_voice.training.masking import unsupported
from smm_voice.training.mixing import General, mixed

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

# Enough posts for a stable validation loss; more would only slow the run.
MOST_VALIDATION = 64


@dataclass(frozen=True)
class Lesson:
    """What is taught, and to whose adapter.

    Attributes:
        examples: training examples, oldest first; the newest `maximum_examples` are used.
        validation: newer than all of `examples`; the loss on them decides when to stop.
        brand_title: the brand's name in the prompt.
        origin: saved beside the adapter.
        general: rows of `mixing` against forgetting.
    """

    examples: Sequence[Example]
    validation: Sequence[Example]
    brand_title: str
    origin: AdapterOrigin
    general: Sequence[General] = ()


@dataclass(frozen=True)
class Rows:
    """A lesson as a model reads it.

    Attributes:
        training: in the order of the examples, general ones behind them.
        validation: sorted by length: batches without much padding.
        too_long: training examples left out because they exceed training.maximum_tokens.
        general: how many of `training` are general examples.
    """

    training: list[Encoded]
    validation: list[Encoded]
    too_long: int
    general: int = 0


def encoded(lesson: Lesson, tokenizer: PreTrainedTokenizerBase, config: TrainingConfig) -> Rows:
    """The lesson as token ids.

    Raises:
        InputError: no example fits in `maximum_tokens`.
    """

    def rows_of(some: Sequence[Example]) -> list[Encoded]:
        return [_row(tokenizer, lesson.brand_title, e, config.mask_entities) for e in some]

    def fitting(rows: Sequence[Encoded]) -> list[Encoded]:
        return [row for row in rows if len(row.input_ids) <= config.maximum_tokens]

    every = rows_of(lesson.examples[-config.maximum_examples :])
    training = fitting(every)
    validation = fitting(rows_of(lesson.validation[-MOST_VALIDATION:]))
    if not training or not validation:
        raise InputError(
            f"no example of brand {lesson.origin.brand} fits in training.maximum_tokens="
            f"{config.maximum_tokens}; raise it"
        )
    validation.sort(key=lambda row: len(row.input_ids))
    own, too_long = len(training), len(every) - len(training)
    if config.mixing.share:
        training = mixed(
            training, lesson.general, tokenizer, config.mixing.share, config.maximum_tokens,
            config.seed,
        )  # fmt: skip
    return Rows(training, validation, too_long, len(training) - own)


def columns(rows: Sequence[Encoded]) -> list[dict[str, Any]]:
    """The rows as a `datasets.Dataset` takes them."""
    return [
        {
            "input_ids": row.input_ids,
            "labels": row.labels,
            "length": len(row.input_ids),
            "weight": row.weight,
        }
        for row in rows
    ]


def _row(
    tokenizer: PreTrainedTokenizerBase, brand_title: str, example: Example, mask: bool
) -> Encoded:
    messages = prompt(brand_title, example.post.language or "", example.brief)
    unlearned = unsupported(example, brand_title) if mask else []
    return encode(tokenizer, messages, example.text, example.weight, unlearned)
