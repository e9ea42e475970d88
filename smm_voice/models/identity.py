"""What makes two models answer alike: more than their weights."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from smm_voice.models.chat import plain_format
from smm_voice.models.chat_format import written_with
from smm_voice.models.files import INDEX, MANIFEST, sha256

# Configuration, tokenizer and chat template are files of these kinds.
_KINDS = (".jinja", ".json", ".model", ".txt")
_TEMPLATES = "additional_chat_templates"


def identity_of(weights: str, folder: Path, quantisation: str | None) -> str:
    """Digest of all that decides a model's answers, apart from code and number format.

    Args:
        weights: their digest.
        folder: in transformers' format.
        quantisation: what the weights are rounded to as they are loaded.
    """
    files = [
        path
        for path in sorted([*folder.glob("*"), *(folder / _TEMPLATES).glob("*")])
        if path.suffix in _KINDS and path.name not in (MANIFEST, INDEX)
    ]
    parts = [
        weights, quantisation, prompt_format_of(folder),
        [[path.name, sha256(path)] for path in files],
    ]  # fmt: skip
    return _digest(parts)


def prompt_format_of(folder: Path) -> str:
    """Digest of how a model's conversations are written: its chat template, or the plain format.

    Args:
        folder: in transformers' format.
    """
    config = _read(folder / "tokenizer_config.json")
    template = _template(folder, config)
    if template:
        return _digest(written_with(template))
    return _digest(plain_format(*(_token(config.get(f"{each}_token")) for each in ("bos", "eos"))))


def _template(folder: Path, config: dict[str, Any]) -> str:
    """The chat template in the place where transformers looks first; "" where there is none."""
    path = folder / "chat_template.jinja"
    if path.is_file():
        return path.read_text(encoding="utf-8").removesuffix("\n")
    legacy = _read(folder / "chat_template.json").get("chat_template")
    found = legacy or config.get("chat_template") or ""
    # Several templates, each with a name.
    return found if isinstance(found, str) else json.dumps(found, sort_keys=True)


def _token(given: Any) -> str:
    return str(given.get("content", "")) if isinstance(given, dict) else str(given or "")


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # transformers says what is wrong with it
    return found if isinstance(found, dict) else {}


def _digest(parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
