"""Held-out human posts: who is accused wrongly, with the brief that fits a post and without any.

Nobody has checked what these people wrote. A post that differs from the sample brand's sheet may be
wrong, or right about something else; what is counted is how often a person would be called to look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from smm_voice.benchmarks.factuality.outcome import Checker, Faithful, as_faithful
from smm_voice.benchmarks.factuality.shares import row, share
from smm_voice.benchmarks.metrics.voices import LANGUAGE, Voice
from smm_voice.benchmarks.table import Level, Row
from smm_voice.dataset import briefs
from smm_voice.metrics.factuality.sheet import FactSheet
from smm_voice.posts.post import Post

SAMPLE = "nasa_2018"
_FALSE_POSITIVES = Level(most=0.05)


@dataclass(frozen=True)
class Judged:
    """Test posts of some accounts: with the briefs derived from them, and by the sheet alone."""

    briefed: tuple[Faithful, ...]
    alone: tuple[Faithful, ...]


def judge(posts: Iterable[Post], sheet: FactSheet, checker: Checker) -> Judged:
    """Check every post twice. Nothing is left out of a brief for handing over too much."""
    briefed: list[Faithful] = []
    alone: list[Faithful] = []
    for post in posts:
        brief = briefs.render(briefs.derive(post))
        for given, into in ((brief, briefed), (None, alone)):
            checked = checker(post.text, given, sheet, LANGUAGE, post.created_at)
            into.append(as_faithful(checked, LANGUAGE))
    return Judged(tuple(briefed), tuple(alone))


def rows(voices: Mapping[str, Voice], most: int, checker: Checker) -> list[Row]:
    """The sample brand, and the other accounts, by the sample brand's sheet.

    Args:
        voices: by name; the sample brand is one of them.
        most: newest test posts of each.
        checker: of facts.
    """
    sheet = voices[SAMPLE].sheet
    others = [post for name, v in voices.items() if name != SAMPLE for post in v.test[-most:]]
    own = judge(voices[SAMPLE].test[-most:], sheet, checker)
    foreign = judge(others, sheet, checker)
    # Of other accounts the sheet is another's: by it alone they may well be at odds with it.
    return [
        *_rows("the sample brand's test posts", "human", own, _FALSE_POSITIVES, _FALSE_POSITIVES),
        *_rows("other accounts' test posts, the sample brand's sheet", "others", foreign,
               _FALSE_POSITIVES, Level()),
    ]  # fmt: skip


def _rows(name: str, figure: str, judged: Judged, briefed: Level, alone: Level) -> list[Row]:
    verdicts = [verdict for each in judged.briefed for verdict in each.claims]
    unknown = [verdict for each in judged.alone for verdict in each.claims]
    return [
        row(f"{name}, with their briefs: claims flagged",
            share(v != "supported" for v in verdicts), f"{figure}_flagged", briefed),
        row(f"{name}, with their briefs: posts accused",
            share(each.accused for each in judged.briefed), f"{figure}_accused", briefed),
        row(f"{name}, no brief: posts accused",
            share(each.accused for each in judged.alone), f"{figure}_accused_sheet_alone", alone),
        row(f"{name}, no brief: claims flagged, nearly all of them as unknown",
            share(v != "supported" for v in unknown), f"{figure}_flagged_sheet_alone"),
    ]  # fmt: skip
