"""A search's way to MLflow and to the terminal."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING

import yaml

from smm_voice.commands.console import say
from smm_voice.commands.trial import PREFIX
from smm_voice.config import SearchCommandConfig
from smm_voice.report import search_page, search_words
from smm_voice.report.search_page import Story
from smm_voice.search.objectives import Tried

if TYPE_CHECKING:
    from smm_voice.tracking.run import Run
    from smm_voice.tracking.store import Store


def log_inputs(run: Run, story: Story, config: SearchCommandConfig) -> None:
    """What the search was given, once in its run's life."""
    run.parameters(
        {
            "brand": story.brand,
            "base_model": config.model.name,
            "dataset": story.facts["dataset"],
            "sampler": config.search.sampler,
            "seed": config.search.seed,
            "briefs": story.judging.briefs,
            "objectives": ", ".join(f"{o.metric} {o.direction}" for o in story.wanted),
            **{f"space.{each.key}": each.words for each in story.space},
        }
    )
    resolved = yaml.safe_dump(dataclasses.asdict(config), sort_keys=False, allow_unicode=True)
    run.text(resolved, "config/resolved.yaml")


def log_trial(run: Run, ended: Tried) -> None:
    """A trial's scores as one step of the search's own metrics: MLflow draws their course."""
    found = {
        f"{PREFIX}{name}": score.value
        for name, score in ended.scores.items()
        if score.value is not None
    }
    run.metrics(found, ended.number)


def log(run: Run, store: Store, story: Story) -> dict[str, str]:
    """Page, note and plain values as things stand.

    Returns:
        Where to look, by what is to be seen there.
    """
    from smm_voice.tracking import links

    def address(run_id: str) -> str:
        return links.run_page(store, run_id)

    found = story.outcome
    run.metrics(
        {
            "search/trials": len(story.tried),
            "search/failed": len(found.failed),
            "search/front": len(found.front),
        },
        len(story.tried),
    )
    shown = {
        "Search": address(run.id),
        "Picture and table": f"{address(run.id)}/artifacts/search/index.html",
    }
    best = list(dict.fromkeys(each.run for each in (*found.front, *found.close)))
    if len(best) > 1:
        shown["Best trials, in columns"] = links.compare_runs(store, best)
    run.text(search_page.page(story, address), "search/index.html")
    run.json(search_page.as_json(story), "search/search.json")
    run.note(search_page.note(story, shown, address))
    return shown


def show(story: Story, links: Mapping[str, str]) -> None:
    """The front in words, the commands that repeat its trials, and links, at the terminal."""
    found = story.outcome
    say(f"\n{search_words.headline(found, story.tried, story.trials)}")
    said = search_words.standings(found, story.wanted)
    for each, words in zip(found.front, said, strict=True):
        say(f"\n{words}\n  {story.command(each)}")
    say()
    for line in search_words.caveats(found, story.judging, story.tried):
        say(f"- {line}")
    say("\nTo look at it: make ui, then")
    for name, where in links.items():
        say(f"  {name + ':':<26}{where}")
