"""CSV and JSON lines: encodings, quoting, damaged rows, columns named by the brand."""

import json
from datetime import UTC, datetime

import pytest

from smm_voice.errors import InputError
from smm_voice.posts.post import parse_time

ROW = '{"text": "Good morning from orbit", "created_at": "2018-01-02T03:04:05Z"}'


def when(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(("name", "kind"), [("posts.csv", "csv"), ("posts.jsonl", "jsonl")])
def test_the_same_posts_in_both_forms(read, exports, name, kind):
    found = read(exports / "generic" / name)
    assert [s["format"] for s in found.sources] == [kind]
    assert len(found.posts) == 10 and not found.rejected
    assert found.posts[1].created_at == when(2017, 10, 23, 1, 13, 1)
    assert "Earth’s weather" in found.posts[1].text
    assert [p.likes for p in found.posts[:3]] == [1865, 1753, 6258]
    quoted = found.posts[9].text
    assert quoted.startswith("Live Now: FY2019") and "g6nWsLjMHh\n\nAt 1pm ET: Hear" in quoted


def test_windows_1252_with_semicolons(read, exports):
    posts = read(exports / "generic" / "posts_cp1252_semicolon.csv").posts
    assert len(posts) == 6
    assert posts[0].text.endswith(" été") and "Earth’s weather" in posts[1].text
    assert [p.likes for p in posts] == [1865, 1753, 6258, 1150, 1597, 5068]


def test_a_column_with_a_16th_month_has_the_day_first(read, exports):
    posts = read(exports / "generic" / "posts_cp1252_semicolon.csv").posts
    assert [p.created_at for p in posts[:3]] == [
        when(2017, 10, 16, 15, 4),
        when(2017, 10, 23, 1, 13),
        when(2017, 11, 5, 16, 32),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_mark_does_not_hide_the_first_column(read, tmp_path, encoding):
    content = 'text,created_at\n"Crème brûlée, 4 €","2018-01-02"\n'
    (tmp_path / "a.csv").write_text(content, encoding=encoding)
    assert [p.text for p in read(tmp_path / "a.csv").posts] == ["Crème brûlée, 4 €"]


def test_columns_named_by_the_brand_win_over_the_guess(read, tmp_path):
    content = "text\tBody copy\tWhen\nshort title\tThe whole story\t2018-01-02\n"
    (tmp_path / "a.tsv").write_text(content)
    columns = {"text": "Body copy", "created_at": "When"}
    (post,) = read(tmp_path / "a.tsv", format="csv", columns=columns).posts
    assert (post.text, post.created_at) == ("The whole story", when(2018, 1, 2))


def test_csv_without_a_text_column_names_the_columns_and_the_remedy(read, tmp_path):
    (tmp_path / "a.csv").write_text("foo,bar\n1,2\n")
    with pytest.raises(InputError, match=r"columns: foo, bar.*columns: \{text"):
        read(tmp_path / "a.csv", format="csv")


def test_ragged_rows_are_kept_or_counted(read, tmp_path):
    (tmp_path / "a.csv").write_text(
        "created_at,text\n2018-01-02\n2018-01-03,fine words here,extra,extra\n,no time here\n"
    )
    found = read(tmp_path / "a.csv")
    assert [p.text for p in found.posts] == ["fine words here"]
    assert [r.reason for r in found.rejected] == ["no_text", "no_time"]


def test_a_field_too_large_for_csv_costs_its_row_only(read, tmp_path):
    rows = ["2018-01-02,before", f"2018-01-03,{'x' * 200_000}", "2018-01-04,after"]
    (tmp_path / "a.csv").write_text("\n".join(["created_at,text", *rows]))
    found = read(tmp_path / "a.csv")
    assert [p.text for p in found.posts] == ["before", "after"]
    assert [r.reason for r in found.rejected] == ["damaged_row"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": "cut', "damaged_row"),
        ("[" * 100_000, "damaged_row"),
        ("[1, 2]", "not_a_post"),
        ('{"text": 7, "created_at": "2018-01-02"}', "no_text"),
        ('{"text": "words", "created_at": "never"}', "no_time"),
        ('{"text": "words", "created_at": "0001-01-01T00:00:00+14:00"}', "no_time"),
    ],
    ids=["cut", "deep", "list", "number", "time", "time before time"],
)
def test_a_damaged_line_is_counted_and_the_rest_goes_on(read, tmp_path, line, reason):
    (tmp_path / "a.jsonl").write_text("\n".join([ROW, line, "", ROW]))
    found = read(tmp_path / "a.jsonl")
    assert [p.source for p in found.posts] == ["a.jsonl#1", "a.jsonl#4"]
    assert [(r.reason, r.source) for r in found.rejected] == [(reason, "a.jsonl#2")]


def test_a_line_separator_inside_a_json_text_is_text(read, tmp_path):
    row = {"text": "one\u2028two\u0085three", "created_at": "2018-01-02"}
    (tmp_path / "a.jsonl").write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    assert [p.text for p in read(tmp_path / "a.jsonl").posts] == ["one\u2028two\u0085three"]


def test_provenance_and_kind_travel_and_unknown_words_become_unknown(read, tmp_path):
    base = json.loads(ROW)
    rows = [
        base | {"provenance": "Generated", "is_reply": True},
        base | {"provenance": "robot", "isRetweet": "yes", "platform": "Twitter"},
        base | {"provenance": "human", "likes": None, "text": "@you there"},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    posts = read(tmp_path / "a.jsonl").posts
    assert [p.provenance for p in posts] == ["generated", "unknown", "human"]
    assert [p.kind for p in posts] == ["reply", "repost", "reply"]
    assert posts[1].platform == "x" and posts[2].likes is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2018-01-02T03:04:05+02:00", when(2018, 1, 2, 1, 4, 5)),
        ("2018-01-02 03:04", when(2018, 1, 2, 3, 4)),
        (1514862245, when(2018, 1, 2, 3, 4, 5)),
        ("1514862245000", when(2018, 1, 2, 3, 4, 5)),
        ("Tue Jan 02 03:04:05 +0000 2018", when(2018, 1, 2, 3, 4, 5)),
        ("2 janvier 2018", when(2018, 1, 2)),
    ],
)
def test_times_of_many_forms_become_utc(value, expected):
    assert parse_time(value) == expected


@pytest.mark.parametrize("value", [None, "", "yesterday", "12", "1889-01-01", "9999999999", {}])
def test_what_is_no_time_is_refused(value):
    with pytest.raises(ValueError):
        parse_time(value)
