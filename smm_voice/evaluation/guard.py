"""Decoding help: posts that contradict the fact sheet or make a forbidden claim are drawn again.

Best of n by rejection: the first draw is the one that is made without the guard, and only an
accused post is drawn again, with other random numbers. The choice looks at facts alone and never
at the voice, so that no score of style is chosen for. It can still favour posts that state less:
`factuality/coverage` and `factuality/brief_recall` of the chosen posts show that. The typed check
alone decides; the slower tiers take no part.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from smm_voice.config import BrandConfig, EvaluationConfig, GenerationConfig
from smm_voice.dataset.example import Example
from smm_voice.evaluation import arms
from smm_voice.evaluation.kept import Generate
from smm_voice.evaluation.provenance import digest_of
from smm_voice.generation.generate import Answer, Request
from smm_voice.metrics.base import Item, Metric, Score
from smm_voice.metrics.factuality.check import ACCUSED, Claim, check
from smm_voice.metrics.factuality.sheet import FactSheet, load_sheet
from smm_voice.statistics import bootstrap_mean, paired_difference
from smm_voice.text import languages

log = logging.getLogger(__name__)

_VERSION = "1"
_NO_SHEET = "the brand has no fact sheet: the guard has little to check against"

METRICS = (
    Metric("factuality/guard_gain", "post", "higher", ("sheet",), _VERSION,
           "paired bootstrap over briefs",
           "Share of posts that contradict a fact or make a forbidden claim, in the first draws "
           "minus in the chosen ones; by the check that chose, so never below 0"),
    Metric("factuality/guard_cost", "post", "lower", ("sheet",), _VERSION, "bootstrap over briefs",
           "Posts drawn for each post that is kept; 1 = nothing was drawn again"),
)  # fmt: skip


# What a post is held against beside the sheet: its brief, and the day it is for.
Given = tuple[str | None, datetime | None]


@dataclass(frozen=True)
class Draft:
    """One draw.

    Attributes:
        request: what was asked; its key names the random numbers.
        answer: the text.
        accused: its claims that contradict a fact or are forbidden.
    """

    request: Request
    answer: Answer
    accused: tuple[Claim, ...]

    @property
    def settles(self) -> bool:
        """Whether no further draw could be preferred to it."""
        return not self.accused and self.answer.finished and bool(self.answer.text.strip())


# One list of drafts a request, in the order of drawing.
Drawn = list[list[Draft]]


@dataclass(frozen=True)
class Guard:
    """What drafts are held against.

    Attributes:
        sheet: the brand's facts.
        digest: of the sheet's file; empty where there is none.
        language: two-letter code.
        candidates: most draws a brief, the first among them.
    """

    sheet: FactSheet
    digest: str
    language: str
    candidates: int

    @classmethod
    def of(cls, brand: BrandConfig, generation: GenerationConfig, root: Path) -> Guard | None:
        """The guard that a configuration asks for; None where it asks for none.

        Args:
            brand: its `facts` name the sheet.
            generation: decoding.
            root: the brand's files are relative to it.

        Raises:
            InputError: the sheet cannot be read.
            ConfigError: the sheet is wrong in places.
        """
        if not generation.guard:
            return None
        path = root / brand.facts if brand.facts else None
        language = languages.primary(brand.languages[0])
        sheet = load_sheet(path, language)
        if path is None:
            log.warning("generation.guard: %s", _NO_SHEET)
        digest = digest_of(path) or ""
        return cls(sheet, digest, language, generation.guard_candidates)

    def draft(self, request: Request, answer: Answer, given: Given) -> Draft:
        """A draw with what it is accused of."""
        brief, when = given
        checked = check(answer.text, brief, self.sheet, self.language, when)
        accused = tuple(claim for claim in checked.claims if claim.verdict in ACCUSED)
        return Draft(request, answer, accused)


def draw(
    asked: Sequence[Request],
    given: Sequence[Given],
    generate: Generate,
    guard: Guard,
    keep: Callable[[Drawn], None] = lambda drawn: None,
) -> Drawn:
    """All drafts of every request, in rounds: what is still accused is asked again in one batch.

    A post that is not accused is not drawn again, be it unfinished or empty: the guard changes
    nothing but facts. An accused one is, until a finished post without an accused claim is found.

    Args:
        asked: the requests; the first draw answers each as it stands.
        given: brief and day of each.
        generate: answers requests; called once a round.
        guard: what to hold the drafts against.
        keep: is given all drafts so far, after each round.

    Returns:
        One list a request: its drafts in the order of drawing, one at least.
    """
    drawn = [
        [guard.draft(request, answer, known)]
        for request, answer, known in zip(asked, generate(asked), given, strict=True)
    ]
    keep(drawn)
    for number in range(1, guard.candidates):
        unsettled = [
            i for i, drafts in enumerate(drawn) if drafts[0].accused and not drafts[-1].settles
        ]
        if not unsettled:
            break
        log.info("Drawing %d of %d posts again", len(unsettled), len(drawn))
        again = [_again(asked[i], number) for i in unsettled]
        for i, request, answer in zip(unsettled, again, generate(again), strict=True):
            drawn[i].append(guard.draft(request, answer, given[i]))
        keep(drawn)
    return drawn


def _again(request: Request, number: int) -> Request:
    """With other random numbers, and others than those of an arm's variants (`arms.again`)."""
    return Request(f"{request.key}~{number}", request.messages)


