"""Filled forms come back whole or not at all, and every bad row is named."""

import csv
import io
import json

import openpyxl
import pytest

from smm_voice.errors import InputError
from smm_voice.review import kept
from smm_voice.review.answers import Answer, check, forms_of
from smm_voice.review.files import read_filled
from smm_voice.review.forms import csv_form, workbook


@pytest.fixture
def key(make_key):
    return make_key(n=6, repeats=2)


def as_json(key, better="A", rater="r1", **changed):
    rows = [{"item": item.id, "better": better, "publish_a": "", "publish_b": "yes", "edit": "",
             "notes": "n"} for item in key.items]  # fmt: skip
    for item, values in changed.pop("rows", {}).items():
        rows[item] |= values
    return json.dumps({"form": key.form, "rater": rater, "answers": rows})


def fill_csv(key, language, better, encoding="utf-8-sig", rater=""):
    text = csv_form(key, language)
    delimiter = ";" if language == "fr" else ","
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    for row in rows[1:]:
        row[4], row[9] = better, rater
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def fill_workbook(key, language, better, edit="", rater=None):
    book = openpyxl.load_workbook(io.BytesIO(workbook(key, language)))
    sheet = book.active
    sheet["B2"] = rater
    for number in range(4, 4 + len(key.items)):
        sheet.cell(number, 5).value = better
        if edit:
            sheet.cell(number, 8).value = edit
            sheet.cell(number, 8).data_type = "s"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(path, key, incomplete=False):
    return check(read_filled(path), {key.form: key}, incomplete)


@pytest.mark.parametrize(
    ("name", "make", "better"),
    [
        ("a.json", lambda k: as_json(k).encode(), "A"),
        ("a.csv", lambda k: fill_csv(k, "en", "cannot tell"), "tie"),
        ("b.csv", lambda k: fill_csv(k, "fr", "Impossible à dire"), "tie"),
        ("c.csv", lambda k: fill_csv(k, "fr", "impossible à dire", "cp1252"), "tie"),
        ("d.csv", lambda k: fill_csv(k, "en", "b", "utf-16"), "B"),
        ("a.xlsx", lambda k: fill_workbook(k, "en", " a "), "A"),
        ("b.xlsx", lambda k: fill_workbook(k, "fr", "impossible à dire"), "tie"),
    ],
)
def test_every_kind_of_filled_form_is_read(key, tmp_path, name, make, better):
    (tmp_path / name).write_bytes(make(key))
    answers = read(tmp_path / name, key)
    assert [a.item for a in answers] == [item.id for item in key.items]
    assert {a.better for a in answers} == {better}


def test_a_label_is_read_from_each_kind_and_its_lack_stays_unknown(key, tmp_path):
    (tmp_path / "a.json").write_text(as_json(key, rater="r1"))
    (tmp_path / "b.csv").write_bytes(fill_csv(key, "en", "B", rater="r2"))
    (tmp_path / "c.xlsx").write_bytes(fill_workbook(key, "en", "A", rater="r3"))
    (tmp_path / "Jane Doe.csv").write_bytes(fill_csv(key, "en", "B"))
    raters = {a.rater for a in read(tmp_path, key)}
    assert {"r1", "r2", "r3"} < raters and len(raters) == 4
    (unknown,) = raters - {"r1", "r2", "r3"}
    assert unknown.startswith("unknown-") and "jane" not in unknown.lower()


def test_the_same_answers_in_two_formats_are_one_unknown_rater(key, tmp_path):
    (tmp_path / "a.csv").write_bytes(fill_csv(key, "en", "B"))
    (tmp_path / "b.xlsx").write_bytes(fill_workbook(key, "fr", "B"))
    assert len(read(tmp_path, key)) == len(key.items)


