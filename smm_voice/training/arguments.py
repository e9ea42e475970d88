"""This project's training options as transformers' arguments."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from smm_voice.config import TrainingConfig
from smm_voice.errors import InputError
from smm_voice.training import spread


def arguments(
    config: TrainingConfig, examples: int, folder: Path, processes: int = 1, resumed: bool = False
) -> Any:
    """`TrainingArguments` for a run over `examples` rows with its checkpoints in `folder`.

    They are those of one of `processes`; batch_size × accumulation is that of all together.
    `resumed`: the run goes on from a checkpoint.
    """
    import torch
    from transformers import TrainingArguments

    own = spread.share(config, processes)
    every = max(1, _steps_an_epoch(config, examples) // config.evaluations_per_epoch)
    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=config.epochs,
        per_device_train_batch_size=own.batch_size,
        per_device_eval_batch_size=2 * own.batch_size,
        gradient_accumulation_steps=own.accumulation,
        learning_rate=config.learning_rate,
        lr_scheduler_type=config.schedule,
        lr_scheduler_kwargs=_shape(config, examples),
        warmup_steps=config.warmup_share,
        weight_decay=config.weight_decay,
        max_grad_norm=config.gradient_clip,
        use_cpu=not torch.cuda.is_available(),
        train_sampling_strategy="group_by_length",
        length_column_name="length",
        eval_strategy="steps",
        eval_steps=every,
        # The checkpoint's step was tried before it was written; a second time is no new failure.
        eval_on_start=not resumed,
        save_strategy="steps",
        save_steps=every,
        save_total_limit=2,
        load_best_model_at_end=True,
        metric_for_best_model="eval_loss",
        greater_is_better=False,
        logging_steps=max(1, min(5, every)),
        # Else Trainer logs a mean of earlier losses in place of one that is no number.
        logging_nan_inf_filter=False,
        activation_checkpointing=config.gradient_checkpointing,
        activation_checkpointing_kwargs=(
            {"use_reentrant": False} if config.gradient_checkpointing else None
        ),
        # How long early stopping has been waiting.
        restore_callback_states_from_checkpoint=True,
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


def check_steps(config: TrainingConfig, examples: int) -> None:
    """Refuse a run whose only step is the first one of a warm-up.

    Raises:
        InputError: its learning rate would be 0.
    """
    if config.warmup_share and _steps(config, examples) <= 1:
        raise InputError(
            f"{examples} examples in batches of {config.batch_size * config.accumulation} are one "
            f"step in training.epochs={config.epochs:g}, and a warm-up begins with a learning rate "
            "of 0: nothing would be learned. Raise training.epochs or training.maximum_examples, "
            "lower training.accumulation, or set training.warmup_share=0"
        )


def _shape(config: TrainingConfig, examples: int) -> dict[str, Any]:
    """What a schedule is given beside its steps and its warm-up."""
    if config.schedule == "cosine_with_min_lr":
        return {"min_lr_rate": config.minimum_rate_share}
    if config.schedule == "warmup_stable_decay":
        return {
            "num_decay_steps": max(1, round(config.decay_share * _steps(config, examples))),
            "min_lr_ratio": config.minimum_rate_share,
        }
    return {}


def _steps(config: TrainingConfig, examples: int) -> int:
    return math.ceil(_steps_an_epoch(config, examples) * config.epochs)


def _steps_an_epoch(config: TrainingConfig, examples: int) -> int:
    return math.ceil(examples / (config.batch_size * config.accumulation))
