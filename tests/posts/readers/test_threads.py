"""Threads: texts in titles, and who is answered."""

from datetime import UTC, datetime

from smm_voice.posts.post import Post


def test_fixture_post_by_post(read, exports):
    found = read(exports / "threads/your_instagram_activity/threads/threads_and_replies.json")
    assert (found.reader, len(found.posts), found.rejected) == ("threads", 9, [])
    assert found.posts[8] == Post(
        id="threads_and_replies.json#9",
        text="@laceymmark Why, thank you! Will you accept this cosmic rose as a token of our "
        "appreciation?  https://t.co/cLZ28kFNQY",
        platform="threads",
        created_at=datetime(2017, 10, 17, 18, 21, 33, tzinfo=UTC),
        source="threads_and_replies.json#9",
        kind="reply",
    )
    assert "how Earth’s weather modifies" in found.posts[1].text
    assert [p.kind for p in found.posts[:8]] == ["original"] * 8


def test_replies_with_and_without_the_mark(read, exports):
    found = read(exports / "threads/awkward/threads_and_replies.json")
    assert [(p.text[:17], p.kind) for p in found.posts] == [
        ("Light & #Gravitat", "original"),
        ("@laceymmark Why, ", "reply"),
        ("@laceymmark Why, ", "original"),
        ("Merci à vous 🌹", "reply"),
    ]
    assert found.posts[0].text.endswith("dead stars collided? 🚀")
    assert [r.reason for r in found.rejected] == ["no_text"]
