"""Fifty steps of the tiny model, however they are computed: loss and gradient norm of each."""

import os

from smm_voice.config import LoraConfig
from smm_voice.models.adapters import attach
from smm_voice.training.collator import CompletionCollator, encode
from smm_voice.training.engine import fuse

STEPS = 50
LORA = LoraConfig(rank=4, alpha=8, dropout=0.0, targets="all-linear", rslora=False)


def rows_of(tokenizer, posts):
    texts = [text for text, _ in posts if 30 < len(text) < 100][:32]
    messages = [{"role": "user", "content": "Topic: launch"}]
    return [vars(encode(tokenizer, messages, text)) | {"length": len(text)} for text in texts]


def follow(model, tokenizer, rows, folder, kernels="auto", resume=None, **changes):
    """Loss and gradient norm of each step, and the model; `changes` are Trainer's arguments."""
    from datasets import Dataset
    from transformers import TrainingArguments

    from smm_voice.training.trainer import LogCallback, VoiceTrainer

    adapted = attach(model, LORA, 3)
    fuse(adapted, kernels, "fp32")
    seen = {}
    options = {
        "max_steps": STEPS, "per_device_train_batch_size": 8, "learning_rate": 5e-3,
        "warmup_steps": 0.1, "max_grad_norm": 1.0, "save_strategy": "no", "logging_steps": 1,
        "seed": 3, "data_seed": 3, "use_cpu": True, "report_to": [], "disable_tqdm": True,
        "remove_unused_columns": False, "dataloader_pin_memory": False,
    }  # fmt: skip
    trainer = VoiceTrainer(
        model=adapted,
        args=TrainingArguments(str(folder), **(options | changes)),
        train_dataset=Dataset.from_list(rows),
        autocast=False,
        data_collator=CompletionCollator(int(tokenizer.pad_token_id)),
        callbacks=[LogCallback(lambda numbers, step: seen.setdefault(step, {}).update(numbers))],
    )
    trainer.train(resume_from_checkpoint=resume)
    return [(seen[step]["train/loss"], seen[step]["train/gradient_norm"])
            for step in sorted(seen) if "train/gradient_norm" in seen[step]], adapted  # fmt: skip


def pinning():
    """Whether the trajectory is to be pinned anew, after a change that is meant to move it."""
    return bool(os.environ.get("PIN_TRAJECTORY"))
