"""What every benchmark writes, and how a command is measured."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import psutil

from smm_voice.errors import SmmVoiceError
from smm_voice.evaluation.provenance import processor

_EVERY_SECONDS = 0.25


@dataclass(frozen=True)
class Measured:
    """One run of a command.

    Attributes:
        seconds: wall-clock time from start to end.
        peak_bytes: largest memory of the command with all its processes; what they share is
            counted once (proportional set size).
        output: what it printed.
    """

    seconds: float
    peak_bytes: int
    output: str


def measure(command: Sequence[str], folder: Path) -> Measured:
    """Run a command and watch it.

    Raises:
        SmmVoiceError: it failed; with the end of what it said.
    """
    log = folder / "output.txt"
    peak = 0
    started = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)  # noqa: S603
        try:
            while process.poll() is None:
                peak = max(peak, _tree_bytes(process.pid))
                time.sleep(_EVERY_SECONDS)
        finally:
            process.terminate()
    seconds = time.perf_counter() - started
    output = log.read_text(encoding="utf-8", errors="replace")
    if process.returncode:
        raise SmmVoiceError(f"{' '.join(command)} ended with {process.returncode}: {output[-800:]}")
    return Measured(seconds, peak, output)


def _tree_bytes(pid: int) -> int:
    total = 0
    try:
        root = psutil.Process(pid)
        for process in [root, *root.children(recursive=True)]:
            memory = process.memory_full_info()
            total += getattr(memory, "pss", memory.rss)
    except (psutil.Error, OSError):  # a process that has just ended
        pass
    return total


def write(
    folder: Path, bench: str, commit: str, repeats: int, figures: Mapping[str, Sequence[float]]
) -> Path:
    """Write `NAME.json`, the form that others read.

    Args:
        folder: `experiments/runs/benchmarks`.
        bench: its name.
        commit: of the code.
        repeats: runs a figure.
        figures: name → one value a run.
    """
    folder.mkdir(parents=True, exist_ok=True)
    content = {
        "bench": bench,
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit,
        "machine": {
            "processor": processor(),
            "cores": len(os.sched_getaffinity(0)),
            "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
            "python": platform.python_version(),
            "system": f"{platform.system()} {platform.machine()}",
        },
        "repeats": repeats,
        "figures": {
            name: {"median": median(values), "min": min(values), "max": max(values)}
            for name, values in figures.items()
        },
    }
    path = folder / f"{bench}.json"
    staging = path.with_suffix(".tmp")
    staging.write_text(json.dumps(content, indent=2), encoding="utf-8")
    os.replace(staging, path)
    return path
