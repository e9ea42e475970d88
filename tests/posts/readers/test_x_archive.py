"""X archives: what the fixture says, read by hand, is what the reader says."""

import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from smm_voice.posts.files import find_files
from smm_voice.posts.post import Post
from smm_voice.posts.readers import Sample
from smm_voice.posts.readers.x_archive import account_name

CREATED = "Mon Oct 16 15:04:57 +0000 2017"


def tweet(text="A quiet day on the Moon", post_id="1", **more):
    """One tweet as an archive holds it."""
    return {"id_str": post_id, "full_text": text, "created_at": CREATED} | more


def linked(*addresses):
    return {"urls": [{"url": "https://t.co/x", "expanded_url": each} for each in addresses]}


@pytest.fixture
def of(tmp_path, read):
    """Read tweets as one file."""

    def run(*tweets, name="tweets", part=0, wrapped=True, **options):
        rows = [{"tweet": each} for each in tweets] if wrapped else list(tweets)
        path = tmp_path / f"{name}.js"
        path.write_text(f"window.YTD.{name}.part{part} = {json.dumps(rows, indent=1)}")
        return read(path, **options)

    return run


def test_fixture_post_by_post(read, exports):
    found = read(exports / "x_archive/data/tweets.js", account="NASA")
    posts = {post.id: post for post in found.posts}
    assert (found.reader, len(posts), found.rejected, found.error) == ("x_archive", 23, [], None)
    assert posts["919942245704445953"] == Post(
        id="919942245704445953",
        text="Light & #GravitationalWaves, together at last! What did our telescopes and @LIGO see "
        "when two dead stars collided? https://t.co/9d2U5bkGzH https://t.co/EW4feLk1oC",
        platform="x",
        created_at=datetime(2017, 10, 16, 15, 4, 57, tzinfo=UTC),
        source="tweets.js#1",
        account="NASA",
        language="en",
        likes=1865,
        shares=814,
        url="https://x.com/i/status/919942245704445953",
        links=("https://www.nasa.gov/placeholder",),
    )
    faint = posts["986703853054844930"]
    assert "tiny & faint" in faint.text and "🌎 and their host ⭐️" in faint.text
    assert posts["1011708721863561217"].created_at == datetime(2018, 6, 26, 20, 32, 10, tzinfo=UTC)


def test_fixture_kinds(read, exports):
    posts = read(exports / "x_archive/data/tweets.js").posts
    assert Counter(post.kind for post in posts) == {"original": 20, "reply": 2, "repost": 1}
    (repost,) = [post for post in posts if post.kind == "repost"]
    assert (repost.id, repost.likes, repost.shares) == ("1013558869728071685", 0, 814)
    assert repost.text.startswith("RT @NASA_Johnson: ")


def test_the_account_stands_in_a_file_beside(exports, read):
    (file,) = find_files(exports / "x_archive/data/account.js").files
    assert account_name(Sample(file)) == "NASA"
    assert read(exports / "x_archive/data/account.js").reader is None
    (file,) = find_files(exports / "x_archive/data/tweets.js").files
    assert account_name(Sample(file)) is None


@pytest.mark.parametrize("part", [0, 1, 12])
def test_parts_of_a_large_archive(of, part):
    found = of(tweet("Some words"), part=part)
    assert (found.reader, [p.text for p in found.posts]) == ("x_archive", ["Some words"])


@pytest.mark.parametrize("wrapped", [True, False])
def test_old_tweet_js_with_and_without_wrapper(of, wrapped):
    found = of(tweet("Read &lt;this&gt; &amp;amp;", "42"), name="tweet", wrapped=wrapped)
    assert found.reader == "x_archive"
    assert [(p.id, p.text) for p in found.posts] == [("42", "Read <this> &amp;")]


def test_older_tweets_call_their_text_text(of):
    old = {"id": 7, "text": "Some words", "created_at": CREATED}
    assert [(p.id, p.text) for p in of(old, wrapped=False).posts] == [("7", "Some words")]


def test_answers_and_threads_of_ones_own(of):
    found = of(
        tweet("Second part of the story", in_reply_to_screen_name="ACME"),
        tweet("Thanks for asking us", in_reply_to_screen_name="someone"),
        tweet("@someone hello to you"),
        tweet("Answer to a deleted account", in_reply_to_status_id_str="9"),
        tweet("RT @acme: Second part of the story", in_reply_to_screen_name="ACME"),
        account="acme",
    )
    assert [p.kind for p in found.posts] == ["original", "reply", "reply", "reply", "repost"]
    # Without the account nobody can tell one's own thread.
    (post,) = of(tweet(in_reply_to_screen_name="ACME")).posts
    assert post.kind == "reply"


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"entities": linked("https://twitter.com/x/status/123")}, "quote"),
        ({"entities": linked("https://a.b/c", "https://x.com/x/status/123")}, "quote"),
        ({"quoted_status_id_str": "123"}, "quote"),
        ({"entities": linked("https://x.com/x/status/123", "https://a.b/c")}, "original"),
        ({"entities": linked("https://twitter.com/x/status/123/photo/1")}, "original"),
        ({"entities": linked("https://x.com/x")}, "original"),
    ],
)
def test_quotes_end_with_the_address_of_a_post(of, more, kind):
    (post,) = of(tweet("Look at this https://t.co/x", **more)).posts
    assert post.kind == kind


