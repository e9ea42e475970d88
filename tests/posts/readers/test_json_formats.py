"""What holds for every format that is read from JSON: whose file is whose, and damage."""

import copy
import json
from pathlib import Path

import pytest

from smm_voice.posts.files import find_files
from smm_voice.posts.readers import READERS, Sample

FORMATS = {
    "facebook": "facebook/awkward/profile_posts_1.json",
    "instagram": "instagram/awkward/posts_1.json",
    "threads": "threads/awkward/threads_and_replies.json",
    "tiktok": "tiktok/newer/user_data_tiktok.json",
    "mastodon": "mastodon/awkward/outbox.json",
    "bluesky": "bluesky/awkward/getAuthorFeed.json",
    "json": "json/posts.json",
    "openai_chat": "openai_chat/posts.jsonl",
}
LISTS = {
    "facebook": [],
    "instagram": [],
    "threads": ["text_post_app_text_posts"],
    "tiktok": ["Post", "Posts", "VideoList"],
    "mastodon": ["orderedItems"],
    "bluesky": ["feed"],
    "json": [],
}
JUNK = [None, [], {}, 0, -7, 1.5, 10**18, True, "", "x", [None], [[]], {"a": None}, "\ud83d"]
every_format = pytest.mark.parametrize("name", FORMATS)
every_list = pytest.mark.parametrize("name", LISTS)


def reader(name):
    return next(each for each in READERS if each.name == name)


def entries(document, name):
    for key in LISTS[name]:
        document = document[key]
    return document


def mutations(value):
    """The value with one part of it replaced by junk, for every part and all junk."""
    yield from JUNK
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            for changed in mutations(value[key]):
                whole = copy.copy(value)
                whole[key] = changed
                yield whole


@every_format
def test_its_own_fixtures_are_recognised_and_nobody_elses(name, exports):
    for file in find_files(exports).files:
        own = Path(file.name).parts[1] == name
        assert reader(name).recognises(Sample(file)) is own, file.name


@every_format
def test_by_content_under_any_name(name, exports, tmp_path, recognised_by):
    for usual in ("posts_1.json", "outbox.json", "tweets.js", "posts.csv"):
        (tmp_path / usual).write_bytes((exports / FORMATS[name]).read_bytes())
        assert recognised_by(tmp_path / usual) == name


@every_list
def test_minified_is_the_same(name, exports, tmp_path, read):
    document = json.loads((exports / FORMATS[name]).read_text("utf-8"))
    copied = tmp_path / Path(FORMATS[name]).name
    copied.write_text(json.dumps(document, separators=(",", ":")))
    assert read(copied) == read(exports / FORMATS[name])


@every_list
def test_a_file_that_breaks_off_gives_what_stood_before(name, exports, tmp_path, read):
    whole = read(exports / FORMATS[name])
    document = json.loads((exports / FORMATS[name]).read_text("utf-8"))
    entry = json.dumps(entries(document, name)[-1])
    text = json.dumps(document)
    cut = tmp_path / Path(FORMATS[name]).name
    cut.write_text(text[: text.index(entry) + len(entry) // 2])
    found = read(cut)
    assert "breaks off" in found.error
    assert found.reader == name
    assert (found.posts + found.rejected) and found.posts == whole.posts[: len(found.posts)]
    assert len(found.posts + found.rejected) == len(entries(document, name)) - 1


@every_list
def test_wrong_types_anywhere_cost_their_row_at_most(name, exports, tmp_path, read):
    document = json.loads((exports / FORMATS[name]).read_text("utf-8"))
    rows = entries(document, name)
    damaged = [changed for row in rows[:2] for changed in mutations(row)]
    expected = len(damaged)
    rows[:] = damaged
    (tmp_path / "a.json").write_text(json.dumps(document))
    found = read(tmp_path / "a.json", format=name)
    assert found.error is None
    assert len(found.posts) + len(found.rejected) == expected
    assert all("dust" not in each.detail for each in found.rejected)


@every_list
def test_wrong_types_around_the_list(name, exports, tmp_path, read):
    document = json.loads((exports / FORMATS[name]).read_text("utf-8"))
    entries(document, name).clear()
    for changed in mutations(document):
        (tmp_path / "a.json").write_text(json.dumps(changed))
        read(tmp_path / "a.json", format=name)  # no error but ValueError


@every_list
def test_no_entries_are_no_error(name, exports, tmp_path, read):
    document = json.loads((exports / FORMATS[name]).read_text("utf-8"))
    entries(document, name).clear()
    (tmp_path / "a.json").write_text(json.dumps(document))
    found = read(tmp_path / "a.json", format=name)
    assert (found.posts, found.rejected) == ([], [])


@every_list
@pytest.mark.parametrize("content", ["{", "no JSON", "[1,", '{"a": [}', "[" * 2_000, "\0", " "])
def test_what_is_no_json_is_an_error(name, tmp_path, read, content):
    (tmp_path / "a.json").write_text(content)
    assert read(tmp_path / "a.json", format=name).error


@every_list
def test_a_format_forced_on_another_ones_file_is_an_error(name, exports, read):
    other = "mastodon" if name != "mastodon" else "bluesky"
    found = read(exports / FORMATS[other], format=name)
    assert found.posts == [] and (found.error or found.rejected)


@every_format
def test_an_empty_file_is_nobodys(name, tmp_path, read):
    (tmp_path / "a.json").touch()
    assert [each.reason for each in read(tmp_path / "a.json", format=name).rejected] == [
        "empty_file"
    ]
