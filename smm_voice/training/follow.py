"""Another process of a training: `python -m smm_voice.training.follow KIND MINUTES`.

Started by the first one, see `spread.py`; under torchrun train.py itself comes here.
"""

from __future__ import annotations

import logging
import sys

from smm_voice.config import DistributedConfig
from smm_voice.training import spread


def follow(config: DistributedConfig) -> None:
    """Wait for the first process, train with it, and end."""
    from smm_voice.models.base import load
    from smm_voice.training.engine import Task, fit

    with spread.following(config):
        task: Task = spread.told()
        model, _ = load(task.base)
        fit(model, task)


def main() -> None:
    """Of the command line."""
    logging.basicConfig(level=logging.WARNING)
    kind, minutes = sys.argv[1:]
    follow(DistributedConfig(kind=kind, wait_minutes=float(minutes)))


if __name__ == "__main__":
    main()
