"""The proof of the fact checker: what it counts, and that a bad checker does not pass it."""

from __future__ import annotations

import dataclasses
import json
import math
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from smm_voice.benchmarks.factuality import human, inject, pairs, real, run, speed, suite
from smm_voice.benchmarks.factuality.authored import (
    LANGUAGES,
    RELATION,
    TYPED,
    Altered,
    altered,
    read_set,
)
from smm_voice.benchmarks.factuality.outcome import examine, verdict
from smm_voice.benchmarks.factuality.shares import Share, row, share
from smm_voice.benchmarks.table import Level
from smm_voice.config import (
    BenchmarkConfig,
    FactualityBenchConfig,
    MetricsBenchConfig,
    TrackingConfig,
)
from smm_voice.errors import ConfigError, InputError
from smm_voice.metrics.factuality.check import Checked, Claim, check
from smm_voice.metrics.factuality.sheet import FactSheet, load_sheet
from smm_voice.posts.post import Post
from smm_voice.text.facts import extract
from tests.benchmarks.settings import DRIFT, MONITOR, SCALE

ROOT = Path(__file__).resolve().parents[2]
FACTS = ROOT / "data" / "validation" / "facts"
NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)
SETTINGS = FactualityBenchConfig(
    held_out=None, development=["maison_lune"], voices=["nasa_2018"], human=20, pairs=40,
    speed=False, sizes=[10, 20], sheets=[10],
)  # fmt: skip


def config(workspace, **changes):
    return BenchmarkConfig(
        workspace=str(workspace), bench="factuality", repeats=1, sizes=[100],
        metrics=MetricsBenchConfig(
            voices=[], panel=[], rounds=1, tests=1, resamples=100, workers=1, speed=False, bulk=0,
            base=None, seed=0,
        ),
        factuality=dataclasses.replace(SETTINGS, **changes),
        drift=DRIFT, monitor=MONITOR, scale=SCALE,
        tracking=TrackingConfig(uri=None, register=False, ui="http://localhost"),
    )  # fmt: skip


def checked(*claims, missing=()):
    return Checked(tuple(claims), 1, 1, 0, 0, missing=missing)


def claim(word, span, start=-1):
    return Claim(word, span, "line" if word != "unsupported" else "", None, start)


# --- Sets written by hand ---------------------------------------------------------------------

SHEET = {
    "version": 1,
    "subjects": [
        {"id": "tea", "name": "Tea Room", "facts": [{"attribute": "price", "value": 12}]},
    ],
}
POSTS = [
    {
        "id": f"{language}{number}", "language": language, "date": "2026-05-03",
        "text": f"Tea Room {number}: tea is 12 euros. Come in!",
        "paraphrase": f"Come in! For 12 euros you get tea, Tea Room {number}.",
        "errors": [
            {"type": "money", "from": "12 euros", "to": "15 euros"},
            {"type": "negation", "from": "tea is", "to": "tea is not", "paraphrase_from": "you get",
             "paraphrase_to": "you do not get"},
            {"type": "stale", "date": "2027-05-03"},
            {"type": "relation", "from": "Tea Room", "to": "Our bakery"},
        ],
    }
    for language in LANGUAGES
    for number in range(10)
]  # fmt: skip


