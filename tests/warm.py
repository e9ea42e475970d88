"""Scripts of the repository as processes that need not import torch, MLflow and the like anew.

    from tests.warm import run, start

    process = start("train.py", "brand=acme", "workspace=/tmp/w")
    process.send_signal(signal.SIGKILL)
    ended = run("scripts/compare.py", "brand=acme", timeout=60)

One server for each process of tests, begun with the first command: it imports what the commands
import, then forks for each command, before any thread of Python or OpenMP has begun. What comes of
that is a process like any other: a pid, pipes, signals and an exit status of its own, the default
action for each signal, `atexit` functions that run. It is the child of the server, not of the test.
It differs from `python SCRIPT` in this:

* the libraries stand imported, and what they read from files of their own is read (`preread.py`). A
  test of what is imported, or of the memory or the time that a command takes, starts a process of
  its own;
* SQLite does not wait for the disk (`unsynced.py`);
* all children of a server have one seed of `hash()`. A test that two processes agree starts one of
  them by `subprocess`;
* what an interpreter or a library reads from the environment as it starts (`PYTHON…`, `OMP_…`,
  `HF_…`) is as the server found it. Another value is refused;
* after `sys.exit` and the functions of `atexit` nothing is taken apart: a file that was left open
  without a flush stays short.

Not multiprocessing's "forkserver": its children skip `atexit`, print uncaught errors in a way of
their own, turn Ctrl-C into status 1, and share the resource tracker of their parent.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import json
import os
import runpy
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[1]

# Whatever a command imports below its first lines; nothing here starts a thread pool of OpenMP.
_PRELOADED = (
    "numpy", "scipy.stats", "scipy.sparse", "scipy.special", "sklearn.linear_model",
    "sklearn.pipeline", "sklearn.preprocessing", "sklearn.feature_extraction.text",
    "sklearn.cluster", "pandas", "torch", "transformers", "transformers.models.llama",
    "transformers.models.llama.modeling_llama", "transformers.trainer", "peft", "accelerate",
    "datasets", "mlflow", "mlflow.pyfunc", "mlflow.transformers", "mlflow.genai",
    "mlflow.store.tracking.sqlalchemy_store", "mlflow.store.model_registry.sqlalchemy_store",
    "alembic", "databricks.sdk", "git", "hydra", "omegaconf", "matplotlib.pyplot",
    "matplotlib.backends.backend_svg", "lingua", "dateparser", "wordfreq", "pint", "phonenumbers",
    "smm_voice.commands.train", "smm_voice.commands.evaluate", "smm_voice.commands.retrain",
    "smm_voice.training.run", "mlflow.sklearn", "alembic.command", "opentelemetry.sdk.metrics",
    "tests.preread", "tests.unsynced",
)  # fmt: skip
_READ_AT_START = ("PYTHON", "OMP_", "MKL_", "OPENBLAS_", "LD_", "MALLOC_", "HF_",
                  "TRANSFORMERS_")  # fmt: skip
_LENGTH = struct.Struct("!I")


class Process:
    """A command that a server has forked; to be used as a `subprocess.Popen` in text mode.

    `stderr` is None where it goes into `stdout`.
    """

    def __init__(self, arguments: list[str], pid: int, channel: socket.socket,
                 stdout: IO[str], stderr: IO[str] | None) -> None:  # fmt: skip
        self.args, self.pid, self.stdout, self.stderr = arguments, pid, stdout, stderr
        self.returncode: int | None = None
        self._channel = channel

    def poll(self) -> int | None:
        """The exit status (-N: ended by signal N), or None while it runs."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self.wait(0)
        return None

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end; the exit status.

        Raises:
            subprocess.TimeoutExpired: it still runs.
        """
        if self.returncode is None:
            if not select.select([self._channel], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self.returncode = os.waitstatus_to_exitcode(_number(self._channel))
            self._channel.close()
        return self.returncode

    def communicate(self, timeout: float | None = None) -> tuple[str, str | None]:
        """Read all it says and wait for its end; stdout and stderr.

        Raises:
            subprocess.TimeoutExpired: it still runs; what it has said is kept for the next call.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        for reader in self._readers:
            reader.join(None if deadline is None else max(0, deadline - time.monotonic()))
            if reader.is_alive():
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
        self.wait(None if deadline is None else max(0, deadline - time.monotonic()))
        said = [self._said.get(name) for name in ("stdout", "stderr")]
        return said[0] or "", said[1]

    @functools.cached_property
    def _said(self) -> dict[str, str]:
        return {}

    @functools.cached_property
    def _readers(self) -> list[threading.Thread]:
        def read(name: str, stream: IO[str]) -> None:
            with stream:
                self._said[name] = stream.read()

        streams = {"stdout": self.stdout, "stderr": self.stderr}
        readers = [threading.Thread(target=read, args=(name, stream), daemon=True)
                   for name, stream in streams.items() if stream is not None]  # fmt: skip
        for reader in readers:
            reader.start()
        return readers

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """SIGTERM."""
        self.send_signal(signal.SIGTERM)


