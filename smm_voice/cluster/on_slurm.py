"""Jobs on a Slurm cluster, through submitit; one that is preempted goes back into the queue."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from smm_voice.cluster.command import Command, Ended, Running
from smm_voice.config.cluster import SlurmConfig
from smm_voice.errors import InputError, SmmVoiceError

_LOOK_SECONDS = 2.0
_POLL_SECONDS = 0.2
# Between the end of a job and its result on shared storage.
_GRACE_SECONDS = 60.0


class Task:
    """A command as submitit runs it."""

    def __init__(self, command: Command) -> None:
        self.command = command

    def __call__(self) -> Ended:
        """Run it.

        Slurm tells all processes of a job with SIGTERM that they are to end, this one and the
        command alike. Whether the job goes back into the queue then (preempted) or not (cancelled)
        shows afterwards; a result written now would end it for good.
        """
        told: list[int] = []
        signal.signal(signal.SIGTERM, lambda number, _: told.append(number))
        running = Running(self.command)
        try:
            while (ended := running.poll()) is None or told:
                time.sleep(_POLL_SECONDS)
        finally:
            running.stop()
        return ended

    def checkpoint(self) -> Any:
        """Called shortly before the end of its time: the same command goes on where it stopped.

        The command's process ends with this one, and its checkpoints stand.
        """
        from submitit.helpers import DelayedSubmission

        return DelayedSubmission(Task(self.command))


def run_all(
    commands: Sequence[Command],
    config: SlurmConfig,
    folder: Path,
    on_end: Callable[[int, Ended], None],
) -> None:
    """Submit commands and wait for all of them.

    Args:
        commands: the jobs.
        config: what a job asks for.
        folder: on shared storage; submitit writes scripts, logs and results there.
        on_end: called with each job's number and its end, as it ends.

    Raises:
        InputError: submitit is not installed, or there is no Slurm here.
        SmmVoiceError: Slurm refuses the jobs.
    """
    jobs = dict(enumerate(_submitted(commands, config, folder)))
    gone: dict[int, float] = {}
    try:
        while jobs:
            for number, job in list(jobs.items()):
                ended = _ended(job, config, gone, number)
                if ended:
                    del jobs[number]
                    on_end(number, ended)
            if jobs:
                time.sleep(_LOOK_SECONDS)
    finally:
        for job in jobs.values():
            job.cancel(check=False)


def _submitted(commands: Sequence[Command], config: SlurmConfig, folder: Path) -> list[Any]:
    try:
        import submitit
    except ImportError:
        raise InputError(
            "hydra/launcher=slurm needs the package submitit: "
            "pip install -r requirements-slurm.txt -c requirements.txt"
        ) from None
    if config.cluster == "slurm" and not shutil.which("sbatch"):
        raise InputError(
            "hydra/launcher=slurm needs Slurm's commands, and there is no sbatch here; start it on "
            "a login node, or try the configuration with hydra.launcher.cluster=local"
        )
    folder.mkdir(parents=True, exist_ok=True)
    executor = submitit.AutoExecutor(
        folder=folder,
        cluster=config.cluster,
        slurm_max_num_timeout=config.requeues,
    )
    executor.update_parameters(**parameters(config))
    try:
        with executor.batch():
            submitted = [executor.submit(Task(command)) for command in commands]
    except submitit.core.utils.FailedJobError as error:
        raise SmmVoiceError(f"Slurm refuses the jobs: {str(error).strip()}") from error
    return list(submitted)


def parameters(config: SlurmConfig) -> dict[str, Any]:
    """What submitit is told: names of sbatch's options where they are Slurm's alone."""
    slurm = {
        "slurm_partition": config.partition,
        "slurm_account": config.account,
        "slurm_qos": config.qos,
        "slurm_gres": config.gres,
        "slurm_array_parallelism": config.at_once,
        "slurm_signal_delay_s": config.signal_seconds,
        "slurm_setup": list(config.setup) or None,
        # Where a node dies, Slurm itself begins its jobs again.
        "slurm_additional_parameters": {"requeue": True},
        "cpus_per_task": config.cpus,
        "mem_gb": config.memory_gib,
        "timeout_min": config.minutes,
        "name": "smm_voice",
    }
    return {key: value for key, value in slurm.items() if value is not None}


def _ended(job: Any, config: SlurmConfig, gone: dict[int, float], number: int) -> Ended | None:
    """How a job ended, or None.

    The result on shared storage decides; Slurm's accounting, which submitit asks, is not on every
    cluster, so whether a job without result is still there is asked of the queue.
    """
    if job.paths.result_pickle.exists():
        try:
            return job.result()
        except Exception as error:  # whatever the job's own process raised
            return Ended(1, 0.0, f"job {job.job_id}: {error}")
    there = _queued(str(job.job_id)) if config.cluster == "slurm" else job.get_info()["jobState"]
    if there and there not in ("FINISHED", "INTERRUPTED"):
        gone.pop(number, None)
        return None
    since = gone.setdefault(number, time.monotonic())
    if time.monotonic() - since < _GRACE_SECONDS:
        return None
    return Ended(1, 0.0, f"job {job.job_id} left no result; see {job.paths.stderr}")


def _queued(job_id: str) -> str:
    """The job's state in Slurm's queue; "" where it is not there any more."""
    asked = subprocess.run(  # noqa: S603
        ["squeue", "--noheader", "--states=all", "--format=%T", f"--jobs={job_id}"],  # noqa: S607
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    state = asked.stdout.strip().split("\n")[0]
    over = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "DEADLINE", "OUT_OF_MEMORY", "BOOT_FAIL")
    if asked.returncode and "Invalid job id" not in asked.stderr:
        return "UNKNOWN"  # the controller is away; the job need not be
    return "" if state in over else state
