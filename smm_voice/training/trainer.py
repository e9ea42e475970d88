"""transformers' Trainer with this project's loss, and a callback for whoever watches."""

from __future__ import annotations

from typing import Any

import torch
from transformers import Trainer, TrainerCallback
from transformers.trainer_utils import speed_metrics

from smm_voice.training.hooks import OnLog
from smm_voice.training.loss import compute_in_forward


class VoiceTrainer(Trainer):
    """Completion-only loss, averaged over labelled tokens wherever it is averaged.

    The number format is set here, for training and `evaluate` alike.
    """

    def __init__(
        self, *args: Any, autocast: bool, neftune_alpha: float = 0.0, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        compute_in_forward(self.model, neftune_alpha)
        self._autocast = autocast
        # `completion_loss` sums, and `compute_loss` divides by all labels of an optimiser step:
        # Trainer must not divide by the accumulation steps once more.
        self.model_accepts_loss_kwargs = True

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """Mean loss a labelled token, over the whole optimiser step."""
        total, count = self._completion_loss(model, inputs)
        loss = total / (num_items_in_batch if num_items_in_batch is not None else count)
        return (loss, None) if return_outputs else loss

    def _completion_loss(self, model: Any, batch: dict[str, Any]) -> tuple[torch.Tensor, int]:
        device = batch["input_ids"].device.type
        with torch.autocast(device, torch.bfloat16, enabled=self._autocast):
            found = model(**batch)
        return found["loss"], found["count"]

    def evaluate(
        self, eval_dataset: Any = None, ignore_keys: Any = None, metric_key_prefix: str = "eval"
    ) -> dict[str, float]:
        """Mean loss a labelled token over the whole validation set.

        Trainer's own loop averages batches of unequal size.
        """
        import time

        self._memory_tracker.start()
        started = time.time()
        batches = self.get_eval_dataloader(eval_dataset)
        self.model.eval()
        total, count = 0.0, 0
        with torch.no_grad():
            for batch in batches:
                prepared = self._prepare_inputs(batch)
                loss, labelled = self._completion_loss(self.model, prepared)
                total, count = total + float(loss), count + labelled
        metrics = {f"{metric_key_prefix}_loss": total / count}
        metrics |= speed_metrics(metric_key_prefix, started, num_samples=len(batches.dataset))
        self.log(metrics)
        control = self.control  # type: ignore[has-type]
        self.control = self.callback_handler.on_evaluate(self.args, self.state, control, metrics)
        self._memory_tracker.stop_and_update_metrics(metrics)
        return metrics


class LogCallback(TrainerCallback):
    """Hands every logged number to a function, past ones first when a run resumes."""

    def __init__(self, on_log: OnLog) -> None:
        self._on_log = on_log

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Replay what was logged before the checkpoint."""
        for entry in state.log_history:
            self._pass_on(entry, int(entry["step"]))

    def on_log(
        self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        """Pass on."""
        self._pass_on(logs or {}, state.global_step)

    def _pass_on(self, logs: dict[str, Any], step: int) -> None:
        wanted = {
            "loss": "train/loss",
            "eval_loss": "train/validation_loss",
            "grad_norm": "train/gradient_norm",
            "learning_rate": "train/learning_rate",
        }
        found = {name: float(logs[key]) for key, name in wanted.items() if key in logs}
        if found:
            self._on_log(found, step)
