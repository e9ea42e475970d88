"""Published pairs of sentences: what part of their contradictions a typed checker can see at all.

The premise is the brief, that is, all that is known; the hypothesis is the post; the sheet is
empty. A pair can be checked where the hypothesis holds any claim. Nothing was tuned on these sets.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from smm_voice.benchmarks.factuality.outcome import ACCUSED, Checker
from smm_voice.benchmarks.factuality.shares import row, share
from smm_voice.benchmarks.table import Row
from smm_voice.errors import InputError
from smm_voice.metrics.factuality.sheet import FactSheet


@dataclass(frozen=True)
class Published:
    """A set of pairs.

    Attributes:
        name: of its figures.
        title: of its rows.
        file: in `data/validation`.
        language: of its sentences.
        wrong: the label of hypotheses that are false, or not said, by the premise.
        right: the label of those that it bears out, or leaves room for.
        neutral: the label of those of which it says nothing.
    """

    name: str
    title: str
    file: str
    language: str
    wrong: str
    right: str
    neutral: str | None = None


PUBLISHED = (
    Published("daccord", "DACCORD-FR", "daccord_fr.jsonl", "fr", "contradiction", "compatibles"),
    Published("rte3", "RTE3-FR", "rte3_fr_dev.jsonl", "fr", "contradiction", "entailment",
              "neutral"),
    Published("begin", "BEGIN", "begin_wow_dev.jsonl", "en", "Not fully attributable",
              "Fully attributable"),
)  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """One pair: its label, and the verdict of each claim in the hypothesis."""

    label: str
    verdicts: tuple[str, ...]

    @property
    def checkable(self) -> bool:
        """Whether the hypothesis holds anything that the checker looks at."""
        return bool(self.verdicts)

    @property
    def flagged(self) -> bool:
        """Whether any of it is not supported."""
        return any(verdict != "supported" for verdict in self.verdicts)

    @property
    def accused(self) -> bool:
        """Whether any of it is said to be wrong, by a line of evidence."""
        return any(verdict in ACCUSED for verdict in self.verdicts)


def read_pairs(path: Path) -> list[dict[str, str]]:
    """The rows of a file.

    Raises:
        InputError: it cannot be read.
    """
    try:
        listed = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]
        return [{key: each[key] for key in ("premise", "hypothesis", "label")} for each in listed]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"the pairs {path} cannot be read: {error!r}") from error


def judge(published: Published, listed: Sequence[dict[str, str]], checker: Checker) -> list[Pair]:
    """Check every hypothesis against its premise."""
    empty = FactSheet()
    found = []
    for each in listed:
        checked = checker(each["hypothesis"], each["premise"], empty, published.language, None)
        verdicts = tuple(claim.verdict for claim in checked.claims)
        found.append(Pair(each["label"], verdicts))
    return found


def rows(folder: Path, checker: Checker, most: int | None = None) -> list[Row]:
    """All sets.

    Args:
        folder: `data/validation`.
        checker: of facts.
        most: pairs of each set; None: all.
    """
    listed = []
    for each in PUBLISHED:
        listed += shown(each, judge(each, read_pairs(folder / each.file)[:most], checker))
    return listed


def shown(published: Published, pairs: Sequence[Pair]) -> list[Row]:
    """The rows of one set."""
    title, figure = published.title, published.name
    wrong = [pair for pair in pairs if pair.label == published.wrong]
    right = [pair for pair in pairs if pair.label == published.right and pair.checkable]
    checkable = [pair for pair in wrong if pair.checkable]
    said = f"`{published.wrong}`"
    listed = [
        row(f"{title}, {said}: can be checked", share(p.checkable for p in wrong),
            f"{figure}_checkable"),
        row(f"{title}, {said}, can be checked: flagged", share(p.flagged for p in checkable),
            f"{figure}_recall"),
        row(f"{title}, {said}, can be checked: accused", share(p.accused for p in checkable),
            f"{figure}_accused"),
        row(f"{title}, {said}, all: flagged", share(p.flagged for p in wrong),
            f"{figure}_recall_of_all"),
        row(f"{title}, `{published.right}`, can be checked: flagged",
            share(p.flagged for p in right), f"{figure}_false_positive_rate"),
        row(f"{title}, `{published.right}`, can be checked: accused",
            share(p.accused for p in right), f"{figure}_false_accusations"),
    ]  # fmt: skip
    if published.neutral:
        neutral = [p for p in pairs if p.label == published.neutral and p.checkable]
        listed += [
            row(f"{title}, `{published.neutral}`, can be checked: flagged",
                share(p.flagged for p in neutral), f"{figure}_neutral_flagged"),
            row(f"{title}, `{published.neutral}`, can be checked: accused",
                share(p.accused for p in neutral), f"{figure}_neutral_accused"),
        ]  # fmt: skip
    return listed
