"""A look at a brand as a file, whole again when read: `drift/monitored.json` of a run."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from smm_voice.errors import InputError
from smm_voice.monitoring.signal import Monitored, Signal

# Raised when a file of an older version can no longer be read.
FORMAT = 1
PATH = "drift/monitored.json"

_TUPLES = ("n", "examples", "warnings")


def as_json(monitored: Monitored) -> dict[str, Any]:
    """The look as plain values; what is not finite becomes null, since JSON has no NaN."""
    values = dataclasses.asdict(monitored)
    values["signals"] = list(values["signals"])
    return {"format": FORMAT, **_plain(values)}


def from_json(values: Mapping[str, Any]) -> Monitored:
    """The reverse of `as_json`.

    Raises:
        InputError: the values are of another format, or are no look.
    """
    if values.get("format") != FORMAT:
        raise InputError(
            f"this look was written in format {values.get('format')}, and format {FORMAT} is read: "
            "run scripts/monitor.py again"
        )
    try:
        return Monitored(
            language=values["language"],
            baseline=_pair(values["baseline"]),
            recent=_pair(values["recent"]),
            signals=[
                Signal(**{**row, **{name: tuple(row[name]) for name in _TUPLES}})
                for row in values["signals"]
            ],
            provenance=values["provenance"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(f"this is no whole look: {error!r}") from error


def read(path: Path) -> Monitored:
    """The look in a file.

    Raises:
        InputError: the file cannot be read, or holds no look of this format.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    if not isinstance(values, dict):
        raise InputError(f"{path} holds no look")
    return from_json(values)


def _pair(values: Any) -> tuple[str, str]:
    first, last = values
    return str(first), str(last)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
