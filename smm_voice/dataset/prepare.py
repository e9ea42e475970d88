"""The part of a build that looks at one post at a time, and so runs on all processors.

Cleaning, masking, brief, near-duplicate signature: in, rows as the readers gave them; out, batches
of finished lines with the few numbers that the rest of the build decides by.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import itertools
import os
import signal
import threading
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from smm_voice.config import DatasetConfig
from smm_voice.dataset.example import Example
from smm_voice.posts import near_duplicates, privacy
from smm_voice.posts.cleaning import clean
from smm_voice.posts.post import Post, Rejected
from smm_voice.posts.removal import Removal
from smm_voice.text import tokens

_CHUNK = 1000
# Below this starting the processes costs more than they save.
_WORTH_PROCESSES = 6 * _CHUNK
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# What is known of each kept post without opening its line again.
COLUMNS = np.dtype(
    [
        ("time", "i8"),  # microseconds since 1970
        ("id", "u8"),  # digest of platform and id
        ("text", "u8"),  # digest of the folded text
        ("language", "S3"),
        ("platform", "S48"),
        ("provenance", "S9"),
        ("characters", "u4"),
        ("emoji", "u2"),
        ("engagement", "f4"),  # likes + shares + replies; not a number where unknown
        ("overlap", "f4"),
        ("terse", "?"),
        ("zone_known", "?"),
        ("styled", "?"),
    ]
)
Columns = npt.NDArray[np.void]


@dataclass(frozen=True)
class Settings:
    """What every process needs to know.

    Attributes:
        languages: of the brand.
        config: of the dataset.
        public: what is no personal data.
        removal: posts to erase.
        briefs: whether briefs are written; a reference brand's posts need none.
        generated: file and row of posts in the brand's generation log → the reason, in words.
    """

    languages: tuple[str, ...]
    config: DatasetConfig
    public: privacy.Public
    removal: Removal
    briefs: bool = True
    generated: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Batch:
    """Prepared posts.

    Attributes:
        lines: one line of a split's file a post.
        columns: (posts,) of `COLUMNS`.
        signatures: (posts, 255) for near-duplicates.
        rejected: rows that were left out.
        masked: post's place → kinds of personal data masked in it.
        handles: names, without `@` and casefolded, that may be a private person's.
    """

    lines: list[bytes] = field(default_factory=list)
    columns: Columns = field(default_factory=lambda: np.zeros(0, COLUMNS))
    signatures: near_duplicates.Signatures = field(
        default_factory=lambda: near_duplicates.signatures([])
    )
    rejected: list[Rejected] = field(default_factory=list)
    masked: dict[int, Counter[str]] = field(default_factory=dict)
    handles: set[str] = field(default_factory=set)


def prepared(rows: Iterable[Post | Rejected], settings: Settings, workers: int) -> Iterator[Batch]:
    """Prepare all rows, in order.

    Args:
        rows: from the readers.
        settings: see there.
        workers: processes; 0 for one a processor. Few rows are prepared in this process.
    """
    chunks = _chunks(iter(rows), _CHUNK)
    work = functools.partial(prepare, settings=settings)
    first = list(itertools.islice(chunks, _WORTH_PROCESSES // _CHUNK))
    workers = workers or len(os.sched_getaffinity(0))
    if len(first) < _WORTH_PROCESSES // _CHUNK or workers == 1:
        yield from map(work, itertools.chain(first, chunks))
    else:
        yield from _in_processes(work, itertools.chain(first, chunks), workers)


def prepare(rows: Sequence[Post | Rejected], settings: Settings) -> Batch:
    """Prepare a chunk of rows."""
    batch = Batch()
    folded: list[str] = []
    columns: list[tuple[object, ...]] = []
    for row in rows:
        one = _prepare_one(row, settings, batch, len(columns)) if isinstance(row, Post) else row
        if isinstance(one, Rejected):
            batch.rejected.append(one)
            continue
        text = near_duplicates.folded(one.text)
        folded.append(text)
        columns.append(_column(one, text))
        batch.lines.append(one.as_line())
    batch.columns = np.array(columns, COLUMNS)
    batch.signatures = near_duplicates.signatures(folded)
    return batch


def _prepare_one(post: Post, settings: Settings, batch: Batch, place: int) -> Example | Rejected:
    if settings.removal and settings.removal.covers(post):
        return Rejected("removed_on_request", post.source)
    if post.source in settings.generated:
        return Rejected("in_generation_log", post.source, settings.generated[post.source])
    cleaned = clean(post, settings.languages, settings.config)
    if isinstance(cleaned, Rejected):
        return cleaned
    public = settings.public
    if cleaned.account:
        own = public.handles | {cleaned.account.casefold()}
        public = dataclasses.replace(public, handles=own)
    masked, kinds, handles = mask(cleaned, settings.config, public)
    if masked is None:
        return Rejected("personal_data", post.source, ", ".join(sorted(kinds)))
    if kinds:
        batch.masked[place] = kinds
    batch.handles |= handles
    if not settings.briefs:
        return Example(masked.id, "", tokens.with_link_placeholders(masked.text), masked)
    return Example.from_post(masked, settings.config)


def mask(
    post: Post, config: DatasetConfig, public: privacy.Public
) -> tuple[Post | None, Counter[str], set[str]]:
    """Mask personal data as the configuration says.

    Handles are only reported: whether one is a private person's shows when all posts are read.

    Returns:
        The post without personal data, or None where it is to be dropped; counts by kind; names,
        without `@` and casefolded, that may be a private person's.
    """
    wanted: dict[str, str] = vars(config.privacy)
    kinds: Counter[str] = Counter()
    handles: set[str] = set()

    def masked(text: str) -> str:
        found = [each for each in privacy.find(text, public) if wanted[each.kind] != "keep"]
        handles.update(
            text[f.start : f.end].lstrip("@＠").casefold() for f in found if f.kind == "handle"
        )
        others = [each for each in found if each.kind != "handle"]
        kinds.update(each.kind for each in others)
        return privacy.mask(text, others) if others else text

    clean_links = tuple(link for link in post.links if masked(link) == link)
    handles.clear()  # of links: a profile's address is no mention
    result = dataclasses.replace(
        post,
        text=masked(post.text),
        alt_texts=tuple(masked(text) for text in post.alt_texts),
        campaign=masked(post.campaign) if post.campaign else None,
        links=clean_links,
        url=post.url if post.url is None or masked(post.url) == post.url else None,
    )
    if any(wanted[kind] == "drop" for kind in kinds):
        return None, Counter({k: n for k, n in kinds.items() if wanted[k] == "drop"}), set()
    return result, kinds, handles


def mentions(text: str, names: Collection[str]) -> list[privacy.Found]:
    """Where a text mentions one of these names.

    Args:
        text: a post, or several.
        names: without `@`, casefolded, with their server where they were named so.
    """
    found = []
    for match in tokens.MENTION.finditer(text):
        name = match.group(1).casefold()
        # "@jane-led" may name jane, and "@jane@social.example" may be called jane.
        ends = [
            len(name),
            *(place for place in range(len(name) - 1, 0, -1) if name[place] in ".-@"),
        ]
        end = next((end for end in ends if name[:end] in names), None)
        if end is not None:
            found.append(privacy.Found("handle", match.start(), match.start(1) + end))
    return found


def without_handles(post: Post, private: Collection[str]) -> tuple[Post, int]:
    """The post with mentions of these names masked, and how many there were."""
    count = 0

    def one(text: str) -> str:
        nonlocal count
        found = mentions(text, private)
        count += len(found)
        return privacy.mask(text, found)

    masked = dataclasses.replace(
        post,
        text=one(post.text),
        alt_texts=tuple(one(text) for text in post.alt_texts),
        campaign=one(post.campaign) if post.campaign else None,
    )
    return masked, count


def _column(example: Example, folded: str) -> tuple[object, ...]:
    post = example.post
    known = [n for n in (post.likes, post.shares, post.replies) if n is not None]
    return (
        (post.created_at - _EPOCH) // timedelta(microseconds=1),
        _digest(f"{post.platform}\0{post.id}"),
        _digest(folded),
        (post.language or "").encode("ascii", "replace"),
        post.platform.encode("utf-8", "replace"),
        post.provenance.encode(),
        len(example.text),
        min(len(tokens.EMOJI.findall(post.text)) if not post.text.isascii() else 0, 65535),
        sum(known) if known else np.nan,
        example.overlap,
        example.terse,
        post.zone_known,
        "styled_letters" in post.flags,
    )


def _digest(text: str) -> int:
    encoded = text.encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(encoded, digest_size=8).digest(), "big")


def _chunks(rows: Iterator[Post | Rejected], size: int) -> Iterator[list[Post | Rejected]]:
    while chunk := list(itertools.islice(rows, size)):
        yield chunk


def _in_processes(
    work: functools.partial[Batch], chunks: Iterable[list[Post | Rejected]], workers: int
) -> Iterator[Batch]:
    import multiprocessing

    # Spawned, not forked: a fork copies locks that threads of this process may hold.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_leave_with_parent) as pool:
        waiting: deque[Future[Batch]] = deque()
        try:
            for chunk in chunks:
                waiting.append(pool.submit(work, chunk))
                # So much ahead and no more, or a fast reader would fill the memory.
                if len(waiting) > 3 * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _leave_with_parent() -> None:
    """End this process when the one that started it is gone, whatever ended that."""
    import multiprocessing

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent sees to Ctrl-C
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent is not None:
            parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
