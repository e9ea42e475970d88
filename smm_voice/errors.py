"""Errors a user is meant to read, each with the exit status the command ends on."""

from __future__ import annotations

from collections.abc import Sequence


class SmmVoiceError(Exception):
    """The work failed. The message names brand, file and remedy; exit status 1."""

    exit_status = 1


class InputError(SmmVoiceError):
    """The input or the configuration cannot be used; exit status 2."""

    exit_status = 2


class ConfigError(InputError):
    """The configuration is wrong in one or several places, all of which are listed."""

    def __init__(self, errors: Sequence[str]) -> None:
        self.errors = list(errors)
        super().__init__("\n".join(f"  - {error}" for error in self.errors))


class UnfitModelError(InputError):
    """The base model does not know the brand's language well enough to be tuned on it."""


class LockHeldError(SmmVoiceError):
    """Another process does this very work at the moment; exit status 75."""

    exit_status = 75
