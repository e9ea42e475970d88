"""The steps of a training, as each process that takes part does them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.config import LoraConfig, TrainingConfig
from smm_voice.errors import InputError
from smm_voice.models import adapters
from smm_voice.models.base import BaseModel
from smm_voice.models.quantisation import made_trainable
from smm_voice.training import spread
from smm_voice.training.arguments import arguments
from smm_voice.training.batch_size import fitted
from smm_voice.training.checkpoints import FOLDER, newest_checkpoint
from smm_voice.training.collator import CompletionCollator
from smm_voice.training.lesson import Rows, columns
from smm_voice.training.start import start_folder, start_from

if TYPE_CHECKING:
    from peft import PeftModel
    from transformers import PreTrainedModel

log = logging.getLogger(__name__)


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


def _guards(config: TrainingConfig, folder: Path) -> Iterator[Any]:
    """What may end a training, in all of its processes at the same step."""
    from smm_voice.training.patience import Patience
    from smm_voice.training.watchdog import Watchdog

    yield Watchdog(config.watchdog, folder)
    if config.patience:
        yield Patience(config.patience, config.minimum_improvement)
