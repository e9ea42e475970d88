"""The fact sheet: what the brand knows, from YAML."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import regex
import yaml

from smm_voice.errors import ConfigError, InputError
from smm_voice.text import typed_facts
from smm_voice.validation import nearest

_LARGEST = 5 * 2**20
# A small text that names itself again and again would unfold without end.
_MOST_ALIASES = 100


@dataclass(frozen=True)
class Fact:
    """One line of the sheet.

    Attributes:
        subject: id of its subject.
        attribute: short name.
        keys: typed facts that state it, as (kind, value, unit).
        shown: the line as evidence, for people.
        valid_from: first day it holds; None: always did.
        valid_to: last day it holds; None: still does.
        keywords: words which, near a value, show that this attribute is meant.
    """

    subject: str
    attribute: str
    keys: frozenset[tuple[str, str, str]]
    shown: str
    valid_from: date | None
    valid_to: date | None
    keywords: tuple[str, ...]

    def holds(self, on: date | None) -> bool:
        """Whether it is valid on a day; without a day, whether it ever is."""
        if on is None:
            return True
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


@dataclass(frozen=True)
class FactSheet:
    """What a brand knows.

    Attributes:
        facts: all facts.
        mentions: subject → pattern that finds its name or an alias.
        forbidden: (pattern, phrase, reason).
    """

    facts: tuple[Fact, ...] = ()
    mentions: Mapping[str, regex.Pattern[str]] = dataclasses.field(default_factory=dict)
    forbidden: tuple[tuple[regex.Pattern[str], str, str], ...] = ()


_SUBJECT_KEYS = {"id", "name", "aliases", "facts"}
_FACT_KEYS = {
    "attribute", "value", "unit", "currency", "valid_from", "valid_to", "keywords", "source",
}  # fmt: skip
_SHEET_KEYS = {"version", "subjects", "forbidden", "mandatory"}


def load_sheet(path: Path | None, language: str) -> FactSheet:
    """Read and check a sheet; an absent path is an empty sheet.

    Raises:
        InputError: the file is missing or is no YAML.
        ConfigError: the sheet is wrong in places, all of which are listed.
    """
    if path is None:
        return FactSheet()
    try:
        if path.stat().st_size > _LARGEST:
            raise InputError(f"the fact sheet {path} is larger than 5 MiB")
        text = path.read_text(encoding="utf-8")
        if len(regex.findall(r"(?m)(?:^|[\s\[{,:-])\*\w+", text)) > _MOST_ALIASES:
            raise InputError(f"the fact sheet {path} uses too many YAML references")
        sheet = yaml.safe_load(text) or {}
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise InputError(f"the fact sheet {path} cannot be read: {error}") from error
    return parse_sheet(sheet, str(path), language)


def parse_sheet(sheet: Any, name: str, language: str) -> FactSheet:
    """Check a sheet given as plain values; see `load_sheet`."""
    errors: list[str] = []
    facts: list[Fact] = []
    mentions: dict[str, regex.Pattern[str]] = {}
    if not isinstance(sheet, dict):
        raise ConfigError([f"{name}: must be a mapping with subjects"])
    _unknown(sheet, _SHEET_KEYS, name, errors)
    for number, subject in enumerate(_list(sheet, "subjects", name, errors)):
        where = f"{name}: subjects[{number}]"
        if not isinstance(subject, dict) or not {"id", "name"} <= subject.keys():
            errors.append(f"{where} needs id and name")
            continue
        _unknown(subject, _SUBJECT_KEYS, where, errors)
        if not _scalars(subject, ("id", "name"), where, errors):
            continue
        key = str(subject["id"])
        if key in mentions:
            errors.append(f"{where}: the id {key!r} stands twice")
        names = [str(subject["name"]), *map(str, _list(subject, "aliases", where, errors))]
        mentions[key] = _any_of(names)
        for at, entry in enumerate(_list(subject, "facts", where, errors)):
            fact = _fact(key, str(subject["name"]), entry, f"{where}.facts[{at}]", language, errors)
            if fact:
                facts.append(fact)
    if _list(sheet, "mandatory", name, errors):
        errors.append(f"{name}: mandatory mentions are not checked yet; leave that list empty")
    forbidden = []
    for number, entry in enumerate(_list(sheet, "forbidden", name, errors)):
        where = f"{name}: forbidden[{number}]"
        if not isinstance(entry, dict) or not str(entry.get("claim") or "").strip():
            errors.append(f"{where} needs a claim")
            continue
        if not _scalars(entry, ("claim", "reason"), where, errors):
            continue
        claim = str(entry["claim"])
        forbidden.append((_any_of([claim]), claim, str(entry.get("reason") or "")))
    if errors:
        raise ConfigError(errors)
    return FactSheet(tuple(facts), mentions, tuple(forbidden))


def _fact(
    subject: str, title: str, entry: Any, where: str, language: str, errors: list[str]
) -> Fact | None:
    if not isinstance(entry, dict) or not {"attribute", "value"} <= entry.keys():
        errors.append(f"{where} needs attribute and value")
        return None
    _unknown(entry, _FACT_KEYS, where, errors)
    bounds: dict[str, date | None] = {}
    for bound in ("valid_from", "valid_to"):
        value = entry.get(bound)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            errors.append(f"{where}.{bound} must be a date such as 2018-05-05, is {value!r}")
            value = None
        bounds[bound] = value
    start, end = bounds["valid_from"], bounds["valid_to"]
    if start and end and start > end:
        errors.append(f"{where}: valid_from {start} is after valid_to {end}")
    values = entry["value"] if isinstance(entry["value"], list) else [entry["value"]]
    _scalars(entry, ("attribute", "unit", "currency", "source"), where, errors)
    if not values or any(isinstance(value, dict | list) or value is None for value in values):
        errors.append(f"{where}.value must be a number, a text, a date, or a list of these")
        return None
    unit = str(entry.get("unit") or "")
    currency = str(entry.get("currency") or "")
    keys = {
        fact.key
        for value in values
        for fact in typed_facts.extract(_stated(value, unit, currency), language)
    }
    shown = f"{title}: {entry['attribute']} = {', '.join(map(str, values))} {unit or currency}"
    source = f" ({entry['source']})" if entry.get("source") else ""
    keywords = _list(entry, "keywords", where, errors) or str(entry["attribute"]).split("_")
    return Fact(
        subject, str(entry["attribute"]), frozenset(keys), shown.strip() + source,
        start, end, tuple(str(word).casefold() for word in keywords),
    )  # fmt: skip


def _stated(value: Any, unit: str, currency: str) -> str:
    """A value as a post would state it, so that one extractor reads both."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    number = format(value, "f").rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return f"{number} {currency or unit}".strip()


