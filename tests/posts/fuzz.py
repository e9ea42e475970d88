"""Damaged exports for every reader: `python -m tests.posts.fuzz seconds=600 [reader=NAME]`.

A reader may give posts, rejected rows, or the errors that ingest turns into a rejected file; any
other error, a long wait, a full memory, a dead interpreter, a post that is not as declared, or data
in a message is a finding. Inputs are made in a process of their own, each from a seed and a number,
so that whatever ends that process can be made again.

Further options: `seed=1`, `executions=N` in place of seconds, `prepare=1` to send posts through the
first half of a dataset build too, `folder=PATH` for the inputs of findings.
"""

from __future__ import annotations

import dataclasses
import faulthandler
import functools
import io
import json
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
import traceback
import types
import typing
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from smm_voice.commands.console import say
from smm_voice.posts.files import ZIP_ERRORS, ExportFile, digest, find_files
from smm_voice.posts.post import Post, Rejected
from smm_voice.posts.readers import READERS, Reader, ReadOptions, Sample, reader_for
from smm_voice.posts.readers.x_archive import account_name
from smm_voice.posts.reasons import REASONS
from tests.posts import mutations

ROOT = Path(__file__).resolve().parents[2]
EXPORTS = ROOT / "tests" / "fixtures" / "exports"
PACKAGE = str(ROOT / "smm_voice")
LARGEST_INPUT = 2**21
_SHRINKING_TRIES, _SHRINKING_SECONDS = 400, 10.0
_TELL_EVERY = 64
_MEMORY = "More memory than allowed"
_HINTS = typing.get_type_hints(Post)
_TABLE = "{:<24}{:>10}{:>8}{:>10}{:>10}{:>10}{:>10}"


@dataclass(frozen=True)
class Task:
    """Inputs to try: those with the numbers `first` … `last`, as long as `seconds` last.

    Attributes:
        prepare: whether posts go through the first half of a build.
        longest: seconds that one input may take.
        largest: bytes that the process may grow by for one input.
    """

    reader: str
    seed: int
    first: int
    last: int
    seconds: float = float("inf")
    prepare: bool = False
    longest: float = 5.0
    largest: int = 2**30


@dataclass(frozen=True)
class Finding:
    """An input that did what no input may do.

    Attributes:
        kind: an exception's name, "hang", "crash", "memory", "leak", "post" or "row".
        key: equal for findings that are probably one.
        words: traceback, or what is wrong.
    """

    reader: str
    number: int
    kind: str
    key: str
    words: str
    content: bytes = field(repr=False)

    def __str__(self) -> str:
        return f"{self.reader}, input {self.number} ({len(self.content)} bytes): {self.words}"


@dataclass
class Told:
    """What came of a reader's inputs.

    Attributes:
        counts: executions, posts, rejected rows, refused files.
        seconds: time taken.
        slowest: seconds of the slowest input.
        findings: the smallest of each key.
    """

    counts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    slowest: float = 0.0
    findings: dict[str, Finding] = field(default_factory=dict)

    def add(self, finding: Finding) -> None:
        """Keep it where it is new, or smaller than the one known."""
        known = self.findings.get(finding.key)
        if known is None or len(finding.content) < len(known.content):
            self.findings[finding.key] = finding


class Wrong(AssertionError):
    """Something that a reader gave, or said, and must not."""

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(words)
        self.kind = kind


# What is tried


@functools.cache
def seeds(name: str) -> list[bytes]:
    """Contents of the fixtures that a reader recognises; of all of them where there is none."""
    files = find_files(EXPORTS).files
    own = [file for file in files if _reader(name).recognises(Sample(file))]
    return [_content(file) for file in own or files]


@functools.cache
def _strangers() -> list[bytes]:
    return [_content(file) for file in find_files(EXPORTS).files]


def made(task: Task, number: int) -> tuple[bytes, str]:
    """The content of an input, and the ending of its name."""
    chance = random.Random(f"{task.seed}:{task.reader}:{number}")
    content = chance.choice(seeds(task.reader))
    if number < len(seeds(task.reader)):
        return seeds(task.reader)[number], ""  # as they are, first of all
    rows = Sample(_as_file(content)).rows
    if rows and len(rows[0]) > 2 and chance.random() < 0.06:
        content = mutations.parquet(rows[0], chance)
    if chance.random() < 0.9:
        content = mutations.mutated(content, chance, _strangers())[:LARGEST_INPUT]
    if chance.random() < 0.06:
        account = b"window.YTD.account.part0 = [{}]"
        packed = mutations.zipped({"export/posts": content, "export/account.js": account})
        return mutations.mutated(packed, chance, _strangers()), ".zip"
    return content, ""


