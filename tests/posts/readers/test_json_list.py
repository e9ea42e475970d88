"""Lists in JSON that no platform defined, by the names that columns go by."""

import json
from datetime import UTC, datetime

import pytest

from smm_voice.posts.post import Post

ROW = {"text": "Some words", "date": "2018-01-28"}


@pytest.fixture
def of(tmp_path, read):
    """Read a document."""

    def run(document, **options):
        (tmp_path / "a.json").write_text(json.dumps(document))
        return read(tmp_path / "a.json", **options)

    return run


def test_fixture_post_by_post(read, exports):
    found = read(exports / "json/posts.json")
    assert (found.reader, found.rejected, found.error) == ("json", [], None)
    assert found.posts == [
        Post(
            id="919942245704445953",
            text="Light & #GravitationalWaves, together at last! What did our telescopes and @LIGO "
            "see when two dead stars collided? 🚀\n#été",
            platform="x",
            created_at=datetime(2017, 10, 16, 15, 4, 57, tzinfo=UTC),
            source="posts.json#1",
            account="NASA",
            language="en",
            likes=1865,
            shares=814,
            url="https://x.com/NASA/status/919942245704445953",
            campaign="LIGO",
        ),
        Post(
            id="2",
            text="@laceymmark Why, thank you!",
            platform="unknown",
            created_at=datetime(2017, 10, 17, 18, 21, 33, tzinfo=UTC),
            source="posts.json#2",
            kind="reply",
        ),
    ]


def test_a_list_under_a_key(read, exports):
    found = read(exports / "json/data.json")
    (post,) = found.posts
    assert (found.reader, post.text) == ("json", "Talk about kicking up some serious dust!")
    assert (post.platform, post.zone_known) == ("facebook", False)
    assert post.created_at == datetime(2018, 1, 28, 23, 55, tzinfo=UTC)
    assert post.alt_texts == ("Dust over Mars",)
    assert [(r.reason, r.source) for r in found.rejected] == [("no_text", "data.json#2")]


@pytest.mark.parametrize("wrap", [lambda r: r, lambda r: {"posts": r}, lambda r: {"data": r}])
def test_the_three_shapes(of, wrap):
    found = of(wrap([ROW, None, 7, {}]))
    assert (found.reader, [p.text for p in found.posts]) == ("json", ["Some words"])
    assert [r.reason for r in found.rejected] == ["not_a_post", "not_a_post", "no_text"]


def test_keys_named_by_the_brand(of):
    row = {"headline": "Some words", "text": "short", "when.exactly": "2018-01-28"}
    columns = {"text": "headline", "created_at": "when.exactly"}
    found = of([row], columns=columns)
    assert (found.reader, found.posts[0].text) == ("json", "Some words")
    assert of([row]).reader is None


def test_rows_may_have_different_keys(of):
    rows = [ROW, {"caption": "Other words", "timestamp": 1508264493}]
    assert [p.text for p in of(rows).posts] == ["Some words", "Other words"]


@pytest.mark.parametrize(
    "document",
    [
        [{"text": "words without a time"}],
        [{"date": "2018-01-28"}],
        {"messages": [ROW]},
        {"data": ROW},
        {"posts": {"text": "x", "date": "y"}},
        [ROW["text"]],
        [[ROW]],
        {},
        [],
        7,
    ],
)
def test_what_names_no_text_and_time_is_nobodys(of, document):
    assert of(document).reader is None


def test_json_lines_that_hold_lists_stay_json_lines(tmp_path, read):
    row = {"text": "Some words", "created_at": "2018-01-28", "data": [ROW]}
    (tmp_path / "a.jsonl").write_text("\n".join([json.dumps(row)] * 2))
    found = read(tmp_path / "a.jsonl")
    assert (found.reader, len(found.posts)) == ("jsonl", 2)
