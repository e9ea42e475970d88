"""From the posts that state a value to the line that they propose."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

import regex

from smm_voice.metrics.factuality.knowledge import FactSheet
from smm_voice.metrics.factuality.suggest import names, words
from smm_voice.metrics.factuality.suggest.evidence import (
    ADDRESSES,
    CLOCK,
    Brand,
    Evidence,
    Reader,
    is_year,
)
from smm_voice.metrics.factuality.suggest.proposal import Proposal, over_time
from smm_voice.posts.post import Post
from smm_voice.text.facts import TypedFact
from smm_voice.text.fold import fold

# An address of somebody else has to recur; a tag of the day recurs in a week.
_RECURS = 3
_WEEKS = timedelta(days=14)
# A hashtag in so many posts is the brand's own, whatever its name.
_OWN_TAG_SHARE = 0.1
# Below it a bare number counts what happens to be there.
_TELLING = 13
# Addresses would fill the whole list.
_ADDRESS_SHARE = 1 / 6
# A single clause says of a name that is farther away nothing that is sure.
_FAR = 50
# Subjects that one value is told of; what is rarer than these is chance.
_MOST_SUBJECTS = 200
_SHORTENERS = regex.compile(
    r"(?:t\.co|bit\.ly|ow\.ly|goo\.gl|buff\.ly|lnkd\.in|fb\.me|youtu\.be|tinyurl\.com|dlvr\.it"
    r"|is\.gd|trib\.al|ift\.tt|amzn\.to|go\.[\w.]+|\w{1,4}\.(?:ly|gl|gd|to|at|st|me|us|co))(?:/|$)"
)
_NEWS = regex.compile(
    r"(?<!\w)(?:live|now|currently|today|tomorrow|tonight|this morning|yesterday|launch day"
    r"|en direct|aujourd'hui|demain|ce soir|ce matin|hier|actuellement|en ce moment)(?!\w)"
)
_FORECAST = regex.compile(r"(?<!\w)(?:weather|forecast|meteo|previsions?)(?!\w)")


def suggest(
    posts: Sequence[Post],
    sheets: Mapping[str, FactSheet],
    brand: Brand,
    minimum: int,
    most: int,
    progress: Callable[[Iterable[Post]], Iterable[Post]] = iter,
) -> list[Proposal]:
    """Propose lines that the sheet does not have yet, the best first.

    Args:
        posts: the brand's own; in other languages than English and French they say nothing here.
        sheets: language → the sheet that there is, empty where there is none.
        brand: who speaks.
        minimum: so many posts have to agree.
        most: of all proposals; those that are unclear do not count.
        progress: passes the posts on and shows how far it is.
    """
    reader = Reader(posts, sheets, brand)
    groups: dict[tuple[str, str, str], list[Evidence]] = defaultdict(list)
    for post in progress(posts):
        for each in reader.evidence(post):
            groups[each.fact.key].append(each)
    drafts = _Drafts(reader, brand, len(posts))
    lines = (p for group in groups.values() for p in drafts.of(group, minimum))
    found = sorted(over_time(lines, minimum), key=lambda p: (p.rank, p.subject, p.attribute))
    return list(_bounded(found, most))


class _Drafts:
    """Turns evidence for one value into proposals."""

    def __init__(self, reader: Reader, brand: Brand, count: int) -> None:
        self.reader, self.brand, self.count = reader, brand, count

    def of(self, group: Sequence[Evidence], minimum: int) -> Iterator[Proposal]:
        """The proposals of all evidence for one value."""
        fact = group[0].fact
        if fact.kind in ADDRESSES:
            if self._is_address_of_ours(fact, group, minimum):
                subject = self.brand.subject
                if fact.kind == "handle":
                    shown = Counter(e.fact.span for e in group).most_common(1)[0][0]
                    if names.key_of(shown) not in self.reader.own:
                        subject = names.slug(names.key_of(shown)) or names.key_of(shown)
                        self.reader.titles.setdefault(subject, shown)
                attribute = "website" if fact.kind == "url" else fact.kind
                yield self._proposal(subject, attribute, group, "")
            return
        left = [e for e in group if e.noun or e.fact.kind != "number" or is_year(e.fact)]
        for _ in range(_MOST_SUBJECTS):
            if not left:
                break
            subject, rest = self._subject_of(left)
            attribute, unit, told = _attribute(rest, subject == self.brand.subject)
            told = told or rest[:1]
            taken = set(map(id, told))
            left = [e for e in left if id(e) not in taken]
            if attribute and _is_worth(told, subject == self.brand.subject):
                yield self._proposal(subject, attribute, told, unit)

    def _subject_of(self, left: Sequence[Evidence]) -> tuple[str, list[Evidence]]:
        """The name that most of these clauses share, and the clauses that have it."""
        counts: Counter[str] = Counter()
        reach: Counter[str] = Counter()
        alone = len({each.post for each in left}) == 1
        for each in left:
            for name, distance in each.subjects.items():
                # Where no second post says what is meant, the place of the name has to.
                if not alone or (name in each.spoken_of and distance <= _FAR):
                    counts[name] += 1
                    reach[name] += distance
        spoken_of = {name for each in left for name in each.spoken_of}
        counts = Counter({name: n for name, n in counts.items() if name in spoken_of})
        if not counts:
            return self.brand.subject, list(left)
        highest = max(counts.values())
        near = [name for name, count in counts.items() if count >= 0.8 * highest]
        best = min(
            near,
            key=lambda n: (
                n not in self.reader.known,
                n == self.brand.subject,
                reach[n] / counts[n],
                n,
            ),
        )
        return best, [each for each in left if best in each.subjects]

    def _is_address_of_ours(self, fact: TypedFact, group: Sequence[Evidence], minimum: int) -> bool:
        days = {each.day for each in group}
        recurs = max(_RECURS, minimum)
        if len({each.post for each in group}) < recurs or len(days) < 2:
            return fact.kind == "promo_code" and len({e.post for e in group}) >= minimum
        if fact.kind == "url":
            return not _SHORTENERS.match(fact.value)
        if fact.kind == "hashtag":
            own = any(
                len(name) > 2 and name in names.key_of(fact.value) for name in self.reader.own
            )
            return own or len(group) >= _OWN_TAG_SHARE * self.count
        if fact.kind == "handle":
            return max(days) - min(days) >= _WEEKS
        return True

    def _proposal(
        self, subject: str, attribute: str, evidence: Sequence[Evidence], unit: str
    ) -> Proposal:
        latest = sorted(evidence, key=lambda e: (e.day, e.post), reverse=True)
        # The plainest form stands for all: "5,800" for "almost 5,800".
        fact = min((e.fact for e in latest), key=lambda f: (bool(f.high), bool(f.bound)))
        keywords = {} if fact.kind in ADDRESSES else _keywords(latest)
        return Proposal(
            subject, self.reader.titles[subject], attribute, fact, unit, tuple(latest), keywords
        )


def _attribute(evidence: Sequence[Evidence], of_brand: bool) -> tuple[str, str, list[Evidence]]:
    """The attribute that most of these clauses name, what is counted, and those clauses."""
    fact = evidence[0].fact
    for field in ("noun", "group", "tight"):
        counts = Counter(v for e in evidence if (v := _stem(getattr(e, field))))
        if not counts:
            continue
        best, count = min(counts.items(), key=lambda item: (-item[1], item[0]))
        if field != "noun" and 2 * count < len(evidence):
            continue
        told = [e for e in evidence if _stem(getattr(e, field)) == best]
        if field != "noun":
            told += _alike(told, (e for e in evidence if not getattr(e, field)))
        shown = Counter(v for e in told if (v := getattr(e, field))).most_common(1)[0][0]
        if field == "noun":
            return names.slug(shown), shown, told
        if field == "tight":
            return words.attribute_name(fact, shown), "", told
        return _qualified(shown, told, of_brand), "year" if is_year(fact) else "", told
    shared = _shared(evidence)
    if not shared or len(evidence) == 1:
        return "", "", []
    told = [e for e in evidence if shared in map(_stem, e.near)]
    shown = next(w for e in told for w in e.near if _stem(w) == shared)
    if is_year(fact):
        return names.slug(f"{shown}_year"), "year", told
    return words.attribute_name(fact, shown), "", told


def _alike(told: Sequence[Evidence], others: Iterable[Evidence]) -> list[Evidence]:
    """Clauses that say the same of a value in other words, but for one at least."""
    near = {_stem(word) for each in told for word in each.near}
    return [each for each in others if near & set(map(_stem, each.near))]


def _qualified(group: str, told: Sequence[Evidence], of_brand: bool) -> str:
    """The name of a group; of the brand, which has many prices, with the word for what it is of."""
    fact = told[0].fact
    plain = [
        dataclasses.replace(e, near=tuple(w for w in e.near if not words.says(group, w)))
        for e in told
    ]
    shared = _shared(plain) if of_brand and not is_year(fact) else ""
    kind = "year" if is_year(fact) else "time" if fact.kind == "time" else ""
    same = shared and (group.startswith(shared[:4]) or words.is_verb(shared))
    return names.slug("_".join(p for p in ("" if same else shared, group, kind) if p))


def _shared(evidence: Sequence[Evidence]) -> str:
    """Stem of the word that most of the clauses have near the fact; the nearest of those."""
    counts: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for each in evidence:
        for place, stem in enumerate(dict.fromkeys(map(_stem, each.near))):
            counts[stem] += 1
            places[stem] += place
    if not counts:
        return ""
    best = min(counts, key=lambda s: (-counts[s], words.is_verb(s), places[s] / counts[s], s))
    return best if counts[best] * 2 >= len(evidence) else ""


def _stem(word: str) -> str:
    """Enough to take "experiment" and "experiments" for one."""
    return fold(word).removesuffix("s")


def _keywords(evidence: Sequence[Evidence]) -> dict[str, tuple[str, ...]]:
    found = {}
    for language in sorted({each.language for each in evidence}):
        told = [each for each in evidence if each.language == language]
        counts = Counter(word for each in told for word in each.near)
        order = {w: i for each in reversed(told) for i, w in enumerate(each.near)}
        shared = [w for w, count in counts.items() if count * 2 >= len(told)]
        best = sorted(shared, key=lambda w: (-counts[w], order[w], w))[:3]
        if best:
            found[language] = tuple(best)
    return found


def _is_worth(evidence: Sequence[Evidence], of_brand: bool) -> bool:
    """Whether enough posts agree, on more than one day, on what is no passing matter."""
    fact = evidence[0].fact
    posts, days = {e.post for e in evidence}, {e.day for e in evidence}
    lasting = max(days) - min(days) >= _WEEKS
    if len(posts) > 1 and len(days) < 2:
        return False
    if fact.kind == "time":
        # One hour of many events is no fact of any.
        told = bool(_shared(evidence)) or not of_brand
        weeks = {day.isocalendar()[:2] for day in days}
        return len(weeks) >= _RECURS and told and any(e.group for e in evidence)
    if fact.kind == "number" and not is_year(fact) and Decimal(fact.value) < _TELLING:
        return len(posts) >= 2 * _RECURS and lasting
    if fact.kind == "quantity" and fact.unit in CLOCK:
        # Years of being something grow by themselves.
        return len(posts) > 1 and (fact.unit != "year" or any(e.group for e in evidence))
    if fact.kind == "date":
        # A day of no happening, and one that posts name once, is a day of news.
        return len(posts) > 1 and any(e.tight for e in evidence)
    if is_year(fact):
        return any(e.group for e in evidence) or (len(posts) > 1 and not of_brand)
    folded = fold(evidence[0].clause)
    if _FORECAST.search(folded) or (len(posts) == 1 and _NEWS.search(folded)):
        return False
    # Of whom a single clause speaks that names nobody, only "we" or a price tells.
    return len(posts) > 1 or not of_brand or fact.kind == "money" or any(e.ours for e in evidence)


def _bounded(found: Iterable[Proposal], most: int) -> Iterator[Proposal]:
    addresses: Counter[str] = Counter()
    taken = unclear = 0
    for each in found:
        if each.unclear:
            unclear += 1
            if unclear <= most:
                yield each
            continue
        addresses[each.fact.kind] += 1
        if each.fact.kind in ADDRESSES and addresses[each.fact.kind] > max(
            1, most * _ADDRESS_SHARE
        ):
            continue
        if taken == most:
            return
        taken += 1
        yield each
