"""Hootsuite, Sprout Social, Buffer, Later, Agorapulse, Metricool and Publer."""

from datetime import UTC, datetime

import pytest

from smm_voice.posts.post import Post, Rejected
from smm_voice.posts.readers.tool_table import network_of


@pytest.mark.parametrize(
    ("tool", "file", "first", "account", "zone_known", "count"),
    [
        ("hootsuite", "post_performance.csv", datetime(2017, 10, 16, 15, 4), None, True, 8),
        ("sprout_social", "post_performance.csv", datetime(2017, 10, 16, 15, 4), "NASA", False, 10),
        ("buffer", "posts.csv", datetime(2017, 10, 16, 15, 4, 57), None, True, 8),
        ("later", "posts.csv", datetime(2017, 10, 16, 15, 4), None, False, 8),
        ("agorapulse", "posts.csv", datetime(2017, 10, 16, 15, 4), None, False, 8),
    ],
)
def test_the_same_post_from_every_tool(
    read, exports, tool, file, first, account, zone_known, count
):
    found = read(exports / tool / file)
    assert found.reader == tool and found.error is None and not found.rejected
    assert len(found.posts) == count
    assert found.posts[0] == Post(
        id="919942245704445953",
        text="Light & #GravitationalWaves, together at last! What did our telescopes and @LIGO see "
        "when two dead stars collided? https://t.co/9d2U5bkGzH https://t.co/EW4feLk1oC",
        platform="x",
        created_at=first.replace(tzinfo=UTC),
        source=found.posts[0].source,
        zone_known=zone_known,
        account=account,
        likes=1865,
        shares=814,
        url="https://twitter.com/NASA/status/919942245704445953",
    )
    days = [post.created_at.date().isoformat() for post in found.posts[:3]]
    assert days == ["2017-10-16", "2017-10-23", "2017-11-05"]


def test_hootsuite_with_several_networks(read, exports, words):
    found = read(exports / "hootsuite" / "several_networks.csv")
    assert [(p.id, p.platform, p.kind, p.likes, p.replies, p.views) for p in found.posts] == [
        ("936407954101809159", "x", "original", 16905, None, 1200),
        ("54971236771_10155000000000001", "facebook", "original", 3504, 12, None),
        ("17900000000000042", "instagram", "original", 2429, 0, 5000),
        ("2000000000000000002", "x", "reply", 5, None, None),
        # Elsewhere than on X a text may begin with a name.
        ("7448081445065000040", "linkedin", "original", 7, None, None),
    ]
    assert found.posts[1].text == words["mars"]
    assert found.rejected == [Rejected("total_row", "several_networks.csv#9")]


def test_hootsuite_without_a_zone_in_the_header(tmp_path, read):
    (tmp_path / "a.csv").write_text(
        "Date,Post Message,Post Permalink,Social Network\n2024-01-02 03:04,words,,Facebook\n"
    )
    (post,) = read(tmp_path / "a.csv").posts
    assert (post.created_at, post.zone_known) == (datetime(2024, 1, 2, 3, 4, tzinfo=UTC), False)


def test_sprout_social_tells_replies_and_quotes(read, exports, words):
    found = read(exports / "sprout_social" / "posts_and_messages.xlsx")
    assert found.reader == "sprout_social"
    assert found.posts[0] == Post(
        id="936407954101809159",
        text=words["juno"],
        platform="x",
        created_at=datetime(2017, 12, 1, 1, 33, tzinfo=UTC),
        source="posts_and_messages.xlsx[Posts]#2",
        zone_known=False,
        account="NASA",
        likes=16905,
        shares=6573,
        views=1_000_000,
        url="https://twitter.com/NASA/status/936407954101809159",
        links=("https://www.nasa.gov/placeholder",),
    )
    assert [(p.kind, p.platform, p.account) for p in found.posts[1:4]] == [
        ("reply", "x", "NASA"),  # the type stands behind an apostrophe
        ("quote", "x", "NASA"),
        ("original", "facebook", "NASA - Example"),
    ]
    assert found.rejected == [Rejected("total_row", "posts_and_messages.xlsx[Posts]#6")]


def test_sprout_social_messages_are_somebody_elses_unless_sent(read, exports):
    posts = read(exports / "sprout_social" / "posts_and_messages.xlsx").posts[4:]
    assert [(post.account, post.author) for post in posts] == [
        ("NASA - Example", "A. Visitor"),
        ("NASA - Example", "unnamed visitor"),
        ("NASA - Example", "NASA - Example"),
    ]


def test_buffer_with_several_services(read, exports, words):
    found = read(exports / "buffer" / "several_services.csv")
    assert [(p.id, p.platform, p.created_at, p.views, p.text) for p in found.posts] == [
        ("936407954101809159", "x", datetime(2017, 12, 1, 1, 33, 48, tzinfo=UTC), None,
         words["juno"]),
        ("7448081445065000041", "linkedin", datetime(2017, 12, 20, 16, 29, 30, tzinfo=UTC), 1234,
         words["mars"]),
        ("DaExemple03", "instagram", datetime(2024, 2, 3, 20, tzinfo=UTC), 4020, words["party"]),
    ]  # fmt: skip
    assert [r.reason for r in found.rejected] == ["no_text", "total_row"]


def test_later_knows_the_network_by_the_address(read, exports, words):
    found = read(exports / "later" / "several_networks.csv", platform="instagram")
    assert [(p.id, p.platform, p.created_at, p.text) for p in found.posts] == [
        ("BdExample04", "instagram", datetime(2017, 12, 1, 1, 33, tzinfo=UTC), words["juno"]),
        ("7350000000000000000", "tiktok", datetime(2017, 12, 20, 16, 29, tzinfo=UTC),
         words["mars"]),
        ("pfbid0exemple3", "facebook", datetime(2024, 2, 3, 20, tzinfo=UTC), words["party"]),
        ("several_networks.csv#5", "instagram", datetime(2024, 1, 15, 18, 5, tzinfo=UTC),
         words["club"]),
    ]  # fmt: skip


