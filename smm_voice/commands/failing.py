"""A disk that is full and a store that is away, in words: they come as errors of any library."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from smm_voice.errors import SmmVoiceError

_NO_ROOM = ("no space left on device", "disk is full", "disk quota exceeded")
# With less left on a disk, a failed write is put down to that.
_LEAST_ROOM = 64 * 1024


@contextmanager
def in_words(root: Path) -> Iterator[None]:
    """Turn what a full disk or an absent store causes into an error with the remedy.

    Args:
        root: of the workspace.

    Raises:
        SmmVoiceError: in place of such an error; any other goes through.
    """
    try:
        yield
    except SmmVoiceError:
        raise
    except Exception as error:
        from smm_voice.tracking import patience

        if _full(error, root):
            raise SmmVoiceError(
                f"the disk of {root} is full: {_line(error)}. Make room, then start the same "
                "command again: it goes on from there"
            ) from error
        if patience.passing(error):
            raise SmmVoiceError(
                f"the MLflow store does not answer: {_line(error)}. Start the same command again "
                "once it does: it goes on from there; tracking.patience_seconds waits longer"
            ) from error
        raise


def of_surroundings(error: BaseException, root: Path) -> bool:
    """Whether it comes of a full disk or an absent store, and not of what was being done."""
    from smm_voice.tracking import patience

    return _full(error, root) or patience.passing(error)


def _full(error: BaseException, root: Path) -> bool:
    """Whether it comes of a disk without room; torch and safetensors have no error for it."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            return True
        if any(words in str(seen).lower() for words in _NO_ROOM):
            return True
        seen = seen.__cause__ or seen.__context__
    return root.exists() and shutil.disk_usage(root).free < _LEAST_ROOM


def _line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]
