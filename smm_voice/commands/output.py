"""The file that a command's `output=` names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from smm_voice.errors import InputError
from smm_voice.text.files import write_whole


def write_json(path: Path, result: dict[str, Any]) -> None:
    """Write a result whole or not at all.

    Raises:
        InputError: `output` cannot be written.
    """
    write_text(path, json.dumps(result, indent=2, ensure_ascii=False, allow_nan=False))


def write_text(path: Path, text: str) -> None:
    """Write a text whole or not at all.

    Raises:
        InputError: `output` cannot be written.
    """
    try:
        write_whole(path, text)
    except OSError as error:
        raise InputError(f"output={path} cannot be written: {error}") from error
