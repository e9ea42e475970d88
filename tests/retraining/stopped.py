"""A command that dies, or waits, at a chosen moment.

    python tests/retraining/stopped.py WHEN CALL NUMBER scripts/retrain.py ARGUMENTS…

CALL is a method of MLflow's client, or `registry` for any that changes a registered model. WHEN is
`before` or `after` its NUMBERth call; the process then kills itself as `kill -9` does. With
`meet:FOLDER` it writes FOLDER/here after the call and goes on once FOLDER/go is there.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
REGISTRY = (
    "_create_model_version", "set_registered_model_alias", "delete_registered_model_alias",
    "set_model_version_tag", "delete_model_version_tag",
)  # fmt: skip


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _meet(folder: Path) -> Callable[[], None]:
    def meet() -> None:
        (folder / "here").touch()
        while not (folder / "go").exists():
            time.sleep(0.02)

    return meet


def _main() -> None:
    import mlflow

    when, call, count, *command = sys.argv[1:]
    act = _meet(Path(when.removeprefix("meet:"))) if when.startswith("meet:") else _die
    calls = 0

    def watched(plain: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            nonlocal calls
            calls += 1
            chosen = calls == int(count)
            if chosen and when == "before":
                act()
            found = plain(*args, **kwargs)
            if chosen and when != "before":
                act()
            return found

        return call

    for name in REGISTRY if call == "registry" else (call,):
        setattr(mlflow.MlflowClient, name, watched(getattr(mlflow.MlflowClient, name)))
    sys.argv = command
    sys.path[0] = str(Path(command[0]).resolve().parent)
    runpy.run_path(command[0], run_name="__main__")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    _main()
