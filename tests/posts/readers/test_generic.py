"""Files that no platform defined: JSON lines, and tables named by the brand or by common words."""

import json
from datetime import UTC, datetime

import pytest

from smm_voice.posts.post import Post

ROW = '{"text": "Good morning from orbit", "created_at": "2018-01-02T03:04:05Z"}'


def when(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.fixture
def lines(tmp_path, read):
    """Read a file of JSON lines."""

    def run(*rows, encoding="utf-8", **options):
        rows = [row if isinstance(row, str) else json.dumps(row) for row in rows]
        (tmp_path / "a.jsonl").write_bytes("\n".join(rows).encode(encoding))
        return read(tmp_path / "a.jsonl", **options)

    return run


@pytest.fixture
def table(tmp_path, read):
    """Read a table."""

    def run(content, **options):
        (tmp_path / "a.csv").write_text(content, encoding="utf-8")
        return read(tmp_path / "a.csv", **options)

    return run


def test_one_post_field_by_field(read, exports):
    post = read(exports / "generic" / "posts.csv", platform="x", account="NASA").posts[9]
    assert post == Post(
        id="posts.csv#11",
        text="Live Now: FY2019 Budget Estimate is now posted: https://t.co/g6nWsLjMHh\n\nAt 1pm "
        "ET: Hear about the #StateOfNASA from acting Administrator Lightfoot. Watch live: "
        "https://t.co/Jgyd4KuKYH https://t.co/hJxiTsmvUq",
        platform="x",
        created_at=when(2018, 2, 12, 17, 20, 3),
        source="posts.csv#11",
        account="NASA",
        likes=723,
    )


@pytest.mark.parametrize(("name", "kind"), [("posts.csv", "csv"), ("posts.jsonl", "jsonl")])
def test_the_same_posts_in_both_forms(read, exports, name, kind):
    found = read(exports / "generic" / name)
    assert found.reader == kind and len(found.posts) == 10 and not found.rejected
    assert found.posts[1].created_at == when(2017, 10, 23, 1, 13, 1)
    assert "Earth’s weather" in found.posts[1].text
    assert [p.likes for p in found.posts[:3]] == [1865, 1753, 6258]
    assert "g6nWsLjMHh\n\nAt 1pm ET: Hear" in found.posts[9].text


def test_windows_1252_with_semicolons_and_french_names(read, exports):
    posts = read(exports / "generic" / "posts_cp1252_semicolon.csv").posts
    assert len(posts) == 6
    assert posts[0].text.endswith(" été") and "Earth’s weather" in posts[1].text
    assert [p.likes for p in posts] == [1865, 1753, 6258, 1150, 1597, 5068]
    # A column with a 16th month has the day first.
    assert [p.created_at for p in posts[:3]] == [
        when(2017, 10, 16, 15, 4),
        when(2017, 10, 23, 1, 13),
        when(2017, 11, 5, 16, 32),
    ]


# Tables


def test_columns_named_by_the_brand_win_over_the_guess(table):
    content = "text\tBody copy\tWhen\nshort title\tThe whole story\t2018-01-02\n"
    columns = {"text": "Body copy", "created_at": "When"}
    found = table(content, columns=columns)
    assert [(p.text, p.created_at) for p in found.posts] == [("The whole story", when(2018, 1, 2))]
    assert found == table(content, format="csv", columns=columns)


def test_a_text_named_by_the_brand_is_enough_to_know_the_file(table):
    content = "Body copy,whenever\nThe whole story,2018-01-02\n"
    assert table(content).reader is None
    assert [r.reason for r in table(content, columns={"text": "body_COPY"}).rejected] == ["no_time"]


def test_a_column_that_the_file_has_not_leaves_the_guess(table):
    (post,) = table("text,date\nwords,2018-01-02\n", columns={"text": "Body"}).posts
    assert post.text == "words"


def test_a_table_without_a_text_names_its_columns_and_the_remedy(table):
    found = table("foo,bar\n1,2\n", format="csv")
    assert not found.posts
    assert "columns: foo, bar" in found.error and "columns: {text: …" in found.error


def test_french_names_of_everything(table):
    found = table(
        "Identifiant;Texte;Publié le;Réseau social;Compte;Auteur;Langue;Mentions J’aime;Partages;"
        "Commentaires;Vues;Lien;Campagne\n"
        "42;Bonjour à tous;05/02/2024 à 18h05;Facebook;librairie;librairie;fr-FR;1 204;2;3;"
        "12 045;https://www.facebook.com/librairie/posts/pfbid0exemple1;Fête\n",
        usually_day_first=True,
    )
    assert found.posts == [
        Post(
            id="42",
            text="Bonjour à tous",
            platform="facebook",
            created_at=when(2024, 2, 5, 18, 5),
            source="a.csv#2",
            zone_known=False,
            account="librairie",
            author="librairie",
            language="fr",
            likes=1204,
            shares=2,
            replies=3,
            views=12045,
            url="https://www.facebook.com/librairie/posts/pfbid0exemple1",
            campaign="Fête",
        )
    ]


def test_ragged_rows_are_kept_or_counted(table):
    found = table(
        "created_at,text\n2018-01-02\n2018-01-03,fine words here,extra,extra\n,no time here\n"
    )
    assert [p.text for p in found.posts] == ["fine words here"]
    assert [r.reason for r in found.rejected] == ["no_text", "no_time"]


def test_descriptions_of_media_stay_whole(table):
    (post,) = table("text,date,alt text\nwords,2018-01-02,A cat on the Moon\n").posts
    assert post.alt_texts == ("A cat on the Moon",)


@pytest.mark.parametrize(
    ("platform", "kind"), [("twitter", "reply"), ("facebook", "original"), ("linkedin", "original")]
)
def test_a_name_at_the_start_is_an_answer_on_x_only(table, platform, kind):
    content = f"text,date,platform\n@NOAA and we measure the air,2018-01-02,{platform}\n"
    (post,) = table(content).posts
    assert post.kind == kind


@pytest.mark.parametrize(
    ("column", "cell", "kind"),
    [("is_repost", "TRUE", "repost"), ("Is Retweet", "oui", "repost"), ("isReply", "1", "reply"),
     ("is_quote", "1.0", "quote"), ("kind", "Quote", "quote"), ("kind", "story", "original"),
     ("is_reply", "no", "original"), ("kind", "", "original")],
)  # fmt: skip
def test_kinds_in_flags_and_in_words(table, column, cell, kind):
    (post,) = table(f"text,date,{column}\nwords,2018-01-02,{cell}\n").posts
    assert post.kind == kind


# JSON lines


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"text": "cut', "damaged_row"),
        ("[" * 100_000, "damaged_row"),
        ("[1, 2]", "not_a_post"),
        ("null", "not_a_post"),
        ("7", "not_a_post"),
        ('{"text": 7, "created_at": "2018-01-02"}', "no_text"),
        ('{"text": ["a"], "created_at": "2018-01-02"}', "no_text"),
        ('{"created_at": "2018-01-02"}', "no_text"),
        ('{"text": "words", "created_at": "never"}', "no_time"),
        ('{"text": "words", "created_at": {"a": 1}}', "no_time"),
        ('{"text": "words", "created_at": true}', "no_time"),
        ('{"text": "words", "created_at": NaN}', "no_time"),
        ('{"text": "words", "created_at": 1e400}', "no_time"),
        ('{"text": "words", "created_at": "0001-01-01T00:00:00+14:00"}', "no_time"),
    ],
)
def test_a_damaged_line_is_counted_and_the_rest_goes_on(lines, line, reason):
    found = lines(ROW, line, "", ROW)
    assert [p.source for p in found.posts] == ["a.jsonl#1", "a.jsonl#4"]
    assert [(r.reason, r.source) for r in found.rejected] == [(reason, "a.jsonl#2")]
    assert found.error is None


