"""Several answers to one brief: drawn, scored, held against the platform, and ranked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from smm_voice import metrics
from smm_voice.evaluation.guard import Given, Guard, choose, chosen, draw
from smm_voice.evaluation.kept import Generate
from smm_voice.evaluation.ranking import Candidate, order
from smm_voice.generation.generate import Answer, Request
from smm_voice.metrics.base import Finding, Item, Reference, Score
from smm_voice.metrics.factuality.check import check as check_facts
from smm_voice.text.platforms import Fit, check

# Families whose scores say something of a single text; homogeneity is of sets alone.
FAMILIES = ("voice", "fluency", "factuality", "memorisation")
# Told of every text, if only that they cannot be told; others stand where they were measured.
_ALWAYS = ("voice/style_index", "voice/closeness")


@dataclass(frozen=True)
class Task:
    """One brief for one platform.

    Attributes:
        brief: as the model reads it.
        platform: where its answers are to be published.
    """

    brief: str
    platform: str


@dataclass(frozen=True)
class Variant:
    """A ranked answer.

    Attributes:
        rank: 1 is the best.
        text: the answer.
        finished: whether the model ended it itself.
        scores: metric → value of this text; None where it cannot be told.
        findings: what a person should look at.
        fit: how it stands to the platform's limits.
        left_out: how many of the brief's facts it does not tell.
        like: rank of the better variant that it nearly repeats.
    """

    rank: int
    text: str
    finished: bool
    scores: dict[str, float | None]
    findings: tuple[Finding, ...]
    fit: Fit
    left_out: int
    like: int | None

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "rank": self.rank,
            "text": self.text,
            "finished": self.finished,
            "fits": self.fit.fits,
            "length": self.fit.length,
            "longest": self.fit.longest,
            "problems": list(self.fit.problems),
            "advice": list(self.fit.advice),
            "left_out": self.left_out,
            "near_duplicate_of": self.like,
            "scores": self.scores,
            "findings": [
                {"kind": f.kind, "span": f.span, "evidence": f.evidence} for f in self.findings
            ],
        }


def written(
    requests: Sequence[Request], given: Sequence[Given], generate: Generate, guard: Guard | None
) -> tuple[list[Answer], list[str]]:
    """One answer a request, and what is to be said of how they were drawn.

    Args:
        requests: one a variant.
        given: for each the brief, and the day the post is for.
        generate: answers requests.
        guard: has accused answers drawn again; None takes the first ones.
    """
    if guard is None:
        return generate(requests), []
    drawn = draw(requests, given, generate, guard)
    count = sum(len(drafts) for drafts in drawn)
    accused = sum(bool(drafts[choose(drafts)].accused) for drafts in drawn)
    said = f"The guard drew {count} posts for {len(drawn)}"
    if accused:
        verbs = ("contradicts", "makes") if accused == 1 else ("contradict", "make")
        said += f"; {accused} of these still {verbs[0]} a fact or {verbs[1]} a forbidden claim"
    return chosen(drawn), [said]


def rank(
    tasks: Sequence[Task],
    answers: Sequence[Sequence[Answer]],
    when: datetime,
    reference: Reference,
) -> tuple[list[list[Variant]], list[str]]:
    """Score all answers at once, and rank those of each task among themselves.

    Args:
        tasks: what was asked.
        answers: those to each task.
        when: the day the posts are for: facts change.
        reference: of the brand.

    Returns:
        The variants of each task, best first; and what must be known beside the scores.
    """
    items = [
        Item(f"{t}/{i}", answer.text, task.brief, when, answer.finished)
        for t, (task, listed) in enumerate(zip(tasks, answers, strict=True))
        for i, answer in enumerate(listed)
    ]
    scores: dict[str, Score] = {}
    if items:
        for family in FAMILIES:
            scores |= metrics.FAMILIES[family].score(items, reference)
    each = [
        {
            name: _finite(score.per_item[i]) if score.per_item else None
            for name, score in scores.items()
            if score.per_item or name in _ALWAYS
        }
        for i in range(len(items))
    ]
    found = [metrics.findings(item, reference) for item in items]
    left_out = [_left_out(item, reference) for item in items]
    ranked, start = [], 0
    for task, listed in zip(tasks, answers, strict=True):
        of = slice(start, start + len(listed))
        ranked.append(_of_task(task, listed, each[of], found[of], left_out[of]))
        start += len(listed)
    index = scores.get("voice/style_index")
    invalid = list(index.warnings) if index and index.value is None else []
    return ranked, invalid


def _left_out(item: Item, reference: Reference) -> int:
    told = check_facts(item.text, item.brief, reference.sheet, reference.language, item.when)
    return told.required - told.told


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _of_task(
    task: Task,
    answers: Sequence[Answer],
    scores: Sequence[dict[str, float | None]],
    findings: Sequence[Sequence[Finding]],
    left_out: Sequence[int],
) -> list[Variant]:
    fits = [check(answer.text, task.platform) for answer in answers]
    places = order(
        [
            Candidate(
                answers[i].text, fits[i].fits, answers[i].finished, findings[i],
                scores[i].get("voice/closeness"), left_out[i],
            )
            for i in range(len(answers))
        ]
    )  # fmt: skip
    rank_of = {place.index: number for number, place in enumerate(places, start=1)}
    return [
        Variant(
            number, answers[i].text, answers[i].finished, scores[i], tuple(findings[i]), fits[i],
            left_out[i], None if place.like is None else rank_of[place.like],
        )
        for number, place in enumerate(places, start=1)
        for i in (place.index,)
    ]  # fmt: skip
