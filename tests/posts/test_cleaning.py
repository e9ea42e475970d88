"""Cleaning mends what a machine broke and leaves alone what a writer chose."""

import dataclasses
from datetime import UTC, datetime

import pytest

from smm_voice.posts.cleaning import clean, clean_text
from smm_voice.posts.post import Post

NOW = datetime(2018, 6, 1, tzinfo=UTC)
POST = Post(
    id="1",
    text="The crew will open the hatch this morning",
    platform="x",
    created_at=datetime(2018, 1, 2, tzinfo=UTC),
    source="a.jsonl#1",
)
CUT = "This week our flight operation supervisor talks about " + "the aircraft division, " * 4


@pytest.mark.parametrize(
    "text",
    [
        "LIVE now… “Wow” ‘really’ it’s — uh — HERE!!! ¿sí?",
        "family 👨\u200d👩\u200d👧 and 👩🏽\u200d🚀 🇫🇷 ❤️",
        "one\n\ntwo\nthree",
        "Prix\u00a0: 1\u202f299,00\u00a0€\u202f!",
        "ﬁne ﬂow Ｗｉｄｅ & 3 < 4 &amp; kept",
        "مرحبا بالعالم שלום",
    ],
)
def test_the_writers_choices_are_untouched(text):
    assert clean_text(text, "x") == text


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        (
            "FranÃ§ais et franÃ§aises, bienvenue Ã\xa0 bord",
            "Français et françaises, bienvenue à bord",
        ),
        ("Earthâ€™s weather", "Earth’s weather"),
        ("ok \ud83d end", "ok \ufffd end"),
        ("bell \x07 gone", "bell  gone"),
        ("  a \t\nb\n\n\n\nc ", "a\nb\n\nc"),
        ("a\r\nb", "a\nb"),
    ],
)
def test_what_a_machine_broke_is_mended(broken, mended):
    assert clean_text(broken, "x") == mended


@pytest.mark.parametrize(
    ("text", "platform", "expected"),
    [
        ("Look: https://t.co/a https://t.co/b", "x", "Look: https://t.co/a"),
        ("Look: https://t.co/a", "x", "Look: https://t.co/a"),
        ("https://t.co/a then https://t.co/b", "x", "https://t.co/a then https://t.co/b"),
        ("Look: https://t.co/a https://t.co/b", "linkedin", "Look: https://t.co/a https://t.co/b"),
    ],
)
def test_only_the_media_link_that_x_appends_is_dropped(text, platform, expected):
    assert clean_text(text, platform) == expected


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "reply"}, "reply"),
        ({"kind": "repost"}, "repost"),
        ({"provenance": "generated"}, "generated"),
        ({"created_at": datetime(2018, 6, 3, tzinfo=UTC)}, "future_date"),
        ({"text": "Too short #really https://t.co/abc"}, "too_short"),
        ({"text": CUT + "and mo… https://t.co/x"}, "cut_off"),
        ({"text": "Notre fournil ouvre ce matin à sept heures, venez vite."}, "other_language"),
        ({"language": "fr"}, "other_language"),
    ],
)
def test_each_reason_to_drop_a_post(config, change, reason):
    rejected = clean(dataclasses.replace(POST, **change), ["en"], config, NOW)
    assert (rejected.reason, rejected.source) == (reason, "a.jsonl#1")


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "quote"},
        {"provenance": "human"},
        {"created_at": datetime(2018, 6, 1, 20, tzinfo=UTC)},
        {"text": CUT + "and more… https://t.co/x", "platform": "linkedin"},
        {"text": "Wait for it, and then you will see…"},
        {"text": "one two three four"},
    ],
)
def test_what_is_near_a_reason_is_kept(config, change):
    cleaned = clean(dataclasses.replace(POST, **change), ["en-GB"], config, NOW)
    assert isinstance(cleaned, Post) and cleaned.language == "en"


def test_replies_and_reposts_are_kept_where_asked_for(config):
    config = dataclasses.replace(config, include_replies=True, include_reposts=True)
    for kind in ("reply", "repost"):
        assert isinstance(clean(dataclasses.replace(POST, kind=kind), ["en"], config, NOW), Post)


def test_a_post_survives_the_way_through_json():
    post = dataclasses.replace(POST, text="“é”\u2028<b>", likes=0, kind="quote", account="a")
    assert Post.from_json(post.as_json()) == post
