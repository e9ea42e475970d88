"""Lines proposed for a fact sheet: what is proposed, of whom, what never is, and in what form."""

import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from smm_voice.metrics.factuality.sheet import load_sheet, parse_sheet
from smm_voice.metrics.factuality.suggest import (
    Brand,
    as_yaml,
    in_words,
    readable,
    suggest,
)
from smm_voice.posts.post import Post
from smm_voice.text.facts import agree

REPOSITORY = Path(__file__).parents[2]
BRAND = Brand("maison", "Maison Lune", ("Maison Lune", "maisonlune"))


def posts_of(*texts, language="en", every=20, start=datetime(2026, 1, 5, tzinfo=UTC)):
    """One post every few days, the latest first, as the command hands them on."""
    return [
        Post(f"p{i}", text, "x", start + timedelta(days=every * i), "s", language=language)
        for i, text in enumerate(texts)
    ][::-1]


def proposed(*texts, sheets=None, minimum=1, most=60, language="en", **more):
    found = suggest(posts_of(*texts, language=language, **more), sheets or {}, BRAND, minimum, most)
    return readable(found, [language])


def lines(found):
    """(subject, value, unit) of each proposal."""
    return [(p.subject, p.fact.value, p.fact.unit or p.unit) for p in found]


def test_a_fact_that_several_posts_tell_is_one_line_with_all_of_them():
    (line,) = proposed(
        "Our tea room has 46 seats.", "All 46 seats are taken.", "Come early, 46 seats fill fast."
    )
    assert (line.subject, line.attribute, line.fact.value) == ("maison", "seats", "46")
    assert line.posts == 3
    assert [each.post for each in line.evidence] == ["p2", "p1", "p0"]
    assert line.evidence[0].clause == "Come early, 46 seats fill fast."


def test_the_minimum_is_a_number_of_posts_that_agree():
    texts = ["Our croissant costs €1.60.", "A croissant at €1.60.", "Our baguette costs €2.10."]
    assert {value for _, value, _ in lines(proposed(*texts))} == {"1.6", "2.1"}
    assert {value for _, value, _ in lines(proposed(*texts, minimum=2))} == {"1.6"}


@pytest.mark.parametrize(
    ("language", "text", "attribute", "value", "unit"),
    [
        ("en", "Our loaf weighs 900 g.", "weight", "900", "gram"),
        ("en", "We give away 85 percent of our bread.", "donated", "85", ""),
        ("en", "Founded in 1987, still kneading.", "founding_year", "1987", "year"),
        ("en", "We bake 600 croissants every day.", "croissants", "600", "croissants"),
        ("fr", "Notre pain pèse 900 g.", "weight", "900", "gram"),
        ("fr", "Le prix du croissant : 1,60 €.", "price", "1.6", "EUR"),
        ("fr", "Notre salon compte 46 places.", "places", "46", "places"),
    ],
)
def test_the_attribute_is_named_by_the_words_beside_the_value(
    language, text, attribute, value, unit
):
    (line,) = proposed(text, language=language)
    assert line.attribute.endswith(attribute)
    assert lines([line])[0][1:] == (value, unit)
    assert set(line.keywords) <= {language}


def test_the_subject_is_one_of_the_sheet_before_a_recurring_name_before_the_brand():
    sheet = parse_sheet(
        {"subjects": [{"id": "loaf", "name": "Pain Nocturne", "facts": []}]}, "sheet", "en"
    )
    texts = [
        "Our Pain Nocturne weighs 900 g.",
        "Yes, the Brut de Lune costs €8.90.",
        "Say hello to our Brut.", "Come and taste some Brut.",
        "Each booking costs €75.",
    ]  # fmt: skip
    found = {value: subject for subject, value, _ in lines(proposed(*texts, sheets={"en": sheet}))}
    assert found == {"900": "loaf", "8.9": "brut", "75": "maison"}


def test_what_the_sheet_has_is_left_out():
    fact = {"attribute": "seats", "value": 46, "unit": "seats"}
    sheet = parse_sheet(
        {"subjects": [{"id": "maison", "name": "Maison Lune", "brand": True, "facts": [fact]}]},
        "sheet", "en",
    )  # fmt: skip
    texts = ["Our tea room has 46 seats.", "Our croissant costs €1.60."]
    assert len(proposed(*texts)) == 2
    assert [p.fact.value for p in proposed(*texts, sheets={"en": sheet})] == ["1.6"]


