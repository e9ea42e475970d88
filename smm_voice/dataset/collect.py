"""A brand's prepared posts on disk, and the decision which of them stay."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
import numpy.typing as npt

from smm_voice.config import BrandConfig, DatasetConfig
from smm_voice.dataset.example import Example, json_line
from smm_voice.dataset.prepare import (
    COLUMNS,
    Columns,
    Settings,
    mentions,
    prepared,
    without_handles,
)
from smm_voice.dataset.splits import NONE, SPLITS, split_by_time
from smm_voice.posts import near_duplicates, privacy
from smm_voice.posts.ingest import Ingest
from smm_voice.posts.post import Rejected
from smm_voice.posts.removal import Removal

Integers = npt.NDArray[np.int64]

# A handle that the brand's own posts name so often is a partner's, not a customer's.
_PUBLIC_FROM = 3
# A text cut short shares less than half of its 5-grams with the whole; unrelated ones share .1.
_TWIN_SIMILARITY = 0.2
# Two standard errors of the estimated similarity: rather a post too many dropped than a leak.
_MARGIN = 0.06


@dataclass
class Collected:
    """All prepared posts of a brand.

    Lines lie in a spool file; memory holds some 340 bytes a post.

    Attributes:
        columns: (posts,) of `prepare.COLUMNS`, in the order read.
        signatures: (posts, 255).
        masked: row → kinds of personal data masked in it.
        handles: names that may be a private person's.
        private: row → names in it that are (`find_private`).
        dropped: reason → rows left out so far.
        problems: file-level rejections, for messages.
        read: rows read.
        sources: see `Ingest`.
        named: topics that a model named and `finish` took.
    """

    spool: Path
    offsets: Integers
    columns: Columns
    signatures: near_duplicates.Signatures
    masked: dict[int, Counter[str]]
    handles: set[str]
    dropped: Counter[str]
    problems: list[Rejected]
    read: int
    sources: list[dict[str, Any]]
    private: dict[int, set[str]] = field(default_factory=dict)
    named: int = 0

    def examples(self, rows: Sequence[int] | Integers) -> Iterator[Example]:
        """Read examples back, in the order asked for."""
        with self.spool.open("rb") as file:
            for row in rows:
                yield Example.from_json(json.loads(_line(file, self.offsets, int(row))))

    def lines(self, rows: Sequence[int] | Integers) -> Iterator[bytes]:
        """The same as they stand in the file."""
        with self.spool.open("rb") as file:
            for row in rows:
                yield _line(file, self.offsets, int(row))

    def find_private(self, rows: Integers) -> None:
        """Fill `private`: names that look a person's and that few of these posts mention."""
        holders: dict[str, list[int]] = {name: [] for name in self.handles}
        if not holders:
            return
        for row, line in zip(rows, self.lines(rows), strict=True):
            if b"@" not in line and "＠".encode() not in line:
                continue
            post = json.loads(line)["post"]
            text = "\n".join((post["text"], post["campaign"] or "", *post["alt_texts"]))
            named = {
                text[f.start : f.end].lstrip("@＠").casefold() for f in mentions(text, holders)
            }
            for name in named:
                holders[name].append(int(row))
        for name, found in holders.items():
            for row in found if len(found) < _PUBLIC_FROM else ():
                self.private.setdefault(row, set()).add(name)


class Dropped:
    """`dropped.jsonl`: every row that was left out, with the reason."""

    def __init__(self, path: Path | None) -> None:
        """Open the file; without a path rows are counted only."""
        self._file = path.open("wb") if path else None
        self.counts: Counter[str] = Counter()

    def __enter__(self) -> Dropped:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._file:
            self._file.close()

    def add(self, rejected: Rejected) -> None:
        """Write one and count it."""
        self.counts[rejected.reason] += 1
        if self._file:
            self._file.write(json_line(dataclasses.asdict(rejected)))