def test_an_edit_that_begins_like_a_formula_comes_back(key, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(fill_workbook(key, "en", "A", edit="=we love\nthis"))
    assert {a.edit for a in read(tmp_path / "a.xlsx", key)} == {"=we love\nthis"}


def test_a_text_that_was_not_changed_is_no_edit(key, tmp_path):
    rows = {0: {"edit": key.items[0].a.text + " "}, 1: {"edit": "See https://t.co/x"}}
    (tmp_path / "a.json").write_text(as_json(key, rows=rows))
    answers = read(tmp_path / "a.json", key)
    assert (answers[0].edit, answers[1].edit) == ("", "See [link]")
    assert (answers[0].publish_a, answers[0].publish_b) == (None, True)


def test_every_bad_row_is_named_at_once(key, tmp_path):
    ids = [item.id for item in key.items]
    rows = {
        0: {"item": "fabcdef1-01"}, 1: {"better": "C"}, 2: {"item": ids[3]},
        4: {"better": "tie", "edit": "x"}, 5: {"publish_a": "maybe"}, 6: {"better": ""},
    }  # fmt: skip
    (tmp_path / "a.json").write_text(as_json(key, rater="Jane Doe", rows=rows))
    with pytest.raises(InputError) as told:
        read(tmp_path / "a.json", key)
    for words in (
        "'Jane Doe' is no label", "answer 1: there is no item 'fabcdef1-01'",
        f"answer 2, {ids[1]}: better is 'C'; it has to be one of a / b / tie",
        f"answer 4: {ids[3]} stands twice", f"answer 5, {ids[4]}: a text was edited",
        f"answer 6, {ids[5]}: publish_a is 'maybe'",
        f"answer 7, {ids[6]}: it does not say which is better",
        f"no answer to {ids[0]}, {ids[2]}, {ids[6]}",
    ):  # fmt: skip
        assert words in str(told.value)


def test_open_items_are_allowed_where_it_is_said(key, tmp_path):
    rows = {6: {"better": "", "publish_b": "", "notes": ""}}
    (tmp_path / "a.json").write_text(as_json(key, rows=rows))
    with pytest.raises(InputError, match="incomplete=true"):
        read(tmp_path / "a.json", key)
    assert len(read(tmp_path / "a.json", key, incomplete=True)) == len(key.items) - 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"\x00\x01\x02", "no line names the columns"),
        ("a.csv", b"", "no line names the columns"),
        ("a.csv", b"item,better\n", "there is no row"),
        ("a.json", b"{", "a.json"),
        ("a.json", b"[1]", "holds no answers"),
        ("a.json", b'{"answers": [3]}', "no set of texts"),
        ("a.json", b'{"answers": [{"item": 3}]}', "no set of texts"),
        ("a.json", b"[" * 100_000, "nested"),
        ("a.xlsx", b"PK\x03\x04 no", "no workbook"),
        ("a.txt", b"x", "none of .xlsx, .csv, .json"),
    ],
)
def test_a_file_that_is_no_filled_form_is_told(key, tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=words):
        read(tmp_path / name, key)


def test_a_blank_form_an_empty_folder_and_a_missing_file_are_told(key, tmp_path):
    with pytest.raises(InputError, match="there is no"):
        read_filled(tmp_path)
    with pytest.raises(InputError, match="there is no"):
        read_filled(tmp_path / "none.csv")
    (tmp_path / "a.csv").write_text(csv_form(key, "en"))
    with pytest.raises(InputError, match="is it the blank form"):
        read(tmp_path, key)


def test_one_label_with_two_opinions_is_told(key, tmp_path):
    (tmp_path / "a.json").write_text(as_json(key, "A"))
    (tmp_path / "b.json").write_text(as_json(key, "B"))
    with pytest.raises(InputError, match="rater r1 has answered .* otherwise in a.json"):
        read(tmp_path, key)


def test_ids_of_forms_are_taken_from_sound_items_only(key, tmp_path):
    rows = {0: {"item": "../../etc-01"}, 1: {"item": "f1234567-1"}}
    (tmp_path / "a.json").write_text(as_json(key, rows=rows))
    assert forms_of(read_filled(tmp_path)) == {key.form}


def test_what_is_read_twice_counts_once_and_a_correction_replaces(key, tmp_path, answered):
    path = tmp_path / "answers" / "f.json"
    first = kept.keep(path, answered(key, lambda item: "A"))
    assert (first.added, first.changed, first.known) == (8, 0, 0)
    again = kept.keep(path, answered(key, lambda item: "A"))
    assert (again.added, again.changed, again.known) == (0, 0, 8)
    corrected = kept.keep(path, [Answer(key.items[0].id, "r1", "B")])
    assert (corrected.added, corrected.changed, len(corrected.answers)) == (0, 1, 8)
    assert kept.load(path)[0].better == "B"
    path.write_text("{")
    with pytest.raises(InputError, match="damaged"):
        kept.keep(path, [])
