"""One fine-tuning run: encode, train with early stopping, save and verify the adapter."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.config import LoraConfig, TrainingConfig
from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.models import adapters
from smm_voice.models.adapters import AdapterOrigin
from smm_voice.models.base import BaseModel
from smm_voice.models.quantisation import made_trainable
from smm_voice.training import spread
from smm_voice.training.arguments import arguments, check_steps
from smm_voice.training.batch_size import fitted
from smm_voice.training.checkpoints import FOLDER, newest_checkpoint
from smm_voice.training.collator import CompletionCollator
from smm_voice.training.hooks import Hooks
from smm_voice.training.lesson import Lesson, Rows, columns, encoded
from smm_voice.training.precision import Precision, choose
from smm_voice.training.start import inherited, start_folder, start_from

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
class Task:
    """What each process of a training is given.

    Attributes:
        base: the base model.
        lora: the adapter's shape.
        config: optimiser, schedule, batches of all processes together.
        rows: to learn from, and to be tried on.
        precision: fp32 or bf16.
        pad_token_id: of the tokenizer.
        folder: of the run; checkpoints that are in it already are gone on from.
    """

    base: BaseModel
    lora: LoraConfig
    config: TrainingConfig
    rows: Rows
    precision: str
    pad_token_id: int
    folder: Path

    @property
    def kernels(self) -> str:
        """Who computes a step, see `fuse`."""
        # In fewer digits, a base that something was taken out of is not the base and its adapter.
        return "plain" if self.lora.moves_base else spread.kernels(self.config)


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


def fit(model: PreTrainedModel, task: Task, watchers: Sequence[Any] = ()) -> tuple[Any, PeftModel]:
    """The steps, in each process that takes part.

    Args:
        model: the base model; it gets the adapter attached.
        task: the same in all processes.
        watchers: callbacks of this process alone.

    Returns:
        The trainer, and the model with the trained adapter, whole in the first process.
    """
    config = task.config
    base_model = made_trainable(model, task.base.quantisation, config.gradient_checkpointing)
    adapted = adapters.attach(base_model, task.lora, config.seed)
    collator = CompletionCollator(task.pad_token_id)
    # Parts that were exchanged choose their format themselves.
    autocast = not fuse(adapted, task.kernels, task.precision) and task.precision == "bf16"
    spread.gather()
    # A whole model on one device is what fsdp2 is there to avoid.
    if not spread.rank() and config.distributed.kind != "fsdp2":
        config = fitted(adapted, _step(adapted, task.rows, collator, autocast, config), config)
    config = spread.told(config)
    checkpoint = spread.told(newest_checkpoint(task.folder))
    trainer = _trainer(adapted, task, collator, autocast, config, resumed=checkpoint is not None)
    for callback in (*watchers, *_guards(config, task.folder)):
        trainer.add_callback(callback)
    spread.shard(trainer)
    if checkpoint:
        log.info("Resuming from %s", checkpoint.name)
    elif start := start_folder(config):
        start_from(adapted, start, task.base)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    return trainer, trainer.whole(task)


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


def _step(
    model: Any,
    rows: Rows,
    collator: CompletionCollator,
    autocast: bool,
    config: TrainingConfig,
) -> Callable[[int], None]:
    """Forward and backward over so many rows of the longest one's length, as the trainer does."""
    import torch

    from smm_voice.training.loss import completion_loss

    longest = max(columns(rows.training), key=lambda row: len(row["input_ids"]))
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")

    def step(count: int) -> None:
        # No two begin alike: what posts share would be computed once.
        copies = [longest | {"input_ids": [i, *longest["input_ids"][1:]]} for i in range(count)]
        batch = {name: each.to(device) for name, each in collator(copies).items()}
        with torch.autocast(device.type, torch.bfloat16, enabled=autocast):
            total, labels = completion_loss(model, batch, config.neftune_alpha)
        (total / labels).backward()

    if device.type == "cuda":
        model.to(device)
    model.train()
    if config.gradient_checkpointing:
        model.activation_checkpointing_enable({"use_reentrant": False})
    return step


def _trainer(
    model: Any,
    task: Task,
    collator: CompletionCollator,
    autocast: bool,
    config: TrainingConfig,
    resumed: bool,
) -> Any:
    from datasets import Dataset

    from smm_voice.training.trainer import VoiceTrainer

    rows = task.rows
    return VoiceTrainer(
        model=model,
        args=arguments(config, len(rows.training), task.folder / FOLDER, spread.world(), resumed),
        train_dataset=Dataset.from_list(columns(rows.training)),
        eval_dataset=Dataset.from_list(columns(rows.validation)),
        autocast=autocast,
        neftune_alpha=config.neftune_alpha,
        data_collator=collator,
    )


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


def _guards(config: TrainingConfig, folder: Path) -> Iterator[Any]:
    """What may end a training, in all of its processes at the same step."""
    from smm_voice.training.patience import Patience
    from smm_voice.training.watchdog import Watchdog

    yield Watchdog(config.watchdog, folder)
    if config.patience:
        yield Patience(config.patience, config.minimum_improvement)


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
