"""Bluesky's feed: reposts, threads, quotes, and links whose places count bytes."""

import json
from datetime import UTC, datetime

import pytest

from smm_voice.posts.post import Post
from smm_voice.posts.readers.bluesky import without_cut_links

DUST = "🌍🛰️ Été: Talk about kicking up some serious dust!"


def when(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_fixture_post_by_post(read, exports):
    found = read(exports / "bluesky/getAuthorFeed.json")
    assert (found.reader, len(found.posts), found.rejected) == ("bluesky", 11, [])
    assert found.posts[1] == Post(
        id="3k001",
        text="Launching in Dec., @NASASun's ICON will help us better understand how Earth’s "
        "weather modifies space weather. More: https://t.co/08Tx2xSH9K https://t.co/B2ZjiL94DG",
        platform="bluesky",
        created_at=when(2017, 10, 23, 1, 13, 1),
        source="getAuthorFeed.json#2",
        account="nasa.example",
        language="en",
        likes=1753,
        shares=516,
        replies=0,
        url="https://bsky.app/profile/nasa.example/post/3k001",
    )
    repost = found.posts[10]
    assert (repost.kind, repost.account, repost.author) == (
        "repost",
        "nasa.example",
        "other.example",
    )
    assert repost.url == "https://bsky.app/profile/other.example/post/3k099"
    assert {p.kind for p in found.posts[:10]} == {"original"}


def test_awkward_posts(read, exports):
    found = read(exports / "bluesky/awkward/getAuthorFeed.json")
    assert found.posts[0] == Post(
        id="3l001",
        text=f"{DUST} 🔴 and the whole story, all of nasa.gov/short",
        platform="bluesky",
        created_at=when(2018, 1, 28, 23, 55, 1),
        source="getAuthorFeed.json#1",
        account="nasa.example",
        language="en",
        likes=3,
        shares=2,
        replies=1,
        url="https://bsky.app/profile/nasa.example/post/3l001",
        links=(
            "https://www.nasa.gov/placeholder/a-long-path",
            "https://www.nasa.gov/story",
            "https://nasa.gov/short",
        ),
        alt_texts=("Dust over Mars",),
    )
    assert [(p.id, p.kind, p.language, p.text) for p in found.posts[1:8]] == [
        ("3l002", "original", None, "Watch:"),
        ("3l003", "original", "en", "The dust settles."),
        ("3l004", "reply", "en", "Why, thank you!"),
        ("3l005", "reply", "en", "One more thing"),
        ("3l006", "quote", "en", "Look up & read this"),
        ("3l007", "quote", "fr", "Look again"),
        ("3l008", "original", "en", "Our feed of feeds"),
    ]
    assert found.posts[1].links == ("https://www.nasa.gov/placeholder/b",)
    assert found.posts[6].alt_texts == ("A planet",)
    own_again, pinned = found.posts[8:]
    assert (own_again.kind, own_again.id) == ("repost", "getAuthorFeed.json#9")
    assert (pinned.kind, pinned.id) == ("original", "3l009")
    assert [(r.reason, r.source) for r in found.rejected] == [("no_text", "getAuthorFeed.json#11")]


def test_pages_put_together_in_one_list(read, exports, tmp_path):
    feed = json.loads((exports / "bluesky/getAuthorFeed.json").read_text("utf-8"))["feed"]
    (tmp_path / "getAuthorFeed.json").write_text(json.dumps(feed))
    assert read(tmp_path / "getAuthorFeed.json") == read(exports / "bluesky/getAuthorFeed.json")


def facet(start, end, uri="https://www.a.b/long/path"):
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [{"uri": uri}]}


@pytest.mark.parametrize(
    ("text", "facets", "expected"),
    [
        ("é a.b/long... é", [facet(3, 14)], "é é"),
        ("👩🏽‍🚀 www.a.b/long…", [facet(16, 31)], "👩🏽‍🚀"),
        ("a.b/long... a.b/lo...", [facet(0, 11), facet(12, 21)], ""),
        ("(a.b/long...)", [facet(1, 12)], "()"),
        ("read on...", [facet(0, 10)], "read on..."),
        ("x.y/z...", [facet(0, 8)], "x.y/z..."),
        ("a.b/long... ", [facet(0, 11), facet(3, 11)], ""),
        (" a.b/long... kept", [facet(20, 40), facet(-1, 5), facet("1", None), {}], None),
        (" kept as it is ", [], None),
    ],
)
def test_cut_links_are_taken_out_by_bytes(text, facets, expected):
    assert without_cut_links(text, facets) == (text if expected is None else expected)
