"""Giving memory back between the stages of a job."""

from __future__ import annotations

import ctypes
import gc


def release() -> None:
    """Collect what nobody holds any more, and hand the freed memory back to the system.

    glibc keeps freed blocks of training for itself, while the large blocks of generation come
    fresh from the system: without this the peaks of both stages add up.
    """
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc only
    if trim is not None:
        trim(0)
