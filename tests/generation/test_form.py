"""Briefs as people type them, and what is said of the posts."""

import pytest

from smm_voice.config import ModelConfig
from smm_voice.errors import InputError
from smm_voice.generation.disclosure import base_title, disclosure, versioned
from smm_voice.generation.form import LONGEST_BRIEF, checked_brief, for_platform, platform_of


def test_a_free_text_becomes_the_topic_in_the_language_of_the_briefs():
    assert for_platform("New wing, Friday", "x", "en-GB") == (
        "Topic: New wing, Friday\nForm: x, medium"
    )
    assert for_platform("Nouvelle aile", "linkedin", "fr") == (
        "Sujet: Nouvelle aile\nForme: linkedin, moyen"
    )


def test_a_structured_brief_keeps_all_but_its_platform():
    brief = "Topic: sea\nFacts: 5 pm\nForm: x, short, link"
    assert for_platform(brief, "x", "en") == brief
    assert for_platform(brief, "bluesky", "en") == (
        "Topic: sea\nFacts: 5 pm\nForm: bluesky, short, link"
    )
    assert platform_of(brief, "en") == "x"
    assert platform_of("Sujet: mer\nForme: threads, court", "fr") == "threads"


def test_a_line_of_form_is_added_where_it_is_missing():
    assert for_platform("Topic: sea\nFacts: 5 pm", "x", "en").splitlines()[-1] == "Form: x"
    assert platform_of("Topic: sea\nFacts: 5 pm", "en") is None
    assert platform_of("Topic: sea\nForm:", "en") is None


def test_blanks_and_line_ends_of_other_systems_go():
    assert checked_brief("  Topic: sea \r\n\r\n Form: x \n") == "Topic: sea\nForm: x"


@pytest.mark.parametrize(
    ("brief", "words"),
    [(" \n ", "there is no brief"), ("a" * (LONGEST_BRIEF + 1), "at most 4000"),
     ("sea \ud800", "half a character")],
)  # fmt: skip
def test_what_is_no_brief_is_refused(brief, words):
    with pytest.raises(InputError, match=words):
        checked_brief(brief)


def test_the_disclosure_is_for_people_and_machines_in_the_brand_s_language():
    said = disclosure("fr-CA", versioned("fr-CA", "lilas-voice", "3"), "Base-1B", "Les Lilas")
    assert said == {
        "ai_generated": True,
        "ai_disclosure": "Rédigé par un modèle d'IA (lilas-voice, version 3 : Base-1B, affiné sur "
        "les publications de Les Lilas).",
    }
    assert disclosure("de", "m", "b", "Braun")["ai_disclosure"] == (
        "Written by an AI model (m: b, fine-tuned on posts of Braun)."
    )


def test_the_base_model_goes_by_its_own_name():
    config = ModelConfig(
        name="small", languages=["en"], licence="-", maximum_bits_per_byte=9.0, force=False,
        package="p", file="Big-Model-1B.Q4_1.gguf",
    )  # fmt: skip
    assert base_title(config) == "Big-Model-1B"