def _any_of(names: list[str]) -> regex.Pattern[str]:
    listed = "|".join(regex.escape(name) for name in sorted(names, key=len, reverse=True) if name)
    return regex.compile(rf"(?<!\w)(?:{listed or '(?!)'})(?!\w)", regex.IGNORECASE)


def _list(mapping: dict[str, Any], key: str, where: str, errors: list[str]) -> list[Any]:
    value = mapping.get(key) or []
    if not isinstance(value, list):
        errors.append(f"{where}.{key} must be a list")
        return []
    if key in ("aliases", "keywords") and any(isinstance(each, dict | list) for each in value):
        errors.append(f"{where}.{key} must be a list of words")
        return []
    return value


def _scalars(mapping: dict[str, Any], keys: tuple[str, ...], where: str, errors: list[str]) -> bool:
    """Whether these are single values; a nested one would unfold into a text without end."""
    nested = [key for key in keys if isinstance(mapping.get(key), dict | list)]
    errors += [f"{where}.{key} must be a single value" for key in nested]
    return not nested


def _unknown(mapping: dict[str, Any], known: set[str], where: str, errors: list[str]) -> None:
    errors += [
        f"{where}: unknown key {key!r}{nearest(str(key), known)}"
        for key in mapping
        if key not in known
    ]