def test_values_that_follow_each_other_get_their_dates():
    found = proposed(
        "Our croissant costs €1.50.", "Our croissant costs €1.50.", "Our croissant costs €1.70.",
        "Our croissant costs €1.70.",
    )  # fmt: skip
    spans = {p.fact.value: (p.valid_from, p.valid_to) for p in found}
    assert spans == {"1.5": (None, date(2026, 2, 13)), "1.7": (date(2026, 2, 14), None)}


def test_values_of_one_time_are_unclear_and_no_line():
    found = proposed(
        "Our croissant costs €1.50.", "Our croissant costs €1.70.", "Our croissant costs €1.50.",
        "Our croissant costs €1.70.",
    )  # fmt: skip
    assert [p.unclear for p in found] == [True, True]
    text = as_yaml(found, BRAND, "maison", 4, own=True)
    assert yaml.safe_load(text)["subjects"] == []
    assert text.count("# unclear: Maison Lune: croissant_price = 1.") == 2


def test_values_that_agree_are_one_line_whatever_their_unit():
    (line,) = proposed("Our mill is 38 km away.", "Our mill is 38,000 metres away.")
    assert line.posts == 2


@pytest.mark.parametrize(
    "text",
    [
        "Two friends and I had the first of those days.",
        "See you tomorrow at 5 pm!",
        "Only 5 days left to win.",
        "Did our team bake 900 loaves?",
        "We do not sell 900 loaves.",
        "Our loaf may weigh 900 g.",
        "There is a 90% chance of rain at our mill.",
        "10 years ago our bakery had 12 chairs.",
        "Watch our 60-second video.",
        "Find us at 14 rue des Lilas.",
        "Apollo 11 landed.",
        "Happy 4th of July!",
        "Win with JPSS1 now.",
        "Mail [email] or call [phone], says [handle] of [address].",
        "",
        "🥐🥐",
    ],
)
def test_what_is_incidental_denied_asked_or_masked_is_not_proposed(text):
    assert proposed(text, text, text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Mail hello@maison.example", "hello@maison.example"),
        ("Call 01 99 00 42 17", "01 99 00 42 17"),
        ("Read maison.example/menu", "maison.example/menu"),
        ("Bread with @millers", "@millers"),
        ("We love #MaisonLuneDay", "#MaisonLuneDay"),
    ],
)
def test_an_address_has_to_recur(text, value):
    language = "fr" if "01 99" in text else "en"
    assert proposed(text, text, language=language) == []
    found = proposed(text, text, text, language=language)
    assert value in [p.fact.span for p in found]


def test_shortened_links_and_tags_of_the_day_are_not_proposed():
    texts = ["More: https://t.co/abc #MondayMood", *["Bread is bread."] * 60]
    assert proposed(*(texts * 3), every=1) == []


def test_own_and_other_handles_stand_at_their_own_subjects():
    found = proposed(*["Follow @maisonlune and @millers"] * 3)
    assert {p.subject: p.attribute for p in found} == {"maison": "handle", "millers": "handle"}


def test_a_day_of_live_coverage_is_one_witness_and_no_fact():
    texts = ["Our fair counts 800 stalls.", "Still 800 stalls at our fair."]
    assert len(proposed(*texts)) == 1
    assert proposed(*texts, every=0) == []


def test_opening_times_are_those_of_many_weeks():
    text = "Notre boulangerie ouvre à 7h30."
    (line,) = proposed(*[text] * 4, language="fr")
    assert line.fact.value == "07:30"
    assert line.attribute.endswith("opening_time")
    assert proposed(*[text] * 4, language="fr", every=1) == []


def test_the_list_is_bounded_ranked_and_not_filled_with_addresses():
    tags = [" ".join(f"@partner{i}" for i in range(40))] * 3
    prices = [f"Our cake{c * 3} costs €{i + 2}.50." for i, c in enumerate("abcdefgh")] * 2
    found = proposed(*tags, *prices, most=9)
    assert len(found) == 9
    assert sum(p.fact.kind == "handle" for p in found) == 1
    assert [p.posts for p in found] == sorted((p.posts for p in found), reverse=True)