def _options(task: Task, number: int) -> ReadOptions:
    chance = random.Random(f"options:{task.seed}:{task.reader}:{number}")
    if chance.random() < 0.7:
        return ReadOptions("")
    names = [cell for row in Sample(_as_file(chance.choice(_strangers()))).rows[:1] for cell in row]
    columns = {f: chance.choice(names) for f in ("text", "created_at", "likes", "x") if names}
    return ReadOptions(
        "",
        platform=chance.choice(("x", "unknown")),
        account=chance.choice((None, "@NASA", "nasa")),
        columns=chance.choice(({}, columns)),
        day_first=chance.choice((None, True, False)),
        usually_day_first=chance.choice((True, False)),
        zone=chance.choice((None, ZoneInfo("Europe/Paris"), ZoneInfo("Pacific/Apia"))),
    )


# One execution


def execute(task: Task, number: int, content: bytes, suffix: str, counts: Counter[str]) -> None:
    """Everything that ingest does with a file, and a look at what comes of it.

    Raises:
        Wrong: a post, a row or a message is not as it must be.
    """
    options = _options(task, number)
    forced = _reader(task.reader)
    with _files(content, suffix) as files:
        for file in files:
            sample = Sample(file, options.columns)
            account_name(sample)
            chosen = reader_for(sample, "auto")
            digest(file)
            for reader in {id(each): each for each in (forced, chosen) if each}.values():
                mine = dataclasses.replace(options, file=file.name)
                _read(reader, file, mine, counts, task.prepare)


def _read(
    reader: Reader, file: ExportFile, options: ReadOptions, counts: Counter[str], prepare: bool
) -> None:
    sources: set[str] = set()
    some: list[Post] = []
    try:
        for row in reader.read(file, options):
            if row.source in sources:
                raise Wrong("row", "two rows have the same source")
            sources.add(row.source)
            if isinstance(row, Post):
                _check_post(row, file)
                counts["posts"] += 1
                some = [*some[-2:], row]
            else:
                _check_rejected(row, file)
                counts["rejected"] += 1
    except (ValueError, *ZIP_ERRORS) as error:
        counts["refused"] += 1
        if mutations.SECRET in str(error):
            raise Wrong("leak", _where(error)) from error
    if prepare and some:
        _prepare(some)


def _check_rejected(row: Any, file: ExportFile) -> None:
    if not isinstance(row, Rejected) or row.reason not in REASONS:
        raise Wrong("row", f"neither a post nor a known reason: {row!r:.80}")
    if not row.source.startswith(file.name):
        raise Wrong("row", "the source of a rejected row does not begin with the file's name")
    if mutations.SECRET[:8] in row.detail:
        raise Wrong("leak", f"the detail of {row.reason} holds data of the export")


def _check_post(post: Post, file: ExportFile) -> None:
    wrong = [name for name, hint in _HINTS.items() if not _fits(getattr(post, name), hint)]
    if wrong:
        raise Wrong("post", f"not of the declared type: {', '.join(wrong)}")
    counts = (post.likes, post.shares, post.replies, post.views)
    rules = {
        "created_at is UTC": post.created_at.tzinfo is UTC,
        "created_at lies between 1989 and 2101": 1989 <= post.created_at.year <= 2101,
        "the source begins with the file's name": post.source.startswith(file.name),
        "the id is not empty": bool(post.id.strip()),
        "the text is not empty": bool(post.text.strip()),
        "the platform is not empty": bool(post.platform),
        "no name is empty or has its @": not {"", "@"}
        & {(name or "x")[:1] for name in (post.account, post.author)},
        "no other text is empty": all(t is None or t.strip() for t in (post.url, post.campaign)),
        "the language is two small letters": post.language is None
        or (len(post.language) == 2 and post.language.isalpha() and post.language.islower()),
        "counts are from 0 to 10^16": all(n is None or 0 <= n < 10**16 for n in counts),
        "lists hold no blanks": all(each.strip() for each in (*post.links, *post.alt_texts)),
    }
    for rule, holds in rules.items():
        if not holds:
            raise Wrong("post", f"it does not hold that {rule}")
    for escaped in (True, False):
        text = json.dumps(post.as_json(), ensure_ascii=escaped)
        stored = text.encode("utf-8", "backslashreplace").decode("utf-8")
        if Post.from_json(json.loads(stored)) != post:
            raise Wrong("post", "it is another one after a round trip through JSON")


def _fits(value: Any, hint: Any) -> bool:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, each) for each in inner)
    if origin is typing.Literal:
        return value in inner
    if origin is tuple:
        return type(value) is tuple and all(type(each) is inner[0] for each in value)
    return type(value) is hint