def written(folder, posts, sheet=None):
    folder.mkdir(exist_ok=True)
    (folder / "facts.yaml").write_text(yaml.safe_dump(sheet or SHEET), encoding="utf-8")
    lines = (json.dumps(post, ensure_ascii=False) for post in posts)
    (folder / "posts.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture
def small_set(tmp_path):
    return read_set(written(tmp_path / "small", POSTS))


def everything(text, brief, sheet, language, when):
    return checked(claim("contradicted", text, 0), missing=("line",))


def nothing(text, brief, sheet, language, when):
    return checked()


def right(text, brief, sheet, language, when):
    """Knows what is true of the small set."""
    faithful = {each[key] for each in POSTS for key in ("text", "paraphrase")}
    if text not in faithful:
        return checked(claim("contradicted", text, 0))
    return checked(claim("supported" if when.year == 2026 else "stale", "12 euros"))


def levels(small_set, checker):
    rows = suite.headline(examine(small_set, checker), suite.HELD_OUT, "held-out set")
    return {row.figure: row for row in rows}


def test_a_checker_that_is_right_reaches_every_level(small_set):
    rows = levels(small_set, right)
    for name in ("recall_en", "recall_fr", "false_positive_rate", "false_positive_claims_fr"):
        assert rows[f"factuality/{name}"].reached == "yes", name
    assert rows["factuality/recall_en"].values == (1.0,)
    assert rows["factuality/stability_en"].values == (1.0,)
    assert rows["factuality/stability_faithful_fr"].values == (1.0,)
    # Three typed errors a post, ten posts; the relational one is in no total.
    assert rows["factuality/recall_en"].note.startswith("30 of 30, ")
    assert rows["factuality/relation_missed"].note.startswith("0 of 20, ")


def test_a_checker_that_flags_everything_fails_the_false_positives(small_set):
    rows = levels(small_set, everything)
    assert rows["factuality/false_positive_rate"].reached == "**no**"
    assert rows["factuality/false_positive_rate"].values == (1.0,)
    # Nor has it found what it says of any sentence.
    found = {t.type: t.text for t in examine(small_set, everything).tried}
    assert found["money"] == "contradicted" and found["stale"] == "missed"


def test_a_checker_that_flags_nothing_fails_recall(small_set):
    rows = levels(small_set, nothing)
    for language in LANGUAGES:
        assert rows[f"factuality/recall_{language}"].reached == "**no**"
        assert rows[f"factuality/recall_{language}"].values == (0.0,)
    assert rows["factuality/false_positive_posts_en"].reached == "yes"
    # It made no claims: there is no share of them, and no share is no success.
    assert rows["factuality/false_positive_claims_en"].values == ()
    assert rows["factuality/false_positive_claims_en"].reached == "**no**"
    assert rows["factuality/relation_missed"].values == (1.0,)


def test_the_headline_is_the_worst_share_of_both_languages(small_set):
    def one_in_ten(text, brief, sheet, language, when):
        wrong = language == "fr" and "Room 3" in text
        return checked(claim("unsupported" if wrong else "supported", "12 euros"))

    rows = levels(small_set, one_in_ten)
    assert rows["factuality/false_positive_claims_fr"].values == (0.1,)
    assert rows["factuality/false_positive_claims_en"].values == (0.0,)
    # Unknown is flagged, and accuses nobody.
    assert rows["factuality/false_positive_posts_fr"].values == (0.0,)
    assert rows["factuality/false_positive_rate"].values == (0.1,)
    assert rows["factuality/false_positive_rate"].reached == "**no**"


def test_a_verdict_that_changes_with_the_wording_is_not_stable(small_set):
    def unsteady(text, brief, sheet, language, when):
        told = right(text, brief, sheet, language, when)
        return told if not text.startswith("Come in") else checked()

    rows = levels(small_set, unsteady)
    assert rows["factuality/stability_en"].values == (0.0,)
    assert rows["factuality/stability_faithful_en"].values == (0.0,)
    assert rows["factuality/paraphrase_recall_en"].values == (0.0,)
    assert rows["factuality/recall_en"].values == (1.0,)


def test_figures_by_type_are_given_for_each_language(small_set):
    rows = {row.figure: row for row in suite.by_type(examine(small_set, right), "")}
    assert rows["factuality/recall_money_fr"].note.startswith("10 of 10, ")
    assert rows["factuality/accused_negation_en"].values == (1.0,)
    assert rows["factuality/recall_phone_en"].values == ()
    lines = suite.matrix(examine(small_set, right))
    assert len(lines) == 2 + len(TYPED) + 1
    assert any(line.startswith("| money | 1.000 (10 of 10, 0.722 to 1.000) | ") for line in lines)


# --- What counts as found ---------------------------------------------------------------------

TEXT = "We open at 9 am. A cup is 15 euros today.\nCome in!"


@pytest.mark.parametrize(
    ("kind", "claims", "expected"),
    [
        ("money", [claim("contradicted", "15 euros", 26)], "contradicted"),
        ("money", [claim("unsupported", "15 euros")], "unsupported"),
        # Another fact of the same sentence is another fact.
        ("money", [claim("contradicted", "today", 35)], "missed"),
        ("money", [claim("supported", "15 euros", 26)], "missed"),
        ("money", [claim("unsupported", "15", 26), claim("stale", "euros", 29)], "stale"),
        ("negation", [claim("contradicted", "today", 35)], "contradicted"),
        ("negation", [claim("contradicted", "9 am", 11)], "missed"),
        ("forbidden", [claim("forbidden", "A cup", 17), claim("stale", "15", 26)], "forbidden"),
        # A claim that stands nowhere in the text overlaps nothing.
        ("money", [claim("contradicted", "16 euros")], "missed"),
    ],
)
def test_a_claim_counts_where_the_error_is(kind, claims, expected):
    wrong = Altered(TEXT, 26, 34, NOON)
    assert TEXT[26:34] == "15 euros" and TEXT[slice(*wrong.sentences)].startswith("A cup is")
    assert TEXT[slice(*wrong.sentences)].endswith("today.")
    assert verdict(kind, checked(), checked(*claims), wrong) == expected


def test_what_was_said_of_the_faithful_post_is_no_find():
    before = checked(claim("unsupported", "today", 35))
    wrong = Altered(TEXT, 26, 34, NOON)
    assert verdict("negation", before, before, wrong) == "missed"
    twice = checked(claim("unsupported", "today", 35), claim("unsupported", "today", 35))
    assert verdict("negation", before, twice, wrong) == "unsupported"
    whole = Altered(TEXT, 0, len(TEXT), NOON)
    assert verdict("stale", before, checked(claim("stale", "today", 35)), whole) == "stale"
    assert verdict("stale", before, checked(claim("unsupported", "today", 35)), whole) == "missed"


def test_a_missing_mention_is_found_by_its_line():
    wrong = Altered(TEXT, 5, 5, NOON)
    one, two = checked(missing=("a",)), checked(missing=("a", "b"))
    assert verdict("missing", checked(), one, wrong) == "missing"
    assert verdict("missing", one, one, wrong) == "missed"
    assert verdict("missing", one, two, wrong) == "missing"
    assert verdict("missing", checked(), checked(claim("stale", "9 am", 11)), wrong) == "missed"


@pytest.mark.parametrize(
    ("text", "old", "new", "whole", "changed"),
    [
        ("A cup is 12 € today.", "12 €", "15 €", False, "15"),
        ("A cup is 12,50 € today.", "12,50 €", "12,90 €", False, "12,90"),
        ("Bag of 1.5 kg, new", "1.5 kg", "1.5 g", False, ""),
        ("Bag of 1.5 kg, new", "1.5 kg", "1.5 g", True, "1.5 g"),
        ("Elle est ouverte.", "est ouverte", "n'est pas ouverte", False, "n'est pas"),
        ("Drink with care. Bye", "Drink with care. ", "", False, ""),
        ("See example.org/a now", "example.org/a", "example.org/ab", False, "example.org/ab"),
        # What begins and ends alike is not counted twice.
        ("11 cups", "11", "111", False, "111"),
        ("tea and bread", "tea", "tea and tea", False, "tea and tea"),
    ],
)
def test_the_change_is_what_differs_in_whole_words(text, old, new, whole, changed):
    wrong = altered(text, old, new, NOON, whole)
    assert wrong.text == text.replace(old, new)
    assert wrong.text[wrong.start : wrong.end].strip() == changed


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"from": "tea", "to": "x"}, "error 1: what is to be replaced stands 2 times"),
        ({"from": "nowhere", "to": "x"}, "stands 0 times"),
        ({"from": "", "to": "x"}, "stands 0 times"),
        ({"from": "12 euros", "to": "12 euros"}, "nothing is changed"),
        ({"type": "colour"}, "there is no type colour"),
        ({"from": "12 euros"}, "'to'"),
    ],
)
def test_a_wrong_line_is_told_by_its_id_and_never_shown(tmp_path, change, said):
    error = {"type": "money"} | change
    post = POSTS[0] | {"text": "A tea, tea, 12 euros. SECRET", "errors": [error]}
    with pytest.raises(ConfigError) as raised:
        read_set(written(tmp_path / "wrong", [POSTS[1], post]))
    assert said in str(raised.value) and "posts.jsonl:2: " in str(raised.value)
    assert "en0" in str(raised.value) and "SECRET" not in str(raised.value)


