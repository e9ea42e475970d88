"""Sources: which reader takes a file, what the brand's file says of it, and a full account."""

import json
import zipfile

import pytest

from smm_voice.errors import InputError
from smm_voice.posts import ingest as ingest_module
from smm_voice.posts.files import find_files
from smm_voice.posts.readers import Sample, reader_for

LINE = '{"text": "Good morning from orbit", "created_at": "2018-01-02", "account": "@Acme"}\n'
TWEETS = 'window.YTD.tweets.part0 = [{"tweet": {"full_text": "x"}}]'


@pytest.fixture
def zipped(tmp_path):
    """Write a zip of the given members."""

    def to(name, members):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in members.items():
                archive.writestr(member, content)
        return tmp_path / name

    return to


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (TWEETS, "x_archive"),
        ("window.YTD.tweet.part3=\n[", "x_archive"),
        (LINE, "jsonl"),
        ("\n\n" + LINE, "jsonl"),
        ("\ufeff" + LINE, "jsonl"),
        ("Date;Texte\n2018-01-02;Bonjour\n", "csv"),
        ("text|time\n", "csv"),
        ("A report\nof last week\n\ntext,date\nHello,2018-01-02\n", "csv"),
        ("window.YTD.account.part0 = []", None),
        ("window.YTD.deleted_tweets.part0 = []", None),
        ('{"name": "no post"}', None),
        ("just, words", None),
        ("\0\0\0\0", None),
    ],
)
def test_the_reader_is_chosen_by_content(tmp_path, head, name):
    (tmp_path / "posts.csv").write_text(head, encoding="utf-8")
    (file,) = find_files(tmp_path / "posts.csv").files
    reader = reader_for(Sample(file), "auto")
    assert (reader.name if reader else None) == name


def test_a_misleading_file_name_does_not_matter(read, tmp_path):
    (tmp_path / "a.csv").write_text(LINE)
    (tmp_path / "b.txt").write_text("text,date\nGood evening from orbit,2018-01-03\n")
    (tmp_path / "posts.jsonl").write_text(TWEETS)
    found = read(tmp_path)
    assert [s["format"] for s in found.sources] == ["jsonl", "csv", "x_archive"]
    assert len(found.posts) == 2


def test_a_zip_reads_as_its_folder_does(read, exports, zipped):
    folder = exports / "x_archive"
    members = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in (folder / "data").glob("*.js")
    }
    from_zip = read(zipped("x.zip", members | {"data/media/photo.jpg": b"x"})).posts
    from_folder = read(folder).posts
    assert len(from_zip) == 23
    assert [(p.id, p.text, p.kind, p.account) for p in from_zip] == [
        (p.id, p.text, p.kind, p.account) for p in from_folder
    ]
    assert from_zip[0].source == "x.zip/data/tweets.js#1"


def test_a_zip_inside_a_folder_is_read_beside_the_files(read, tmp_path, zipped):
    (tmp_path / "a.jsonl").write_text(LINE)
    zipped("b.zip", {"c.jsonl": LINE})
    sources = [post.source.split("/", 1)[1] for post in read(tmp_path).posts]
    assert sources == ["a.jsonl#1", "b.zip/c.jsonl#1"]


@pytest.mark.parametrize("content", [b"", b"# Notes\nnothing here", b"PK\x03\x04cut", b"\xff\xfe"])
def test_a_source_without_an_export_says_what_was_looked_at(read, tmp_path, content):
    (tmp_path / "notes.txt").write_bytes(content)
    with pytest.raises(InputError, match="brand probe: no export found in .*notes.txt.*x_archive"):
        read(tmp_path / "notes.txt")


def test_an_empty_folder_says_that_nothing_lies_there(read, tmp_path):
    with pytest.raises(InputError, match="no export found.*no files"):
        read(tmp_path)


def test_a_missing_source_is_named(read, tmp_path):
    with pytest.raises(InputError, match="brand probe: source .*gone does not exist"):
        read(tmp_path / "gone")


def test_an_unknown_format_is_refused_with_the_known_ones(read, tmp_path):
    (tmp_path / "a.jsonl").write_text(LINE)
    with pytest.raises(InputError, match="unknown format 'xml'.*auto, x_archive.*jsonl.*csv"):
        read(tmp_path / "a.jsonl", format="xml")


@pytest.mark.parametrize("name", ["x_archive", "csv", "json", "mastodon"])
def test_a_forced_format_that_does_not_fit_is_a_damaged_file(read, tmp_path, name):
    (tmp_path / "a.jsonl").write_text(LINE)
    found = read(tmp_path / "a.jsonl", format=name)
    assert not found.posts
    assert [(r.reason, r.source) for r in found.rejected][-1] == ("damaged_file", "a.jsonl")


def test_the_account_filter_ignores_case_and_at_sign_and_counts_the_others(read, tmp_path):
    lines = LINE + LINE.replace("@Acme", "rival") + LINE.replace(', "account": "@Acme"', "")
    (tmp_path / "a.jsonl").write_text(lines)
    found = read(tmp_path / "a.jsonl", account="@acme")
    assert [p.account for p in found.posts] == ["Acme", "acme"]
    assert [(r.reason, r.source) for r in found.rejected] == [("other_account", "a.jsonl#2")]
    assert found.sources[0]["accounts"] == {"Acme": 1, "acme": 1}


