"""Stops a training that is lost, and says what is left of it."""

from __future__ import annotations

import math
import statistics
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from smm_voice.config import WatchdogConfig
from smm_voice.errors import SmmVoiceError
from smm_voice.training.checkpoints import newest_checkpoint

# Losses that the running median is over.
_REMEMBERED = 25


class Watchdog(TrainerCallback):
    """Ends the run with an error at a loss or gradient that is no number, or at a lasting spike.

    An optimiser step with a gradient that is no number is never taken, and evaluations come before
    checkpoints: no checkpoint holds such weights.
    """

    def __init__(self, config: WatchdogConfig, folder: Path) -> None:
        self._config = config
        self._folder = folder
        self._losses: list[float] = []
        self._above = 0

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Take in what was logged before the checkpoint."""
        for entry in state.log_history:
            self._look(entry, state)

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Look at the gradient before it is used."""
        import torch

        gradients = [p.grad for p in kwargs["model"].parameters() if p.grad is not None]
        norm = float(torch.nn.utils.get_total_norm(gradients))
        if not math.isfinite(norm):
            self._stop(f"the gradient is {norm} at step {state.global_step + 1}", state)

    def on_log(
        self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        """Look at every logged loss."""
        self._look(logs or {}, state)

    def _look(self, logs: dict[str, Any], state: Any) -> None:
        for key, name in (("loss", "training loss"), ("eval_loss", "validation loss")):
            if key in logs and not math.isfinite(float(logs[key])):
                self._stop(f"the {name} is {float(logs[key])} at step {state.global_step}", state)
        if "loss" in logs:
            self._spike(float(logs["loss"]), state)
        elif "eval_loss" in logs and not self._losses:
            # That of the base model: a training may leave it from its first step on.
            self._losses.append(float(logs["eval_loss"]))

    def _spike(self, loss: float, state: Any) -> None:
        factor = self._config.spike_factor
        usual = statistics.median(self._losses) if self._losses else math.inf
        if not factor or loss <= factor * usual:
            self._losses = [*self._losses, loss][-_REMEMBERED:]
            self._above = 0
            return
        self._above += 1
        if self._above >= self._config.logs:
            self._stop(
                f"the training loss is {loss:.2f} at step {state.global_step}, and {self._above} "
                f"logs in a row were above {factor:g} times its median of {usual:.2f}",
                state,
            )

    def _stop(self, what: str, state: Any) -> None:
        best = getattr(state, "best_model_checkpoint", None)
        kept = Path(best) if best else newest_checkpoint(self._folder)
        left = "No checkpoint was written before"
        if kept:
            left = (
                f"The last good checkpoint is kept: {kept}; training.start_from={kept} goes on "
                "from it with other settings"
            )
        raise SmmVoiceError(
            f"{what}: the training is lost and was stopped. Lower training.learning_rate, raise "
            f"training.warmup_share, or set training.precision=fp32. {left}"
        )
