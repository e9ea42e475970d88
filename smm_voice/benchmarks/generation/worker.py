"""A model and prompts in a process of its own, which writes whenever it is told to.

`python -m smm_voice.benchmarks.generation.worker settings.json`
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any


def main(settings: dict[str, Any]) -> None:
    """Read a line (writer, size, share of the prompts), write, tell, until there are no more."""
    import logging

    import torch
    from transformers.utils import logging as transformers_logging

    from smm_voice.benchmarks.generation.writers import write
    from smm_voice.benchmarks.training.engines import peak_memory
    from smm_voice.config import ModelConfig
    from smm_voice.models.adapters import load_for_generation
    from smm_voice.models.base import prepare
    from smm_voice.models.chat import prompt_ids

    logging.disable(logging.WARNING)
    transformers_logging.set_verbosity_error()
    torch.manual_seed(0)
    model, tokenizer = load_for_generation(
        prepare(ModelConfig(**settings["model"])),
        Path(settings["adapter"]) if settings["adapter"] else None,
        settings["precision"],
    )
    prompts = [prompt_ids(tokenizer, each) for each in settings["prompts"]]
    for line in sys.stdin:
        told = json.loads(line)
        if "differences" in told:
            gaps = [_gap(model, prompts[i], a, b) for i, a, b in told["differences"]]
            print(json.dumps({"gaps": gaps}), flush=True)  # noqa: T201  the protocol
            continue
        step = max(1, len(prompts) // told["briefs"])
        some = prompts[::step][: told["briefs"]]
        started = time.perf_counter()
        written = write(told["writer"], model, tokenizer, some, told["size"], told["tokens"])
        seconds = time.perf_counter() - started
        found = {"seconds": seconds, "written": written, "peak_bytes": peak_memory()}
        print(json.dumps(found), flush=True)  # noqa: T201  the protocol


def _gap(model: Any, prompt: list[int], first: list[int], second: list[int]) -> float:
    """How far apart the model alone holds the tokens in which two answers begin to differ."""
    import torch

    at = next((i for i, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), None)
    if at is None:  # one goes on where the other was cut: no tie
        return float("inf")
    with torch.inference_mode():
        logits = model(input_ids=torch.tensor([prompt + first[:at]])).logits[0, -1]
    return float(abs(logits[first[at]] - logits[second[at]]))


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
