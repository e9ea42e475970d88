"""Rows of tables, whatever holds them: CSV of any dialect, spreadsheets, Parquet."""

from __future__ import annotations

import csv
import io
import itertools
import re
import warnings
import zipfile
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from typing import Any

from smm_voice.posts.files import ZIP_ERRORS, ExportFile
from smm_voice.posts.post import Rejected

Cells = Sequence[Any]
Rows = Iterator[tuple[int, Cells | Rejected]]

_DELIMITERS = ",;\t|"
_LARGEST_WORKBOOK = 2**30
# A cell may claim to stand in row 4,000,000,000.
_MOST_BLANK = 10_000
# Each costs reading its lines once more.
_MOST_DAMAGED = 200
# A row of more lines is no post, but a quote that is never closed.
_MOST_LINES = 400

csv.field_size_limit(8 * 2**20)


def sheets(file: ExportFile, escaped_quotes: bool = False) -> Iterator[tuple[str, Rows]]:
    """Sheets of a table file: name ("" where there is but one) and numbered rows.

    Args:
        file: the file.
        escaped_quotes: whether a CSV writes a backslash where others double the quote.

    Raises:
        ValueError: the spreadsheet or Parquet file is damaged.
    """
    with file.open() as stream:
        magic = stream.read(8)
    if magic.startswith(b"PAR1"):
        yield "", _parquet(file)
    elif magic.startswith(b"PK\x03\x04"):
        yield from _workbook(file)
    elif magic.startswith(b"\xd0\xcf\x11\xe0"):
        yield from _old_workbook(file)
    else:
        yield "", _csv(file, escaped_quotes)


class _NeverClosed(Exception):
    """A quote that swallows line after line."""


def _csv(file: ExportFile, escaped_quotes: bool) -> Rows:
    with file.open() as stream:
        head = stream.read(65536).decode(file.encoding, errors="smm_voice.cp1252")
    delimiter = delimiter_of(head)
    source = enumerate(file.lines(), start=1)
    again: deque[str] = deque()
    taken: list[str] = []
    too_long: list[int] = []

    def lines() -> Iterator[str]:
        while True:
            if again:
                line: str | None = again.popleft()
            else:
                number, line = next(source, (0, ""))
                if not number:
                    return
                if line is None:
                    too_long.append(number)
                    continue
            text = line or ""
            if escaped_quotes:
                text = text.replace('\\"', '""')
            taken.append(text)
            if len(taken) > _MOST_LINES:
                raise _NeverClosed
            yield text

    times_damaged = 0

    def damaged(number: int, detail: str) -> Rejected:
        # The row's first line is given up, and reading goes on with its second.
        nonlocal times_damaged
        times_damaged += 1
        if times_damaged > _MOST_DAMAGED:
            raise ValueError(f"more than {_MOST_DAMAGED} rows cannot be told apart: {detail}")
        again.extendleft(reversed(taken[1:]))
        return Rejected("damaged_row", f"{file.name}#{number}", detail)

    reader = csv.reader(lines(), delimiter=delimiter)
    for number in itertools.count(1):
        taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            break
        except (csv.Error, _NeverClosed) as error:
            yield number, damaged(number, str(error) or "a quote is never closed")
            reader = csv.reader(lines(), delimiter=delimiter)
            continue
        if len(taken) > 1 and sum(line.count('"') for line in taken) % 2:
            yield number, damaged(number, "a quote is never closed")
            reader = csv.reader(lines(), delimiter=delimiter)
        else:
            yield number, cells
    for line_number in too_long:
        yield line_number, Rejected("line_too_long", f"{file.name}#{line_number}")


def delimiter_of(head: str) -> str:
    """The delimiter that cuts the head into rows of the same width most often."""
    declared = re.match(r"\ufeff?sep=(.)", head)
    if declared:
        return declared.group(1)
    lines = head.splitlines(keepends=True)[:40]

    def regularity(delimiter: str) -> tuple[float, int]:
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=delimiter) if row)
        except csv.Error:
            return 0.0, 0
        wide = {width: count for width, count in widths.items() if width > 1}
        if not wide:
            return 0.0, 0
        width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
        return count / sum(widths.values()), width

    return max(_DELIMITERS, key=regularity)


def _workbook(file: ExportFile) -> Iterator[tuple[str, Rows]]:
    """Files of Excel since 2007, row by row: a stray cell far out costs nothing."""
    import openpyxl

    stream = file.at_once()
    try:
        with zipfile.ZipFile(stream) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except ZIP_ERRORS as error:
        raise _unreadable("workbook", error) from None
    if unpacked > _LARGEST_WORKBOOK:
        raise ValueError("the workbook unpacks to more than 1 GiB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and the like
            book = openpyxl.load_workbook(stream, read_only=True, data_only=True, keep_links=False)
    except Exception as error:  # whatever a damaged file makes it do
        raise _unreadable("workbook", error) from None
    for sheet in book.worksheets:
        yield sheet.title, _rows_of(sheet)


def _rows_of(sheet: Any) -> Rows:
    try:
        sheet.reset_dimensions()  # what the file says of its size need not be so
        blank = 0
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            blank = blank + 1 if not any(cells) else 0
            if blank > _MOST_BLANK:
                return
            if not blank:
                yield number, cells
    except Exception as error:
        raise _unreadable("workbook", error) from None


def _old_workbook(
    file: ExportFile,
) -> Iterator[tuple[str, Rows]]:
    """Files of Excel 97 to 2003."""
    import xlrd

    try:
        content = file.at_once().read()
        book = xlrd.open_workbook(
            file_contents=content, logfile=io.StringIO(), on_demand=True, ragged_rows=True
        )
        found = [(name, _cells_of(book, name)) for name in book.sheet_names()]
    except Exception as error:  # whatever a damaged file makes it do
        raise _unreadable("workbook", error) from None
    for name, rows in found:
        yield name, iter(enumerate(rows, start=1))


def _cells_of(book: Any, name: str) -> list[list[Any]]:
    import xlrd

    def value(cell: Any) -> Any:
        if cell.ctype == xlrd.XL_CELL_DATE:
            try:
                return xlrd.xldate_as_datetime(cell.value, book.datemode)
            except (ValueError, OverflowError):
                return None
        return None if cell.ctype == xlrd.XL_CELL_ERROR else cell.value

    sheet = book.sheet_by_name(name)
    return [[value(cell) for cell in sheet.row(number)] for number in range(sheet.nrows)]


def _parquet(file: ExportFile) -> Rows:
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(file.at_once())
        yield 1, table.schema_arrow.names
        number = 1
        for batch in table.iter_batches(batch_size=1000):
            columns: list[list[Any]] = [column.to_pylist() for column in batch.columns]
            for cells in zip(*columns, strict=True):
                number += 1
                yield number, cells
    except Exception as error:  # Arrow's, the calendar's and the time zones' errors
        raise _unreadable("Parquet file", error) from None


def _unreadable(what: str, error: Exception) -> ValueError:
    """Without the parser's words, which may quote a cell."""
    return ValueError(f"the {what} cannot be read: {type(error).__name__}")
