"""One line that posts propose, and how the values of one attribute follow each other."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from smm_voice.metrics.factuality.suggest.evidence import ADDRESSES, Evidence
from smm_voice.metrics.factuality.suggest.names import slug
from smm_voice.text.facts import TypedFact, agree, comparable

# Of values of one attribute; what is rarer than these is chance.
_MOST_VALUES = 100
# More values at one time than these are no attribute but chance.
_MOST_UNCLEAR = 4


@dataclass(frozen=True)
class Proposal:
    """One line for the sheet.

    Attributes:
        subject: id.
        title: the subject's name.
        attribute: short name.
        fact: the value.
        unit: what a bare number counts, in the words of the posts.
        evidence: the posts that agree, the latest first.
        keywords: by language.
        valid_from: first day, where the value followed upon another.
        valid_to: last day, where another followed upon it.
        unclear: whether posts of the same time give other values; a person has to choose.
    """

    subject: str
    title: str
    attribute: str
    fact: TypedFact
    unit: str
    evidence: tuple[Evidence, ...]
    keywords: Mapping[str, tuple[str, ...]]
    valid_from: date | None = None
    valid_to: date | None = None
    unclear: bool = False

    @property
    def posts(self) -> int:
        """How many posts agree."""
        return len({each.post for each in self.evidence})

    @property
    def rank(self) -> tuple[float, ...]:
        """The best first, when sorted: by posts, then by how specific it is."""
        digits = len(self.fact.value.replace(".", "").strip("0")) if self.fact.unit else 0
        named = any(each.subjects for each in self.evidence)
        known = any(each.group for each in self.evidence)
        return -self.posts, -(named + known + min(digits, 3)), -len(self.evidence)


def over_time(drafts: Iterable[Proposal], minimum: int) -> Iterator[Proposal]:
    """Values that agree as one; those that follow each other with dates; others as unclear.

    Args:
        drafts: in any order, one for each value as posts write it.
        minimum: so many posts have to tell a value.
    """
    attributes: dict[tuple[str, str], list[Proposal]] = defaultdict(list)
    for draft in drafts:
        attributes[draft.subject, draft.attribute].append(draft)
    for group in attributes.values():
        sorts: list[list[Proposal]] = []
        for draft in sorted(group, key=lambda d: (d.rank, d.fact.value))[:_MOST_VALUES]:
            same = next((s for s in sorts if comparable(draft.fact, s[0].fact)
                         or agree(draft.fact, s[0].fact)), None)  # fmt: skip
            if same is None:
                sorts.append([draft])
            else:
                _add(same, draft)
        for number, listed in enumerate(sorts):
            if number:
                # Of one name, but of another sort: a line of its own.
                sort = slug(listed[0].fact.unit or listed[0].fact.kind)
                name = f"{listed[0].attribute}_{sort}_{number}"
                while (listed[0].subject, name) in attributes:
                    name += "_"
                listed = [dataclasses.replace(d, attribute=name) for d in listed]
            yield from _in_time([each for each in listed if each.posts >= minimum])


def _add(listed: list[Proposal], draft: Proposal) -> None:
    for place, other in enumerate(listed):
        if agree(draft.fact, other.fact) or agree(other.fact, draft.fact):
            together = sorted((*other.evidence, *draft.evidence), key=lambda e: e.day, reverse=True)
            keywords = {**draft.keywords, **other.keywords}
            listed[place] = dataclasses.replace(other, evidence=tuple(together), keywords=keywords)
            return
    listed.append(draft)


def _in_time(listed: Sequence[Proposal]) -> list[Proposal]:
    if len(listed) < 2:
        return list(listed)
    if listed[0].fact.kind in ADDRESSES:
        # Of addresses there may be many at one time; each gets a name of its own.
        apart: dict[str, Proposal] = {}
        for place, each in enumerate(listed):
            name = f"{each.attribute}_{slug(each.fact.value)}"
            name = f"{name}_{place}" if name in apart else name
            apart[name] = dataclasses.replace(each, attribute=name)
        return list(apart.values())
    named = any(p.subject in each.subjects for p in listed for each in p.evidence)
    if listed[0].fact.kind == "date" and not named:
        # Days of as many happenings, none of which is named.
        return []
    # Several values of which no two posts tell the same are as many events; prices do change.
    told = "price" in listed[0].attribute or any(p.posts > 1 for p in listed)
    ordered = sorted(listed, key=lambda p: (p.evidence[-1].day, p.evidence[0].day))
    pairs = list(zip(ordered, ordered[1:], strict=False))
    if any(later.evidence[-1].day <= earlier.evidence[0].day for earlier, later in pairs):
        unclear = [dataclasses.replace(p, unclear=True) for p in ordered]
        return unclear if len(unclear) <= _MOST_UNCLEAR and told else []
    if not told:
        return []
    starts = [p.evidence[-1].day for p in ordered]
    return [
        dataclasses.replace(
            p,
            valid_from=starts[i] if i else None,
            valid_to=starts[i + 1] - timedelta(days=1) if i + 1 < len(ordered) else None,
        )
        for i, p in enumerate(ordered)
    ]