@pytest.mark.parametrize("line", ["{", "[]", '{"id": "en1"}', '{"language": "de"}', "\ud800"])
def test_a_line_that_is_no_post_is_told(tmp_path, line):
    folder = written(tmp_path / "wrong", [])
    (folder / "posts.jsonl").write_bytes(line.encode("utf-8", "surrogatepass"))
    with pytest.raises(InputError, match=r"posts\.jsonl"):
        read_set(folder)


def test_two_posts_of_one_id_and_a_missing_file_are_told(tmp_path):
    with pytest.raises(ConfigError, match="the id en0 stands twice"):
        read_set(written(tmp_path / "twice", [POSTS[0], POSTS[0]]))
    (tmp_path / "twice" / "posts.jsonl").unlink()
    with pytest.raises(InputError, match="cannot be read"):
        read_set(tmp_path / "twice")


@pytest.mark.parametrize("name", ["maison_lune", "ridgeway"])
def test_the_labelled_sets_are_sound(name):
    labelled = read_set(FACTS / name)
    for language in LANGUAGES:
        posts = [post for post in labelled.posts if post.language == language]
        assert len(posts) >= 65 and sum(not post.errors for post in posts) >= 10
        kinds = [error.type for post in posts for error in post.errors]
        assert len(kinds) >= 180 and all(kinds.count(kind) >= 7 for kind in (*TYPED, RELATION))


