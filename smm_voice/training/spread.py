"""One training over several processes: who they are, what they share, and that they end together.

The first process does all that a training alone would: it builds the dataset, logs, judges and
registers. The others wait for it, take part in the steps, and end. It starts them itself on this
machine; on several machines torchrun starts all of them.
"""

from __future__ import annotations

import dataclasses
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.cluster.command import die_with_parent, tail
from smm_voice.config import DistributedConfig, TrainingConfig
from smm_voice.errors import ConfigError, SmmVoiceError

if TYPE_CHECKING:
    from torch._C._distributed_c10d import TCPStore

log = logging.getLogger(__name__)

_LOOPBACK = "127.0.0.1"
_STOP_SECONDS = 20.0
# What tells libraries below that this process is one of many.
_VARIABLES = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT",
              "ACCELERATE_USE_FSDP", "GLOO_SOCKET_IFNAME")  # fmt: skip


def rank() -> int:
    """This process's number; 0 where it is alone."""
    return int(os.environ.get("RANK", "0"))


def world() -> int:
    """How many processes torchrun, or `processes`, has started; 1 where this one is alone."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def here() -> int:
    """How many of them share this machine's memory."""
    return int(os.environ.get("LOCAL_WORLD_SIZE", "1"))


def count(config: DistributedConfig) -> int:
    """How many processes will train.

    Raises:
        ConfigError: torchrun started several, and nothing says how they are to work together.
    """
    if config.kind == "none":
        if world() > 1:
            raise ConfigError(
                [f"torchrun started {world()} processes: say training/distributed=ddp or fsdp2"]
            )
        return 1
    return world() if world() > 1 else config.processes


