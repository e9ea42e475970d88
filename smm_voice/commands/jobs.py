"""The jobs of one command line, one or a sweep of many, and how they ended."""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from smm_voice.commands.console import say
from smm_voice.commands.sweep import Outcome, table, worst
from smm_voice.errors import ConfigError, SmmVoiceError

if TYPE_CHECKING:
    from smm_voice.commands.parent import Parent

log = logging.getLogger(__name__)

FAILED = 1


class Jobs:
    """The jobs of one command line, one unless it is a sweep, and how they ended.

    Attributes:
        sweep: whether it is one.
        parent: the run over a sweep; None where there is none.
        outcomes: of the jobs that have ended.
        brands: those of a sweep that are to be run.
    """

    def __init__(self, sweep: bool, parent: Parent | None = None) -> None:
        self.sweep, self.parent = sweep, parent if sweep else None
        self.outcomes: list[Outcome] = []
        self.brands: list[str] = []

    def run(self, brand: str, job: Callable[[], int]) -> None:
        """Run one job; in a sweep, no failure of its own stops the others.

        Caught here: Hydra would end a sweep at the first failure, and add words of its own.
        """
        begun = time.monotonic()
        said = ""
        try:
            status = job()
        except (SmmVoiceError, OSError) as error:
            status, said = status_of(error), str(error)
        except KeyboardInterrupt:
            self._add(brand, FAILED, begun, "interrupted")
            raise
        except Exception as error:
            if not self.sweep:
                raise
            status, said = FAILED, f"{type(error).__name__}: {error}"
            log.exception("%s failed unexpectedly", brand or "A job")
        self._add(brand, status, begun, said)

    @property
    def parent_id(self) -> str | None:
        """The run over the sweep, once there is one."""
        return self.parent.id if self.parent else None

    def prepared(self, brand: str, configured: Callable[[], Any]) -> Any:
        """The configuration of a job that another process will run; None where it is wrong.

        That is its outcome, then.
        """
        begun = time.monotonic()
        try:
            return self.adopted(configured())
        except (SmmVoiceError, OSError) as error:
            self._add(brand, status_of(error), begun, str(error))
            return None

    def adopted(self, config: Any) -> Any:
        """A job's configuration, its runs belonging to the sweep's."""
        return self.parent.adopt(config) if self.parent else config

    def _add(self, brand: str, status: int, begun: float, said: str) -> None:
        self.outcomes.append(Outcome(brand, status, time.monotonic() - begun, said))

    def ended(self) -> int:
        """The exit status; after a sweep of several jobs, its table; the run over it ends."""
        if not self.sweep:
            return worst(each.status for each in self.outcomes)
        seen = {each.brand for each in self.outcomes}
        self.outcomes += [
            Outcome(brand, FAILED, 0.0, "not begun") for brand in self.brands if brand not in seen
        ]
        status = worst(each.status for each in self.outcomes)
        if len(self.outcomes) > 1:
            say(table(self.outcomes))
        if self.parent is None:
            return status
        try:
            self.parent.end(self.outcomes)
        except Exception as error:  # the jobs are done, whatever becomes of the run over them
            said = error if isinstance(error, SmmVoiceError) else f"{type(error).__name__}: {error}"
            complain(f"The run over the sweep failed: {said}", FAILED)
            return worst((status, FAILED))
        return status


def status_of(error: SmmVoiceError | OSError) -> int:
    """Tell an error to the person at the terminal; the exit status that it means."""
    if isinstance(error, ConfigError) and os.environ.get("RANK", "0") != "0":
        return ConfigError.exit_status  # the first of torchrun's processes tells the same
    if isinstance(error, ConfigError):
        return complain(f"The configuration is wrong:\n{error}", ConfigError.exit_status)
    if isinstance(error, SmmVoiceError):
        return complain(str(error), error.exit_status)
    return complain(f"{error.strerror or error} {error.filename or ''}", FAILED)


def complain(text: str, status: int) -> int:
    """Write a line to standard error; the status that is given."""
    sys.stderr.write(text.rstrip() + "\n")
    return status
