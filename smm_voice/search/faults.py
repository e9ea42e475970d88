"""What is wrong with a search, before anything runs."""

from __future__ import annotations

from smm_voice.checks import cross_checks
from smm_voice.config import SearchCommandConfig, SearchConfig
from smm_voice.search import objectives, space


def faults(config: SearchCommandConfig) -> list[str]:
    """What is wrong with objectives and space, the rules over several keys at the ends included."""
    if not isinstance(config.search, SearchConfig):
        return []
    if not isinstance(config.search.objectives, list) or not isinstance(config.search.space, list):
        return []
    errors = [*objectives.faults(config.search), *space.faults(config)]
    if errors or any(getattr(config, group) is None for group in space.GROUPS):
        return errors
    plain = space.applied(config, {})
    already = set(cross_checks(plain))
    for dimension in space.dimensions(config):
        for end in dimension.ends:
            found = cross_checks(space.applied(plain, {dimension.key: end}))
            said = f"search.space, {dimension.key}={space.as_override(end)}"
            errors += [f"{said}: {each}" for each in found if each not in already]
    return errors
