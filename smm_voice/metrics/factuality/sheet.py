"""Reading a fact sheet from YAML, with every fault named.

The keys are explained at the head of `data/raw/acme/facts.yaml`, which uses all of them. Wherever
words stand, they may stand by language: `name: {en: The bakery, fr: La boulangerie}`.
"""

from __future__ import annotations

import difflib
from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import regex
import yaml

from smm_voice.errors import ConfigError, InputError
from smm_voice.metrics.factuality.attributes import is_part, is_word, keywords
from smm_voice.metrics.factuality.knowledge import FactSheet, Phrase
from smm_voice.metrics.factuality.line import Fact, folded_words
from smm_voice.text import facts as typed_facts
from smm_voice.text.facts import TypedFact
from smm_voice.text.facts.units import UNIT_OF
from smm_voice.text.fold import fold, words_of
from smm_voice.validation import nearest

__all__ = ["Fact", "FactSheet", "Phrase", "load_sheet", "parse_sheet"]

_LARGEST = 16 * 2**20
# A small text that names itself again and again would unfold without end.
_MOST_ALIASES = 100
_MOST_ERRORS = 50
_SHEET_KEYS = {"version", "subjects", "superlatives", "forbidden", "mandatory"}
_SUBJECT_KEYS = {"id", "name", "aliases", "brand", "facts"}
_FACT_KEYS = {
    "attribute", "value", "unit", "currency", "valid_from", "valid_to", "keywords", "source",
}  # fmt: skip
_PHRASE_KEYS = {
    "superlatives": {"claim", "source"}, "forbidden": {"claim", "reason"},
    "mandatory": {"mention", "when", "reason"},
}  # fmt: skip
_LANGUAGE = regex.compile(r"[a-z]{2,3}")


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML without its numbers to the base of sixty: `19:30` is a time and not 1170."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key.value, str) and key.value in seen:
                raise yaml.YAMLError(
                    f"line {key.start_mark.line + 1}: the key {key.value!r} stands twice"
                )
            seen.add(key.value if isinstance(key.value, str) else id(key))
        return dict(super().construct_mapping(node, deep=deep))


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":int", ":float"))]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:int", regex.compile(r"[-+]?(?:0|[1-9][0-9_]*)$"), list("-+0123456789")
)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", regex.compile(r"[-+]?[0-9][0-9_]*\.[0-9]*(?:[eE][-+]?\d+)?$"),
    list("-+0123456789"),
)  # fmt: skip


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
            raise InputError(f"the fact sheet {path} is larger than {_LARGEST // 2**20} MiB")
        text = path.read_text(encoding="utf-8")
        if len(regex.findall(r"(?m)(?:^|[\s\[{,:-])\*\w+", text)) > _MOST_ALIASES:
            raise InputError(f"the fact sheet {path} uses too many YAML references")
        sheet = yaml.load(text, _Loader) or {}  # noqa: S506 - a SafeLoader with less in it
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise InputError(f"the fact sheet {path} cannot be read: {error}") from error
    return parse_sheet(sheet, str(path), language)


def parse_sheet(sheet: Any, name: str, language: str) -> FactSheet:
    """Check a sheet given as plain values; see `load_sheet`.

    Args:
        sheet: the values.
        name: said in errors.
        language: whose words are taken where words stand by language.
    """
    if not isinstance(sheet, dict):
        raise ConfigError([f"{name}: must be a mapping with subjects"])
    return _Reader(name, language).read(sheet)


