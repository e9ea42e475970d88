"""One reader a file for each export format, and the registry that chooses among them.

To add a format: write a module with a `Reader`, add it to `READERS`, add a fixture.
"""

from __future__ import annotations

from smm_voice.posts.readers.base import Reader, ReadOptions
from smm_voice.posts.readers.generic import CsvReader, JsonLinesReader
from smm_voice.posts.readers.x_archive import XArchiveReader

# The first reader that recognises a file takes it: the particular before the general.
READERS: tuple[Reader, ...] = (XArchiveReader(), JsonLinesReader(), CsvReader())

__all__ = ["READERS", "ReadOptions", "Reader", "reader_for"]


def reader_for(head: str, format_name: str) -> Reader | None:
    """The reader for a file.

    Args:
        head: the first 64 KiB of the file, decoded.
        format_name: a reader's name to force it, or "auto" to recognise by content.
    """
    for reader in READERS:
        if reader.name == format_name or (format_name == "auto" and reader.recognises(head)):
            return reader
    return None
