"""Sources: folders, zips, and archives made to do harm."""

import io
import struct
import zipfile

import pytest

from smm_voice.errors import InputError
from smm_voice.posts.readers import reader_for

LINE = '{"text": "Good morning from orbit", "created_at": "2018-01-02", "account": "@Acme"}\n'
TWEETS = 'window.YTD.tweets.part0 = [{"tweet": {"full_text": "x"}}]'


def zipped(path, members, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (TWEETS, "x_archive"),
        ("window.YTD.tweet.part3=\n[", "x_archive"),
        (LINE, "jsonl"),
        ("\n\n" + LINE, "jsonl"),
        ("Date;Texte\n1;2", "csv"),
        ("text|time\n", "csv"),
        ("window.YTD.account.part0 = []", None),
        ("window.YTD.deleted_tweets.part0 = []", None),
        ('{"name": "no post"}', None),
        ("just, words", None),
        ("", None),
    ],
)
def test_the_reader_is_chosen_by_content(head, name):
    reader = reader_for(head, "auto")
    assert (reader.name if reader else None) == name


def test_a_misleading_file_name_does_not_matter(read, tmp_path):
    (tmp_path / "a.csv").write_text(LINE)
    (tmp_path / "b.txt").write_text("text,date\nGood evening from orbit,2018-01-03\n")
    found = read(tmp_path)
    assert [s["format"] for s in found.sources] == ["jsonl", "csv"]
    assert len(found.posts) == 2


def test_a_zip_reads_as_its_folder_does(read, exports, tmp_path):
    members = {
        f"data/{name}": (exports / "x_archive" / "data" / name).read_text(encoding="utf-8")
        for name in ("account.js", "tweets.js")
    }
    members["data/media/photo.jpg"] = "not for reading"
    from_zip = read(zipped(tmp_path / "x.zip", members)).posts
    from_folder = read(exports / "x_archive").posts
    assert [(p.id, p.text, p.kind) for p in from_zip] == [
        (p.id, p.text, p.kind) for p in from_folder
    ]
    assert from_zip[0].source == "x.zip/data/tweets.js#1"


def test_a_zip_inside_a_folder_is_read_beside_the_files(read, tmp_path):
    (tmp_path / "a.jsonl").write_text(LINE)
    zipped(tmp_path / "b.zip", {"c.jsonl": LINE})
    sources = [post.source.split("/", 1)[1] for post in read(tmp_path).posts]
    assert sources == ["a.jsonl#1", "b.zip/c.jsonl#1"]


@pytest.mark.parametrize("name", ["../evil.jsonl", "/etc/evil.jsonl", "a/../../evil.jsonl"])
def test_a_path_outside_the_archive_is_refused(read, tmp_path, name):
    with pytest.raises(InputError, match="brand probe: .*x.zip names a path outside: .*evil"):
        read(zipped(tmp_path / "x.zip", {"ok.jsonl": LINE, name: LINE}))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(read, tmp_path, monkeypatch):
    path = zipped(tmp_path / "x.zip", {"a.jsonl": b" " * 5_000_000})
    monkeypatch.setattr(zipfile.ZipFile, "read", lambda *_: pytest.fail("it was unpacked"))
    with pytest.raises(InputError, match="a.jsonl in .*x.zip.*zip bomb"):
        read(path)


def test_an_encrypted_zip_is_refused(read, tmp_path):
    path = zipped(tmp_path / "x.zip", {"a.jsonl": LINE})
    content = bytearray(path.read_bytes())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", content, content.index(signature) + at, 1)
    path.write_bytes(content)
    with pytest.raises(InputError, match="brand probe: the archive .*x.zip is damaged or prot"):
        read(path)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_damaged_content_of_a_zip_is_an_input_error(read, tmp_path, compression):
    path = zipped(tmp_path / "x.zip", {"a.jsonl": LINE * 50}, compression)
    content = bytearray(path.read_bytes())
    content[45:60] = b"\xff" * 15
    path.write_bytes(content)
    with pytest.raises(InputError, match="the archive .*x.zip is damaged or protected"):
        read(path)


def test_a_truncated_zip_is_not_passed_over_in_silence(read, tmp_path):
    (tmp_path / "a.jsonl").write_text(LINE)
    whole = zipped(tmp_path / "b.zip", {"c.jsonl": LINE * 50}).read_bytes()
    (tmp_path / "b.zip").write_bytes(whole[:-30])
    try:
        found = read(tmp_path)
    except InputError as error:
        assert "b.zip" in str(error)
    else:
        assert any("b.zip" in str(entry["path"]) for entry in found.sources)


@pytest.mark.parametrize("content", [b"", b"# Notes\nnothing here", b"PK\x03\x04cut", b"\xff\xfe"])
def test_a_source_without_an_export_says_what_was_looked_at(read, tmp_path, content):
    (tmp_path / "notes.txt").write_bytes(content)
    with pytest.raises(InputError, match="brand probe: no export found in .*notes.txt.*x_archive"):
        read(tmp_path / "notes.txt")


def test_a_missing_source_is_named(read, tmp_path):
    with pytest.raises(InputError, match="brand probe: source .*gone does not exist"):
        read(tmp_path / "gone")


def test_an_unknown_format_is_refused_with_the_known_ones(read, tmp_path):
    (tmp_path / "a.jsonl").write_text(LINE)
    with pytest.raises(InputError, match="unknown format 'xml'.*auto, x_archive, jsonl, csv"):
        read(tmp_path / "a.jsonl", format="xml")


def test_a_forced_format_that_does_not_fit_is_refused(read, tmp_path):
    (tmp_path / "a.jsonl").write_text(LINE)
    with pytest.raises(InputError, match="a.jsonl cannot be read as x_archive"):
        read(tmp_path / "a.jsonl", format="x_archive")


def test_the_account_filter_ignores_case_and_at_sign_and_counts_the_others(read, tmp_path):
    lines = LINE + LINE.replace("@Acme", "rival") + LINE.replace(', "account": "@Acme"', "")
    (tmp_path / "a.jsonl").write_text(lines)
    found = read(tmp_path / "a.jsonl", account="acme")
    assert [p.account for p in found.posts] == ["@Acme", "acme"]
    assert [(r.reason, r.source) for r in found.rejected] == [("other_account", "a.jsonl#2")]


def test_a_zip_that_lies_about_its_size_is_not_believed(read, tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jsonl", b" " * 5_000_000)
    content = bytearray(buffer.getvalue())
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", content, content.index(signature) + at, 1000)
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(InputError, match="x.zip is damaged"):
        read(tmp_path / "x.zip")


def test_files_that_are_not_read_are_counted_by_their_ending(tmp_path):
    from smm_voice.config import BrandConfig, SourceConfig
    from smm_voice.posts.ingest import ingest

    row = '{"text": "a post of some words", "created_at": "2024-01-01"}\n'
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "posts.jsonl").write_text(row)
    (folder / "report.xlsx").touch()
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.writestr("a.jpg", "x")
        archive.writestr("b.jpg", "x")
        archive.writestr("posts.jsonl", row)
    brand = BrandConfig(name="x", languages=["en"], sources=[SourceConfig(path="source")])

    read = ingest(brand, tmp_path)
    assert len(read.posts) == 2
    assert [s["path"] for s in read.sources if s["format"] == "not read"] == [
        "source: 2 × *.jpg",
        "source: 1 × *.xlsx",
    ]