def test_links_in_full_and_descriptions_of_pictures(of):
    media = [{"ext_alt_text": "Dust over Mars"}, {"ext_alt_text": None}, {}, 7]
    (post,) = of(
        tweet(
            entities=linked("https://a.b/c?d=1", "https://a.b/c?d=1", "https://e.f")
            | {"media": media[:1]},
            extended_entities={"media": media},
        )
    ).posts
    assert post.links == ("https://a.b/c?d=1", "https://e.f")
    assert post.alt_texts == ("Dust over Mars",)


def test_long_posts_stand_cut_in_the_archive(of, tmp_path, recognised_by):
    cut = "Word " * 54 + "and so… https://t.co/x"
    assert [p.text for p in of(tweet(cut)).posts] == [cut]
    note = [{"noteTweet": {"noteTweetId": "9", "core": {"text": "Word " * 90}}}]
    (tmp_path / "note-tweet.js").write_text(f"window.YTD.note_tweet.part0 = {json.dumps(note)}")
    assert recognised_by(tmp_path / "note-tweet.js") is None


@pytest.mark.parametrize("other", ["like", "direct_messages", "deleted_tweets", "tweet_headers"])
def test_other_files_of_the_archive_are_nobodys(tmp_path, recognised_by, other):
    row = [{"like": {"tweetId": "1", "fullText": "Somebody's words"}}]
    (tmp_path / "tweets.js").write_text(f"window.YTD.{other}.part0 = {json.dumps(row)}")
    assert recognised_by(tmp_path / "tweets.js") is None


def test_counts_that_are_absent_or_unreadable_are_none_not_zero(of):
    found = of(
        tweet(),
        tweet(favorite_count="0"),
        tweet(favorite_count="1,234", retweet_count=7),
        tweet(favorite_count="²", retweet_count="-1"),
        tweet(favorite_count=[1], retweet_count={}),
    )
    assert [(p.likes, p.shares) for p in found.posts] == [
        (None, None),
        (0, None),
        (1234, 7),
        (None, None),
        (None, None),
    ]


def test_rows_that_are_no_posts_are_counted_with_their_reason(of):
    rows = [None, "x", tweet(" "), tweet(full_text=7), tweet(created_at="soon"), tweet("All well")]
    found = of(*rows)
    reasons = ["not_a_post", "not_a_post", "no_text", "no_text", "no_time"]
    assert [r.reason for r in found.rejected] == reasons
    assert [(p.text, p.source) for p in found.posts] == [("All well", "tweets.js#6")]


@pytest.mark.parametrize(
    "key", ["entities", "extended_entities", "lang", "in_reply_to_screen_name"]
)
@pytest.mark.parametrize("junk", [None, 7, "x", [], {}, [None], {"urls": 7, "media": [7]}])
def test_wrong_types_raise_nothing(of, key, junk):
    assert len(of(tweet(**{key: junk})).posts) == 1


def test_a_file_that_breaks_off_gives_what_stood_before(tmp_path, read, exports):
    whole = (exports / "x_archive/data/tweets.js").read_text("utf-8")
    (tmp_path / "tweets.js").write_text(whole[: len(whole) // 2], encoding="utf-8")
    found = read(tmp_path / "tweets.js")
    everything = read(exports / "x_archive/data/tweets.js").posts
    assert 5 < len(found.posts) < 20
    assert found.posts == everything[: len(found.posts)]
    assert "breaks off" in found.error


@pytest.mark.parametrize(
    "body",
    ["[{", '[{"tweet": {"full_text": "x"}', "", "[1" + "0" * 5000 + "]", "[" * 2_000],
    ids=["cut", "cut late", "nothing", "huge number", "deep"],
)
def test_damaged_json_is_an_error(tmp_path, read, body):
    (tmp_path / "tweets.js").write_text(f"window.YTD.tweets.part0 = {body}")
    found = read(tmp_path / "tweets.js")
    assert (found.reader, found.posts) == ("x_archive", [])
    assert found.error


def test_an_empty_archive_is_no_error(of):
    assert of()[1:] == ([], [], None)
