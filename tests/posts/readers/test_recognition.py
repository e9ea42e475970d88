"""Every table format is known by its content, whatever the file is called, and takes no other's."""

import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from smm_voice.posts.files import find_files
from smm_voice.posts.readers import READERS, Sample

TABLES = [
    "x_analytics", "meta_business_suite", "linkedin_member", "linkedin_page", "hootsuite",
    "sprout_social", "buffer", "later", "agorapulse", "metricool", "publer",
    "facebook_page_scraper",
]  # fmt: skip
# Handed out by the same tools, but holding no posts.
NO_POSTS = {"meta_business_suite/page_series_Reach.csv"}


def relative_paths(exports):
    files = {path.relative_to(exports).as_posix() for path in exports.rglob("*") if path.is_file()}
    return files - {"README.md"}


@pytest.mark.parametrize("name", TABLES)
def test_a_format_takes_its_own_files_and_no_others(exports, name):
    (reader,) = [reader for reader in READERS if reader.name == name]
    taken = {
        path
        for path in relative_paths(exports)
        if reader.recognises(Sample(find_files(exports / path).files[0]))
    }
    own = {path for path in relative_paths(exports) if path.startswith(f"{name}/")}
    assert taken == own - NO_POSTS


@pytest.mark.parametrize("name", TABLES)
def test_no_other_reader_is_asked_first(exports, recognised_by, name):
    for path in sorted((exports / name).iterdir()):
        expected = None if path.relative_to(exports).as_posix() in NO_POSTS else name
        assert recognised_by(path) == expected, path.name


def test_the_name_of_a_file_says_nothing(exports, tmp_path, recognised_by):
    hootsuite = (exports / "hootsuite" / "post_performance.csv").read_bytes()
    for name in ("account_analytics_content_2018-01-01_2018-03-31.csv", "Shares.csv", "a.json"):
        (tmp_path / name).write_bytes(hootsuite)
        assert recognised_by(tmp_path / name) == "hootsuite"
    (tmp_path / "posts.txt").write_bytes((exports / "buffer" / "posts.csv").read_bytes())
    assert recognised_by(tmp_path / "posts.txt") == "buffer"


@pytest.mark.parametrize("name", TABLES)
def test_a_file_with_nothing_in_it_is_nobodys(tmp_path, read, name):
    (tmp_path / "a.csv").write_text("\n\n")
    assert read(tmp_path / "a.csv").reader is None
    found = read(tmp_path / "a.csv", format=name)
    assert not found.posts and not found.rejected
    assert found.error == f"no row names the columns of {name}"


@pytest.mark.parametrize("name", TABLES)
def test_a_header_without_rows_is_a_file_without_posts(exports, tmp_path, read, name):
    (reader,) = [reader for reader in READERS if reader.name == name]
    for signature in reader.signatures:
        (tmp_path / "a.csv").write_text(",".join(f'"{column}"' for column in sorted(signature)))
        assert read(tmp_path / "a.csv") == (name, [], [], None)


@pytest.mark.parametrize("name", TABLES)
def test_a_file_that_breaks_off_gives_what_stood_before(exports, tmp_path, read, name):
    for path in (exports / name).glob("*.csv"):
        whole = read(path)
        if len(whole.posts) < 2:
            continue
        content = path.read_bytes()
        encoding = "utf-16-le" if content.startswith(b"\xff\xfe") else "utf-8"
        tail = whole.posts[-1].text[-10:].encode(encoding)
        if tail not in content or "\ufffd" in content.decode(encoding, "replace"):
            continue  # saved in another encoding
        (tmp_path / path.name).write_bytes(content[: content.rindex(tail)])
        found = read(tmp_path / path.name)
        before = [p for p in whole.posts if p.source != whole.posts[-1].source]
        assert found.posts[: len(before)] == before


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(
    "cell", ["", "NULL", "[]", "-1", "1e400", "=1+1", "9" * 400, "\u202e", "a" * 70_000]
)
def test_odd_cells_never_raise(tmp_path, read, name, cell):
    (reader,) = [reader for reader in READERS if reader.name == name]
    named = {column for names in reader.columns.values() for column in names}
    header = sorted(named | reader.signatures[0])
    (tmp_path / "a.csv").write_text(
        "\n".join([",".join(f'"{c}"' for c in header), ",".join([cell] * len(header)), cell, ","])
    )
    found = read(tmp_path / "a.csv", format=name)
    assert found.error is None
    assert not found.posts and all(row.reason for row in found.rejected)
    assert not any(cell and cell in row.detail for row in found.rejected if len(cell) > 80)


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize(
    "cell",
    [True, 7, 2.5, 1e300, b"x", [1], [], {"a": 1}, datetime.datetime(2018, 1, 2, 3, 4),
     datetime.date(2018, 1, 2), datetime.time(3, 4), datetime.timedelta(days=1)],
    ids=repr,
)  # fmt: skip
def test_cells_of_any_type_never_raise(tmp_path, read, name, cell):
    (reader,) = [reader for reader in READERS if reader.name == name]
    named = {column for names in reader.columns.values() for column in names}
    columns = {column: [cell, None] for column in sorted(named | reader.signatures[0])}
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet", format=name)
    assert found.error is None and not found.posts and len(found.rejected) == 1
