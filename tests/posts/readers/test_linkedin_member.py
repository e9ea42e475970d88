"""LinkedIn's copy of a member's data: two ways of quoting, bare reposts, who could see it."""

from datetime import UTC, datetime

import pytest

from smm_voice.posts.post import Post, Rejected


def test_quotes_doubled_and_quotes_behind_a_backslash(read, exports, words):
    found = read(exports / "linkedin_member" / "Shares.csv")
    assert found.reader == "linkedin_member"
    assert found.posts == [
        Post(
            id="7448081445065000020",
            text='Lightfoot on #StateOfNASA: "In short, we are once again on a path to return to '
            'the Moon with an eye toward Mars."\n\nWatch live: https://t.co/CmkKbnTSFp '
            "https://t.co/2Q2fq5u657",
            platform="linkedin",
            created_at=datetime(2018, 2, 12, 18, 25, 8, tzinfo=UTC),
            source="Shares.csv#2",
            url="https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7448081445065000020",
        ),
        Post(
            id="7448081445065000021",
            text=words["veterans"],
            platform="linkedin",
            created_at=datetime(2017, 11, 11, 15, 12, 1, tzinfo=UTC),
            source="Shares.csv#3",
            url="https://www.linkedin.com/feed/update/urn%3Ali%3AugcPost%3A7448081445065000021",
            links=("https://www.nasa.gov/placeholder",),
        ),
        Post(
            id="7448081445065000025",
            text=words["party"],
            platform="linkedin",
            created_at=datetime(2024, 2, 3, 20, tzinfo=UTC),
            source="Shares.csv#7",
            url="https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A7448081445065000025",
        ),
    ]


def test_what_is_no_post_of_the_members(read, exports):
    assert read(exports / "linkedin_member" / "Shares.csv").rejected == [
        Rejected("not_public", "Shares.csv#4"),
        Rejected("repost", "Shares.csv#5", "shared without words"),
        Rejected("no_text", "Shares.csv#6"),  # a picture without words
    ]


def test_the_file_of_a_complete_copy(read, exports):
    found = read(exports / "linkedin_member" / "Shares_155814142.csv")
    assert len(found.posts) == 12
    assert [r.reason for r in found.rejected] == ["repost"]
    assert found.posts[1].text.endswith("space weather.\n\nMore: https://t.co/08Tx2xSH9K "
                                        "https://t.co/B2ZjiL94DG")  # fmt: skip
    assert all(post.zone_known and post.likes is None for post in found.posts)


@pytest.mark.parametrize(
    ("visibility", "read_as"),
    [("", None), ("public", None), ("LOGGED_IN", None), ("CONTAINER", "not_public"),
     ("CONNECTIONS", "not_public"), ("SOMETHING_NEW", "not_public")],
)  # fmt: skip
def test_only_what_everybody_could_see_is_read(tmp_path, read, visibility, read_as):
    (tmp_path / "a.csv").write_text(
        "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"
        f"2024-01-02 03:04:05,,Some words,,,{visibility}\n"
    )
    found = read(tmp_path / "a.csv")
    assert [r.reason for r in found.rejected] == ([read_as] if read_as else [])
    assert len(found.posts) == (0 if read_as else 1)


def test_an_older_file_without_the_last_columns(tmp_path, read):
    (tmp_path / "a.csv").write_text(
        "Date,ShareLink,ShareCommentary\n2026-06-01,https://www.linkedin.com/posts/x-1234567,Hello\n"
    )
    (post,) = read(tmp_path / "a.csv").posts
    assert (post.text, post.id) == ("Hello", "x-1234567")
