"""transformers' Trainer with this project's loss, and a callback for whoever watches."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import Trainer, TrainerCallback
from transformers.trainer_utils import speed_metrics

from smm_voice.errors import SmmVoiceError
from smm_voice.models.adapters import AdapterOrigin, write_origin
from smm_voice.training import spread
from smm_voice.training.hooks import OnLog
from smm_voice.training.loss import compute_in_forward
from smm_voice.training.order import Filled, Order


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
        # The labels are counted over all processes, and then the gradients' mean is taken.
        loss = loss * self.args.world_size
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
        batches = self._whole_batches(eval_dataset)
        self.model.eval()
        total, count = 0.0, 0
        with torch.no_grad():
            for batch in batches:
                prepared = self._prepare_inputs(batch)
                loss, labelled = self._completion_loss(self.model, prepared)
                total, count = total + float(loss), count + labelled
        # Said by one: processes that differed in the last digit could stop at different steps.
        metrics = {f"{metric_key_prefix}_loss": spread.told(total / count)}
        metrics |= speed_metrics(metric_key_prefix, started, num_samples=len(batches.dataset))
        self.log(metrics)
        control = self.control  # type: ignore[has-type]
        self.control = self.callback_handler.on_evaluate(self.args, self.state, control, metrics)
        self._memory_tracker.stop_and_update_metrics(metrics)
        return metrics

    def _whole_batches(self, dataset: Any) -> Any:
        """All of the validation set in each process: a few posts, and none counted twice."""
        if self.args.world_size == 1:
            return self.get_eval_dataloader(dataset)
        return torch.utils.data.DataLoader(
            self.eval_dataset if dataset is None else dataset,
            batch_size=self.args.eval_batch_size,
            collate_fn=self.data_collator,
        )

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        if self.args.train_sampling_strategy != "group_by_length":
            return super()._get_train_sampler(train_dataset)
        # The state counts epochs in fractions, also where a run is gone on with.
        return Order(self.train_dataset.rows if self.args.world_size > 1 else self.train_dataset,
                     self.args, lambda: int(self.state.epoch or 0))  # fmt: skip

    def _run_epoch(self, *args: Any, **kwargs: Any) -> None:
        """Usual; a run whose last step was done before it was stopped does none more."""
        ended = self.state.global_step >= self.state.max_steps
        if not (ended or self.control.should_training_stop):
            super()._run_epoch(*args, **kwargs)

    def get_train_dataloader(self) -> Any:
        """Usual; with several processes, filled up to whole batches by rows without labels."""
        if self.args.world_size == 1:
            return super().get_train_dataloader()
        rows = self.train_dataset  # type: ignore[has-type]
        self.train_dataset = Filled(rows)
        try:
            return super().get_train_dataloader()
        finally:
            self.train_dataset = rows

    def whole(self, task: Any) -> Any:
        """The model with the trained adapter, in this process alone; called by all of them."""
        if not self.is_fsdp_enabled:
            return self.accelerator.unwrap_model(self.model)
        weights = self.accelerator.get_state_dict(self.model)
        if spread.rank():
            return None
        from smm_voice.models import adapters
        from smm_voice.models.base import load

        fresh = adapters.attach(load(task.base)[0], task.lora, task.config.seed)
        learned = {name: each for name, each in weights.items() if "lora_" in name}
        missing = fresh.load_state_dict(learned, strict=False)
        left = [name for name in missing.missing_keys if "lora_" in name]
        if left or missing.unexpected_keys:
            raise SmmVoiceError(f"fsdp2 gave back no whole adapter: {left[:1]} is missing")
        return fresh


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


class OriginBeside(TrainerCallback):
    """Writes where an adapter comes from beside each of its checkpoints."""

    def __init__(self, origin: AdapterOrigin) -> None:
        self._origin = origin

    def on_save(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Beside the checkpoint that was just written."""
        write_origin(Path(args.output_dir) / f"checkpoint-{state.global_step}", self._origin)
