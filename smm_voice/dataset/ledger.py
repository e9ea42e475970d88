"""Forgetting a post: where it went, taking it out there, and not letting it in again.

What is kept of it is the digest of its id, in `data/built/<brand>/forgotten.json`, and which
datasets held it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from smm_voice.dataset.splits import SPLITS

_NAME = "forgotten.json"
_REFERENCES = "references"


@dataclass(frozen=True)
class Held:
    """A built dataset that holds a post.

    Attributes:
        folder: of the dataset.
        part: the split, or `references` where the post is another brand's.
    """

    folder: Path
    part: str

    @property
    def fingerprint(self) -> str:
        """Of the dataset."""
        return self.folder.name


def forgotten(home: Path) -> frozenset[str]:
    """Digests of the ids of forgotten posts.

    Args:
        home: `data/built/<brand>`.
    """
    return frozenset(_read(home))


def note(home: Path, digest: str, fingerprints: Iterable[str]) -> list[str]:
    """Add a forgotten post, whole or not at all.

    Args:
        home: `data/built/<brand>`.
        digest: of its id.
        fingerprints: of the datasets that hold it now.

    Returns:
        Fingerprints of all datasets that ever held it.
    """
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(str(home / ".lock")):
        known = _read(home)
        known[digest] = sorted({*known.get(digest, ()), *fingerprints})
        _replace(home / _NAME, json.dumps(known, indent=1, sort_keys=True).encode())
    return known[digest]


def _read(home: Path) -> dict[str, list[str]]:
    path = home / _NAME
    found: dict[str, list[str]] = (
        json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    )
    return found


def holders(built: Path, brand: str, post_id: str) -> list[Held]:
    """Every built dataset that holds the post, of its own brand and of those that refer to it."""
    found = []
    for card in sorted(built.glob("*/*/card.json")):
        folder = card.parent
        own = folder.parent.name == brand
        parts = SPLITS if own else (_REFERENCES,)
        for part in parts:
            if any(_is(line, post_id, None if own else brand) for line in _lines(folder, part)):
                found.append(Held(folder, part))
    return found


def erase(held: Held, brand: str, post_id: str) -> None:
    """Take a post out of a built dataset; its card says that one is gone."""
    own = None if held.part in SPLITS else brand
    path = held.folder / f"{held.part}.jsonl"
    with FileLock(str(held.folder.parent / ".lock")):
        staging = path.with_suffix(".tmp")
        with staging.open("wb") as file:
            file.writelines(x for x in _lines(held.folder, held.part) if not _is(x, post_id, own))
        os.replace(staging, path)
        card = json.loads((held.folder / "card.json").read_text(encoding="utf-8"))
        card["forgotten_since"] = card.get("forgotten_since", 0) + 1
        _replace(held.folder / "card.json", json.dumps(card, indent=2, ensure_ascii=False).encode())


def _lines(folder: Path, part: str) -> Iterator[bytes]:
    with (folder / f"{part}.jsonl").open("rb") as file:
        yield from file


def _is(line: bytes, post_id: str, brand: str | None) -> bool:
    if json.dumps(post_id, ensure_ascii=False).encode("utf-8", "backslashreplace") not in line:
        return False
    row: dict[str, Any] = json.loads(line)
    return row["id"] == post_id and (brand is None or row.get("brand") == brand)


def _replace(path: Path, content: bytes) -> None:
    staging = path.with_name(f".{path.name}.tmp")
    staging.write_bytes(content)
    os.replace(staging, path)