def settings_of(
    brand: BrandConfig,
    config: DatasetConfig,
    forgotten: frozenset[str] = frozenset(),
    generated: Mapping[str, str] | None = None,
) -> Settings:
    """What preparing a brand's posts depends on."""
    handles = frozenset(each[1:].casefold() for each in brand.public if each.startswith("@"))
    contacts = frozenset(privacy.normal(e) for e in brand.public if not e.startswith("@"))
    accounts = {s.account.lstrip("@").casefold() for s in brand.sources if s.account}
    return Settings(
        languages=tuple(brand.languages),
        config=config,
        public=privacy.Public(handles | accounts, contacts),
        removal=Removal.of(brand.remove, forgotten),
        generated=generated or {},
    )


def collect(ingest: Ingest, settings: Settings, folder: Path, dropped: Dropped) -> Collected:
    """Read and prepare all posts of a brand.

    Args:
        ingest: its sources.
        settings: how its posts are prepared.
        folder: where the spool file may lie.
        dropped: takes what is left out.
    """
    from tqdm import tqdm

    spool = folder / f".spool-{ingest.brand.name}.jsonl"
    lengths: list[int] = []
    columns, signatures = [np.zeros(0, COLUMNS)], [near_duplicates.signatures([])]
    masked: dict[int, Counter[str]] = {}
    handles: set[str] = set()
    problems: list[Rejected] = []
    read = 0
    progress = tqdm(desc=f"Posts of {ingest.brand.name}", unit=" rows", delay=1, leave=False)
    with spool.open("wb") as file, progress:
        for batch in prepared(ingest, settings, settings.config.workers):
            first = len(lengths)
            lengths += [len(line) for line in batch.lines]
            file.writelines(batch.lines)
            columns.append(batch.columns)
            signatures.append(batch.signatures)
            masked |= {first + place: kinds for place, kinds in batch.masked.items()}
            handles |= batch.handles
            for rejected in batch.rejected:
                dropped.add(rejected)
                if "#" not in rejected.source:
                    problems.append(rejected)
            read += len(batch.lines) + len(batch.rejected)
            progress.update(len(batch.lines) + len(batch.rejected))
    return Collected(
        spool,
        np.concatenate(([0], np.cumsum(lengths, dtype=np.int64))),
        np.concatenate(columns),
        np.concatenate(signatures),
        masked,
        handles,
        dropped.counts,
        problems,
        read,
        ingest.sources,
    )


def distinct(
    collected: Collected, ingest: Ingest, config: DatasetConfig, dropped: Dropped
) -> Integers:
    """Rows that stay, in order of time: without changed files, repeats and near-duplicates."""
    columns = collected.columns
    rows = np.lexsort((columns["id"], columns["time"]))

    def without(rows: Integers, bad: npt.NDArray[np.bool_], reason: str) -> Integers:
        for example in collected.examples(rows[bad]):
            dropped.add(Rejected(reason, example.post.source))
        return rows[~bad]

    if ingest.changed:
        begins = tuple(f"{name}{sign}" for name in ingest.changed for sign in "#[")
        of_changed = [e.post.source.startswith(begins) for e in collected.examples(rows)]
        rows = without(rows, np.array(of_changed, bool), "file_changed")
    twins = _shorter_twins(columns[rows], collected.signatures[rows])
    rows = without(rows, twins, "repeated_id")
    rows = without(rows, _seen_before(columns["text"][rows]), "exact_duplicate")
    repeated = near_duplicates.repeats(collected.signatures[rows], config.near_duplicate_similarity)
    rows = without(rows, repeated, "near_duplicate")
    collected.find_private(rows)
    if config.privacy.handle == "drop":
        rows = without(rows, np.isin(rows, list(collected.private)), "personal_data")
    return rows


@dataclass
class Parted:
    """Which row goes to which split.

    Attributes:
        rows: split → rows in order of time.
        counts: language → split → posts.
    """

    rows: dict[str, Integers] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)


