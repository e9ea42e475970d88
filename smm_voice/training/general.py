"""What a model knows besides the brand: a small probe, asked before and after training."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.errors import InputError
from smm_voice.models.chat import prompt_ids
from smm_voice.models.likelihood import bits_per_byte, token_losses
from smm_voice.text.languages import primary

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True)
class Ability:
    """How a model did on the probe.

    Attributes:
        accuracy: share of the items whose right option is the likeliest.
        margin: mean over the items: nats a byte by which the right option is likelier than the
            best wrong one; negative where that is likelier.
        bits_per_byte: mean over the plain paragraphs.
        items: items asked.
    """

    accuracy: float
    margin: float
    bits_per_byte: float
    items: int

    def figures(self, when: str) -> dict[str, float]:
        """By metric name; `when` is before or after."""
        return {
            f"train/general_accuracy_{when}": self.accuracy,
            f"train/general_margin_{when}": self.margin,
            f"train/general_bits_per_byte_{when}": self.bits_per_byte,
        }


@dataclass(frozen=True)
class Probe:
    """The items of one or several languages; see `data/general/README.md`."""

    items: list[dict[str, Any]]
    paragraphs: list[str]

    @classmethod
    def read(cls, path: Path, languages: Sequence[str]) -> Probe | None:
        """Those in a model's languages; None where there are none.

        Raises:
            InputError: the file is missing or damaged.
        """
        known = {primary(code) for code in languages}
        try:
            rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
            wanted = [row for row in rows if row["language"] in known]
            items = [row for row in wanted if "options" in row]
            paragraphs = [row["paragraph"] for row in wanted if "paragraph" in row]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise InputError(
                f"the probe of general ability {path} cannot be read: {error}"
            ) from error
        return cls(items, paragraphs) if items and paragraphs else None

    def ask(self, model: Any, tokenizer: PreTrainedTokenizerBase) -> Ability:
        """Compare how likely the options are: nothing is written, so nothing is drawn.

        The first option is the right one; a model does not see the others.
        """
        was_training = model.training
        model.eval()
        prompts = [_prompt(tokenizer, item) for item in self.items]
        sequences, first, sizes = [], [], []
        for item, before in zip(self.items, prompts, strict=True):
            for option in item["options"]:
                answer = f" {option}" if "text" in item else option
                ids = tokenizer(answer, add_special_tokens=False)["input_ids"]
                sequences.append([*before, *ids])
                first.append(len(before))
                sizes.append(len(answer.encode("utf-8")))
        losses = token_losses(model, sequences, first)
        nats = [float(each.nats.sum()) / size for each, size in zip(losses, sizes, strict=True)]
        margins, at = [], 0
        for item in self.items:
            right, *wrong = nats[at : at + len(item["options"])]
            margins.append(min(wrong) - right)
            at += len(item["options"])
        bits = [b for b in bits_per_byte(model, tokenizer, self.paragraphs) if b is not None]
        model.train(was_training)
        return Ability(
            accuracy=sum(margin > 0 for margin in margins) / len(margins),
            margin=sum(margins) / len(margins),
            bits_per_byte=sum(bits) / len(bits),
            items=len(margins),
        )


def forgotten(before: Ability, after: Ability, tolerance: float) -> str | None:
    """What was lost in training, in words; None where it is within the tolerance.

    Args:
        before: of the base model.
        after: of the tuned one.
        tolerance: the largest fall of the accuracy, and the largest rise of the bits per byte as a
            share of what they were.
    """
    worse = []
    if before.accuracy - after.accuracy > tolerance:
        worse.append(f"right answers fell from {before.accuracy:.0%} to {after.accuracy:.0%}")
    if after.bits_per_byte > before.bits_per_byte * (1 + tolerance):
        worse.append(
            f"plain text costs {after.bits_per_byte:.2f} bits a byte, {before.bits_per_byte:.2f} "
            "before"
        )
    if not worse:
        return None
    return (
        f"Forgetting: {' and '.join(worse)}. Train for less (training.epochs, "
        "training.learning_rate), or mix general examples in (training.mixing.replay=true "
        "training.mixing.share=0.2)"
    )


def _prompt(tokenizer: PreTrainedTokenizerBase, item: dict[str, Any]) -> list[int]:
    if "question" in item:
        return prompt_ids(tokenizer, [{"role": "user", "content": item["question"]}])
    start = tokenizer.bos_token_id
    begin = int(start if start is not None else tokenizer.eos_token_id)
    return [begin, *tokenizer(item["text"], add_special_tokens=False)["input_ids"]]