# --- Shares -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    # Wilson 1927 by hand: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), z = 1.959964.
    [(19, 20, 0.76387, 0.99112), (0, 10, 0.0, 0.27753), (10, 10, 0.72247, 1.0),
     (5, 10, 0.23659, 0.76341)],
)  # fmt: skip
def test_the_interval_is_wilsons(count, of, low, high):
    found = Share(count, of).interval
    assert found == pytest.approx((low, high), abs=1e-5)


def test_nothing_counted_is_no_share():
    empty = share([])
    assert empty.value is None and empty.interval is None and empty.cell == "–"
    made = row("x", empty, "x", Level(most=0.05))
    assert made.values == () and made.reached == "**no**"
    assert str(share([True, False])) == "1 of 2, 0.095 to 0.905"


# --- Errors put into real posts ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("injector", "span", "before", "expected"),
    [
        (inject.number, "17,500 mph", "at ", "37,500 mph"),
        (inject.number, "300", "", "500"),
        (inject.number, "97", "", "77"),
        (inject.number, "97", "over ", None),
        (inject.number, "97+", "", None),
        (inject.number, "500", "more than ", "700"),
        (inject.number, "500", "less than ", "300"),
        (inject.number, "1.2 million", "under ", None),
        (inject.number, "2.4+ million", "", "4.4+ million"),
        (inject.number, "0.9", "", "0.7"),
        (inject.number, "0.35", "", "0.55"),
        (inject.number, "$5.25 billion", "", "$7.25 billion"),
        (inject.number, "25%", "", "45%"),
        (inject.number, "13th", "", "14th"),
        (inject.number, "2nd lowest", "", "3rd lowest"),
        (inject.number, "10th", "", "11th"),
        (inject.number, "21st", "", "22nd"),
        (inject.number, "2010", "", "2013"),
        (inject.number, "2010 miles", "", "4010 miles"),
        (inject.number, "three", "", "five"),
        (inject.number, "Nineteen", "", "Seventeen"),
        (inject.number, "nineteen", "over ", None),
        (inject.number, "ninety", "", "seventy"),
        (inject.number, "sixty-five", "", "sixty-seven"),
        (inject.number, "two", "under ", None),
        (inject.number, "10-15 km", "", None),
        (inject.number, "a few", "", None),
        (inject.unit, "250 miles", "", "250 feet"),
        (inject.unit, "17,500 mph", "", "17,500 km/h"),
        (inject.unit, "17-year", "", "17-month"),
        (inject.unit, "5 Hours", "", "5 Minutes"),
        (inject.unit, "100 light years", "", "100 miles"),
        (inject.unit, "15 nations", "", None),
        (inject.unit, "miles", "", None),
        (inject.day, "May 5", "", "May 8"),
        (inject.day, "May 28th", "", "May 25th"),
        (inject.day, "Jan. 31, 2018", "", None),
        (inject.day, "2018-05-05", "", "2018-05-08"),
        (inject.day, "05/09", "", "05/12"),
        (inject.day, "Saturday", "", "Monday"),
        (inject.day, "this Friday", "", "this Sunday"),
        (inject.day, "Tomorrow", "", "Today"),
        (inject.day, "July 2021", "", None),
        (inject.month, "May 5", "", "July 5"),
        (inject.month, "Dec. 3", "", "Feb. 3"),
        (inject.month, "SEPTEMBER 2018", "", "NOVEMBER 2018"),
        (inject.month, "Sept 12", "", "Nov 12"),
        (inject.month, "2010", "", "2013"),
        (inject.month, "tomorrow", "", None),
        (inject.time, "7:05am", "", "9:05am"),
        (inject.time, "12:30", "", "10:30"),
        (inject.time, "18h", "", "16h"),
        (inject.time, "noon", "", None),
        (inject.url, "https://go.example/abc", "", "https://go.example/abcx"),
        (inject.name, "@Space_Station", "", "@Space_StationHQ"),
    ],
)
def test_injectors_on_cases_worked_out_by_hand(injector, span, before, expected):
    if (injector, span) == (inject.day, "Jan. 31, 2018"):
        # The day, and not the year behind it.
        assert injector(span, before) == "Jan. 28, 2018"
        return
    assert injector(span, before) == expected


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("It is 250 miles up.", "250", "It is not 250 miles up."),
        ("Hello! The launch was at 7 and is at 9 today.", "9",
         "Hello! The launch was at 7 and is not at 9 today."),
        ("Is it 250 miles up?", "250", None),
        ("The crew, which is here, spent 250 days.", "250", None),
        ("It is not 250 miles up.", "250", None),
        ("#is @will 250 miles up.", "250", None),
        ("It orbits 250 miles up and is fast.", "250", None),
        ("We are here. It orbits 250 miles up.", "250", None),
    ],
)  # fmt: skip
def test_a_denial_stands_before_the_value_and_in_its_clause(text, value, expected):
    found = inject.negated(text, text.index(value))
    assert (found and found[0]) == expected
    if found:
        assert found[0][found[1] : found[1] + 4] == " not"


