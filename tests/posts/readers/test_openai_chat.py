"""OpenAI's chat format: the assistant's last message, and times that are never made up."""

import json
from datetime import UTC, datetime

import pytest

from smm_voice.posts.post import Post

TURN = {"role": "assistant", "content": "Some words"}
DAY = "2018-01-28T23:55:01Z"


@pytest.fixture
def of(tmp_path, read):
    """Read rows, one a line."""

    def run(*rows):
        (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
        return read(tmp_path / "a.jsonl", format="openai_chat")

    return run


def test_fixture_post_by_post(read, exports):
    found = read(exports / "openai_chat/posts.jsonl", platform="x", account="nasa")
    assert (found.reader, len(found.posts), found.error) == ("openai_chat", 3, None)
    assert found.posts[0] == Post(
        id="posts.jsonl#1",
        text="Talk about kicking up some serious dust! 🔴\n#été",
        platform="x",
        created_at=datetime(2018, 1, 28, 23, 55, 1, tzinfo=UTC),
        source="posts.jsonl#1",
        account="nasa",
    )
    second, third = found.posts[1:]
    assert second.text.startswith("Did you know that @Space_Station")
    assert second.created_at == datetime(2018, 1, 6, 0, 43, 1, tzinfo=UTC)
    assert (third.created_at, third.zone_known) == (datetime(2018, 2, 10, tzinfo=UTC), False)
    assert [(r.reason, r.source) for r in found.rejected] == [
        ("no_time", "posts.jsonl#4"),
        ("no_text", "posts.jsonl#5"),
    ]
    assert "created_at" in found.rejected[0].detail
    assert {post.provenance for post in found.posts} == {"unknown"}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"messages": [TURN], "created_at": "soon"}, "no_time"),
        ({"messages": [TURN], "created_at": 0}, "no_time"),
        ({"messages": [TURN], "created_at": "", "date": None, "metadata": [1]}, "no_time"),
        ({"messages": [TURN | {"content": None}], "date": DAY}, "no_text"),
        ({"messages": [TURN | {"content": 7}], "date": DAY}, "no_text"),
        ({"messages": [TURN | {"content": [{"type": "image"}, 7]}], "date": DAY}, "no_text"),
        ({"messages": [TURN, TURN | {"content": ""}], "date": DAY}, "no_text"),
        ({"messages": [{"role": 7}, None], "date": DAY}, "no_text"),
        ({"messages": {}}, "not_a_post"),
        ({"messages": []}, "not_a_post"),
        ({}, "not_a_post"),
        ([], "not_a_post"),
        ("x", "not_a_post"),
    ],
)
def test_rows_that_are_no_posts(of, row, reason):
    found = of(row, {"messages": [TURN], "date": DAY})
    assert [r.reason for r in found.rejected] == [reason]
    assert [(p.text, p.source) for p in found.posts] == [("Some words", "a.jsonl#2")]


def test_damaged_lines_cost_themselves_only(tmp_path, read):
    good = json.dumps({"messages": [TURN], "date": DAY})
    lines = ["\ufeff" + good, "", good[:40], "[" * 100_000, good]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    found = read(tmp_path / "a.jsonl")
    assert (found.reader, len(found.posts)) == ("openai_chat", 2)
    assert [(r.reason, r.source) for r in found.rejected] == [
        ("damaged_row", "a.jsonl#3"),
        ("damaged_row", "a.jsonl#4"),
    ]


def test_a_first_line_longer_than_the_head_is_recognised(tmp_path, recognised_by):
    row = {"messages": [{"role": "user", "content": "x" * 100_000}, TURN], "date": DAY}
    first = {"messages": [{"role": "system", "content": "y"}, *row["messages"]]}
    (tmp_path / "a.jsonl").write_text(json.dumps(first))
    assert recognised_by(tmp_path / "a.jsonl") == "openai_chat"


def test_messages_between_people_are_not_taken(tmp_path, recognised_by):
    inbox = {"messages": [{"sender_name": "X", "timestamp_ms": 1, "content": "Hello"}]}
    (tmp_path / "message_1.json").write_text(json.dumps(inbox))
    assert recognised_by(tmp_path / "message_1.json") is None
