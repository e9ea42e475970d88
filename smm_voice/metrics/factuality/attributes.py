"""Words that say which attribute a post speaks of; the lists stand in `attributes.yaml`."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import regex
import yaml

from smm_voice.metrics.factuality.line import folded_words
from smm_voice.text.fold import fold


@functools.cache
def groups() -> list[dict[str, Any]]:
    """Each with `names`, words by language, and `person` where people have the attribute."""
    path = Path(__file__).with_name("attributes.yaml")
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def keywords(attribute: str, own: list[str], language: str, person: bool) -> tuple[str, ...]:
    """The sheet's own words for an attribute, else those of its name and of its kind.

    What people do in a part has so many words that a sheet's own are never all.
    """
    if own and not person:
        return folded_words(own)
    parts = [part for part in regex.split(r"[\W_]+", fold(attribute)) if part]
    kinds = [
        word
        for group in groups()
        if set(group["names"]) & set(parts)
        for word in group.get(language, ())
    ]
    return folded_words([*own, *parts, *kinds])


def is_part(attribute: str) -> bool:
    """Whether people have this attribute: founder, guide."""
    parts = set(regex.split(r"[\W_]+", fold(attribute)))
    return any(parts & set(group["names"]) for group in groups() if group.get("person"))


@functools.lru_cache(maxsize=4096)
def is_word(word: str, language: str) -> bool:
    """Whether people use it: what no corpus knows is most likely a slip."""
    from wordfreq import zipf_frequency

    return any(zipf_frequency(word, code) > 0 for code in {language, "en", "fr"} & {"en", "fr"})
