"""A wrong fact sheet is refused with every fault named; a hostile one costs nothing."""

from __future__ import annotations

import textwrap
import time
from datetime import date

import pytest
import yaml

from smm_voice.errors import ConfigError, InputError
from smm_voice.metrics.factuality.check import check
from smm_voice.metrics.factuality.sheet import FactSheet, load_sheet, parse_sheet


def sheet_with(fact: str, more: str = "") -> str:
    head = "subjects:\n  - id: bakery\n    name: The Bakery\n    facts:\n      - "
    return head + textwrap.indent(textwrap.dedent(fact).strip(), " " * 8).strip() + "\n" + more


@pytest.fixture
def load(tmp_path):
    def write_and_load(text: str) -> FactSheet:
        path = tmp_path / "facts.yaml"
        path.write_text(text, encoding="utf-8")
        return load_sheet(path, "en")

    return write_and_load


def errors_of(load, text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(text)
    return caught.value.errors


def test_the_sample_sheet_loads(small):
    sheet = small.reference.sheet
    assert len(sheet.facts) >= 60
    assert len(sheet.forbidden) == 8
    assert all(fact.stated for fact in sheet.facts if fact.attribute == "exoplanets_known")


def test_without_a_sheet_nothing_is_known():
    assert load_sheet(None, "en") == FactSheet()


def test_an_unknown_key_is_named_with_the_nearest_one(load):
    (error,) = errors_of(load, sheet_with("{attribute: age, value: 3, valid_form: 2020-01-01}"))
    assert "subjects[0].facts[0]" in error
    assert "'valid_form'" in error
    assert "'valid_from'" in error


@pytest.mark.parametrize(
    "written",
    ["soon", "2018", "'2018-05-05'", "2018-02-30", "2018-13-01", "[2018-05-05]"],
)
def test_what_is_no_date_is_refused_with_its_place(load, written):
    with pytest.raises(InputError, match="valid_from|facts.yaml"):
        load(sheet_with(f"{{attribute: age, value: 3, valid_from: {written}}}"))


def test_a_time_of_day_in_a_bound_is_refused_or_read_as_its_day(load):
    text = sheet_with(
        "{attribute: age, value: 3, valid_from: 2018-05-05 10:00:00, valid_to: 2018-05-09}"
    )
    try:
        sheet = load(text)
    except InputError:
        return
    assert sheet.facts[0].holds(date(2018, 5, 6))


def test_an_interval_that_ends_before_it_begins(load):
    (error,) = errors_of(
        load, sheet_with("{attribute: age, value: 3, valid_from: 2020-02-01, valid_to: 2020-01-31}")
    )
    assert "2020-02-01 is after valid_to 2020-01-31" in error


def test_both_bounds_belong_to_the_interval(load):
    fact = load(
        sheet_with("{attribute: age, value: 3, valid_from: 2020-01-02, valid_to: 2020-01-03}")
    ).facts[0]
    held = [fact.holds(date(2020, 1, day)) for day in (1, 2, 3, 4)]
    assert held == [False, True, True, False]


def test_an_id_may_not_stand_twice(load):
    subject = "  - {id: bakery, name: Another}\n"
    (error,) = errors_of(load, sheet_with("{attribute: age, value: 3}", subject))
    assert "'bakery' stands twice" in error


def test_all_errors_are_reported_at_once(load):
    errors = errors_of(
        load,
        "subject: []\n"
        + sheet_with("{attribute: age}", "  - {id: x}\nforbidden:\n  - {reason: none}\n"),
    )
    assert len(errors) == 4
    for words in ("'subject'", "facts[0] needs attribute", "subjects[1] needs", "forbidden[0]"):
        assert any(words in error for error in errors), words


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words\n", "42\n"])
def test_a_sheet_that_is_no_mapping(load, text):
    assert "must be a mapping" in errors_of(load, text)[0]


@pytest.mark.parametrize(
    "written", ["subjects: {a: b}", "subjects: [{id: a, name: A, facts: words}]", "forbidden: no 1"]
)
def test_a_list_that_is_none(load, written):
    assert "must be a list" in errors_of(load, written)[0]


def test_a_value_is_a_scalar_or_a_list_of_scalars(load):
    for value in ("{a: 1}", "[[1, 2], [3]]"):
        assert "value" in errors_of(load, sheet_with(f"{{attribute: age, value: {value}}}"))[0]


@pytest.mark.parametrize(
    "text",
    ["subjects: [", "a: b: c", "\x00", "!!python/object/apply:os.getcwd []", "[" * 5000],
    ids=["cut off", "two colons", "null byte", "python object", "too deep"],
)
def test_what_is_no_yaml_names_the_file(load, text):
    with pytest.raises(InputError, match=r"facts\.yaml"):
        load(text)


def test_a_missing_file_and_a_folder_and_other_bytes(tmp_path):
    (tmp_path / "latin.yaml").write_bytes(b"subjects: [{id: a, name: caf\xe9}]")
    for path in (tmp_path / "absent.yaml", tmp_path, tmp_path / "latin.yaml"):
        with pytest.raises(InputError, match="cannot be read"):
            load_sheet(path, "en")


def bomb(levels: int) -> str:
    """A flow list that says ten times what is one level below, which says ten times …"""
    lists = ["&a0 [x, x, x, x, x, x, x, x, x, x]"]
    for level in range(1, levels + 1):
        lists.append(f"&a{level} [{', '.join([f'*a{level - 1}'] * 10)}]")
    return f"[{', '.join(lists)}]"


@pytest.mark.timeout(60)
@pytest.mark.parametrize("key", ["value", "source", "keywords", "attribute"])
@pytest.mark.parametrize("levels", [5, 12])
def test_references_that_unfold_without_end_are_bounded(load, levels, key):
    # Five levels stay under any fair limit on the number of references and still give 10^6 words.
    entry = {"attribute": "age", "value": "3", key: bomb(levels)}
    text = sheet_with("{" + ", ".join(f"{k}: {v}" for k, v in entry.items()) + "}")
    started = time.perf_counter()
    try:
        sheet = load(text)
    except InputError as error:
        assert len(str(error)) < 10_000
    else:
        assert len(sheet.facts[0].shown) < 10_000
    assert time.perf_counter() - started < 2


def test_a_sheet_too_large_is_refused_unread(load):
    with pytest.raises(InputError, match="larger than"):
        load("# " + "x" * (16 * 2**20))


def test_an_empty_sheet_is_an_empty_sheet(load):
    assert load("") == FactSheet()
    assert parse_sheet({}, "sheet", "en") == FactSheet()


def two(first: str, second: str) -> str:
    facts = f"[{{attribute: age, {first}}}, {{attribute: age, {second}}}]"
    return f"subjects: [{{id: bakery, name: The Bakery, facts: {facts}}}]\n"


def test_two_values_at_one_time_are_a_contradiction(load):
    (error,) = errors_of(load, two("value: 3", "value: 4"))
    assert "two values at one time" in error
    assert "age = 3" in error and "age = 4" in error
    (error,) = errors_of(
        load, two("value: 3, valid_to: 2020-06-30", "value: 4, valid_from: 2020-06-30")
    )
    assert "two values at one time" in error
    (error,) = errors_of(load, two("value: 3", "value: 3"))
    assert "stands twice" in error


def test_values_one_after_the_other_or_in_two_currencies_are_none(load):
    follow = two("value: 3, valid_to: 2020-06-30", "value: 4, valid_from: 2020-07-01")
    assert len(load(follow).facts) == 2
    assert len(load(two("value: 3, currency: EUR", "value: 4, currency: GBP")).facts) == 2


def test_a_name_can_stand_for_one_subject_only(load):
    errors = errors_of(
        load, "subjects: [{id: a, name: The Mill, aliases: [Mill]}, {id: b, name: mill}]"
    )
    assert any("already names the subject" in error for error in errors), errors


@pytest.mark.parametrize(
    ("unit", "hint"), [("killometres", "kilometre"), ("gramms", "gram"), ("zorgs", "no word")]
)
def test_an_unknown_unit_is_refused(load, unit, hint):
    (error,) = errors_of(load, sheet_with(f"{{attribute: size, value: 3, unit: {unit}}}"))
    assert "is no unit" in error and hint in error


def test_a_word_of_the_brands_own_is_a_unit_with_keywords(load):
    sheet = load(sheet_with("{attribute: size, value: 3, unit: zorgs, keywords: [zorgs]}"))
    assert sheet.facts[0].noun == "zorgs"


def test_words_stand_by_language(load):
    fact = "{attribute: day, value: {en: Monday, fr: lundi}, keywords: {en: [shut], fr: [fermé]}}"
    for language, word in (("en", "shut"), ("fr", "ferme")):
        sheet = parse_sheet(yaml.safe_load(sheet_with(fact)), "sheet", language)
        (line,) = sheet.facts
        assert line.keywords == (word,)
        assert [(f.kind, f.value) for f in line.stated] == [("weekday", "1")]
    errors = errors_of(load, sheet_with("{attribute: day, value: {English: Monday}}"))
    assert any("by language" in error for error in errors)


def test_a_time_without_quotes_is_a_time_and_not_a_number_to_the_base_of_sixty(load):
    (fact,) = load(sheet_with("{attribute: opening, value: 19:30}")).facts
    assert [(f.kind, f.value) for f in fact.stated] == [("time", "19:30")]


def test_a_key_that_stands_twice_is_refused(load):
    with pytest.raises(InputError, match="stands twice"):
        load(sheet_with("{attribute: age, value: 3, value: 4}"))


def test_there_is_one_brand(load):
    errors = errors_of(
        load,
        "subjects: [{id: a, name: A, brand: true}, {id: b, name: B, brand: true},"
        " {id: c, name: C, brand: yes please}]",
    )
    assert any("already 'a'" in error for error in errors)
    assert any("true or false" in error for error in errors)


@pytest.mark.timeout(60)
def test_a_sheet_of_many_thousand_lines_is_read_and_asked_in_bounded_time(load):
    subjects = "".join(
        f"  - id: s{i}\n    name: Thing {i}\n    facts:\n"
        + "".join(f"      - {{attribute: a{k}, value: {i + k}, unit: grams}}\n" for k in range(5))
        for i in range(2000)
    )
    started = time.process_time()
    sheet = load("subjects:\n" + subjects)
    assert len(sheet.facts) == 10_000
    found = check("Thing 7 weighs 9 grams. Thing 8 weighs 5,000 g.", None, sheet, "en")
    assert [claim.verdict for claim in found.claims] == ["supported", "unsupported"]
    assert time.process_time() - started < 20


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text",
    ["9" * 100_000, "1," * 50_000, "(((((" * 10_000, "a.b" * 20_000, "not " * 20_000,
     "le plus " * 10_000, "Acme " * 20_000, "\x00\ud83d", "@" * 10_000, "5 km " * 3_000],
    ids=["number", "commas", "brackets", "points", "denials", "boasts", "names", "lone surrogate",
         "handles", "quantities"],
)  # fmt: skip
def test_no_post_takes_long(small, text):
    for language in ("en", "fr"):
        started = time.process_time()
        check(text, "Facts: 5 km", small.reference.sheet, language)
        assert time.process_time() - started < 10
