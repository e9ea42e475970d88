"""Building a dataset, and finding it again by its fingerprint."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from smm_voice.config import BrandConfig, DatasetConfig, Workspace
from smm_voice.dataset import card as cards
from smm_voice.dataset.collect import (
    Collected,
    Dropped,
    Integers,
    Parted,
    collect,
    distinct,
    finish,
    part,
    settings_of,
)
from smm_voice.dataset.example import Example, json_line
from smm_voice.dataset.generated import Published, published
from smm_voice.dataset.ledger import forgotten
from smm_voice.dataset.splits import SPLITS, Split
from smm_voice.dataset.weights import weights_of
from smm_voice.errors import InputError
from smm_voice.posts import near_duplicates
from smm_voice.posts.ingest import Ingest
from smm_voice.posts.post import Post
from smm_voice.text import languages

# Part of the fingerprint: raise it when the same posts would give another dataset.
BUILDER_VERSION = "5"

# Words for the topics of some posts; None where the writer has none.
TopicWriter = Callable[[Sequence[Post]], list[str | None]]
DERIVED = "derived"


class Splits(Mapping[Split, list[Example]]):
    """Split → examples in order of time; a file is read when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Split, list[Example]] = {}

    def __getitem__(self, split: Split) -> list[Example]:
        if split not in self._read:
            rows = read_lines(self._folder / f"{split}.jsonl")
            self._read[split] = [Example.from_json(row) for row in rows]
        return self._read[split]

    def __iter__(self) -> Iterator[Split]:
        return iter(SPLITS)

    def __len__(self) -> int:
        return len(SPLITS)


@dataclass(frozen=True)
class Dataset:
    """A built dataset.

    Attributes:
        folder: `data/built/<brand>/<fingerprint>/`.
        card: the content of `card.json`.
        reused: whether it stood already.
    """

    folder: Path
    card: dict[str, Any]
    reused: bool

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits over sources, configuration and builder version."""
        return str(self.card["fingerprint"])

    @cached_property
    def splits(self) -> Splits:
        """Split → examples in order of time."""
        return Splits(self.folder)

    @cached_property
    def references(self) -> dict[str, list[str]]:
        """Reference brand → its cleaned posts' texts, links as `[link]`, oldest first."""
        texts: dict[str, list[str]] = defaultdict(list)
        for row in read_lines(self.folder / "references.jsonl"):
            texts[row["brand"]].append(row["text"])
        return dict(texts)


