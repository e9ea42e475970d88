"""The trainers under comparison, each given the same model, adapter, posts and options."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from smm_voice.training.collator import IGNORED, CompletionCollator, Encoded

OWN = "smm_voice"
PLAIN = "transformers"
# TRL with its defaults (bf16 autocast, gradient checkpointing, random batches), and with what may
# be faster on a CPU; the fastest of all of them counts as its best.
TRL = ("trl_default", "trl_no_checkpointing", "trl_by_length", "trl_by_length_fp32")
ENGINES = (OWN, PLAIN, *TRL)


def trainer_of(
    engine: str,
    model: Any,
    tokenizer: Any,
    rows: Sequence[Encoded],
    batch_size: int,
    steps: int,
    folder: Path,
    callback: Any,
    seen: Callable[[dict[str, Any]], None],
) -> Any:
    """A trainer that is ready to run.

    Args:
        engine: one of `ENGINES`.
        model: a peft model.
        tokenizer: its tokenizer.
        rows: encoded posts.
        batch_size: posts a step.
        steps: optimiser steps in all.
        folder: for whatever a trainer writes.
        callback: watches steps.
        seen: is called with each batch of `input_ids`, `attention_mask` and `labels`.
    """
    shared = {
        "output_dir": str(folder), "max_steps": steps, "per_device_train_batch_size": batch_size,
        "learning_rate": 1e-3, "lr_scheduler_type": "constant", "max_grad_norm": 1.0,
        "weight_decay": 0.0, "use_cpu": True, "save_strategy": "no", "logging_steps": 1,
        "report_to": [], "seed": 42, "data_seed": 42, "disable_tqdm": True,
        "dataloader_pin_memory": False,
    }  # fmt: skip
    by_length = {"train_sampling_strategy": "group_by_length", "length_column_name": "length"}
    if engine == OWN:
        made = _own(model, tokenizer, rows, shared | by_length)
    elif engine == PLAIN:
        made = _plain(model, tokenizer, rows, shared)
    else:
        options: dict[str, Any] = {}
        if engine != "trl_default":
            options["gradient_checkpointing"] = False
        if engine.startswith("trl_by_length"):
            options |= by_length
        if engine.endswith("fp32"):
            options["bf16"] = False
        made = _trl(model, tokenizer, rows, shared | options)
    made.add_callback(callback)
    made.data_collator = _watched(made.data_collator, seen)
    return made


def _columns(rows: Sequence[Encoded]) -> list[dict[str, Any]]:
    return [
        {"input_ids": row.input_ids, "labels": row.labels, "length": len(row.input_ids)}
        for row in rows
    ]


def _own(model: Any, tokenizer: Any, rows: Sequence[Encoded], options: dict[str, Any]) -> Any:
    from datasets import Dataset
    from transformers import Trainer, TrainingArguments

    from smm_voice.training.engine import fuse
    from smm_voice.training.precision import choose
    from smm_voice.training.trainer import VoiceTrainer

    class InTheirOrder(VoiceTrainer):
        # Losses are compared step by step: the same posts in every step.
        _get_train_sampler = Trainer._get_train_sampler

    precision = choose("auto").name
    fused = fuse(model, "auto", precision)
    return InTheirOrder(
        model=model,
        args=TrainingArguments(**options, remove_unused_columns=False),
        train_dataset=Dataset.from_list(_columns(rows)),
        autocast=precision == "bf16" and not fused,
        data_collator=CompletionCollator(int(tokenizer.pad_token_id)),
    )


def _plain(model: Any, tokenizer: Any, rows: Sequence[Encoded], options: dict[str, Any]) -> Any:
    from datasets import Dataset
    from transformers import DataCollatorForSeq2Seq, Trainer, TrainingArguments

    return Trainer(
        model=model,
        args=TrainingArguments(**options, bf16=True),
        train_dataset=Dataset.from_list(_columns(rows)).remove_columns("length"),
        data_collator=DataCollatorForSeq2Seq(tokenizer, label_pad_token_id=IGNORED),
    )


def _trl(model: Any, tokenizer: Any, rows: Sequence[Encoded], options: dict[str, Any]) -> Any:
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer

    # Token ids are given as they are: TRL's own template could make others of the same posts.
    data = Dataset.from_list(_columns(rows))
    return SFTTrainer(
        model=model,
        args=SFTConfig(**options, max_length=None, dataset_kwargs={"skip_prepare_dataset": True}),
        train_dataset=data,
        processing_class=tokenizer,
    )


def _watched(collator: Any, seen: Callable[[dict[str, Any]], None]) -> Any:
    @functools.wraps(type(collator).__call__)
    def collate(rows: Any) -> Any:
        batch = collator(rows)
        seen(batch)
        return batch

    return collate


def peak_memory() -> int:
    """Largest resident memory of this process so far, in bytes."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
