"""A store that is locked or gone for a while is waited for; any other failure is one at once."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")

# Of `TrackingConfig.patience_seconds`, set when a store is opened.
_seconds = 120.0
_LONGEST_PAUSE = 5.0
# What SQLite calls an operational error as well, and waiting does not mend.
_LASTING = ("disk is full", "no such table", "no such column", "readonly database")
# How MLflow's HTTP client begins to tell of whatever failed, as an internal error of its own.
_REQUEST_FAILED = "API request to "
# A server that is starting, overloaded or gone behind its proxy, tried again or not. What it says
# itself comes later in the message.
_SERVER_AWAY = re.compile(
    r"API request to .*? failed with "
    r"(?:error code (?:429|50[234]) != |exception .*too many (?:429|50[234]) error responses)"
)
# Whether the last call gave up: what is left to be noted then is tried once, not waited for again.
_given_up = False


class StoreAwayError(OSError):
    """What the store keeps files in is not there; it may be a folder that is not mounted."""


def set_patience(seconds: float) -> None:
    """How long every later call waits in all; 0: not at all."""
    global _seconds, _given_up
    _seconds, _given_up = seconds, False
    # MLflow tries seven times by itself, for some two minutes, whatever is asked for here.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")


def client(*addresses: str) -> Any:
    """An `MlflowClient` whose every call waits for the store."""
    import mlflow

    return _Patient(mlflow.MlflowClient(*addresses))


def patiently(call: Callable[P, T]) -> Callable[P, T]:
    """`call`, tried again while the store is not there; whatever it does must bear that.

    MLflow itself waits 20 seconds for a locked SQLite file, and up to MLFLOW_HTTP_REQUEST_TIMEOUT
    (120) for a server that takes a request and does not answer.
    """

    def patient(*args: P.args, **kwargs: P.kwargs) -> T:
        global _given_up
        import tenacity

        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_delay(0 if _given_up else _seconds),
            wait=tenacity.wait_exponential(multiplier=0.5, max=_LONGEST_PAUSE),
            retry=tenacity.retry_if_exception(passing),
            before_sleep=_say,
            reraise=True,
        )
        try:
            found = retrying(call, *args, **kwargs)
        except Exception as error:
            _given_up = passing(error)
            raise
        _given_up = False
        return found

    return patient


def passing(error: BaseException) -> bool:
    """Whether an error says that the store is not there now, and may be in a while."""
    from mlflow.exceptions import MlflowException
    from mlflow.protos.databricks_pb2 import TEMPORARILY_UNAVAILABLE, ErrorCode
    from sqlalchemy.exc import OperationalError

    if any(words in str(error) for words in _LASTING):
        return False
    # MLflow's own error, and the plain one while it connects to a store for the first time.
    if isinstance(error, OperationalError | StoreAwayError):
        return True
    return isinstance(error, MlflowException) and (
        error.error_code == ErrorCode.Name(TEMPORARILY_UNAVAILABLE) or _server_away(error)
    )


def _server_away(error: Exception) -> bool:
    """Whether MLflow's HTTP client could not reach a server, or only a proxy in front of it."""
    from requests import exceptions

    if not str(error).startswith(_REQUEST_FAILED):
        return False
    if _SERVER_AWAY.match(str(error)):
        return True
    seen: BaseException | None = error
    while seen is not None:
        # A certificate that is no good stays so.
        if isinstance(seen, exceptions.SSLError):
            return False
        if isinstance(
            seen, exceptions.ConnectionError | exceptions.Timeout | exceptions.ChunkedEncodingError
        ):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def _say(state: Any) -> None:
    if state.attempt_number == 1:
        log.warning("The MLflow store does not answer; waiting for it up to %g seconds", _seconds)


class _Patient:
    def __init__(self, plain: Any) -> None:
        self._plain = plain

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._plain, name)
        return patiently(found) if callable(found) else found
