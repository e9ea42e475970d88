"""The table of facebook-page-post-scraper: five hours from UTC in winter and in summer."""

from datetime import UTC, datetime

from smm_voice.posts.post import Post, Rejected


def test_posts_of_a_page(read, exports, words):
    name = "nasa_facebook_statuses.csv"
    found = read(exports / "facebook_page_scraper" / name)
    assert found.reader == "facebook_page_scraper"
    assert found.posts[0] == Post(
        id="54971236771_10155000000000001",
        text=words["juno"],
        platform="facebook",
        created_at=datetime(2017, 12, 1, 1, 33, 48, tzinfo=UTC),
        source=f"{name}#2",
        likes=16905,
        shares=6573,
        replies=0,
        links=("https://www.nasa.gov/placeholder",),
    )
    assert found.rejected == [Rejected("no_text", f"{name}#4")]


def test_summer_time_changes_nothing(read, exports):
    post = read(exports / "facebook_page_scraper" / "nasa_facebook_statuses.csv").posts[1]
    # "2018-06-19 20:17:01" in the file; New York's clocks stood at 21:17 then.
    assert post.created_at == datetime(2018, 6, 20, 1, 17, 1, tzinfo=UTC)
    assert post.zone_known


def test_the_brand_may_name_another_zone(read, exports):
    path = exports / "facebook_page_scraper" / "nasa_facebook_statuses.csv"
    posts = read(path, zone=UTC).posts
    assert posts[0].created_at == datetime(2017, 11, 30, 20, 33, 48, tzinfo=UTC)


def test_before_there_were_reactions(read, exports):
    (post,) = read(exports / "facebook_page_scraper" / "before_reactions.csv").posts
    assert (post.likes, post.shares, post.replies) == (4554, 1188, 0)


def test_a_group_names_its_authors(read, exports):
    path = exports / "facebook_page_scraper" / "group_statuses.csv"
    (post,) = read(path, account="museum").posts
    assert (post.account, post.author) == ("museum", "A. Visitor")
