"""Files of filled forms, as written: a spreadsheet, a CSV, or what the HTML form saves."""

from __future__ import annotations

import csv
import io
import json
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smm_voice.errors import InputError
from smm_voice.review.forms import without_guard
from smm_voice.review.words import ENGLISH, FIELDS, FRENCH

ENDINGS = (".xlsx", ".csv", ".json")
_LARGEST = 20 << 20
_LARGEST_UNPACKED = 200 << 20
_MOST_ROWS = 5_000
_MOST_ERRORS = 30


@dataclass(frozen=True)
class Filled:
    """One rater's rows as they were written.

    Attributes:
        source: what they came from, for messages.
        rater: a label, or "" where nobody said.
        rows: (place, field → what stands there).
    """

    source: str
    rater: str
    rows: Sequence[tuple[str, Mapping[str, str]]]


def read_filled(path: Path) -> list[Filled]:
    """Every filled form in a file or a folder.

    Raises:
        InputError: there is none, or one cannot be read; all faults at once.
    """
    files = [path]
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.suffix.lower() in ENDINGS
                       and not p.name.startswith(("~$", ".")))  # fmt: skip
    if not files or not path.exists():
        raise InputError(f"answers={path}: there is no {', '.join(ENDINGS)} file")
    found, errors = [], []
    for file in files:
        try:
            found.append(_read(file))
        except (OSError, ValueError) as error:
            errors.append(f"{file.name}: {error}")
    if errors:
        raise InputError(listed(errors))
    return found


def listed(errors: Sequence[str]) -> str:
    """What is wrong, a line each."""
    lines = [f"  - {error}" for error in errors[:_MOST_ERRORS]]
    if len(errors) > _MOST_ERRORS:
        lines.append(f"  - and {len(errors) - _MOST_ERRORS} more")
    return "Nothing was taken over; the answers are wrong here:\n" + "\n".join(lines)


def _read(path: Path) -> Filled:
    if path.stat().st_size > _LARGEST:
        raise ValueError("it is larger than 20 MiB and no filled form")
    ending = path.suffix.lower()
    if ending == ".json":
        return _from_json(path)
    if ending == ".csv":
        return _from_table(path.name, _csv_rows(path.read_bytes()))
    if ending == ".xlsx":
        return _from_table(path.name, _workbook_rows(path))
    raise ValueError(f"it is none of {', '.join(ENDINGS)}")


def _from_json(path: Path) -> Filled:
    try:
        held = json.loads(path.read_text(encoding="utf-8-sig"))
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    answers = held.get("answers") if isinstance(held, dict) else None
    if not isinstance(answers, list):
        raise ValueError("it holds no answers")
    rows = []
    for number, row in enumerate(answers[:_MOST_ROWS], start=1):
        if not isinstance(row, dict) or not all(isinstance(v, str | None) for v in row.values()):
            raise ValueError(f"answer {number} is no set of texts")
        place = f"{path.name}, answer {number}"
        rows.append((place, {field: row.get(field) or "" for field in FIELDS}))
    rater = held.get("rater") or ""
    return Filled(path.name, str(rater).strip(), rows)


def _csv_rows(content: bytes) -> list[tuple[int, list[str]]]:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", "replace")  # what Excel saves in the west
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        return [(number, row) for number, row in enumerate(rows, start=1) if any(row)]
    except csv.Error as error:
        raise ValueError(f"it is no CSV: {error}") from error


def _workbook_rows(path: Path) -> list[tuple[int, list[str]]]:
    import openpyxl

    try:
        with zipfile.ZipFile(path) as parts:
            if sum(part.file_size for part in parts.infolist()) > _LARGEST_UNPACKED:
                raise ValueError("it unpacks to more than 200 MiB")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        rows = []
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            if number > _MOST_ROWS:
                break
            if any(cell is not None for cell in cells):
                rows.append((number, ["" if c is None else str(c) for c in cells]))
        book.close()
    except ValueError:
        raise
    except Exception as error:  # whatever a damaged file makes it do
        raise ValueError(f"it is no workbook: {type(error).__name__}") from error
    return rows


def _from_table(name: str, rows: Sequence[tuple[int, list[str]]]) -> Filled:
    """Rows below the line that names the columns, in whatever language and order."""
    columns: dict[int, str] = {}
    raters: set[str] = set()
    found: list[tuple[str, dict[str, str]]] = []
    for number, cells in rows:
        if not columns:
            columns = _columns(cells)
            if columns:
                continue
            said = [_plain(cell) for cell in cells]
            raters |= {cells[i + 1].strip() for i, s in enumerate(said[:-1]) if s in _RATER_TITLES}
            continue
        values = {field: without_guard(cells[at]) for at, field in columns.items()
                  if at < len(cells)}  # fmt: skip
        raters.add(values.pop("rater", "").strip())
        if any(value.strip() for value in values.values()):
            found.append((f"{name}, row {number}", values))
    if not columns:
        raise ValueError("no line names the columns of a form")
    raters.discard("")
    if len(raters) > 1:
        raise ValueError(f"it names several raters: {', '.join(sorted(raters))}")
    return Filled(name, next(iter(raters), ""), found)


def _columns(cells: Sequence[Any]) -> dict[int, str]:
    """Column → field, where this line names item and answer."""
    named: dict[int, str] = {}
    for at, cell in enumerate(cells):
        said = _plain(cell)
        for field in (*FIELDS, "rater"):
            titles = {field, *(_plain(getattr(each, field)) for each in (ENGLISH, FRENCH))}
            # Of a title with the brand's name in it, what stands before the name.
            if said in titles or any(
                "{brand}" in t and said.startswith(t.split("{brand}")[0]) for t in titles
            ):
                named[at] = field
    return named if {"item", "better"} <= set(named.values()) else {}


def _plain(text: Any) -> str:
    return " ".join(str(text).replace("\u00a0", " ").casefold().split())


_RATER_TITLES = {_plain(each.rater) for each in (ENGLISH, FRENCH)}
