"""The forms are blind, offline, escaped, harmless, and alike."""

import csv
import io
import re
import zipfile

import openpyxl
import pytest

from smm_voice.review.forms import (
    csv_form,
    harmless,
    html_form,
    without_guard,
    workbook,
    write_forms,
)

HOSTILE = "</p><script>alert(\"x\")</script><img src=http://x.example/y> & 'q'"
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x")', " =1"]


@pytest.fixture
def key(make_key):
    texts = [("candidate", at, text) for at, text in enumerate([HOSTILE, *FORMULAS])]
    texts += [(arm, 0, f"{arm[::-1]} {HOSTILE}") for arm in ("human", "prompted")]
    return make_key(texts=texts, n=30)


def parts(content):
    """All bytes of a spreadsheet, unpacked."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_form_names_an_arm_a_score_a_run_or_a_brief(key, language, tmp_path):
    paths = write_forms(key, tmp_path / "f", language)
    made = [html_form(key, language), csv_form(key, language), parts(workbook(key, language))]
    for content in (*made, *(path.name for path in paths)):
        for word in ("candidate", "human", "prompted", "champion", "style_index", "closeness",
                     "post-", key.run, "acme-voice", "f00d", "2024-01"):  # fmt: skip
            assert word not in content, word


def test_exchanging_the_arms_behind_the_sides_changes_no_byte(key):
    """What is written is a function of the texts alone."""
    import dataclasses

    def renamed(side):
        other = {"candidate": "human"}.get(side.arm, "candidate")
        return dataclasses.replace(side, arm=other, scores={})

    masked = dataclasses.replace(
        key, adapter="x", run="y", prompt_set="z",
        items=tuple(
            dataclasses.replace(i, a=renamed(i.a), b=renamed(i.b), pair=("p", "q"), brief_id="b",
                                when=None, repeats=None)
            for i in key.items
        ),
    )  # fmt: skip
    assert html_form(masked, "en") == html_form(key, "en")
    assert csv_form(masked, "en") == csv_form(key, "en")
    cells = [
        [[c.value for c in row] for row in openpyxl.load_workbook(io.BytesIO(b)).active.rows]
        for b in (workbook(masked, "en"), workbook(key, "en"))
    ]
    assert cells[0] == cells[1]


def test_the_page_loads_nothing_and_texts_are_escaped(key):
    page = html_form(key, "en")
    assert "<img" not in page and page.count("<script>") == 1
    assert page.count("&lt;script&gt;alert(&#34;x&#34;)") == 2, "either side"
    assert not re.search(r"<[^>]*\s(src|href)\s*=", page.split("<script>")[0])
    assert "default-src 'none'" in page
    assert len(page.encode()) < 1_000_000


def test_the_french_form_is_in_french(key):
    page = html_form(key, "fr")
    assert '<html lang="fr">' in page
    assert "Laquelle ressemble le plus à Acme" in page and "impossible à dire" in page
    for words in ("cannot tell", "Which sounds", "optional", "{brand}"):
        assert words not in page and words not in csv_form(key, "fr")
    assert csv_form(key, "fr").splitlines()[0].count('";"') == 9


def test_no_cell_of_the_spreadsheet_is_a_formula(key):
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(key, "en"))).active
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert not [c.coordinate for c in cells if c.data_type == "f"]
    texts = {cell.value for cell in cells}
    assert {"=1+1", "@SUM(A1)"} <= texts
    guarded = [c for c in cells if isinstance(c.value, str) and c.value.startswith(("=", "@", "+"))]
    assert guarded and all(cell.quotePrefix for cell in guarded)
    assert "<f>" not in parts(workbook(key, "en"))


def test_no_cell_of_the_csv_begins_a_formula(key):
    rows = list(csv.reader(io.StringIO(csv_form(key, "en"), newline="")))
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.lstrip(" \n").startswith(tuple("=+-@\t\r"))]
    assert "'=1+1" in cells


@pytest.mark.parametrize("text", [*FORMULAS, "'quoted'", "'", "", "plain", "'=1", "''=1"])
def test_the_guard_comes_off_as_it_went_on(text):
    assert without_guard(harmless(text)) == text


def test_answers_are_chosen_from_lists(key):
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(key, "fr"))).active
    listed = {rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert listed == {'"A,B,impossible à dire"', '"oui,non"'}
    ranges = " ".join(str(r.sqref) for r in sheet.data_validations.dataValidation)
    assert f"E4:E{3 + len(key.items)}" in ranges
