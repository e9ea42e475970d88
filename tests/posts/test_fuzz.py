"""No damaged export breaks a reader; and the fuzzer that says so would notice if one did."""

import ctypes
import dataclasses
import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pytest

from smm_voice.posts.files import digest, find_files
from smm_voice.posts.post import Post, Rejected
from smm_voice.posts.readers import READERS, Sample
from smm_voice.posts.readers.x_archive import account_name
from tests.posts import fuzz, mutations

EXECUTIONS = 60
ELSEWHERE = datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=1)))
POST = Post("1", "A text", "x", datetime(2024, 1, 1, tzinfo=UTC), "export/file#1")


@pytest.fixture(scope="module")
def told():
    """What came of each reader's inputs; always the same inputs for the same fixtures."""
    with fuzz.Fuzzer() as fuzzer:
        yield {r.name: fuzzer.run(fuzz.Task(r.name, 1, 0, EXECUTIONS - 1)) for r in READERS}


@pytest.mark.parametrize("name", [reader.name for reader in READERS])
def test_no_damage_breaks_a_reader(name, told):
    findings = [str(f) for f in told[name].findings.values() if f.kind != "leak"]
    assert not findings, "\n".join(findings)
    assert told[name].counts["executions"] == EXECUTIONS
    assert told[name].counts["posts"] > 0


@pytest.mark.parametrize("name", [reader.name for reader in READERS])
def test_no_message_holds_what_stood_in_the_export(name, told):
    assert [f.key for f in told[name].findings.values() if f.kind == "leak"] == []


def test_no_damaged_zip_breaks_the_search_for_files(tmp_path):
    tweets = b'window.YTD.tweets.part0 = [{"tweet": {"full_text": "Hello"}}]'
    whole = mutations.zipped({"export/été.csv": b"text,date\nA,2024-01-01\n", "t.js": tweets})
    path, broken = tmp_path / "export.zip", Counter()
    for number in range(1000):
        path.write_bytes(mutations.damaged_bytes(whole, random.Random(number), [whole]))
        try:
            for file in find_files(path).files:
                digest(file)
                account_name(Sample(file))
        except Exception as error:
            broken[f"{type(error).__name__}: {error}"[:60]] += 1
    assert broken == {}


def test_a_member_of_a_zip_may_have_no_name(tmp_path):
    path = tmp_path / "export.zip"
    whole = mutations.zipped({"@posts": b"text,date\nA,2024-01-01\n", "b.csv": b"text,date\n"})
    path.write_bytes(whole.replace(b"@posts", b"\0posts"))  # a name ends at NUL
    found = find_files(path)
    assert "export.zip/b.csv" in [file.name for file in found.files]
    assert len(found.files) + len(found.refused) == 2


# The fuzzer itself


def _ends_the_process():
    ctypes.string_at(0)


def _fills_the_memory():
    return [] if b"x" * 2**28 else None


def _raises(error):
    raise error


# What a reader may do wrong → what the fuzzer calls it.
WRONGS = {
    "nothing": (lambda: [POST, Rejected("no_text", "export/file#2")], None),
    "breaks off": (lambda: _raises(ValueError("after row 2")), None),
    "error": (lambda: _raises(KeyError("data")), "KeyError"),
    "panic": (lambda: _raises(BaseException("of native code")), "BaseException"),
    "crash": (_ends_the_process, "crash"),
    "memory": (_fills_the_memory, "memory"),
    "said": (lambda: _raises(ValueError(f"what is {mutations.SECRET}?")), "leak"),
    "told": (lambda: [Rejected("no_time", "export/file#1", mutations.SECRET)], "leak"),
    "reason": (lambda: [Rejected("because", "export/file#1")], "row"),
    "twice": (lambda: [POST, POST], "row"),
    "likes": (lambda: [dataclasses.replace(POST, likes="3")], "post"),
    "true": (lambda: [dataclasses.replace(POST, views=True)], "post"),
    "links": (lambda: [dataclasses.replace(POST, links=["a"])], "post"),
    "zone": (lambda: [dataclasses.replace(POST, created_at=ELSEWHERE)], "post"),
    "source": (lambda: [dataclasses.replace(POST, source="other#1")], "post"),
    "blank": (lambda: [dataclasses.replace(POST, text=" ")], "post"),
    "pair": (lambda: [dataclasses.replace(POST, text="\ud83d\ude00")], "post"),
    "hang": (lambda: time.sleep(60), "hang"),
}


class Wrong:
    """A reader that does what its file names."""

    name = "wrong"

    def recognises(self, sample):
        return False

    def read(self, file, options):
        with file.open() as stream:
            yield from WRONGS[stream.read().decode()][0]() or []


def _with_the_wrong_reader():
    fuzz.READERS = (Wrong(),)
    fuzz.seeds = lambda name: [each.encode() for each in WRONGS]


def test_each_thing_a_reader_may_do_wrong_is_found_and_the_rest_still_tried(monkeypatch):
    for name in ("READERS", "seeds"):
        monkeypatch.setattr(fuzz, name, getattr(fuzz, name))
    _with_the_wrong_reader()
    # The last one, which takes that long, is tried once only.
    task = fuzz.Task("wrong", 1, 0, len(WRONGS) - 2, longest=2.0, largest=2**27)
    large = b"x" * 2**29  # what the process is started from may be larger than what it fills
    with fuzz.Fuzzer(_with_the_wrong_reader) as fuzzer:
        one_by_one = {
            name: fuzzer.run(dataclasses.replace(task, first=number, last=number)).findings
            for number, name in enumerate(WRONGS)
        }
        together = fuzzer.run(task)
    del large
    kinds = {name: [f.kind for f in found.values()] for name, found in one_by_one.items()}
    assert kinds == {name: [kind] if kind else [] for name, (_, kind) in WRONGS.items()}
    expected = {kind for _, kind in WRONGS.values() if kind not in (None, "hang")}
    assert {finding.kind for finding in together.findings.values()} == expected


def test_what_is_found_is_kept_as_small_as_it_can_be(monkeypatch):
    def read(self, file, options):
        with file.open() as stream:
            yield {}["x"] if b"bad" in stream.read() else POST

    monkeypatch.setattr(Wrong, "read", read)
    monkeypatch.setattr(fuzz, "READERS", (Wrong(),))
    content = b"some good words, then a bad one, and a tail" * 20
    found = fuzz.Finding(
        "wrong", 0, "KeyError", "KeyError at /posts/test_fuzz.py:read", "", content
    )
    task = fuzz.Task("wrong", 1, 0, 0)
    first = fuzz._tried(task, 0, content, "", Counter())
    assert first.kind == found.kind
    assert fuzz._shrunk(task, "", first).content == b"bad"


def test_inputs_are_the_same_for_the_same_seed_and_others_for_another():
    task = fuzz.Task("csv", 1, 0, 0)
    numbers = range(len(fuzz.seeds("csv")), 120)
    made = [fuzz.made(task, number) for number in numbers]
    assert [fuzz.made(task, number) for number in numbers] == made
    other = dataclasses.replace(task, seed=2)
    assert sum(fuzz.made(other, n) != one for n, one in zip(numbers, made, strict=True)) > 90
    assert len(set(made)) > 0.9 * len(made)


def test_the_command_takes_no_unknown_option_or_reader(capsys):
    assert fuzz.main(["second=1"]) == 2
    assert fuzz.main(["reader=none"]) == 2
    assert "x_archive" in capsys.readouterr().out
