"""Base models: found in a package, in a folder or on the hub, verified, loaded."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from smm_voice.checks import terms_not_accepted
from smm_voice.config import ModelConfig
from smm_voice.errors import InputError
from smm_voice.models import chat_format, hub, packaged, quantisation
from smm_voice.models.files import (
    MANIFEST,
    WEIGHTS,
    check_tokenizer,
    check_unchanged,
    digest_of,
    read_manifest,
    sha256,
    weights_of,
)
from smm_voice.models.identity import identity_of, prompt_format_of
from smm_voice.models.supported import check_supported, not_readable

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase


@dataclass(frozen=True)
class BaseModel:
    """A base model that is ready to load.

    Attributes:
        name: as in conf/model.
        folder: transformers' format, safetensors.
        digest: SHA-256 of the weights; part of every result's provenance. Whatever a model has made
            is known by `identity`, since equal weights may answer otherwise.
        manifest: the files' digests, written when the model was first prepared; None for a folder
            of the user's own, which may be changed.
        revision: the hub's commit; None for a model that is not of the hub.
        quantisation: None, or 4bit or 8bit: what it is rounded to as it is loaded.
    """

    name: str
    folder: Path
    digest: str
    manifest: Path | None = None
    revision: str | None = None
    quantisation: str | None = None

    @cached_property
    def identity(self) -> str:
        """Digest of weights, configuration, tokenizer, chat template or format, quantisation."""
        return identity_of(self.digest, self.folder, self.quantisation)

    @cached_property
    def prompt_format(self) -> str:
        """Digest of how its conversations are written."""
        return prompt_format_of(self.folder)

    def pinned(self, config: ModelConfig) -> ModelConfig:
        """The configuration by which this very model is found again, whatever becomes of main."""
        return dataclasses.replace(config, revision=self.revision) if self.revision else config


def prepare(config: ModelConfig, terms_key: str = "model.accept_terms") -> BaseModel:
    """Make the base model loadable: convert or download it where it is not there yet.

    What is kept in a cache is held against its manifest by whoever loads it: half a gigabyte and
    more, which a command that writes nothing need not read.

    Args:
        config: which model.
        terms_key: the key by which its terms are accepted, for the message.

    Raises:
        InputError: the package, folder or repository is missing, it is not the expected model or
            of no kind that can be tuned, or its terms are not accepted.
        SmmVoiceError: there is no room for the cache.
    """
    _check_terms(config, terms_key)
    quantisation.check(config.quantisation)
    if config.path is not None:
        folder = Path(config.path).expanduser()
        weights = weights_of(folder, config.name)
        check_supported(folder, config.name)
        digest = digest_of([sha256(path) for path in weights])
        return _expected(config, folder, digest)
    if config.hub is not None:
        folder = hub.folder_of(config)
        check_supported(folder, config.name)
        manifest = hub.manifest_of(config, folder)
        known = read_manifest(manifest)
        digest = digest_of([known[path.name] for path in weights_of(folder, config.name)])
        return _expected(config, folder, digest, manifest, folder.name)
    folder = packaged.converted(config)
    manifest = folder / MANIFEST
    digest = read_manifest(manifest)[WEIGHTS]
    return BaseModel(config.name, folder, digest, manifest, quantisation=config.quantisation)


def check_at_hand(config: ModelConfig, terms_key: str = "model.accept_terms") -> None:
    """Tell in seconds, before other work, that `prepare` would fail.

    Raises:
        InputError: the package, folder or repository is missing, or the terms are not accepted.
    """
    _check_terms(config, terms_key)
    if config.path is not None:
        if not Path(config.path).expanduser().is_dir():
            raise InputError(f"model {config.name}: there is no folder {config.path}")
    elif config.hub is not None:
        hub.check_reachable(config)
    else:
        packaged.package_files(config)


def is_installed(config: ModelConfig) -> bool:
    """Whether the model is on this machine: its package, its folder, or the hub's copy of it."""
    if config.path is not None:
        return Path(config.path).expanduser().is_dir()
    if config.hub is not None:
        return hub.cached(config) is not None
    try:
        return bool(packaged.package_files(config))
    except InputError:
        return False


def load(base: BaseModel) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """Load model (fp32 or quantised, evaluation mode) and tokenizer. No code of its own is run.

    Raises:
        InputError: transformers does not know such a model, or weights are missing in its files.
        SmmVoiceError: the cache of models was changed or damaged.
    """
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging as transformers_logging

    check_unchanged(base.folder, base.manifest, weights=True)
    transformers_logging.disable_progress_bar()  # it takes a second
    try:
        model, told = AutoModelForCausalLM.from_pretrained(
            base.folder, use_safetensors=True, trust_remote_code=False, output_loading_info=True,
            **quantisation.loading(base.quantisation),
        )  # fmt: skip
    except (ValueError, KeyError, SafetensorError) as error:
        raise not_readable(base.name, str(base.folder), error) from error
    except RuntimeError as error:
        if "mismatch" not in str(error):  # such as too little memory
            raise
        raise not_readable(base.name, str(base.folder), error) from error
    # transformers would go on with random numbers in their place.
    missing = sorted(told["missing_keys"])
    if missing:
        raise InputError(
            f"model {base.name}: the files in {base.folder} hold no weights for {len(missing)} "
            f"tensors, first {missing[0]}; copy or download it again"
        )
    return model.eval(), load_tokenizer(base)


def load_tokenizer(base: BaseModel) -> PreTrainedTokenizerBase:
    """The tokenizer alone; its end token is the one that closes an answer, see `chat_format`.

    Raises:
        InputError: there is no tokenizer, or its chat template does not fit.
        SmmVoiceError: its files in the cache of models were changed or damaged.
    """
    from transformers import AutoTokenizer

    check_unchanged(base.folder, base.manifest, weights=False)
    check_tokenizer(base.folder, base.name)
    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
            base.folder, trust_remote_code=False
        )
    except (ValueError, KeyError, OSError) as error:
        raise not_readable(base.name, f"the tokenizer in {base.folder}", error) from error
    chat_format.fit(tokenizer, base.name)
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def _check_terms(config: ModelConfig, terms_key: str) -> None:
    if config.terms and not config.accept_terms:
        raise InputError(terms_not_accepted(config, terms_key))


def _expected(
    config: ModelConfig,
    folder: Path,
    digest: str,
    manifest: Path | None = None,
    revision: str | None = None,
) -> BaseModel:
    if config.sha256 and digest != config.sha256:
        raise InputError(
            f"model {config.name}: the weights in {folder} are not the ones that model.sha256 "
            f"names (theirs is {digest})"
        )
    return BaseModel(config.name, folder, digest, manifest, revision, config.quantisation)
