"""What came of one start of the job, stage by stage: what is logged, printed and told."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from smm_voice.retraining.gate import Decision

Kind = Literal["nothing", "proposed", "promoted", "refused", "rolled_back", "stopped", "failed"]
# Exit status of each; `failed` ends as its error says.
STATUS: dict[Kind, int] = {
    "nothing": 0, "proposed": 0, "promoted": 0, "refused": 10, "rolled_back": 1, "stopped": 2,
    "failed": 1,
}  # fmt: skip


@dataclass
class Stage:
    """A part of the job: what it found, in words, and how long it took."""

    name: str
    said: list[str] = field(default_factory=list)
    seconds: float = 0.0


@dataclass
class Outcome:
    """Filled as the job goes on.

    Attributes:
        brand: brand name.
        stages: in their order.
        decision: what was decided.
        reasons: why, in words; of the gate only what stands against.
        trigger: what started a training; "" where none was started.
        gate: the gate's decision, where it was asked.
        version: number of the candidate.
        facts: plain values that the next start reads again.
    """

    brand: str
    stages: list[Stage] = field(default_factory=list)
    decision: Kind = "nothing"
    reasons: list[str] = field(default_factory=list)
    trigger: str = ""
    gate: Decision | None = None
    version: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Note a stage with the time it takes, also where it fails."""
        stage = Stage(name)
        self.stages.append(stage)
        started = time.monotonic()
        try:
            yield stage
        finally:
            stage.seconds = round(time.monotonic() - started, 2)

    def as_json(self, language: str = "en") -> dict[str, Any]:
        """Plain values."""
        gate = self.gate.as_json(language) if self.gate else None
        return {
            "brand": self.brand,
            "decision": self.decision,
            "trigger": self.trigger,
            "said": self.reasons,
            "reasons": gate["reasons"] if gate else [],
            "version": self.version,
            "stages": [vars(stage) for stage in self.stages],
            "facts": self.facts,
        }