def _prepare(posts: Sequence[Post]) -> None:
    """Cleaning, masking, brief and signature: a build would break where these do."""
    import yaml

    from smm_voice.checks import validate
    from smm_voice.config import DatasetConfig
    from smm_voice.dataset.prepare import Settings, prepare
    from smm_voice.posts import privacy
    from smm_voice.posts.removal import Removal

    @functools.cache
    def settings() -> Settings:
        text = (ROOT / "conf" / "dataset" / "default.yaml").read_text(encoding="utf-8")
        config = validate(DatasetConfig, yaml.safe_load(text) | {"minimum_words": 1})
        return Settings(("en", "fr"), config, privacy.Public(), Removal())

    for line in prepare(posts, settings()).lines:
        row = json.loads(line)
        if "\0" in row["text"] + row["brief"]:
            raise Wrong("post", "the prepared text holds NUL")


# The process that tries them


def _child(conn: Connection, number: Any, fault_path: str, setup: Callable[[], None]) -> None:
    """Work on tasks until none comes."""
    setup()
    faults = os.open(fault_path, os.O_RDWR | os.O_APPEND)
    os.dup2(faults, 2)  # native code tells its panics there
    most = _memory() + 4 * 2**30
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.enable(faults)
    while task := conn.recv():
        began = time.perf_counter()
        seen: set[str] = set()
        counts: Counter[str] = Counter()
        slowest = 0.0
        for each in range(task.first, task.last + 1):
            if time.perf_counter() - began > task.seconds:
                break
            number.value = each
            content, suffix = made(task, each)
            before = _peak()
            os.ftruncate(faults, 0)
            faulthandler.dump_traceback_later(task.longest, exit=True, file=faults)
            start = time.perf_counter()
            finding = _tried(task, each, content, suffix, counts)
            slowest = max(slowest, time.perf_counter() - start)
            faulthandler.cancel_dump_traceback_later()
            counts["executions"] += 1
            if counts["executions"] == _TELL_EVERY:
                conn.send((counts, slowest))
                counts.clear()
            grown = _peak() - before
            if grown > task.largest:
                os.write(faults, f"{_MEMORY}: {grown >> 20} MiB".encode())
                os._exit(1)
            if finding and finding.key not in seen:
                seen.add(finding.key)
                faulthandler.dump_traceback_later(60, exit=True, file=faults)
                conn.send(_shrunk(task, suffix, finding))
                faulthandler.cancel_dump_traceback_later()
        conn.send((counts, slowest))
        conn.send(None)


def _tried(
    task: Task, number: int, content: bytes, suffix: str, counts: Counter[str]
) -> Finding | None:
    try:
        execute(task, number, content, suffix, counts)
    except KeyboardInterrupt:
        raise
    except Wrong as wrong:
        key = f"{wrong.kind}: {wrong}"
        return Finding(task.reader, number, wrong.kind, key, key, content)
    except BaseException as error:  # a panic of native code is no Exception
        words = "".join(traceback.format_exception(error, limit=-12))
        return Finding(task.reader, number, type(error).__name__, _where(error), words, content)
    return None


def _where(error: BaseException) -> str:
    """The exception's name and the innermost place in the package that it came through."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if frame.filename.startswith(PACKAGE)] or frames
    at = inside[-1]
    return f"{type(error).__name__} at {at.filename.removeprefix(PACKAGE)}:{at.name}"


def _shrunk(task: Task, suffix: str, finding: Finding) -> Finding:
    """The same finding with as little content as a few hundred tries leave."""
    best, tries, size = finding, 0, max(len(finding.content) // 2, 1)
    ends = time.perf_counter() + _SHRINKING_SECONDS
    while size and tries < _SHRINKING_TRIES:
        at = 0
        while at < len(best.content) and tries < _SHRINKING_TRIES:
            tries += 1 if time.perf_counter() < ends else _SHRINKING_TRIES
            smaller = best.content[:at] + best.content[at + size :]
            found = _tried(task, finding.number, smaller, suffix, Counter())
            if found and found.key == finding.key:
                best = found
            else:
                at += size
        size //= 2
    return best


def _nothing() -> None:
    """Set nothing up."""


class Fuzzer:
    """Keeps a process at work, and starts another where an input has ended it.

    `setup` is called in each of them first.
    """

    def __init__(self, setup: Callable[[], None] = _nothing) -> None:
        self._setup = setup
        self._context = multiprocessing.get_context("spawn")
        self._number = self._context.Value("q", -1)
        descriptor, self._faults = tempfile.mkstemp()
        os.close(descriptor)
        self._start()

    def __enter__(self) -> Fuzzer:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.join()
        Path(self._faults).unlink()

    def _start(self) -> None:
        self._conn, theirs = self._context.Pipe()
        arguments = (theirs, self._number, self._faults, self._setup)
        self._process = self._context.Process(target=_child, args=arguments, daemon=True)
        self._process.start()
        theirs.close()

    def run(self, task: Task) -> Told:
        """Try a task's inputs, all of them or as many as its time allows."""
        told, began = Told(), time.perf_counter()
        ends = began + task.seconds
        while task.first <= task.last and (left := ends - time.perf_counter()) > 0:
            part = dataclasses.replace(task, seconds=left)
            if self._work(part, told):
                break
            died = self._number.value
            if died < task.first:
                raise RuntimeError(f"the process ends by itself: {self._last_words()}")
            finding = self._death(task, died)
            self._start()
            # Once may be the machine's fault.
            again = dataclasses.replace(task, first=died, last=died)
            if finding.kind != "hang" or not self._work(again, told):
                told.add(finding)
            if not self._process.is_alive():
                self._start()
            task = dataclasses.replace(task, first=died + 1)
        told.seconds = time.perf_counter() - began
        return told

    def _work(self, task: Task, told: Told) -> bool:
        """Whether the process came to the task's end."""
        try:
            self._conn.send(task)
            while message := self._conn.recv():
                if isinstance(message, Finding):
                    told.add(message)
                else:
                    told.counts.update(message[0])
                    told.slowest = max(told.slowest, message[1])
        except (EOFError, ConnectionError):
            self._process.join()
            return False
        return True

    def _death(self, task: Task, number: int) -> Finding:
        content, _ = made(task, number)
        words = self._last_words()
        kind = "hang" if "Timeout (" in words else "memory" if _MEMORY in words else "crash"
        lines = [line.strip() for line in words.splitlines() if PACKAGE in line]
        key = f"{kind}: {lines[0].replace(PACKAGE, '') if lines else 'unknown place'}"
        return Finding(task.reader, number, kind, key, words, content)

    def _last_words(self) -> str:
        words = Path(self._faults).read_text(encoding="utf-8", errors="replace")
        return f"ended with {self._process.exitcode}\n{words[:4000]}"