def choose(drafts: Sequence[Draft]) -> int:
    """Index of the draft to keep: the first without an accused claim, else that with the fewest.

    A text that is cut off or empty has fewer claims for that reason alone: a finished post without
    an accused claim goes before an unfinished one, and any post goes before an empty one.
    """

    def key(i: int) -> tuple[bool, int, bool, int]:
        answer, accused = drafts[i].answer, len(drafts[i].accused)
        return not answer.text.strip(), accused, not accused and not answer.finished, i

    return min(range(len(drafts)), key=key)


def chosen(drawn: Drawn) -> list[Answer]:
    """The answer to keep, for each request."""
    return [drafts[choose(drafts)].answer for drafts in drawn]


def answer(
    arm: str,
    examples: Sequence[Example],
    asked: Sequence[Request],
    generate: Generate,
    guard: Guard,
    folder: Path,
) -> tuple[list[Item], Drawn]:
    """`arms.answer` with the guard: the arm's chosen answers, and all that was drawn for them.

    Every draft stands in `rows/<arm>_drafts.jsonl` with what it is accused of, after each round.
    Drafts that are kept (`kept.Kept`) are checked anew, so that a verdict is never older than the
    sheet or the checker.

    Args:
        arm: its name.
        examples: the prompt set.
        asked: one request an example.
        generate: answers requests.
        guard: what to hold the drafts against.
        folder: run folder.

    Returns:
        Items in the order of the examples, and one list of drafts for each.
    """

    def write(drawn: Drawn) -> None:
        rows = (row for each in zip(examples, drawn, strict=True) for row in _rows(arm, *each))
        arms.write_json_lines(arms.rows_of(folder, f"{arm}_drafts"), rows)

    given = [(e.brief, e.post.created_at) for e in examples]
    drawn = draw(asked, given, generate, guard, write)
    answers = chosen(drawn)
    arms.write_rows(arms.rows_of(folder, arm), arm, examples, answers)
    return arms.items(examples, answers), drawn


def _rows(arm: str, example: Example, drafts: Sequence[Draft]) -> Iterator[dict[str, Any]]:
    """Rows of one brief's drafts, for people."""
    taken = choose(drafts)
    for i, draft in enumerate(drafts):
        yield {
            "id": example.id,
            "arm": arm,
            "brief": example.brief,
            "draw": i + 1,
            "chosen": i == taken,
            "text": draft.answer.text,
            "finished": draft.answer.finished,
            "accused": [
                {"verdict": c.verdict, "span": c.span, "evidence": c.evidence}
                for c in draft.accused
            ],
            "random_numbers": draft.request.key,
        }


def scores(drawn: Drawn, guard: Guard, config: EvaluationConfig) -> dict[str, Score]:
    """The scores of `METRICS`.

    The gain is measured by the check that chose: it says how many accused posts were avoided, not
    how many of the chosen ones are true.

    Args:
        drawn: all drafts of each brief.
        guard: that they were drawn with.
        config: draws and confidence.
    """
    if not drawn:
        nothing = Score(None, warnings=("no posts",))
        return {metric.name: nothing for metric in METRICS}
    warnings = () if guard.digest else (_NO_SHEET,)
    settings = (config.confidence, config.resamples, config.seed)
    first = [float(bool(drafts[0].accused)) for drafts in drawn]
    last = [float(bool(drafts[choose(drafts)].accused)) for drafts in drawn]
    gain = paired_difference(first, last, *settings)
    draws = [float(len(drafts)) for drafts in drawn]
    interval = bootstrap_mean(draws, *settings)
    return {
        "factuality/guard_gain": Score(
            gain.value, gain.low, gain.high, gain.n,
            tuple(a - b for a, b in zip(first, last, strict=True)), warnings,
        ),
        "factuality/guard_cost": Score(
            sum(draws) / len(draws), interval.low, interval.high, len(draws), tuple(draws),
            warnings,
        ),
    }  # fmt: skip
