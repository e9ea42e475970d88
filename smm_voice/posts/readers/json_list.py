"""Posts in a JSON list that no platform defined: `[{…}]`, `{"posts": [{…}]}`, `{"data": [{…}]}`."""

from __future__ import annotations

import functools
from typing import Any

from smm_voice.posts.post import Post, Rejected
from smm_voice.posts.readers.base import ReadOptions, Sample
from smm_voice.posts.readers.generic import keys_of, post_of_row
from smm_voice.posts.readers.json_entries import JsonReader

_Columns = tuple[tuple[str, str], ...]


class JsonListReader(JsonReader):
    """Objects that name a text and a time; the keys go by the names that columns go by."""

    name = "json"
    lists = ("item", "posts.item", "data.item")

    def recognises(self, sample: Sample) -> bool:
        """By a text and a time; by the text alone where the brand names its key."""
        first, _, further = sample.text.lstrip("\ufeff \t\r\n").partition("\n")
        if first.startswith("{") and further.lstrip().startswith("{"):
            return False  # JSON lines, whose objects hold lists
        columns = tuple(sample.columns.items())
        return any(
            "text" in fields and ("created_at" in fields or "text" in sample.columns)
            for fields in (_fields(_first_level(sample, path), columns) for path in self.lists)
        )

    def post(self, entry: dict[str, Any], source: str, options: ReadOptions) -> Post | Rejected:
        """As a line of JSON lines is read."""
        keys = _fields(tuple(entry), tuple(options.columns.items()))
        values = {field: entry[key] for field, key in keys.items() if entry[key] not in ("", None)}
        return post_of_row(values, source, options)


def _first_level(sample: Sample, path: str) -> tuple[str, ...]:
    start = f"{path}."
    names = {each.removeprefix(start) for each in sample.json_paths if each.startswith(start)}
    return tuple(sorted(name for name in names if "." not in name))


# Entries of one file mostly have the same keys.
@functools.lru_cache(maxsize=256)
def _fields(keys: tuple[str, ...], columns: _Columns) -> dict[str, str]:
    """Field → key."""
    return keys_of(dict.fromkeys(keys), dict(columns))
