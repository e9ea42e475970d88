"""Cleaning mends what a machine broke and leaves alone what a writer chose."""

import dataclasses
import html
import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smm_voice.posts.cleaning import clean, clean_text, is_care, without_tracking
from smm_voice.posts.ingest import Ingest
from smm_voice.posts.post import Post, Rejected
from smm_voice.text import tokens

NOW = datetime(2018, 6, 1, tzinfo=UTC)
POST = Post(
    id="1",
    text="The crew will open the hatch this morning",
    platform="x",
    created_at=datetime(2018, 1, 2, tzinfo=UTC),
    source="a.jsonl#1",
)
# Longer than the shortest length at which anything cuts a text.
LONG = "This week our flight operation supervisor talks about " + "the aircraft division, " * 4
FRENCH = "Notre fournil ouvre ce matin à sept heures, venez vite."


@pytest.fixture
def cleaned(dataset_config):
    """What becomes of the sample post with some changes."""

    def run(languages=("en",), settings=(), **changes):
        config = dataclasses.replace(dataset_config, **dict(settings))
        return clean(dataclasses.replace(POST, **changes), languages, config, NOW)

    return run


@pytest.fixture(scope="session")
def real_posts(request):
    """All posts of data/raw."""
    from smm_voice.config import BrandConfig, SourceConfig

    source = [SourceConfig(path="data/raw", format="auto")]
    rows = Ingest(
        BrandConfig(name="all", languages=["en"], sources=source), request.config.rootpath
    )
    return [row for row in rows if isinstance(row, Post)]


# The writer's choices


@pytest.mark.parametrize(
    "text",
    [
        "LIVE now… “Wow” ‘really’ it’s — uh — HERE!!! ¿sí?",
        "family 👨\u200d👩\u200d👧 and 👩🏽\u200d🚀 🇫🇷 ❤️ ❤ 1️⃣ #️⃣ ✌🏿",
        "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f and 🏴\u200d☠️",
        "one\n\ntwo\nthree",
        "two  blanks   and three",
        "Prix\u00a0: 1\u202f299,00\u00a0€\u202f! «\u00a0Oui\u00a0» «\u202fNon\u202f»",
        "ﬁne ﬂow Ｗｉｄｅ œuf Æsir ĳ",
        "𝗕𝗼𝗹𝗱 and 𝓈𝒸𝓇𝒾𝓅𝓉 and 🅰🅱",
        "cafe\u0301 and café",
        "مرحبا بالعالم שלום 你好 สวัสดี",
        "zero\u200bwidth and soft\u00adhyphen",
        "iPhone NASA lower Title ẞ ß İ",
    ],
)
def test_the_writers_choices_are_untouched(text):
    assert clean_text(text, "x") == text


@pytest.mark.parametrize(
    "text",
    [
        "a < b and b > c", "3 < 4 & 5 > 4", "<3", "I <3 you", "<- here ->", "R&D", "AT&T", "&c",
        "Q&A; more", "this & that", "x&amp without its sign", "<script>alert(1)</script>",
        "<insert joke>", "<b", "1<p", "<3 <3 <a", "<a new chapter begins>",
        "if a <b and c> d",
    ],
)  # fmt: skip
def test_signs_that_only_look_like_html_stay(text):
    assert clean_text(text, "x") == text


def test_real_posts_change_only_where_html_and_media_links_stood(real_posts):
    assert len(real_posts) > 10_000
    for post in real_posts:
        text = clean_text(post.text, post.platform)
        assert clean_text(text, "facebook") == text
        assert tokens.EMOJI.findall(text) == tokens.EMOJI.findall(html.unescape(post.text))
        before = [w for w in html.unescape(post.text).split() if not w.startswith("http")]
        assert [w for w in text.split() if not w.startswith("http")] == before


# What a machine broke


@pytest.mark.parametrize(
    ("broken", "mended"),
    [
        ("FranÃ§ais, bienvenue Ã\xa0 bord, Ã©tÃ©", "Français, bienvenue à bord, été"),
        ("FranÃƒÂ§ais dÃƒÂ©jÃƒÂ\xa0 vu", "Français déjà vu"),
        ("Earthâ€™s weather", "Earth’s weather"),
        ("EarthÃ¢â‚¬â„¢s weather", "Earth’s weather"),
        ("Bravo ðŸŽ‰ à tous", "Bravo 🎉 à tous"),
        ("ok \ud83d end", "ok \ufffd end"),
        ("bell \x07 gone\x00", "bell  gone"),
        ("  a \t\nb\n\n\n\nc ", "a\nb\n\nc"),
        ("a\r\nb\rc", "a\nb\nc"),
    ],
)
def test_what_a_machine_broke_is_mended(broken, mended):
    assert clean_text(broken, "x") == mended


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Fish &amp; chips &lt;3 &gt; &quot;pie&quot; &#39;n&#39; &#x1F600;",
         "Fish & chips <3 > \"pie\" 'n' 😀"),
        ("Caf&eacute; &laquo;&nbsp;d&rsquo;&eacute;t&eacute;&nbsp;&raquo; &agrave; 4&nbsp;&euro;",
         "Café «\xa0d’été\xa0» à 4\xa0€"),
        ("d&eacute;j&agrave; vu", "déjà vu"),
        ("A&amp;B but AT&T, R&D and &c", "A&B but AT&T, R&D and &c"),
        ("one<br>two<br />three</p><p>four", "one\ntwo\nthree\nfour"),
        ('<p class="x">One <b>two</b> <a href="https://example.org/?a=1">three</a></p>',
         "One two three"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
    ],
)  # fmt: skip
def test_html_becomes_what_a_reader_saw(written, read):
    assert clean_text(written, "facebook") == read


