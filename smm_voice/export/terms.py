"""The base model's name, its licence, and what that asks of whoever passes a model on."""

from __future__ import annotations

import functools
import importlib.metadata
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from smm_voice.config import ModelConfig
from smm_voice.generation.disclosure import base_title

_DATA = Path(__file__).with_name("licences.yaml")
NOTICE = "NOTICE"
# Where the base's own licence files go.
COPIES = "base-licence"
_NAMES = re.compile(r"(licen[cs]e|notice|copying|.*terms|use_policy).*", re.IGNORECASE)
_LARGEST = 2_000_000


@dataclass(frozen=True)
class Terms:
    """Of the base model.

    Attributes:
        name: on the Hugging Face hub; None where it is not known.
        title: what it is called without one.
        form: how its weights were rounded before the adapter was trained on them; None: not known.
        licence: as conf/model says it.
        card: the hub's word for the licence; `other` where it has none.
        link: where the licence is read; None where that is not known.
        notice: a sentence that has to go along, as the terms have it.
        conditions: what else they ask, in our words.
        source: where they ask it.
    """

    name: str | None
    title: str
    form: str | None
    licence: str
    card: str
    link: str | None
    notice: str | None
    conditions: tuple[str, ...]
    source: str | None


def terms_of(config: ModelConfig, name: str | None = None) -> Terms:
    """What is known of a base.

    Args:
        config: of the base.
        name: on the hub, where the user names it.
    """
    data = _data()
    licence: dict[str, Any] = next(
        (each for each in data["licences"] if re.fullmatch(each["licence"], config.licence)), {}
    )
    base = data["bases"].get(config.sha256, {})
    return Terms(
        name=name or config.hub or base.get("name"),
        title=base_title(config),
        form=base.get("form"),
        licence=config.licence,
        card=licence.get("card", "other"),
        link=config.terms or licence.get("link"),
        notice=licence.get("notice"),
        conditions=tuple(licence.get("conditions", ())),
        source=licence.get("source"),
    )


def copy_licence(config: ModelConfig, base: Path, folder: Path) -> list[str]:
    """Copy the licence files that the base came with.

    Args:
        config: of the base.
        base: its folder.
        folder: of the export.

    Returns:
        Their names; none where it came without.
    """
    found = _in_package(config.package) if config.package else _in_folder(base)
    if found:
        (folder / COPIES).mkdir()
    for path in found:
        shutil.copyfile(path, folder / COPIES / path.name)
    return [path.name for path in found]


def notice(terms: Terms, brand: str, changes: str, copied: list[str]) -> str:
    """The file NOTICE: what the model is made of, what was changed, what the terms ask."""
    base = terms.name or terms.title
    lines = [terms.notice, ""] if terms.notice else []
    lines += [
        f"This model is made from {base}, which comes under: {terms.licence}"
        + (f" ({terms.link})." if terms.link else "."),
        f"It was changed: {changes}, to write like {brand}. Every file with weights in this folder "
        "holds changed weights.",
        "",
    ]
    if terms.conditions:
        lines += [f"Whoever passes it on has to ({terms.source}, in our words):", ""]
        lines += [f"- {condition}" for condition in terms.conditions]
        lines.append("")
    if copied:
        lines.append(f"What the base came with lies in {COPIES}/: {', '.join(copied)}.")
    else:
        lines.append(
            "No licence file came with the base. Before this folder is passed on, add what its "
            "licence wants to go along" + (f": {terms.link}" if terms.link else "") + "."
        )
    return "\n".join(lines) + "\n"


def _in_package(package: str) -> list[Path]:
    try:
        files = importlib.metadata.distribution(package.replace("_", "-")).files or []
    except importlib.metadata.PackageNotFoundError:
        return []
    paths = (Path(str(file.locate())) for file in files if _NAMES.fullmatch(file.name))
    return _usable(paths)


def _in_folder(folder: Path) -> list[Path]:
    return _usable(path for path in folder.iterdir() if _NAMES.fullmatch(path.name))


def _usable(paths: Any) -> list[Path]:
    """One file a name, in order."""
    found = {
        path.name: path
        for path in paths
        if path.suffix not in (".py", ".pyc") and path.is_file()
        and path.stat().st_size <= _LARGEST
    }  # fmt: skip
    return [found[name] for name in sorted(found)]


@functools.cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    return found
