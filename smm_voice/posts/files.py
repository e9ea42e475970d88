"""Files of a source: found in folders and zips, opened as streams, never unpacked to disk."""

from __future__ import annotations

import codecs
import functools
import hashlib
import io
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO, cast

from smm_voice.posts.post import Rejected

HEAD = 65536
# A line beyond this is no post of any platform.
_LONGEST_LINE = 8 * 2**20
# Spreadsheets and the like are read at once: so much at most.
_LARGEST_AT_ONCE = 256 * 2**20
_LARGEST_RATIO = 200
_MEDIA = {
    ".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".svg", ".mp4", ".mov", ".m4a", ".mp3",
    ".webm", ".avi", ".srt", ".pdf", ".css", ".woff", ".woff2", ".ico",
}  # fmt: skip
ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError, OSError,
    UnicodeDecodeError, struct.error,
)  # fmt: skip


@dataclass(frozen=True)
class ExportFile:
    """A file of a source, in a folder or in a zip.

    Attributes:
        name: relative path, for messages.
        size: unpacked bytes.
        open: a new binary stream from the beginning.
        container: the file on disk that holds it.
    """

    name: str
    size: int
    open: Callable[[], BinaryIO]
    container: Path

    @property
    def folder(self) -> str:
        """Path of the folder it lies in."""
        return self.name.rpartition("/")[0]

    @functools.cached_property
    def encoding(self) -> str:
        """UTF-8 or UTF-16 by their marks, else UTF-8 where the head is that, else the likeliest."""
        try:
            with self.open() as stream:
                head = stream.read(HEAD)
        except ZIP_ERRORS:
            return "utf-8-sig"  # whoever reads it is told
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        for name, zeros in (("utf-16-le", head[1:40:2]), ("utf-16-be", head[:40:2])):
            if zeros.count(0) > 15:  # without a mark
                return name
        return "utf-8-sig" if _mostly_utf8(head) else _guessed(head)

    def text(self) -> io.TextIOWrapper:
        """The file as text, line ends as they are.

        Single bytes that are no UTF-8 are read as cp1252: files put together from several hands
        hold both.
        """
        return io.TextIOWrapper(
            self.open(), encoding=self.encoding, errors="smm_voice.cp1252", newline=""
        )

    def lines(self) -> Iterator[str | None]:
        """Lines with their ends and without NUL; None stands for a line beyond 8 MiB."""
        with self.text() as stream:
            while line := stream.readline(_LONGEST_LINE):
                if len(line) < _LONGEST_LINE or line.endswith("\n"):
                    yield line.replace("\0", "")
                    continue
                while (rest := stream.readline(_LONGEST_LINE)) and not rest.endswith("\n"):
                    pass
                yield None

    def at_once(self) -> BinaryIO:
        """A stream that can seek, for formats that need it.

        Raises:
            ValueError: the file is larger than 256 MiB.
        """
        if self.size > _LARGEST_AT_ONCE:
            raise ValueError(f"larger than {_LARGEST_AT_ONCE >> 20} MiB; give it as CSV")
        with self.open() as stream:
            return io.BytesIO(stream.read(_LARGEST_AT_ONCE + 1))


@dataclass
class Found:
    """What lies in a source.

    Attributes:
        files: what may be an export.
        refused: archives and members that were not opened, with the reason.
        skipped: media and the like, counted by ending.
    """

    files: list[ExportFile] = field(default_factory=list)
    refused: list[Rejected] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)


def find_files(path: Path, label: str | None = None) -> Found:
    """All files of a source: the file itself, a folder's, a zip's, a zip's in a folder.

    Args:
        path: the source.
        label: what the files' names begin with; the source's own name if not given.
    """
    found = Found()
    paths = sorted(path.rglob("*")) if path.is_dir() else [path]
    for each in paths:
        inside = each.relative_to(path).as_posix()
        name = "/".join(part for part in (label or path.name, inside) if part != ".")
        if not _is_within(each, path):
            found.refused.append(Rejected("outside_path", name))
        elif not each.is_file():
            continue
        elif each.suffix.lower() in _MEDIA and each != path:
            found.skipped[each.suffix.lower()] += 1
        elif each.stat().st_size == 0:
            found.refused.append(Rejected("empty_file", name))
        elif _is_archive(each):
            _find_members(each, name, found)
        else:
            opener = cast("Callable[[], BinaryIO]", functools.partial(each.open, "rb"))
            found.files.append(ExportFile(name, each.stat().st_size, opener, each))
    return found


