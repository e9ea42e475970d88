"""One fine-tuning run: encode, train with early stopping, save and verify the adapter."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.config import LoraConfig, TrainingConfig
from smm_voice.errors import SmmVoiceError
from smm_voice.models import adapters
from smm_voice.models.adapters import AdapterOrigin
from smm_voice.models.base import BaseModel
from smm_voice.training import spread
from smm_voice.training.arguments import check_steps
from smm_voice.training.engine import Task, fit, fuse
from smm_voice.training.hooks import Hooks
from smm_voice.training.lesson import Lesson, Rows, encoded
from smm_voice.training.precision import Precision, choose
from smm_voice.training.start import inherited, start_folder

if TYPE_CHECKING:
    from peft import PeftModel
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

log = logging.getLogger(__name__)

_NO_HOOKS = Hooks()


@dataclass(frozen=True)
class Loaded:
    """A base model in memory.

    Attributes:
        model: the base model; training attaches the adapter to it.
        tokenizer: its tokenizer.
        base: where it lies, for the verification of the saved adapter.
    """

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    base: BaseModel


@dataclass(frozen=True)
class Trained:
    """The outcome of a run.

    Attributes:
        adapter: folder of the saved and verified adapter.
        precision: number format and the measurement behind it.
        loss_before: validation loss of the base model, nats a token.
        loss_after: validation loss of the best step.
        best_step: the optimiser step the adapter comes from.
        steps: optimiser steps done.
        examples: training examples used.
        too_long: examples left out because they exceed training.maximum_tokens.
        general: general examples mixed in.
        tokens_per_second: training tokens without padding, validation time included.
        seconds: wall-clock time.
    """

    adapter: Path
    precision: Precision
    loss_before: float
    loss_after: float
    best_step: int
    steps: int
    examples: int
    too_long: int
    general: int
    tokens_per_second: float
    seconds: float


def train(
    loaded: Loaded,
    lesson: Lesson,
    lora: LoraConfig,
    config: TrainingConfig,
    folder: Path,
    hooks: Hooks = _NO_HOOKS,
) -> Trained:
    """Fine-tune a LoRA adapter on brief → post; goes on from a whole checkpoint in `folder`.

    Args:
        loaded: the base model.
        lesson: what is taught.
        lora: the adapter's shape.
        config: optimiser, schedule, batches.
        folder: run folder; `checkpoints/` and `adapter/` appear in it.
        hooks: who looks on.

    Raises:
        InputError: no example fits in `maximum_tokens`, the rank exceeds a matrix, the number
            format is none of this machine's, or `start_from` is no start for this training.
        SmmVoiceError: memory does not suffice, the training is lost (see `watchdog`), or the saved
            adapter is not the trained one.
    """
    origin = inherited(lesson.origin, start_folder(config), loaded.base)
    rows = encoded(lesson, loaded.tokenizer, config)
    check_steps(config, len(rows.training))
    precision = choose(config.precision)
    log.info("Training in %s on %d examples", precision.name, len(rows.training))
    started = time.perf_counter()
    task = Task(
        loaded.base, lora, config, rows, precision.name, int(loaded.tokenizer.pad_token_id), folder
    )
    with spread.joined(config.distributed, folder):
        spread.told(task)
        watchers = tuple(_watchers(lesson, origin, config, folder, hooks))
        trainer, model = fit(loaded.model, task, watchers)
    seconds = time.perf_counter() - started
    _check_learned(model, trainer.state, config)
    adapters.save(model, folder / "adapter", origin)
    adapters.verify(
        model, folder / "adapter", loaded.base, rows.training[0].input_ids,
        lambda reloaded: fuse(reloaded, task.kernels, precision.name),
    )  # fmt: skip
    return _outcome(trainer.state, rows, precision, folder / "adapter", seconds)


def _watchers(
    lesson: Lesson, origin: AdapterOrigin, config: TrainingConfig, folder: Path, hooks: Hooks
) -> Iterator[Any]:
    from smm_voice.training.samples import Samples
    from smm_voice.training.trainer import LogCallback, OriginBeside

    yield OriginBeside(origin)
    yield LogCallback(hooks.on_log)
    if hooks.write and config.samples:
        shown = lesson.validation[-config.samples :]
        yield Samples(hooks.write, shown, folder, hooks.on_samples)


def _check_learned(model: PeftModel, state: Any, config: TrainingConfig) -> None:
    """Say why, where the best step is one that has learned nothing."""
    layers = [w for name, w in adapters.lora_weights(model).items() if "lora_B" in name]
    if any(bool(weight.any()) for weight in layers):
        return
    remedy = "raise training.learning_rate"
    if config.warmup_share:
        remedy = (
            f"the first step of a warm-up (training.warmup_share={config.warmup_share:g}) has a "
            "learning rate of 0, so what came after it made the model no better: lower "
            "training.learning_rate or training.evaluations_per_epoch, or set "
            "training.warmup_share=0"
        )
    raise SmmVoiceError(
        f"the best of {state.global_step} steps left the adapter as it began: {remedy}"
    )


def _outcome(
    state: Any, rows: Rows, precision: Precision, adapter: Path, seconds: float
) -> Trained:
    losses = {int(e["step"]): float(e["eval_loss"]) for e in state.log_history if "eval_loss" in e}
    # Step 0 is the base model: known for comparison, and no adapter to choose.
    best_step = min((step for step in losses if step), key=lambda step: losses[step])
    tokens = sum(len(row.input_ids) for row in rows.training) * (state.epoch or 0)
    return Trained(
        adapter=adapter,
        precision=precision,
        loss_before=losses.get(0, math.nan),
        loss_after=losses[best_step],
        best_step=best_step,
        steps=state.global_step,
        examples=len(rows.training) - rows.general,
        too_long=rows.too_long,
        general=rows.general,
        tokens_per_second=tokens / seconds,
        seconds=seconds,
    )
