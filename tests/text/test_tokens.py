"""Tokens keep whole what a reader sees as one thing, and no input makes them fail."""

import pytest

from smm_voice.text import tokens

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
ASTRONAUT = "\U0001f469\U0001f3fd\u200d\U0001f680"
RAINBOW_FLAG = "\U0001f3f3\ufe0f\u200d\U0001f308"
FRANCE, USA = "\U0001f1eb\U0001f1f7", "\U0001f1fa\U0001f1f8"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(https://t.co/aB1).", ["(", "https://t.co/aB1", ")", "."]),
        ("www.nasa.gov, now", ["www.nasa.gov", ",", "now"]),
        ("ask a.b+c@example.co.uk", ["ask", "a.b+c@example.co.uk"]),
        ("@NASA's", ["@NASA", "'", "s"]),
        (".@Space_Station.", [".", "@Space_Station", "."]),
        ("#VéloÉlectrique!!", ["#VéloÉlectrique", "!!"]),
        ("AT&T #1st", ["AT", "&", "T", "#1st"]),
        ("See [link]", ["See", "[link]"]),
        ("l’été aujourd'hui", ["l’été", "aujourd'hui"]),
        ("at 7:05 1,299.50", ["at", "7:05", "1,299.50"]),
        ("one\n\ntwo...", ["one", "\n\n", "two", "..."]),
        ("שלום, مرحبا", ["שלום", ",", "مرحبا"]),
    ],
)
def test_each_kind_of_token_is_one_token(text, expected):
    assert tokens.tokenise(text) == expected


@pytest.mark.parametrize(
    "emoji", [FAMILY, ASTRONAUT, RAINBOW_FLAG, FRANCE, ENGLAND, "1\ufe0f\u20e3"], ids=ascii
)
def test_an_emoji_sequence_is_one_token(emoji):
    assert tokens.tokenise(f"a{emoji}b") == ["a", emoji, "b"]


def test_neighbouring_flags_are_told_apart():
    assert tokens.tokenise(FRANCE + USA) == [FRANCE, USA]


def test_lone_surrogates_pass_through_every_function():
    text = "hi \ud83d there \udc00 @a #b"
    assert tokens.tokenise(text) == ["hi", "\ud83d", "there", "\udc00", "@a", "#b"]
    assert tokens.words(text) == ["hi", "there"]
    assert tokens.mask_references(text) == "hi \ud83d there \udc00 @USER #TAG"


def test_words_leave_out_references_and_fold_case():
    text = "Étoiles by @NASA #Moon a@b.org https://x.org/Moon [link] SHINE"
    assert tokens.words(text) == ["étoiles", "by", "shine"]


def test_placeholder_replaces_links_but_not_the_punctuation_after_them():
    text = "Watch (https://t.co/a), or www.nasa.gov/live!"
    assert tokens.with_link_placeholders(text) == "Watch ([link]), or [link]!"


def test_masking_an_already_masked_link_gives_the_same():
    text = "See https://t.co/a by @x"
    assert tokens.mask_references(text) == "See URL by @USER"
    assert tokens.mask_references(tokens.with_link_placeholders(text)) == "See URL by @USER"
