"""Models of the Hugging Face hub: from its cache on this machine, else downloaded once.

What the cache holds is taken without asking the network: a base model must not become another one
overnight because its repository was changed. `hf download` fetches a newer state.
"""

from __future__ import annotations

import fnmatch
import logging
from pathlib import Path
from typing import Any

from filelock import FileLock

from smm_voice.config import ModelConfig
from smm_voice.errors import InputError
from smm_voice.models.files import (
    cache_folder,
    check_room,
    check_tokenizer,
    weights_of,
    write_manifest,
)

log = logging.getLogger(__name__)

# No pickles, no code, no second copy of the weights. The licence goes along with an export.
_WANTED: dict[str, Any] = {
    "allow_patterns": ["*.safetensors", "*.json", "*.jinja", "tokenizer.model", "merges.txt",
                       "vocab.txt", "LICEN[CS]E*", "NOTICE*", "USE_POLICY*"],
    "ignore_patterns": ["*/*", "consolidated*"],
}  # fmt: skip
_TIMEOUT = 8.0  # seconds; the hub answers within one, or is not there


def cached(config: ModelConfig) -> Path | None:
    """The folder in the hub's cache, if it is whole; the network is not asked.

    Whole are configuration, weights and a tokenizer: a download that was stopped leaves some.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    try:
        found = snapshot_download(
            config.hub or "", revision=config.revision, local_files_only=True, **_WANTED
        )
        folder = Path(found)
        weights_of(folder, config.name)
        check_tokenizer(folder, config.name)
    except (LocalEntryNotFoundError, InputError):
        return None
    return folder if (folder / "config.json").is_file() else None


def folder_of(config: ModelConfig) -> Path:
    """The folder of the model; downloaded where the cache does not hold it.

    Raises:
        InputError: the hub is not reached, or does not give the model; says what to do.
        SmmVoiceError: there is no room for it.
    """
    folder = cached(config)
    if folder is not None:
        return folder
    from huggingface_hub import constants, snapshot_download
    from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]

    info = _information(config)
    sizes = sum(file.size or 0 for file in info.siblings or [] if _is_wanted(file.rfilename))
    Path(constants.HF_HUB_CACHE).mkdir(parents=True, exist_ok=True)
    check_room(sizes, Path(constants.HF_HUB_CACHE), f"download {config.hub}", "HF_HOME")
    log.info("Downloading %s (%.1f GB) once into the hub's cache", config.hub, sizes / 1e9)
    try:
        found = Path(snapshot_download(config.hub or "", revision=config.revision, **_WANTED))
    except (OSError, HTTPError) as error:
        raise _refused(config, error) from error
    weights_of(found, config.name)
    check_tokenizer(found, config.name)
    return found


def check_reachable(config: ModelConfig) -> None:
    """Whether `folder_of` can be expected to work, in seconds and without a download.

    Raises:
        InputError: as `folder_of`.
    """
    if cached(config) is None:
        _information(config)


def manifest_of(config: ModelConfig, folder: Path) -> Path:
    """The digests of the files of a snapshot, written when it is first used."""
    name = f"hub-{(config.hub or '').replace('/', '--')}-{folder.name[:16]}.json"
    path = cache_folder() / "models" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(str(path) + ".lock"):
        if not path.exists():
            files = [file for file in folder.iterdir() if _is_wanted(file.name)]
            write_manifest(path, files)
    return path


def _information(config: ModelConfig) -> Any:
    """What the hub says of the model; access to its files is asked for as well."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HTTPError  # type: ignore[attr-defined]

    try:
        info = HfApi().model_info(
            config.hub or "", revision=config.revision, timeout=_TIMEOUT, files_metadata=True
        )
        HfApi().auth_check(config.hub or "")
    except (OSError, HTTPError) as error:
        raise _refused(config, error) from error
    return info


def _is_wanted(name: str) -> bool:
    """As the hub's client matches the patterns."""
    wanted, ignored = (
        any(fnmatch.fnmatch(name, pattern) for pattern in _WANTED[kind])
        for kind in ("allow_patterns", "ignore_patterns")
    )
    return wanted and not ignored


def _refused(config: ModelConfig, error: Exception) -> InputError:
    from huggingface_hub.errors import (
        GatedRepoError,
        RepositoryNotFoundError,
        RevisionNotFoundError,
    )

    where = f"model {config.name}: {config.hub}"
    if isinstance(error, GatedRepoError):
        return InputError(
            f"{where} is given only to accounts that have accepted its conditions: do so at "
            f"https://huggingface.co/{config.hub}, then say `hf auth login`; or name a folder that "
            "holds it with model.path=FOLDER"
        )
    if isinstance(error, RevisionNotFoundError):
        return InputError(f"{where} has no revision {config.revision!r}; see model.revision")
    if isinstance(error, RepositoryNotFoundError):
        return InputError(
            f"{where} is no model on the hub, or a private one: see model.hub, or say "
            "`hf auth login`"
        )
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
    revision = f" --revision {config.revision}" if config.revision else ""
    return InputError(
        f"{where} is not in the hub's cache on this machine, and the hub is not reached "
        f"({reason}). Where there is a network, say `hf download {config.hub}{revision}` and copy "
        "the cache (HF_HOME), or name a folder that holds the model with model.path=FOLDER. "
        "model=smollm2_135m needs no network"
    )
