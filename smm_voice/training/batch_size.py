"""The largest batch that fits in memory, while an optimiser step sees as many posts as before."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from typing import Any

from smm_voice.config import TrainingConfig
from smm_voice.training import memory

log = logging.getLogger(__name__)


def divided(config: TrainingConfig, fits: Callable[[int], bool]) -> TrainingConfig:
    """The configuration with the largest batch that fits; batch_size × accumulation stays.

    Where none fits, a batch of one is left, and the check of memory says what is missing.

    Args:
        config: of the training.
        fits: whether a batch of so many posts fits.
    """
    together = config.batch_size * config.accumulation
    sizes = [size for size in range(together, 0, -1) if together % size == 0]
    found = next((size for size in sizes if fits(size)), 1)
    return dataclasses.replace(config, batch_size=found, accumulation=together // found)


def fitted(model: Any, step: Callable[[int], None], config: TrainingConfig) -> TrainingConfig:
    """The configuration as this machine's memory allows it.

    Args:
        model: with its adapter, in training mode, on its device.
        step: forward and backward over so many posts of the longest length.
        config: of the training; `find_batch_size` and `check_memory` say what is done.

    Raises:
        SmmVoiceError: it does not fit.
    """
    if not (config.find_batch_size or config.check_memory):
        return config
    device = next(model.parameters()).device
    need = memory.measure(model, step)
    if config.find_batch_size:
        config = divided(
            config,
            lambda size: (
                need.of(size) <= memory.available(device)
                and (device.type == "cpu" or _survives(step, size))
            ),
        )
        model.zero_grad(set_to_none=True)
        log.info(
            "Batches of %d, accumulated %d times: the largest that fit",
            config.batch_size, config.accumulation,
        )  # fmt: skip
    if config.check_memory:
        memory.check(need, config.batch_size, device)
    return config


def _survives(step: Callable[[int], None], size: int) -> bool:
    """Whether a step goes through: a GPU's memory may be free and in pieces."""
    import torch

    try:
        with torch.random.fork_rng():
            step(size)
    except torch.OutOfMemoryError:
        return False
    return True
