"""Files of a source: found, refused or counted; decoded as they were written; never held whole."""

import os
import random
import tracemalloc
import zipfile

import pytest

from smm_voice.posts import files
from smm_voice.posts.files import ExportFile, digest, find_files, stamp

LINE = '{"text": "Good morning from orbit", "created_at": "2018-01-02"}\n'
FRENCH = "L’été déjà, à 7 h : « crème brûlée » pour 4 € !\n"


@pytest.fixture
def lines(tmp_path):
    """Lines of a file of these bytes."""

    def of(content):
        (tmp_path / "a.txt").write_bytes(content)
        (file,) = find_files(tmp_path / "a.txt").files
        return list(file.lines())

    return of


@pytest.fixture
def folder(tmp_path):
    """A source folder with one export, and a file beside it that is none of its business."""
    (tmp_path / "outside.jsonl").write_text(LINE)
    source = tmp_path / "source"
    source.mkdir()
    (source / "posts.jsonl").write_text(LINE)
    return source


def names(found):
    return [file.name for file in found.files]


def refused(found):
    return [(each.reason, each.source) for each in found.refused]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252", "mac_roman"]
)
def test_text_is_read_in_the_encoding_it_was_written_in(lines, encoding):
    assert lines((FRENCH * 3).encode(encoding)) == [FRENCH] * 3


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_real_english_posts_with_few_accents_keep_them(lines, originals, encoding):
    for seed in range(6):
        chosen = random.Random(seed).sample(originals, 60)
        written = "".join(f"{text}\n" for text in chosen).encode(encoding, "ignore")
        assert "".join(lines(written)) == written.decode(encoding)


def test_utf_16_of_either_byte_order_is_known_by_its_mark(lines):
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert lines(mark + FRENCH.encode(encoding)) == [FRENCH]


@pytest.mark.parametrize("cut", range(1, 4))
def test_a_character_cut_at_the_end_of_the_head_does_not_change_the_encoding(lines, cut):
    line = "é" * 100 + "\n"
    start = "x" * (files.HEAD - cut) + "€\n"
    assert lines((start + line).encode()) == [start, line]


@pytest.mark.parametrize("broken", [0, 3, 12])
def test_single_bytes_of_another_hand_are_read_as_cp1252(lines, broken):
    utf8, cp1252 = [FRENCH.encode()] * 60, [FRENCH.encode("cp1252")] * broken
    assert lines(b"".join(utf8 + cp1252)) == [FRENCH] * (60 + broken)


def test_nul_bytes_are_left_out_wherever_they_stand(lines):
    content = b"\0" + LINE.encode() + b"\0" * 50_000 + b"\n" + LINE.encode()[:-1] + b"\0\0"
    assert "".join(lines(content)) == LINE + "\n" + LINE[:-1]


def test_line_ends_and_separators_stay_as_they_are(lines):
    content = "a\r\nb\rc\n\u2028d\u0085e\x0cf"
    assert lines(content.encode()) == ["a\r\n", "b\r", "c\n", "\u2028d\u0085e\x0cf"]


def test_a_line_up_to_the_limit_is_read_and_one_beyond_is_none(lines, monkeypatch):
    monkeypatch.setattr(files, "_LONGEST_LINE", 10)
    given = ["x" * 9, "y" * 10, "z" * 45, "a" * 20, "end"]
    assert lines("\n".join(given).encode()) == ["x" * 9 + "\n", None, None, None, "end"]
    assert lines(b"x" * 9 + b"\n" + b"y" * 30) == ["x" * 9 + "\n", None]


def test_a_line_of_eighty_megabytes_is_never_held_whole(lines):
    content = LINE.encode() + b"x" * 80_000_000 + b"\n" + LINE.encode()
    tracemalloc.start()
    try:
        found = lines(content)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found == [LINE, None, LINE]
    assert peak < 48 * 2**20


def test_what_is_too_large_to_be_read_at_once_is_refused(folder, monkeypatch):
    (file,) = find_files(folder).files
    assert file.at_once().read() == LINE.encode()
    monkeypatch.setattr(files, "_LARGEST_AT_ONCE", len(LINE) - 1)
    with pytest.raises(ValueError, match="give it as CSV"):
        file.at_once()