def case(text, line, again=()):
    found = real.value_in(text, line, NOON)
    assert found is not None
    return real.Stated(text, NOON, line, again, found)


def test_errors_stand_where_they_are_said_to_stand():
    line = {"attribute": "altitude", "value": 250, "unit": "miles", "valid_to": date(2026, 6, 1)}
    text = "The station is 250 miles above us, in 2 rooms."
    wrongs = dict(real.errors_in(case(text, line)))
    assert wrongs.keys() == {"quantity", "unit", "negation", "stale"}
    quantity, unit, negation, stale = (wrongs[k] for k in ("quantity", "unit", "negation", "stale"))
    assert quantity.text == text.replace("250", "450")
    assert quantity.text[quantity.start : quantity.end] == "450 miles"
    assert unit.text == text.replace("miles", "feet")
    assert unit.text[unit.start : unit.end] == "250 feet"
    assert negation.text == text.replace("is", "is not", 1)
    assert negation.text[negation.start : negation.end] == " not"
    assert stale.text == text and stale.when == datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_a_fact_that_holds_again_is_not_late():
    line = {"attribute": "seats", "value": 250, "unit": "miles", "valid_to": date(2026, 6, 1)}
    later = line | {"valid_from": date(2026, 6, 2), "valid_to": None}
    stated = case("It is 250 miles up.", line, (later,))
    assert "stale" not in dict(real.errors_in(stated))
    changed = dataclasses.replace(stated, again=(later | {"value": 300},))
    assert "stale" in dict(real.errors_in(changed))


@pytest.mark.parametrize(
    ("text", "line", "span"),
    [
        ("Up at 17,500 mph!", {"value": 17500, "unit": "mph"}, "17,500 mph"),
        ("Ask us: #askNASA", {"value": "#askNASA"}, "#askNASA"),
        ("On May 5, 2018 we go", {"value": date(2018, 5, 5)}, "May 5, 2018"),
        ("At 7:05am ET", {"value": "7:05am ET"}, "7:05am"),
        ("It grew by 78% of it", {"value": 78, "unit": "percent"}, "78%"),
        ("Up at 17,000 mph!", {"value": 17500, "unit": "mph"}, None),
        ("We saw 300 of them", {"value": 300, "unit": "experiments"}, "300"),
    ],
)
def test_a_value_is_found_in_the_words_of_the_post(text, line, span):
    found = real.value_in(text, line, NOON)
    assert (found.span.strip() if found else None) == span