# Small things


def _reader(name: str) -> Reader:
    return next(reader for reader in READERS if reader.name == name)


def _content(file: ExportFile) -> bytes:
    with file.open() as stream:
        return stream.read()


def _as_file(content: bytes) -> ExportFile:
    opener = typing.cast(Callable[[], typing.BinaryIO], functools.partial(io.BytesIO, content))
    return ExportFile("export/file", len(content), opener, EXPORTS)


class _files:
    """The files of an input: itself, or those in it where it is a zip."""

    def __init__(self, content: bytes, suffix: str) -> None:
        self._content, self._suffix = content, suffix

    def __enter__(self) -> list[ExportFile]:
        self._file = None
        if not self._suffix:
            return [_as_file(self._content)]
        self._file = tempfile.NamedTemporaryFile(suffix=self._suffix)
        self._file.write(self._content)
        self._file.flush()
        return find_files(Path(self._file.name)).files

    def __exit__(self, *_: object) -> None:
        if self._file:
            self._file.close()


def _peak() -> int:
    # getrusage's ru_maxrss outlives exec: in a child of a large process it hides all growth.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _memory() -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    return pages * resource.getpagesize()


# The command


def main(arguments: Sequence[str]) -> int:
    """Try every reader, or one; save and show what was found."""
    options = {"seconds": "60", "executions": "", "seed": "1", "reader": "", "prepare": "0",
               "folder": str(ROOT / "experiments" / "runs" / "fuzz")}  # fmt: skip
    given = dict(argument.partition("=")[::2] for argument in arguments)
    known = [reader.name for reader in READERS]
    names = [name for name in known if given.get("reader", "") in ("", name)]
    if not names or given.keys() - options.keys():
        say(f"options: {', '.join(options)}; readers: {', '.join(known)}")
        return 2
    options |= given
    seconds = float("inf") if options["executions"] else float(options["seconds"]) / len(names)
    last = int(options["executions"] or 10**12) - 1
    table = [_TABLE.format("reader", "inputs", "per s", "posts", "rejected", "refused", "slowest")]
    found = 0
    with Fuzzer() as fuzzer:
        for name in names:
            task = Task(name, int(options["seed"]), 0, last, seconds, options["prepare"] == "1")
            told = fuzzer.run(task)
            table.append(_row(name, told))
            say(table[-1])
            for finding in told.findings.values():
                found += 1
                path = _saved(finding, Path(options["folder"]), found)
                say(f"{finding.key}\n{path}\n{finding}")
    say("\n".join(["", *table, f"{found} findings"]))
    return 1 if found else 0


def _row(name: str, told: Told) -> str:
    counts = told.counts
    rate = counts["executions"] / max(told.seconds, 1e-9)
    return _TABLE.format(
        name, counts["executions"], f"{rate:.0f}", counts["posts"], counts["rejected"],
        counts["refused"], f"{told.slowest:.2f} s",
    )  # fmt: skip


def _saved(finding: Finding, folder: Path, number: int) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{number:03}-{finding.reader}-{finding.kind}"
    path.write_bytes(finding.content)
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
