"""X archives: what the fixture says, read by hand, is what the reader says."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from smm_voice.errors import InputError


def test_fixture_post_by_post(read, exports):
    posts = {post.id: post for post in read(exports / "x_archive").posts}
    assert len(posts) == 23
    first = posts["919942245704445953"]
    assert first.text == (
        "Light & #GravitationalWaves, together at last! What did our telescopes and @LIGO see "
        "when two dead stars collided? https://t.co/9d2U5bkGzH https://t.co/EW4feLk1oC"
    )
    assert first.created_at == datetime(2017, 10, 16, 15, 4, 57, tzinfo=UTC)
    assert (first.likes, first.shares, first.replies) == (1865, 814, None)
    assert (first.platform, first.account, first.language) == ("x", "NASA", "en")
    assert first.provenance == "unknown"
    assert first.source == "x_archive/data/tweets.js#1"
    faint = posts["986703853054844930"]
    assert "tiny & faint" in faint.text and "🌎 and their host ⭐️" in faint.text
    assert posts["1011708721863561217"].created_at == datetime(2018, 6, 26, 20, 32, 10, tzinfo=UTC)


def test_fixture_kinds(read, exports):
    posts = read(exports / "x_archive").posts
    assert Counter(post.kind for post in posts) == {"original": 20, "reply": 2, "repost": 1}
    (repost,) = [post for post in posts if post.kind == "repost"]
    assert (repost.id, repost.likes, repost.shares) == ("1013558869728071685", 0, 814)


def test_sources_account_for_every_row(read, exports):
    rows, other = None, None
    for entry in read(exports / "x_archive").sources:
        if entry["path"].endswith("tweets.js"):
            rows = (entry["format"], entry["rows"], entry["posts"])
        else:
            other = (entry["path"], entry["format"])
    assert rows == ("x_archive", 23, 23)
    assert other == ("x_archive/data/account.js", "not an export")


def test_own_thread_is_original_and_answer_to_others_is_reply(read, archive, tweet):
    folder = archive(
        [
            tweet("Second part of the story", "1", in_reply_to_screen_name="ACME"),
            tweet("Thanks for asking us", "2", in_reply_to_screen_name="someone"),
            tweet("@someone hello to you", "3"),
            tweet("Answer to a deleted account", "4", in_reply_to_status_id_str="9"),
        ],
        username="acme",
    )
    assert [p.kind for p in read(folder).posts] == ["original", "reply", "reply", "reply"]


def test_counts_that_are_absent_or_unreadable_are_none_not_zero(read, archive, tweet):
    folder = archive(
        [
            tweet(post_id="1"),
            tweet(post_id="2", favorite_count="0"),
            tweet(post_id="3", favorite_count="1,234", retweet_count=7),
            tweet(post_id="4", favorite_count="²", retweet_count="-1"),
        ]
    )
    assert [(p.likes, p.shares) for p in read(folder).posts] == [
        (None, None),
        (0, None),
        (1234, 7),
        (None, None),
    ]


def test_old_tweet_js_without_wrapper(read, archive, tweet):
    posts = read(archive([tweet("Read &lt;this&gt; &amp;amp;", "42")], variable="tweet")).posts
    assert [(p.id, p.text) for p in posts] == [("42", "Read <this> &amp;")]


def test_rows_that_are_no_posts_are_counted_with_their_reason(read, archive, tweet):
    rows = [None, "x", tweet(" "), tweet(created_at="soon"), tweet("All is well here")]
    found = read(archive(rows))
    assert [r.reason for r in found.rejected] == ["not_a_post"] * 2 + ["no_text", "no_time"]
    assert [p.text for p in found.posts] == ["All is well here"]


@pytest.mark.parametrize(
    "body",
    ["[{", '[{"tweet": {"full_text": "x"}', '{"tweet": 1}', "", "[1" + "0" * 5000 + "]"]
    + ["[" * 100_000],
    ids=["cut", "cut late", "no list", "nothing", "huge number", "deep"],
)
def test_damaged_json_names_brand_and_file(read, tmp_path, body):
    (tmp_path / "tweets.js").write_text(f"window.YTD.tweets.part0 = {body}")
    with pytest.raises(InputError, match="brand probe: tweets.js cannot be read as x_archive"):
        read(tmp_path / "tweets.js")


def test_empty_archive_is_read_as_no_posts(read, archive):
    found = read(archive([]))
    assert (found.posts, found.rejected) == ([], [])
    assert (found.sources[0]["format"], found.sources[0]["rows"]) == ("x_archive", 0)


def test_each_archive_in_a_folder_keeps_its_own_account(read, archive, tweet):
    archive([tweet("From the first account", "1")], "first", folder="both/a")
    thread = tweet("Thread of the second", "2", in_reply_to_screen_name="second")
    folder = archive([thread], "second", folder="both/b").parent
    found = {post.id: (post.account, post.kind) for post in read(folder).posts}
    assert found == {"1": ("first", "original"), "2": ("second", "original")}
