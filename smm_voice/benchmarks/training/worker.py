"""One engine in a process of its own, which trains a few steps whenever it is told to.

So engines take turns within minutes, on a machine whose speed moves within minutes, and each has
its own peak of memory. `python -m smm_voice.benchmarks.training.worker settings.json`
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any


def main(settings: dict[str, Any]) -> None:
    """Read a line, work a block, write a line, until there are no more lines."""
    if settings["engine"] == "peak":
        _measure_peak()
    else:
        _train(settings)


def _told() -> bool:
    return bool(sys.stdin.readline())


def _tell(found: dict[str, Any]) -> None:
    print(json.dumps(found), flush=True)  # noqa: T201  the protocol


def _measure_peak(size: int = 2048, seconds: float = 1.5) -> None:
    """Operations a second of a large product in bf16 and fp32: what the machine can do now."""
    import torch

    while _told():
        found = {}
        for name, dtype in (("bf16", torch.bfloat16), ("fp32", torch.float32)):
            left, right = (torch.ones(size, size, dtype=dtype) for _ in range(2))
            best, begin = float("inf"), time.perf_counter()
            while time.perf_counter() - begin < seconds:
                started = time.perf_counter()
                left @ right
                best = min(best, time.perf_counter() - started)
            found[name] = 2 * size**3 / best
        _tell(found)


def _train(settings: dict[str, Any]) -> None:
    import logging

    from transformers import TrainerCallback
    from transformers.utils import logging as transformers_logging

    from smm_voice.benchmarks.training.engines import OWN, peak_memory, trainer_of
    from smm_voice.benchmarks.training.work import Shape
    from smm_voice.config import LoraConfig, ModelConfig
    from smm_voice.dataset.build import load as load_dataset
    from smm_voice.dataset.prompts import prompt
    from smm_voice.models import adapters
    from smm_voice.models.base import load, prepare
    from smm_voice.training.collator import encode
    from smm_voice.training.fused.layout import layout_of

    logging.disable(logging.WARNING)
    transformers_logging.set_verbosity_error()
    model, tokenizer = load(prepare(ModelConfig(**settings["model"])))
    examples = load_dataset(Path(settings["dataset"])).splits["train"][-settings["posts"] :]
    rows = [
        encode(tokenizer, prompt("Acme", e.post.language or "", e.brief), e.text) for e in examples
    ]
    rows = [row for row in rows if len(row.input_ids) <= settings["maximum_tokens"]]
    adapted = adapters.attach(model, LoraConfig(**settings["lora"]), 42)
    shape = Shape.of(adapted)
    block: dict[str, Any] = {}
    own = settings["engine"] == OWN

    def begin() -> None:
        block.update(tokens=0, operations=0.0, losses=[], started=time.perf_counter())

    def seen(batch: dict[str, Any]) -> None:
        labels = int((batch["labels"][:, 1:] >= 0).sum())
        tokens = int(batch["attention_mask"].sum())
        computed = tokens
        if own:
            computed = layout_of(batch["input_ids"], batch["attention_mask"]).tokens
        block["tokens"] += tokens
        block["operations"] += shape.operations(computed, labels)

    class Turns(TrainerCallback):
        def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            _told()
            begin()

        def on_log(
            self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any
        ) -> None:
            if "loss" in (logs or {}):
                block["losses"].append(float(logs["loss"]))
            if state.global_step % settings["steps"] == 0 and "loss" in (logs or {}):
                seconds = time.perf_counter() - block.pop("started")
                _tell(block | {"seconds": seconds, "peak_bytes": peak_memory()})
                if state.global_step < state.max_steps:
                    _told()
                    begin()

    steps = settings["steps"] * settings["blocks"]
    trainer = trainer_of(
        settings["engine"], adapted, tokenizer, rows, settings["batch_size"], steps,
        Path(settings["folder"]), Turns(), seen,
    )  # fmt: skip
    trainer.train()


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
