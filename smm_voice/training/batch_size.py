"""The largest batch that fits in memory, while an optimiser step sees as many posts as before."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Callable
from typing import Any

from smm_voice.config import TrainingConfig
from smm_voice.training import memory, spread

log = logging.getLogger(__name__)


def divided(
    config: TrainingConfig, fits: Callable[[int], bool], processes: int = 1
) -> TrainingConfig:
    """The configuration with the largest batch that fits; batch_size × accumulation stays.

    Where none fits, the smallest is left, and the check of memory says what is missing.

    Args:
        config: of the training, which the processes can share.
        fits: whether a batch of so many posts fits in each of the processes.
        processes: how many share a step; what they could not share is passed over.

    Raises:
        ConfigError: they can share none.
    """
    together = config.batch_size * config.accumulation
    sizes = [size for size in range(together, 0, -1) if together % size == 0]
    ways = [
        dataclasses.replace(config, batch_size=size, accumulation=together // size)
        for size in sizes
        if size % processes == 0 or together // size % processes == 0
    ]
    if not ways:
        spread.share(config, processes)
    ways.sort(key=lambda way: spread.share(way, processes).batch_size, reverse=True)
    return next((way for way in ways if fits(spread.share(way, processes).batch_size)), ways[-1])


def fitted(model: Any, step: Callable[[int], None], config: TrainingConfig) -> TrainingConfig:
    """The configuration as this machine's memory allows it.

    Of several processes the first one asks, when all have loaded the model. Those of this machine
    share its memory, or have a GPU each, which are taken to be alike.

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
    processes, sharing = spread.world(), spread.here() if device.type == "cpu" else 1
    need = memory.measure(model, step)
    if config.find_batch_size:
        config = divided(
            config,
            lambda size: (
                need.of(size, sharing) <= memory.available(device)
                and (device.type == "cpu" or _survives(step, size))
            ),
            processes,
        )
        model.zero_grad(set_to_none=True)
        log.info(
            "Batches of %d, accumulated %d times: the largest that fit",
            config.batch_size, config.accumulation,
        )  # fmt: skip
    if config.check_memory:
        memory.check(need, spread.share(config, processes).batch_size, device, sharing)
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
