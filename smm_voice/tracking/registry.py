"""Registered model versions and their aliases."""

from __future__ import annotations

import importlib.metadata
import json
import logging
import tempfile
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from smm_voice.config import BrandConfig, EvaluationConfig, GenerationConfig, ModelConfig
from smm_voice.dataset.build import Dataset
from smm_voice.errors import InputError
from smm_voice.evaluation import service
from smm_voice.evaluation.carried import carry
from smm_voice.models import adapters
from smm_voice.tracking import patience
from smm_voice.tracking.run import STAGING, Run

_SUFFIX = "-voice"
# Folder of a version's files in which its adapter lies, in one of its own.
ADAPTERS = "artifacts"
ALIASES = ("champion", "challenger", "previous")
# Tag of a version: SHA-256 of its adapter's weights.
DIGEST = "smm.adapter_digest"
# Tag of a version whose files were removed.
REMOVED = "smm.files_removed"
# How the store says that there is no such model, version or alias.
_NOT_THERE = ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE")
# What a served model needs beside its own code: to write, and to score what it has written.
_REQUIREMENTS = (
    "torch", "transformers", "peft", "mlflow", "safetensors", "numpy", "pandas", "regex",
    "filelock", "platformdirs", "huggingface_hub", "gguf", "tqdm", "pyyaml", "scikit-learn",
    "scipy", "stop-words", "wordfreq", "lingua-language-detector", "dateparser", "price-parser",
    "text2num", "pint", "phonenumbers", "python-stdnum", "ftfy", "libipld", "selectolax",
    "requests", "urllib3", "babel", "fluent.runtime", "fluent.syntax",
)  # fmt: skip


@dataclass(frozen=True)
class Version:
    """A registered version.

    Attributes:
        name: registered model.
        version: number, as text.
        source: address of its files.
        tags: its tags.
        run: id of the run that made it.
        made: when, milliseconds since 1970.
    """

    name: str
    version: str
    source: str
    tags: Mapping[str, str]
    run: str = ""
    made: int = 0

    @property
    def brand(self) -> str:
        """Whose model it is."""
        return self.name.removesuffix(_SUFFIX)

    def count(self, tag: str) -> int | None:
        """The number that a tag holds; None where it holds none."""
        text = self.tags.get(tag, "")
        return int(text) if text.isdigit() else None


def model_name(brand: str) -> str:
    """`<brand>-voice`."""
    return f"{brand}{_SUFFIX}"


def register(
    run: Run,
    brand: BrandConfig,
    base: ModelConfig,
    generation: GenerationConfig,
    adapter: Path,
    tags: Mapping[str, object],
    dataset: Dataset,
    evaluation: EvaluationConfig,
    root: Path,
) -> Version:
    """Log the adapter as a pyfunc model, without the base weights, and register it.

    Args:
        run: the model's files are logged under it, and staged in its folder.
        brand: whose voice.
        base: the adapter's base model, by name.
        generation: decoding of the served model.
        adapter: its folder.
        tags: of the version.
        dataset: what the adapter learned from; carried along, for the scores of what it writes.
        evaluation: draws and confidence of those scores.
        root: the brand's files are relative to it.
    """
    import mlflow

    package = Path(__file__).parents[1]
    requirements = [f"{name}=={_version(name)}" for name in _REQUIREMENTS]
    if base.package:
        requirements.append(f"{base.package.replace('_', '-')}=={_version(base.package)}")
    settings = run.folder / "settings.json"
    kept = service.settings(brand, base, generation, evaluation)
    settings.write_text(json.dumps(kept), encoding="utf-8")
    with (
        # Never left behind: what is asked to be forgotten is looked for in built datasets alone.
        tempfile.TemporaryDirectory(prefix=STAGING, dir=run.folder) as staging,
        run.active(),
        _quiet(),
    ):
        info = patience.patiently(mlflow.pyfunc.log_model)(
            name="model",
            python_model=str(package / "tracking" / "pyfunc_model.py"),
            artifacts={
                "adapter": str(adapter),
                "settings": str(settings),
                "dataset": str(carry(dataset, brand, root, Path(staging) / "carried")),
            },
            code_paths=[str(package)],
            pip_requirements=requirements,
            signature=_signature(),
        )
        # With its tags at once: a version that is there at all says where it comes from.
        made = patience.patiently(mlflow.register_model)(
            info.model_uri,
            model_name(brand.name),
            tags={
                **{key: str(value) for key, value in tags.items()},
                DIGEST: adapters.digest(adapter),
            },
        )
    return find(brand.name, str(made.version))


def _signature() -> Any:
    """What goes in and what comes out; `seed`, `n` and `platform` may be left out."""
    from mlflow.models import ModelSignature
    from mlflow.types import DataType
    from mlflow.types.schema import AnyType, Array, ColSpec, Map, Object, Property, Schema

    text, number, yes = DataType.string, DataType.long, DataType.boolean
    finding = Object([Property(name, text) for name in ("kind", "span", "evidence")])
    variant = Object(
        [
            Property("rank", number),
            Property("text", text),
            Property("finished", yes),
            Property("fits", yes),
            Property("length", number),
            Property("longest", number, required=False),
            Property("problems", Array(text)),
            Property("advice", Array(text)),
            Property("left_out", number),
            Property("near_duplicate_of", number, required=False),
            # Numbers, and null where a score cannot be told.
            Property("scores", Map(AnyType())),
            Property("findings", Array(finding)),
        ]
    )
    return ModelSignature(
        Schema(
            [
                ColSpec(text, "brief"),
                ColSpec(number, "seed", required=False),
                ColSpec(number, "n", required=False),
                ColSpec(text, "platform", required=False),
            ]
        ),
        Schema(
            [
                ColSpec(text, "text"),
                ColSpec(Array(variant), "variants"),
                ColSpec(text, "platform"),
                ColSpec(yes, "ai_generated"),
                ColSpec(text, "ai_disclosure"),
                ColSpec(Array(text), "warnings"),
            ]
        ),
    )


