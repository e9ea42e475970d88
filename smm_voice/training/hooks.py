"""What a caller hangs into a training."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from smm_voice.training.samples import Sample, Write

OnLog = Callable[[dict[str, float], int], None]


def _ignore(*_: Any) -> None:
    return None


@dataclass(frozen=True)
class Hooks:
    """Functions that look on.

    Attributes:
        on_log: called with every logged number and its step.
        write: from model and examples to a post for each; None: no samples are written.
        on_samples: called with all samples up to now whenever there are new ones.
    """

    on_log: OnLog = _ignore
    write: Write | None = None
    on_samples: Callable[[list[Sample]], None] = _ignore
