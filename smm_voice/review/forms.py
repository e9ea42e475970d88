"""The form on paper, so to speak: one HTML file, a spreadsheet, a CSV; all blind, all alike."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from smm_voice.review.items import Key, ReviewItem
from smm_voice.review.words import BETTER, FIELDS, PUBLISH, Words, words
from smm_voice.text.files import write_whole
from smm_voice.text.templates import template

# What a spreadsheet takes for the beginning of a formula; full-width forms for eastern versions.
_TEMPLATE = Path(__file__).with_name("form.html.jinja")
_BEGINS_FORMULA = tuple("=+-@\t\r＝＋－＠")
_WIDTHS = {"item": 13, "brief": 32, "a": 48, "b": 48, "better": 16, "publish_a": 16,
           "publish_b": 16, "edit": 48, "notes": 30}  # fmt: skip
_COLUMNS = ("item", "brief", "a", "b", *FIELDS[1:])


def write_forms(key: Key, folder: Path, language: str) -> list[Path]:
    """Write the form three times; what stood there of the same form is replaced.

    Args:
        key: what to ask; only texts, briefs and ids go into the files.
        folder: where to.
        language: of the questions, `en` or `fr`.

    Returns:
        The files: HTML, spreadsheet, CSV.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made = {
        "html": html_form(key, language).encode(),
        "xlsx": workbook(key, language),
        "csv": csv_form(key, language).encode("utf-8-sig"),  # so that Excel takes it for UTF-8
    }
    paths = []
    for ending, content in made.items():
        path = folder / f"review-{key.form}.{ending}"
        write_whole(path, content)
        paths.append(path)
    return paths


def html_form(key: Key, language: str) -> str:
    """One file that works offline; its script saves the answers and sends nothing."""
    told = words(language)
    return template(_TEMPLATE).render(
        form=key.form,
        brand=key.brand,
        # Nothing but these four of an item: the rest would tell the arms.
        items=[(item.id, item.brief, item.a.text, item.b.text) for item in key.items],
        words=told,
        say=lambda text: text.replace("{brand}", key.brand),
        better=[(value, told.choice(value)) for value in BETTER],
        publish=[(value, told.choice(value)) for value in PUBLISH],
        language="fr" if told is words("fr") else "en",
    )


def csv_form(key: Key, language: str) -> str:
    """A line an item; semicolons in French, as its spreadsheets want them."""
    told = words(language)
    text = io.StringIO(newline="")
    delimiter = ";" if told is words("fr") else ","
    writer = csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow([*_headers(key, told), told.rater])
    for row in _rows(key.items):
        writer.writerow([*(harmless(cell) for cell in row), ""])
    return text.getvalue()


def workbook(key: Key, language: str) -> bytes:
    """The spreadsheet: lists to choose answers from, and cells that cannot execute."""
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    told = words(language)
    book = openpyxl.Workbook()
    book.properties.creator = "smm_voice"
    sheet = book.active
    sheet.title = "review"
    wrap = Alignment(wrap_text=True, vertical="top")
    _text(sheet.cell(1, 1), told.intro.replace("{brand}", key.brand)).alignment = wrap
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=4)
    sheet.row_dimensions[1].height = 64
    _text(sheet.cell(2, 1), told.rater).alignment = wrap
    fill = PatternFill("solid", fgColor="FFF4D6")
    sheet.cell(2, 2).fill = fill
    for at, title in enumerate(_headers(key, told), start=1):
        cell = _text(sheet.cell(3, at), title)
        cell.font, cell.alignment = Font(bold=True), wrap
        sheet.column_dimensions[get_column_letter(at)].width = _WIDTHS[_COLUMNS[at - 1]]
    last = 3 + len(key.items)
    for number, row in enumerate(_rows(key.items), start=4):
        for at, value in enumerate(row, start=1):
            cell = sheet.cell(number, at)
            if value:
                _text(cell, value)
            if _COLUMNS[at - 1] in FIELDS[1:]:
                cell.fill = fill
                cell.number_format = "@"  # an edited post that begins with = stays a text
            cell.alignment = wrap
    for field, values in (("better", BETTER), ("publish_a", PUBLISH), ("publish_b", PUBLISH)):
        listed = ",".join(told.choice(value) for value in values)
        rule = DataValidation(type="list", formula1=f'"{listed}"', allow_blank=True)
        rule.showErrorMessage = True
        letter = get_column_letter(_COLUMNS.index(field) + 1)
        rule.add(f"{letter}4:{letter}{last}")
        sheet.add_data_validation(rule)
    sheet.freeze_panes = "B4"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def harmless(text: str) -> str:
    """A text that no spreadsheet runs: an apostrophe stands before what could begin a formula."""
    # An apostrophe that stands there already is looked past, so that the guard can be taken off.
    return f"'{text}" if text.lstrip(" \n'").startswith(_BEGINS_FORMULA) else text


def without_guard(text: str) -> str:
    """The reverse of `harmless`."""
    return text[1:] if text[:1] == "'" and harmless(text[1:]) == text else text


def _rows(items: Sequence[ReviewItem]) -> Iterator[list[str]]:
    for item in items:
        values = {"item": item.id, "brief": item.brief, "a": item.a.text, "b": item.b.text}
        yield [values.get(column, "") for column in _COLUMNS]


def _headers(key: Key, told: Words) -> list[str]:
    return [getattr(told, column).replace("{brand}", key.brand) for column in _COLUMNS]


def _text(cell: Any, value: str) -> Any:
    """Put a text that stays one: openpyxl takes whatever begins with = for a formula."""
    cell.value = value
    cell.data_type = "s"
    cell.quotePrefix = value.startswith(_BEGINS_FORMULA)
    return cell
