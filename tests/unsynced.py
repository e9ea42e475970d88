"""SQLite without waiting for the disk, in whatever process imports this.

A training commits some 500 times, and each commit waits three times until a disk has written. Only
a machine that loses its power needs that: what a process has written outlives its death by SIGKILL,
and a full disk refuses it all the same.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine


@event.listens_for(Engine, "connect")
def _unsynced(connection: Any, record: Any) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        try:
            connection.execute("PRAGMA synchronous = OFF")
        except sqlite3.OperationalError:
            raise  # locked: what would have come of the first question
        except sqlite3.DatabaseError:
            pass  # damaged: for whoever asks it something
