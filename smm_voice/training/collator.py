"""From examples to batches whose labels stand on the answer alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smm_voice.models.chat import answer_ids, prompt_ids, tokens_in

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase

# Matrix kernels are compiled for each new shape: few widths cost less than a few pads.
_WIDTH_STEP = 8

# Positions that take no part in the loss, as in PyTorch's cross_entropy.
IGNORED = -100


@dataclass(frozen=True)
class Encoded:
    """One example as token ids.

    Attributes:
        input_ids: prompt, answer, end token.
        labels: as long as `input_ids`; `IGNORED` over the prompt, the ids over the answer.
        weight: how much its loss counts.
    """

    input_ids: list[int]
    labels: list[int]
    weight: float = 1.0


def encode(
    tokenizer: PreTrainedTokenizerBase,
    messages: Sequence[dict[str, str]],
    answer: str,
    weight: float = 1.0,
    unlearned: Sequence[tuple[int, int]] = (),
) -> Encoded:
    """Token ids and labels of one example.

    Args:
        tokenizer: the base model's.
        messages: what is answered.
        answer: the text to learn.
        weight: how much its loss counts.
        unlearned: stretches of `answer` (start and end in characters) whose tokens get no label.
    """
    prompt = prompt_ids(tokenizer, messages)
    target = answer_ids(tokenizer, answer)
    labels = list(target)
    for at in tokens_in(tokenizer, answer, unlearned) if unlearned else ():
        labels[at] = IGNORED
    return Encoded(prompt + target, [IGNORED] * len(prompt) + labels, weight)


@dataclass(frozen=True)
class CompletionCollator:
    """Pads on the right to the longest example of the batch, rounded up to a multiple of 8.

    The labels come from where the answer stands, never from which id a token has: the pad id of
    many models is their end token, and masking by id would unteach them to stop.
    """

    pad_token_id: int

    def __call__(self, rows: Sequence[dict[str, Any]]) -> dict[str, torch.Tensor]:
        """Stack rows to tensors of shape (batch, width): input_ids, attention_mask, labels.

        `weights` of shape (batch,) are there where not all are 1.
        """
        import torch

        longest = max(len(row["input_ids"]) for row in rows)
        width = -(-longest // _WIDTH_STEP) * _WIDTH_STEP

        def padded(key: str, filler: int) -> torch.Tensor:
            return torch.tensor([row[key] + [filler] * (width - len(row[key])) for row in rows])

        mask = [[1] * len(row["input_ids"]) + [0] * (width - len(row["input_ids"])) for row in rows]
        batch = {
            "input_ids": padded("input_ids", self.pad_token_id),
            "attention_mask": torch.tensor(mask),
            "labels": padded("labels", IGNORED),
        }
        weights = [row.get("weight", 1.0) for row in rows]
        if any(weight != 1 for weight in weights):
            batch["weights"] = torch.tensor(weights)
        return batch
