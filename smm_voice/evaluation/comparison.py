"""What comes of comparing two runs: which measures decide, and the shape of the outcome."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from smm_voice.statistics import Difference

ALIKE = "homogeneity/log_ratio"
CLOSENESS = "voice/closeness"
INDEX = "voice/style_index"

# The declared family: p is adjusted by Holm over these, and only these decide. Each with its
# margin of non-inferiority in its own unit: a loss up to it is called no worse.
HEADLINES: Mapping[str, float] = {
    CLOSENESS: 0.05,
    "fluency/bits_per_byte_ratio": 0.05,
    "factuality/contradiction_rate": 0.02,
    "factuality/unsupported_rate": 0.05,
    "factuality/brief_recall": 0.05,
    "factuality/coverage": 0.05,
    ALIKE: math.log(1.1),
    "memorisation/copy_excess": 0.02,
}
# Asked of each group of briefs; one family of its own for Holm, all groups together.
OF_STRATA = (
    CLOSENESS, "fluency/bits_per_byte_ratio", "factuality/unsupported_rate",
    "factuality/contradiction_rate", "factuality/brief_recall", "factuality/coverage",
)  # fmt: skip
Outcome = Literal["better", "worse", "no worse", "not shown"]


@dataclass(frozen=True)
class Side:
    """One of the two: a run and which of its arms."""

    run: str
    name: str
    arm: str


@dataclass(frozen=True)
class Row:
    """One metric.

    Attributes:
        metric: its name.
        best: higher, lower, or the value that is best.
        first: the arm's value as its evaluation has it; of groups, over their briefs.
        second: the other's.
        difference: first minus second over the briefs where both have a value.
        gain: the same turned so that more is better: the difference, its negative, or how much
            nearer the first is to the best value. What is shown is read from this.
        p_adjusted: gain's p by Holm within its family; None outside of one.
        detectable: smallest gain that so many briefs show with 80 % power, in the metric's unit.
        margin: largest loss that is called no worse; None where none is declared.
        outcome: of the first arm against the second.
    """

    metric: str
    best: str | float
    first: float | None
    second: float | None
    difference: Difference
    gain: Difference
    p_adjusted: float | None
    detectable: float | None
    margin: float | None
    outcome: Outcome = "not shown"

    def briefs_for(self, effect: float) -> int | None:
        """About how many briefs it takes to show an effect with 80 % power; None: unknown."""
        if not self.detectable or not effect:
            return None
        return math.ceil(self.gain.n * (self.detectable / abs(effect)) ** 2)


@dataclass(frozen=True)
class Stratum:
    """One group of briefs; `left_out` says of metrics without a number why."""

    dimension: str
    label: str
    n: int
    rows: Sequence[Row]
    left_out: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RunComparison:
    """The outcome.

    Attributes:
        brand: as people write it.
        first: the arm that is asked about.
        second: what it is compared with.
        briefs: how many both answered.
        confidence: of every interval; 1 minus it is the level of every test.
        rows: all metrics, those of `HEADLINES` first.
        strata: groups of briefs.
        identical: whether both wrote the very same posts.
        regressions: groups in which the first is shown to be worse than the second.
        left_out: metric → why there is no difference.
        remarks: what differs between the evaluations and may: (key, first, second).
    """

    brand: str
    first: Side
    second: Side
    briefs: int
    confidence: float
    identical: bool
    rows: Sequence[Row]
    strata: Sequence[Stratum]
    regressions: Sequence[tuple[Stratum, Row]]
    left_out: Mapping[str, str]
    remarks: Sequence[tuple[str, str, str]]

    def row(self, metric: str) -> Row | None:
        """The row of a metric."""
        return next((row for row in self.rows if row.metric == metric), None)
