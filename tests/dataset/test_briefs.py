"""Briefs: what a reader would note down from the post, and not the post itself."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from smm_voice.dataset import briefs
from smm_voice.posts.post import Post
from smm_voice.text.tokens import with_link_placeholders

ACME = Path(__file__).parents[2] / "data" / "raw" / "acme" / "data" / "tweets.js"


def post(text, language="en", platform="x"):
    when = datetime(2018, 6, 1, tzinfo=UTC)
    return Post("1", text, platform, when, "a#1", language=language)


GOLDEN = [
    (
        post(
            "Hatches between the Soyuz spacecraft and @Space_Station were opened at 5:55am ET and "
            "the 3 new crew members greeted their new orbital family. Watch: https://t.co/Zux"
        ),
        "Topic: crew, greeted, Hatches, orbital, Soyuz, spacecraft\n"
        "Facts: 5:55am; 3\n"
        "Mention: @Space_Station\n"
        "Form: x, medium, link, watch",
    ),
    (
        post("Happy #MoonDay! Ask us about craters on July 20.", platform="linkedin"),
        "Topic: craters, July\nFacts: July 20\nMention: #MoonDay\nForm: linkedin, short, ask",
    ),
    (
        post("Nos moufles de guidon : 39,90\u00a0€. Tes doigts disent merci ! #Vélotaf", "fr"),
        "Sujet: disent, doigts, guidon, moufles\n"
        "Faits: 39,90 €\nMentions: #Vélotaf\nForme: x, court",
    ),
    (
        post("Brioches chaudes dès 7 h, samedi 6 avril. Passez vite, l’odeur vous guide !", "fr"),
        "Sujet: Brioches, chaudes, guide, odeur, Passez, samedi\n"
        "Faits: 7 h; 6 avril\nForme: x, court, participer",
    ),
]


@pytest.mark.parametrize(("given", "expected"), GOLDEN, ids=["en", "en-2", "fr", "fr-2"])
def test_golden_briefs(given, expected):
    assert briefs.render(briefs.derive(given)) == expected


def test_a_link_placeholder_counts_as_a_link_and_a_repeated_fact_is_named_once():
    brief = briefs.derive(post("3 stars, 3 planets: [link] @NASA @NASA"))
    assert brief.link and brief.facts == ("3",) and brief.handles == ("@NASA",)


def test_length_is_that_of_the_text():
    lengths = {n: briefs.derive(post("x" * n)).length for n in (100, 101, 190, 191)}
    assert lengths == {100: "short", 101: "medium", 190: "medium", 191: "long"}


def test_topic_words_are_at_most_six_rare_and_without_articles_glued_on():
    assert briefs.topic_words("L’odeur d’amande, qu’elle est bonne", "fr") == ["amande", "odeur"]
    assert len(briefs.topic_words("quasar pulsar magnetar nebula comet asteroid meteor", "en")) == 6


def test_a_brief_survives_json():
    brief = briefs.derive(GOLDEN[0][0])
    assert briefs.Brief.from_json(json.loads(json.dumps(brief.as_json()))) == brief


def test_overlap_by_hand():
    # Trigrams of the text: (a b c) (b c d); the brief holds the first.
    assert briefs.overlap("so a b c", "A b, c d!") == 0.5
    assert briefs.overlap("a b", "a b") == 0.0


def test_sample_brand_briefs_are_deterministic_and_hand_over_almost_no_wording():
    archive = json.loads(ACME.read_text(encoding="utf-8").split("=", 1)[1])
    posts = [post(row["tweet"]["full_text"]) for row in archive[:150]]
    first = [briefs.render(briefs.derive(p)) for p in posts]
    assert first == [briefs.render(briefs.derive(p)) for p in posts]
    shares = [
        briefs.overlap(brief, with_link_placeholders(p.text))
        for brief, p in zip(first, posts, strict=True)
    ]
    assert sum(shares) / len(shares) < 0.02
    assert max(shares) < 0.25