def test_a_line_of_20_mb_costs_itself_only(lines):
    found = lines(ROW, json.dumps({"text": "x" * 20_000_000}), ROW)
    assert [p.source for p in found.posts] == ["a.jsonl#1", "a.jsonl#3"]
    assert [(r.reason, r.source) for r in found.rejected] == [("line_too_long", "a.jsonl#2")]


def test_a_line_separator_inside_a_json_text_is_text(lines):
    row = {"text": "one\u2028two\u0085three", "created_at": "2018-01-02"}
    assert lines(json.dumps(row, ensure_ascii=False)).posts[0].text == "one\u2028two\u0085three"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le"])
def test_json_lines_in_other_encodings(lines, encoding):
    row = json.dumps({"text": "Crème brûlée ☀️", "created_at": "2018-01-02"}, ensure_ascii=False)
    assert [p.text for p in lines(row, row, encoding=encoding).posts] == ["Crème brûlée ☀️"] * 2


def test_provenance_and_kind_travel_and_unknown_words_become_unknown(lines):
    base = json.loads(ROW)
    posts = lines(
        base | {"provenance": "Generated", "is_reply": True},
        base | {"provenance": "robot", "isRetweet": "yes", "platform": "Twitter"},
        base | {"provenance": "human", "likes": None, "text": "@you there", "platform": "x"},
    ).posts
    assert [p.provenance for p in posts] == ["generated", "unknown", "human"]
    assert [p.provenance_reason for p in posts] == [
        "the export says so", "the export does not say", "the export says so",
    ]  # fmt: skip
    assert [p.kind for p in posts] == ["reply", "repost", "reply"]
    assert posts[1].platform == "x" and posts[2].likes is None