def test_each_archive_of_a_source_keeps_its_own_account(read, archive, tweet, tmp_path):
    archive([tweet("From the first account", "1")], "first", folder="both/a")
    thread = tweet("Thread of the second", "2", in_reply_to_screen_name="second")
    archive([thread], "second", folder="both/b")
    found = {post.id: (post.account, post.kind) for post in read(tmp_path / "both").posts}
    assert found == {"1": ("first", "original"), "2": ("second", "original")}


def test_what_the_brand_says_fills_what_the_export_leaves_open(read, tmp_path):
    rows = [
        {"text": "Summer hours begin", "date": "05/07/2018 10:00"},
        {"text": "Written by a model", "date": "2018-07-06T10:00:00Z", "provenance": "generated"},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)))
    first, second = read(
        tmp_path / "a.jsonl",
        platform="mastodon",
        timezone="Europe/Paris",
        day_first=True,
        provenance="human",
    ).posts
    assert first.created_at.isoformat() == "2018-07-05T08:00:00+00:00"
    assert second.created_at.isoformat() == "2018-07-06T10:00:00+00:00"
    assert (first.platform, first.provenance, second.provenance) == (
        "mastodon",
        "human",
        "generated",
    )
    assert first.provenance_reason == "the brand's file says so"


@pytest.mark.parametrize(("language", "day"), [("en-US", 7), ("fr-CA", 5)])
def test_an_ambiguous_date_is_read_as_the_brands_language_has_it(ingest, tmp_path, language, day):
    (tmp_path / "a.csv").write_text("text,date\nSummer hours begin,05/07/2018\n")
    (post,) = ingest(tmp_path / "a.csv", languages=[language])
    assert post.created_at.day == day


def test_every_file_and_every_row_is_accounted_for(read, tmp_path, zipped):
    (tmp_path / "a.jsonl").write_text(LINE + "cut {\n\n" + LINE)
    (tmp_path / "notes.txt").write_text("nothing")
    (tmp_path / "photo.jpg").write_bytes(b"x")
    zipped("b.zip", {"c.jsonl": LINE, "d.jpg": b"x"})
    found = read(tmp_path, licence="CC0")
    entries = [(s["path"].split("/")[-1], s["format"]) for s in found.sources]
    assert entries[1:] == [
        ("notes.txt", "not an export"),
        ("a.jsonl", "jsonl"),
        ("c.jsonl", "jsonl"),
    ]
    assert found.sources[0]["path"].endswith("2 × *.jpg")
    assert [(s["rows"], s["posts"], s["licence"]) for s in found.sources[2:]] == [
        (3, 2, "CC0"),
        (1, 1, "CC0"),
    ]
    assert [r.source.split("/")[-1] for r in found.rejected] == ["a.jsonl#2"]


@pytest.mark.parametrize("failure", [ValueError, RuntimeError, EOFError, zipfile.BadZipFile])
def test_a_reader_that_fails_keeps_what_it_read_and_the_next_file_is_read(
    read, tmp_path, monkeypatch, failure
):
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(LINE * 2)
    reader = next(r for r in ingest_module.READERS if r.name == "jsonl")
    real = type(reader).read

    def broken(self, file, options):
        rows = real(self, file, options)
        yield next(rows)
        if file.name.endswith("a.jsonl"):
            raise failure("in the middle")
        yield from rows

    monkeypatch.setattr(type(reader), "read", broken)
    found = read(tmp_path)
    assert len(found.posts) == 3
    (rejected,) = found.rejected
    assert (rejected.reason, rejected.detail) == ("damaged_file", "in the middle")
    assert rejected.source.endswith("a.jsonl")


def test_a_file_that_is_written_to_while_it_is_read_is_named(ingest, tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_text(LINE * 3)
    sources = ingest(tmp_path)
    for row in sources:
        if row.source.endswith("a.jsonl#2"):
            (tmp_path / "a.jsonl").write_text(LINE * 4)
    assert {name.rpartition("/")[2] for name in sources.changed} == {"a.jsonl"}


def test_the_digest_is_that_of_names_and_contents(ingest, tmp_path):
    def digest(name="here", member="a.jsonl", content=LINE, empty=False):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        (folder / member).write_text(content)
        if empty:
            (folder / "empty.csv").touch()
        return ingest(folder).digest()

    assert digest() == digest() == digest(name="moved")
    different = [digest(), digest(member="b.jsonl"), digest(content=LINE * 2), digest(empty=True)]
    assert len(set(different)) == 4


def test_the_size_is_that_of_all_that_may_be_read(ingest, tmp_path, zipped):
    (tmp_path / "a.jsonl").write_text(LINE)
    (tmp_path / "photo.jpg").write_bytes(b"x" * 1000)
    zipped("b.zip", {"c.jsonl": LINE * 9})
    assert ingest(tmp_path).size == 10 * len(LINE)
