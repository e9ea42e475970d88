"""Briefs: what a reader would note down from the post, and not the post itself."""

import json
from datetime import UTC, datetime

import pytest

from smm_voice.dataset import briefs
from smm_voice.posts.post import Post
from smm_voice.text import tokens
from smm_voice.text.tokens import with_link_placeholders


def post(text, language="en", platform="x"):
    when = datetime(2018, 6, 1, tzinfo=UTC)
    return Post("1", text, platform, when, "a#1", language=language)


@pytest.fixture(scope="module")
def real(english, rows):
    """English and French posts."""
    french = [row for name in ("boulangerie", "mutuelle", "velo") for row in rows(name)]
    return [
        *(post(row["text"]) for row in english[:150]),
        *(post(row["text"], "fr", row["platform"]) for row in french),
    ]


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
        "Topic: craters\nFacts: July 20\nMention: #MoonDay\nForm: linkedin, short, ask",
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


def test_briefs_are_deterministic_and_hand_over_almost_no_wording(real):
    written = [briefs.render(briefs.derive(each)) for each in real]
    assert written == [briefs.render(briefs.derive(each)) for each in real]
    shares = [
        briefs.overlap(brief, with_link_placeholders(each.text))
        for brief, each in zip(written, real, strict=True)
    ]
    assert sum(shares) / len(shares) < 0.02
    assert max(shares) < 0.25


def test_topic_words_do_not_repeat_facts(real):
    named = 0
    for each in real:
        brief = briefs.derive(each)
        facts = {word for fact in brief.facts for word in tokens.words(fact)}
        assert not facts & {word.casefold() for word in brief.topic} - repeated(each.text, facts)
        named += bool(facts)
    assert named > 40


def repeated(text, words):
    """Those of the words that the text holds more than once, so that one may be no fact."""
    listed = tokens.words(text)
    return {word for word in words if listed.count(word) > 1}


def test_a_terse_brief_names_a_topic_the_platform_and_the_length_alone(real):
    for each in real:
        whole = briefs.derive(each)
        terse = briefs.terse(whole)
        assert len(terse.topic) <= 3
        assert (terse.facts, terse.handles, terse.hashtags) == ((), (), ())
        assert not terse.link and terse.call_to_action is None
        assert (terse.platform, terse.language, terse.length) == (
            whole.platform,
            whole.language,
            whole.length,
        )
        assert len(briefs.render(terse).splitlines()) == 2


def test_a_terse_brief_of_a_post_without_topic_words_still_says_what_it_is_about():
    assert briefs.terse(briefs.derive(post("#MoonDay!"))).topic == ("#MoonDay",)
    assert briefs.terse(briefs.derive(post("It is 5:55am"))).topic == ("5:55am",)
    assert briefs.terse(briefs.derive(post("And so it is"))).topic == ()


ONLY_FACTS = [
    post("12 June 2018, 5:55 pm, $1,299.00, 18 km, 49 %, Friday 3 August, 250 million miles"),
    post("Samedi 6 avril, 7 h 30, 39,90 €, 18 km, 12 juin 2018, mardi 3 août à 14 h", "fr"),
]


@pytest.mark.parametrize("most", [0.01, 0.1, 0.25])
@pytest.mark.parametrize("given", ONLY_FACTS, ids=["en", "fr"])
def test_a_post_made_of_its_facts_is_not_handed_over(given, most):
    whole = briefs.derive(given)
    brief, rendered, overlap = briefs.bounded(whole, given.text, most)
    assert briefs.overlap(briefs.render(whole), given.text) > 0.25
    assert (rendered, overlap) == (briefs.render(brief), briefs.overlap(rendered, given.text))
    assert overlap <= most
    left_out = set(whole.facts) - set(brief.facts)
    assert left_out and max(map(len, brief.facts), default=0) <= min(map(len, left_out))


def test_a_brief_within_the_bound_is_left_as_it_is(real):
    for each in real[:80]:
        brief = briefs.derive(each)
        assert briefs.bounded(brief, each.text, 0.25)[0] == brief
        assert briefs.bounded(brief, each.text, 0.01)[2] <= 0.01


def test_bounding_ends_whatever_the_post_says():
    for text in ("form x short", "Topic Facts Mention Form", "Topic: Topic\nForm: x, short", ""):
        brief, rendered, overlap = briefs.bounded(briefs.derive(post(text)), text, 0.01)
        assert rendered == briefs.render(brief) and 0 <= overlap <= 1


def test_what_is_precise_in_words_is_handed_on_as_well():
    brief = briefs.derive(
        post("Douze mois, quarante-cinq euros, code MAI10, sur alder.example. À demain !", "fr")
    )
    assert "quarante-cinq euros" in brief.facts and "MAI10" in brief.facts
    assert brief.link
    assert not any("demain" in fact for fact in brief.facts)
