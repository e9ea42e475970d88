"""The brand's languages are told apart, and a language without word list is refused by name."""

import pytest

from smm_voice.errors import InputError
from smm_voice.text import languages


@pytest.mark.parametrize(
    ("text", "expected", "code"),
    [
        ("We will open the hatch of the station early this morning.", ["fr", "en"], "en"),
        ("Notre fournil ouvre ce matin à sept heures, venez vite.", ["en", "fr"], "fr"),
        ("Notre fournil ouvre ce matin à sept heures, venez vite.", ["en"], "fr"),
        ("Wir öffnen heute Morgen um sieben Uhr unsere Bäckerei.", ["en", "fr"], "de"),
    ],
)
def test_language_is_that_of_the_text_not_of_the_brand(text, expected, code):
    assert languages.detect(text, expected) == code


def test_a_text_too_short_to_tell_is_in_the_brands_first_language():
    assert languages.detect("Bonjour !", ["en", "fr"]) == "en"
    assert languages.detect("Hello!", ["fr-CA", "en"]) == "fr"


def test_links_and_hashtags_do_not_decide_the_language():
    text = "Oui ! https://example.org/the-crew-will-open-the-hatch #TheBestOfTheWorld"
    assert languages.detect(text, ["fr", "en"]) == "fr"


def test_function_words_have_straight_apostrophes_and_no_content_words():
    assert {"the", "and", "don't"} <= languages.function_words("en-GB")
    assert {"le", "nous"} <= languages.function_words("fr")
    assert not {"rocket", "bread"} & languages.function_words("en")


def test_a_language_without_function_words_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match="'tlh'.*there is one for:.*en.*fr"):
        languages.function_words("tlh")
