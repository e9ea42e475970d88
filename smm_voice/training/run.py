"""One fine-tuning run: encode, train with early stopping, save and verify the adapter."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.config import LoraConfig, TrainingConfig
from smm_voice.dataset.example import Example
from smm_voice.dataset.prompts import prompt
from smm_voice.errors import InputError
from smm_voice.models import adapters
from smm_voice.models.base import BaseModel
from smm_voice.training import spread
from smm_voice.training.collator import CompletionCollator, Encoded, encode
from smm_voice.training.precision import Precision, choose

if TYPE_CHECKING:
    from peft import PeftModel
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from smm_voice.training.trainer import OnLog

log = logging.getLogger(__name__)

# Enough posts for a stable validation loss; more would only slow the run.
_MOST_VALIDATION = 64


@dataclass(frozen=True)
class Task:
    """What each process of a training is given.

    Attributes:
        base: the base model.
        lora: the adapter's shape.
        config: optimiser, schedule, batches of all processes together.
        rows: to learn from.
        held_out: the loss on them decides when to stop.
        precision: fp32 or bf16.
        pad_token_id: of the tokenizer.
        checkpoints: folder of the checkpoints; one that is there already is gone on from.
    """

    base: BaseModel
    lora: LoraConfig
    config: TrainingConfig
    rows: list[Encoded]
    held_out: list[Encoded]
    precision: str
    pad_token_id: int
    checkpoints: Path


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
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    base: BaseModel,
    examples: Sequence[Example],
    validation: Sequence[Example],
    brand_title: str,
    lora: LoraConfig,
    config: TrainingConfig,
    origin: adapters.AdapterOrigin,
    folder: Path,
    on_log: OnLog,
) -> Trained:
    """Fine-tune a LoRA adapter on brief → post; goes on from a whole checkpoint in `folder`.

    Args:
        model: the base model; it gets the adapter attached.
        tokenizer: its tokenizer.
        base: where the base model lies, for the verification of the saved adapter.
        examples: training examples, oldest first; the newest `maximum_examples` are used.
        validation: newer than all of `examples`; the loss on them decides when to stop.
        brand_title: the brand's name in the prompt.
        lora: the adapter's shape.
        config: optimiser, schedule, batches.
        origin: saved beside the adapter.
        folder: run folder; `checkpoints/` and `adapter/` appear in it.
        on_log: called with every logged number and its step.

    Raises:
        InputError: no example fits in `maximum_tokens`.
        SmmVoiceError: the loss is no number, or the saved adapter is not the trained one.
    """

    def encoded(some: Sequence[Example]) -> list[Encoded]:
        return [
            encode(tokenizer, prompt(brand_title, e.post.language or "", e.brief), e.text, e.weight)
            for e in some
        ]

    all_rows = encoded(examples[-config.maximum_examples :])
    rows = [row for row in all_rows if len(row.input_ids) <= config.maximum_tokens]
    held_out = [
        row
        for row in encoded(validation[-_MOST_VALIDATION:])
        if len(row.input_ids) <= config.maximum_tokens
    ]
    if not rows or not held_out:
        raise InputError(
            f"no example of brand {origin.brand} fits in training.maximum_tokens="
            f"{config.maximum_tokens}; raise it"
        )
    precision = choose(config.precision)
    log.info("Training in %s on %d examples", precision.name, len(rows))
    started = time.perf_counter()
    task = Task(
        base, lora, config, rows, held_out, precision.name, int(tokenizer.pad_token_id),
        folder / "checkpoints",
    )  # fmt: skip
    with spread.joined(config.distributed, folder):
        spread.told(task)
        trainer, peft_model = fit(model, task, on_log)
    seconds = time.perf_counter() - started
    losses = {
        int(e["step"]): float(e["eval_loss"]) for e in trainer.state.log_history if "eval_loss" in e
    }
    # Step 0 is the base model: known for comparison, and no adapter to choose.
    best_step = min((step for step in losses if step), key=lambda step: losses[step])
    adapters.save(peft_model, folder / "adapter", origin)
    adapters.verify(
        peft_model, folder / "adapter", base, rows[0].input_ids,
        lambda reloaded: fuse(reloaded, spread.kernels(config), precision.name),
    )  # fmt: skip
    tokens = sum(len(row.input_ids) for row in rows) * (trainer.state.epoch or 0)
    return Trained(
        adapter=folder / "adapter",
        precision=precision,
        loss_before=losses.get(0, math.nan),
        loss_after=losses[best_step],
        best_step=best_step,
        steps=trainer.state.global_step,
        examples=len(rows),
        too_long=len(all_rows) - len(rows),
        tokens_per_second=tokens / seconds,
        seconds=seconds,
    )


def fit(model: PreTrainedModel, task: Task, on_log: OnLog) -> tuple[Any, PeftModel]:
    """The steps, in each process that takes part.

    Args:
        model: the base model; it gets the adapter attached.
        task: the same in all processes.
        on_log: called with every logged number and its step.

    Returns:
        The trainer, and the model with the trained adapter, whole in the first process.
    """
    from datasets import Dataset
    from transformers import EarlyStoppingCallback

    from smm_voice.training.trainer import LogCallback, StopOnBadLoss, VoiceTrainer

    peft_model = adapters.attach(model, task.lora, task.config.seed)
    fused = fuse(peft_model, spread.kernels(task.config), task.precision)
    trainer = VoiceTrainer(
        model=peft_model,
        args=_arguments(task, spread.world()),
        train_dataset=Dataset.from_list(_columns(task.rows)),
        # Sorted by length: batches without much padding.
        eval_dataset=Dataset.from_list(
            _columns(sorted(task.held_out, key=lambda row: len(row.input_ids)))
        ),
        # Parts that were exchanged choose their format themselves.
        autocast=task.precision == "bf16" and not fused,
        data_collator=CompletionCollator(task.pad_token_id),
        callbacks=[
            LogCallback(on_log),
            StopOnBadLoss(),
            EarlyStoppingCallback(early_stopping_patience=task.config.patience),
        ],
    )
    spread.shard(trainer)
    checkpoint = spread.told(newest_checkpoint(task.checkpoints.parent))
    if checkpoint:
        log.info("Resuming from %s", checkpoint.name)
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


def newest_checkpoint(folder: Path) -> Path | None:
    """The newest whole checkpoint of a run folder.

    Trainer writes `trainer_state.json` last, so a checkpoint that a kill cut short lacks it.
    """
    whole = []
    for path in (folder / "checkpoints").glob("checkpoint-*"):
        try:
            json.loads((path / "trainer_state.json").read_text(encoding="utf-8"))
            whole.append((int(path.name.removeprefix("checkpoint-")), path))
        except (OSError, ValueError):
            continue
    return max(whole)[1] if whole else None


def _columns(rows: Sequence[Encoded]) -> list[dict[str, Any]]:
    return [
        {
            "input_ids": r.input_ids,
            "labels": r.labels,
            "length": len(r.input_ids),
            "weight": r.weight,
        }
        for r in rows
    ]


def _arguments(task: Task, processes: int) -> Any:
    import torch
    from transformers import TrainingArguments

    together = task.config.batch_size * task.config.accumulation
    steps_per_epoch = math.ceil(len(task.rows) / together)
    every = max(1, steps_per_epoch // task.config.evaluations_per_epoch)
    config = spread.share(task.config, processes)
    return TrainingArguments(
        output_dir=str(task.checkpoints),
        num_train_epochs=config.epochs,
        per_device_train_batch_size=config.batch_size,
        per_device_eval_batch_size=2 * config.batch_size,
        gradient_accumulation_steps=config.accumulation,
        learning_rate=config.learning_rate,
        lr_scheduler_type=config.schedule,
        warmup_steps=config.warmup_share,
        weight_decay=config.weight_decay,
        max_grad_norm=config.gradient_clip,
        use_cpu=not torch.cuda.is_available(),
        train_sampling_strategy="group_by_length",
        length_column_name="length",
        eval_strategy="steps",
        eval_steps=every,
        eval_on_start=True,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="eval_loss",
        greater_is_better=False,
        logging_steps=max(1, min(5, every)),
        seed=config.seed,
        data_seed=config.seed,
        report_to=[],
        remove_unused_columns=False,
        dataloader_pin_memory=False,
        # Every LoRA weight takes part in every step.
        ddp_find_unused_parameters=False,
        **spread.arguments(config.distributed),
        disable_tqdm=False,
    )
