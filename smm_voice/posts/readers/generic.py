"""Tables of posts that no platform defined: JSON lines and CSV."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from smm_voice.posts.post import Kind, Post, Rejected, parse_count, parse_time
from smm_voice.posts.readers.base import ReadOptions

# Post field → names it goes by, compared without case, blanks and underscores.
_ALIASES: dict[str, tuple[str, ...]] = {
    "text": ("text", "message", "caption", "content", "body", "post", "posttext", "fulltext",
             "texte", "légende", "contenu"),
    "created_at": ("createdat", "date", "time", "timestamp", "publishedat", "publishtime",
                   "datetime", "postedat", "datedepublication"),
    "id": ("id", "postid", "identifiant"),
    "platform": ("platform", "network", "socialnetwork", "plateforme", "réseau"),
    "account": ("account", "profile", "username", "author", "compte"),
    "language": ("language", "lang", "langue"),
    "likes": ("likes", "favoritecount", "reactions", "jaime", "mentionsjaime"),
    "shares": ("shares", "retweetcount", "reposts", "partages"),
    "replies": ("replies", "comments", "commentaires"),
    "url": ("url", "link", "permalink", "postlink", "lien", "permalien"),
    "provenance": ("provenance",),
    "is_reply": ("isreply",),
    "is_repost": ("isrepost", "isretweet"),
    "is_quote": ("isquote",),
}  # fmt: skip
_PLATFORMS = {"twitter": "x"}
_TRUE = {"true", "1", "yes", "oui"}


class JsonLinesReader:
    """One JSON object a line."""

    name = "jsonl"

    def recognises(self, head: str) -> bool:
        """By a first line that is an object with a text."""
        first = next((line for line in head.split("\n") if line.strip()), "")
        try:
            row = json.loads(first)
        except (ValueError, RecursionError):
            return False
        return isinstance(row, dict) and "text" in _field_map(row, {})

    def read(self, text: str, options: ReadOptions) -> Iterator[Post | Rejected]:
        """Yield the posts in file order; a damaged line is rejected and the rest goes on."""
        for number, line in enumerate(text.split("\n"), start=1):
            if not line.strip():
                continue
            source = f"{options.file}#{number}"
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                yield Rejected("damaged_row", source, "the line is no JSON")
                continue
            if not isinstance(row, dict):
                yield Rejected("not_a_post", source, "the line is no JSON object")
                continue
            yield _post(row, source, options)


class CsvReader:
    """A table with a header row; delimiter and quoting are found out."""

    name = "csv"

    def recognises(self, head: str) -> bool:
        """By a header that has a text and a time."""
        lines = head.splitlines()
        if not lines:
            return False
        fields = _field_map(dict.fromkeys(next(csv.reader([lines[0]], _dialect(head)), [])), {})
        return "text" in fields and "created_at" in fields

    def read(self, text: str, options: ReadOptions) -> Iterator[Post | Rejected]:
        """Yield the posts in file order."""
        table = csv.DictReader(io.StringIO(text, newline=""), dialect=_dialect(text[:65536]))
        if "text" not in _field_map(dict.fromkeys(table.fieldnames or []), options.columns):
            columns = ", ".join(table.fieldnames or []) or "none"
            raise ValueError(
                f"no column holds the text (columns: {columns}); name it with columns: "
                "{text: …} in the brand's source"
            )
        day_first = _day_first(text, options.columns)
        number = 1
        while True:
            number += 1
            try:
                row = next(table)
            except StopIteration:
                return
            except csv.Error as error:
                yield Rejected("damaged_row", f"{options.file}#{number}", str(error))
                continue
            yield _post(row, f"{options.file}#{number}", options, day_first)


def _day_first(text: str, columns: Mapping[str, str]) -> bool:
    """Whether the dates of a column such as 05/11/2017 begin with the day.

    One date settles it for its whole column: 16/10/2017 can be no October of a 16th month.
    """
    table = csv.DictReader(io.StringIO(text, newline=""), dialect=_dialect(text[:65536]))
    column = _field_map(dict.fromkeys(table.fieldnames or []), columns).get("created_at")
    try:
        for row in table:
            match = re.match(r"\s*(\d{1,2})[/.](\d{1,2})[/.]\d{4}", str(row.get(column or "")))
            if match and int(match.group(1)) > 12:
                return True
            if match and int(match.group(2)) > 12:
                return False
    except csv.Error:
        pass  # counted where the rows are read
    return False


def _dialect(head: str) -> type[csv.Dialect]:
    """Excel's dialect with the delimiter that splits the header row most."""
    header = head.split("\n", 1)[0]

    class Found(csv.excel):
        delimiter = max(",;\t|", key=header.count)

    return Found


def _field_map(row: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, str]:
    """Post field → this table's column."""
    plain = {_plain(name): name for name in row if isinstance(name, str)}
    found = {
        target: plain[alias]
        for target, aliases in reversed(_ALIASES.items())
        for alias in reversed(aliases)
        if alias in plain
    }
    return found | {target: name for target, name in columns.items() if name in row}


def _plain(name: str) -> str:
    return name.strip("\ufeff \t\"'").casefold().replace(" ", "").replace("_", "").replace("'", "")


def _post(
    row: Mapping[str, Any], source: str, options: ReadOptions, day_first: bool = False
) -> Post | Rejected:
    fields = _field_map(row, options.columns)

    def value(name: str) -> Any:
        found = row.get(fields[name]) if name in fields else None
        return found if found not in ("", None) else None

    text = value("text")
    if not isinstance(text, str) or not text.strip():
        return Rejected("no_text", source)
    try:
        when = parse_time(value("created_at"), day_first)
    except ValueError as error:
        return Rejected("no_time", source, str(error))
    platform = str(value("platform") or options.platform).casefold()
    provenance = str(value("provenance") or "unknown").casefold()
    return Post(
        id=str(value("id") or value("url") or source),
        text=text,
        platform=_PLATFORMS.get(platform, platform),
        created_at=when,
        source=source,
        account=str(value("account") or options.account or "") or None,
        language=str(value("language")).lower() if value("language") else None,
        kind=_kind(text, value),
        provenance=provenance if provenance in ("human", "generated") else "unknown",  # type: ignore[arg-type]
        likes=parse_count(value("likes")),
        shares=parse_count(value("shares")),
        replies=parse_count(value("replies")),
        url=str(value("url")) if value("url") else None,
    )


def _kind(text: str, value: Any) -> Kind:
    if text.startswith("RT @") or str(value("is_repost")).casefold() in _TRUE:
        return "repost"
    if text.startswith("@") or str(value("is_reply")).casefold() in _TRUE:
        return "reply"
    return "quote" if str(value("is_quote")).casefold() in _TRUE else "original"
