"""What every export reader offers, and what all of them share."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any, Protocol, cast

from smm_voice.posts.files import HEAD, ZIP_ERRORS, ExportFile
from smm_voice.posts.post import Post, Provenance, Rejected
from smm_voice.posts.values import id_in_url, parse_count, parse_id, parse_time

# One entry of a JSON export: no post is longer, and nothing else may fill the memory.
_LARGEST_ENTRY = 64 * 2**20
# Nothing but an attack is nested so deep; the parser's memory grows with the square of the depth.
_DEEPEST = 500
_BRACKET = re.compile(r"[\[\]{}]")
_PLATFORMS = {
    "twitter": "x", "x (twitter)": "x", "twitter / x": "x", "x/twitter": "x", "x / twitter": "x",
    "facebook page": "facebook", "facebook pages": "facebook", "fb": "facebook",
    "instagram business": "instagram", "instagram business account": "instagram",
    "ig": "instagram", "linkedin company page": "linkedin", "linkedin company": "linkedin",
    "linkedin page": "linkedin", "google business profile": "google",
}  # fmt: skip


@dataclass(frozen=True)
class ReadOptions:
    """What the brand says about a source, and what the export says about itself.

    Attributes:
        file: name for messages and for `Post.source`.
        platform: taken where the export does not name one.
        account: the export's own account where another file of it names that.
        columns: Post field → column or key, for the generic readers.
        day_first: how 05/11/2017 is to be read; None: as the file's other dates and the format
            suggest.
        usually_day_first: what is assumed of dates where neither file nor format tells.
        zone: of times without one; None: what the format is known for, else UTC as a guess.
    """

    file: str
    platform: str = "unknown"
    account: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None
    usually_day_first: bool = False
    zone: tzinfo | None = None


class Sample:
    """What a file begins with, seen in the ways that formats are known by.

    Attributes:
        file: the file itself.
        columns: Post field → column or key, as the brand's file names them.
        content: its first 64 KiB.
        fault: why it could not be looked into, where that failed.
    """

    def __init__(self, file: ExportFile, columns: Mapping[str, str] | None = None) -> None:
        self.file = file
        self.columns = columns or {}
        self.fault: str | None = None
        try:
            with file.open() as stream:
                self.content = stream.read(HEAD)
        except ZIP_ERRORS as error:
            self.content = b""
            self.fault = str(error)

    @functools.cached_property
    def text(self) -> str:
        """The head, decoded."""
        decoded = self.content.decode(self.file.encoding, errors="smm_voice.cp1252")
        return decoded.replace("\0", "")

    @functools.cached_property
    def json_paths(self) -> frozenset[str]:
        """Paths of all values of the head where it is JSON, such as `item.data.item.post`.

        A list's entries are called `item`; a leading JavaScript assignment is passed over.
        """
        import ijson

        paths: set[str] = set()
        start = self.text.lstrip("\ufeff \t\r\n")
        if not start.startswith(("{", "[", "window.")):
            return frozenset()
        body = start[start.find("[") :] if start.startswith("window.") else start
        body = body[: _too_deep_from(body)[0]]
        try:
            # Without use_float a number of 5,000 digits makes the parser crash the interpreter.
            events = ijson.parse(io.BytesIO(body.encode("utf-8", "replace")), use_float=True)
            for path, event, _ in events:
                if event not in ("map_key", "end_map", "end_array"):
                    paths.add(path)
        except (ijson.JSONError, ValueError, OverflowError):
            pass  # the head is cut somewhere, or damaged
        return frozenset(paths)

    @functools.cached_property
    def rows(self) -> list[list[str]]:
        """The first rows where the file is a table of any kind."""
        from smm_voice.posts.readers.tables import first_rows

        return first_rows(self)


class Reader(Protocol):
    """One export format."""

    @property
    def name(self) -> str:
        """What `format:` calls it."""
        ...

    def recognises(self, sample: Sample) -> bool:
        """Whether a file that begins so is of this format. Never by the file's name."""
        ...

    def read(self, file: ExportFile, options: ReadOptions) -> Iterator[Post | Rejected]:
        """Yield every row in file order: a Post, or the reason why it is none.

        Raises:
            ValueError: the file cannot be read, or not to its end.
        """
        ...


