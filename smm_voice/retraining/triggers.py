"""Whether it is time to train: pure, and able to say why not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from smm_voice.config import TriggersConfig

Trigger = Literal["", "first", "forced", "drift", "age", "new_posts"]
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Situation:
    """What is known before anything is trained.

    Attributes:
        now: the time of the decision.
        has_champion: whether a model is in use.
        champion_since: when it was promoted; None where unknown.
        new_posts: posts newer than all that the last candidate, or the champion, was built from.
        alarms: what monitoring alarms of; None where it has not looked.
        last_attempt: when a candidate was last judged; None: never.
    """

    now: datetime
    has_champion: bool
    champion_since: datetime | None = None
    new_posts: int = 0
    alarms: Sequence[str] | None = None
    last_attempt: datetime | None = None


@dataclass(frozen=True)
class Due:
    """What starts a training, "" for nothing, and every consideration in words."""

    trigger: Trigger
    said: tuple[str, ...]


def due(at: Situation, config: TriggersConfig, forced: bool = False) -> Due:
    """Ask every trigger.

    A clock that went backwards makes nothing old and holds nothing up: an attempt that lies in the
    future counts for no cool-down, and a champion from the future is new.
    """
    if not at.has_champion:
        return Due("first", ("no model is in use yet",))
    said = [_posts(at.new_posts)]
    fired: list[Trigger] = []
    enough = at.new_posts >= config.minimum_new_posts
    if config.new_posts is not None and at.new_posts >= config.new_posts:
        fired.append("new_posts")
    if not enough:
        said.append(f"{config.minimum_new_posts} are needed before drift or age count")
    if config.drift and at.alarms:
        said.append("drift: " + ", ".join(at.alarms))
        if enough:
            fired.append("drift")
    elif config.drift and at.alarms is not None:
        said.append("no drift")
    if config.age_days is not None and at.champion_since is not None:
        age = (at.now - at.champion_since) / _DAY
        if age < -1:
            said.append(
                f"the champion was promoted at {at.champion_since:%Y-%m-%d}, after now: did the "
                "clock go backwards?"
            )
        elif age >= config.age_days:
            said.append(f"the champion is {age:.0f} days old, {config.age_days:g} are the limit")
            if enough:
                fired.append("age")
    if forced:
        return Due("forced", (*said, "forced"))
    wait = _cooling(at, config)
    if fired and wait:
        return Due("", (*said, wait))
    # Drift is the best of reasons, so it is the one that is named.
    for trigger in ("drift", "new_posts", "age"):
        if trigger in fired:
            return Due(trigger, tuple(said))
    return Due("", tuple(said))


def _cooling(at: Situation, config: TriggersConfig) -> str:
    if at.last_attempt is None:
        return ""
    since = (at.now - at.last_attempt) / _DAY
    if 0 <= since < config.cooldown_days:
        return (
            f"the last attempt was {since:.1f} days ago, and {config.cooldown_days:g} pass between "
            "two"
        )
    return ""


def _posts(count: int) -> str:
    return "1 new post" if count == 1 else f"{count} new posts"