@pytest.mark.parametrize("target", ["outside.jsonl", "outside"])
def test_a_link_that_leads_outside_the_source_is_refused(folder, target):
    outside = folder.parent / "outside"
    outside.mkdir()
    (outside / "posts.jsonl").write_text(LINE)
    (folder / "link").symlink_to(folder.parent / target)
    found = find_files(folder)
    assert names(found) == ["source/posts.jsonl"]
    assert refused(found) == [("outside_path", "source/link")]


def test_a_source_may_itself_be_a_link(folder):
    for target in (folder, folder / "posts.jsonl"):
        link = folder.parent / f"link-{target.name}"
        link.symlink_to(target)
        found = find_files(link)
        assert len(found.files) == 1 and not found.refused


@pytest.mark.parametrize("target", ["loop", "nowhere", "."])
def test_links_to_nowhere_and_in_circles_are_passed_over(folder, target):
    (folder / "loop").symlink_to(target)
    assert names(find_files(folder)) == ["source/posts.jsonl"]


def test_a_pipe_is_not_waited_for(folder):
    os.mkfifo(folder / "pipe.jsonl")
    assert names(find_files(folder)) == ["source/posts.jsonl"]


def test_a_name_that_no_encoding_reads_is_a_name_like_any_other(folder, ingest):
    (folder / os.fsdecode("posts_\xe9t\xe9.jsonl".encode("cp1252"))).write_text(LINE)
    source = ingest(folder)
    assert len(source.digest()) == 64
    assert len(list(source)) == 2


def test_files_in_folders_of_folders_are_found_in_a_fixed_order(folder):
    for name in ("z/b.jsonl", "z/a/c.jsonl", "a.jsonl"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(LINE)
    expected = ["source/a.jsonl", "source/posts.jsonl", "source/z/a/c.jsonl", "source/z/b.jsonl"]
    assert names(find_files(folder)) == expected


def test_media_are_counted_and_a_zip_is_known_by_its_content(folder):
    (folder / "photo.JPG").write_bytes(b"x")
    (folder / "empty.csv").touch()
    with zipfile.ZipFile(folder / "export.bin", "w") as archive:
        archive.writestr("posts.jsonl", LINE)
        archive.writestr("media/one.mp4", b"x")
        archive.writestr("media/two.mp4", b"x")
        archive.writestr("empty.json", b"")
        archive.mkdir("nothing")
    found = find_files(folder)
    assert names(found) == ["source/export.bin/posts.jsonl", "source/posts.jsonl"]
    assert found.skipped == {".jpg": 1, ".mp4": 2}
    assert refused(found) == [
        ("empty_file", "source/empty.csv"),
        ("empty_file", "source/export.bin/empty.json"),
    ]


def test_a_spreadsheet_is_one_file_though_it_is_a_zip(exports):
    found = find_files(exports / "generic" / "posts_several_sheets.xlsx")
    assert names(found) == ["posts_several_sheets.xlsx"]


def test_each_opening_begins_anew_and_a_member_opens_like_a_file(folder):
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("posts.jsonl", LINE)
    for file in find_files(folder).files:
        first, second = file.open(), file.open()
        with first, second:
            assert (first.read(5), second.read(), first.read()) == (
                LINE[:5].encode(),
                LINE.encode(),
                LINE[5:].encode(),
            )
        assert file.size == len(LINE)


def test_the_digest_is_of_the_content_and_of_nothing_where_that_is_damaged(folder):
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("posts.jsonl", LINE)
    member, plain = find_files(folder).files
    assert digest(member) == digest(plain) and len(digest(plain)) == 64
    broken = bytearray((folder / "a.zip").read_bytes())
    broken[45:55] = b"\xff" * 10
    (folder / "a.zip").write_bytes(broken)
    assert digest(member) == ""


def test_the_stamp_tells_a_change_of_size_and_of_time_and_that_a_file_is_gone(folder):
    path = folder / "posts.jsonl"
    before = stamp(path)
    assert stamp(path) == before
    os.utime(path, ns=(0, before[1] + 1000))
    assert stamp(path) != before
    path.unlink()
    assert stamp(path) == (-1, -1)


def test_the_folder_of_a_file_is_that_in_the_zip(folder):
    file = ExportFile("source/a.zip/data/tweets.js", 1, lambda: None, folder)
    assert file.folder == "source/a.zip/data"