def build(
    brand: BrandConfig,
    references: Sequence[BrandConfig],
    config: DatasetConfig,
    workspace: Workspace,
    topic_writer: TopicWriter | None = None,
) -> Dataset:
    """Build the brand's dataset, or load it where its fingerprint stands already.

    Args:
        brand: whose posts.
        references: other brands, whose posts are the floor and the negatives.
        config: how.
        workspace: where it lands.
        topic_writer: names topics where `config.briefs` is a model's folder.

    Raises:
        InputError: a source is unusable, or too few posts are left; says why they were dropped.
    """
    sources = sources_of(brand, references, workspace)
    home = workspace.built / brand.name
    fingerprint = fingerprint_of(sources, config)
    folder = home / fingerprint
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(str(home / ".lock")):
        if (folder / "card.json").exists():
            return load(folder)
        if config.briefs != DERIVED and topic_writer is None:
            raise InputError(
                f"brand {brand.name}: this dataset's briefs are written by a model and it is not "
                "built yet; run scripts/build_dataset.py with the same settings first"
            )
        _clear_unfinished(home)
        staging = home / f".building-{uuid.uuid4().hex[:8]}"
        staging.mkdir()
        try:
            folder = home / _write(sources, config, fingerprint, staging, topic_writer)
            if folder.exists():  # without a card: a half-deleted one
                shutil.rmtree(folder)
            os.replace(staging, folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return dataclasses.replace(load(folder), reused=False)


def find(
    brand: BrandConfig,
    references: Sequence[BrandConfig],
    config: DatasetConfig,
    workspace: Workspace,
) -> tuple[str, Dataset | None]:
    """The fingerprint that a build would have, and the dataset where it stands; nothing is built.

    Raises:
        InputError: a source is unusable.
    """
    fingerprint = fingerprint_of(sources_of(brand, references, workspace), config)
    folder = workspace.built / brand.name / fingerprint
    return fingerprint, load(folder) if (folder / "card.json").exists() else None


def sources_of(
    brand: BrandConfig, references: Sequence[BrandConfig], workspace: Workspace
) -> list[Source]:
    """The brand's files, then its reference brands'."""
    return [_source(each, workspace) for each in (brand, *references)]


def load(folder: Path) -> Dataset:
    """A built dataset; its examples are read when they are asked for."""
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    return Dataset(folder, card, reused=True)


@dataclass(frozen=True)
class Source:
    """A brand's files.

    Attributes:
        ingest: reads them.
        forgotten: digests of the ids of posts it was asked to forget.
        published: rows that are texts of its generation log.
    """

    ingest: Ingest
    forgotten: frozenset[str]
    published: Published = dataclasses.field(default_factory=Published)


def _source(brand: BrandConfig, workspace: Workspace) -> Source:
    root, home = workspace.repository, workspace.built / brand.name
    return Source(
        Ingest(brand, root),
        forgotten(home),
        published(brand, root, home, workspace.generation_log(brand.name).parent),
    )


def fingerprint_of(sources: Sequence[Source], config: DatasetConfig) -> str:
    """16 hexadecimal digits that change when the dataset would.

    Args:
        sources: the brand's, then its reference brands'.
        config: of the dataset.
    """
    settings = dataclasses.asdict(config)
    del settings["workers"]
    parts = {
        "builder": BUILDER_VERSION,
        "config": settings,
        "brands": [
            {
                "name": (brand := source.ingest.brand).name,
                "languages": brand.languages,
                "platforms": brand.platforms,
                "public": brand.public,
                "remove": brand.remove,
                "forgotten": sorted(source.forgotten),
                # Where the files lie does not matter, only how they are read.
                "sources": [dataclasses.asdict(each) | {"path": None} for each in brand.sources],
                "content": source.ingest.digest(),
                # Named only where there are any, so that without a log nothing changes.
                **({"generated": digest} if (digest := source.published.digest) else {}),
            }
            for source in sources
        ],
    }
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _write(
    sources: Sequence[Source],
    config: DatasetConfig,
    fingerprint: str,
    folder: Path,
    topic_writer: TopicWriter | None,
) -> str:
    """Write everything; gives the fingerprint, another one where files changed meanwhile."""
    ingest = sources[0].ingest
    brand = ingest.brand
    with Dropped(folder / "dropped.jsonl") as dropped:
        settings = settings_of(brand, config, sources[0].forgotten, sources[0].published.reasons)
        collected = collect(ingest, settings, folder, dropped)
        rows = distinct(collected, ingest, config, dropped)
        parted = part(collected, rows, config, dropped)
        _check_enough(brand, config, collected, parted)
        topics = _topics(collected, parted, topic_writer)
        for split in SPLITS:
            of_split = parted.rows[split]
            train = split == "train"
            weights = weights_of(collected.columns[of_split], config) if train else None
            lines = finish(collected, of_split, config, topics, weights, held_out=not train)
            with (folder / f"{split}.jsonl").open("wb") as file:
                file.writelines(lines)
    references = _write_references(brand, sources[1:], config, collected, rows, folder)
    collected.spool.unlink()
    changed = sorted(name for source in sources for name in source.ingest.changed)
    if changed:
        text = "\0".join((fingerprint, *changed, str(collected.read)))
        fingerprint = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
    card = cards.card(brand, config, fingerprint, collected, parted, references)
    texts = {
        "card.md": cards.markdown(card),
        "card.html": cards.page(card),
        # Last: a folder with a card is a whole one.
        "card.json": json.dumps(card, indent=2, ensure_ascii=False),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", errors="backslashreplace")
    return fingerprint


def _check_enough(
    brand: BrandConfig, config: DatasetConfig, collected: Collected, parted: Parted
) -> None:
    kept = sum(len(rows) for rows in parted.rows.values())
    if kept < config.minimum_posts:
        raise InputError(too_few(brand, kept, config.minimum_posts, collected))
    for split in SPLITS:
        if not len(parted.rows[split]):
            raise InputError(
                f"brand {brand.name}: no post is left for the {split} split; the posts' times are "
                f"too few or too much alike ({kept} posts)"
            )


def too_few(brand: BrandConfig, kept: int, minimum: int, collected: Collected) -> str:
    """The message for a brand with too few posts, with the table of reasons."""
    reasons = "\n".join(
        f"  {count:>6}  {reason}: {cards.in_words(reason)}"
        for reason, count in collected.dropped.most_common()
    )
    files = "\n".join(
        f"  {each.source}: {cards.in_words(each.reason)}. {each.detail}".rstrip(" .")
        for each in collected.problems[:10]
    )
    return (
        f"brand {brand.name}: {kept} usable posts, {minimum} are needed. Left out:\n"
        f"{reasons or '  nothing: the sources hold no more'}\n"
        + (f"Files:\n{files}\n" if files else "")
        + "Add sources in the brand's file, or see dataset.include_replies and minimum_words."
    )


def _topics(collected: Collected, parted: Parted, writer: TopicWriter | None) -> dict[int, str]:
    """Row → words for its topic, by the writer."""
    if writer is None:
        return {}
    rows = np.concatenate(list(parted.rows.values()))
    written = writer([example.post for example in collected.examples(rows)])
    return {int(row): topic for row, topic in zip(rows, written, strict=True) if topic}


def _write_references(
    brand: BrandConfig,
    sources: Sequence[Source],
    config: DatasetConfig,
    own: Collected,
    own_rows: Integers,
    folder: Path,
) -> dict[str, dict[str, Any]]:
    """Write the reference brands' posts; those that repeat the brand's own are left out."""
    wanted = {languages.primary(code).encode() for code in brand.languages}
    told: dict[str, dict[str, Any]] = {}
    with (folder / "references.jsonl").open("wb") as file:
        for source in sources:
            ingest = source.ingest
            settings = settings_of(ingest.brand, config, source.forgotten, source.published.reasons)
            settings = dataclasses.replace(settings, briefs=False)
            dropped = Dropped(None)
            collected = collect(ingest, settings, folder, dropped)
            rows = distinct(collected, ingest, config, dropped)
            foreign = ~np.isin(collected.columns["language"][rows], list(wanted))
            dropped.counts["other_language"] += int(foreign.sum())
            rows = rows[~foreign]
            shared = near_duplicates.also_in(
                collected.signatures[rows],
                own.signatures[own_rows],
                config.near_duplicate_similarity,
            )
            rows = rows[~shared]
            for line in finish(collected, rows, config):
                row = json.loads(line)
                file.write(
                    json_line(
                        {
                            "brand": ingest.brand.name,
                            "id": row["id"],
                            "language": row["post"]["language"],
                            "text": row["text"],
                        }
                    )
                )
            collected.spool.unlink()
            told[ingest.brand.name] = {
                "kept": len(rows),
                "dropped": dropped.counts.total(),
                "shared": int(shared.sum()),
                "privacy": dict(sum((collected.masked.get(int(r), Counter()) for r in rows),
                                    Counter())),
            }  # fmt: skip
    return told


def _clear_unfinished(folder: Path) -> None:
    """Remove what a killed build left; the lock says that none is at work."""
    for left in folder.glob(".building-*"):
        shutil.rmtree(left, ignore_errors=True)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of a JSON-lines file."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
