"""`scripts/export.py`: a model as a folder that other programs serve, with its card."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smm_voice.commands.console import say
from smm_voice.commands.failing import in_words
from smm_voice.commands.models import find_adapter, version_of
from smm_voice.config import ExportConfig, ModelConfig, Workspace
from smm_voice.config.export import GGUF
from smm_voice.errors import InputError
from smm_voice.evaluation.provenance import commit
from smm_voice.export import build, folder, tools
from smm_voice.export.about import About, Judged
from smm_voice.export.gguf import needs_quantiser
from smm_voice.export.terms import terms_of
from smm_voice.models import adapters
from smm_voice.models.base import prepare

if TYPE_CHECKING:
    from smm_voice.tracking.registry import Version
    from smm_voice.tracking.store import Store

_FINGERPRINT = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class _Chosen:
    """What is exported: its adapter's folder, and the version that it is registered as."""

    adapter: Path
    digest: str
    version: Version | None

    @property
    def label(self) -> str:
        """For people; no path of this machine."""
        if self.version:
            return f"{self.version.name} version {self.version.version}"
        return f"adapter {self.digest[:12]}"


def export(config: ExportConfig) -> int:
    """Write the folder, and say what is in it."""
    workspace = Workspace.of(config)
    # What is missing is told before anything is loaded.
    found = _tools(config)
    chosen, store = _chosen(config, workspace)
    output = _output(config, workspace, chosen)
    folder.check_free(output, overwrite=config.overwrite)
    origin = adapters.read_origin(chosen.adapter)
    if origin.brand != config.brand.name:
        raise InputError(
            f"the adapter {chosen.adapter} is of brand {origin.brand}, not of {config.brand.name}"
        )
    base_config = _base(origin, chosen.adapter)
    base = prepare(base_config)
    judged, why = _judged(store, config, chosen)
    about = About(
        config=config,
        base_config=base_config,
        label=chosen.label,
        version=chosen.version.version if chosen.version else None,
        origin=origin,
        adapter_digest=chosen.digest,
        terms=terms_of(base_config, config.base_model),
        licence_files=(),
        training=_training(chosen.version),
        data=_data_card(workspace, origin.brand, origin.dataset_fingerprint, chosen.version),
        judged=judged,
        not_judged=why,
        commit=commit(workspace.repository),
        date=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    with in_words(next(each for each in output.parents if each.exists())):
        made = build.build(output, about, base, chosen.adapter, found)
    say("\n".join(build.told(made, output)))
    return 0


def _tools(config: ExportConfig) -> tools.Tools | None:
    if GGUF not in config.formats:
        return None
    return tools.find(config.llama_cpp, quantiser=needs_quantiser(config.quantisation))


def _chosen(config: ExportConfig, workspace: Workspace) -> tuple[_Chosen, Store | None]:
    """The adapter, and the store where there is one; neither is changed.

    Raises:
        InputError: there is no such model.
    """
    from smm_voice.tracking import made, registry
    from smm_voice.tracking.store import find_store

    brand = config.brand.name
    store = find_store(config.tracking, workspace, brand)
    if store is None and not (Path(config.model) / "adapter_config.json").exists():
        raise InputError(
            f"brand {brand} has no model {config.model!r}: nothing is tracked for it in "
            f"{workspace.root}; run `python train.py brand={brand}` first, or name the folder of "
            "an adapter"
        )
    number = version_of(config.model, brand)
    version = registry.find(brand, number) if number else None
    if version and registry.REMOVED in version.tags:
        raise InputError(
            f"{version.name} version {version.version} has no files any more: retention has "
            "removed them (retraining.retention); take a newer version"
        )
    adapter, _ = find_adapter(config.model, brand)
    digest = adapters.digest(adapter)
    if version is None and store is not None:
        version = made.by_digest(brand, digest)
    return _Chosen(adapter, digest, version), store


def _output(config: ExportConfig, workspace: Workspace, chosen: _Chosen) -> Path:
    if config.output:
        return Path(config.output).expanduser().absolute()
    version = chosen.version
    name = f"version-{version.version}" if version else f"adapter-{chosen.digest[:12]}"
    return workspace.runs / config.brand.name / "export" / name


def _base(origin: adapters.AdapterOrigin, adapter: Path) -> ModelConfig:
    """The base's configuration, without what it was rounded to for training.

    To be merged, weights have to be there in full.
    """
    try:
        return dataclasses.replace(ModelConfig(**origin.base), quantisation=None)
    except TypeError as error:
        raise InputError(
            f"the adapter {adapter} tells of its base model in words that this version of the "
            f"project does not know ({error}): a newer one has made it"
        ) from error


def _judged(
    store: Store | None, config: ExportConfig, chosen: _Chosen
) -> tuple[Judged | None, str]:
    """The newest finished evaluation, or why there is none."""
    from smm_voice.evaluation import record
    from smm_voice.tracking import evaluations, registry

    if store is None or chosen.version is None:
        return None, f"{chosen.label} is not registered, and no evaluation is known of it"
    try:
        run = evaluations.find(store, config.brand.name, chosen.version.version, record.PATH)
    except InputError as error:
        return None, str(error)
    path = registry.run_file(run.id, record.PATH)
    try:
        return Judged(record.read(path), run.id, run.when), ""
    except InputError as error:
        # To say of a model that was judged that it never was would be no truer than the scores.
        reason = str(error).removeprefix(f"{path}: ")
        raise InputError(
            f"the newest evaluation of {chosen.label} (run {run.id}) cannot be read: {reason} "
            f"(scripts/evaluate.py brand={config.brand.name} model={chosen.version.version})"
        ) from error


def _training(version: Version | None) -> Mapping[str, str]:
    from smm_voice.tracking import made

    return made.training_facts(version) if version else {}


def _data_card(
    workspace: Workspace, brand: str, fingerprint: str, version: Version | None
) -> dict[str, Any] | None:
    """Of the dataset that the adapter learned from: on this disk, else with its run."""
    from smm_voice.tracking import made

    path = workspace.built / brand / fingerprint / "card.json"
    # An adapter may come from anywhere: only a fingerprint becomes a path.
    if _FINGERPRINT.fullmatch(fingerprint) and path.is_file():
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found
    found_with_run = made.dataset_card(version) if version else None
    if found_with_run and found_with_run.get("fingerprint") == fingerprint:
        return found_with_run
    return None
