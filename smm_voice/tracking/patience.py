"""A store that is locked or gone for a while is waited for; any other failure is one at once."""

from __future__ import annotations

import logging
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
# Whether the last call gave up: what is left to be noted then is tried once, not waited for again.
_given_up = False


def set_patience(seconds: float) -> None:
    """How long every later call waits in all; 0: not at all."""
    global _seconds, _given_up
    _seconds, _given_up = seconds, False


def client(*addresses: str) -> Any:
    """An `MlflowClient` whose every call waits for the store."""
    import mlflow

    return _Patient(mlflow.MlflowClient(*addresses))


def patiently(call: Callable[P, T]) -> Callable[P, T]:
    """`call`, tried again while the store is not there; whatever it does must bear that.

    MLflow itself waits 20 seconds for a locked SQLite file, and retries a server that it cannot
    reach for about two minutes.
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
    return isinstance(error, OperationalError) or (
        isinstance(error, MlflowException)
        and error.error_code == ErrorCode.Name(TEMPORARILY_UNAVAILABLE)
    )


def _say(state: Any) -> None:
    if state.attempt_number == 1:
        log.warning("The MLflow store does not answer; waiting for it up to %g seconds", _seconds)


class _Patient:
    def __init__(self, plain: Any) -> None:
        self._plain = plain

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._plain, name)
        return patiently(found) if callable(found) else found
