"""Where the jobs of a sweep run, one schema for each file of conf/hydra/launcher/."""

from __future__ import annotations

from dataclasses import dataclass, field

from smm_voice.validation import rule


@dataclass(frozen=True, kw_only=True)
class LauncherConfig:
    """What every launcher is told.

    `threads` a job computes with; 0: as many as its share of the processors. A job that meets a
    lock tries again for `lock_seconds`: where a machine died, its locks on shared storage go only
    after a while.
    """

    threads: int = rule(0, minimum=0, maximum=1024)
    lock_seconds: float = rule(120.0, minimum=0)


@dataclass(frozen=True, kw_only=True)
class ProcessesConfig(LauncherConfig):
    """`hydra/launcher=processes`: `at_once` jobs at a time on this machine."""

    at_once: int = rule(2, minimum=1, maximum=256)


@dataclass(frozen=True, kw_only=True)
class RayConfig(LauncherConfig):
    """`hydra/launcher=ray`.

    `address` is that of a running cluster, `auto` the one this machine belongs to, `local` one
    that lives as long as the sweep. A job asks for `cpus`, `gpus` and `memory_gib` of one node; it
    is begun again on another, up to `retries` times, where its node dies.
    """

    address: str = "auto"
    cpus: float = rule(2.0, minimum=0.1)
    gpus: float = rule(0.0, minimum=0)
    memory_gib: float | None = rule(None, minimum=0.1)
    retries: int = rule(3, minimum=0, maximum=100)


@dataclass(frozen=True, kw_only=True)
class SlurmConfig(LauncherConfig):
    """`hydra/launcher=slurm`, through submitit.

    `cluster` is `slurm`, or `local`: submitit's processes on this machine, to try a configuration.
    A job asks for `cpus`, `memory_gib`, `gres` (such as gpu:1) and `minutes`; `at_once` bounds how
    many run. A job that is preempted or meets its time limit is put back in the queue, `requeues`
    times at most, and goes on from its newest checkpoint; it is told `signal_seconds` before.
    `setup` are lines of shell that come before it.
    """

    cluster: str = rule("slurm", choices=("slurm", "local"))
    partition: str | None = None
    account: str | None = None
    qos: str | None = None
    cpus: int = rule(2, minimum=1)
    memory_gib: float | None = rule(4.0, minimum=0.1)
    gres: str | None = None
    minutes: int = rule(240, minimum=1)
    at_once: int = rule(64, minimum=1)
    requeues: int = rule(3, minimum=0)
    signal_seconds: int = rule(90, minimum=1)
    setup: list[str] = field(default_factory=list)
