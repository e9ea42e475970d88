"""Posts written while a model learns: numbers fall, and one wants to read what it writes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from smm_voice.dataset.example import Example
from smm_voice.training.checkpoints import FOLDER

# From a model and examples to a post for each brief.
Write = Callable[[Any, Sequence[Example]], list[str]]

_FILE = "samples.jsonl"


@dataclass(frozen=True)
class Sample:
    """One post of one evaluation.

    Attributes:
        step: optimiser steps done; 0 is the base model.
        brief: of a validation example.
        text: what the model answered.
    """

    step: int
    brief: str
    text: str


class Samples(TrainerCallback):
    """Lets the model answer a few validation briefs at each evaluation.

    What is written lies beside the checkpoints, so that a resumed run goes on with it.

    Args:
        write: generation, which training does not know about.
        examples: whose briefs are answered.
        folder: of the run.
        on_samples: given all samples up to now, oldest first, whenever there are new ones.
    """

    def __init__(
        self,
        write: Write,
        examples: Sequence[Example],
        folder: Path,
        on_samples: Callable[[list[Sample]], None],
    ) -> None:
        self._write, self._examples, self._on_samples = write, examples, on_samples
        self._file = folder / FOLDER / _FILE
        self._samples: list[Sample] = []

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Take up what was written before the checkpoint."""
        if state.global_step and self._file.exists():
            lines = self._file.read_text(encoding="utf-8").splitlines()
            written = [Sample(**json.loads(line)) for line in lines]
            self._samples = [each for each in written if each.step <= state.global_step]

    def on_evaluate(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Write; the stream of random numbers stays where it was."""
        import torch

        model = kwargs["model"]
        was_training = model.training
        with torch.random.fork_rng():
            texts = self._write(model.eval(), self._examples)
        model.train(was_training)
        self._samples += [
            Sample(state.global_step, example.brief, text)
            for example, text in zip(self._examples, texts, strict=True)
        ]
        self._file.parent.mkdir(parents=True, exist_ok=True)
        lines = [json.dumps(asdict(each), ensure_ascii=False) for each in self._samples]
        self._file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self._on_samples(self._samples)


def as_markdown(samples: Sequence[Sample]) -> str:
    """Brief by brief, how the answer changed from step to step."""
    parts = ["# Posts written during training"]
    for brief in dict.fromkeys(each.brief for each in samples):
        parts.append("## " + " · ".join(brief.splitlines()))
        for each in samples:
            if each.brief == brief:
                quoted = "\n> ".join(each.text.splitlines() or ["(nothing)"])
                parts.append(f"After {each.step} steps:\n\n> {quoted}")
    return "\n\n".join(parts) + "\n"
