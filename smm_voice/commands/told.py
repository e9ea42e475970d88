"""What a retraining decided, for the terminal, the run's page and whoever is to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smm_voice.commands.console import say
from smm_voice.config import RetrainConfig
from smm_voice.messages import Message
from smm_voice.messages import say as worded
from smm_voice.retraining.notification import Notice, notify
from smm_voice.retraining.outcome import Kind, Outcome

if TYPE_CHECKING:
    from smm_voice.tracking.run import Run
    from smm_voice.tracking.store import Store


def show(outcome: Outcome, links: dict[str, str], headline: str | None = None) -> None:
    """Stages, decision and links at the terminal; `headline` stands in place of the decision."""
    say()
    for stage in outcome.stages:
        said = stage.said or ["done"]
        say(f"{stage.name:<20}{stage.seconds:>8.1f} s  {said[0]}")
        for more in said[1:]:
            say(f"{'':<32}{more}")
    say(f"\n{headline or decided(outcome)}")
    for name, address in links.items():
        say(f"  {name + ':':<20}{address}")


def decided(outcome: Outcome) -> str:
    """The decision and its reasons in a line."""
    words = {
        "nothing": "Nothing to do", "proposed": "Proposed", "promoted": "Promoted",
        "refused": "The gate said no", "rolled_back": "Rolled back", "stopped": "Stopped",
        "failed": "Failed",
    }[outcome.decision]  # fmt: skip
    return f"{words}: {'; '.join(outcome.reasons)}"


def note(outcome: Outcome, links: dict[str, str]) -> str:
    """The text on the run's page."""
    lines = [f"**{decided(outcome)}**", ""]
    lines += [f"- {stage.name}: {'; '.join(stage.said) or 'done'}" for stage in outcome.stages]
    lines += [f"- [{name}]({address})" for name, address in links.items()]
    return "\n".join(lines)


def tell(config: RetrainConfig, outcome: Outcome, store: Store, run: Run) -> None:
    """Tell whom the configuration names; what fails is said in the log."""
    from smm_voice.tracking import links

    fields: dict[str, Any] = {
        "version": outcome.version, "trigger": outcome.trigger, **outcome.facts,
    }  # fmt: skip
    notice = Notice(
        config.brand.name, outcome.decision, _title(config, outcome.decision, outcome.version),
        "\n".join(outcome.reasons), links.run_page(store, run.id), fields,
    )  # fmt: skip
    notify(notice, config.retraining.notification)


def tell_at_once(config: RetrainConfig, decision: Kind, said: str) -> None:
    """What cannot wait for the end of the job."""
    notice = Notice(config.brand.name, decision, _title(config, decision, None), said)
    notify(notice, config.retraining.notification)


def _title(config: RetrainConfig, decision: Kind, version: str | None) -> str:
    """Whose, which version and what, as the history's page names it."""
    what = Message(f"history-decision-{decision}")
    values = {"brand": config.brand.title, "decision": what}
    title = Message("notice-title", values)
    if version:
        title = Message("notice-title-version", values | {"version": version})
    return worded(title, config.report.language_for(config.brand))
