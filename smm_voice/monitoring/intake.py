"""Whether an export may be learned from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from smm_voice.config import IntakeConfig
from smm_voice.dataset.example import Example


@dataclass(frozen=True)
class Problem:
    """Something wrong with an export."""

    kind: str
    what: str
    share: float | None = None
    refuses: bool = True


def check_intake(
    known: Sequence[Example],
    new: Sequence[Example],
    references: Mapping[str, Sequence[str]],
    language: str,
    config: IntakeConfig,
) -> list[Problem]:
    """Stand-in."""
    return []


def shrunk(before: int, now: int, config: IntakeConfig) -> Problem | None:
    """Stand-in."""
    if now < before * (1 - config.maximum_loss):
        return Problem("shrunk", f"{before} posts before, {now} now", 1 - now / before)
    return None
