"""Facebook's exports: both shapes, one post alone, wrong decoding, and what is no post."""

import json
from datetime import UTC, datetime

import pytest

from smm_voice.posts.post import Post
from smm_voice.posts.readers.meta import mended

FRENCH = "Été à Nîmes\u00a0: «\u00a0l’œuvre\u00a0» 🇫🇷 👩🏽‍🚀"
POSTS = "your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json"


def when(*parts):
    return datetime(*parts, tzinfo=UTC)


def mojibake(text):
    return text.encode().decode("latin-1")


@pytest.fixture
def of(tmp_path, read):
    """Read entries as one file."""

    def run(*entries, **options):
        (tmp_path / "posts.json").write_text(json.dumps(list(entries)))
        return read(tmp_path / "posts.json", format="facebook", **options)

    return run


def test_fixture_post_by_post(read, exports):
    found = read(exports / "facebook" / POSTS)
    assert (found.reader, len(found.posts), found.error) == ("facebook", 19, None)
    name = POSTS.rpartition("/")[2]
    assert found.posts[0] == Post(
        id=f"{name}#1",
        text="#DYK what #eutrophication means? Clue: It is a noun. https://t.co/wYXJY0GgVx "
        "— été 🌊",
        platform="facebook",
        created_at=when(2017, 10, 11, 19, 12, 39),
        source=f"{name}#1",
        links=("https://research.noaa.gov/placeholder",),
    )
    assert "how Earth’s weather modifies" in found.posts[12].text
    assert {post.kind for post in found.posts} == {"original"}
    # The cover photo's description is no post.
    assert [(r.reason, r.source) for r in found.rejected] == [("no_text", f"{name}#5")]


def test_awkward_page_export(read, exports):
    found = read(exports / "facebook/awkward/profile_posts_1.json")
    lakes = "Clear Lakes Disguise Impaired Water Quality @MNSeaGrant #H20 #quality #lakes"
    deep = (
        "VIDEO: Creep into the Deep & discover how animals have evolved @NOAAOceanToday #Deepsea "
        "#EveryFullMoon"
    )
    assert [(p.text, p.kind, p.created_at) for p in found.posts] == [
        (f"À l’été 🌊: {lakes} Minnesota Sea Grant", "original", when(2017, 10, 12, 14, 0, 4)),
        (f"{lakes} — été 🌊", "original", when(2017, 10, 12, 14, 0, 5)),
        (
            "NIVEAU RELEVÉ\u00a0! Wildfires Are a Health Risk. Learn how to protect yourself.  "
            "#TheMoreYouNOAA",
            "original",
            when(2017, 10, 12, 12, 9, 11),
        ),
        (
            "Mark your calendars. Tune in for the #JPSS1 @reddit #AMA today!",
            "quote",
            when(2017, 10, 12, 13, 29, 5),
        ),
        ("They are live! Get your questions in!", "quote", when(2017, 10, 12, 13, 29, 6)),
        (
            "Café ☕ They are live! Get your questions in!",
            "original",
            when(2017, 10, 12, 13, 29, 7),
        ),
        (deep, "original", when(2017, 10, 12, 15, 0, 3)),
    ]
    assert found.posts[5].links == (
        "https://research.noaa.gov/placeholder",
        "https://research.noaa.gov/second",
    )
    reasons = [(r.reason, r.source.partition("#")[2]) for r in found.rejected]
    assert reasons == [("no_time", "8"), ("no_time", "9"), ("no_text", "10"), ("no_text", "11")]


def test_one_post_is_an_object(read, exports):
    found = read(exports / "facebook/one_post/your_posts_1.json")
    assert (found.reader, found.rejected) == ("facebook", [])
    assert [(p.text, p.created_at) for p in found.posts] == [
        ("They are live! Get your questions in!\n— été 🌊", when(2017, 10, 12, 17, 12, 27))
    ]


