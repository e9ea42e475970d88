"""Verdicts on what one post claims, by its brief and the brand's fact sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import regex

from smm_voice.metrics.factuality.addresses import ADDRESSES, address_claims, link_claims
from smm_voice.metrics.factuality.amounts import affirmed, brief_line, inside_a_name, unproven
from smm_voice.metrics.factuality.calendar import calendar_claims
from smm_voice.metrics.factuality.candidates import Candidate, candidates_of, supporting
from smm_voice.metrics.factuality.claim import ACCUSED, Checked, Claim, Verdict
from smm_voice.metrics.factuality.clauses import Clause, clauses_of, split
from smm_voice.metrics.factuality.knowledge import FactSheet
from smm_voice.metrics.factuality.polarity import asks
from smm_voice.metrics.factuality.reading import Post, pieces
from smm_voice.metrics.factuality.wording import name_claims, phrase_claims, with_days
from smm_voice.text import facts as typed_facts
from smm_voice.text import tokens
from smm_voice.text.facts import TypedFact, agree
from smm_voice.text.fold import fold

__all__ = ["ACCUSED", "Checked", "Claim", "Verdict", "check", "clauses_of"]


def check(
    text: str, brief: str | None, sheet: FactSheet, language: str, when: datetime | None = None
) -> Checked:
    """Check one post against its brief and the sheet.

    Args:
        text: the post; a link may stand as `[link]`.
        brief: what its writer was given; counts as known.
        sheet: the brand's facts.
        language: two-letter code.
        when: date of the post.
    """
    known = [_of_any_year(f) for f in typed_facts.extract(brief or "", language, when)]
    claims: list[Claim] = []
    facts: list[TypedFact] = []
    clauses = checkable = 0
    day = when.date() if when else None
    for offset, piece in pieces(text):
        found = typed_facts.extract(piece, language, when)
        post = Post(piece, brief, sheet, language, day, known, found)
        of_piece, stated, held = _check_piece(post)
        claims += [replace(claim, start=claim.start + offset) for claim in of_piece]
        facts += found
        clauses += stated
        checkable += held
    claims += link_claims(text, brief)
    required = [fact for fact in known if fact.kind != "hashtag" and not fact.incidental]
    told = sum(any(agree(fact, other) for other in facts) for fact in required)
    folded = fold(text)
    asked = [phrase for phrase in sheet.mandatory if phrase.asked_for(folded)]
    missing = [phrase for phrase in asked if not phrase.find(folded)]
    return Checked(
        tuple(sorted(claims, key=lambda claim: claim.start)), clauses, checkable,
        len(required), told, len(asked), len(asked) - len(missing),
        tuple(f"must mention {p.shown!r}" + (f": {p.reason}" if p.reason else "") for p in missing),
    )  # fmt: skip


def _check_piece(post: Post) -> tuple[list[Claim], int, int]:
    """Claims, how many clauses state something, and how many of those hold anything checkable."""
    claims: list[Claim] = []
    clauses = checkable = 0
    for clause in split(post.text):
        says = bool(tokens.words(clause.text))
        if not says and not post.facts_in(clause):
            continue
        found = _judge_clause(post, clause)
        claims += found
        if says and (found or not asks(fold(clause.text))):
            clauses += 1
            checkable += bool(found)
    return claims + phrase_claims(post), clauses, checkable


def _of_any_year(fact: TypedFact) -> TypedFact:
    """A brief's "June 3" is not of the year that its post happens to be of."""
    if fact.kind != "date" or fact.relative or len(fact.value) != 10:
        return fact
    return fact if regex.search(r"\d{4}", fact.span) else replace(fact, value=fact.value[5:])


def _judge_clause(post: Post, clause: Clause) -> list[Claim]:
    folded = fold(clause.text)
    question = asks(folded)
    claims: list[Claim] = []
    open_facts: list[tuple[TypedFact, list[Candidate]]] = []
    used: set[int] = set()
    for fact in post.facts_in(clause):
        if fact.kind in ADDRESSES:
            claims += address_claims(fact, post)
            continue
        if inside_a_name(fact, post):
            continue
        candidates = candidates_of(fact, folded, clause, post)
        line = supporting(fact, candidates, post)
        if line is not None:
            if any(value.kind == fact.kind for value in line.stated):
                used.add(id(line))
            claims.append(affirmed(fact, line, folded, clause, post))
        elif (told := brief_line(fact, post.known)) is not None:
            claims.append(Claim("supported", fact.span, told, fact, fact.start))
        elif not question:
            open_facts.append((fact, candidates))
    for fact, candidates in open_facts:
        claim = unproven(fact, [c for c in candidates if id(c.line) not in used], folded, clause,
                          post)  # fmt: skip
        if claim:
            claims.append(claim)
    claims += name_claims(post, clause, folded)
    claims = with_days(claims, post, clause, folded)
    wrong = calendar_claims(post, post.facts_in(clause))
    settled = {claim.fact for claim in wrong}
    return [claim for claim in claims if claim.fact not in settled or not claim.fact] + wrong