def share(config: TrainingConfig, processes: int) -> TrainingConfig:
    """What one of `processes` does in a step, so that all together do what one alone would.

    Raises:
        ConfigError: batch_size × accumulation cannot be divided so.
    """
    if config.accumulation % processes == 0:
        return dataclasses.replace(config, accumulation=config.accumulation // processes)
    if config.batch_size % processes == 0:
        return dataclasses.replace(config, batch_size=config.batch_size // processes)
    raise ConfigError(
        [
            f"{processes} processes cannot share training.batch_size={config.batch_size} × "
            f"training.accumulation={config.accumulation}: one of the two has to be a multiple of "
            f"{processes}"
        ]
    )


def arguments(config: DistributedConfig) -> dict[str, Any]:
    """What transformers' TrainingArguments are told of it."""
    if config.kind != "fsdp2":
        return {}
    return {
        "fsdp": True,
        "fsdp_config": {
            "version": 2,
            "auto_wrap_policy": "TRANSFORMER_BASED_WRAP",
            # Checkpoints that a reader of adapters can read.
            "state_dict_type": "FULL_STATE_DICT",
            "cpu_ram_efficient_loading": False,
        },
    }


def shard(trainer: Any) -> None:
    """Have accelerate divide the model where there is no GPU, too.

    accelerate 1.15 leaves its plugin for fsdp2 aside on processors, without a word, and every
    process would keep the whole model; torch itself divides it there as well.
    """
    args = trainer.args
    if not args.fsdp or args.world_size == 1 or trainer.is_fsdp_enabled:
        return
    from accelerate import FullyShardedDataParallelPlugin
    from accelerate.state import AcceleratorState, PartialState
    from accelerate.utils import DistributedType

    kind = {"distributed_type": DistributedType.FSDP}
    plugin = FullyShardedDataParallelPlugin(**args.fsdp_plugin_args)
    PartialState._shared_state.update(kind)
    AcceleratorState._shared_state.update({**kind, "fsdp_plugin": plugin})
    trainer.is_fsdp_enabled = True


def kernels(config: TrainingConfig) -> str:
    """`training.kernels`; what is divided among processes stays in its own form."""
    return "plain" if config.distributed.kind == "fsdp2" else config.kernels


@contextmanager
def joined(config: DistributedConfig, folder: Path) -> Iterator[int]:
    """Be the first of the processes that train, for as long as the block lasts.

    Args:
        config: how many, and how long one waits for another.
        folder: what the others say goes into `process-N.log` in it.

    Yields:
        How many they are.

    Raises:
        SmmVoiceError: another process ended in the middle. Once the block has ended, what another
            one does is only warned of: all that was learned is here.
    """
    processes = count(config)
    if processes == 1:
        yield 1
        return
    import torch

    threads = torch.get_num_threads()
    before = {name: os.environ.get(name) for name in _VARIABLES}
    others: list[subprocess.Popen[bytes]] = []
    try:
        if world() > 1:
            # torchrun's others end with the training: what it said of them holds no longer then.
            before = dict.fromkeys(_VARIABLES)
            _enter(config, None)
        else:
            store = _store(0, processes, first=True)
            others = _started(processes, store.port, config, folder)
            _enter(config, store)
        yield processes
        _see_off(others, folder)
    except RuntimeError as error:
        # A process that is gone shows here as a closed connection.
        for number, process in enumerate(others, 1):
            if _ended(process):
                raise SmmVoiceError(_ended_badly(number, process, folder)) from error
        raise
    finally:
        for process in others:
            _stop(process)
        _leave(before)
        torch.set_num_threads(threads)


@contextmanager
def following(config: DistributedConfig) -> Iterator[None]:
    """Be another of the processes."""
    before = {name: os.environ.get(name) for name in _VARIABLES}
    by_torchrun = "TORCHELASTIC_RUN_ID" in os.environ
    port = int(os.environ["MASTER_PORT"])
    _enter(config, None if by_torchrun else _store(port, world(), first=False))
    try:
        yield
    finally:
        _leave(before)


def told(value: Any = None) -> Any:
    """What the first process says, in each of them."""
    import torch.distributed as dist

    if not dist.is_initialized():
        return value
    import torch

    said = [value]
    dist.broadcast_object_list(said, src=0, device=torch.device("cpu"))
    return said[0]


def gather() -> None:
    """Go on when all of them have come as far as this."""
    import torch.distributed as dist

    if dist.is_initialized():
        import torch

        dist.all_reduce(torch.zeros(1))


def _enter(config: DistributedConfig, store: TCPStore | None) -> None:
    """Join the others; without a store, at the place that torchrun named."""
    import torch
    import torch.distributed as dist

    gpu = torch.cuda.is_available()
    if gpu:
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    dist.init_process_group(
        "cpu:gloo,cuda:nccl" if gpu else "gloo",
        timeout=timedelta(minutes=config.wait_minutes),
        rank=rank(),
        world_size=world(),
        store=store,
    )
    if config.kind == "fsdp2":
        os.environ["ACCELERATE_USE_FSDP"] = "true"


def _leave(before: dict[str, str | None]) -> None:
    """Be alone again: what follows, another training among it, must not wait for anybody."""
    import torch.distributed as dist
    from accelerate.state import AcceleratorState, PartialState

    if dist.is_initialized():
        dist.destroy_process_group()
    AcceleratorState._reset_state(reset_partial_state=True)
    PartialState._reset_state()
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _store(port: int, processes: int, first: bool) -> TCPStore:
    from torch._C._distributed_c10d import TCPStore

    if not first:
        return TCPStore(_LOOPBACK, port, processes, is_master=False, wait_for_workers=False)
    # Given a name alone, it would listen on all of this machine's addresses.
    listening = socket.create_server((_LOOPBACK, 0))
    own = listening.getsockname()[1]
    return TCPStore(
        _LOOPBACK, own, processes, is_master=True, wait_for_workers=False,
        master_listen_fd=listening.detach(),
    )  # fmt: skip


def _started(
    processes: int, port: int, config: DistributedConfig, folder: Path
) -> list[subprocess.Popen[bytes]]:
    """Start the others on this machine; from now on this process counts as the first of many."""
    import torch

    threads = max(1, torch.get_num_threads() // processes)
    torch.set_num_threads(threads)
    shared = {
        "WORLD_SIZE": str(processes),
        "LOCAL_WORLD_SIZE": str(processes),
        "MASTER_ADDR": _LOOPBACK,
        "MASTER_PORT": str(port),
        "OMP_NUM_THREADS": str(threads),
        **({"GLOO_SOCKET_IFNAME": "lo"} if sys.platform == "linux" else {}),
    }
    # Its own number of threads stands, and must for what comes after.
    os.environ.update({k: v for k, v in shared.items() if k in _VARIABLES})
    os.environ.update({"RANK": "0", "LOCAL_RANK": "0"})
    path = os.pathsep.join(
        filter(None, [str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH")])
    )
    folder.mkdir(parents=True, exist_ok=True)
    others = []
    for number in range(1, processes):
        own = {"RANK": str(number), "LOCAL_RANK": str(number), "PYTHONPATH": path}
        with _log(folder, number).open("wb") as out:
            others.append(
                subprocess.Popen(  # noqa: S603
                    [
                        sys.executable, "-m", "smm_voice.training.follow",
                        config.kind, str(config.wait_minutes),
                    ],
                    env={**os.environ, **shared, **own}, stdin=subprocess.DEVNULL,
                    stdout=out, stderr=subprocess.STDOUT, preexec_fn=die_with_parent,
                )
            )  # fmt: skip
    log.info("Training in %d processes of %d threads", processes, threads)
    return others


def _log(folder: Path, number: int) -> Path:
    return folder / f"process-{number}.log"


def _ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        return process.wait(_STOP_SECONDS / 4) != 0
    except subprocess.TimeoutExpired:
        return False


def _ended_badly(number: int, process: subprocess.Popen[bytes], folder: Path) -> str:
    return (
        f"process {number} of the training ended with {process.returncode}; the same command goes "
        f"on from the newest checkpoint. It said: {tail(_log(folder, number))}"
    )


def _see_off(others: list[subprocess.Popen[bytes]], folder: Path) -> None:
    """Give the others time to end."""
    until = time.monotonic() + _STOP_SECONDS
    for number, process in enumerate(others, 1):
        try:
            status = process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("Process %d does not end after the training, and is stopped", number)
            continue
        if status:
            said = tail(_log(folder, number))
            log.warning("Process %d ended with %d after the training: %s", number, status, said)


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
