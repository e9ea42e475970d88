"""The files of a model: which they are, their SHA-256, whether they are still what they were."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from platformdirs import user_cache_path

from smm_voice.errors import InputError, SmmVoiceError

# Each holds a whole vocabulary; any one is enough.
TOKENIZERS = ("tokenizer.json", "tokenizer.model", "tekken.json", "spiece.model", "vocab.json",
              "vocab.txt")  # fmt: skip
MANIFEST = "smm_voice_manifest.json"
WEIGHTS = "model.safetensors"
INDEX = "model.safetensors.index.json"


def cache_folder() -> Path:
    """`SMM_VOICE_CACHE`, or the user's cache folder."""
    return Path(os.environ.get("SMM_VOICE_CACHE") or user_cache_path("smm_voice"))


def sha256(*paths: Path) -> str:
    """Of the files' contents, one after the other."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            hashlib.file_digest(file, lambda: digest)
    return digest.hexdigest()


def weights_of(folder: Path, name: str) -> list[Path]:
    """The files that hold the weights, in order.

    Args:
        folder: in transformers' format.
        name: the model's, for messages.

    Raises:
        InputError: there are none, or some are missing.
    """
    if not folder.is_dir():
        raise InputError(f"model {name}: there is no folder {folder}")
    try:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        names = sorted(set(index["weight_map"].values()))
    except FileNotFoundError:
        names = [WEIGHTS] if (folder / WEIGHTS).is_file() else []
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"model {name}: {folder / INDEX} cannot be read: {error}") from error
    # Some repositories hold the same weights a second time, in a format of their maker's.
    paths = [folder / each for each in names] or sorted(folder.glob("*.safetensors"))
    if not paths:
        raise InputError(f"model {name}: no *.safetensors in {folder}; only safetensors are loaded")
    missing = [path.name for path in paths if not path.is_file()]
    if missing:
        raise InputError(
            f"model {name}: {folder} lacks {', '.join(missing)} of the files that {INDEX} names; "
            "copy or download it again"
        )
    return paths


def check_tokenizer(folder: Path, name: str) -> None:
    """Refuse a folder without a tokenizer: transformers would make one up, or speak of others.

    Args:
        folder: in transformers' format.
        name: the model's, for messages.

    Raises:
        InputError: none of `TOKENIZERS` is there.
    """
    if not any((folder / each).is_file() for each in TOKENIZERS):
        raise InputError(
            f"model {name}: there is no tokenizer in {folder} (none of {', '.join(TOKENIZERS)}): a "
            "download was stopped, or only the weights were copied; copy the tokenizer's files "
            "there from where the weights came, or download the model again"
        )


def check_room(needed: int, folder: Path, purpose: str, variable: str) -> None:
    """Tell before the work that its result would not fit.

    Args:
        needed: bytes.
        folder: where they are needed.
        purpose: what for, in words.
        variable: of the environment, that names another folder.

    Raises:
        SmmVoiceError: too little is free.
    """
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise SmmVoiceError(
            f"no room to {purpose}: {needed / 1e9:.1f} GB are needed in {folder}, "
            f"{free / 1e9:.1f} GB are free; point {variable} at another disk"
        )


def digest_of(hashes: Sequence[str]) -> str:
    """One digest for the weights: of a single file its own, of several that of all digests."""
    if len(hashes) == 1:
        return hashes[0]
    return hashlib.sha256("".join(hashes).encode()).hexdigest()


def read_manifest(path: Path | None) -> dict[str, str]:
    """File → SHA-256; empty where nothing was written down."""
    if path is None or not path.exists():
        return {}
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def write_manifest(path: Path, files: Sequence[Path]) -> dict[str, str]:
    """Write down what the files hold now."""
    manifest = {file.name: sha256(file) for file in sorted(files)}
    staging = path.with_name(f".{path.name}.{os.getpid()}")
    staging.write_text(json.dumps(manifest, indent=2), encoding="utf-8")
    os.replace(staging, path)
    return manifest


@cache
def check_unchanged(folder: Path, manifest: Path | None, *, weights: bool) -> None:
    """Hold a folder against its manifest, once a process.

    Args:
        folder: of the model.
        manifest: written when the model was prepared; None: there is none.
        weights: whether the weights are looked at, too, which takes a second a gigabyte.

    Raises:
        SmmVoiceError: a file is missing or was changed.
    """
    changed = [
        name
        for name, digest in read_manifest(manifest).items()
        if (weights or not name.endswith(".safetensors"))
        and not ((folder / name).is_file() and sha256(folder / name) == digest)
    ]
    if changed:
        raise SmmVoiceError(
            f"the model cache {folder} was changed or damaged ({', '.join(changed)}); "
            "delete that folder and start again"
        )
