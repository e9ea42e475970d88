"""A LinkedIn page's spreadsheet: .xls, .xlsx and .csv, the sheet without posts, older names."""

from datetime import UTC, datetime

import pytest

from smm_voice.posts.post import Post, Rejected


def test_the_workbook_as_linkedin_writes_it(read, exports, words):
    name = "nasa_content_1700000000000.xls"
    found = read(exports / "linkedin_page" / name)
    assert found == (
        "linkedin_page",
        [
            Post(
                id="7448081445065000101",
                text=words["juno"],
                platform="linkedin",
                created_at=datetime(2017, 12, 1, tzinfo=UTC),
                source=f"{name}[All posts]#3",
                zone_known=False,
                likes=16905,
                shares=6573,
                replies=0,
                views=120000,
                url="https://www.linkedin.com/feed/update/urn:li:activity:7448081445065000101",
                campaign="Juno",
            ),
            Post(
                id="7448081445065000102",
                text=words["mars"],
                platform="linkedin",
                created_at=datetime(2017, 12, 20, tzinfo=UTC),
                source=f"{name}[All posts]#4",
                zone_known=False,
                likes=3504,
                shares=806,
                replies=0,
                url="https://www.linkedin.com/feed/update/urn:li:activity:7448081445065000102",
            ),
        ],
        [],
        None,
    )


def test_whoever_published_for_the_page_is_no_visitor(read, exports):
    for path in (exports / "linkedin_page").iterdir():
        assert all(post.author is None and post.account is None for post in read(path).posts)


def test_saved_again_with_real_dates(read, exports, words):
    found = read(exports / "linkedin_page" / "saved_again.xlsx")
    assert [(p.text, p.created_at, p.campaign) for p in found.posts] == [
        (words["club"], datetime(2024, 1, 15, tzinfo=UTC), "Club"),
        (words["party"], datetime(2024, 2, 3, tzinfo=UTC), None),
    ]
    assert found.rejected == [Rejected("total_row", "saved_again.xlsx[All posts]#5")]


def test_as_csv_with_the_line_of_explanation(read, exports):
    found = read(exports / "linkedin_page" / "nasa_content_all_posts.csv")
    assert len(found.posts) == 12 and not found.rejected
    assert found.posts[2].created_at == datetime(2017, 11, 5, tzinfo=UTC)
    assert found.posts[2].likes == 6258 and found.posts[2].views is None


def test_older_names_of_columns(read, exports):
    (post,) = read(exports / "linkedin_page" / "old_names.csv").posts
    assert post.id == "7448081445065000105" and post.shares == 3913
    assert post.text.startswith(
        "We remember our most experienced astronaut, John Young. \n\n“Today"
    )


@pytest.mark.parametrize("share", [0.5, 0.99])
def test_a_workbook_that_breaks_off_cannot_be_read(exports, tmp_path, read, share):
    content = (exports / "linkedin_page" / "saved_again.xlsx").read_bytes()
    (tmp_path / "a.xlsx").write_bytes(content[: int(share * len(content))])
    found = read(tmp_path / "a.xlsx", format="linkedin_page")
    assert not found.posts and "the workbook cannot be read" in found.error
