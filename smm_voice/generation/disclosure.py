"""What is said of a text that a model wrote, to people and to machines.

Regulation (EU) 2024/1689, article 50, wants generated text marked in a machine-readable way and,
where it informs the public on matters of public interest, disclosed to its readers.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from smm_voice.config import ModelConfig
from smm_voice.text.languages import primary

_WORDS = {
    "en": "Written by an AI model ({model}: {base}, fine-tuned on posts of {brand}).",
    "fr": "Rédigé par un modèle d'IA ({model} : {base}, affiné sur les publications de {brand}).",
}
_VERSION = {"en": "{name} version {number}", "fr": "{name}, version {number}"}


def disclosure(language: str, model: str, base: str, brand: str) -> dict[str, Any]:
    """The fields that go with every generated text.

    Args:
        language: of the brand, as BCP 47; English where there are no words in it.
        model: which model, as `versioned` says it.
        base: its base model's name.
        brand: as people write it.
    """
    words = _WORDS.get(primary(language), _WORDS["en"])
    return {
        "ai_generated": True,
        "ai_disclosure": words.format(model=model, base=base, brand=brand),
    }


def versioned(language: str, name: str, number: str) -> str:
    """A registered version in words."""
    return _VERSION.get(primary(language), _VERSION["en"]).format(name=name, number=number)


def base_title(base: ModelConfig) -> str:
    """The base model's own name: of the file that it came in, or as in conf/model."""
    return PurePosixPath(base.file).name.split(".")[0] if base.file else base.name
