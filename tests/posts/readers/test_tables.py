"""Tables of every container and dialect; what is damaged costs itself and says so."""

import csv
import datetime
import io
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from smm_voice.posts.readers.sheets import delimiter_of
from smm_voice.posts.readers.tables import longest, names, plain

HEADER = "text,created_at\n"
GOOD = "fine words,2018-01-02\n"
FRENCH = [
    "Noël approche : les élèves fêtent ça à l’école, où l’œuvre naît.",
    "Nouvelle vitrine ce matin : « Les jardins d’hiver », avec des livres pour rêver au chaud.",
    "Nouvelle vitrine ce matin : « Les jardins d'hiver », avec des livres pour rêver au chaud.",
    "Le club de lecture reprend jeudi à 19 h. Au programme : un roman, du thé et des désaccords.",
    "Déjà prêt ?",
]


@pytest.fixture
def table(tmp_path, read):
    """Read a table made of bytes or text."""

    def run(content, name="a.csv", **options):
        content = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(content)
        return read(tmp_path / name, **options)

    return run


def texts(found):
    return [post.text for post in found.posts]


def reasons(found):
    return [row.reason for row in found.rejected]


# Dialects


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(table, delimiter):
    rows = [["text", "created_at", "likes"], ['"a, b; c | d"', "2018-01-02", "5"]]
    found = table("\n".join(delimiter.join(row) for row in rows))
    assert [(p.text, p.likes) for p in found.posts] == [("a, b; c | d", 5)]


def test_commas_of_texts_are_no_delimiter(table):
    rows = [f"{day:02}/01/2018;Bonjour, tout le monde, bonne année" for day in range(1, 20)]
    found = table("\n".join(["date;texte", *rows]))
    assert set(texts(found)) == {"Bonjour, tout le monde, bonne année"} and len(found.posts) == 19


@pytest.mark.parametrize("declared", [";", "|", "\t", ","])
def test_a_declared_separator(table, declared):
    found = table(f"sep={declared}\r\ntext{declared}created_at\r\nwords{declared}2018-01-02\r\n")
    assert texts(found) == ["words"]


@pytest.mark.parametrize(
    ("head", "delimiter"),
    [("", ","), ("one column\nonly", ","), ('"a;b";c\n"d;e";f', ";"), ("sep=:\na:b", ":"),
     ("\ufeffsep=;\na,b;c", ";"), ("a\tb,c\nd\te,f\ng\th", "\t")],
)  # fmt: skip
def test_the_delimiter_is_the_one_that_cuts_evenly(head, delimiter):
    assert delimiter_of(head) == delimiter


def test_line_ends_inside_and_outside_of_quotes(table):
    for end in ("\n", "\r\n", "\r"):
        found = table(f'text,created_at{end}"one{end}two",2018-01-02{end}three,2018-01-03{end}')
        assert [text.splitlines() for text in texts(found)] == [["one", "two"], ["three"]]


def test_separators_of_unicode_end_no_row(table):
    found = table(HEADER + "one\u2028two\u0085three\x0bfour\x1cfive,2018-01-02\n")
    assert texts(found) == ["one\u2028two\u0085three\x0bfour\x1cfive"]


def test_quotes_inside_of_a_field_are_text(table):
    found = table(HEADER + 'he said "hello" twice,2018-01-02\n"a ""quoted"" word",2018-01-03\n')
    assert texts(found) == ['he said "hello" twice', 'a "quoted" word']


def test_a_quote_that_is_never_closed_does_not_swallow_the_rest_unnoticed(table):
    found = table(HEADER + GOOD + '"open,2018-01-03\nnext,2018-01-04\nlast,2018-01-05\n')
    assert texts(found)[0] == "fine words"
    lost = {"next", "last"} - set(texts(found))
    assert not lost or found.error or "damaged_row" in reasons(found)


def test_a_backslash_at_the_end_of_a_text_does_not_swallow_the_rest(table):
    found = table(HEADER + '"C:\\",2018-01-03\nnext,2018-01-04\nlast,2018-01-05\n')
    assert texts(found)[-2:] == ["next", "last"]


# Encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_with_and_without_a_mark(table, encoding):
    content = "text,created_at\nCrème brûlée 4 € 🍮,2018-01-02\n"
    assert texts(table(content.encode(encoding))) == ["Crème brûlée 4 € 🍮"]


def test_utf16_with_its_other_mark(table):
    content = "text,created_at\nété doux,2018-01-02\n"
    assert texts(table(b"\xfe\xff" + content.encode("utf-16-be"))) == ["été doux"]


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "mac-roman"])
@pytest.mark.parametrize("rows", [1, 3, 40])
@pytest.mark.parametrize("text", FRENCH, ids=range(len(FRENCH)))
def test_french_from_before_unicode(table, encoding, rows, text):
    try:
        content = f"date;texte\n{'2018-01-02;' + text}\n".encode(encoding)
    except UnicodeEncodeError:
        pytest.skip("not in this encoding")
    content += content.partition(b"\n")[2] * (rows - 1)
    assert set(texts(table(content))) == {text}


def test_several_encodings_in_one_file(table):
    content = HEADER.encode() + "été ☀️,2018-01-02\n".encode() * 5
    found = table(content + "l’été en cp1252,2018-01-03\n".encode("cp1252"))
    assert texts(found) == ["été ☀️"] * 5 + ["l’été en cp1252"]


def test_a_single_line_of_another_encoding_far_down(table):
    content = HEADER.encode() + GOOD.encode() * 5000 + "été,2018-01-03\n".encode("cp1252")
    assert texts(table(content))[-1] == "été"


def test_nul_bytes_are_dropped(table):
    assert texts(table(b"te\0xt,created_at\nwo\0rds,2018-01-02\n")) == ["words"]


# Sizes


def test_ten_thousand_columns_are_refused(table):
    wide = ",".join(["text", "created_at", *(f"c{i}" for i in range(10_000))])
    found = table(f"{wide}\nwords,2018-01-02{',' * 10_000}\n")
    assert not found.posts and "more than 1000 columns" in found.error


def test_a_row_wider_than_its_header_is_read(table):
    found = table(HEADER + "words,2018-01-02" + ",x" * 10_000 + "\n" + GOOD)
    assert texts(found) == ["words", "fine words"]


def test_a_line_of_20_mb_costs_itself_only(table):
    found = table(HEADER + GOOD + "x" * 20_000_000 + ",2018-01-03\nlast,2018-01-04\n")
    assert texts(found) == ["fine words", "last"] and reasons(found) == ["line_too_long"]


def test_a_field_of_many_lines_beyond_the_limit_is_a_damaged_row(table):
    lines = ("x" * 999_999 + "\n") * 9
    found = table(HEADER + f'before,2018-01-02\n"{lines}",2018-01-03\nafter,2018-01-04\n')
    assert texts(found)[0] == "before" and "damaged_row" in reasons(found)


@pytest.mark.parametrize("preamble", [0, 1, 3, 14])
def test_a_header_below_a_preamble(table, preamble):
    lines = [f"line {number} of the report, and more" for number in range(preamble)]
    assert texts(table("\n".join([*lines, "text,created_at", "words,2018-01-02"]))) == ["words"]


def test_a_header_too_far_down_is_none(table):
    assert (
        table("\n".join(["a line"] * 15 + ["text,created_at", "words,2018-01-02"])).reader is None
    )


@pytest.mark.parametrize("content", ["\n\n", " ", "\ufeff", "a", "a,b\n1,2\n", "\0\0\0"])
def test_what_is_no_table_of_posts(table, content):
    assert table(content).reader is None


def test_a_header_without_rows(table):
    assert table(HEADER) == ("csv", [], [], None)
    assert table(HEADER + ",\n,\n\n") == ("csv", [], [], None)


# Cells


def test_cells_that_look_like_formulas_are_text(table):
    cells = ["=1+1", "+33 6 12 34 56 78", "-5 degrees", "@cmd|' /C calc'!A0", "=HYPERLINK(1)"]
    found = table(HEADER + "".join(f'"{cell}",2018-01-02\n' for cell in cells))
    assert texts(found) == cells


