"""Verdicts on amounts, dates and times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

from smm_voice.metrics.factuality.candidates import REACH, Candidate
from smm_voice.metrics.factuality.claim import Claim, Verdict
from smm_voice.metrics.factuality.clauses import Clause
from smm_voice.metrics.factuality.line import Fact
from smm_voice.metrics.factuality.polarity import polarity
from smm_voice.metrics.factuality.reading import Post
from smm_voice.text.facts import TypedFact, agree, comparable
from smm_voice.text.fold import fold

# Of these a subject has seldom more than one, so that another value is another answer.
TELLING = frozenset(
    {"money", "percent", "quantity", "date", "weekday", "ordinal", "phone", "promo_code", "email"}
)
# What a brief gives one of, so that another one is in its place.
_OF_ONE_SORT = frozenset({"money", "percent", "quantity", "date", "time", "phone", "email"})
# Attributes that are the day of the subject itself, and not of something about it.
_PLAIN_DATES = frozenset({"date", "day", "jour", "event_date", "date_and_time"})
# Characters between a number and what it counts, and between a number and a keyword.
_NOUN_REACH = 26
_NUMBER_REACH = 24
# Facts of the brief that an unsupported one is shown beside.
_MOST_GIVEN = 4
_YEAR = regex.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
# What a post is about today need not be what happens today.
_TODAY = frozenset(
    ("today", "tonight", "this morning", "this afternoon", "this evening", "aujourd'hui",
     "aujourd’hui", "ce matin", "ce soir", "ce midi", "yesterday", "hier")
)  # fmt: skip
# Figures of speech, and how far around a number they are looked for.
_IDIOM_REACH = 14
_IDIOM = regex.compile(
    r"(?:son|notre|votre|leur|mon|ton|nos|leurs) (?:31|trente et un)(?!\w)|trente-six (?:choses"
    r"|mille)"
    r"|(?:a|an) hundred (?:times|ways|things)|cloud nine|nine to five|9 to 5|(?:cent|mille) fois"
    r"|a million (?:times|reasons|thanks)|(?:5|cinq|five)[ -](?:etoiles|stars?)(?!\w)"
)


def affirmed(fact: TypedFact, line: Fact, folded: str, clause: Clause, post: Post) -> Claim:
    """Supported, unless the clause denies what the line says."""
    at = fact.start - clause.start
    denied = polarity(folded, at, post.language) == "denied"
    verdict: Verdict = "contradicted" if denied else "supported"
    return Claim(verdict, fact.span, line.shown, fact, fact.start)


def unproven(
    fact: TypedFact, candidates: Sequence[Candidate], folded: str, clause: Clause, post: Post
) -> Claim | None:
    """What no line and no brief supports: stale, contradicted, unsupported, or nothing at all."""
    tone = polarity(folded, fact.start - clause.start, post.language)
    own = post.sheet.brand is not None
    past = [
        c for c in candidates
        if (c.near or own) and c.value in c.line.stated and agree(fact, c.value)
        and not c.line.holds(post.day)
    ]  # fmt: skip
    if past:
        verdict: Verdict | None = None if tone == "denied" else "stale"
        line = max(past, key=lambda c: c.rank).line
        return Claim(verdict, fact.span, line.shown, fact, fact.start) if verdict else None
    if tone == "denied":
        return None
    against = _against(fact, candidates, post)
    if against:
        verdict = "unsupported" if tone == "hedged" else "contradicted"
        return Claim(verdict, fact.span, against, fact, fact.start)
    if _is_feast(fact, post):
        return None
    if _IDIOM.search(post.folded[max(0, fact.start - _IDIOM_REACH) : fact.end + _IDIOM_REACH]):
        return None
    if fact.incidental or _is_list_mark(fact, clause) or _is_this_year(fact, post):
        return None
    return Claim("unsupported", fact.span, known_of_its_sort(fact, post), fact, fact.start)


def _against(fact: TypedFact, candidates: Sequence[Candidate], post: Post) -> str | None:
    """The line or the brief's fact that says otherwise, if what the clause speaks of is clear."""
    rivals = [
        c for c in candidates
        if c.line.holds(post.day) and c.value in c.line.stated and comparable(fact, c.value)
    ]  # fmt: skip
    told = [c for c in rivals if c.near and c.evidence and _is_meant(fact, c, post)]
    if not told and fact.kind in TELLING:
        told = list(_only_one(fact, rivals, post))
    if fact.relative and fact.span.casefold() in _TODAY:
        told = []
    if told:
        return max(told, key=lambda c: c.rank).line.shown
    return brief_says_otherwise(fact, post)


