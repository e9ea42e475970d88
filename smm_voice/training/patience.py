"""Early stopping that holds where a run is stopped and gone on with."""

from __future__ import annotations

from typing import Any

from transformers import EarlyStoppingCallback


class Patience(EarlyStoppingCallback):
    """Ends a training when so many evaluations in a row were no better than the best one."""

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """A checkpoint with which the patience had ended is the last one."""
        super().on_train_begin(args, state, control, **kwargs)
        if self.early_stopping_patience_counter >= self.early_stopping_patience:
            control.should_training_stop = True
