"""Mastodon's outbox: HTML, content warnings, threads, and what is not public."""

import json
from datetime import UTC, datetime

import pytest

from smm_voice.posts.post import Post
from smm_voice.posts.readers.mastodon import html_text

MARS = "Talk about kicking up some serious dust!"


def when(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_fixture_post_by_post(read, exports):
    found = read(exports / "mastodon/outbox.json")
    assert (found.reader, len(found.posts), found.error) == ("mastodon", 12, None)
    assert found.posts[9] == Post(
        id="10009",
        text="Live Now: FY2019 Budget Estimate is now posted: https://t.co/g6nWsLjMHh\n\nAt 1pm "
        "ET: Hear about the #StateOfNASA from acting Administrator Lightfoot. Watch live: "
        "https://t.co/Jgyd4KuKYH https://t.co/hJxiTsmvUq",
        platform="mastodon",
        created_at=when(2018, 2, 12, 17, 20, 3),
        source="outbox.json#10",
        account="nasa",
        language="en",
        url="https://example.social/@nasa/10009",
        links=(
            "https://t.co/g6nWsLjMHh",
            "https://t.co/Jgyd4KuKYH",
            "https://t.co/hJxiTsmvUq",
        ),
    )
    assert found.posts[0].text.startswith("Light & #GravitationalWaves, together at last!")
    assert found.posts[5].text.startswith("spoilers\n\nHatches between the Soyuz spacecraft")
    assert [p.id for p in found.posts if p.kind == "reply"] == ["10007"]
    assert [(r.reason, r.source) for r in found.rejected] == [("repost", "outbox.json#13")]


def test_awkward_statuses(read, exports):
    found = read(exports / "mastodon/awkward/outbox.json")
    first = found.posts[0]
    address = "https://www.nasa.gov/placeholder/a-long-path?a=1&b=2"
    assert first == Post(
        id="1",
        text=f"Space weather\n\n{MARS} :blob: 🔴\nDetails: {address}\n\n@noaa #Mars",
        platform="mastodon",
        created_at=when(2018, 1, 28, 23, 55, 1),
        source="outbox.json#1",
        account="nasa",
        language="en",
        likes=723,
        shares=179,
        url="https://example.social/@nasa/1",
        links=(address,),
        alt_texts=("Dust over Mars",),
    )
    assert [(p.id, p.kind, p.language, p.text) for p in found.posts[1:6]] == [
        ("2", "original", "fr", "Une tempête de poussière sur Mars\u00a0: à suivre…"),
        ("3", "reply", "en", "@x Why, thank you!"),
        ("4", "reply", "en", "Why, thank you!"),
        ("5", "original", "en", "Which planet is next?"),
        ("6", "quote", "en", "Look up & read the whole story"),
    ]
    assert found.posts[5].links == ("https://www.nasa.gov/placeholder",)
    assert [p.id for p in found.posts[6:]] == ["9"]  # unlisted
    assert [(r.reason, r.source.partition("#")[2]) for r in found.rejected] == [
        ("not_public", "7"),
        ("not_public", "8"),
        ("no_text", "10"),
        ("repost", "11"),
        ("not_a_post", "12"),
    ]


def test_a_boost_that_holds_the_status_is_a_repost(tmp_path, read):
    public = "https://www.w3.org/ns/activitystreams#Public"
    status = {"id": "https://a.b/1", "content": "<p>Words</p>", "published": "2018-01-28T23:55:01Z"}
    boost = {"type": "Announce", "actor": "https://c.d/users/e", "to": public, "object": status}
    (tmp_path / "a.json").write_text(json.dumps({"orderedItems": [boost]}))
    (post,) = read(tmp_path / "a.json").posts
    assert (post.kind, post.text, post.account) == ("repost", "Words", "e")


def test_lists_of_addresses_of_the_same_archive_are_nobodys(tmp_path, recognised_by):
    liked = {"type": "OrderedCollection", "orderedItems": ["https://other.social/users/y/2"]}
    (tmp_path / "outbox.json").write_text(json.dumps(liked))
    assert recognised_by(tmp_path / "outbox.json") is None


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<p>a</p><p>b<br>c<br/>d</p>", "a\n\nb\nc\nd"),
        ("<p>a\n b</p>", "a b"),
        ("<p>a:</p><ul><li>b</li><li>c</li></ul><p>d</p>", "a:\n\nb\nc\n\nd"),
        ("<blockquote>a</blockquote><p>b &lt;3 &#128512;</p>", "a\n\nb <3 😀"),
        ('<a href="https://a.b/c">words</a>', "words"),
        ('<a href="https://a.b/c"><span class="ellipsis">a.b</span></a>', "https://a.b/c"),
        ("a<span class='quote-inline'><br/>RE: <a href='https://a.b'>x</a></span>", "a"),
        ("no tags", "no tags"),
        ("", ""),
        ("<frameset></frameset>", ""),
    ],
)
def test_html_becomes_text(content, text):
    assert html_text(content)[0] == text
