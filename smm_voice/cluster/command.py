"""A job as a command line: started, watched, ended with whoever started it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from smm_voice.errors import LockHeldError

_DONE = (0, 10)
_TAIL_LINES = 3
_TAIL_BYTES = 8000
_POLL_SECONDS = 0.2
_STOP_SECONDS = 60.0
_TRY_AGAIN_SECONDS = 5.0
_BEGUN = "=== "
_SET_PARENT_DEATH_SIGNAL = 1
# Loaded before any fork: nothing may be looked up between fork and exec.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Command:
    """One job of a sweep.

    Attributes:
        name: for people, such as the brand's.
        line: program and arguments.
        folder: where it is started.
        log: file that takes all it says; one attempt after the other.
        environment: variables beside those that stand where it runs.
        lock_seconds: how long a held lock is tried again.
    """

    name: str
    line: tuple[str, ...]
    folder: str
    log: str
    environment: Mapping[str, str] = field(default_factory=dict)
    lock_seconds: float = 0.0


@dataclass(frozen=True)
class Ended:
    """How a command ended.

    Attributes:
        status: its exit status; 128 + N where signal N ended it.
        seconds: the last attempt took.
        message: the end of what it said, and where the rest stands; "" where it succeeded.
        host: where it ran.
        attempts: how often it was begun.
    """

    status: int
    seconds: float
    message: str = ""
    host: str = ""
    attempts: int = 1


class Running:
    """A command that runs on this machine."""

    def __init__(self, command: Command) -> None:
        self._command = command
        self._first = self._begun = time.monotonic()
        self._again: float | None = None
        self._process = self._start()

    def poll(self) -> Ended | None:
        """How it ended, or None while it runs or waits for a lock."""
        if self._again is not None:
            if time.monotonic() < self._again:
                return None
            self._again = None
            self._begun = time.monotonic()
            self._process = self._start()
        status = self._process.poll()
        if status is None:
            return None
        waited = time.monotonic() - self._first
        if status == LockHeldError.exit_status and waited < self._command.lock_seconds:
            self._again = time.monotonic() + _TRY_AGAIN_SECONDS
            return None
        status = 128 - status if status < 0 else status
        return Ended(
            status,
            time.monotonic() - self._begun,
            "" if status in _DONE else tail(Path(self._command.log)),
            socket.gethostname(),
            _attempts(Path(self._command.log)),
        )

    def stop(self) -> None:
        """End it as a terminal would, and by force where that does not help."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def _start(self) -> subprocess.Popen[bytes]:
        path = Path(self._command.log)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as log:
            host, moment = socket.gethostname(), time.strftime("%Y-%m-%d %H:%M:%S")
            log.write(f"\n{_BEGUN}{self._command.name} on {host}, {moment}\n".encode())
            log.flush()
            return subprocess.Popen(  # noqa: S603  our own script and the user's own overrides
                self._command.line,
                cwd=self._command.folder,
                env={**os.environ, **self._command.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Where the process that watches it dies, its node is taken for dead and the job
                # is begun elsewhere: it must not live on.
                preexec_fn=die_with_parent,
            )


def run(command: Command) -> Ended:
    """Run a command to its end; an interruption ends it as well."""
    with _terminated_is_interrupted():
        running = Running(command)
        try:
            while (ended := running.poll()) is None:
                time.sleep(_POLL_SECONDS)
        finally:
            running.stop()
    return ended


@contextlib.contextmanager
def _terminated_is_interrupted():  # type: ignore[no-untyped-def]
    """SIGTERM raises KeyboardInterrupt meanwhile."""

    def interrupt(signum: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def die_with_parent() -> None:
    """Between fork and exec: end this process with the one that started it, where Linux does so."""
    if _libc is not None:
        _libc.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)


def tail(log: Path) -> str:
    """The last lines of a log, progress bars left out, and where it lies."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _TAIL_BYTES))
        text = file.read().decode("utf-8", errors="replace")
    lines = [line.rpartition("\r")[2].strip() for line in text.split("\n")]
    said = [line for line in lines if line and not line.startswith(_BEGUN)]
    return " ".join([*said[-_TAIL_LINES:], f"({log})"])


def _attempts(log: Path) -> int:
    with log.open("r", encoding="utf-8", errors="replace") as file:
        return sum(line.startswith(_BEGUN) for line in file)