def test_agorapulse_in_french_begins_dates_with_the_day(read, exports, words):
    found = read(exports / "agorapulse" / "publications_fr.csv")
    assert [(p.platform, p.created_at, p.likes, p.views) for p in found.posts] == [
        ("facebook", datetime(2024, 2, 5, 18, 5, tzinfo=UTC), 48, 1204),
        ("instagram", datetime(2024, 2, 3, 20, tzinfo=UTC), 311, None),
    ]
    assert found.posts[1].text == words["party"]
    assert [r.reason for r in found.rejected] == ["total_row"]


def test_agorapulse_with_cells_of_days_and_times(read, exports):
    posts = read(exports / "agorapulse" / "real_dates.xlsx").posts
    assert [(post.id, post.created_at) for post in posts] == [
        ("936407954101809159", datetime(2017, 12, 1, 1, 33, tzinfo=UTC)),
        ("943518733166874625", datetime(2017, 12, 20, 16, 29, tzinfo=UTC)),
    ]


@pytest.mark.parametrize(("time", "hour"), [("", 0), ("6:05 PM", 18), ("18:05:59", 18)])
def test_agorapulse_joins_day_and_time(tmp_path, read, time, hour):
    (tmp_path / "a.csv").write_text(
        f"Publishing date,Publishing time,Message\n05/02/2024,{time},Bonjour !\n"
    )
    (post,) = read(tmp_path / "a.csv").posts
    assert (post.created_at.month, post.created_at.hour) == (2, hour)


def test_metricool_instagram(read, exports, words):
    found = read(exports / "metricool" / "instagram-posts_2017-11-01_2018-01-31.csv")
    assert found.posts == [
        Post(
            id="17900000000000051",
            text=words["juno"],
            platform="instagram",
            created_at=datetime(2017, 12, 1, 1, 33, tzinfo=UTC),
            source="instagram-posts_2017-11-01_2018-01-31.csv#2",
            zone_known=False,
            likes=16905,
            shares=6573,
            replies=1004,
            views=1_200_345,
            url="https://www.instagram.com/p/BdExample05/",
        ),
        Post(
            id="17900000000000052",
            text=words["mars"],
            platform="instagram",
            created_at=datetime(2017, 12, 20, 16, 29, tzinfo=UTC),
            source="instagram-posts_2017-11-01_2018-01-31.csv#3",
            zone_known=False,
            likes=3504,
            replies=0,
            url="https://www.instagram.com/p/BdExample06/",
        ),
    ]


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("instagram-reels.csv", ("17900000000000053", "instagram", "2017-12-21", 2429, 591, 4800)),
        ("facebook-posts.csv", ("pfbid0exemple2", "facebook", "2024-02-05", 48, 2, 1204)),
        (
            "linkedin-posts.csv",
            ("7448081445065000042", "linkedin", "2017-11-11", 4554, 1188, 12000),
        ),
        ("tiktok-posts.csv", ("7350000000000000001", "tiktok", "2018-01-26", 4744, 1242, 1204)),
    ],
)
def test_metricool_has_a_table_for_each_network(read, exports, file, expected):
    post = read(exports / "metricool" / file).posts[0]
    day = post.created_at.date().isoformat()
    assert (post.id, post.platform, day, post.likes, post.shares, post.views) == expected


def test_publer_describes_media_and_names_shared_links(read, exports, words):
    found = read(exports / "publer" / "bulk.csv", platform="linkedin", account="librairie")
    assert found.posts == [
        Post(
            id="bulk.csv#2",
            text=words["party"],
            platform="linkedin",
            created_at=datetime(2024, 2, 3, 20, tzinfo=UTC),
            source="bulk.csv#2",
            zone_known=False,
            account="librairie",
            alt_texts=("Une table couverte de livres", "Un gâteau entamé"),
            campaign="Fête 2024",
        ),
        Post(
            id="bulk.csv#3",
            text=words["mars"],
            platform="linkedin",
            created_at=datetime(2017, 12, 20, 16, 29, tzinfo=UTC),
            source="bulk.csv#3",
            zone_known=False,
            account="librairie",
            links=("https://www.nasa.gov/placeholder",),
        ),
    ]


@pytest.mark.parametrize(
    ("url", "network"),
    [
        ("https://twitter.com/a/status/1", "x"), ("http://mobile.x.com", "x"),
        ("www.facebook.com/a", "facebook"), ("https://fr-fr.facebook.com?x=1", "facebook"),
        ("HTTPS://WWW.INSTAGRAM.COM/p/a", "instagram"), ("https://fr.linkedin.com/a", "linkedin"),
        ("https://bsky.app/profile/a", "bluesky"), ("https://www.threads.net/@a", "threads"),
        ("https://example.com/twitter.com", None), ("https://nottwitter.com/a", None),
        ("https://twitter.com.example.org/a", None), ("http://[", None), ("", None), (None, None),
        (7, None), (["https://x.com"], None),
    ],
)  # fmt: skip
def test_the_network_of_an_address(url, network):
    assert network_of(url) == network


def test_a_post_about_a_total_is_a_post(tmp_path, read):
    header = "Date,Update,Service,Service Link\n"
    (tmp_path / "a.csv").write_text(header + "2024-01-02,Total,twitter,\n,Total:,,\n")
    found = read(tmp_path / "a.csv")
    assert [post.text for post in found.posts] == ["Total"]
    assert [r.reason for r in found.rejected] == ["total_row"]
