"""TikTok: the account's videos in either place, and never what it watched."""

import json
from datetime import UTC, datetime

import pytest

from smm_voice.posts.post import Post

DUST = "Talk about kicking up some serious dust! 🔴 #été"


def when(*parts):
    return datetime(*parts, tzinfo=UTC)


def test_fixture_post_by_post(read, exports):
    found = read(exports / "tiktok/user_data_tiktok.json")
    assert (found.reader, len(found.posts), found.rejected) == ("tiktok", 6, [])
    assert found.posts[1] == Post(
        id="user_data_tiktok.json#2",
        text="Launching in Dec., @NASASun's ICON will help us better understand how Earth’s "
        "weather modifies space weather. More: https://t.co/08Tx2xSH9K https://t.",
        platform="tiktok",
        created_at=when(2017, 10, 23, 1, 13, 1),
        source="user_data_tiktok.json#2",
        likes=1753,
    )


def test_newer_export_post_by_post(read, exports):
    found = read(exports / "tiktok/newer/user_data_tiktok.json", account="nasa")
    assert found.posts == [
        Post(
            id="7000000000000000001",
            text=DUST,
            platform="tiktok",
            created_at=when(2018, 1, 28, 23, 55, 1),
            source="user_data_tiktok.json#1",
            account="nasa",
            likes=1150,
            url="https://www.tiktokv.com/share/video/7000000000000000001",
            alt_texts=("Dust over Mars",),
        ),
        Post(
            id="user_data_tiktok.json#2",
            text="Did you know that @Space_Station is the 3rd brightest object in the night sky? "
            "Find out when and where to look up",
            platform="tiktok",
            created_at=when(2018, 1, 6, 1, 43, 1),
            source="user_data_tiktok.json#2",
            account="nasa",
        ),
    ]
    assert [r.reason for r in found.rejected] == ["no_text", "not_public", "no_time"]


@pytest.mark.parametrize("part", ["Activity", "Your Activity"])
def test_a_long_history_before_the_videos(tmp_path, read, part):
    watched = [{"Date": "2018-01-01 00:00:00", "Link": "x", "Title": "not a post"}] * 2000
    history = "Watch History" if part == "Your Activity" else "Video Browsing History"
    video = {"Date": "2018-01-28 23:55:01 UTC", "Title": DUST}
    document = {
        part: {history: {"VideoList": watched}},
        "Post": {"Posts": {"VideoList": [video]}},
    }
    (tmp_path / "a.json").write_text(json.dumps(document))
    found = read(tmp_path / "a.json")
    assert (found.reader, found.rejected) == ("tiktok", [])
    assert [(p.text, p.created_at, p.zone_known) for p in found.posts] == [
        (DUST, when(2018, 1, 28, 23, 55, 1), True)
    ]


@pytest.mark.parametrize("words", ["Friends", "Only me", "Followers", "Private", "only you"])
def test_what_not_everyone_can_see_is_left_out(tmp_path, read, words):
    video = {"Date": "2018-01-28 23:55:01", "Title": DUST, "WhoCanView": words}
    (tmp_path / "a.json").write_text(json.dumps({"Post": {"Posts": {"VideoList": [video]}}}))
    assert [r.reason for r in read(tmp_path / "a.json").rejected] == ["not_public"]
