"""Reading a brand's sources: every file by the reader that knows it, row by row."""

from __future__ import annotations

import dataclasses
import hashlib
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from smm_voice.config import BrandConfig, SourceConfig
from smm_voice.errors import InputError
from smm_voice.posts.files import ZIP_ERRORS, ExportFile, Found, digest, find_files, stamp
from smm_voice.posts.post import Post, Provenance, Rejected
from smm_voice.posts.readers import READERS, Reader, ReadOptions, Sample, reader_for
from smm_voice.posts.readers.x_archive import account_name

log = logging.getLogger(__name__)

# Languages whose countries write the day first.
_DAY_FIRST_LANGUAGES = ("fr", "es", "it", "de", "nl", "pt")


@dataclass(frozen=True)
class _Planned:
    file: ExportFile
    reader: Reader
    account: str | None


class Ingest:
    """The rows of all sources of a brand.

    Iterating yields Posts and Rejecteds in the order of the sources; afterwards `sources` has one
    entry a file (path, format, rows, posts, accounts, sha256) and `changed` the names of files
    that were written to meanwhile.
    """

    def __init__(self, brand: BrandConfig, root: Path) -> None:
        """Find the files; nothing is read yet.

        Args:
            brand: relative source paths are taken from `root`.
            root: the repository root.

        Raises:
            InputError: a source does not exist, or asks for an unknown format.
        """
        self.brand = brand
        self.sources: list[dict[str, Any]] = []
        self.changed: set[str] = set()
        self._found: list[tuple[SourceConfig, Found]] = []
        known = [reader.name for reader in READERS]
        labels = Counter(Path(source.path).name for source in brand.sources)
        for source in brand.sources:
            if source.format != "auto" and source.format not in known:
                raise InputError(
                    f"brand {brand.name}: unknown format {source.format!r} for {source.path}; "
                    f"there are: auto, {', '.join(known)}"
                )
            path = root / source.path
            if not path.exists():
                raise InputError(
                    f"brand {brand.name}: source {source.path} does not exist (looked for {path})"
                )
            # Two sources of one name are told apart by where they lie.
            label = source.path.strip("/") if labels[Path(source.path).name] > 1 else None
            self._found.append((source, find_files(path, label)))
        self._stamps = {
            file.container: stamp(file.container)
            for _, found in self._found
            for file in found.files
        }
        self._digests: dict[str, str] = {}
        self._refused = [refused for _, found in self._found for refused in found.refused]

    @property
    def size(self) -> int:
        """Bytes of all files that may be read."""
        return sum(file.size for _, found in self._found for file in found.files)

    def digest(self) -> str:
        """SHA-256 over names and contents of all files."""
        whole = hashlib.sha256()
        for source, found in self._found:
            for file in found.files:
                self._digests[file.name] = digest(file)
                # Without the source's own name: moving or renaming it changes no dataset.
                inside = file.name.removeprefix(source.path.strip("/")).partition("/")[2]
                whole.update(f"{inside}\0{self._digests[file.name]}\n".encode("utf-8", "replace"))
            whole.update(
                "\n".join(refused.source for refused in found.refused).encode("utf-8", "replace")
            )
        return whole.hexdigest()

    def __iter__(self) -> Iterator[Post | Rejected]:
        for source, found in self._found:
            yield from found.refused
            self.sources += [
                {"path": f"{source.path}: {count} × *{suffix}", "format": "not read"}
                for suffix, count in sorted(found.skipped.items())
            ]
            for plan in list(self._plan(source, found)):
                if isinstance(plan, Rejected):
                    self._refused.append(plan)
                    yield plan
                else:
                    yield from self._read(source, plan)
        read = [s for s in self.sources if "rows" in s]
        if not read:
            looked_at = ", ".join(str(s["path"]) for s in self.sources[:5]) or "no files"
            refused = "; ".join(
                f"{r.source}: {r.reason} {r.detail}".rstrip() for r in self._refused[:5]
            )
            raise InputError(
                f"brand {self.brand.name}: no export found in "
                f"{', '.join(source.path for source in self.brand.sources)} (looked at "
                f"{looked_at}{'; refused: ' + refused if refused else ''}); known formats: "
                f"{', '.join(reader.name for reader in READERS)}; force one with format: in the "
                "brand's file"
            )

    def _plan(self, source: SourceConfig, found: Found) -> Iterator[_Planned | Rejected]:
        samples = [Sample(file, source.columns) for file in found.files]
        # An archive's account stands in a file beside its posts; two archives have two.
        accounts = {
            sample.file.folder: account for sample in samples if (account := account_name(sample))
        }
        for sample in samples:
            file = sample.file
            reader = None if account_name(sample) else reader_for(sample, source.format)
            if reader is None and sample.fault:
                self.sources.append({"path": file.name, "format": "damaged"})
                yield Rejected("damaged_file", file.name, sample.fault[:300])
            elif reader is None:
                self.sources.append({"path": file.name, "format": "not an export"})
            else:
                yield _Planned(file, reader, accounts.get(file.folder))

    def _read(self, source: SourceConfig, plan: _Planned) -> Iterator[Post | Rejected]:
        file, reader = plan.file, plan.reader
        brand = self.brand
        options = ReadOptions(
            file=file.name,
            platform=source.platform or (brand.platforms[0] if brand.platforms else "unknown"),
            account=plan.account,
            columns=source.columns,
            day_first=source.day_first,
            usually_day_first=brand.languages[0].split("-")[0] in _DAY_FIRST_LANGUAGES,
            zone=ZoneInfo(source.timezone) if source.timezone else None,
        )
        rows = posts = 0
        accounts: Counter[str] = Counter()
        try:
            for row in reader.read(file, options):
                rows += 1
                kept = _of_source(row, source)
                if isinstance(kept, Post):
                    posts += 1
                    accounts[kept.account or "-"] += 1
                yield kept
        except (ValueError, *ZIP_ERRORS) as error:
            log.warning("%s (%s): %s", file.name, reader.name, error)
            yield Rejected("damaged_file", file.name, str(error)[:300])
        if len(accounts) > 1 and not source.account:
            listed = ", ".join(f"{_shown(name)} ({n})" for name, n in accounts.most_common(5))
            log.warning("%s holds several accounts: %s; account: takes one", file.name, listed)
        if stamp(file.container) != self._stamps[file.container]:
            self.changed.add(file.name)
            log.warning("%s changed while it was read; its posts are left out", file.name)
        self.sources.append(
            {
                "path": file.name,
                "format": reader.name,
                "rows": rows,
                "posts": posts,
                "accounts": dict(accounts.most_common(20)),
                "sha256": self._digests.get(file.name),
                "licence": source.licence,
            }
        )


def _of_source(row: Post | Rejected, source: SourceConfig) -> Post | Rejected:
    """Apply what the brand's file says of a source: its account and its provenance."""
    if isinstance(row, Rejected):
        return row
    if source.account:
        wanted = source.account.lstrip("@")
        if row.account and row.account.casefold() != wanted.casefold():
            return Rejected("other_account", row.source)
        if not row.account:
            row = dataclasses.replace(row, account=wanted)
    if source.provenance and row.provenance == "unknown":
        row = dataclasses.replace(
            row,
            provenance=cast(Provenance, source.provenance),
            provenance_reason="the brand's file says so",
        )
    return row


def _shown(name: str) -> str:
    """A name out of an export for a log: what steers a terminal, or no encoding takes, escaped."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in name)
