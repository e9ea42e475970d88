"""A reference whose voice is dictated: every index below can be worked out by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest

from smm_voice.metrics.base import Item, Reference
from smm_voice.metrics.factuality.sheet import FactSheet
from smm_voice.metrics.voice.classifier import Reading, read
from smm_voice.metrics.voice.quality import Quality

BRIEFS = 20
PROVEN = Quality(0.95, 1.0, 0.05, 0.05, 0.9, 0.9, BRIEFS, BRIEFS, 0)
UNPROVEN = Quality(0.55, 0.6, 0.25, 0.2, 0.5, 0.5, BRIEFS, BRIEFS, 0)


class DictatedVoice:
    """A voice profile that reads each text's log-odds off its last word."""

    trained_on = 500
    unseen = ("other",)
    indicative = False
    machine = 100
    digest = "dictated"
    classifier = None

    def __init__(self, quality: Quality) -> None:
        self.quality = dict.fromkeys(("style", "surface", "stack"), quality)

    def read(self, texts: Sequence[str]) -> Reading:
        return dataclasses.replace(read(texts, "en"), judged=np.ones(len(texts), dtype=bool))

    def logits(self, texts: Reading, view: str) -> np.ndarray:
        return np.array([float(text.split()[-1]) for text in texts.surfaced])


def arm(level: float, spread: float = 0.2) -> list[Item]:
    """Texts around a level of log-odds; every arm goes up and down on other briefs."""
    shift = round(abs(level) * 7)
    return [
        Item(
            f"brief-{i}",
            f"Text {i} on the matter at hand says {level + spread * ((i * 7 + shift) % 5 - 2):.3f}",
            f"Topic: matter {i}",
            datetime(2024, 1, 1, tzinfo=UTC),
            True,
        )
        for i in range(BRIEFS)
    ]


def reference_with(quality: Quality) -> Reference:
    # Human posts at log-odds 4, other brands at 0: an arm at 2 has the index 0.5.
    return Reference(
        language="en",
        human=tuple(arm(4)),
        floor=tuple(arm(0)),
        training=("Nothing here is like the rest of it, not one of these words.",),
        profile=DictatedVoice(quality),
        sheet=FactSheet(),
        paired=True,
        resamples=200,
    )


@pytest.fixture
def reference() -> Reference:
    return reference_with(PROVEN)


@pytest.fixture
def unproven() -> Reference:
    return reference_with(UNPROVEN)


@pytest.fixture
def make_arm():
    return arm
