"""Meta Business Suite: Facebook and Instagram, English and French, shares, series without posts."""

from datetime import UTC, datetime

from smm_voice.posts.post import Post, Rejected


def test_facebook_in_utf16_behind_a_declared_separator(read, exports, words):
    found = read(exports / "meta_business_suite" / "facebook_utf16_sep.csv")
    assert found.reader == "meta_business_suite" and found.error is None
    assert found.posts[0] == Post(
        id="122100000000000001",
        text=words["juno"],
        platform="facebook",
        created_at=datetime(2017, 12, 1, 1, 33, tzinfo=UTC),
        source="facebook_utf16_sep.csv#3",
        zone_known=False,
        account="NASA - Example",
        likes=16905,
        shares=6573,
        url="https://www.facebook.com/54971236771/posts/122100000000000001",
        campaign="Juno 2017",
    )
    assert found.rejected == [Rejected("no_text", "facebook_utf16_sep.csv#6")]


def test_a_share_is_a_repost_and_a_crosspost_the_pages_own(read, exports):
    posts = read(exports / "meta_business_suite" / "facebook_utf16_sep.csv").posts
    assert [post.kind for post in posts[:3]] == ["original", "repost", "original"]
    assert (posts[2].likes, posts[2].views) == (4554, 1_000_000)


def test_a_post_repeated_for_every_day_stays_repeated(read, exports):
    posts = read(exports / "meta_business_suite" / "facebook_utf16_sep.csv").posts
    assert [post.id for post in posts[3:]] == ["122100000000000005"] * 2


def test_the_longer_of_title_and_description_is_the_caption(read, exports):
    name = "Jan-01-2018_Jan-31-2018_1000000000000000.csv"
    found = read(exports / "meta_business_suite" / name)
    assert len(found.posts) == 15 and not found.rejected
    assert found.posts[0] == Post(
        id="100000000000000",
        text="#DYK what #eutrophication means? Clue: It is a noun. https://t.co/wYXJY0GgVx",
        platform="facebook",
        created_at=datetime(2017, 10, 11, 19, 12, tzinfo=UTC),
        source=f"{name}#2",
        zone_known=False,
        account="NOAA Research",
        likes=3,
        shares=3,
        replies=0,
        url="https://www.facebook.com/108000000/posts/0",
    )
    assert found.posts[4].text.startswith("#OTD A reconnaissance aircraft confirmed\nthe devel")
    assert found.posts[13].text.startswith("@NOAA, @NASA measure carbon dioxide over tropical")
    assert found.posts[13].kind == "original"


def test_a_french_file_holds_the_same_posts(read, exports):
    english = read(exports / "meta_business_suite" / "Jan-01-2018_Jan-31-2018_1000000000000000.csv")
    french = read(exports / "meta_business_suite" / "fr_export_1000000000000001.csv")
    seen = [
        [
            (p.id, p.text, p.created_at, p.account, p.likes, p.shares, p.replies, p.url)
            for p in posts
        ]
        for posts in (english.posts, french.posts)
    ]
    assert seen[0] == seen[1] and not french.rejected


def test_instagram(read, exports, words):
    posts = read(exports / "meta_business_suite" / "instagram.csv").posts
    assert posts[1] == Post(
        id="17841400000000002",
        text=words["mars"],
        platform="instagram",
        created_at=datetime(2017, 12, 20, 16, 29, tzinfo=UTC),
        source="instagram.csv#3",
        zone_known=False,
        account="nasa.example",
        likes=3504,
        replies=0,
        url="https://www.instagram.com/p/BdExample02/",
    )
    assert posts[0].views == 22293
    # A reel's text keeps its own hard blanks.
    assert "erratic dips in brightness from\xa0a star" in posts[2].text


def test_instagram_in_french_where_one_date_has_the_month_first(read, exports, words):
    posts = read(exports / "meta_business_suite" / "instagram_francais.csv").posts
    assert posts[1] == Post(
        id="17900000000000002",
        text=words["club"],
        platform="instagram",
        created_at=datetime(2024, 1, 15, 18, 5, tzinfo=UTC),
        source="instagram_francais.csv#3",
        zone_known=False,
        account="librairie.du.canal",
        likes=48,
        shares=2,
        replies=3,
        url="https://www.instagram.com/p/DaExemple02/",
    )
    assert [p.created_at.month for p in posts] == [1, 1, 2]
    assert [(p.likes, p.views) for p in posts] == [(1204, 12045), (48, None), (311, 4020)]


def test_a_french_file_saved_again_begins_its_dates_with_the_day(read, exports):
    found = read(exports / "meta_business_suite" / "facebook_francais_saved_again.csv")
    assert [(p.created_at, p.kind, p.likes) for p in found.posts] == [
        (datetime(2024, 1, 12, 9, 30, tzinfo=UTC), "original", 60),
        (datetime(2024, 2, 5, 18, 5, tzinfo=UTC), "repost", 60),
    ]
    assert found.posts[0].text.startswith("Nouvelle vitrine ce matin : « Les jardins d’hiver »")
    assert found.rejected == [Rejected("total_row", "facebook_francais_saved_again.csv#4")]


def test_an_english_file_that_does_not_tell_has_the_month_first_for_french_brands_too(
    tmp_path, read
):
    (tmp_path / "a.csv").write_text(
        "Post ID,Page ID,Publish time,Description\n1,2,05/06/2018 10:00,Some words\n"
    )
    (post,) = read(tmp_path / "a.csv", usually_day_first=True).posts
    assert (post.created_at.month, post.platform) == (5, "facebook")


def test_the_daily_series_of_a_page_is_not_taken(read, exports):
    assert read(exports / "meta_business_suite" / "page_series_Reach.csv").reader is None


def test_an_empty_count_is_unknown_and_the_sum_of_all_is_no_count_of_likes(tmp_path, read):
    (tmp_path / "a.csv").write_text(
        "Identifiant de la publication;Heure de publication;Description;"
        "Réactions, commentaires et partages;Permalien\n"
        "1;2024-01-02 10:00;Bonjour à tous;55;https://www.instagram.com/p/DaExemple01/\n",
        encoding="utf-8",
    )
    (post,) = read(tmp_path / "a.csv").posts
    assert (post.likes, post.replies, post.shares) == (None, None, None)
    assert post.platform == "instagram"