class _Reader:
    """Reads one sheet and collects what is wrong with it."""

    def __init__(self, name: str, language: str) -> None:
        self.name, self.language = name, language
        self.errors: list[str] = []
        self.ids: set[str] = set()
        self.names: dict[str, str] = {}
        self.brand: str | None = None

    def read(self, sheet: dict[Any, Any]) -> FactSheet:
        self.unknown(sheet, _SHEET_KEYS, self.name)
        subjects = self.listed(sheet, "subjects", self.name)
        facts = [
            fact
            for number, subject in enumerate(subjects)
            for fact in self.subject(subject, f"{self.name}: subjects[{number}]")
        ]
        self.contradictions(facts)
        forbidden = self.phrases(sheet, "forbidden", "claim", "reason")
        approved = self.phrases(sheet, "superlatives", "claim", "source")
        mandatory = self.phrases(sheet, "mandatory", "mention", "reason")
        if self.errors:
            more = len(self.errors) - _MOST_ERRORS
            rest = [f"{self.name}: and {more} more"] if more > 0 else []
            raise ConfigError([*self.errors[:_MOST_ERRORS], *rest])
        return FactSheet(
            tuple(facts), self.names, self.brand, forbidden,
            approved if "superlatives" in sheet else None, mandatory,
        )  # fmt: skip

    def subject(self, subject: Any, where: str) -> list[Fact]:
        if not isinstance(subject, dict) or not {"id", "name"} <= subject.keys():
            self.errors.append(f"{where} needs id and name")
            return []
        self.unknown(subject, _SUBJECT_KEYS, where)
        if not self.scalar(subject, "id", where):
            return []
        key = str(subject["id"])
        if key in self.ids:
            self.errors.append(f"{where}: the id {key!r} stands twice")
        self.ids.add(key)
        names = self.words(subject["name"], f"{where}.name", single=True)
        for each in (*names, *self.words(subject.get("aliases"), f"{where}.aliases")):
            folded = fold(each).strip()
            owner = self.names.setdefault(folded, key) if folded else key
            if owner != key:
                self.errors.append(f"{where}: {each!r} already names the subject {owner!r}")
        self.marked_as_brand(subject, key, where)
        title = names[0] if names else key
        return [
            fact
            for at, entry in enumerate(self.listed(subject, "facts", where))
            if (fact := self.fact(key, title, entry, f"{where}.facts[{at}]"))
        ]

    def marked_as_brand(self, subject: dict[Any, Any], key: str, where: str) -> None:
        marked = subject.get("brand", False)
        if not isinstance(marked, bool):
            self.errors.append(f"{where}.brand must be true or false, is {marked!r}")
        elif marked and self.brand not in (None, key):
            self.errors.append(f"{where}: the brand is already {self.brand!r}")
        elif marked:
            self.brand = key

    def fact(self, subject: str, title: str, entry: Any, where: str) -> Fact | None:
        if not isinstance(entry, dict) or not {"attribute", "value"} <= entry.keys():
            self.errors.append(f"{where} needs attribute and value")
            return None
        self.unknown(entry, _FACT_KEYS, where)
        start, end = self.day(entry, "valid_from", where), self.day(entry, "valid_to", where)
        if start and end and start > end:
            self.errors.append(f"{where}: valid_from {start} is after valid_to {end}")
        plain = all(
            [self.scalar(entry, key, where) for key in ("attribute", "unit", "currency", "source")]
        )
        values = self.values(entry["value"], where)
        if not values or not plain:
            return None
        attribute = str(entry["attribute"])
        unit, currency = str(entry.get("unit") or ""), str(entry.get("currency") or "")
        own_words = self.words(entry.get("keywords"), f"{where}.keywords")
        noun = self.noun(unit, own_words, where)
        stated: list[TypedFact] = []
        texts: list[str] = []
        for value in values:
            self.state(value, unit, currency, attribute, stated, texts)
        person = is_part(attribute)
        shown = f"{title}: {attribute} = {', '.join(map(str, values))} {unit or currency}".strip()
        during = "".join(
            f", {word} {day}" for word, day in (("from", start), ("until", end)) if day
        )
        source = f" ({entry['source']})" if entry.get("source") else ""
        return Fact(
            subject, attribute, tuple(stated), folded_words(texts), shown + during + source,
            start, end, keywords(attribute, own_words, self.language, person), noun,
            any(regex.search(r"\p{Lu}", text) for text in texts),
            person, any(isinstance(value, bool) for value in values),
        )  # fmt: skip

    def values(self, value: Any, where: str) -> list[Any]:
        if isinstance(value, dict):
            value = self.by_language(value, f"{where}.value")
        values = value if isinstance(value, list) else [value]
        if not values or any(isinstance(each, dict | list) or each is None for each in values):
            self.errors.append(
                f"{where}.value must be a number, a text, a date, or a list of these"
            )
            return []
        return values

    def state(
        self, value: Any, unit: str, currency: str, attribute: str,
        stated: list[TypedFact], texts: list[str],
    ) -> None:  # fmt: skip
        """Add what a value states, read as a post would be read."""
        if isinstance(value, bool):
            said = regex.sub(r"[\W_]+", " ", attribute).strip().lower()
            texts.append(said if value else f"no {said}")
            return
        words = _stated(value, unit, currency)
        found = [_settled(fact) for fact in typed_facts.extract(words, self.language)]
        if isinstance(value, str):
            if "code" in attribute.casefold() and regex.fullmatch(r"[\w-]{3,24}", value.strip()):
                stated.append(TypedFact("promo_code", value.strip().casefold(), "", value, 0))
                return
            rest = words
            for fact in found:
                rest = rest.replace(fact.span, " ")
            if any(fact.kind == "time" for fact in found):
                rest = regex.sub(r"\b\p{Lu}{2,4}\b", " ", rest)  # a time zone
            # "14 rue des Lilas" and "Apollo 12" are names, not numbers.
            if regex.search(r"\p{Lu}\p{L}{2}|\p{L}{5}", rest):
                texts.append(value)
                return
        stated += found

    def noun(self, unit: str, own_words: list[str], where: str) -> str:
        """The counted noun; a word that is no word is most likely a unit with a slip in it."""
        known = unit.casefold()
        if not unit or known in UNIT_OF or known in ("percent", "%", "c", "f", "year"):
            return ""
        last = words_of(fold(unit))[-1:]
        if own_words or not last or is_word(last[0], self.language):
            return fold(unit)
        near = difflib.get_close_matches(known, UNIT_OF, n=1, cutoff=0.75)
        hint = f"did you mean {near[0]!r}? Or " if near else ""
        self.errors.append(
            f"{where}: {unit!r} is no unit and no word; {hint}write what is counted as posts do, "
            "or give keywords"
        )
        return ""

    def phrases(self, sheet: dict[Any, Any], key: str, main: str, why: str) -> tuple[Phrase, ...]:
        found = []
        for number, entry in enumerate(self.listed(sheet, key, self.name)):
            where = f"{self.name}: {key}[{number}]"
            if isinstance(entry, str):
                entry = {main: entry}
            if not isinstance(entry, dict) or not entry.get(main):
                self.errors.append(f"{where} needs a {main}")
                continue
            self.unknown(entry, _PHRASE_KEYS[key], where)
            words = self.words(entry[main], f"{where}.{main}")
            when = self.words(entry.get("when"), f"{where}.when")
            if not self.scalar(entry, why, where):
                continue
            if not any(map(str.strip, words)):
                self.errors.append(f"{where} needs a {main}")
                continue
            reason = str(entry.get(why) or "")
            found.append(Phrase(folded_words(words), words[0], reason, folded_words(when)))
        return tuple(found)

    def contradictions(self, facts: list[Fact]) -> None:
        """Two lines on one attribute have to be valid at different times."""
        groups: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
        for fact in facts:
            # A price in pounds and one in euros are two prices.
            currency = next((f.unit for f in fact.stated if f.kind == "money"), "")
            groups[fact.subject, fact.attribute, currency].append(fact)
        for (subject, attribute, _), lines in groups.items():
            lines.sort(key=lambda line: line.valid_from or date.min)
            for earlier, later in zip(lines, lines[1:], strict=False):
                if (later.valid_from or date.min) > (earlier.valid_to or date.max):
                    continue
                same = (earlier.stated, earlier.names) == (later.stated, later.names)
                about = f"{self.name}: {subject}.{attribute}"
                self.errors.append(
                    f"{about} stands twice for the same time" if same else
                    f"{about} has two values at one time: {earlier.shown!r} and {later.shown!r}; "
                    "give valid_from and valid_to, or one list of values"
                )  # fmt: skip

    def day(self, entry: dict[Any, Any], key: str, where: str) -> date | None:
        value = entry.get(key)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        self.errors.append(f"{where}.{key} must be a date such as 2018-05-05, is {value!r}")
        return None

    def by_language(self, value: dict[Any, Any], where: str) -> Any:
        """The words of this sheet's language; of any other, names stand as they are."""
        wrong = [key for key in value if not _LANGUAGE.fullmatch(str(key))]
        if wrong or not value:
            self.errors.append(f"{where} must hold words by language, such as {{en: …, fr: …}}")
            return []
        return value.get(self.language, next(iter(value.values())))

    def words(self, value: Any, where: str, single: bool = False) -> list[str]:
        if isinstance(value, dict):
            value = self.by_language(value, where)
        if value is None:
            return []
        listed = value if isinstance(value, list) else [value]
        if any(isinstance(each, dict | list) for each in listed) or (single and len(listed) != 1):
            self.errors.append(
                f"{where} must be a single value" if single else f"{where} must be a list of words"
            )
            return []
        return [str(each) for each in listed if each is not None]

    def listed(self, mapping: dict[Any, Any], key: str, where: str) -> list[Any]:
        value = mapping.get(key) or []
        if not isinstance(value, list):
            self.errors.append(f"{where}.{key} must be a list")
            return []
        return value

    def scalar(self, mapping: dict[Any, Any], key: str, where: str) -> bool:
        """Whether this is a single value; a nested one would unfold into a text without end."""
        if isinstance(mapping.get(key), dict | list):
            self.errors.append(f"{where}.{key} must be a single value")
            return False
        return True

    def unknown(self, mapping: dict[Any, Any], known: set[str], where: str) -> None:
        self.errors += [
            f"{where}: unknown key {key!r}{nearest(str(key), known)}"
            for key in mapping
            if key not in known
        ]


def _stated(value: Any, unit: str, currency: str) -> str:
    """A value as a post would state it, so that one extractor reads both."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    number = format(value, "f").rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    if unit.casefold() in ("c", "f"):
        unit = f"°{unit}"
    # A year is a number beside a date, not a span of time.
    is_year = unit.casefold() == "year" and regex.fullmatch(r"1\d{3}|20\d\d", number)
    return number if is_year else f"{number} {currency or unit}".strip()


def _settled(fact: TypedFact) -> TypedFact:
    """A sheet has times of 24 hours."""
    return replace(fact, also=()) if fact.kind == "time" else fact