def test_the_sample_brands_own_posts_take_enough_errors():
    sheet = yaml.safe_load((ROOT / "data/raw/acme/facts.yaml").read_text("utf-8"))
    lines, cases = real.source_posts(ROOT, sheet)
    assert lines >= 200 and len(cases) > 0.75 * lines
    kinds = [kind for each in cases for kind, _ in real.errors_in(each)]
    assert len(kinds) >= 250 and set(kinds) <= set(real.TYPES)
    for kind in ("number", "quantity", "unit", "date", "time", "handle", "negation", "stale"):
        assert kinds.count(kind) >= 10, kind
    for each in cases:
        for kind, wrong in real.errors_in(each):
            if kind not in ("negation", "stale"):
                kept = each.text[: wrong.start], each.text[each.found.end :]
                assert wrong.text.startswith(kept[0]) and wrong.text != each.text
                assert wrong.text.endswith(kept[1]) or kind == "unit"


# --- Human posts, pairs, speed ----------------------------------------------------------------


def test_human_posts_are_checked_with_their_briefs_and_without():
    seen = []

    def recording(text, brief, sheet, language, when):
        seen.append((text, brief, when))
        known = brief is not None and "250 miles" in brief
        return checked(claim("supported" if known else "contradicted", "250 miles"))

    post = Post("1", "It is 250 miles up.", "x", NOON, "made", language="en")
    judged = human.judge([post], FactSheet(), recording)
    assert [(text, when) for text, _, when in seen] == [(post.text, NOON)] * 2
    assert seen[0][1] is not None and seen[1][1] is None
    assert [each.accused for each in judged.briefed] == [False]
    assert [each.accused for each in judged.alone] == [True]


def test_the_published_pairs_are_those_that_are_described():
    counts = {
        "daccord_fr.jsonl": {"contradiction": 515, "compatibles": 519},
        "rte3_fr_dev.jsonl": {"contradiction": 91, "entailment": 409, "neutral": 300},
        "begin_wow_dev.jsonl": {"Not fully attributable": 250, "Fully attributable": 180},
    }
    for each in pairs.PUBLISHED:
        labels = [p["label"] for p in pairs.read_pairs(ROOT / "data/validation" / each.file)]
        assert {label: labels.count(label) for label in labels} == counts[each.file]
        assert {each.wrong, each.right} | {each.neutral} - {None} == set(labels)


