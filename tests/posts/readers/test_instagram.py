"""Instagram's exports: posts, reels, stories, and the single file of old."""

from datetime import UTC, datetime

from smm_voice.posts.post import Post

MEDIA = "instagram/your_instagram_activity/media"
GW = (
    "Light & #GravitationalWaves, together at last! What did our telescopes and @LIGO see when two "
    "dead stars collided?"
)


def when(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_fixture_post_by_post(read, exports):
    found = read(exports / MEDIA / "posts_1.json")
    assert (found.reader, len(found.posts), found.rejected) == ("instagram", 10, [])
    assert found.posts[0] == Post(
        id="posts_1.json#1",
        text=f"{GW} https://t.co/9d2U5bkGzH https://t.co/EW4feLk1oC\n#espace 🚀",
        platform="instagram",
        created_at=when(2017, 10, 16, 15, 4, 57),
        source="posts_1.json#1",
    )
    assert "how Earth’s weather modifies" in found.posts[1].text
    last = found.posts[9]
    assert last.text.startswith("Live Now: FY2019 Budget Estimate") and "\n\nAt 1pm ET" in last.text
    assert last.created_at == when(2018, 2, 12, 17, 20, 3)


def test_carousels_and_their_times(read, exports):
    found = read(exports / "instagram/awkward/posts_1.json")
    look_up = (
        "Did you know that @Space_Station is the 3rd brightest object in the night sky? Find out "
        "when and where to look up"
    )
    assert [(p.text, p.created_at) for p in found.posts] == [
        (f"{GW} 🚀", when(2017, 10, 16, 15, 5)),
        ("The second photo alone has words", when(2017, 10, 16, 15, 5, 1)),
        (f"{look_up} — été 🌊", when(2017, 10, 16, 15, 5, 3)),
        (look_up, when(2017, 10, 16, 15, 5, 4)),
    ]
    reasons = [(r.reason, r.source) for r in found.rejected]
    assert reasons == [
        ("no_time", "posts_1.json#4"),
        ("no_time", "posts_1.json#5"),
        ("no_text", "posts_1.json#7"),
    ]


def test_reels(read, exports):
    found = read(exports / MEDIA / "reels.json")
    (post,) = found.posts
    assert found.reader == "instagram"
    assert post.text == "Talk about kicking up some serious dust! 🔴\n#été"
    assert post.created_at == when(2018, 1, 28, 23, 55, 1)
    assert [r.reason for r in found.rejected] == ["no_text"]


def test_stories_mostly_have_no_text(read, exports):
    found = read(exports / MEDIA / "stories.json")
    (post,) = found.posts
    assert (found.reader, post.source) == ("instagram", "stories.json#2")
    assert post.text.startswith("🌍 Live HD Earth viewing from @Space_Station!")
    assert [(r.reason, r.source) for r in found.rejected] == [("no_text", "stories.json#1")]


def test_the_single_file_of_old(read, exports):
    found = read(exports / "instagram/2019/media.json")
    assert found.reader == "instagram"
    first, second = found.posts
    assert first.text.startswith("À voir 🌍 Live HD Earth viewing")
    assert (first.created_at, first.zone_known) == (when(2018, 2, 10, 21, 1, 19), True)
    assert second.text == "Talk about kicking up some serious dust!"
    assert (second.created_at, second.zone_known) == (when(2018, 1, 28, 23, 55, 1), False)
    assert [r.reason for r in found.rejected] == ["no_text"]