def make_post(
    values: Mapping[str, Any],
    source: str,
    options: ReadOptions,
    *,
    platform: str | None = None,
    day_first: bool = False,
) -> Post | Rejected:
    """A Post from what a reader found, with every value checked, or the reason why it is none.

    Args:
        values: raw values under the names of Post's attributes; absent, None and "" are unknown.
            `zone` is the zone of times without one, where the format has one.
        source: file and row.
        options: what the source says.
        platform: the platform a format belongs to; else `values["platform"]`, else the source's.
        day_first: how dates in numbers are to be read, where the options do not say.
    """
    text = values.get("text")
    if not isinstance(text, str) or not text.strip():
        return Rejected("no_text", source)
    first = day_first if options.day_first is None else options.day_first
    try:
        zone = options.zone or values.get("zone")
        when, zone_known = parse_time(values.get("created_at"), first, zone)
    except ValueError as error:
        return Rejected("no_time", source, str(error))
    named = str(platform or values.get("platform") or options.platform).strip().casefold()
    provenance = str(values.get("provenance") or "").casefold()
    author = (_text(values.get("author")) or "").lstrip("@") or None
    account = (_text(values.get("account")) or options.account or "").lstrip("@") or author
    url = _text(values.get("url"))
    return Post(
        id=parse_id(values.get("id")) or id_in_url(url) or source,
        text=text,
        platform=_PLATFORMS.get(named, named) or "unknown",
        created_at=when,
        source=source,
        zone_known=zone_known,
        account=account,
        author=author,
        language=_language(values.get("language")),
        kind=values.get("kind") or ("repost" if text.startswith("RT @") else "original"),
        provenance=cast(Provenance, provenance)
        if provenance in ("human", "generated")
        else "unknown",
        provenance_reason="the export says so"
        if provenance in ("human", "generated")
        else "the export does not say",
        likes=parse_count(values.get("likes")),
        shares=parse_count(values.get("shares")),
        replies=parse_count(values.get("replies")),
        views=parse_count(values.get("views")),
        url=url,
        links=_texts(_listed(values.get("links"))),
        alt_texts=_texts(values.get("alt_texts")),
        campaign=_text(values.get("campaign")),
    )


def json_items(
    file: ExportFile, path: str, passed_over: str = "", largest: int = _LARGEST_ENTRY
) -> Iterator[Any]:
    """Entries of a JSON list, one at a time, however large the file.

    Args:
        file: the file.
        path: where the entries stand, such as `orderedItems.item`.
        passed_over: characters before the first of which the file holds no JSON (a JavaScript
            assignment before `[`).
        largest: bytes from one entry to the next, other parts of the file between them included.

    Raises:
        ValueError: the JSON breaks off or is damaged; the entries before were yielded.
    """
    import ijson

    stream = _Utf8(file, passed_over, largest)
    with stream:
        entries = ijson.items(stream, path, use_float=True)
        count = 0
        while True:
            try:
                entry = next(entries)
            except StopIteration:
                return
            except (ijson.JSONError, UnicodeDecodeError, RecursionError, OverflowError) as error:
                # What the parser says quotes the text around the fault: its first words do not.
                fault = re.match(r"(?:b')?((?:parse|lexical) error: [a-zA-Z ]+)", str(error))
                words = fault.group(1).strip() if fault else type(error).__name__
                raise ValueError(f"the JSON breaks off after entry {count}: {words}") from None
            count += 1
            stream.since_entry = stream.open = 0
            yield entry


def _too_deep_from(text: str, depth: int = 0) -> tuple[int | None, int]:
    """Where a stretch of JSON gets too deep, if it does, and how deep it ends.

    Brackets in texts count too; only an attack has so many of them unclosed.
    """
    for bracket in _BRACKET.finditer(text):
        depth = depth + 1 if bracket.group() in "[{" else max(depth - 1, 0)
        if depth > _DEEPEST:
            return bracket.start(), depth
    return None, depth


class _Utf8:
    """A text file as clean UTF-8 bytes for a JSON parser."""

    def __init__(self, file: ExportFile, passed_over: str, largest: int) -> None:
        self._text = file.text()
        self._skip_to = passed_over
        self._largest = largest
        self.since_entry = 0
        self.open = 0

    def __enter__(self) -> _Utf8:
        return self

    def __exit__(self, *_: object) -> None:
        self._text.close()

    def read(self, size: int = -1) -> bytes:
        chunk = self._text.read(size)
        if self._skip_to and chunk:
            start = chunk.find(self._skip_to)
            chunk, self._skip_to = chunk[max(start, 0) :], ""
        self.since_entry += len(chunk)
        if self.since_entry > self._largest:
            raise ValueError(f"an entry is larger than {self._largest >> 20} MiB")
        too_deep, self.open = _too_deep_from(chunk, self.open)
        if too_deep is not None:
            raise ValueError(f"the JSON is nested deeper than {_DEEPEST} levels")
        return chunk.replace("\0", "").encode("utf-8", "replace")


def _text(value: Any) -> str | None:
    text = str(value).strip() if isinstance(value, str | int | float) else ""
    return text or None


def _listed(links: Any) -> Any:
    """A cell may hold several links."""
    return links.split() if isinstance(links, str) else links


def _texts(values: Any) -> tuple[str, ...]:
    listed = values if isinstance(values, list | tuple) else (values,)
    return tuple(dict.fromkeys(v.strip() for v in listed if isinstance(v, str) and v.strip()))


def _language(code: Any) -> str | None:
    # "und", "qme", "zxx" and the like say that the platform could not tell.
    primary = str(code or "").replace("_", "-").split("-")[0].casefold()
    return primary if len(primary) == 2 and primary.isalpha() and primary.isascii() else None
