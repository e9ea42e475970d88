"""Which facts the posts of a brand state, beside those that its sheet already has."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import regex

from smm_voice.metrics.factuality.check import check
from smm_voice.metrics.factuality.clauses import Clause
from smm_voice.metrics.factuality.knowledge import FactSheet, Mention
from smm_voice.metrics.factuality.polarity import asks, polarity
from smm_voice.metrics.factuality.suggest import names, words
from smm_voice.posts.post import Post
from smm_voice.text import facts as typed_facts
from smm_voice.text.facts import TypedFact
from smm_voice.text.facts.references import codes
from smm_voice.text.fold import fold

LANGUAGES = ("en", "fr")
# Facts by themselves, whatever stands around them.
ADDRESSES = frozenset({"url", "email", "phone", "handle", "hashtag", "promo_code"})
CLOCK = ("second", "minute", "hour", "day", "week", "month", "year", "night")
# Characters before a value in which "our" is said of it.
_OURS = 40
# Characters around a value that say whether it is more than a passing one.
_AROUND = 60
_PASSING_AFTER = regex.compile(
    r"(?:[ -]\p{L}+){0,2}[ -](?:ago|left|later|before|after|earlier|from now|to go"
    r"|until|till|away|behind|ahead|video|clip|teaser|trailer|look|tour|view|old photo"
    r"|plus tot|plus tard|avant|apres)(?!\w)"
)
_PASSING_BEFORE = regex.compile(
    r"(?:(?<!\w)(?:in|next|past|last|within|every|only|just|il y a|dans|plus que|prochaine?s?"
    r"|derniere?s?) (?:(?:the|about|only|just|les|environ) )?[~<>]?)$"
)
_STREET = regex.compile(
    r",? ?(?:bis,? |ter,? )?(?:rue|avenue|boulevard|bd|place|quai|chemin|impasse|allee|route|cours"
    r"|(?:\p{L}+ ){1,3}(?:street|st|road|rd|lane|avenue|ave|square|drive|boulevard|court))(?!\w)"
)
_CHANCE = regex.compile(r" (?:de )?(?:chance|probability|likelihood|risque)")
_WE = regex.compile(r"(?<!\w)(?:we|our|us|ours|nous|notre|nos)(?!\w)")
_FEAST = regex.compile(r"(?:(?<!\w)(?:happy|merry|joyeu[xs]e?|bon|bonne|belle)(?: the)? $)")


@dataclass(frozen=True)
class Evidence:
    """One post that states a fact.

    Attributes:
        post: its id.
        day: when it was published.
        clause: the clause that states it.
        fact: as it stands there.
        language: of the post.
        near: words of content around it, the nearest first.
        group: attribute that the words beside it name, or "".
        noun: what a bare number counts, or "".
        tight: the word that is bound to the value, or "".
        subjects: names in the clause → characters to the fact.
        spoken_of: those of them that, by their place, the clause is about.
        ours: whether "we" or the brand's name stands before the value.
        url: address of the post, where known.
    """

    post: str
    day: date
    clause: str
    fact: TypedFact
    language: str
    near: tuple[str, ...] = ()
    group: str = ""
    noun: str = ""
    tight: str = ""
    subjects: Mapping[str, int] = dataclasses.field(default_factory=dict)
    spoken_of: frozenset[str] = frozenset()
    ours: bool = False
    url: str | None = None


@dataclass(frozen=True)
class Brand:
    """Who speaks: `names` are all ways it is called, `subject` is its id in a sheet."""

    subject: str
    title: str
    names: tuple[str, ...]


def title_of(sheet: FactSheet, subject: str, otherwise: str) -> str:
    """A subject's name as its sheet shows it; `otherwise` where no line shows it."""
    for line in sheet.lines(subject):
        return line.shown.split(f": {line.attribute} = ")[0]
    return otherwise