def part(collected: Collected, rows: Integers, config: DatasetConfig, dropped: Dropped) -> Parted:
    """Part rows that are in order of time into splits, language by language."""
    columns = collected.columns[rows]
    clusters = near_duplicates.clusters(
        collected.signatures[rows], max(config.cluster_similarity - _MARGIN, 0.1)
    )
    splits = np.full(len(rows), NONE)
    parted = Parted()
    for language in np.unique(columns["language"]):
        of_language = columns["language"] == language
        assigned = split_by_time(columns["time"][of_language], clusters[of_language], config)
        splits[of_language] = assigned
        parted.counts[language.decode()] = {
            split: int((assigned == number).sum()) for number, split in enumerate(SPLITS)
        }
    for example in collected.examples(rows[splits == NONE]):
        dropped.add(Rejected("similar_to_earlier_split", example.post.source))
    parted.rows = {split: rows[splits == number] for number, split in enumerate(SPLITS)}
    return parted


def finish(
    collected: Collected,
    rows: Integers,
    config: DatasetConfig,
    topics: Mapping[int, str] | None = None,
    weights: npt.NDArray[np.float64] | None = None,
    held_out: bool = False,
) -> Iterator[bytes]:
    """The final lines, in order: private persons' handles masked, topics and weights put in.

    Args:
        collected: where the lines lie.
        rows: which.
        config: of the dataset.
        topics: row → words for the topic, where a model has named it.
        weights: one a row.
        held_out: whether all briefs are rich: a terse one would leave nothing to hold a post's
            facts against.
    """
    if held_out:
        terse = rows[collected.columns["terse"][rows]]
        config = dataclasses.replace(config, terse_share=0)
        collected.columns["terse"][terse] = False
        again = set(terse.tolist())
    else:
        again = set()
    for place, (row, line) in enumerate(zip(rows, collected.lines(rows), strict=True)):
        number = int(row)
        hidden = collected.private.get(number, set())
        topic = topics.get(number) if topics else None
        anew = bool(hidden or topic or number in again)
        if anew or weights is not None:
            example = Example.from_json(json.loads(line))
            if anew:
                post, count = without_handles(example.post, hidden)
                if count:
                    collected.masked.setdefault(number, Counter())["handle"] += count
                example = Example.from_post(post, config, topic)
                collected.columns["overlap"][number] = example.overlap
                collected.named += topic is not None and topic in example.brief
            if weights is not None:
                example = dataclasses.replace(example, weight=round(float(weights[place]), 4))
            line = example.as_line()
        yield line


def _line(file: Any, offsets: Integers, row: int) -> bytes:
    file.seek(int(offsets[row]))
    return bytes(file.read(int(offsets[row + 1] - offsets[row])))


def _shorter_twins(columns: Columns, signed: near_duplicates.Signatures) -> npt.NDArray[np.bool_]:
    """Posts that another of the same id is longer than, or as long and earlier.

    Ids that are numbers of a table's rows repeat from file to file: posts that share an id and
    hardly a word are two.
    """
    order = np.lexsort((-columns["characters"].astype(np.int64), columns["id"]))
    ids = columns["id"][order]
    first = (
        np.maximum.accumulate(
            np.where(np.concatenate(([True], ids[1:] != ids[:-1])), np.arange(len(ids)), 0)
        )
        if len(ids)
        else order
    )
    same = first != np.arange(len(ids))
    later, longest = order[same], order[first[same]]
    twin = np.zeros(len(columns), bool)
    twin[later[near_duplicates.similarity(signed, longest, later) >= _TWIN_SIMILARITY]] = True
    return twin


def _seen_before(digests: npt.NDArray[np.uint64]) -> npt.NDArray[np.bool_]:
    seen = np.ones(len(digests), bool)
    seen[np.unique(digests, return_index=True)[1]] = False
    return seen
