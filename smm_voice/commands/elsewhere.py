"""The jobs of a sweep in processes or on machines of their own, and how they ended."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from smm_voice.cluster.command import Command, Ended
from smm_voice.commands.console import say
from smm_voice.commands.jobs import Jobs
from smm_voice.commands.sweep import Outcome
from smm_voice.config import LauncherConfig, ProcessesConfig, RayConfig, SlurmConfig
from smm_voice.errors import ConfigError

# What a job reads from the environment and another machine need not have.
_TAKEN_ALONG = ("MLFLOW_TRACKING_URI", "SMM_VOICE_CACHE", "HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE")
_ORDINALS = {2: "second", 3: "third", 4: "fourth"}


@dataclasses.dataclass(frozen=True)
class Job:
    """One job of a sweep.

    Attributes:
        brand: its name; "" for a command that has none.
        line: program and arguments of the command for this job alone.
    """

    brand: str
    line: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class Sweep:
    """What a launcher has to know of the command that is swept over.

    Attributes:
        jobs: takes the outcomes.
        validated: from a composition to the command's configuration.
        line: program, script and options that each job shares.
        texts: overrides that take no part in a composition.
        repository: where a command is started.
    """

    jobs: Jobs
    validated: Callable[[Any], Any]
    line: Sequence[str]
    texts: Sequence[str]
    repository: Path


# The sweep of this process: Hydra makes a launcher, and hands it nothing of ours.
swept: list[Sweep] = []


def run(
    jobs: Sequence[Job],
    config: LauncherConfig,
    repository: Path,
    folder: Path,
    add: Callable[[Outcome], None],
) -> None:
    """Run jobs where the launcher says; what each says goes into a file of `folder`.

    Args:
        jobs: command lines.
        config: of the launcher; its class says which.
        repository: where a command is started; as every other folder here, on shared storage
            where several machines are meant.
        folder: of this sweep.
        add: called with the outcome of each job, in their order, once all have ended.

    Raises:
        InputError: the launcher's package or its cluster is missing.
    """
    environment = {name: os.environ[name] for name in _TAKEN_ALONG if name in os.environ}
    threads = config.threads or _share(config)
    environment["OMP_NUM_THREADS"] = str(threads)
    commands = [
        Command(
            job.brand or f"job {number}", job.line, str(repository),
            str(folder / f"{number}-{job.brand or 'job'}.log"), environment, config.lock_seconds,
        )
        for number, job in enumerate(jobs, 1)
    ]  # fmt: skip
    launch, where = _launcher(config, folder)
    outcomes = [Outcome(job.brand, 1, 0.0, "interrupted") for job in jobs]

    def on_end(number: int, ended: Ended) -> None:
        outcome = Outcome(jobs[number].brand, ended.status, ended.seconds, ended.message)
        outcomes[number] = outcome
        again = (
            f", at the {_ORDINALS.get(ended.attempts, f'{ended.attempts}th')} attempt"
            if ended.attempts > 1
            else ""
        )
        on = f" on {ended.host}" if ended.host else ""
        say(f"{commands[number].name}: {outcome.words}{on} in {ended.seconds:.0f} s{again}")

    say(f"{len(jobs)} jobs on {where}; what they say: {folder}")
    try:
        launch(commands, on_end=on_end)
    finally:
        for outcome in outcomes:
            add(outcome)


def _launcher(config: LauncherConfig, folder: Path) -> tuple[Callable[..., None], str]:
    if isinstance(config, RayConfig):
        from smm_voice.cluster import on_ray

        return partial(on_ray.run_all, config=config), f"Ray ({config.address})"
    if isinstance(config, SlurmConfig):
        from smm_voice.cluster import on_slurm

        own = partial(on_slurm.run_all, config=config, folder=folder / "submitit")
        return own, f"Slurm ({config.cluster})"
    if isinstance(config, ProcessesConfig):
        from smm_voice.cluster import processes

        own = partial(processes.run_all, config=config)
        return own, f"this machine, {config.at_once} at once"
    raise ConfigError([f"there is no launcher {type(config).__name__}"])


def _share(config: LauncherConfig) -> int:
    """Threads of a job: what it asked for, or its share of this machine."""
    if isinstance(config, RayConfig | SlurmConfig):
        return max(1, int(config.cpus))
    at_once = config.at_once if isinstance(config, ProcessesConfig) else 1
    return max(1, len(os.sched_getaffinity(0)) // at_once)