class Reader:
    """What is known of all posts when one is read.

    Attributes:
        titles: id of a subject → its name.
        known: ids of the subjects of the sheet.
        own: keys of the brand's names.
    """

    def __init__(
        self, posts: Sequence[Post], sheets: Mapping[str, FactSheet], brand: Brand
    ) -> None:
        self._sheets = sheets
        self._names = names.recurring_names(posts)
        self.own = {names.key_of(name) for name in brand.names}
        self.titles = {brand.subject: brand.title}
        self.known = {key for sheet in sheets.values() for key in sheet.names.values()}

    def evidence(self, post: Post) -> Iterator[Evidence]:
        """What a post states and the sheet does not speak of."""
        language = post.language or ""
        if language not in LANGUAGES:
            return
        facts = typed_facts.extract(post.text, language, post.created_at)
        facts = [fact for fact in facts if not fact.incidental]
        if not facts:
            return
        sheet = self._sheets.get(language, FactSheet())
        checked = check(post.text, None, sheet, language, post.created_at)
        settled = {c.start for c in checked.claims if c.verdict != "unsupported"}
        called = {start for start, _ in codes(post.text, bare=False)}
        settled |= {f.start for f in facts if f.kind == "promo_code" and f.start not in called}
        settled |= {f.start for f in facts if f.kind == "hashtag" and fold(f.span) in sheet.names}
        recurring = self._names(post.text)
        mentions = sheet.mentions(fold(post.text))
        for clause in words.clauses(post.text):
            inside = [n for n in recurring if clause.start <= n.start < clause.end]
            told = [m for m in mentions if clause.start <= m.start < clause.end]
            folded = fold(clause.text)
            for fact in facts:
                if not clause.start <= fact.start < clause.end or fact.start in settled:
                    continue
                bare = Evidence(
                    post.id, post.created_at.date(), " ".join(clause.text.split()), fact, language,
                    url=post.url,
                )  # fmt: skip
                if fact.kind in ADDRESSES:
                    yield bare
                if fact.kind == "url" and "/" in fact.value:
                    site = fact.value.split("/")[0]
                    yield dataclasses.replace(
                        bare, fact=dataclasses.replace(fact, value=site, span=site)
                    )
                elif fact.kind not in ADDRESSES and _stands(fact, clause, folded, post):
                    yield self._of_clause(bare, clause, folded, inside, told, sheet, post.text)

    def _of_clause(
        self,
        bare: Evidence,
        clause: Clause,
        folded: str,
        inside: Sequence[names.Name],
        told: Sequence[Mention],
        sheet: FactSheet,
        text: str,
    ) -> Evidence:
        """With what the clause says of the fact."""
        fact, language = bare.fact, bare.language
        at = fact.start - clause.start
        ours = bool(_WE.search(folded[max(0, at - _OURS) : at])) or any(
            n.key in self.own and 0 <= fact.start - n.end < _OURS for n in inside
        )
        found = [(m.subject, title_of(sheet, m.subject, text[m.start : m.end]), m.start, m.end)
                 for m in told]  # fmt: skip
        found += [
            (names.slug(n.key) or n.key, n.shown.lstrip("#"), n.start, n.end)
            for n in inside
            if n.key not in self.own and not any(m.start < n.end and n.start < m.end for m in told)
        ]
        subjects: dict[str, int] = {}
        spoken_of = set()
        for subject, title, start, end in found:
            self.titles.setdefault(subject, title)
            # What a sentence speaks of stands before what it says.
            distance = fact.start - end if end <= fact.start else 2 * max(0, start - fact.end)
            subjects[subject] = min(distance, subjects.get(subject, distance))
            if names.is_spoken_of(text, start, fact):
                spoken_of.add(subject)
        taken = [(start, end) for _, _, start, end in found]
        year = is_year(fact)
        bound = words.event_of if fact.kind == "date" else words.tight_word
        return dataclasses.replace(
            bare,
            near=tuple(words.words_near(fact, clause, language, taken)),
            group=words.group_of(fact, clause, language, year),
            noun=words.noun_of(fact, clause, language)
            if fact.kind == "number" and not year
            else "",
            tight=bound(fact, clause, language),
            subjects=subjects,
            spoken_of=frozenset(spoken_of),
            ours=ours,
        )


def is_year(fact: TypedFact) -> bool:
    """Whether a bare number is written as years are."""
    return fact.kind == "number" and bool(regex.fullmatch(r"1[5-9]\d\d|20\d\d", fact.value))


def _stands(fact: TypedFact, clause: Clause, folded: str, post: Post) -> bool:
    """Whether a fact is stated, and does not pass with the day or belong to a name."""
    at, end = fact.start - clause.start, fact.end - clause.start
    before, after = folded[max(0, at - _AROUND) : at], folded[end : end + _AROUND]
    if asks(folded) or polarity(folded, at, post.language or "en", end - at) != "asserted":
        return False
    if fact.kind in ("number", "quantity") and regex.search(
        r"(?:\(|no\.? ?|n° ?|#|v\.? ?)$", before
    ):
        return False
    if regex.match(r"/\d|(?:st|nd|rd|th)\b| ?:\d|[ -]?d\b", after) or regex.search(
        r"\d[:/.]$", before
    ):
        return False
    if fact.kind == "quantity":
        if (fact.unit == "degree" and fact.value in ("360", "180")) or fact.value == "0":
            return False
        if fact.unit in CLOCK and (_PASSING_AFTER.match(after) or _PASSING_BEFORE.search(before)):
            return False
        return fact.unit not in CLOCK or Decimal(fact.value) > 1
    if fact.kind == "money" and regex.match(r" (?:m|mn|bn|k|md)(?![\w'])", after):
        # "$3 M" is more than three.
        return False
    if fact.kind == "percent":
        return fact.value not in ("100", "0") and not _CHANCE.match(after)
    if fact.kind == "date":
        return not _FEAST.search(before)
    if fact.kind != "number":
        return True
    if _STREET.match(after):
        return False
    if not is_year(fact):
        # "Apollo 11" and "Expedition 54" are names; "Over 300" begins a sentence.
        named = regex.search(r"(\p{Lu}[\p{L}.’'-]*)[ \u00a0-]$", clause.text[max(0, at - 40) : at])
        return not (named and words.is_content(named.group(1)))
    year = int(fact.value)
    if abs(year - post.created_at.year) <= 1:
        return False
    return bool(regex.search(r"(?:^|\W)(?:in|since|en|depuis|from|of)\W{1,2}$", before))
