"""Filled forms, read back: a spreadsheet, a CSV, or the file that the HTML form saves.

Every bad row is named, and nothing is taken of a reading with a bad row in it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from smm_voice.errors import InputError
from smm_voice.review.forms import without_guard
from smm_voice.review.items import Key, shown
from smm_voice.review.words import ENGLISH, FIELDS, FRENCH, choices

ENDINGS = (".xlsx", ".csv", ".json")
RATER = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_ITEM = re.compile(r"(f[0-9a-f]{7})-\d{2,4}")
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


@dataclass(frozen=True)
class Answer:
    """What one rater said of one item.

    Attributes:
        item: id of the item.
        rater: a label; never a name.
        better: `A`, `B`, or `tie` where the rater could not tell.
        publish_a: whether A could be published as it is; None: not said.
        publish_b: likewise for B.
        edit: the better text, edited; "" where it was not.
        notes: free text.
    """

    item: str
    rater: str
    better: str
    publish_a: bool | None = None
    publish_b: bool | None = None
    edit: str = ""
    notes: str = ""


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
        raise InputError(_listed(errors))
    return found


def forms_of(filled: Iterable[Filled]) -> set[str]:
    """Ids of the forms that the rows name."""
    items = (values.get("item", "").strip() for each in filled for _, values in each.rows)
    return {match.group(1) for item in items if (match := _ITEM.fullmatch(item))}


def check(
    filled: Sequence[Filled], keys: Mapping[str, Key], incomplete: bool = False
) -> list[Answer]:
    """Turn rows into answers, or raise with every bad row.

    A rater without a label is called after what was answered, so that the same file, read again
    or saved in another format, is the same rater.

    Args:
        filled: what was read.
        keys: form → its key.
        incomplete: whether items may be left open.

    Raises:
        InputError: names each row that is wrong.
    """
    errors: list[str] = []
    answers: dict[tuple[str, str], tuple[Answer, str]] = {}
    for each in filled:
        found, wrong = _check_one(each, keys, incomplete)
        errors += wrong
        rater = each.rater or f"unknown-{_digest(found)}"
        for answer in found:
            named = Answer(**{**vars(answer), "rater": rater})
            before, source = answers.get((rater, answer.item), (named, ""))
            if before != named:
                errors.append(
                    f"{each.source}: rater {rater} has answered {answer.item} otherwise in "
                    f"{source}; give each rater a label of their own, or leave one file out"
                )
            answers[rater, answer.item] = (named, each.source)
    if errors:
        raise InputError(_listed(errors))
    return [answer for answer, _ in answers.values()]


def _check_one(
    filled: Filled, keys: Mapping[str, Key], incomplete: bool
) -> tuple[list[Answer], list[str]]:
    found: list[Answer] = []
    errors: list[str] = []
    seen: set[str] = set()
    forms: set[str] = set()
    if filled.rater and not RATER.fullmatch(filled.rater):
        errors.append(
            f"{filled.source}: {filled.rater!r} is no label of a rater: small letters, digits, - "
            "and _, at most 32; no names or addresses, such as r1"
        )
    for place, values in filled.rows:
        item_id = values.get("item", "").strip()
        match = _ITEM.fullmatch(item_id)
        key = keys.get(match.group(1)) if match else None
        item = key.item(item_id) if key else None
        if key is None or item is None:
            errors.append(f"{place}: there is no item {item_id!r}")
            continue
        forms.add(key.form)
        if item_id in seen:
            errors.append(f"{place}: {item_id} stands twice")
            continue
        seen.add(item_id)
        said, wrong = _said(values)
        errors += [f"{place}, {item_id}: {each}" for each in wrong]
        edit = shown(values.get("edit", ""))
        better = said["better"]
        if wrong:
            continue
        if not better:
            if edit or any(said.values()):
                errors.append(f"{place}, {item_id}: it does not say which is better")
            seen.discard(item_id)
            continue
        if better == "tie" and edit:
            errors.append(f"{place}, {item_id}: a text was edited, and neither A nor B is better")
            continue
        if better != "tie" and edit == item.side(better).text:
            edit = ""
        found.append(
            Answer(item_id, "", better, _yes(said["publish_a"]), _yes(said["publish_b"]), edit,
                   shown(values.get("notes", "")))
        )  # fmt: skip
    if len(forms) > 1:
        errors.append(f"{filled.source}: rows of several forms ({', '.join(sorted(forms))})")
    for form in forms if len(forms) == 1 else ():
        missing = [item.id for item in keys[form].items if item.id not in seen]
        if not found and not errors:
            errors.append(f"{filled.source}: nothing is answered in it; is it the blank form?")
        elif missing and not incomplete:
            errors.append(
                f"{filled.source}: no answer to {', '.join(missing)}; answer them ('cannot tell' "
                "is an answer), or say incomplete=true"
            )
    if not filled.rows:
        errors.append(f"{filled.source}: there is no row in it")
    return found, errors


def _said(values: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """The choices as they are stored, and what is none."""
    said, wrong = {}, []
    for field in ("better", "publish_a", "publish_b"):
        value = values.get(field, "").strip()
        said[field] = choices(field).get(value.casefold(), "")
        if value and not said[field]:
            known = " / ".join(dict.fromkeys(choices(field)))
            wrong.append(f"{field} is {value[:40]!r}; it has to be one of {known}")
    return said, wrong


def _yes(value: str) -> bool | None:
    return {"yes": True, "no": False}.get(value)


def _digest(answers: Sequence[Answer]) -> str:
    told = sorted([a.item, a.better, str(a.publish_a), str(a.publish_b), a.edit] for a in answers)
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:6]


def _listed(errors: Sequence[str]) -> str:
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
