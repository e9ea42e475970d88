"""Jobs on a Ray cluster; one whose node dies is begun again on another."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Sequence
from typing import Any

from smm_voice.cluster.command import Command, Ended, run
from smm_voice.config.cluster import RayConfig
from smm_voice.errors import InputError

log = logging.getLogger(__name__)

_LOOK_SECONDS = 5.0


def run_all(
    commands: Sequence[Command], config: RayConfig, on_end: Callable[[int, Ended], None]
) -> None:
    """Run commands, each where the cluster has room for it.

    The commands' folder and logs have to lie where every node sees them.

    Args:
        commands: the jobs.
        config: the cluster, and what a job asks of a node.
        on_end: called with each job's number and its end, as it ends.

    Raises:
        InputError: Ray is not installed, or there is no such cluster.
    """
    # Ray tells its makers how it is used, unless it is asked not to.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    ray = _connected(config, commands)
    try:
        memory = int(config.memory_gib * 2**30) if config.memory_gib else None
        job = ray.remote(
            num_cpus=config.cpus, num_gpus=config.gpus, memory=memory, max_retries=config.retries
        )(run)
        refs = {
            job.options(name=command.name).remote(command): number
            for number, command in enumerate(commands)
        }
        _tell_where_too_small(ray, config)
        try:
            _collect(ray, refs, config, on_end)
        except BaseException:
            for ref in refs:
                ray.cancel(ref)
            # Until they have ended: a run is to be FAILED, not RUNNING.
            ray.wait(list(refs), num_returns=len(refs), timeout=_LOOK_SECONDS * 12)
            raise
    finally:
        ray.shutdown()


def _collect(
    ray: Any, refs: dict[Any, int], config: RayConfig, on_end: Callable[[int, Ended], None]
) -> None:
    open_refs = list(refs)
    while open_refs:
        ready, open_refs = ray.wait(open_refs, num_returns=1, timeout=_LOOK_SECONDS)
        for ref in ready:
            try:
                ended = ray.get(ref)
            except ray.exceptions.RayError as error:
                words = str(error).strip().splitlines() or [repr(error)]
                again = f"begun {config.retries + 1} times at most"
                ended = Ended(1, 0.0, f"lost by Ray ({again}): {words[0]}")
            on_end(refs[ref], ended)


def _connected(config: RayConfig, commands: Sequence[Command]) -> Any:
    try:
        import ray
    except ImportError:
        raise InputError(
            "hydra/launcher=ray needs the package ray: "
            "pip install -r requirements-ray.txt -c requirements.txt"
        ) from None
    local = config.address == "local"
    # The function that runs a job is found there by its name.
    path = os.pathsep.join(filter(None, [commands[0].folder, os.environ.get("PYTHONPATH")]))
    try:
        ray.init(
            address=config.address,
            runtime_env={"env_vars": {"PYTHONPATH": path}},
            log_to_driver=False,
            logging_level="warning",
            **({"include_dashboard": False, "_node_ip_address": "127.0.0.1"} if local else {}),
        )
    except (ConnectionError, ValueError, RuntimeError) as error:
        said = str(error).strip().splitlines() or [repr(error)]
        raise InputError(
            f"there is no Ray cluster at hydra.launcher.address={config.address}: {said[0]} "
            "Start one with `ray start --head`, or say hydra.launcher.address=local"
        ) from error
    return ray


def _tell_where_too_small(ray: Any, config: RayConfig) -> None:
    """Ray waits without a word for a node that is large enough."""
    nodes = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    if not any(
        node.get("CPU", 0) >= config.cpus and node.get("GPU", 0) >= config.gpus for node in nodes
    ):
        have = ", ".join(f"{n.get('CPU', 0):g} CPU {n.get('GPU', 0):g} GPU" for n in nodes)
        log.warning(
            "No node has the %g CPUs and %g GPUs that a job asks for (there are: %s): the jobs "
            "wait for one. Lower hydra.launcher.cpus, or add a node",
            config.cpus, config.gpus, have,
        )  # fmt: skip
