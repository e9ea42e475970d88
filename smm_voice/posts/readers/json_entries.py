"""What the readers of JSON exports share: the entries of their lists, and careful looks inside."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar

from smm_voice.posts.files import ExportFile
from smm_voice.posts.post import Post, Rejected
from smm_voice.posts.readers.base import ReadOptions, Sample, json_items


class JsonReader:
    """A format whose posts are the entries of lists in one JSON document.

    Attributes:
        name: of the format.
        lists: where the entries stand, such as `orderedItems.item`; `item` is a document that is
            itself a list, "" one that is a single entry.
    """

    name: str
    lists: ClassVar[tuple[str, ...]]

    def recognises(self, sample: Sample) -> bool:
        """By what the format's own keys are."""
        raise NotImplementedError

    def post(self, entry: dict[str, Any], source: str, options: ReadOptions) -> Post | Rejected:
        """What one entry says."""
        raise NotImplementedError

    def read(self, file: ExportFile, options: ReadOptions) -> Iterator[Post | Rejected]:
        """Yield the entries in file order."""
        sample = Sample(file)
        number = 0
        for number, entry in enumerate(_entries(file, self.paths(sample)), start=1):
            source = f"{file.name}#{number}"
            if isinstance(entry, dict):
                yield self.post(entry, source, options)
            else:
                yield Rejected("not_a_post", source, "the entry is no JSON object")
        if not number and not self.recognises(sample):
            raise ValueError(f"it holds no posts of the format {self.name}")

    def paths(self, sample: Sample) -> Sequence[str]:
        """Which of `lists` this document has, as far as its head tells."""
        is_list = sample.text.lstrip("\ufeff \t\r\n").startswith("[")
        fitting = [path for path in self.lists if path.startswith("item") == is_list]
        seen = [path for path in fitting if path.split(".")[0] in sample.json_paths]
        return seen or fitting


def _entries(file: ExportFile, paths: Sequence[str]) -> Iterator[Any]:
    """Entries of several lists, one list after the other, as far as the file goes."""
    broken: ValueError | None = None
    for path in paths:
        try:
            yield from json_items(file, path)
        except ValueError as error:
            broken = error
    if broken:
        raise broken


def json_lines(file: ExportFile) -> Iterator[tuple[str, dict[str, Any] | Rejected]]:
    """Source and object of every line that is not blank; why it is none where it is none."""
    for number, line in enumerate(file.lines(), start=1):
        source = f"{file.name}#{number}"
        if line is None:
            yield source, Rejected("line_too_long", source)
        elif line.strip("\ufeff \t\r\n"):
            try:
                row = json.loads(line.removeprefix("\ufeff"))
            except (ValueError, RecursionError):
                yield source, Rejected("damaged_row", source, "the line is no JSON")
                continue
            fits = isinstance(row, dict)
            yield source, row if fits else Rejected("not_a_post", source, "no JSON object")


def inside(value: Any, *keys: str) -> Any:
    """A value some objects deep; None where the way there ends early."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list; none where it is no list."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def words(value: Any) -> str:
    """A text; "" where it is none."""
    return value if isinstance(value, str) else ""


def first_words(texts: Iterable[str]) -> str:
    """The first text that is more than blanks; "" where none is."""
    return next((text for text in texts if text.strip()), "")
