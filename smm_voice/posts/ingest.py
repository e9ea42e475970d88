"""Reading a brand's sources: files, folders and zips, each file by the reader that knows it."""

from __future__ import annotations

import dataclasses
import hashlib
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from smm_voice.config import BrandConfig, SourceConfig
from smm_voice.errors import InputError
from smm_voice.posts.post import Post, Rejected
from smm_voice.posts.readers import READERS, ReadOptions, reader_for
from smm_voice.posts.readers.x_archive import account_name

_READABLE = {".js", ".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".txt"}
_HEAD = 65536
# Guards against archives made to exhaust the machine.
_LARGEST_FILE = 512 * 2**20
_LARGEST_ARCHIVE = 2 * 2**30
_LARGEST_RATIO = 200


@dataclass
class Ingested:
    """All rows of a brand's sources.

    Attributes:
        posts: what the readers made of the rows.
        rejected: rows that are no posts, with reasons.
        sources: one entry a file: path, format, rows read, posts, sha256.
    """

    posts: list[Post] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    sources: list[dict[str, object]] = field(default_factory=list)


@dataclass(frozen=True)
class _File:
    name: str
    content: bytes


def ingest(brand: BrandConfig, root: Path) -> Ingested:
    """Read every source of a brand.

    Args:
        brand: relative source paths are taken from `root`.
        root: the repository root.

    Raises:
        InputError: a source does not exist, holds no export, or is damaged as a whole.
    """
    result = Ingested()
    for source in brand.sources:
        _ingest_source(brand, source, root, result)
    return result


def source_digest(brand: BrandConfig, root: Path) -> str:
    """SHA-256 over names and bytes of all files of a brand's sources."""
    digest = hashlib.sha256()
    for source in brand.sources:
        for file in _files(brand, source, root, Counter()):
            digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.content).digest())
    return digest.hexdigest()


def _ingest_source(brand: BrandConfig, source: SourceConfig, root: Path, into: Ingested) -> None:
    known = [reader.name for reader in READERS]
    if source.format != "auto" and source.format not in known:
        raise InputError(
            f"brand {brand.name}: unknown format {source.format!r} for {source.path}; "
            f"there are: auto, {', '.join(known)}"
        )
    skipped: Counter[str] = Counter()
    files = list(_files(brand, source, root, skipped))
    into.sources += [
        {"path": f"{source.path}: {count} × *{suffix}", "format": "not read"}
        for suffix, count in sorted(skipped.items())
    ]
    texts = {file.name: _decode(file.content) for file in files}
    # An archive's account stands in a file beside its posts; two archives have two.
    accounts = {
        name.rpartition("/")[0]: account
        for name, text in texts.items()
        if (account := account_name(text))
    }
    recognised = 0
    for file in files:
        text = texts[file.name]
        reader = reader_for(text[:_HEAD], source.format)
        if reader is None:
            into.sources.append({"path": file.name, "format": "not an export"})
            continue
        recognised += 1
        platform = brand.platforms[0] if brand.platforms else "unknown"
        options = ReadOptions(
            file.name, platform, accounts.get(file.name.rpartition("/")[0]), source.columns
        )
        try:
            rows = list(_of_account(reader.read(text, options), source.account))
        except ValueError as error:
            raise InputError(
                f"brand {brand.name}: {file.name} cannot be read as {reader.name}: {error}"
            ) from error
        posts = [row for row in rows if isinstance(row, Post)]
        into.posts += posts
        into.rejected += [row for row in rows if isinstance(row, Rejected)]
        into.sources.append(
            {
                "path": file.name,
                "format": reader.name,
                "rows": len(rows),
                "posts": len(posts),
                "sha256": hashlib.sha256(file.content).hexdigest(),
            }
        )
    if not recognised:
        looked_at = ", ".join(file.name for file in files[:5]) or "no files"
        raise InputError(
            f"brand {brand.name}: no export found in {source.path} (looked at {looked_at}); "
            f"known formats: {', '.join(known)}; force one with format: in conf/brand"
        )


def _of_account(rows: Iterator[Post | Rejected], account: str | None) -> Iterator[Post | Rejected]:
    wanted = account.lstrip("@").casefold() if account else None
    for row in rows:
        other = isinstance(row, Post) and row.account and row.account.lstrip("@").casefold()
        if wanted and other and other != wanted:
            yield Rejected("other_account", row.source)
        elif isinstance(row, Post) and wanted and not row.account:
            yield dataclasses.replace(row, account=account)
        else:
            yield row


def _files(
    brand: BrandConfig, source: SourceConfig, root: Path, skipped: Counter[str]
) -> Iterator[_File]:
    """Files that may be exports; the others are counted in `skipped` by their ending."""
    path = root / source.path
    if not path.exists():
        raise InputError(
            f"brand {brand.name}: source {source.path} does not exist (looked for {path})"
        )
    paths = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    for each in paths:
        relative = each.relative_to(path.parent).as_posix()
        if zipfile.is_zipfile(each) or each.suffix.lower() == ".zip":
            yield from _zip_members(brand, each, relative, skipped)
        elif each.suffix.lower() in _READABLE or each == path:
            if each.stat().st_size > _LARGEST_FILE:
                raise InputError(f"brand {brand.name}: {each} is larger than 512 MiB")
            yield _File(relative, each.read_bytes())
        else:
            skipped[each.suffix.lower()] += 1


def _zip_members(
    brand: BrandConfig, path: Path, name: str, skipped: Counter[str]
) -> Iterator[_File]:
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            if sum(m.file_size for m in members) > _LARGEST_ARCHIVE:
                raise InputError(f"brand {brand.name}: {path} unpacks to more than 2 GiB")
            for member in members:
                parts = PurePosixPath(member.filename)
                if parts.is_absolute() or ".." in parts.parts:
                    raise InputError(
                        f"brand {brand.name}: {path} names a path outside: {member.filename}"
                    )
                if parts.suffix.lower() not in _READABLE:
                    skipped[parts.suffix.lower()] += 1
                    continue
                if member.file_size > _LARGEST_RATIO * max(member.compress_size, 1024):
                    raise InputError(
                        f"brand {brand.name}: {member.filename} in {path} is packed more than "
                        f"{_LARGEST_RATIO} times: refused as a zip bomb"
                    )
                yield _File(f"{name}/{member.filename}", archive.read(member))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
        raise InputError(
            f"brand {brand.name}: the archive {path} is damaged or protected: {error}"
        ) from error


def _decode(content: bytes) -> str:
    for encoding in (
        ("utf-8-sig", "utf-16") if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",)
    ):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    from charset_normalizer import from_bytes

    best = from_bytes(content[: 4 * _HEAD]).best()
    return content.decode(best.encoding if best else "cp1252", errors="replace")