def test_rounded_ids_come_from_the_address_or_are_made(table):
    found = table(
        "id,text,created_at,url\n"
        "1.78E+17,one,2018-01-02,https://x.com/a/status/178000000000000001\n"
        "1.78E+17,two,2018-01-02,\n"
        "'919942245704445953,three,2018-01-02,\n"
        '"=""919942245704445954""",four,2018-01-02,\n'
    )
    assert [post.id for post in found.posts] == [
        "178000000000000001", "a.csv#3", "919942245704445953", "919942245704445954",
    ]  # fmt: skip


@pytest.mark.parametrize(("last", "month"), [("25/06/2018", 6), ("06/25/2018", 5)])
def test_a_date_in_the_last_row_settles_its_column(table, last, month):
    found = table("text,date\n" + "words,05/06/2018\n" * 2000 + f"words,{last}\n")
    assert {post.created_at.month for post in found.posts[:2000]} == {month}
    assert found.posts[2000].created_at.month == 6


def test_dates_that_tell_nothing_are_read_as_the_brand_writes_them(table):
    content = "text,date\nwords,05/06/2018\n"
    months = [
        table(content, **options).posts[0].created_at.month
        for options in ({}, {"usually_day_first": True}, {"day_first": False}, {"day_first": True})
    ]
    assert months == [5, 6, 5, 6]


def test_total_rows(table):
    found = table("date,text,likes\n2018-01-02,words,1\nTotal,,1\nTOTAL,sum,1\n")
    assert texts(found) == ["words"] and reasons(found) == ["total_row"] * 2


# Spreadsheets


def test_an_old_workbook(read, exports, words):
    found = read(exports / "generic" / "publications.xls")
    assert found.reader == "csv" and found.error is None
    assert [(p.text, p.likes, p.created_at.isoformat(), p.source) for p in found.posts] == [
        (words["party"], 311, "2024-02-03T20:00:00+00:00", "publications.xls[Posts]#2"),
        (words["club"], 48, "2024-01-15T18:05:00+00:00", "publications.xls[Posts]#3"),
    ]


def test_a_workbook_of_several_sheets_with_preambles_and_all_kinds_of_cells(read, exports, words):
    found = read(exports / "generic" / "posts_several_sheets.xlsx")
    seen = [(p.source, p.text, p.created_at.isoformat(), p.likes, p.platform) for p in found.posts]
    name = "posts_several_sheets.xlsx"
    assert seen[:3] == [
        (f"{name}[2017]#4", words["juno"], "2017-12-01T01:33:48+00:00", 16905, "x"),
        (f"{name}[2017]#5", words["mars"], "2017-12-20T00:00:00+00:00", 3504, "facebook"),
        (f"{name}[2017]#6", words["party"], "2024-02-03T20:00:00+00:00", 311, "instagram"),
    ]
    assert [p.source for p in found.posts[3:]] == [f"{name}[2018]#2"]
    # The first id was a number of 18 digits, which a spreadsheet rounds.
    assert [post.id for post in found.posts[:3]] == [f"{name}[2017]#4", "943518733166874625", "12"]
    assert [(r.reason, r.source) for r in found.rejected] == [("total_row", f"{name}[2017]#7")]


@pytest.mark.parametrize(
    "content",
    [b"PK\x03\x04" + b"garbage" * 50, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"garbage" * 50,
     b"PAR1" + b"garbage" * 50 + b"PAR1"],
    ids=["xlsx", "xls", "parquet"],
)  # fmt: skip
def test_a_container_full_of_garbage_cannot_be_read(table, content):
    found = table(content, name="a.xlsx", format="csv")
    assert not found.posts and "cannot be read" in found.error


def test_an_old_workbook_that_breaks_off_cannot_be_read(table, exports):
    content = (exports / "linkedin_page" / "nasa_content_1700000000000.xls").read_bytes()
    for length in (600, 4000, 8493, 9299):
        found = table(content[:length], name="a.xls", format="linkedin_page")
        assert "cannot be read" in found.error


def test_a_workbook_packed_by_an_unknown_version_cannot_be_read(table, exports):
    content = bytearray((exports / "linkedin_page" / "saved_again.xlsx").read_bytes())
    content[content.index(b"PK\x01\x02") + 6] = 200  # the version needed to unpack
    found = table(bytes(content), name="a.xlsx", format="linkedin_page")
    assert "cannot be read" in found.error


