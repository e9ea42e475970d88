"""What a brand knows: the lines of a fact sheet, which `sheet.py` reads from YAML."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import NamedTuple

import regex

from smm_voice.text.facts import TypedFact, agree, units
from smm_voice.text.fold import fold, words_of

# "Le salon" is also "du salon", "our bakery" also "the bakery".
_ARTICLES = {
    "le": ("du", "au", "notre", "ce"), "la": ("notre", "cette"),
    "les": ("des", "aux", "nos", "ces"),
    "notre": ("le", "la", "du", "au"), "nos": ("les", "des", "aux"),
    "the": ("our", "this"), "our": ("the",),
}  # fmt: skip
_POSSESSIVES = frozenset({"notre", "nos", "our", "this", "ce", "cette", "ces"})
_ARTICLE = regex.compile(r"(le|la|les|notre|nos|the|our) (?=\w{4})")
_TWO_WORDS = regex.compile(r"[ \-]?\w+(?:[ '\-]\w+)?")
_TELLING = 4
# Words of a name that one can be changed in and the name still be meant.
_NEAR_WORDS = 3
# Characters within which a keyword speaks for a name.
_NEAR = 40
# Lines of one value that are looked at: a sheet of thousands may hold one price a thousand times.
_MOST_LINES = 50


@dataclass(frozen=True)
class Fact:
    """One line of the sheet.

    Attributes:
        subject: id of its subject.
        attribute: short name.
        stated: typed facts that state it; several where the value is a list.
        names: folded texts that state it, such as a person's name.
        shown: the line as evidence, for people.
        valid_from: first day it holds; None: always did.
        valid_to: last day it holds; None: still does.
        keywords: folded words which, near a value, show that this attribute is meant.
        noun: what is counted ("seats"), folded; "" for units of measurement and all else.
        capitalised: whether its texts are written with capitals, as names are.
        person: whether the attribute is a part that people have, such as founder.
    """

    subject: str
    attribute: str
    stated: tuple[TypedFact, ...]
    names: tuple[str, ...]
    shown: str
    valid_from: date | None
    valid_to: date | None
    keywords: tuple[str, ...]
    noun: str = ""
    capitalised: bool = False
    person: bool = False

    def holds(self, on: date | None) -> bool:
        """Whether it is valid on a day; without a day, whether it ever is."""
        if on is None:
            return True
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )

    def evidence(self, folded: str, at: int, length: int) -> tuple[int, int]:
        """How many of the keywords stand in a folded clause, and how far the nearest is.

        Args:
            folded: a clause.
            at: offset of a fact in it.
            length: of the fact; its own words count for nothing, but what is counted does.
        """
        count, distance = 0, len(folded)
        for pattern in self._keyword_patterns:
            ways = [
                at - m.end() if m.end() <= at else m.start() - at - length
                for m in pattern.finditer(folded)
                if m.end() <= at or m.start() >= at + length
            ]
            if ways:
                count += 1
                distance = min(distance, *ways)
        return count, distance

    @cached_property
    def opening_days(self) -> bool:
        """Whether it lists days on which something is open or closed."""
        return bool(
            regex.search("open|clos|ouvert|ferm", self.attribute.casefold())
            and any(fact.kind == "weekday" for fact in self.stated)
        )

    @property
    def statements(self) -> tuple[str, ...]:
        """Its texts that are no names: "breakfast is included"."""
        return () if self.capitalised else self.names

    def find_names(self, folded: str) -> list[tuple[int, int]]:
        """Where its names stand in a folded clause."""
        if not self.proper_names or not any(name in folded for name in self.names):
            return []
        return [match.span() for match in self._names_pattern.finditer(folded)]

    def own_keywords_near(self, folded: str, start: int, end: int) -> bool:
        """Whether a keyword stands within a few words of a stretch of a folded clause."""
        around = folded[max(0, start - _NEAR) : start] + " " + folded[end : end + _NEAR]
        return any(pattern.search(around) for pattern in self._keyword_patterns)

    def counts(self, following: str) -> bool:
        """Whether the folded words right behind a number are what this line counts.

        The beginning is enough: "varieties" in a sheet is "variétés" in a French post.
        """
        near = _TWO_WORDS.match(following)
        return bool(near) and any(pattern.search(near.group()) for pattern in self._counted)

    @cached_property
    def _counted(self) -> tuple[regex.Pattern[str], ...]:
        parts = set(words_of(fold(self.attribute)))
        words = (self._noun_stem, *(word for word in self.keywords if word not in parts))
        return tuple(_beginning(word) for word in dict.fromkeys(words) if word)

    @property
    def _noun_stem(self) -> str:
        return self.noun[: max(4, len(self.noun) - 3)]

    @cached_property
    def proper_names(self) -> bool:
        """Whether its texts are names of people, places or things."""
        return bool(self.names) and self.capitalised

    @cached_property
    def _names_pattern(self) -> regex.Pattern[str]:
        return any_of(self.names)

    @cached_property
    def _keyword_patterns(self) -> tuple[regex.Pattern[str], ...]:
        # "Years" beside 15 years shows no more than that they are years.
        words = (word for word in (*self.keywords, self._noun_stem) if word not in units.UNIT_OF)
        return tuple(_beginning(word) for word in dict.fromkeys(words) if word)


@dataclass(frozen=True)
class Phrase:
    """A phrase that is forbidden, approved or mandatory.

    Attributes:
        words: folded, in every form that counts.
        shown: as the sheet has it, for people.
        reason: why, or the source.
        when: folded words one of which has to stand in a post for the phrase to be mandatory
            there; empty: in every post.
    """

    words: tuple[str, ...]
    shown: str
    reason: str
    when: tuple[str, ...] = ()

    def find(self, folded: str) -> list[tuple[int, int]]:
        """Where it stands in a folded text, as whole words."""
        return [match.span() for match in self._pattern.finditer(folded)]

    def asked_for(self, folded: str) -> bool:
        """Whether a folded text has to hold it."""
        return not self.when or bool(self._when.search(folded))

    @cached_property
    def _pattern(self) -> regex.Pattern[str]:
        return any_of(self.words)

    @cached_property
    def _when(self) -> regex.Pattern[str]:
        return any_of(self.when)


class Mention(NamedTuple):
    """A name in a text.

    Attributes:
        start: offset of the name.
        end: offset just past it.
        subject: whose it is.
        own: whether it is the subject's own name, and not something that belongs to it.
    """

    start: int
    end: int
    subject: str
    own: bool


@dataclass(frozen=True)
class FactSheet:
    """What a brand knows, in the words of one language.

    Attributes:
        facts: all lines.
        names: folded name or alias → id of its subject.
        brand: id of the subject that is the brand itself, of whom posts say "we"; None: none is.
        forbidden: claims that no post may make.
        superlatives: superlatives and guarantees that are approved; None: the sheet does not say,
            and they are not judged.
        mandatory: what posts must mention.
    """

    facts: tuple[Fact, ...] = ()
    names: Mapping[str, str] = dataclasses.field(default_factory=dict)
    brand: str | None = None
    forbidden: tuple[Phrase, ...] = ()
    superlatives: tuple[Phrase, ...] | None = None
    mandatory: tuple[Phrase, ...] = ()

    def mentions(self, folded: str) -> list[Mention]:
        """Every name in a folded text; the longest counts.

        Whoever names the workshop's teacher, or its promotion code, speaks of the workshop.
        """
        return [
            Mention(m.start(), m.end(), subject, m.group() not in self._values)
            for m in self._naming.finditer(folded)
            for subject in self._forms[m.group()]
        ]

    def lines(self, subject: str) -> Sequence[Fact]:
        """The lines on one subject."""
        return self._by_subject.get(subject, ())

    @cached_property
    def by_key(self) -> Mapping[tuple[str, str], Sequence[Fact]]:
        """(kind, value) → the lines that state it, for what is a fact by itself: addresses."""
        found: dict[tuple[str, str], list[Fact]] = {}
        for line in self.facts:
            for fact in line.stated:
                found.setdefault((fact.kind, fact.value), []).append(line)
        return found

    @cached_property
    def by_kind(self) -> Mapping[str, Sequence[tuple[Fact, TypedFact]]]:
        """Kind → every value of it with its line."""
        found: dict[str, list[tuple[Fact, TypedFact]]] = {}
        for line in self.facts:
            for fact in line.stated:
                found.setdefault(fact.kind, []).append((line, fact))
        return found

    @cached_property
    def known_names(self) -> frozenset[str]:
        """All names of subjects and all texts that are values, folded."""
        return frozenset(self._forms) | {name for line in self.facts for name in line.names}

    @cached_property
    def has_codes(self) -> bool:
        """Whether any line gives a promotion code."""
        return "promo_code" in self.by_kind

    def by_value(self, fact: TypedFact) -> Sequence[tuple[Fact, TypedFact]]:
        """Lines that say the same as a fact, in whatever unit and of whatever subject."""
        kind, value = _amount_of(fact)
        found = self._by_amount.get((kind, value), ())
        if not found and fact.kind == "quantity":
            found = [(line, v) for line, v in self._by_base.get(kind, ()) if agree(fact, v)]
        return found[:_MOST_LINES]

    @cached_property
    def _by_base(self) -> Mapping[str, Sequence[tuple[Fact, TypedFact]]]:
        """Base unit → some lines in it: rounded and converted values are equal to none."""
        found: dict[str, list[tuple[Fact, TypedFact]]] = {}
        for line, fact in self.by_kind.get("quantity", ()):
            listed = found.setdefault(_amount_of(fact)[0], [])
            if len(listed) < _MOST_LINES:
                listed.append((line, fact))
        return found

    @cached_property
    def _by_amount(self) -> Mapping[tuple[str, str], Sequence[tuple[Fact, TypedFact]]]:
        found: dict[tuple[str, str], list[tuple[Fact, TypedFact]]] = {}
        for line in self.facts:
            for fact in line.stated:
                found.setdefault(_amount_of(fact), []).append((line, fact))
        return found

    @cached_property
    def numbered_names(self) -> Sequence[str]:
        """Texts with a number in them."""
        return [name for name in self.known_names if any(map(str.isdigit, name))]

    @cached_property
    def named_words(self) -> frozenset[str]:
        """Every single word of `known_names`."""
        return frozenset(w for name in self.known_names for w in regex.findall(r"\w+", name))

    @cached_property
    def by_head(self) -> Mapping[str, Sequence[tuple[Fact, tuple[str, ...]]]]:
        """First word of a name of several words → the lines that give it, with all its words."""
        found: dict[str, list[tuple[Fact, tuple[str, ...]]]] = {}
        for line in self.facts:
            for name in line.names if line.proper_names else ():
                words = tuple(words_of(name))
                if len(words) > 1:
                    found.setdefault(words[0], []).append((line, words))
        return found

    def names_with(self, word: str) -> Sequence[tuple[str, tuple[str, ...], int]]:
        """Names of subjects that hold a folded word, with all their words and its place."""
        return self._names_by_word.get(word, ())

    @cached_property
    def known_words(self) -> frozenset[str]:
        """All known names as words with single blanks."""
        return frozenset(" ".join(words_of(name)) for name in self.known_names)

    @cached_property
    def _names_by_word(self) -> Mapping[str, Sequence[tuple[str, tuple[str, ...], int]]]:
        found: dict[str, list[tuple[str, tuple[str, ...], int]]] = {}
        own = {w for name, key in self.names.items() if key == self.brand for w in words_of(name)}
        for name in self.names:
            words = tuple(words_of(name))
            if len(words) < _NEAR_WORDS or words[0] in _POSSESSIVES:
                continue  # "notre salon de thé" is what any house calls its own
            for place, word in enumerate(words):
                listed = found.setdefault(word, [])
                # The brand's own name goes before anything.
                if word not in own and len(word) >= _TELLING and len(listed) < _MOST_LINES:
                    listed.append((name, words, place))
        return found

    @cached_property
    def people(self) -> Mapping[str, Fact]:
        """Names of people → the lines that give them a part."""
        return {name: line for line in self.facts if line.person for name in line.names}

    @cached_property
    def _by_subject(self) -> Mapping[str, Sequence[Fact]]:
        found: dict[str, list[Fact]] = {}
        for line in self.facts:
            found.setdefault(line.subject, []).append(line)
        return found

    @cached_property
    def _forms(self) -> Mapping[str, tuple[str, ...]]:
        """Names, their plurals, and names that lines give → subjects.

        A name as written goes before another's plural, and both before a value.
        """
        found = dict(self._values)
        found |= {form: (key,) for name, key in self.names.items() for form in _forms_of(name)}
        return found | {name: (key,) for name, key in self.names.items()}

    @cached_property
    def _values(self) -> Mapping[str, tuple[str, ...]]:
        """Proper names and promotion codes that lines give, and that name no subject themselves."""
        values: dict[str, dict[str, None]] = {}
        for line in self.facts:
            codes = (fact.value for fact in line.stated if fact.kind == "promo_code")
            for value in (*(line.names if line.proper_names else ()), *codes):
                if value not in self.names:
                    values.setdefault(value, {})[line.subject] = None
        return {value: tuple(subjects) for value, subjects in values.items()}

    @cached_property
    def _naming(self) -> regex.Pattern[str]:
        if not self._forms:
            return regex.compile(r"(?!)")
        return regex.compile(r"(?<!\w)\L<names>(?!\w)", names=list(self._forms))


@functools.lru_cache(maxsize=65_536)
def _beginning(word: str) -> regex.Pattern[str]:
    """Finds words that begin so; short ones have to be whole, and "head" is not "headlines"."""
    end = r"(?!\w)" if len(word) <= 3 else r"(?!\w{5})"
    return regex.compile(rf"(?<!\w){regex.escape(word)}{end}")


def _amount_of(fact: TypedFact) -> tuple[str, str]:
    """Kind and value, a quantity in the base unit of its dimension."""
    if fact.kind != "quantity":
        return fact.kind, fact.value
    unit, value = units.in_base(fact.value, fact.unit)
    return unit, value


def _forms_of(name: str) -> set[str]:
    """With an s after the last word or after every word, and with other articles before it."""
    if not regex.fullmatch(r"[^\W\d_]{2,}.*[^\W\d_]", name):
        return set()
    article = _ARTICLE.match(name)
    bare = name[article.end() :] if article else ""
    others = _ARTICLES[article.group(1)] if article else ()
    forms = {f"{other} {bare}" for other in others}
    return forms | {name + "s", regex.sub(r"(?<=\w\w)\b(?!['-])", "s", name)}


def any_of(words: Sequence[str]) -> regex.Pattern[str]:
    """Finds any of these folded phrases as whole words, a hyphen or a blank between their parts."""
    listed = "|".join(
        r"[\s-]+".join(map(regex.escape, regex.split(r"[\s-]+", each.strip())))
        for each in sorted(words, key=len, reverse=True)
        if each.strip()
    )
    return regex.compile(rf"(?<!\w)(?:{listed or '(?!)'})(?!\w)")


def folded_words(values: Sequence[str]) -> tuple[str, ...]:
    """Each text folded, once."""
    return tuple(dict.fromkeys(fold(value).strip() for value in values))
