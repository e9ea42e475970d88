"""The learning rate step by step, as each schedule has it."""

import pytest
import torch
from transformers import get_scheduler

from smm_voice.config import TrainingConfig
from smm_voice.training.arguments import arguments

CONFIG = {
    "epochs": 2.0, "maximum_examples": 100, "batch_size": 4, "accumulation": 1,
    "learning_rate": 1.0, "warmup_share": 0.1, "schedule": "linear", "weight_decay": 0.0,
    "gradient_clip": 1.0, "maximum_tokens": 400, "precision": "fp32", "evaluations_per_epoch": 1,
    "patience": 2, "seed": 3,
}  # fmt: skip


def rates(tmp_path, **changes):
    """Learning rates of 20 steps and of the one after them, from Trainer's own arguments."""
    given = arguments(TrainingConfig(**(CONFIG | changes)), 40, tmp_path)
    optimiser = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=given.learning_rate)
    schedule = get_scheduler(
        given.lr_scheduler_type, optimiser, given.get_warmup_steps(20), 20,
        given.lr_scheduler_kwargs,
    )  # fmt: skip
    found = []
    for _ in range(21):
        found.append(schedule.get_last_lr()[0])
        optimiser.step()
        schedule.step()
    return found


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({}, {0: 0, 1: 0.5, 2: 1, 11: 0.5, 20: 0}),
        ({"warmup_share": 0.5}, {0: 0, 5: 0.5, 10: 1, 15: 0.5, 20: 0}),
        ({"schedule": "cosine"}, {2: 1, 11: 0.5, 20: 0}),
        ({"schedule": "constant_with_warmup"}, {1: 0.5, 2: 1, 20: 1}),
        ({"schedule": "cosine_with_min_lr"}, {2: 1, 11: 0.55, 20: 0.1}),
        ({"schedule": "cosine_with_min_lr", "minimum_rate_share": 0.4}, {2: 1, 11: 0.7, 20: 0.4}),
        ({"schedule": "warmup_stable_decay"}, {2: 1, 16: 1, 18: 0.55, 20: 0.1}),
        ({"schedule": "warmup_stable_decay", "decay_share": 0.5, "minimum_rate_share": 0.0},
         {2: 1, 10: 1, 15: 0.5, 20: 0}),
        ({"schedule": "inverse_sqrt"}, {1: 0.5, 2: 1, 8: 0.5}),
    ],
)  # fmt: skip
def test_the_rate_of_each_step(tmp_path, changes, at):
    found = rates(tmp_path, **changes)
    for step, rate in at.items():
        assert found[step] == pytest.approx(rate, abs=1e-6), step
