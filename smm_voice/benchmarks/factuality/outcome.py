"""What a checker makes of an error, and of a faithful post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from smm_voice.benchmarks.factuality.authored import BY_SENTENCE, Altered, AuthoredPost, AuthoredSet
from smm_voice.metrics.factuality.check import Checked, Claim
from smm_voice.metrics.factuality.sheet import FactSheet

Checker = Callable[[str, str | None, FactSheet, str, datetime | None], Checked]

MISSED = "missed"
# Worst first. A missing mention is named with the line that demands it.
ACCUSED = ("forbidden", "contradicted", "stale", "missing")
FLAGGED = (*ACCUSED, "unsupported")


@dataclass(frozen=True)
class Tried:
    """One error.

    Attributes:
        type: of the error.
        language: of the post.
        text: the verdict on it in the text, `missed` without any.
        paraphrase: and in the paraphrase.
    """

    type: str
    language: str
    text: str
    paraphrase: str


@dataclass(frozen=True)
class Faithful:
    """What was said of one faithful text.

    Attributes:
        language: of the text.
        claims: verdict of each of its claims.
        missing: mandatory mentions said to be missing.
        stated: (kind, value) of each typed fact, or the words of another claim → verdict.
    """

    language: str
    claims: tuple[str, ...]
    missing: int
    stated: dict[tuple[str, str], str]

    @property
    def accused(self) -> bool:
        """Whether anything in it is said to be wrong, which is more than being unknown."""
        return self.missing > 0 or any(verdict in ACCUSED for verdict in self.claims)


@dataclass(frozen=True)
class Examined:
    """One set: every error, and every faithful post as (text, paraphrase)."""

    tried: tuple[Tried, ...]
    faithful: tuple[tuple[Faithful, Faithful], ...]


def examine(labelled: AuthoredSet, checker: Checker) -> Examined:
    """Every post and every error of a set, through a checker and without a brief."""
    tried: list[Tried] = []
    faithful = []
    for post in labelled.posts:
        sheet = labelled.sheets[post.language]
        versions = [
            checker(text, None, sheet, post.language, post.when)
            for text in (post.text, post.paraphrase)
        ]
        first, second = (as_faithful(checked, post.language) for checked in versions)
        faithful.append((first, second))
        tried += _errors(post, sheet, versions, checker)
    return Examined(tuple(tried), tuple(faithful))


def _errors(
    post: AuthoredPost, sheet: FactSheet, before: Sequence[Checked], checker: Checker
) -> list[Tried]:
    found = []
    for error in post.errors:
        verdicts = [
            verdict(error.type, faithful, checker(
                wrong.text, None, sheet, post.language, wrong.when
            ), wrong)
            for faithful, wrong in zip(before, (error.text, error.paraphrase), strict=True)
        ]  # fmt: skip
        found.append(Tried(error.type, post.language, *verdicts))
    return found


def verdict(kind: str, before: Checked, after: Checked, wrong: Altered) -> str:
    """The worst verdict on an error, `missed` where there is none but `supported`.

    Of a claim that overlaps the changed words; of any claim in the changed sentences where the
    error is no other value (negation, superlative, forbidden, relation); of a claim on what is
    late where only the day has changed; by `Checked.missing` where a mandatory mention was taken
    out. Of the last three only what was not said of the faithful post in the same words counts: a
    checker that is always alarmed has found nothing.

    Args:
        kind: type of the error.
        before: the faithful post, checked.
        after: the post with the error in it, checked.
        wrong: the post with the error in it.
    """
    if kind == "missing":
        return "missing" if Counter(after.missing) - Counter(before.missing) else MISSED
    flagged = [claim for claim in after.claims if claim.verdict != "supported"]
    if kind in (*BY_SENTENCE, "stale"):
        known = Counter(_said(claim) for claim in before.claims)
        flagged = _unknown(flagged, known)
    start, end = wrong.sentences if kind in BY_SENTENCE else (wrong.start, wrong.end)
    # Where something was only taken out, what stood around it is left.
    start, end = (start, end) if start < end else wrong.sentences
    said = {claim.verdict for claim in flagged if _overlaps(claim, wrong.text, start, end)}
    return next((one for one in FLAGGED if one in said), MISSED)


def as_faithful(checked: Checked, language: str) -> Faithful:
    """What is kept of a faithful text."""
    stated: dict[tuple[str, str], str] = {
        (claim.fact.kind, claim.fact.value) if claim.fact else ("", claim.span.casefold()):
        claim.verdict
        for claim in checked.claims
    }  # fmt: skip
    verdicts = tuple(claim.verdict for claim in checked.claims)
    return Faithful(language, verdicts, len(checked.missing), stated)


def _overlaps(claim: Claim, text: str, start: int, end: int) -> bool:
    """A claim that cannot be found in the text overlaps nothing."""
    at = claim.start if claim.start >= 0 else text.find(claim.span)
    return at >= 0 and at < end and at + len(claim.span) > start


def _said(claim: Claim) -> tuple[str, str]:
    return claim.verdict, claim.span


def _unknown(flagged: Sequence[Claim], known: Counter[tuple[str, str]]) -> list[Claim]:
    left, new = known.copy(), []
    for claim in flagged:
        if left[_said(claim)] > 0:
            left[_said(claim)] -= 1
        else:
            new.append(claim)
    return new
