"""Lengths as the platforms count them: worked out by hand, character by character."""

import re
from pathlib import Path

import pytest

from smm_voice.errors import InputError
from smm_voice.posts import readers
from smm_voice.text.platforms import check, check_name, hashtags, platforms

FAMILY = "👨‍👩‍👧‍👦"  # four people of four bytes, three joiners of three


@pytest.mark.parametrize(
    ("platform", "text", "length"),
    [
        # X: Latin letters and common punctuation 1, all else 2, an emoji 2, a link 23.
        ("x", "Liftoff! [link]", 9 + 23),
        ("x", "Watch: https://www.nasa.gov/a/very/long/path?with=a&query=1#here", 7 + 23),
        ("x", "more on nasa.gov", 8 + 23),
        ("x", "write to jane@nasa.gov", 22),
        ("x", "Go 日本語", 3 + 6),
        ("x", FAMILY, 2),
        ("x", "Hi 👋🏽", 3 + 2),
        ("x", "🇫🇷", 2),
        ("x", "1️⃣", 2),
        ("x", "© 2018", 6),
        ("x", "©️", 2),
        ("x", "™", 2),
        ("x", "wait…", 4 + 2),
        ("x", "5 €", 2 + 2),
        ("x", "a — “b” ‘c’", 11),
        ("x", "À bientôt à Lyon\u00a0!", 18),
        ("x", "Oui\u202f!", 3 + 2 + 1),
        ("x", "e\u0301te\u0301", 3),
        ("x", "one\ntwo", 7),
        # Mastodon: what a reader sees, a link 23, the server of a name nothing.
        ("mastodon", f"{FAMILY} e\u0301", 3),
        ("mastodon", "[link] and https://example.org/x", 23 + 5 + 23),
        ("mastodon", "@jane@social.example hello", 11),
        ("mastodon", "jane@social.example", 19),
        # Bluesky: what a reader sees; a link as it is written.
        ("bluesky", f"Hi {FAMILY}", 4),
        ("bluesky", "at https://a.example/b", 3 + 19),
        ("bluesky", "at [link]", 3 + 23),
        # Threads: an emoji counts its bytes.
        ("threads", "Hi 👋", 3 + 4),
        ("threads", FAMILY, 4 * 4 + 3 * 3),
        ("threads", "déjà vu ©", 9),
        # UTF-16 code units: those past U+FFFF count two.
        ("tiktok", "Hi 👋", 3 + 2),
        ("linkedin", FAMILY, 4 * 2 + 3),
        ("facebook", "日本語", 3),
        ("instagram", "𝗕𝗼𝗹𝗱", 8),
    ],
)
def test_lengths(platform, text, length):
    assert check(text, platform).length == length


@pytest.mark.parametrize(
    ("platform", "most"),
    [("x", 280), ("bluesky", 300), ("mastodon", 500), ("threads", 500), ("instagram", 2200),
     ("tiktok", 2200), ("linkedin", 3000), ("facebook", 63206)],
)  # fmt: skip
def test_the_last_character_that_fits_and_the_first_that_does_not(platform, most):
    assert check("a" * most, platform).fits
    fit = check("a" * (most + 1), platform)
    assert fit.problems == ("too long by 1",)
    assert str(fit) == f"{most + 1}/{most}"


def test_what_is_too_long_is_told_in_the_platform_s_own_count():
    assert check("日" * 140, "x").fits
    assert check("日" * 141, "x").problems == ("too long by 2",)
    assert check(FAMILY * 300, "bluesky").fits
    assert check(FAMILY * 301, "bluesky").problems == ("too long by 1",)


def test_hashtags_and_links_have_limits_of_their_own():
    five = "#a #b #c #d #e"
    assert check(five, "instagram").fits
    assert check(f"{five} #f", "instagram").problems == ("6 hashtags; instagram takes 5",)
    assert check(f"{five} #f #g", "linkedin").fits
    links = " ".join(f"https://example.org/{i}" for i in range(6))
    assert check(links, "threads").problems == ("6 links; threads takes 5",)
    assert check("https://example.org/1 " * 6, "threads").fits


def test_what_is_a_hashtag():
    assert hashtags("We're #1 of #3 in #Mars2020 and #été, https://x.example/?#top") == [
        "#Mars2020", "#été",
    ]  # fmt: skip


def test_what_is_unusual_is_advice_and_no_hindrance():
    fit = check("#a #b #c", "x")
    assert fit.fits and fit.advice == ("3 hashtags; no more than 2 is usual",)
    block, broken = "word " * 60, "word " * 30 + "\n" + "word " * 30
    assert check(block, "linkedin").advice == (
        "no line break; longer posts are usually broken into paragraphs",
    )
    assert check(broken, "linkedin").advice == check(block, "mastodon").advice == ()


def test_an_empty_post_fits_nowhere():
    for platform in [*platforms(), "billboard"]:
        assert check(" \n", platform).problems == ("is empty",)


def test_a_platform_without_known_limits_has_none():
    fit = check("a" * 100_000, "billboard")
    assert fit.fits and fit.longest is None and str(fit) == "100000"


def test_a_name_that_a_user_gives_is_checked():
    assert check_name(" LinkedIn ") == "linkedin"
    assert check_name("billboard", ["billboard"]) == "billboard"
    with pytest.raises(InputError, match=r"'linkdin' is not known; did you mean 'linkedin'\?"):
        check_name("linkdin")
    with pytest.raises(InputError, match="there are: billboard, x, linkedin"):
        check_name("nowhere", ["billboard"])


def test_every_platform_that_an_export_comes_from_has_its_figures_with_sources():
    texts = [
        path.read_text(encoding="utf-8") for path in Path(readers.__file__).parent.glob("*.py")
    ]
    named = set(re.findall(r'\bplatform = "(\w+)"|\bplatform="(\w+)"', "\n".join(texts)))
    assert len(named) >= 7
    assert {first or second for first, second in named} <= platforms().keys()
    for platform in platforms().values():
        assert re.fullmatch(r"20\d\d-\d\d", platform.checked)
        assert all(source.startswith("https://") for source in platform.sources)
        assert check("a", platform.name).length == 1


def test_hostile_texts_take_no_time():
    for text in ("a." * 50_000, "#" * 100_000, "@a" * 50_000, "https://" * 12_000, "👨‍" * 30_000):
        for platform in platforms():
            check(text, platform)
