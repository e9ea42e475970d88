"""TRL's trainers on this project's token ids.

TRL would encode chats in its own way: prompt and answer in one piece, the answer's end as the chat
template writes it (a line break behind the end token, nothing at all without a template). A model
would so be tuned on other tokens than it was trained on and is asked with. The rows come here
encoded, and the one method that encodes them is replaced; tests hold the ids against training's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from transformers import ProgressCallback
from trl import DPOConfig, DPOTrainer, KTOConfig, KTOTrainer

from smm_voice.config import PreferenceConfig
from smm_voice.errors import SmmVoiceError
from smm_voice.training.hooks import OnLog
from smm_voice.training.trainer import LogCallback

_LOGGED = {
    "loss": "preference/loss",
    "grad_norm": "preference/gradient_norm",
    "learning_rate": "preference/learning_rate",
    "rewards/chosen": "preference/reward_chosen",
    "rewards/rejected": "preference/reward_rejected",
    "rewards/margins": "preference/margin",
    "kl": "preference/kl",
}


class _Encoded:
    """Rows are taken as they are, and nobody is told of it."""

    def _prepare_dataset(self, dataset: Any, *args: Any) -> Any:
        return dataset

    def _send_telemetry(self) -> None:
        """TRL reports to a server what is trained, unless told not to."""


class EncodedDPOTrainer(_Encoded, DPOTrainer):
    """Rows hold `prompt_ids`, `chosen_ids` and `rejected_ids`."""


class EncodedKTOTrainer(_Encoded, KTOTrainer):
    """Rows hold `prompt_ids`, `completion_ids`, `KL_completion_ids` and `label`."""


class _Watched(LogCallback):
    """Passes on what is logged; a loss that is no number ends the tuning."""

    def _pass_on(self, logs: dict[str, Any], step: int) -> None:
        found = {name: float(logs[key]) for key, name in _LOGGED.items() if key in logs}
        if found:
            self._on_log(found, step)
        if not abs(found.get("preference/loss", 0.0)) < float("inf"):
            raise SmmVoiceError(
                f"the loss is {found['preference/loss']} at step {step}; lower "
                "preference.learning_rate, or set preference.precision=fp32"
            )


class _Bar(ProgressCallback):
    """The progress bar without TRL's fourteen numbers a step, which are logged instead."""

    def on_log(self, *args: Any, **kwargs: Any) -> None:
        """Print nothing."""


def make_trainer(
    method: str,
    model: Any,
    tokenizer: Any,
    rows: Any,
    config: PreferenceConfig,
    precision: str,
    folder: Path,
    on_log: OnLog,
    weights: tuple[float, float] = (1.0, 1.0),
) -> Any:
    """The trainer of a method; the adapter as it is now becomes the reference.

    TRL copies it into a second adapter, `ref`, which does not learn.

    Args:
        method: dpo or kto.
        model: a PeftModel whose adapter learns.
        tokenizer: for the pad token.
        rows: a `datasets.Dataset` of encoded rows; for KTO in the order of the batches.
        config: optimiser and batches.
        precision: fp32 or bf16.
        folder: TRL's own output; nothing is saved there.
        on_log: called with every logged number and its step.
        weights: of desirable and undesirable texts, for KTO.
    """
    import torch

    common: dict[str, Any] = {
        "output_dir": str(folder),
        "beta": config.beta,
        "num_train_epochs": config.epochs,
        "per_device_train_batch_size": config.batch_size,
        "learning_rate": config.learning_rate,
        "lr_scheduler_type": "linear",
        "warmup_steps": config.warmup_share,
        "max_grad_norm": config.gradient_clip,
        "max_length": None,
        "bf16": precision == "bf16",
        "activation_checkpointing": False,
        "use_cpu": not torch.cuda.is_available(),
        "save_strategy": "no",
        "logging_steps": 1,
        # Else Trainer writes a mean in the place of a loss that is no number.
        "logging_nan_inf_filter": False,
        "seed": config.seed,
        "data_seed": config.seed,
        "report_to": [],
        "dataloader_pin_memory": False,
    }
    given: dict[str, Any] = {
        "model": model,
        "train_dataset": rows,
        "processing_class": tokenizer,
        "callbacks": [_Watched(on_log)],
    }
    if method == "dpo":
        trainer: Any = EncodedDPOTrainer(args=DPOConfig(**common), **given)
    else:
        desirable, undesirable = weights
        settings = KTOConfig(**common, desirable_weight=desirable, undesirable_weight=undesirable)
        trainer = EncodedKTOTrainer(args=settings, **given)
    trainer.remove_callback(ProgressCallback)
    trainer.add_callback(_Bar)
    return trainer