def test_a_workbook_that_unpacks_to_a_gigabyte_is_refused(table, exports, monkeypatch):
    monkeypatch.setattr("smm_voice.posts.readers.sheets._LARGEST_WORKBOOK", 1000)
    content = (exports / "linkedin_page" / "saved_again.xlsx").read_bytes()
    found = table(content, name="a.xlsx", format="linkedin_page")
    assert not found.posts and "unpacks to more than" in found.error


def test_a_zip_without_a_workbook_in_it_is_no_table(table):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert table(packed.getvalue(), name="a.xlsx").reader is None


# Parquet


@pytest.fixture
def parquet(tmp_path, read):
    """Read a Parquet file of some columns."""

    def run(columns, **options):
        pq.write_table(pa.table(columns), tmp_path / "a.parquet")
        return read(tmp_path / "a.parquet", **options)

    return run


def test_parquet(parquet):
    when = datetime.datetime(2018, 1, 2, 3, 4, 5)
    found = parquet(
        {
            "text": ["été ☀️", "second"],
            "created_at": pa.array([when, when], pa.timestamp("us", tz="UTC")),
            "likes": [12, None],
            "id": [919942245704445953, 2**63 - 1],
            "url": [None, ""],
        }
    )
    assert [(p.text, p.likes, p.id, p.zone_known, p.url) for p in found.posts] == [
        ("été ☀️", 12, "919942245704445953", True, None),
        ("second", None, "9223372036854775807", True, None),
    ]
    assert {p.created_at for p in found.posts} == {when.replace(tzinfo=datetime.UTC)}
    assert [p.source for p in found.posts] == ["a.parquet#2", "a.parquet#3"]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("likes", [[1], [2]]), ("id", [{"a": 1}, {"a": 2}]), ("likes", [1.5, float("nan")]),
        ("url", [b"x", b"y"]), ("language", [True, False]),
        ("likes", pa.array([2**62] * 2, pa.duration("us"))),
    ],
    ids=["list", "struct", "float", "bytes", "bool", "duration"],
)  # fmt: skip
def test_parquet_of_other_types_never_raises(parquet, column, values):
    found = parquet({"text": ["one", "two"], "created_at": ["2018-01-02"] * 2, column: values})
    assert texts(found) == ["one", "two"] and found.error is None
    assert [post.likes for post in found.posts] == [None, None]


def test_parquet_without_rows(parquet):
    nothing = pa.array([], pa.string())
    assert parquet({"text": nothing, "created_at": nothing}) == ("csv", [], [], None)


@pytest.mark.parametrize(
    "times",
    [pa.array([2**62], pa.timestamp("us")), pa.array([2**30], pa.date32()),
     pa.array([0], pa.timestamp("us", tz="Nowhere/Land"))],
    ids=["time", "date", "zone"],
)  # fmt: skip
def test_parquet_of_times_beyond_the_calendar_never_raises(parquet, times):
    found = parquet({"text": ["words"], "created_at": times}, format="csv")
    assert not found.posts and (found.error or reasons(found) == ["no_time"])


def test_parquet_that_breaks_off(parquet, table, tmp_path):
    assert texts(parquet({"text": ["words"], "created_at": ["2018-01-02"]})) == ["words"]
    content = (tmp_path / "a.parquet").read_bytes()
    assert "cannot be read" in table(content[:-20], name="a.parquet", format="csv").error


# Parts


@pytest.mark.parametrize(
    "name", ["Mentions J’aime", "mentions j'aime", " MENTIONS\xa0J'AIME ", '"Mentions_J’aime"']
)
def test_names_of_columns_compare_without_case_blanks_and_apostrophes(name):
    assert plain(name) == "mentionsjaime"


def test_accents_compare_however_they_are_put_together():
    assert plain("Re\u0301actions") == plain("Réactions") != plain("Reactions")
    assert names("Date", "Post ID") == {"date", "postid"}
    assert plain(None) == "none" and plain(7) == "7"


def test_the_longest_of_some_cells():
    assert longest(["a", None, "abc", 12345, " " * 9]) == "abc"
    assert longest([None, "", 7]) is None


def test_the_limit_of_a_field_is_that_of_a_line():
    assert csv.field_size_limit() == 8 * 2**20
