"""A folder that appears whole or not at all, beside which nothing is left when it fails."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from smm_voice.errors import InputError, SmmVoiceError

# What is known to be an export, and may be replaced by one.
RECORD = "export.json"
SUMS = "SHA256SUMS"
_STAGING, _OLD = "exporting", "replaced"
_NOT_WRITABLE = "output={output} cannot be written: {error}"


@contextmanager
def staged(output: Path, *, overwrite: bool) -> Iterator[Path]:
    """A folder beside `output` that takes its place once the block has ended well.

    Args:
        output: absolute; to be made, with all above it.
        overwrite: whether an export that stands there goes.

    Raises:
        InputError: something stands there, or nothing can be written there.
    """
    check_free(output, overwrite=overwrite)
    staging, old = (
        output.with_name(f".{output.name}.{word}-{os.getpid()}") for word in (_STAGING, _OLD)
    )
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        _tidy(output)
        staging.mkdir()
    except OSError as error:
        raise InputError(_NOT_WRITABLE.format(output=output, error=error)) from error
    try:
        yield staging
        _open_to_readers(staging)
        check_free(output, overwrite=overwrite)  # somebody else may have been faster
        if output.exists() and any(output.iterdir()):
            os.replace(output, old)
        try:
            os.replace(staging, output)
        except OSError:
            if old.exists():
                os.replace(old, output)
            raise
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if output.exists():
            shutil.rmtree(old, ignore_errors=True)


def check_free(output: Path, *, overwrite: bool) -> None:
    """Whether an export may take this place.

    Raises:
        InputError: it may not; says why.
    """
    try:
        if not output.is_symlink() and not output.exists():
            return
        if output.is_symlink() or not output.is_dir():
            raise InputError(f"output={output} is no folder: name another, or remove it")
        if not any(output.iterdir()):
            return
        if not (output / RECORD).is_file():
            raise InputError(
                f"output={output} holds other things than an export ({RECORD} is not there), and "
                "is left alone: name another folder"
            )
    except OSError as error:
        raise InputError(_NOT_WRITABLE.format(output=output, error=error)) from error
    if not overwrite:
        raise InputError(
            f"output={output} holds an export already: say overwrite=true to replace it, or name "
            "another folder"
        )


def check_room(place: Path, needed: int) -> None:
    """Refuse what would not fit.

    Args:
        place: the folder in which it is being made.
        needed: bytes, all in all.

    Raises:
        SmmVoiceError: names both sizes.
    """
    free = shutil.disk_usage(place).free
    if free < needed:
        raise SmmVoiceError(
            f"no room for the export: about {needed / 1e9:.2f} GB are needed in {place.parent}, "
            f"{free / 1e9:.2f} GB are free; make room, or name another disk with output=…"
        )


def seal(folder: Path, record: dict[str, Any]) -> None:
    """Write the record, then every file's SHA-256 in the form of `sha256sum --check`."""
    text = json.dumps(record, indent=2, ensure_ascii=False, allow_nan=False)
    (folder / RECORD).write_text(text + "\n", encoding="utf-8")
    lines = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        lines.append(f"{digest}  {path.relative_to(folder).as_posix()}\n")
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")


def size(folder: Path) -> int:
    """Bytes of all files."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _tidy(output: Path) -> None:
    """Take away what exports that were killed have left here."""
    for word in (_STAGING, _OLD):
        for left in output.parent.glob(f".{output.name}.{word}-*"):
            owner = left.name.rpartition("-")[2]
            if not owner.isdigit() or psutil.pid_exists(int(owner)):
                continue
            if word == _OLD and not output.exists():
                os.replace(left, output)  # it was killed between the two moves
            else:
                shutil.rmtree(left, ignore_errors=True)


def _open_to_readers(folder: Path) -> None:
    """Give each file the mode of any new one: safetensors leaves its own to the owner alone.

    A server mostly runs as a user of its own.
    """
    mask = os.umask(0)
    os.umask(mask)
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):  # a file system without modes
            path.chmod((0o777 if path.is_dir() else 0o666) & ~mask)
