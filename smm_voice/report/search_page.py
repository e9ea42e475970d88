"""A search as a page and as the run's note. Every text is escaped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smm_voice.report import search_words as words
from smm_voice.report.markdown import plain
from smm_voice.report.posts import clipped, holdable
from smm_voice.report.search_chart import LOOKS, pictures
from smm_voice.search.objectives import Judging, Objective, Outcome, Tried, outcome
from smm_voice.search.space import Dimension, command
from smm_voice.text.templates import template

_TEMPLATE = Path(__file__).with_name("search.html.jinja")
_LONGEST_FAILURE = 600
_GROUPS = {
    "front": "beaten by no other",
    "close": "beaten, but within its interval",
    "beaten": "beaten",
    "fallen": "fails an axis",
}


@dataclass(frozen=True)
class Story:
    """What there is to tell of a search.

    Attributes:
        brand: its name.
        title: the same as people write it.
        key: of the study.
        space: what is varied.
        wanted: the objectives.
        tried: trials that have ended.
        trials: how many there are to be.
        judging: what they are judged by.
        typed: what was said on the command line, for the commands that repeat a trial.
        facts: further lines about how it was made: name → value.
    """

    brand: str
    title: str
    key: str
    space: Sequence[Dimension]
    wanted: Sequence[Objective]
    tried: Sequence[Tried]
    trials: int
    judging: Judging
    typed: Sequence[str]
    facts: Mapping[str, str]

    @property
    def outcome(self) -> Outcome:
        """The trials, sorted."""
        return outcome(self.tried, self.wanted)

    def command(self, tried: Tried) -> str:
        """What repeats a trial's training, and judges it on the test briefs."""
        return command(self.brand, self.typed, tried.values)


def page(story: Story, address: Callable[[str], str]) -> str:
    """The search as one HTML file: no script, nothing loaded from elsewhere.

    Args:
        story: what there is to tell.
        address: MLflow run → its page.
    """
    found = story.outcome
    made = template(_TEMPLATE).render(
        brand=story.title,
        headline=words.headline(found, story.tried, story.trials),
        badge="fit" if found.front and not found.floors_left_out else "unfit",
        standings=[
            {"said": said, "command": story.command(each), "address": _page(each, address)}
            for said, each in zip(words.standings(found, story.wanted), found.front, strict=True)
        ],
        pictures=pictures(found, story.wanted, story.judging.people) if found.front else [],
        legend=[
            {"colour": LOOKS[group][0], "filled": LOOKS[group][2], "said": said}
            for group, said in _GROUPS.items()
            if getattr(found, group)
        ],
        caveats=[clipped(each, _LONGEST_FAILURE) for each in
                 words.caveats(found, story.judging, story.tried)],
        titles=[words.title(each) for each in story.wanted],
        metrics=[each.metric for each in story.wanted],
        people=[words.shown(story.judging.people.get(each.metric)) for each in story.wanted],
        rows=[_row(each, story, found, address) for each in story.tried],
        space=[(each.key, each.words) for each in story.space],
        facts=story.facts,
    )  # fmt: skip
    return holdable(made)


def note(story: Story, links: Mapping[str, str], address: Callable[[str], str]) -> str:
    """The run's note: what came out, the front with links and commands, what to beware of."""
    found = story.outcome
    # Links first: of a long note MLflow shows the beginning.
    listed = " · ".join(f"[{name}]({where})" for name, where in links.items())
    lines = [
        f"**{plain(words.headline(found, story.tried, story.trials), 1_000)}**",
        "",
        listed,
        "",
    ]
    heads = " | ".join(f"{plain(words.title(each))}" for each in story.wanted)
    lines += [f"| trial | {heads} | values |", f"|---|{'---|' * len(story.wanted)}---|"]
    for each in found.front:
        cells = " | ".join(words.shown(each.scores.get(o.metric)) for o in story.wanted)
        where = f"[{each.number}]({address(each.run)})" if each.run else str(each.number)
        lines.append(f"| {where} | {cells} | {plain(words.values(each.values), 1_000)} |")
    cells = " | ".join(words.shown(story.judging.people.get(o.metric)) for o in story.wanted)
    lines += [f"| people's posts | {cells} | |", ""]
    lines += [f"- {plain(each, 1_000)}"
              for each in words.caveats(found, story.judging, story.tried)]  # fmt: skip
    lines.append("")
    for each in found.front:
        lines += [f"Trial {each.number}:", "", "```bash", story.command(each), "```", ""]
    return "\n".join(lines)


def as_json(story: Story) -> dict[str, Any]:
    """Everything as plain values."""
    found = story.outcome
    groups = {each.number: group for group in _GROUPS for each in getattr(found, group)}
    return {
        "study": story.key,
        "headline": words.headline(found, story.tried, story.trials),
        "objectives": [
            {"metric": each.metric, "direction": each.direction, "target": each.target}
            for each in story.wanted
        ],
        "space": {each.key: each.words for each in story.space},
        "people": {name: score.as_json() for name, score in story.judging.people.items()},
        "trials": [
            {
                "number": each.number,
                "group": groups.get(each.number),
                "values": dict(each.values),
                "scores": {name: score.as_json() for name, score in each.scores.items()},
                "fails": list(each.fallen),
                "failure": each.failure,
                "same_as": each.same_as,
                "seconds": round(each.seconds, 1),
                "run": each.run,
                "command": story.command(each),
            }
            for each in story.tried
        ],
    }


def _row(
    tried: Tried, story: Story, found: Outcome, address: Callable[[str], str]
) -> dict[str, Any]:
    group = next((name for name in _GROUPS if tried in getattr(found, name)), "")
    if tried.failure is not None:
        said = f"failed: {clipped(tried.failure, _LONGEST_FAILURE)}"
    elif tried.same_as is not None:
        said = f"as trial {tried.same_as}"
    else:
        said = _GROUPS.get(group, "")
        joint = ": " if group == "fallen" else "; fails "
        said += f"{joint}{', '.join(tried.fallen)}" if tried.fallen else ""
    return {
        "number": tried.number,
        "address": _page(tried, address),
        "front": group == "front",
        "said": said,
        "cells": [words.shown(tried.scores.get(each.metric)) for each in story.wanted],
        "values": [words.values({key: value}) for key, value in tried.values.items()],
        "minutes": f"{tried.seconds / 60:.1f}",
    }


def _page(tried: Tried, address: Callable[[str], str]) -> str:
    return address(tried.run) if tried.run else ""
