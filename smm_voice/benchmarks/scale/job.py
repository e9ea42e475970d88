"""One measured training, in a process of its own: `python -m smm_voice.benchmarks.scale.job JSON`.

The weights are random and the posts random tokens, as long as posts of the sample brand are: what a
step costs depends on neither, and no model has to be at hand.
"""

from __future__ import annotations

import dataclasses
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from smm_voice.config import LoraConfig, TrainingConfig
from smm_voice.validation import build

VOCABULARY = 49_152
# hidden size, feed-forward size, layers, heads, heads that hold keys: SmolLM2's and Llama 3.2's.
SHAPES = {
    "135m": (576, 1536, 30, 9, 3),
    "360m": (960, 2560, 32, 15, 5),
    "1b": (2048, 8192, 16, 32, 8),
}
_HELD_OUT = 8
_PROMPT_TOKENS = (55, 85)
_POST_TOKENS = (20, 75)


@dataclasses.dataclass(frozen=True)
class Asked:
    """What is measured: a model's shape and a number of posts, one epoch of them."""

    shape: str
    posts: int
    training: TrainingConfig
    lora: LoraConfig


def measured(asked: Asked) -> dict[str, float]:
    """Train; seconds of the steps alone, how many, and tokens a second."""
    from smm_voice.models.base import BaseModel
    from smm_voice.training.engine import Task, fit
    from smm_voice.training.lesson import Rows
    from smm_voice.training.precision import choose
    from smm_voice.training.trainer import LogCallback

    rows = _rows(asked.posts + _HELD_OUT)
    config = dataclasses.replace(
        asked.training, epochs=1.0, evaluations_per_epoch=1, maximum_examples=asked.posts
    )
    moments: list[float] = []

    def on_log(numbers: dict[str, float], step: int) -> None:
        moments.append(time.perf_counter())

    with tempfile.TemporaryDirectory() as folder:
        task = Task(
            BaseModel(asked.shape, Path(folder), ""), asked.lora, config,
            Rows(rows[_HELD_OUT:], rows[:_HELD_OUT], 0), choose(config.precision).name, 0,
            Path(folder),
        )  # fmt: skip
        trainer, _ = fit(_model(asked.shape), task, [LogCallback(on_log)])
    # From the first validation, before any step, to the last log.
    seconds = moments[-1] - moments[0]
    tokens = sum(len(row.input_ids) for row in rows[_HELD_OUT:])
    steps = trainer.state.global_step
    return {"seconds": seconds, "steps": steps, "tokens_per_second": tokens / seconds}


def _model(shape: str) -> Any:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    hidden, forward, layers, heads, groups = SHAPES[shape]
    torch.manual_seed(0)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=VOCABULARY, hidden_size=hidden, intermediate_size=forward,
            num_hidden_layers=layers, num_attention_heads=heads, num_key_value_heads=groups,
            max_position_embeddings=2048, tie_word_embeddings=True,
        )
    )  # fmt: skip


def _rows(count: int) -> list[Any]:
    from smm_voice.training.collator import IGNORED, Encoded

    chance = random.Random(0)  # noqa: S311
    rows = []
    for _ in range(count):
        prompt, post = chance.randint(*_PROMPT_TOKENS), chance.randint(*_POST_TOKENS)
        ids = [chance.randrange(VOCABULARY) for _ in range(prompt + post)]
        rows.append(Encoded(ids, [IGNORED] * prompt + ids[prompt:]))
    return rows


def main() -> None:
    """Of the command line."""
    values = json.loads(sys.argv[1])
    errors: list[str] = []
    training = build(TrainingConfig, values["training"], "training", errors)
    lora = build(LoraConfig, values["lora"], "lora", errors)
    if errors:
        raise SystemExit("\n".join(errors))
    found = measured(Asked(values["shape"], values["posts"], training, lora))
    sys.stdout.write(f"\n{json.dumps(found)}\n")


if __name__ == "__main__":
    main()