def _is_within(path: Path, source: Path) -> bool:
    """Whether a path, its links followed, stays in the source."""
    try:
        return path.resolve().is_relative_to(source.resolve())
    except (OSError, RuntimeError):  # links in a circle
        return False


def digest(file: ExportFile) -> str:
    """SHA-256 of a file's content, in hexadecimal digits; of nothing where it is damaged."""
    try:
        with file.open() as stream:
            return hashlib.file_digest(cast("IO[bytes]", stream), "sha256").hexdigest()  # type: ignore[arg-type]
    except ZIP_ERRORS:
        return ""


def stamp(path: Path) -> tuple[int, int]:
    """Changes when the file does: its size and time of change; (-1, -1) where it is gone."""
    try:
        status = path.stat()
    except OSError:
        return -1, -1
    return status.st_size, status.st_mtime_ns


def _is_archive(path: Path) -> bool:
    """Whether this is a zip of files, and not a spreadsheet, which is a zip too."""
    if path.suffix.lower() == ".zip":
        return True
    with path.open("rb") as stream:
        if stream.read(4) != b"PK\x03\x04":
            return False
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    except ZIP_ERRORS:
        return path.suffix.lower() not in (".xlsx", ".xlsm")


def _find_members(path: Path, name: str, found: Found) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except ZIP_ERRORS as error:
        found.refused.append(Rejected("damaged_archive", name, str(error)))
        return
    for member in members:
        source = f"{name}/{member.filename}"
        if not member.filename:
            found.refused.append(Rejected("damaged_archive", source, "a member has no name"))
            continue
        inside = PurePosixPath(member.filename.replace("\\", "/"))
        suffix = inside.suffix.lower()
        if member.is_dir():
            continue
        if inside.is_absolute() or ".." in inside.parts or stat.S_ISLNK(member.external_attr >> 16):
            found.refused.append(Rejected("outside_path", source))
        elif suffix in _MEDIA:
            found.skipped[suffix] += 1
        elif member.flag_bits & 1:
            found.refused.append(Rejected("protected_archive", source))
        elif member.file_size > _LARGEST_RATIO * max(member.compress_size, 1024):
            found.refused.append(Rejected("zip_bomb", source))
        elif member.file_size == 0:
            found.refused.append(Rejected("empty_file", source))
        else:
            opener = functools.partial(_open_member, path, member)
            found.files.append(ExportFile(source, member.file_size, opener, path))


def _open_member(path: Path, member: zipfile.ZipInfo) -> BinaryIO:
    with zipfile.ZipFile(path) as archive:  # the member's stream keeps the file open for itself
        return cast(BinaryIO, archive.open(member))


def _mostly_utf8(head: bytes) -> bool:
    """Whether a head is UTF-8 but for a few bytes, the cut at its end among them."""
    wrong = head.decode("utf-8", errors="replace").count("\ufffd")
    return wrong <= 1 + sum(byte > 127 for byte in head) // 8


# What French and English texts have beyond ASCII.
_LIKELY = frozenset("éèêëàâäùûüôöîïçœæÉÈÊËÀÂÄÙÛÜÔÖÎÏÇŒÆ’‘“”«»–—…€£°•·™®©\xa0")


def _guessed(head: bytes) -> str:
    """The encoding of the time before Unicode that makes most sense of a head.

    Of Windows and Macintosh the one with more French letters and typographer's signs; a general
    detector takes short French for Baltic. It is asked where both make little sense.
    """

    def likely(encoding: str) -> float:
        beyond = [c for c in head.decode(encoding, errors="replace") if c > "\x7f"]
        return sum(c in _LIKELY for c in beyond) / max(len(beyond), 1)

    best = max(("cp1252", "mac_roman"), key=likely)
    if likely(best) >= 0.5:
        return best
    from charset_normalizer import from_bytes

    found = from_bytes(head).best()
    return found.encoding if found and found.encoding != "ascii" else "cp1252"


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    wrong = error.object[error.start : error.end]
    return wrong.decode("cp1252", errors="replace"), error.end


codecs.register_error("smm_voice.cp1252", _as_cp1252)