def test_pairs_are_counted_where_there_is_anything_to_check(tmp_path):
    published = dataclasses.replace(pairs.PUBLISHED[1], file="p.jsonl")

    def of(text, brief, sheet, language, when):
        assert brief == "premise" and language == "fr" and sheet == FactSheet()
        words = {"0": "supported", "1": "unsupported", "2": "contradicted"}
        return checked(*(claim(words[sign], sign) for sign in text if sign in words))

    said = {"contradiction": ("a", "b", "0", "01", "2"), "entailment": ("a", "0", "1"),
            "neutral": ("1", "2")}  # fmt: skip
    rows = [
        {"premise": "premise", "hypothesis": text, "label": label}
        for label, texts in said.items()
        for text in texts
    ]
    path = tmp_path / "p.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    judged = pairs.judge(published, pairs.read_pairs(path), of)
    notes = {r.figure: r.note.split(",")[0] for r in pairs.shown(published, judged)}
    assert notes == {
        "factuality/rte3_checkable": "3 of 5", "factuality/rte3_recall": "2 of 3",
        "factuality/rte3_accused": "1 of 3", "factuality/rte3_recall_of_all": "2 of 5",
        "factuality/rte3_false_positive_rate": "1 of 2",
        "factuality/rte3_false_accusations": "0 of 2",
        "factuality/rte3_neutral_flagged": "2 of 2", "factuality/rte3_neutral_accused": "1 of 2",
    }  # fmt: skip
    path.write_text('{"premise": "x"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="cannot be read"):
        pairs.read_pairs(path)


@pytest.mark.parametrize("power", [1.0, 2.0, 0.5])
def test_the_growth_is_the_slope_over_all_sizes(power):
    by_size = {size: 0.003 * size**power for size in (500, 1000, 2000, 4000)}
    assert speed.growth_exponent(by_size) == pytest.approx(power)


def test_a_sheet_is_made_for_the_posts_with_as_many_facts_as_asked(tmp_path):
    posts = ["Meet Hubble, which took 120 pictures", "Hubble and Juno saw 17 moons"]
    text = speed.sheet_text(posts, 23)
    assert text == speed.sheet_text(posts, 23)
    path = tmp_path / "facts.yaml"
    path.write_text(text, encoding="utf-8")
    sheet = load_sheet(path, "en")
    assert len(sheet.facts) == 23 and len({fact.subject for fact in sheet.facts}) == 5
    assert 'name: "Hubble"' in text and ("value: 120" in text or "value: 17" in text)


def test_posts_without_measure_have_the_measure_that_they_are_said_to_have():
    found = speed.monsters(["one two three"])
    assert len(found["100000_digits"]) == 100_000 and found["100000_digits"].isdigit()
    assert len(found["100000_words"].split()) == 100_000


def test_seconds_are_measured_in_the_small(monkeypatch):
    for name, size in (("_WORDS", 1000), ("_POSTS", 100), ("_FACTS", 50), ("_WARM", 10)):
        monkeypatch.setattr(speed, name, size)
    rows = {r.figure: r for r in speed.rows(ROOT, [20, 40], [30], 2, check)}
    for name in ("seconds_1000_posts", "check_seconds_1000_posts", "growth_exponent",
                 "load_seconds_30", "seconds_100000_digits", "seconds_1000_words"):  # fmt: skip
        values = rows[f"factuality/{name}"].values
        assert len(values) == 2 and all(math.isfinite(value) for value in values), name
    assert rows["factuality/seconds_1000_posts"].level == Level(most=10)
    assert rows["factuality/growth_exponent"].level == Level(most=1.15)


# --- The whole --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    workspace = tmp_path_factory.mktemp("bench")
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        figures = run.run(config(workspace), ROOT)
    path = workspace / "experiments" / "runs" / "benchmarks" / "factuality.md"
    return figures, path.read_text("utf-8"), workspace


def test_figures_table_and_run_are_written(result):
    import mlflow

    figures, text, workspace = result
    assert {
        "factuality/development_maison_lune_recall_en",
        "factuality/development_maison_lune_false_positive_rate",
        "factuality/development_maison_lune_recall_unit_fr",
        "factuality/development_maison_lune_relation_missed",
        "factuality/real_recall", "factuality/real_recall_stale", "factuality/human_flagged",
        "factuality/human_accused_sheet_alone", "factuality/daccord_checkable",
        "factuality/rte3_neutral_flagged", "factuality/begin_recall_of_all",
    } <= figures.keys()  # fmt: skip
    assert all(math.isfinite(v) for values in figures.values() for v in values)
    # The held-out set was not asked for, and its figures are nobody else's.
    assert "factuality/recall_en" not in figures and "ridgeway" not in text
    assert text.count("| what | measured | level wanted | reached |") == 1
    assert "## Errors by type, development set (`maison_lune`)" in text
    client = mlflow.MlflowClient(f"sqlite:///{workspace / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("benchmarks")
    (logged,) = client.search_runs([experiment.experiment_id])
    assert logged.info.status == "FINISHED"
    assert logged.data.metrics == pytest.approx({k: v[0] for k, v in figures.items()})
    # The note is short enough to be kept whole, and says where the rest is.
    note = logged.data.tags["mlflow.note.content"]
    assert note.endswith("artifact `factuality.md`.\n")
    assert "relation" not in note and "true facts wrongly joined" in note
    path = client.download_artifacts(logged.info.run_id, "factuality.md")
    assert Path(path).read_text("utf-8") == text


def test_no_post_of_a_labelled_set_stands_in_the_table(result):
    _, text, _ = result
    for post in read_set(FACTS / "maison_lune").posts:
        assert post.text[:40] not in text and f" {post.id} " not in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"held_out": "ridgway"}, "there is no labelled set ridgway in .*maison_lune.*ridgeway"),
        ({"voices": ["nasa"]}, "factuality.voices knows .*not nasa"),
        ({"voices": ["noaahabitat"]}, "nasa_2018 must be one"),
    ],
)
def test_a_wrong_name_is_told_before_anything_runs(tmp_path, changes, said):
    with pytest.raises(ConfigError, match=said):
        run.run(config(tmp_path, **changes), ROOT)
    assert list(tmp_path.iterdir()) == []


def test_the_extractor_gives_offsets_into_the_post():
    """What every injection rests on."""
    text = "Tomorrow, May 5, at 7:05am ET: 17,500 mph, $5.25 billion, 25% and #askNASA @NASA"
    for fact in extract(text, "en", NOON):
        assert text[fact.start : fact.end] == fact.span