def test_a_link_keeps_its_parameters_whatever_entities_stand_beside_it():
    link = "https://example.org/?id=1&section=2&copy=3&times=4&reg=fr"
    assert clean_text(f"Fish &amp; chips: {link}", "facebook") == f"Fish & chips: {link}"


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(max_size=80))
def test_no_text_whatsoever_breaks_cleaning(text):
    assert isinstance(clean_text(text, "x"), str)


@pytest.mark.parametrize("filler", [" ", "\n", "\t \n", "… ", "<a ", "&amp", "http://", "-A ", "."])
def test_a_post_padded_to_any_length_is_cleaned_in_no_time(cleaned, filler):
    started = time.process_time()
    cleaned(text="The crew will open the hatch" + filler * 40_000 + "x", kind="quote")
    assert time.process_time() - started < 4


# Links


@pytest.mark.parametrize(
    ("link", "bare"),
    [
        ("https://example.org/a?utm_source=x&utm_medium=y#part", "https://example.org/a#part"),
        ("https://example.org/?fbclid=Iw&id=7", "https://example.org/?id=7"),
        ("https://example.org/?q=a%20b+c&UTM_Source=x&é=%C3%A9", "https://example.org/?q=a%20b+c&é=%C3%A9"),
        ("https://example.org/?flag&empty=&gclid=1&d=/e/f,g;h", "https://example.org/?flag&empty=&d=/e/f,g;h"),
        ("https://example.org/?a=1&a=2&igshid=x", "https://example.org/?a=1&a=2"),
    ],
)  # fmt: skip
def test_tracking_goes_and_all_else_stays_byte_for_byte(cleaned, link, bare):
    assert without_tracking(link) == bare
    text = f"The crew will open ({link}), see you there"
    assert clean_text(text, "x") == text.replace(link, bare)
    assert cleaned(links=(link, bare, "https://example.org/b")).links == (
        bare,
        "https://example.org/b",
    )


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org/?q=utm_source", "https://example.org/utm_source=x?id=1",
        "https://example.org/?my_utm_source=1", "https://example.org/?x=%zz&&=", "https://[bad/?a=1",
        "https://example.org/?v=dQw4&list=PL%2B1&t=1m", "http://example.org?",
    ],
)  # fmt: skip
def test_a_link_without_tracking_is_untouched(link):
    assert without_tracking(link) == link
    assert clean_text(f"See {link} now", "x") == f"See {link} now"


@pytest.mark.parametrize(
    ("text", "platform", "expected"),
    [
        ("Look: https://t.co/a https://t.co/b", "x", "Look: https://t.co/a"),
        ("Look: https://t.co/a\nhttps://t.co/b ", "x", "Look: https://t.co/a"),
        ("Look: https://t.co/a", "x", "Look: https://t.co/a"),
        ("https://t.co/a then https://t.co/b", "x", "https://t.co/a then https://t.co/b"),
        ("Look: https://t.co/a https://t.co/b", "linkedin", "Look: https://t.co/a https://t.co/b"),
        ("Look: https://example.org/a https://t.co/b", "x",
         "Look: https://example.org/a https://t.co/b"),
    ],
)  # fmt: skip
def test_only_the_media_link_that_x_appends_is_dropped(text, platform, expected):
    assert clean_text(text, platform) == expected


# Which posts stay


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "reply"}, "reply"),
        ({"kind": "repost"}, "repost"),
        ({"provenance": "generated"}, "generated"),
        ({"created_at": datetime(2018, 6, 3, tzinfo=UTC)}, "future_date"),
        ({"text": "Too short #really https://t.co/abc"}, "too_short"),
        ({"text": "🎉🎉🎉 ❤️ 🚀 🌕 🌖"}, "too_short"),
        ({"text": "@one @two @three @four @five"}, "too_short"),
        ({"text": "[link] [email] [phone] [handle]"}, "too_short"),
        ({"text": LONG + "and mo… https://t.co/x"}, "cut_off"),
        ({"text": "The crew will open the hatch… See more"}, "cut_off"),
        ({"text": "L'équipe ouvre l'écoutille ce matin... Voir plus"}, "cut_off"),
        ({"text": FRENCH}, "other_language"),
        ({"account": "acme", "author": "a customer"}, "visitor_post"),
    ],
)
def test_each_reason_to_leave_a_post_out(cleaned, change, reason):
    rejected = cleaned(**change)
    assert rejected == Rejected(reason, "a.jsonl#1", rejected.detail)


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "quote"},
        {"provenance": "human"},
        {"created_at": datetime(2018, 6, 1, 20, tzinfo=UTC)},
        {"text": LONG + "and more… wait for it"},
        {"text": "Wait for it, and then you will see…"},
        {"text": "Wait for it... and then read more"},
        {"text": LONG + "we said: “To be continued…” today"},
        {"text": "one two three four"},
        {"text": "𝗧𝗵𝗲 𝗰𝗿𝗲𝘄 𝗼𝗽𝗲𝗻𝘀 𝗶𝘁"},
        {"account": "Acme", "author": "ACME"},
        {"account": None, "author": "anybody"},
        {"account": "acme", "author": None},
    ],
)
def test_what_is_near_a_reason_is_kept(cleaned, change):
    assert isinstance(cleaned(["en-GB"], **change), Post)


