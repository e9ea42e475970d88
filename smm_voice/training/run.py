"""One fine-tuning run: encode, train with early stopping, save and verify the adapter."""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.config import LoraConfig, TrainingConfig
from smm_voice.errors import InputError
from smm_voice.models import adapters
from smm_voice.models.base import BaseModel
from smm_voice.training.arguments import arguments
from smm_voice.training.checkpoints import FOLDER, newest_checkpoint
from smm_voice.training.collator import CompletionCollator
from smm_voice.training.lesson import Lesson, Rows, columns, encoded
from smm_voice.training.precision import Precision, choose

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from smm_voice.training.trainer import OnLog

log = logging.getLogger(__name__)


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
    tokens_per_second: float
    seconds: float


def train(
    loaded: Loaded,
    lesson: Lesson,
    lora: LoraConfig,
    config: TrainingConfig,
    folder: Path,
    on_log: OnLog,
) -> Trained:
    """Fine-tune a LoRA adapter on brief → post; goes on from a whole checkpoint in `folder`.

    Args:
        loaded: the base model.
        lesson: what is taught.
        lora: the adapter's shape.
        config: optimiser, schedule, batches.
        folder: run folder; `checkpoints/` and `adapter/` appear in it.
        on_log: called with every logged number and its step.

    Raises:
        InputError: no example fits in `maximum_tokens`.
        SmmVoiceError: the loss is no number, or the saved adapter is not the trained one.
    """
    rows = encoded(lesson, loaded.tokenizer, config)
    precision = choose(config.precision)
    log.info("Training in %s on %d examples", precision.name, len(rows.training))
    started = time.perf_counter()
    model = adapters.attach(loaded.model, lora, config.seed)
    collator = CompletionCollator(int(loaded.tokenizer.pad_token_id))
    fused = fuse(model, config.kernels, precision.name)
    # Parts that were exchanged choose their format themselves.
    autocast = precision.name == "bf16" and not fused
    trainer = _trainer(model, rows, collator, autocast, config, folder, on_log)
    checkpoint = newest_checkpoint(folder)
    if checkpoint:
        log.info("Resuming from %s", checkpoint.name)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    seconds = time.perf_counter() - started
    adapters.save(model, folder / "adapter", lesson.origin)
    adapters.verify(
        model, folder / "adapter", loaded.base, rows.training[0].input_ids,
        lambda reloaded: fuse(reloaded, config.kernels, precision.name),
    )  # fmt: skip
    return _outcome(trainer.state, rows, precision, folder / "adapter", seconds)


def fuse(model: Any, kernels: str, precision: str) -> bool:
    """Exchange the model's parts for faster ones, where `training.kernels` says so.

    Raises:
        InputError: `fused` is asked for, and the model is none that can be.
    """
    from smm_voice.training.fused.install import can_fuse, install

    if kernels == "plain" or (kernels == "auto" and not can_fuse(model)):
        return False
    if not can_fuse(model):
        raise InputError(
            "training.kernels=fused is for a CPU and for models with plain attention and a frozen "
            "output matrix; take auto"
        )
    install(model, precision)
    return True


def _trainer(
    model: Any,
    rows: Rows,
    collator: CompletionCollator,
    autocast: bool,
    config: TrainingConfig,
    folder: Path,
    on_log: OnLog,
) -> Any:
    from datasets import Dataset
    from transformers import EarlyStoppingCallback

    from smm_voice.training.trainer import LogCallback, StopOnBadLoss, VoiceTrainer

    return VoiceTrainer(
        model=model,
        args=arguments(config, len(rows.training), folder / FOLDER),
        train_dataset=Dataset.from_list(columns(rows.training)),
        eval_dataset=Dataset.from_list(columns(rows.validation)),
        autocast=autocast,
        data_collator=collator,
        callbacks=[
            LogCallback(on_log),
            StopOnBadLoss(),
            EarlyStoppingCallback(early_stopping_patience=config.patience),
        ],
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
        examples=len(rows.training),
        too_long=rows.too_long,
        tokens_per_second=tokens / seconds,
        seconds=seconds,
    )