def _only_one(fact: TypedFact, rivals: Sequence[Candidate], post: Post) -> Sequence[Candidate]:
    """The lines of the subject in question, if of this sort it has one attribute only.

    The subject is one that the clause names, or the one that the post is about. Only in a sheet of
    a brand's own things: of the Earth there is more to say than one length.
    """
    if post.sheet.brand is None:
        return []
    if fact.kind in ("date", "weekday"):
        least = 2 if fact.kind == "weekday" else 1
        dated = [c for c in rivals if c.line.attribute.casefold() in _PLAIN_DATES]
        clear = [c for c in dated if c.near >= least]
        return clear if len({(c.line.subject, c.line.attribute) for c in clear}) == 1 else []
    clear = [c for c in rivals if c.near == 2]
    if not clear:
        subjects = post.spoken_of - {post.sheet.brand}
        clear = [c for c in rivals if c.line.subject in subjects] if len(subjects) == 1 else []
    alone = len({(c.line.subject, c.line.attribute) for c in clear}) == 1
    return clear if alone else []


def _is_meant(fact: TypedFact, candidate: Candidate, post: Post) -> bool:
    """Whether a bare number counts what the line counts, or stands right beside its words."""
    year = _YEAR.search(candidate.line.attribute)
    if year and not any(day and day.year == int(year.group()) for day in post.days):
        return False  # how many came in 2017 says nothing of today
    if fact.kind != "number":
        return candidate.distance <= REACH
    if candidate.line.counts(post.folded[fact.end : fact.end + _NOUN_REACH]):
        return candidate.near == 2 or not fact.incidental or post.sheet.brand is not None
    close = candidate.distance <= _NUMBER_REACH and not candidate.line.noun
    return close and not fact.incidental


def known_of_its_sort(fact: TypedFact, post: Post) -> str:
    """What brief or sheet give of the sort of an unsupported fact; "" where they give nothing."""
    given = [other.span for other in post.known if other.kind == fact.kind]
    if given:
        return f"the brief gives {', '.join(dict.fromkeys(given[:_MOST_GIVEN]))}"
    lines = [
        line.shown for subject in post.spoken_of for line in post.sheet.lines(subject)
        if line.holds(post.day) and any(comparable(fact, value) for value in line.stated)
    ]  # fmt: skip
    return f"known of its sort: {lines[0]}" if len(lines) == 1 else ""


def brief_line(fact: TypedFact, known: Iterable[TypedFact]) -> str | None:
    """What the brief gives that agrees with a fact."""
    for other in known:
        if agree(fact, other):
            return f"brief: {other.span}"
    return None


def brief_says_otherwise(fact: TypedFact, post: Post) -> str | None:
    """A fact of the brief of the same sort that the post does not tell.

    Bare numbers are of no sort: five astronauts do not contradict twelve minutes. Nor are handles:
    the brief need not name everyone.
    """
    if fact.kind not in _OF_ONE_SORT or fact.incidental:
        return None
    left = [
        other for other in post.known
        if other.kind == fact.kind and other.unit == fact.unit and comparable(fact, other)
        and not any(agree(told, other) for told in post.facts)
    ]  # fmt: skip
    return f"brief: {left[0].span}" if len(left) == 1 else None


def inside_a_name(fact: TypedFact, post: Post) -> bool:
    """Whether the number is part of a text that the sheet holds, such as a street address."""
    after = regex.match(r"\W{0,2}\w+", post.folded, pos=fact.end)
    before = regex.search(r"\w+\W{0,2}$", post.folded[max(0, fact.start - 30) : fact.start])
    said = fold(fact.span)
    around = [said + after.group() if after else "", before.group() + said if before else ""]
    return any(
        part.strip() in name for part in around if len(part.strip()) > len(said) + 2
        for name in post.sheet.numbered_names
    )  # fmt: skip


def _is_list_mark(fact: TypedFact, clause: Clause) -> bool:
    """Whether this is the "2." before an item of a list."""
    if fact.kind != "number" or len(fact.span) > 2:
        return False
    at = fact.start - clause.start
    begins = at == 0 or clause.text[:at].rstrip()[-1:] in (":", ".", ")")
    after = clause.text[at + len(fact.span) :]
    return begins and (not after or bool(regex.match(r"[.)](?:\s|$)", after)))


def _is_feast(fact: TypedFact, post: Post) -> bool:
    """Whether somebody is wished a happy 4th of July."""
    before = post.folded[max(0, fact.start - 14) : fact.start]
    wish = r"(?:happy|merry|joyeu[xs]e?|bon|bonne|beau|belle|joli)"
    return fact.kind == "date" and bool(regex.search(rf"(?<!\w){wish} (?:the )?$", before))


def _is_this_year(fact: TypedFact, post: Post) -> bool:
    """Whether this is the year of the post or one beside it: it dates, and says no more."""
    if fact.kind != "number" or not post.day or not regex.fullmatch(r"\d{4}", fact.value):
        return False
    return abs(int(fact.value) - post.day.year) <= 1