def test_styled_letters_stay_and_are_flagged(cleaned):
    text = "𝗧𝗵𝗲 𝗰𝗿𝗲𝘄 will open the hatch this morning"
    assert (cleaned(text=text).text, cleaned(text=text).flags) == (text, ("styled_letters",))
    assert cleaned(flags=("a", "a")).flags == ("a",)
    assert cleaned(text="We scored 1 𝗔 this morning at school").flags == ()


def test_styled_letters_do_not_hide_the_language(cleaned):
    english = "𝗧𝗵𝗲 𝗰𝗿𝗲𝘄 𝘄𝗶𝗹𝗹 𝗼𝗽𝗲𝗻 𝘁𝗵𝗲 𝗵𝗮𝘁𝗰𝗵 𝘁𝗵𝗶𝘀 𝗺𝗼𝗿𝗻𝗶𝗻𝗴"
    assert cleaned(["fr", "en"], text=english).language == "en"


def test_replies_and_reposts_are_kept_where_asked_for(cleaned):
    wanted = {"include_replies": True, "include_reposts": True}
    for kind in ("reply", "repost"):
        assert isinstance(cleaned(settings=wanted, kind=kind), Post)


def test_the_language_is_set_and_may_be_any_of_the_brands(cleaned):
    assert cleaned(["fr", "en"]).language == "en"
    assert cleaned(["fr-CA", "en"], text=FRENCH).language == "fr"
    assert cleaned(["en"], text=FRENCH).detail == "fr"


# Customer care

CARE = [
    "@jane We're sorry to hear this. Please DM us your order number. ^JS",
    "@jane Thanks for telling us, the team has been informed. -AB",
    "Hi Jane, we apologise for the trouble - please send us a private message.",
    "Hello @jane, sorry for the inconvenience! Could you DM us your case number?",
    "Hi there, thanks for reaching out, we are looking into it. ^MK",
    "@anne Bonjour, nous sommes désolés de ce désagrément. Écrivez-nous en message privé. ^LM",
    "Bonjour Anne, toutes nos excuses : votre numéro de commande en MP, s'il vous plaît ?",
    "Bonjour, nous regrettons ce retard et revenons vers vous en message privé. ^LM",
    "Cher client, navrés pour l'attente. Contactez-nous en privé, merci.",
]
NO_CARE = [
    "Sorry, but we won't be tweeting or responding to replies during the shutdown. "
    "Sorry for the inconvenience.",
    "Hello everyone! Sorry for the delay: the live stream begins at 5 pm today.",
    "Dear followers, we apologize for the inconvenience, the museum closes at 3 PM this Friday.",
    "Hello from Brussels, where we meet our partners this week - EU",
    "Hey Washington, we are coming to see you this summer – DC",
    "Bonjour à tous ! Désolés pour l'attente, la billetterie ouvre à 14 h.",
    "Bonjour Paris ! La boutique ouvre ce matin, avec des excuses pour goûter à tout 🥐",
    "Send us a DM to win two tickets for the launch this weekend",
    "Sorry not sorry: our new blend is back. Message us for the recipe!",
    "We got an A - the best grade there is, plan B",
]


@pytest.mark.parametrize("text", CARE)
@pytest.mark.parametrize("kind", ["reply", "original"])
def test_customer_care_is_known_though_the_export_calls_it_a_post(cleaned, text, kind):
    settings = {"include_replies": True}
    rejected = cleaned(["en", "fr"], settings, text=text, kind=kind)
    assert rejected == Rejected("care_reply", "a.jsonl#1")


@pytest.mark.parametrize("text", NO_CARE)
def test_an_ordinary_post_with_the_words_of_customer_care_stays(cleaned, text):
    assert isinstance(cleaned(["en", "fr"], text=text), Post)


def test_no_real_post_is_taken_for_customer_care(real_posts):
    found = [post.text for post in real_posts if is_care(post)]
    replies = [post for post in real_posts if post.kind == "reply"]
    assert len(replies) > 500 and found == []


def test_an_answer_that_is_no_care_is_a_reply(cleaned):
    assert cleaned(kind="reply", text="@jane The stream is back up, enjoy!").reason == "reply"


def test_what_was_cleaned_is_written_and_read_alike(cleaned):
    post = cleaned(text="“é” the crew & <b>all</b> of us\u2028here", likes=0, account="a")
    assert Post.from_json(json.loads(json.dumps(post.as_json()))) == post
