"""Processes that work when they are told to, so that those under comparison take turns."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

from smm_voice.errors import SmmVoiceError


class Worker:
    """A module run as a program: it reads a line of JSON and answers with one."""

    def __init__(self, module: str, name: str, settings: dict[str, Any], folder: Path) -> None:
        """Start it.

        Args:
            module: gets the path of its settings as argument.
            name: for files and messages.
            settings: as JSON.
            folder: for settings and log.
        """
        self._name, self._log = name, folder / f"{name}.log"
        path = folder / f"{name}.json"
        path.write_text(json.dumps(settings), encoding="utf-8")
        with self._log.open("w", encoding="utf-8") as errors:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", module, str(path)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
            )  # fmt: skip

    def turn(self, told: dict[str, Any]) -> dict[str, Any]:
        """Its answer; whatever else its libraries print is passed over.

        Raises:
            SmmVoiceError: it ended; with the end of what it said.
        """
        given, answers = self._process.stdin, self._process.stdout
        if given is None or answers is None:
            raise SmmVoiceError(f"{self._name} cannot be told anything")
        try:
            given.write(json.dumps(told) + "\n")
            given.flush()
        except BrokenPipeError:
            pass
        for line in answers:
            if line.startswith('{"'):
                found: dict[str, Any] = json.loads(line)
                return found
        said = self._log.read_text(encoding="utf-8", errors="replace")
        raise SmmVoiceError(f"{self._name} ended in the middle: {said[-1500:]}")

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