def test_newer_shape_of_labels(read, exports):
    found = read(exports / "facebook/label_values/your_posts_1.json")
    assert found.reader == "facebook"
    assert [(p.id, p.text) for p in found.posts] == [
        (
            "10154812345678901",
            "Data Access: Weather Balloon Observations @NOAANCEIclimate #Wx #data #balloon "
            "#weather #climate ☀️",
        )
    ]
    assert [r.reason for r in found.rejected] == ["no_text"]


def test_an_export_in_html_is_told_what_to_do(read, exports):
    found = read(exports / "facebook/html/your_posts_1.html")
    assert (found.reader, found.posts) == ("facebook", [])
    assert "format JSON" in found.error


@pytest.mark.parametrize(
    "document",
    [
        [{"timestamp": 1, "data": [{"reaction": {"reaction": "LIKE"}}], "title": "X likes"}],
        {"comments_v2": [{"timestamp": 1, "data": [{"comment": {"comment": "x"}}], "title": "X"}]},
        {"group_posts_v2": [{"timestamp": 1, "data": [{"post": "x"}], "title": "X"}]},
        {"messages": [{"sender_name": "X", "timestamp_ms": 1, "content": "Hello"}]},
        [
            {
                "timestamp": 1,
                "media": [],
                "label_values": [{"label": "URL", "value": "x"}],
                "fbid": "",
            }
        ],
        {"name": "Album", "photos": [{"uri": "a.jpg", "creation_timestamp": 1, "title": "x"}]},
    ],
    ids=["reactions", "comments", "groups", "messages", "saved", "album"],
)
def test_other_files_of_the_export_are_nobodys(tmp_path, recognised_by, document):
    (tmp_path / "your_posts_1.json").write_text(json.dumps(document))
    assert recognised_by(tmp_path / "your_posts_1.json") is None


def test_posts_without_text_at_the_beginning_do_not_hide_the_rest(tmp_path, read):
    photo = {"media": {"uri": "a.jpg", "creation_timestamp": 1, "description": "x" * 900}}
    rows = [{"timestamp": 1507749159, "title": "X", "attachments": [{"data": [photo]}]}] * 100
    rows.append({"timestamp": 1507749159, "data": [{"post": "At last"}]})
    (tmp_path / "a.json").write_text(json.dumps(rows))
    found = read(tmp_path / "a.json")
    assert (found.reader, [p.text for p in found.posts]) == ("facebook", ["At last"])


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("The Washington Post shared a link.", "original"),
        ("Acme shared an event.", "original"),
        ("Acme added a new photo.", "original"),
        ("Acme shared a post.", "quote"),
        ("Acme shared James' photo.", "quote"),
        ("Acme shared The Café’s video.", "quote"),
        ("Acme shared a memory.", "quote"),
        (mojibake("Acmé a partagé un souvenir."), "quote"),
        (mojibake("Acmé a partagé l’album de Zoé."), "quote"),
        (mojibake("Acmé a partagé un lien."), "original"),
        (7, "original"),
    ],
)
def test_shared_posts_are_known_by_the_title(of, title, kind):
    (post,) = of({"timestamp": 1507749159, "data": [{"post": "Words"}], "title": title}).posts
    assert post.kind == kind


def test_the_account_is_the_sources(of):
    (post,) = of({"timestamp": 1507749159, "data": [{"post": "Words"}]}, account="noaa").posts
    assert (post.account, post.likes, post.zone_known) == ("noaa", None, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (mojibake(FRENCH), FRENCH),
        (mojibake("ça"), "ça"),
        (mojibake("он"), "он"),
        ("Été à Nîmes", "Été à Nîmes"),
        ("BAISSÉ\u00a0!", "BAISSÉ\u00a0!"),
        ("voilà\u00a0»", "voilà\u00a0»"),
        ("👩🏽‍🚀 été", "👩🏽‍🚀 été"),
        (f"{mojibake('é')} and — a true dash", f"{mojibake('é')} and — a true dash"),
        (mojibake("😀")[:3], mojibake("😀")[:3]),
        ("plain", "plain"),
        (None, ""),
        (["x"], ""),
    ],
)
def test_wrong_decoding_is_mended_text_by_text(text, expected):
    assert mended(text) == expected
