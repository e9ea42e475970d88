"""X Analytics: days without a zone, thousands, replies, the older names, a table saved again."""

from datetime import UTC, datetime

from smm_voice.posts.post import Post, Rejected


def test_posts_with_their_figures(read, exports, words):
    found = read(exports / "x_analytics" / "thousands_reply_total.csv")
    assert found.reader == "x_analytics"
    assert found.posts[:2] == [
        Post(
            id="936407954101809159",
            text=words["juno"],
            platform="x",
            created_at=datetime(2017, 12, 1, tzinfo=UTC),
            source="thousands_reply_total.csv#2",
            zone_known=False,
            likes=16905,
            shares=6573,
            views=1234567,
            url="https://x.com/NASA/status/936407954101809159",
        ),
        Post(
            id="943518733166874625",
            text=words["mars"],
            platform="x",
            created_at=datetime(2017, 12, 20, tzinfo=UTC),
            source="thousands_reply_total.csv#3",
            zone_known=False,
            likes=3504,
            shares=806,
            replies=12,
            views=0,
            url="https://x.com/NASA/status/943518733166874625",
        ),
    ]


def test_replies_are_known_by_their_at_sign_and_sums_are_none(read, exports):
    found = read(exports / "x_analytics" / "thousands_reply_total.csv")
    assert [(post.kind, post.text) for post in found.posts[2:]] == [
        ("reply", "@NASASun See you at the next pass! ☀️")
    ]
    assert found.rejected == [Rejected("total_row", "thousands_reply_total.csv#5")]


def test_a_whole_export(read, exports):
    found = read(exports / "x_analytics" / "account_analytics_content_2018-01-01_2018-03-31.csv")
    assert len(found.posts) == 15 and not found.rejected and found.error is None
    assert [post.created_at.date().isoformat() for post in found.posts[:3]] == [
        "2017-10-16", "2017-10-23", "2017-11-05",
    ]  # fmt: skip
    assert {post.views for post in found.posts} == {None}


def test_the_older_export_names_its_zone(read, exports):
    posts = read(
        exports / "x_analytics" / "tweet_activity_metrics_NASA_20180101_20180131_en.csv"
    ).posts
    assert [(post.id, post.created_at, post.zone_known) for post in posts] == [
        ("953027021180981249", datetime(2018, 1, 15, 22, 12, tzinfo=UTC), True),
        ("949713939797028864", datetime(2018, 1, 6, 18, 47, tzinfo=UTC), True),
    ]
    assert [(p.likes, p.shares, p.replies, p.views) for p in posts] == [
        (7780, 2138, 3, 120000),
        (12161, 3913, 3, 120000),
    ]


def test_a_table_that_a_french_spreadsheet_saved_again(read, exports, words):
    found = read(exports / "x_analytics" / "saved_again_in_french.csv")
    # The ids were rounded to 9,25E+17: the addresses still have them.
    assert [(post.id, post.created_at, post.likes) for post in found.posts] == [
        ("925436718542663681", datetime(2017, 10, 31, tzinfo=UTC), 13838),
        ("929366107873529856", datetime(2017, 11, 11, tzinfo=UTC), 4554),
    ]
    assert found.posts[1].text == words["veterans"]


def test_days_in_numbers_are_read_as_the_column_or_else_the_brand_has_them(tmp_path, read):
    rows = ["Post id,Date,Post text,Impressions", "1,05/06/2026,words,1", "2,07/06/2026,words,1"]
    (tmp_path / "a.csv").write_text("\n".join(rows))
    assert {p.created_at.month for p in read(tmp_path / "a.csv").posts} == {5, 7}
    french = read(tmp_path / "a.csv", usually_day_first=True).posts
    assert {p.created_at.month for p in french} == {6}
    (tmp_path / "a.csv").write_text("\n".join([*rows, "3,06/25/2026,words,1"]))
    settled = read(tmp_path / "a.csv", usually_day_first=True).posts
    assert {p.created_at.month for p in settled} == {5, 6, 7}
