"""What a check says of one post."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from smm_voice.text.facts import TypedFact

Verdict = Literal["supported", "contradicted", "stale", "unsupported", "forbidden"]
# Verdicts that say a post is wrong, worst first; each comes with the line that it goes against.
ACCUSED: tuple[Verdict, ...] = ("forbidden", "contradicted")


@dataclass(frozen=True)
class Claim:
    """One checked claim of a post.

    Attributes:
        verdict: what the check came to.
        span: the words in the post.
        evidence: the line that supports it or that it goes against; for what is unsupported, what
            is known of its sort, or nothing.
        fact: the typed fact; None for phrases and names.
        start: offset of the span in the post, in characters.
        tier: who says so: typed, entailment or judge.
        kind: of what sort it is: that of the typed fact, or name, superlative, phrase, link.
    """

    verdict: Verdict
    span: str
    evidence: str
    fact: TypedFact | None
    start: int = -1
    tier: str = "typed"
    kind: str = ""

    def __post_init__(self) -> None:
        if self.fact is not None and not self.kind:
            object.__setattr__(self, "kind", self.fact.kind)


@dataclass(frozen=True)
class Checked:
    """One post.

    Attributes:
        claims: all claims found, in order.
        clauses: clauses that are statements.
        checkable: of these, how many hold anything checkable.
        required: facts that the brief gave.
        told: of these, how many the post tells.
        mandatory: mentions that the sheet demands of this post.
        mentioned: of these, how many it has.
        missing: the sheet's lines on those it has not.
    """

    claims: tuple[Claim, ...]
    clauses: int
    checkable: int
    required: int
    told: int
    mandatory: int = 0
    mentioned: int = 0
    missing: tuple[str, ...] = ()
