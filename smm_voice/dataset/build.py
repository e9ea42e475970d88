"""Building a dataset, and finding it again by its fingerprint."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from smm_voice.config import BrandConfig, DatasetConfig, Workspace
from smm_voice.dataset import briefs
from smm_voice.dataset.card import card_markdown
from smm_voice.dataset.splits import SPLITS, Split, split_by_time
from smm_voice.errors import InputError
from smm_voice.posts.cleaning import clean
from smm_voice.posts.ingest import Ingested, ingest, source_digest
from smm_voice.posts.near_duplicates import clusters, similar_pairs
from smm_voice.posts.post import Post, Rejected
from smm_voice.text import languages, tokens

# Part of the fingerprint: raise it when the same posts would give another dataset.
BUILDER_VERSION = "3"


@dataclass(frozen=True)
class Example:
    """Brief → post.

    Attributes:
        id: the post's id.
        brief: the brief as a model reads it.
        text: the target: the cleaned post with its links as `[link]`.
        post: the cleaned post.
    """

    id: str
    brief: str
    text: str
    post: Post

    @classmethod
    def from_post(cls, post: Post) -> Example:
        """Derive the brief and make the target."""
        brief = briefs.render(briefs.derive(post))
        return cls(post.id, brief, tokens.with_link_placeholders(post.text), post)


@dataclass(frozen=True)
class Dataset:
    """A built dataset.

    Attributes:
        folder: `data/built/<brand>/<fingerprint>/`.
        card: the content of `card.json`.
        splits: split → examples in order of time.
        references: reference brand → its cleaned posts' texts, links as `[link]`, oldest first.
        reused: whether it stood already.
    """

    folder: Path
    card: dict[str, Any]
    splits: dict[Split, list[Example]]
    references: dict[str, list[str]]
    reused: bool

    @property
    def fingerprint(self) -> str:
        """16 hexadecimal digits over sources, configuration and builder version."""
        return str(self.card["fingerprint"])


def build(
    brand: BrandConfig,
    references: Sequence[BrandConfig],
    config: DatasetConfig,
    workspace: Workspace,
) -> Dataset:
    """Build the brand's dataset, or load it where its fingerprint stands already.

    Raises:
        InputError: a source is unusable, or too few posts are left; says why they were dropped.
    """
    fingerprint = fingerprint_of(brand, references, config, workspace.repository)
    folder = workspace.built / brand.name / fingerprint
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(str(folder.parent / ".lock")):
        if (folder / "card.json").exists():
            return load(folder)
        _clear_unfinished(folder.parent)
        staging = folder.parent / f".building-{uuid.uuid4().hex[:8]}"
        staging.mkdir()
        try:
            _write(brand, references, config, workspace.repository, fingerprint, staging)
            if folder.exists():  # without a card: a half-deleted one
                shutil.rmtree(folder)
            os.replace(staging, folder)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    return dataclasses.replace(load(folder), reused=False)


def load(folder: Path) -> Dataset:
    """Read a built dataset back."""
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    splits: dict[Split, list[Example]] = {}
    for split in SPLITS:
        rows = _read_lines(folder / f"{split}.jsonl")
        splits[split] = [Example(**(row | {"post": Post.from_json(row["post"])})) for row in rows]
    references: dict[str, list[str]] = defaultdict(list)
    for row in _read_lines(folder / "references.jsonl"):
        references[row["brand"]].append(row["text"])
    return Dataset(folder, card, splits, dict(references), reused=True)


def fingerprint_of(
    brand: BrandConfig, references: Sequence[BrandConfig], config: DatasetConfig, root: Path
) -> str:
    """16 hexadecimal digits that change when the dataset would."""
    parts = {
        "builder": BUILDER_VERSION,
        "config": dataclasses.asdict(config),
        "brands": [
            {
                "name": each.name,
                "languages": each.languages,
                "platforms": each.platforms,
                # Where the files lie does not matter, only how they are read.
                "sources": [dataclasses.asdict(source) | {"path": None} for source in each.sources],
                "content": source_digest(each, root),
            }
            for each in (brand, *references)
        ],
    }
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def cleaned_posts(
    brand: BrandConfig, config: DatasetConfig, root: Path
) -> tuple[list[Post], list[Rejected], Ingested]:
    """A brand's posts, cleaned, without exact and near-duplicates, in order of time."""
    read = ingest(brand, root)
    rejected = list(read.rejected)
    kept: list[Post] = []
    seen: set[str] = set()
    for post in sorted(read.posts, key=lambda p: (p.created_at, p.id)):
        cleaned = clean(post, brand.languages, config)
        if isinstance(cleaned, Rejected):
            rejected.append(cleaned)
            continue
        key = " ".join(tokens.with_link_placeholders(cleaned.text).casefold().split())
        if key in seen:
            rejected.append(Rejected("exact_duplicate", post.source))
            continue
        seen.add(key)
        kept.append(cleaned)
    repeats = {
        later for _, later, _ in similar_pairs(
            [post.text for post in kept], config.near_duplicate_similarity
        )
    }  # fmt: skip
    rejected += [Rejected("near_duplicate", kept[i].source) for i in sorted(repeats)]
    return [post for i, post in enumerate(kept) if i not in repeats], rejected, read


