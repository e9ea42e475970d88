"""What ran, where and when: kept with every result."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_CODE = (".py", ".yaml", ".txt", ".ftl", ".jinja")
_PACKAGES = ("torch", "transformers", "peft", "datasets", "scikit-learn", "mlflow", "numpy")


def provenance(root: Path) -> dict[str, Any]:
    """Date, commit, machine and the versions that decide a result."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(root),
        "machine": {
            "processor": processor(),
            "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
            "python": platform.python_version(),
        },
        "packages": {name: importlib.metadata.version(name) for name in _PACKAGES},
    }


def commit(root: Path) -> str:
    """Short commit hash, `+changes` behind it where the tree differs, or `unknown`."""
    try:
        sha = _git(root, "rev-parse", "--short=12", "HEAD")
        changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{sha}+changes" if changed else sha


def code_digest() -> str:
    """SHA-256 of this package's own code and word lists, whether or not it lies in a repository."""
    package = Path(__file__).parents[1]
    whole = hashlib.sha256()
    for path in sorted(package.rglob("*")):
        if path.suffix in _CODE and path.is_file():
            whole.update(f"{path.relative_to(package)}\0".encode() + path.read_bytes() + b"\0")
    return whole.hexdigest()


def digest_of(path: Path | None) -> str | None:
    """SHA-256 of a file, such as the fact sheet that posts were checked by; None without one."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path else None


def processor() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _git(root: Path, *arguments: str) -> str:
    # Fixed words and no shell: nothing of a user's reaches this line.
    return subprocess.run(  # noqa: S603
        ["git", *arguments],  # noqa: S607
        cwd=root, check=True, capture_output=True, text=True, timeout=10,
    ).stdout.strip()  # fmt: skip