def start(
    script: str | Path,
    *arguments: str,
    environment: Mapping[str, str] | None = None,
    merged: bool = False,
) -> Process:
    """Start a script in a warm process.

    Args:
        script: below the repository's root, or absolute.
        *arguments: of the command line.
        environment: the whole of it, as for `subprocess.Popen(env=…)`; this process's own without.
        merged: stderr goes into stdout.

    Raises:
        ValueError: a variable that is read only as an interpreter starts differs from this
            process's own when the server began.
    """
    environment = dict(os.environ if environment is None else environment)
    channel, begun_with, _ = _server()
    for name in sorted(environment.keys() | begun_with.keys()):
        if name.startswith(_READ_AT_START) and environment.get(name) != begun_with.get(name):
            raise ValueError(f"{name} is read as an interpreter starts: use subprocess for this")
    command = [str(ROOT / script), *map(str, arguments)]
    ours, theirs = socket.socketpair()
    pipes = [os.pipe() for _ in range(1 if merged else 2)]
    folder = str(Path.cwd())
    request = json.dumps({"arguments": command, "environment": environment, "folder": folder})
    written = [end for _, end in pipes]
    _send(channel, request.encode("utf-8", "surrogateescape"),
          [theirs.fileno(), written[0], written[-1]])  # fmt: skip
    theirs.close()
    for end in written:
        os.close(end)
    streams = [open(end, encoding="utf-8") for end, _ in pipes]  # noqa: PTH123, SIM115
    return Process(command, _number(ours), ours, streams[0], None if merged else streams[1])


def run(
    script: str | Path,
    *arguments: str,
    timeout: float,
    environment: Mapping[str, str] | None = None,
    merged: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run a script in a warm process to its end, as `subprocess.run(capture_output=True)` does.

    Raises:
        subprocess.TimeoutExpired: it took longer, and was killed.
    """
    process = start(script, *arguments, environment=environment, merged=merged)
    try:
        stdout, stderr = process.communicate(timeout)
    finally:
        process.kill()
    return subprocess.CompletedProcess(process.args, process.wait(), stdout, stderr)


def end() -> None:
    """End this process's server, and whatever it has forked; the next command begins another."""
    if _server.cache_info().currsize:
        channel, _, process = _server()
        _server.cache_clear()
        channel.close()
        process.wait()


@functools.cache
def _server() -> tuple[socket.socket, dict[str, str], subprocess.Popen[bytes]]:
    """The way to the server of this process, and the environment it began with.

    The server ends, with all that it has forked, once this end is closed.
    """
    ours, theirs = socket.socketpair()
    environment = dict(os.environ)
    process = subprocess.Popen(
        [sys.executable, __file__, str(theirs.fileno()), *_PRELOADED], env=environment,
        pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    theirs.close()
    return ours, environment, process


def _send(channel: socket.socket, content: bytes, files: list[int]) -> None:
    socket.send_fds(channel, [_LENGTH.pack(len(content))], files)
    channel.sendall(content)


def _received(channel: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    length, files, _, _ = socket.recv_fds(channel, _LENGTH.size, 3)
    if not length:
        return None
    length += _exactly(channel, _LENGTH.size - len(length))
    content = _exactly(channel, _LENGTH.unpack(length)[0])
    return json.loads(content.decode("utf-8", "surrogateescape")), list(files)


def _exactly(channel: socket.socket, count: int) -> bytes:
    content = b""
    while len(content) < count:
        part = channel.recv(count - len(content))
        if not part:
            raise RuntimeError("the server of warm processes has ended; what it said stands above")
        content += part
    return content


def _number(channel: socket.socket) -> int:
    return _LENGTH.unpack(_exactly(channel, _LENGTH.size))[0]


def _serve(channel: socket.socket) -> dict[str, Any] | None:
    """Fork for each request.

    Returns:
        In a child: its request. In the server: None, once nobody can ask any more.
    """
    woken, waking = os.pipe()
    os.set_blocking(waking, False)
    signal.set_wakeup_fd(waking)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; the tests see to it
    children: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([channel, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _tell_ended(children)
        if channel not in ready:
            continue
        received = _received(channel)
        if received is None:
            for pid in children:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
            return None
        request, (status, *outputs) = received
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            # Even where a shell that starts the tests in the background has them ignore Ctrl-C.
            signal.signal(signal.SIGINT, signal.default_int_handler)
            # Whoever starts the tests in the background, or by nohup, has them ignore it.
            signal.signal(signal.SIGHUP, signal.SIG_DFL)
            for other in (channel, *children.values()):
                other.close()
            for descriptor, target in zip(outputs, (1, 2), strict=True):
                os.dup2(descriptor, target)
            for descriptor in (woken, waking, status, *outputs):
                os.close(descriptor)
            return request
        for descriptor in outputs:
            os.close(descriptor)
        children[pid] = socket.socket(fileno=status)
        with contextlib.suppress(OSError):
            children[pid].sendall(_LENGTH.pack(pid))


def _tell_ended(children: dict[int, socket.socket]) -> None:
    for pid in list(children):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            with children.pop(pid) as channel, contextlib.suppress(OSError):
                channel.sendall(_LENGTH.pack(status))


def _become(request: dict[str, Any]) -> None:
    """Be the script."""
    script, *_ = sys.argv = request["arguments"]
    sys.orig_argv = [sys.executable, *sys.argv]
    sys.path[0] = str(Path(script).parent)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    tempfile.tempdir = None  # found out again, from this environment
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()  # as it does at import
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as ended:
        code = 0 if ended.code is None else ended.code
        _status.append(code & 0xFF if isinstance(code, int) else 1)
        raise
    except KeyboardInterrupt:
        _status.append(-signal.SIGINT)
        raise
    except BaseException:
        _status.append(1)
        raise


_status: list[int] = []


def _leave() -> None:
    """Leave at once: to take the libraries apart takes half a second."""
    sys.stdout.flush()
    sys.stderr.flush()
    status = _status[0] if _status else 0
    if status < 0:
        signal.signal(-status, signal.SIG_DFL)
        os.kill(os.getpid(), -status)
    os._exit(status)


def _main() -> None:
    atexit.register(_leave)  # the first to be registered is the last to run
    channel = socket.socket(fileno=int(sys.argv[1]))
    sys.path[0] = str(ROOT)
    for name in sys.argv[2:]:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # else the first collection of each child would copy all of it
    request = _serve(channel)
    if request is not None:
        _become(request)


if __name__ == "__main__":
    _main()
