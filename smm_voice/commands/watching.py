"""What a training tells meanwhile: numbers to MLflow, sample posts to MLflow and the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from smm_voice.commands.console import say
from smm_voice.config import TrainConfig
from smm_voice.dataset.prompts import prompt

if TYPE_CHECKING:
    from smm_voice.dataset.example import Example
    from smm_voice.tracking.run import Run
    from smm_voice.training.hooks import Hooks
    from smm_voice.training.samples import Sample

# Of a sample post, in the terminal.
_SHOWN = 160


def watching(run: Run, config: TrainConfig, tokenizer: Any) -> Hooks:
    """Hooks that log a training into its run; samples are drawn as `generation` says."""
    from smm_voice.training.hooks import Hooks
    from smm_voice.training.samples import as_markdown

    def write(model: Any, examples: Sequence[Example]) -> list[str]:
        from smm_voice.generation.generate import Request, generate

        requests = [
            Request(e.id, prompt(config.brand.title, e.post.language or "", e.brief))
            for e in examples
        ]
        answers = generate(model, tokenizer, requests, config.generation, "Sample posts")
        return [answer.text for answer in answers]

    def show(samples: list[Sample]) -> None:
        run.text(as_markdown(samples), "train/samples.md")
        for sample in samples:
            if sample.step == samples[-1].step:
                text = " ".join(sample.text.split())
                cut = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
                say(f"  after {sample.step} steps: {cut or '(nothing)'}")

    return Hooks(run.metrics, write, show)
