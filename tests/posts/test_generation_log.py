"""The generation log: nothing that was given out is lost, and what is damaged stops nothing."""

import json
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from smm_voice.posts.generation_log import VARIABLE, Generated, brief_digest, note, read, served_log

WHEN = datetime(2024, 5, 2, 9, 30, tzinfo=UTC)


def text(words, when=WHEN):
    return Generated(words, when, "x", "acme-voice version 3", brief_digest("a brief"))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "generated" / "acme" / "log.jsonl"


def test_what_is_noted_is_read_again(path):
    awkward = text('Ligne 1\nligne 2 "…" \u2028 🚀 \ud83d')
    note(path, [text("one"), awkward])
    note(path, [text("two")])
    assert read(path.parent) == [text("one"), awkward, text("two")]
    assert len(path.read_bytes().splitlines()) == 3
    row = json.loads(path.read_text("utf-8").splitlines()[0])
    assert row == {
        "text": "one", "time": "2024-05-02T09:30:00+00:00", "platform": "x",
        "model": "acme-voice version 3", "brief": brief_digest("a brief"),
    }  # fmt: skip


def test_without_a_log_or_without_texts_there_is_nothing(path):
    assert read(path.parent) == []
    note(path, [text(" \n")])
    assert not path.exists()


def test_a_text_counts_from_the_first_time_it_was_given_out(path):
    note(path, [text("one"), text("one", WHEN - timedelta(days=3)), text("one", WHEN)])
    assert read(path.parent) == [text("one", WHEN - timedelta(days=3))]


def test_times_are_utc_whatever_the_writers_zone(path):
    note(path, [text("one", WHEN.astimezone(timezone(timedelta(hours=9))))])
    assert read(path.parent)[0].time == WHEN and "+00:00" in path.read_text()


@pytest.mark.parametrize(
    "damage",
    [b'{"text": "half', b"\xff\xfe\n", b"[]\n", b'{"text": 3, "time": "2024-01-01"}\n',
     b'{"text": "x", "time": "yesterday"}\n', b'{"text": "x"}\n', b"null\n\n", b"[" * 100_000],
)  # fmt: skip
def test_what_a_killed_writer_left_costs_one_line(path, damage, caplog):
    note(path, [text("before")])
    with path.open("ab") as file:
        file.write(damage)
    note(path, [text("after")])
    assert [each.text for each in read(path.parent)] == ["before", "after"]
    assert "1 lines cannot be read" in caplog.text


def test_a_served_model_s_log_counts_once_it_is_copied_beside(path):
    note(path, [text("one")])
    note(path.with_name("served-2.jsonl"), [text("two"), text("one", WHEN - timedelta(days=1))])
    assert {each.text: each.time for each in read(path.parent)} == {
        "one": WHEN - timedelta(days=1), "two": WHEN,
    }  # fmt: skip


def test_writers_at_the_same_time_do_not_cut_each_other(path):
    def write(number):
        for k in range(20):
            note(path, [text(f"{number}/{k} " + "long " * 2000)])

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(read(path.parent)) == 80


def test_a_log_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        note(tmp_path / "file" / "log.jsonl", [text("one")])


def test_a_served_model_s_log_is_named_by_the_environment(monkeypatch, tmp_path):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert served_log() is None
    monkeypatch.setenv(VARIABLE, "")
    assert served_log() is None
    monkeypatch.setenv(VARIABLE, str(tmp_path / "log.jsonl"))
    assert served_log() == tmp_path / "log.jsonl"