def test_every_field_of_a_line(lines):
    row = {
        "id": 919942245704445953,
        "text": "Crème brûlée 🍮\nligne deux",
        "platform": "IG",
        "created_at": 1514862245000,
        "account": "@librairie",
        "from": "@autre",
        "lang": "fr_CA",
        "favorite_count": "1,234",
        "retweet_count": 5.0,
        "comments": 0,
        "impressions": "1.2K",
        "permalink": "https://www.instagram.com/p/DaExemple03/",
        "links": ["https://example.org/a", "", None, "https://example.org/a"],
        "alt_texts": ["Un gâteau entamé"],
        "campaign": "Fête",
    }
    assert lines(row).posts == [
        Post(
            id="919942245704445953",
            text="Crème brûlée 🍮\nligne deux",
            platform="instagram",
            created_at=when(2018, 1, 2, 3, 4, 5),
            source="a.jsonl#1",
            account="librairie",
            author="autre",
            language="fr",
            likes=1234,
            shares=5,
            replies=0,
            views=1200,
            url="https://www.instagram.com/p/DaExemple03/",
            links=("https://example.org/a",),
            alt_texts=("Un gâteau entamé",),
            campaign="Fête",
        )
    ]


@pytest.mark.parametrize("value", [None, [], {}, "", [1], {"a": 1}, True, 1e400, "x" * 100])
def test_values_of_the_wrong_type_never_raise(lines, value):
    row = dict.fromkeys(
        ("id", "platform", "account", "author", "lang", "likes", "shares", "replies", "views",
         "url", "links", "alt_texts", "campaign", "provenance", "kind", "is_reply", "flags"),
        value,
    )  # fmt: skip
    found = lines(json.loads(ROW) | row)
    assert found.error is None and len(found.posts) == 1
    post = found.posts[0]
    assert (post.likes, post.shares, post.replies, post.views) == (None,) * 4
    assert post.language is None and post.provenance == "unknown"


@pytest.mark.parametrize("value", [[], {}, [1], {"a": 1}, True])
def test_what_is_no_id_names_no_post(lines, value):
    posts = lines(json.loads(ROW) | {"id": value}, json.loads(ROW) | {"id": value}).posts
    assert [post.id for post in posts] == ["a.jsonl#1", "a.jsonl#2"]


def test_keys_named_by_the_brand(lines):
    row = {"text": "short", "body_html": "The whole story", "stamp": "2018-01-02"}
    columns = {"text": "body_html", "created_at": "stamp"}
    (post,) = lines(row, columns=columns).posts
    assert (post.text, post.created_at) == ("The whole story", when(2018, 1, 2))


def test_rows_of_one_file_may_have_other_keys(lines):
    found = lines(ROW, {"message": "Second", "date": "2018-01-03"}, ROW)
    assert [post.text for post in found.posts][1] == "Second"


@pytest.mark.parametrize(
    "content", ['{"foo": 1}', "[1]", "plain words", '{"text": "cut', "{}", "\n\n", "null"]
)
def test_what_are_no_json_lines_of_posts(lines, content):
    assert lines(content).reader is None
