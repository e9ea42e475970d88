"""What monitoring finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["input", "output", "staleness", "homogeneity"]
About = Literal["manner", "topics", "words", "model"]


@dataclass(frozen=True)
class Signal:
    """One way in which something may have moved.

    Attributes:
        name: as in MLflow, such as `drift/input_style_auc`.
        kind: what may have moved: the brand's posts (input), a model's answers (output), the
            words that they use (staleness), their variety (homogeneity).
        value: the effect, in the unit that the name says; None where it cannot be told.
        low: lower end of its interval, where there is one.
        high: upper end.
        p: of no change at all, unadjusted; None where nothing is tested.
        p_adjusted: by Holm over the family of one monitoring.
        band: what adjacent windows of the past reach without any shift (A/A); None where unknown.
        about: what it is that has moved; `topics` alone is news, not a new voice.
        seasonal: the same effect against the same months of last year; None without such posts.
        n: posts on the older and on the newer side.
        alarm: past the band and significant.
        examples: posts or words that show it most.
        warnings: what a reader must know beside the number.
    """

    name: str
    kind: Kind
    value: float | None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    band: float | None = None
    n: tuple[int, int] = (0, 0)
    alarm: bool = False
    examples: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    about: About = "manner"
    seasonal: float | None = None


@dataclass(frozen=True)
class Monitored:
    """One look at a brand.

    Attributes:
        language: that was looked at.
        baseline: (first, last) time of the older posts, ISO 8601; empty texts where there are none.
        recent: (first, last) time of the newer posts.
        signals: all that was measured.
        provenance: windows, settings, dataset, model.
    """

    language: str
    baseline: tuple[str, str]
    recent: tuple[str, str]
    signals: Sequence[Signal]
    provenance: dict[str, Any]

    @property
    def alarms(self) -> list[Signal]:
        """Signals that alarm."""
        return [signal for signal in self.signals if signal.alarm]