def test_posts_in_other_languages_say_nothing():
    assert proposed("Unser Brot wiegt 900 g.", language="de") == []
    assert suggest([], {}, BRAND, 1, 60) == []


HOSTILE = [
    "Our \u2028croissant\x85 costs €1.60 # *a: [x, {y",
    "Our caf\u00e9 \"noir\": 'quoted' costs €3.20",
    "Our 東京 has 120 seats", "Our \u202eright-to-left cake costs €7",
    "Our \ud83d broken cake costs €9", "Our \ufffe loaf weighs 950 g",
    "*alias " * 150 + "costs €4 at our shop",
    "Our cake " + "very " * 2000 + "good costs €5.", "Our price: €" + "9" * 400,
]  # fmt: skip


def test_whatever_the_posts_hold_the_file_is_a_sheet(tmp_path):
    # More than a sheet may hold, were they references and not remarks.
    stars = [f"*a *b *c *d *e *f *g *h *i *j Our cake{c} costs €{ord(c)}" for c in "abcdefghijkl"]
    posts = posts_of(
        *HOSTILE, *HOSTILE, *stars, *(f"We love #MaisonLune{c}" for c in "\u00e9\u6771" * 3)
    )
    found = readable(suggest(posts, {}, BRAND, 1, 60), ["en", "fr"])
    path = tmp_path / "s.yaml"
    text = as_yaml(found, BRAND, "maison", len(posts), own=True)
    path.write_text(text, encoding="utf-8", errors="backslashreplace")
    assert len(load_sheet(path, "en").facts) == sum(not p.unclear for p in found) >= 12


@pytest.fixture(scope="module")
def real(posts):
    """Posts of the sample brand, the latest first, and what they propose without a sheet."""
    written = [(t, when) for t, when in posts if not t.startswith("@")][-1000:]
    own = [
        Post(
            str(i),
            text,
            "x",
            datetime.strptime(when, "%a %b %d %H:%M:%S %z %Y"),
            "s",
            language="en",
        )
        for i, (text, when) in enumerate(written)
    ][::-1]
    return own, readable(suggest(own, {}, BRAND, 1, 200), ["en"])


def test_real_posts_give_a_sheet_that_reads_as_the_posts_mean(real, tmp_path):
    posts, found = real
    path = tmp_path / "s.yaml"
    path.write_text(as_yaml(found, BRAND, "small", len(posts), own=True), encoding="utf-8")
    for language in ("en", "fr"):
        sheet = load_sheet(path, language)
        assert len(sheet.facts) == sum(not p.unclear for p in found) >= 20
    sheet = load_sheet(path, "en")
    assert sheet.brand in ("maison", None)
    by_line = {(f.subject, f.attribute, f.valid_from): f for f in sheet.facts}
    for each in (p for p in found if not p.unclear):
        line = by_line[each.subject, each.attribute, each.valid_from]
        assert any(agree(each.fact, stated) for stated in line.stated), in_words(each)


def test_evidence_is_what_stands_in_the_posts(real):
    posts, found = real
    texts = {post.id: " ".join(post.text.split()) for post in posts}
    for line in found:
        for each in line.evidence:
            assert each.clause in texts[each.post]
            assert each.fact.span in " ".join((texts[each.post], each.fact.value))


def test_lines_of_real_posts_are_those_that_a_person_wrote(real):
    """The sample brand's sheet was written by reading its posts: most values stand in it."""
    _, found = real
    typed = [p for p in found if p.fact.kind not in ("handle", "hashtag", "url")]
    sheet = load_sheet(REPOSITORY / "data/raw/acme/facts.yaml", "en")
    known = [value for line in sheet.facts for value in line.stated]
    hits = sum(any(agree(p.fact, v) and p.fact.kind == v.kind for v in known) for p in typed)
    assert len(typed) >= 10
    assert hits / len(typed) >= 0.5


def test_the_time_grows_with_the_posts():
    def seconds(count):
        texts = [
            f"Our cake costs €{i % 977 + 2}.50 and weighs {i % 900 + 20} g." for i in range(count)
        ]
        begun = time.process_time()
        proposed(*texts, every=0)
        return time.process_time() - begun

    seconds(50)
    assert seconds(1600) < 12 * max(seconds(400), 0.05)
