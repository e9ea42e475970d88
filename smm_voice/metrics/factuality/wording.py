"""Verdicts on names, statements, days of opening, and phrases."""

from __future__ import annotations

from smm_voice.metrics.factuality import hours
from smm_voice.metrics.factuality.claim import Claim, Verdict
from smm_voice.metrics.factuality.clauses import Clause, split
from smm_voice.metrics.factuality.names import strange_names
from smm_voice.metrics.factuality.polarity import asks, polarity
from smm_voice.metrics.factuality.reading import Post
from smm_voice.metrics.factuality.states import states
from smm_voice.metrics.factuality.superlatives import superlatives
from smm_voice.text.fold import fold


def name_claims(post: Post, clause: Clause, folded: str) -> list[Claim]:
    """Names that lines give as values, and names that nobody gave."""
    found = []
    verdict: Verdict
    for subject in post.spoken_of:
        for line in post.sheet.lines(subject):
            for start, end in line.find_names(folded):
                at = clause.start + start
                # "Basile doesn't laugh" denies nothing that the sheet says of Basile.
                told = line.own_keywords_near(folded, start, end)
                reach = end - start if line.own_keywords_near(folded[start:], 0, end - start) else 0
                denied = told and polarity(folded, start, post.language, reach) == "denied"
                if line.holds(post.day) or denied:
                    verdict = "contradicted" if denied else "supported"
                else:
                    verdict = "stale"
                said = post.text[at : clause.start + end]
                found.append(Claim(verdict, said, line.shown, None, at, kind="name"))
    lines = [line for s in post.spoken_of for line in post.sheet.lines(s) if line.statements]
    near = post.named_in(clause, by_value=False) | {post.sheet.brand}
    valid = [
        line for line in lines
        if line.holds(post.day) and (not line.whether or line.subject in near)
    ]  # fmt: skip
    for start, end, line, denied in states(folded, valid, post.language):
        at = clause.start + start
        said = post.text[at : clause.start + end]
        verdict = "contradicted" if denied else "supported"
        found.append(Claim(verdict, said, line.shown, None, at, kind="statement"))
    named = post.named_in(clause, by_value=False) or post.spoken_of
    if post.sheet.brand:
        named |= {post.sheet.brand}
    subjects = [(m.start - clause.start, m.end - clause.start) for m in post.mentions if m.own]
    for start, end, evidence in strange_names(clause.text, post.sheet, post.spoken_of,
                                              named, subjects, fold(post.brief or ""),
                                              post.folded, post.language):  # fmt: skip
        at = clause.start + start
        verdict = "contradicted" if evidence else "unsupported"
        said = post.text[at : clause.start + end]
        found.append(Claim(verdict, said, evidence, None, at, kind="name"))
    return found


def with_days(claims: list[Claim], post: Post, clause: Clause, folded: str) -> list[Claim]:
    """With what the clause says of being open, which no single value shows."""
    lines = [
        line for subject in post.spoken_of for line in post.sheet.lines(subject)
        if line.opening_days and line.holds(post.day)
    ]  # fmt: skip
    if not lines:
        return claims
    here = post.named_in(clause) & {line.subject for line in lines}
    days = [f for f in post.facts_in(clause) if f.kind == "weekday" or f.relative]
    for fact, numbers, is_open in hours.days_said(folded, days, clause.start, post.language,
                                                  post.day):  # fmt: skip
        told = [line for line in lines if line.subject in here or not here]
        outcome = [(hours.against(line, numbers, is_open), line) for line in told]
        if len({line.subject for line in told}) != 1:
            continue
        wrong = [line for says, line in outcome if says]
        verdict: Verdict = "contradicted" if wrong else "supported"
        line = (wrong or told)[0]
        claims = [claim for claim in claims if claim.fact is not fact]
        claims.append(Claim(verdict, fact.span, line.shown, fact, fact.start))
    return claims


def phrase_claims(post: Post) -> list[Claim]:
    """Forbidden claims, and superlatives that nobody approved."""
    found = []
    for phrase in post.sheet.forbidden:
        for start, end in phrase.find(post.folded):
            if polarity(post.folded, start, post.language) != "denied":
                why = f"{phrase.shown!r}: {phrase.reason}"
                found.append(
                    Claim("forbidden", post.text[start:end], why, None, start, kind="phrase")
                )
    if post.sheet.superlatives is None:
        return found
    approved = [span for phrase in post.sheet.superlatives for span in phrase.find(post.folded)]
    accused = [(claim.start, claim.start + len(claim.span)) for claim in found]
    briefed = fold(post.brief or "")
    questions = [(c.start, c.end) for c in split(post.text) if asks(fold(c.text))]
    for start, end in superlatives(post.folded, post.language):
        if any(a <= start < b for a, b in questions):
            continue
        if any(a < end and start < b for a, b in accused):
            continue
        if any(a < end and start < b for a, b in approved):
            continue
        if post.folded[start:end] in briefed:
            continue
        why = "not among the approved superlatives and guarantees"
        found.append(
            Claim("unsupported", post.text[start:end], why, None, start, kind="superlative")
        )
    return found
