"""Posts in files that no platform defined: JSON lines, and tables (CSV, spreadsheet, Parquet)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from smm_voice.posts.files import ExportFile
from smm_voice.posts.post import Kind, Post, Rejected
from smm_voice.posts.readers.base import ReadOptions, Sample, make_post
from smm_voice.posts.readers.json_entries import json_lines
from smm_voice.posts.readers.sheets import Cells
from smm_voice.posts.readers.tables import TableReader, plain

# Post field → names it goes by, the preferred first.
_ALIASES: dict[str, tuple[str, ...]] = {
    "text": ("text", "message", "caption", "content", "body", "post", "post text", "full text",
             "texte", "légende", "contenu", "publication"),
    "created_at": ("created at", "date", "time", "timestamp", "published at", "publish time",
                   "publish date", "date time", "posted at", "created time", "date de publication",
                   "publié le"),
    "id": ("id", "post id", "identifiant"),
    "platform": ("platform", "network", "social network", "plateforme", "réseau", "réseau social"),
    "account": ("account", "profile", "page name", "username", "compte", "nom de la page"),
    "author": ("author", "from", "from name", "auteur"),
    "language": ("language", "lang", "langue"),
    "likes": ("likes", "like count", "favorite count", "reactions", "j'aime", "mentions j'aime"),
    "shares": ("shares", "retweet count", "reposts", "partages"),
    "replies": ("replies", "comments", "comments count", "commentaires"),
    "views": ("views", "impressions", "vues"),
    "url": ("url", "link", "permalink", "permalink url", "post link", "lien", "permalien"),
    "alt_texts": ("alt text", "alt texts", "texte alternatif"),
    "campaign": ("campaign", "campaign name", "campagne"),
    "provenance": ("provenance",),
    "kind": ("kind",),
    "is_reply": ("is reply",),
    "is_repost": ("is repost", "is retweet"),
    "is_quote": ("is quote",),
}  # fmt: skip
# The first line of a file may be damaged.
_LOOKED_AT = 10
_TRUE = {"true", "1", "1.0", "yes", "oui", "vrai"}
_NAME = re.compile(r"[^\W\d][^\d@\n]{0,30}")
_KINDS: tuple[Kind, ...] = ("original", "reply", "repost", "quote")


class JsonLinesReader:
    """One JSON object a line."""

    name = "jsonl"

    def recognises(self, sample: Sample) -> bool:
        """By an object with a text in one of the first lines."""
        lines = [line for line in sample.text.split("\n")[:_LOOKED_AT] if line.strip()]
        rows = [row for line in lines if isinstance(row := _object(line), dict)]
        if not rows and len(lines) == 1:  # a first line longer than the head
            rows = [dict.fromkeys(path for path in sample.json_paths if "." not in path)]
        return any("text" in keys_of(row, sample.columns) for row in rows)

    def read(self, file: ExportFile, options: ReadOptions) -> Iterator[Post | Rejected]:
        """Yield the posts in file order; a damaged line is rejected and the rest goes on."""
        keys: dict[str, str] = {}
        known: tuple[str, ...] | None = None
        for source, row in json_lines(file):
            if isinstance(row, Rejected):
                yield row
                continue
            if tuple(row) != known:  # rows of one file mostly have the same keys
                known, keys = tuple(row), keys_of(row, options.columns)
            values = {field: row[key] for field, key in keys.items() if row[key] not in ("", None)}
            yield post_of_row(values, source, options)


class TableOfPosts(TableReader):
    """A table with a header row that names a text and a time."""

    name = "csv"
    columns = _ALIASES

    def is_header(self, cells: Cells, columns: Mapping[str, str]) -> bool:
        """By a text and a time; by the text alone where the brand names its column."""
        fields = self.fields(cells, columns)
        return "text" in fields and ("created_at" in fields or "text" in columns)

    def fields(self, header: Cells, columns: Mapping[str, str]) -> dict[str, int]:
        """Field → position; what the brand's file names goes first."""
        found = super().fields(header, columns)
        positions = {plain(cell): position for position, cell in enumerate(header)}
        named = {f: positions[plain(n)] for f, n in columns.items() if plain(n) in positions}
        return found | named

    def no_header(self, file: ExportFile) -> str:
        """Name the columns, so that the brand's file can map them."""
        # What is no name of a column may be anybody's data.
        listed = [cell for cell in next(iter(Sample(file).rows), []) if _NAME.fullmatch(cell)]
        return (
            f"no column holds the text (columns: {', '.join(listed[:20]) or 'none'}); name it "
            "with columns: {text: …, created_at: …} in the brand's source"
        )

    def refine(self, values: dict[str, Any], source: str) -> dict[str, Any] | Rejected:
        """Total rows are none; the kind may stand in flags."""
        if str(values.get("id") or values.get("created_at") or "").strip().casefold() == "total":
            return Rejected("total_row", source)
        return values | {"kind": _kind(values, str(values.get("platform", "")))}


def post_of_row(values: dict[str, Any], source: str, options: ReadOptions) -> Post | Rejected:
    """A Post of a row whose kind may stand in flags."""
    platform = str(values.get("platform") or options.platform)
    return make_post(values | {"kind": _kind(values, platform)}, source, options)


def _object(line: str) -> Any:
    try:
        return json.loads(line.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None


def keys_of(row: Mapping[str, Any], columns: Mapping[str, str]) -> dict[str, str]:
    """Field → this row's key; what the brand's file names goes first."""
    by_plain = {plain(key): key for key in reversed(list(row))}
    found = {
        field: by_plain[plain(alias)]
        for field, aliases in _ALIASES.items()
        for alias in reversed(aliases)
        if plain(alias) in by_plain
    }
    found |= {f: key for f in ("links", "flags") if (key := by_plain.get(f))}
    return found | {field: key for field, key in columns.items() if key in row}


# Where a text may begin with somebody's name without being an answer.
_NAMES_FIRST = ("facebook", "instagram", "linkedin", "tiktok", "youtube")


def _kind(values: Mapping[str, Any], platform: str) -> Kind | None:
    named = str(values.get("kind", "")).casefold()
    for kind in _KINDS:
        if named == kind:
            return kind
    if str(values.get("text", "")).startswith("RT @") or _is(values, "is_repost"):
        return "repost"
    addressed = str(values.get("text", "")).startswith("@")
    if _is(values, "is_reply") or (addressed and platform.casefold() not in _NAMES_FIRST):
        return "reply"
    return "quote" if _is(values, "is_quote") else None


def _is(values: Mapping[str, Any], key: str) -> bool:
    return str(values.get(key, "")).casefold() in _TRUE