def set_alias(version: Version, alias: str) -> None:
    """Point an alias at a version, and read it back."""
    client = patience.client()
    client.set_registered_model_alias(version.name, alias, version.version)
    found = client.get_model_version_by_alias(version.name, alias)
    if str(found.version) != version.version:
        raise RuntimeError(f"the alias {alias} was moved to {found.version} by someone else")


def has_champion(brand: str) -> bool:
    """Whether the brand's registered model has a champion."""
    return by_alias(brand, "champion") is not None


def by_alias(brand: str, alias: str) -> Version | None:
    """The version that an alias names; None where it names none.

    Raises:
        MlflowException: the store fails: whether there is such a version is not known then.
    """
    from mlflow.exceptions import MlflowException

    try:
        found = patience.client().get_model_version_by_alias(model_name(brand), alias)
    except MlflowException as error:
        if error.error_code in _NOT_THERE:
            return None
        raise
    return _version_of(found)


def versions(brand: str) -> list[Version]:
    """All versions of a brand's model, the oldest first."""
    client = patience.client()
    found: list[Version] = []
    token = None
    while True:
        page = client.search_model_versions(f"name = '{model_name(brand)}'", page_token=token)
        found += [_version_of(each) for each in page]
        token = page.token
        if not token:
            return sorted(found, key=lambda version: int(version.version))


def find(brand: str, reference: str) -> Version:
    """A version by alias or number.

    Raises:
        InputError: there is none; the message lists what there is.
    """
    from mlflow.exceptions import MlflowException

    client = patience.client()
    name = model_name(brand)
    try:
        if reference.isdigit():
            found: Any = client.get_model_version(name, reference)
        else:
            found = client.get_model_version_by_alias(name, reference)
    except MlflowException as error:
        if error.error_code not in _NOT_THERE:
            raise
        raise InputError(
            f"brand {brand} has no model {reference!r}; {_listing(client, name)}"
        ) from None
    return _version_of(found)


def tag(version: Version, tags: Mapping[str, object]) -> None:
    """Set tags of a version."""
    client = patience.client()
    for key, value in tags.items():
        client.set_model_version_tag(version.name, version.version, key, str(value))


def repository_of(version: Version) -> tuple[str, Any]:
    """Address of a version's files, and MLflow's way to them; it has `artifact_dir` in a folder."""
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    address = patience.client().get_model_version_download_uri(version.name, version.version)
    return address, get_artifact_repository(address)


def adapter_folder(version: Version) -> Path:
    """The version's adapter in its store if that is a folder, a copy for this process if not.

    Raises:
        InputError: the version holds none.
    """
    _, repository = repository_of(version)
    copies = None if hasattr(repository, "artifact_dir") else _copies()
    files = Path(patience.patiently(repository.download_artifacts)(ADAPTERS, copies))
    found = next(iter(files.glob("*/adapter_config.json")), None)
    if found is None:
        raise InputError(f"{files} holds no adapter")
    return found.parent


def run_file(run: str, path: str) -> Path:
    """A copy of one of a run's files, for as long as this process lives.

    Raises:
        InputError: the run or the file is gone.
    """
    import mlflow
    from mlflow.exceptions import MlflowException

    try:
        load = patience.patiently(mlflow.artifacts.download_artifacts)
        return Path(load(run_id=run, artifact_path=path, dst_path=_copies()))
    except (MlflowException, OSError) as error:
        raise InputError(f"run {run} holds no {path}: {error}") from error


def untag(version: Version, names: Iterable[str]) -> None:
    """Take tags of a version away, those that it has."""
    for name in names:
        if name in version.tags:
            patience.client().delete_model_version_tag(version.name, version.version, name)


def remove_files(version: Version) -> None:
    """Delete a version's files and keep its record, which is tagged."""
    _, repository = repository_of(version)
    # Tagged first: with half of its files it is of no use to anybody.
    tag(version, {REMOVED: "true"})
    patience.patiently(repository.delete_artifacts)("")


def _copies() -> str:
    """A new folder, which goes with the process: MLflow leaves what it hands out to its caller."""
    return tempfile.mkdtemp(dir=_scratch().name)


@cache
def _scratch() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="smm_voice-")


def _version_of(found: Any) -> Version:
    return Version(
        found.name, str(found.version), str(found.source), dict(found.tags),
        str(found.run_id or ""), int(found.creation_timestamp or 0),
    )  # fmt: skip


def _listing(client: Any, name: str) -> str:
    versions = client.search_model_versions(f"name = '{name}'")
    if not versions:
        return "none is registered yet: run `python train.py` first"
    listed = ", ".join(sorted((str(v.version) for v in versions), key=int))
    return f"versions: {listed}; aliases: {', '.join(ALIASES)}; or give an adapter's folder"


def _version(package: str) -> str:
    return importlib.metadata.version(package)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without MLflow's advice on type hints and examples: the signature is given."""
    mlflow_log = logging.getLogger("mlflow")
    level = mlflow_log.level
    mlflow_log.setLevel(logging.ERROR)
    try:
        # Recorded, not filtered: MLflow sets filters of its own inside.
        with warnings.catch_warnings(record=True) as caught:
            yield
        for each in caught:
            if not issubclass(each.category, UserWarning):
                warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
    finally:
        mlflow_log.setLevel(level)
