"""The order of several answers to one brief: what can be published, is true, is new, is the voice.

A pure function over what has been found out about each text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from smm_voice.evaluation import severity
from smm_voice.metrics.base import Finding
from smm_voice.metrics.memorisation.near import NEAR, similarity
from smm_voice.posts.near_duplicates import folded


@dataclass(frozen=True)
class Candidate:
    """One answer and what is known of it.

    Attributes:
        text: the answer.
        fits: whether the platform takes it as it is.
        finished: whether its writer ended it.
        findings: what a person should look at.
        closeness: to the brand's voice, higher is nearer; None where it cannot be told.
        left_out: how many of the brief's facts it does not tell.
    """

    text: str
    fits: bool
    finished: bool
    findings: Sequence[Finding]
    closeness: float | None
    left_out: int = 0


@dataclass(frozen=True)
class Place:
    """A place in the order.

    Attributes:
        index: of the candidate.
        like: index of the better candidate that it nearly repeats; None where it repeats none.
    """

    index: int
    like: int | None = None


def order(candidates: Sequence[Candidate]) -> list[Place]:
    """The candidates, best first.

    One question after the other, the next only where the ones before leave two equal: is there a
    text; does the platform take it; is it ended; how much in it is wrong (contradicted, forbidden,
    personal), how much doubtful (stale, missing, prompt text, another language), how many facts
    did nobody give or does it leave out of the brief, since otherwise who says nothing would win;
    does it copy a training post or nearly repeat a better candidate; how near is it to the voice.
    What is equal in all stays in the order of writing.
    """

    def known(i: int) -> tuple[bool, bool, bool, int, int, int]:
        each = candidates[i]
        kinds = [finding.kind for finding in each.findings]
        levels = [severity.name(kind) for kind in kinds]
        return (
            not each.text.strip(), not each.fits, not each.finished,
            levels.count("high"), levels.count("medium"),
            kinds.count("unsupported") + each.left_out,
        )  # fmt: skip

    def nearness(i: int) -> float:
        return -(candidates[i].closeness or 0.0)

    copied = [any(f.kind == "copied" for f in each.findings) for each in candidates]
    alone = sorted(range(len(candidates)), key=lambda i: (known(i), copied[i], nearness(i)))
    like = _repeats([candidates[i].text for i in alone])
    repeats = {alone[i]: alone[first] for i, first in like.items()}
    ranked = sorted(alone, key=lambda i: (known(i), copied[i] or i in repeats, nearness(i)))
    return [Place(i, repeats.get(i)) for i in ranked]


def _repeats(texts: Sequence[str]) -> dict[int, int]:
    """Text → the earlier one that it nearly repeats; one that is a repeat itself counts for none.

    Near is what it is between a text and the training posts: .85 of the characters in common.
    """
    plain = [folded(text) for text in texts]
    found: dict[int, int] = {}
    for i in range(len(plain)):
        for first in range(i):
            if first not in found and (
                plain[i] == plain[first] or similarity(plain[i], plain[first]) >= NEAR
            ):
                found[i] = first
                break
    return found