def _write(
    brand: BrandConfig,
    references: Sequence[BrandConfig],
    config: DatasetConfig,
    root: Path,
    fingerprint: str,
    folder: Path,
) -> None:
    posts, rejected, read = cleaned_posts(brand, config, root)
    split_posts: dict[Split, list[Post]] = {split: [] for split in SPLITS}
    counts: dict[str, dict[str, int]] = {}
    for language in sorted({post.language or "" for post in posts}):
        of_language = [post for post in posts if post.language == language]
        pairs = similar_pairs([post.text for post in of_language], config.cluster_similarity)
        assigned = split_by_time(of_language, clusters(len(of_language), pairs), config)
        for post, split in zip(of_language, assigned, strict=True):
            if split is None:
                rejected.append(Rejected("similar_to_earlier_split", post.source))
            else:
                split_posts[split].append(post)
        counts[language] = {split: assigned.count(split) for split in SPLITS}
    kept = sum(len(rows) for rows in split_posts.values())
    dropped = dict(Counter(each.reason for each in rejected).most_common())
    if kept < config.minimum_posts:
        raise InputError(too_few(brand, kept, config.minimum_posts, dropped))
    for split in SPLITS:
        if not split_posts[split]:
            raise InputError(
                f"brand {brand.name}: no post is left for the {split} split; the posts' times are "
                f"too few or too much alike ({kept} posts)"
            )
    examples = {
        split: [Example.from_post(post) for post in sorted(rows, key=lambda p: p.created_at)]
        for split, rows in split_posts.items()
    }
    for split, rows in examples.items():
        _write_lines(
            folder / f"{split}.jsonl",
            (
                {"id": e.id, "brief": e.brief, "text": e.text, "post": e.post.as_json()}
                for e in rows
            ),
        )
    reference_posts, reference_cards = _references(brand, references, config, root)
    _write_lines(folder / "references.jsonl", reference_posts)
    _write_lines(
        folder / "dropped.jsonl",
        ({"reason": r.reason, "source": r.source, "detail": r.detail} for r in rejected),
    )
    card = {
        "fingerprint": fingerprint,
        "brand": brand.name,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "read": len(read.posts) + len(read.rejected),
        "kept": kept,
        "dropped": dropped,
        "splits": counts,
        "privacy": {},
        "sources": read.sources,
        "periods": {split: _period(rows) for split, rows in split_posts.items() if rows},
        "provenance": dict(Counter(p.provenance for rows in split_posts.values() for p in rows)),
        "brief_overlap": _mean(
            [briefs.overlap(e.brief, e.text) for rows in examples.values() for e in rows]
        ),
        "references": reference_cards,
    }
    (folder / "card.md").write_text(card_markdown(card, brand.title), encoding="utf-8")
    # Last: a folder with a card is a whole one.
    (folder / "card.json").write_text(
        json.dumps(card, indent=2, ensure_ascii=False), encoding="utf-8"
    )


def too_few(brand: BrandConfig, kept: int, minimum: int, dropped: dict[str, int]) -> str:
    """The message for a brand with too few posts, with the table of reasons."""
    reasons = "\n".join(f"  {count:>6}  {reason}" for reason, count in dropped.items())
    return (
        f"brand {brand.name}: {kept} usable posts, {minimum} are needed. Left out:\n"
        f"{reasons or '  nothing: the sources hold no more'}\n"
        "Add sources in the brand's file, or see dataset.include_replies and minimum_words."
    )


def _references(
    brand: BrandConfig, references: Sequence[BrandConfig], config: DatasetConfig, root: Path
) -> tuple[list[dict[str, str]], dict[str, dict[str, int]]]:
    rows: list[dict[str, str]] = []
    cards = {}
    for reference in references:
        posts, rejected, _ = cleaned_posts(reference, config, root)
        wanted = {languages.primary(code) for code in brand.languages}
        usable = [post for post in posts if post.language in wanted]
        rows += [
            {
                "brand": reference.name,
                "language": post.language or "",
                "text": tokens.with_link_placeholders(post.text),
            }
            for post in usable
        ]
        cards[reference.name] = {"kept": len(usable), "dropped": len(rejected)}
    return rows, cards


def _period(posts: Sequence[Post]) -> list[str]:
    times = [post.created_at for post in posts]
    return [min(times).date().isoformat(), max(times).date().isoformat()]


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None


def _clear_unfinished(folder: Path) -> None:
    """Remove what a killed build left; the lock says that none is at work."""
    for left in folder.glob(".building-*"):
        shutil.rmtree(left, ignore_errors=True)


def _write_lines(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            text = json.dumps(row, ensure_ascii=False)
            # A lone surrogate, which no encoding takes, stays in its escaped form.
            file.write(text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")


def _read_lines(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file]
