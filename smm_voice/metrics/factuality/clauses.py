"""The clauses of a post, and what each of them does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from smm_voice.text import tokens

_END = regex.compile(r"(?<=[.!?…])[\"»”)]?\s+|\n+|\s[—–]\s|;\s")
# Abbreviations after which a sentence goes on.
_NO_END = regex.compile(
    r"(?i)(?:\b(?:p\.m|a\.m|mr|mrs|dr|st|no|vs|approx|min|max|etc|env|tél|art"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|janv|févr|avr|juil|déc))\.$"
)


@dataclass(frozen=True)
class Clause:
    """A part of a post.

    Attributes:
        start: offset in the post.
        text: as it stands.
    """

    start: int
    text: str

    @property
    def end(self) -> int:
        """Offset just past it."""
        return self.start + len(self.text)


def split(text: str) -> Iterator[Clause]:
    """Sentences and parts of sentences, with their places."""
    start = 0
    for match in _END.finditer(text):
        if _NO_END.search(text, max(0, match.start() - 8), match.start()):
            continue
        yield Clause(start, text[start : match.start()])
        start = match.end()
    yield Clause(start, text[start:])


def clauses_of(text: str) -> list[str]:
    """The clauses that hold a word beside links and tags."""
    return [clause.text for clause in split(text) if tokens.words(clause.text)]
