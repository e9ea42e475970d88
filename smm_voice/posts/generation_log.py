"""The generation log: every text that a brand's models gave out, so that none is learned from.

One JSON object a line: `text`, `time` (ISO 8601), `platform`, `model` in words, and `brief`, a
digest. It lies in `data/generated/<brand>/`, away from what can be built again: a line
that is lost is a text that a later model may take for the brand's own.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

log = logging.getLogger(__name__)

# A model is served on other machines than the one that trains: this names the file there.
VARIABLE = "SMM_VOICE_GENERATION_LOG"


@dataclass(frozen=True)
class Generated:
    """A text that was given out.

    Attributes:
        text: as it was given out.
        time: when.
        platform: what it was written for.
        model: which model, in words.
        brief: digest of what it answers; see `brief_digest`.
    """

    text: str
    time: datetime
    platform: str
    model: str
    brief: str


def brief_digest(brief: str) -> str:
    """16 hexadecimal digits: briefs may hold what is not to be kept."""
    return hashlib.sha256(brief.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def note(path: Path, texts: Iterable[Generated]) -> None:
    """Append texts to a log; they are on the disk when this returns.

    Several processes may write at once. What a killed one left of a line stays a line of its own,
    which `read` passes over.

    Args:
        path: of the log; made where it is missing.
        texts: blank ones are left out.

    Raises:
        OSError: the log cannot be written. The texts should not be given out then.
    """
    lines = [
        json.dumps(
            {
                "text": each.text,
                "time": each.time.astimezone(UTC).isoformat(),
                "platform": each.platform,
                "model": each.model,
                "brief": each.brief,
            }
        )
        for each in texts
        if each.text.strip()
    ]
    if not lines:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(str(path.with_name(f".{path.name}.lock"))), path.open("a+b") as file:
        end = file.seek(0, os.SEEK_END)
        if end:
            file.seek(end - 1)
            if file.read(1) != b"\n":
                lines.insert(0, "")
        file.write("".join(f"{line}\n" for line in lines).encode())
        file.flush()
        os.fsync(file.fileno())


def served_log() -> Path | None:
    """The log that the environment names; None where a served model notes nothing."""
    named = os.environ.get(VARIABLE)
    return Path(named) if named else None


def read(folder: Path) -> list[Generated]:
    """Each text of a brand's logs once, with the first time it was given out.

    Lines that cannot be read are passed over with a warning.

    Args:
        folder: all `*.jsonl` in it are logs: this workspace's own, and those of served models that
            were copied there. Nothing is read where it is missing.
    """
    first: dict[str, Generated] = {}
    for path in sorted(folder.glob("*.jsonl")):
        damaged = 0
        with path.open("rb") as file:
            for line in file:
                if not line.strip():
                    continue
                try:
                    one = _read_line(line)
                except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
                    damaged += 1
                    continue
                known = first.get(one.text)
                if known is None or one.time < known.time:
                    first[one.text] = one
        if damaged:
            log.warning("%s: %d lines cannot be read and are passed over", path, damaged)
    return list(first.values())


def _read_line(line: bytes) -> Generated:
    row = json.loads(line)
    text, when = row["text"], datetime.fromisoformat(row["time"])
    if not isinstance(text, str):
        raise TypeError("text is none")
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    told = (str(row.get(name) or "") for name in ("platform", "model", "brief"))
    return Generated(text, when.astimezone(UTC), *told)
