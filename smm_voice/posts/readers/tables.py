"""Tables, whatever holds them: CSV of any dialect, spreadsheets, Parquet.

A format that is a table declares its columns (`TableReader`); what container it came in does not
matter.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from typing import Any, ClassVar

from smm_voice.posts.files import ZIP_ERRORS, ExportFile
from smm_voice.posts.post import Post, Rejected
from smm_voice.posts.readers.base import ReadOptions, Sample, make_post
from smm_voice.posts.readers.sheets import Cells, sheets
from smm_voice.posts.values import NUMERIC_DATE, day_comes_first

# Preambles are a few lines; a header further down is none.
_HEADER_WITHIN = 15
_MOST_COLUMNS = 1000


class TableReader:
    """A format whose posts are the rows of a table.

    Subclasses say how its header is known and which column holds what; `refine` sees to the rest.

    Attributes:
        name: of the format.
        platform: of all its posts; None where a column says.
        signatures: sets of column names; a header that has all of one set is of this format.
        columns: field → names its column goes by, the preferred first. Fields are those of Post;
            further ones are for `refine`.
        day_first: how dates are to be read where the file itself does not tell; None where that
            is as the brand's language has it.
        escaped_quotes: whether a quote inside of a field has a backslash before it.
        zone: of the times; None where the format does not say.
    """

    name: ClassVar[str]
    platform: ClassVar[str | None] = None
    signatures: ClassVar[tuple[frozenset[str], ...]] = ()
    columns: ClassVar[Mapping[str, tuple[str, ...]]]
    day_first: ClassVar[bool | None] = None
    zone: ClassVar[tzinfo | None] = None
    escaped_quotes: ClassVar[bool] = False

    def recognises(self, sample: Sample) -> bool:
        """By a header within the first rows."""
        return any(self.is_header(row, sample.columns) for row in sample.rows)

    def is_header(self, cells: Cells, columns: Mapping[str, str]) -> bool:
        """Whether a row names this format's columns."""
        names = {plain(cell) for cell in cells}
        return any(signature <= names for signature in self.signatures)

    def refine(self, values: dict[str, Any], source: str) -> dict[str, Any] | Rejected:
        """Put a row's values right before they become a Post, or reject the row."""
        return values

    def read(self, file: ExportFile, options: ReadOptions) -> Iterator[Post | Rejected]:
        """Yield the posts of every sheet that has the header."""
        headed = False
        for sheet, rows in sheets(file, self.escaped_quotes):
            where = f"{file.name}[{sheet}]" if sheet else file.name
            start = list(itertools.islice(rows, _HEADER_WITHIN))
            at = next((i for i, (_, cells) in enumerate(start) if not isinstance(cells, Rejected)
                       and self.is_header(cells, options.columns)), None)  # fmt: skip
            if at is None:
                continue
            headed = True
            header = start[at][1]
            if isinstance(header, Rejected) or len(header) > _MOST_COLUMNS:
                raise ValueError(f"a table of more than {_MOST_COLUMNS} columns")
            fields = self.fields(header, options.columns)
            day_first = self._told_by_dates(file, sheet, fields.get("created_at"))
            if day_first is None:
                assumed = self.assumes_day_first(header)
                day_first = options.usually_day_first if assumed is None else assumed
            for number, cells in itertools.chain(start[at + 1 :], rows):
                if isinstance(cells, Rejected):
                    yield cells
                elif any(cell not in ("", None) for cell in cells):
                    yield self._post(cells, fields, f"{where}#{number}", options, day_first)
        if not headed:
            raise ValueError(self.no_header(file))

    def no_header(self, file: ExportFile) -> str:
        """What to say of a file that has not this format's columns."""
        return f"no row names the columns of {self.name}"

    def fields(self, header: Cells, columns: Mapping[str, str]) -> dict[str, int]:
        """Field → position of its column."""
        positions: dict[str, int] = {}
        for position, cell in enumerate(header):
            positions.setdefault(plain(cell), position)
        return {
            field: positions[plain(name)]
            for field, names in self.columns.items()
            for name in reversed(names)
            if plain(name) in positions
        }

    def _post(
        self,
        cells: Cells,
        fields: Mapping[str, int],
        source: str,
        options: ReadOptions,
        day_first: bool,
    ) -> Post | Rejected:
        values = {
            field: cells[position]
            for field, position in fields.items()
            if position < len(cells) and cells[position] not in ("", None)
        }
        refined = self.refine(values, source)
        if isinstance(refined, Rejected):
            return refined
        if self.zone and options.zone is None:
            refined.setdefault("zone", self.zone)
        return make_post(refined, source, options, platform=self.platform, day_first=day_first)

    def assumes_day_first(self, header: Cells) -> bool | None:
        """`day_first`, or what this header says of it."""
        return self.day_first

    def _told_by_dates(self, file: ExportFile, sheet: str, column: int | None) -> bool | None:
        """From the first date that settles it, however far down it stands; None: none does."""
        if column is None:
            return None
        for name, rows in sheets(file, self.escaped_quotes):
            if name == sheet:
                dates = (
                    cells[column]
                    for _, cells in rows
                    if not isinstance(cells, Rejected) and column < len(cells)
                )
                # A file without such dates need not be read to its end.
                first = list(itertools.islice(dates, 50))
                if any(NUMERIC_DATE.match(str(date)) for date in first):
                    return day_comes_first(itertools.chain(first, dates))
        return None


def plain(name: Any) -> str:
    """A column's name for comparison: without case, blanks, underscores and apostrophes."""
    text = unicodedata.normalize("NFKC", str(name)).strip("\ufeff \t\"'").casefold()
    return re.sub(r"[\s_'’]", "", text)


def names(*columns: str) -> frozenset[str]:
    """A signature."""
    return frozenset(plain(column) for column in columns)


def first_rows(sample: Sample) -> list[list[str]]:
    """Up to fifteen rows of every sheet of a file; none where it is no table."""
    rows: list[list[str]] = []
    try:
        for _, lines in sheets(sample.file):
            rows += [
                ["" if cell is None else str(cell) for cell in cells[:_MOST_COLUMNS]]
                for _, cells in itertools.islice(lines, _HEADER_WITHIN)
                if not isinstance(cells, Rejected)
            ]
    except (ValueError, *ZIP_ERRORS) as error:
        sample.fault = str(error)
        return []
    return rows


def longest(values: Iterable[Any]) -> str | None:
    """The longest text among some cells."""
    texts = [value for value in values if isinstance(value, str) and value.strip()]
    return max(texts, key=len, default=None)
