"""Telling people what a retraining decided, by every way that the config names.

All ways are tried at once, each in a thread that is left behind when its time is over: a name that
does not resolve or a server that never ends its answer holds up the job no longer than that.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from smm_voice.config import NotificationConfig
from smm_voice.retraining.notice import Notice
from smm_voice.retraining.ways import Untold, append, mail, post

__all__ = ["Notice", "notify"]

log = logging.getLogger(__name__)

# urllib3 names the path, a webhook's secret, when it tries again.
_TALKERS = ("urllib3.connectionpool", "urllib3.util.retry", "requests")


def notify(notice: Notice, config: NotificationConfig) -> list[str]:
    """Tell it by every way the config names, if it is to be told at all.

    Takes `config.timeout` seconds at most, repetitions included. Never raises (but for Ctrl-C): a
    decision stands whether or not anybody hears of it.

    Returns:
        What failed, in words without a secret; nothing if all who are named were told.
    """
    if notice.decision not in config.decisions:
        return []
    ways: list[tuple[str, Callable[[Notice, NotificationConfig], None]]] = []
    if config.file is not None:
        ways.append(("file", append))
    if config.webhook_variable is not None:
        ways.append(("webhook", post))
    if config.smtp_variable is not None:
        ways.append(("e-mail", mail))
    end = time.monotonic() + config.timeout
    tried = [(name, *_started(way, notice, config)) for name, way in ways]
    failures = []
    for name, thread, words in tried:
        if thread.is_alive():
            thread.join(max(0.0, end - time.monotonic()))
        if thread.is_alive():
            failures.append(f"{name}: not done within {config.timeout:g} s")
        else:
            failures += [f"{name}: {said}" for said in words]
    for failure in failures:
        log.warning("Not told by %s", failure)
    return failures


def _started(
    way: Callable[[Notice, NotificationConfig], None], notice: Notice, config: NotificationConfig
) -> tuple[threading.Thread, list[str]]:
    """The thread that tries one way, and the list its failure is put in."""
    words: list[str] = []

    def run() -> None:
        with _nothing_said_by_libraries():
            try:
                way(notice, config)
            except Untold as failure:
                words.append(str(failure))
            except Exception as error:  # nothing that goes wrong here may end the job
                words.append(f"failed unexpectedly ({type(error).__name__})")

    thread = threading.Thread(target=run, daemon=True, name="notification")
    try:
        thread.start()
    except RuntimeError:
        words.append("no thread could be started")
    return thread, words


@contextmanager
def _nothing_said_by_libraries() -> Iterator[None]:
    """Drop what the libraries log in this thread, at whatever level logging stands."""
    here = threading.get_ident()

    def elsewhere(record: logging.LogRecord) -> bool:
        return record.thread != here

    loggers = [logging.getLogger(name) for name in _TALKERS]
    for logger in loggers:
        logger.addFilter(elsewhere)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(elsewhere)
