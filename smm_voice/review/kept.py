"""All answers to a form, over several readings."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from smm_voice.errors import InputError
from smm_voice.review.answers import Answer
from smm_voice.text.files import write_whole


@dataclass(frozen=True)
class Reading:
    """What a reading changed.

    Attributes:
        answers: all that are kept now.
        added: answers that are new.
        changed: answers that a rater has given otherwise before; the later one holds.
        known: answers that were there already.
    """

    answers: tuple[Answer, ...]
    added: int
    changed: int
    known: int


def keep(path: Path, answers: Sequence[Answer]) -> Reading:
    """Add answers to a form's file, whole or not at all; the same answer counts once.

    Args:
        path: of the file; made where it is missing.
        answers: checked ones of this form.

    Raises:
        InputError: the file was damaged by someone.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(str(path.with_name(f".{path.name}.lock"))):
        before = {(a.rater, a.item): a for a in load(path)}
        now = dict(before)
        now.update({(a.rater, a.item): a for a in answers})
        changed = [k for k, a in now.items() if k in before and before[k] != a]
        added = len(now) - len(before)
        if changed or added:
            held = {
                "written": datetime.now(UTC).isoformat(timespec="seconds"),
                "answers": [dataclasses.asdict(answer) for answer in now.values()],
            }
            write_whole(path, json.dumps(held, ensure_ascii=False, indent=1))
    known = len(answers) - len(changed) - added
    return Reading(tuple(now.values()), added, len(changed), known)


def load(path: Path) -> list[Answer]:
    """The answers kept in a file; none where there is no file."""
    if not path.exists():
        return []
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return [Answer(**row) for row in held["answers"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"{path} is damaged ({error}); delete it and read the forms again") from (
            error
        )
