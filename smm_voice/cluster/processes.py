"""Several jobs at once on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from smm_voice.cluster.command import Command, Ended, Running
from smm_voice.config.cluster import ProcessesConfig

_POLL_SECONDS = 0.2


def run_all(
    commands: Sequence[Command], config: ProcessesConfig, on_end: Callable[[int, Ended], None]
) -> None:
    """Run commands, `at_once` at a time.

    Args:
        commands: the jobs.
        config: how many at once.
        on_end: called with each job's number and its end, as it ends.
    """
    waiting = list(enumerate(commands))
    running: dict[int, Running] = {}
    try:
        while True:
            while waiting and len(running) < config.at_once:
                number, command = waiting.pop(0)
                running[number] = Running(command)
            for number, job in list(running.items()):
                ended = job.poll()
                if ended:
                    del running[number]
                    on_end(number, ended)
            if not (waiting or running):
                return
            time.sleep(_POLL_SECONDS)
    finally:
        for job in running.values():
            job.stop()
