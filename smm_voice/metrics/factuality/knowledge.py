"""What a brand knows: the lines of a fact sheet, which `sheet.py` reads from YAML."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import regex

from smm_voice.metrics.factuality.line import Fact, any_of
from smm_voice.text.facts import TypedFact, agree, units
from smm_voice.text.fold import words_of

# "Le salon" is also "du salon", "our bakery" also "the bakery".
_ARTICLES = {
    "le": ("du", "au", "notre", "ce"), "la": ("notre", "cette"),
    "les": ("des", "aux", "nos", "ces"),
    "notre": ("le", "la", "du", "au"), "nos": ("les", "des", "aux"),
    "the": ("our", "this"), "our": ("the",),
}  # fmt: skip
_POSSESSIVES = frozenset({"notre", "nos", "our", "this", "ce", "cette", "ces"})
_ARTICLE = regex.compile(r"(le|la|les|notre|nos|the|our) (?=\w{4})")
_TELLING = 4
# Words of a name that one can be changed in and the name still be meant.
_NEAR_WORDS = 3
# Lines of one value that are looked at: a sheet of thousands may hold one price a thousand times.
_MOST_LINES = 50


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
