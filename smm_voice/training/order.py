"""In which order a training goes through its examples, whatever the number of processes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from smm_voice.training.collator import IGNORED


class Order(torch.utils.data.Sampler[int]):
    """Rows of like length together, drawn anew in each epoch.

    A function of seed and epoch alone. Drawn from torch's own stream, it would hang on what else
    is drawn there: on dropout, on each evaluation, and on whether the run was ever stopped.

    With several processes it is filled up by the index behind the last row (see `Filled`), so that
    each has equally many whole batches and no row is learned from twice.

    Args:
        rows: with a column `length`.
        args: transformers' TrainingArguments.
        epoch: tells which epoch is to begin, counted from 0.
    """

    def __init__(self, rows: Any, args: Any, epoch: Callable[[], int]) -> None:
        self._lengths = list(rows["length"])
        together = args.train_batch_size * args.world_size
        self._step = together * args.gradient_accumulation_steps
        self._whole = together if args.world_size > 1 else 1
        self._seed, self._epoch = int(args.seed), epoch

    def __len__(self) -> int:
        return -(-len(self._lengths) // self._whole) * self._whole

    def __iter__(self) -> Iterator[int]:
        from transformers.trainer_pt_utils import get_length_grouped_indices

        own = np.random.SeedSequence([self._seed, self._epoch()]).generate_state(1)
        drawn = torch.Generator().manual_seed(int(own[0]))
        yield from get_length_grouped_indices(self._lengths, self._step, generator=drawn)
        yield from [len(self._lengths)] * (len(self) - len(self._lengths))


class Filled(torch.utils.data.Dataset[dict[str, Any]]):
    """Rows, and behind them one that nothing is learned from."""

    def __init__(self, rows: Any) -> None:
        self.rows = rows
        shortest = min(rows, key=lambda row: len(row["input_ids"]))
        self._filler = {**shortest, "labels": [IGNORED] * len(shortest["labels"])}

    def __len__(self) -> int:
        return len(self.rows) + 1

    def __getitem__(self, index: int) -> dict[str, Any]:
        return self._filler if index == len(self.rows) else self.rows[index]
