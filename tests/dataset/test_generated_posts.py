"""Posts that were published from generated text are in no split, marked or known by the log."""

import dataclasses
import json
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from smm_voice.config import SourceConfig
from smm_voice.dataset import generated as module
from smm_voice.dataset.build import build, read_lines
from smm_voice.dataset.generated import published
from smm_voice.dataset.splits import SPLITS
from smm_voice.posts.generation_log import Generated, note
from smm_voice.posts.ingest import Ingest

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def wrote(text, when=LONG_AGO):
    return Generated(text, when, "x", "velo-voice version 2", "0" * 16)


@pytest.fixture
def log(workspace):
    """Note texts in the brand's generation log."""

    def add(*texts, brand="velo"):
        note(workspace.generation_log(brand), texts)

    return add


def spread(rows, every=4):
    """Each fourth row, so that every split would hold some."""
    return rows[::every]


def test_posts_marked_as_generated_are_in_no_split(brand, rows, config, workspace, kept):
    marked = {row["id"] for row in spread(rows())}
    posts = [row | {"provenance": "generated"} if row["id"] in marked else row for row in rows()]
    before = build(brand("velo", rows()), [], config, workspace)
    assert all({e.id for e in before.splits[split]} & marked for split in SPLITS)
    dataset = build(brand("velo", posts), [], config, workspace)
    assert {e.id for e in kept(dataset)} == {row["id"] for row in rows()} - marked
    assert dataset.card["dropped"] == {"generated": len(marked)}


def test_a_source_that_the_brands_file_calls_generated_is_learned_from_in_nothing(
    brand, rows, write, config, workspace, kept
):
    velo = brand("velo", rows())
    write("raw/tool/posts.jsonl", [row | {"id": f"t{row['id']}"} for row in rows("mutuelle")])
    tool = SourceConfig(path="raw/tool", provenance="generated")
    dataset = build(dataclasses.replace(velo, sources=[*velo.sources, tool]), [], config, workspace)
    assert {e.id for e in kept(dataset)} == {row["id"] for row in rows()}
    assert dataset.card["dropped"] == {"generated": 45}


def test_posts_of_the_generation_log_are_in_no_split(
    brand, rows, config, workspace, log, kept, dropped
):
    """Published with a link, a word and a hashtag of the editor's."""
    posts = rows()
    taken = spread(posts)
    log(*(wrote(row["text"]) for row in taken))
    for row in taken:
        words = row["text"].split(" ")
        row["text"] = " ".join([*words[:3], "vraiment", *words[3:]]) + " #vélo https://example.org"
    before = build(
        brand("velo", posts),
        [],
        config,
        dataclasses.replace(workspace, root=workspace.root / "other"),
    )
    assert all({e.id for e in before.splits[s]} & {r["id"] for r in taken} for s in SPLITS)
    dataset = build(brand("velo", posts), [], config, workspace)
    assert {e.id for e in kept(dataset)} == {r["id"] for r in posts} - {r["id"] for r in taken}
    assert Counter(dropped(dataset).values()) == {"in_generation_log": len(taken)}
    assert dataset.card["dropped"] == {"in_generation_log": len(taken)}
    told = [row["detail"] for row in read_lines(dataset.folder / "dropped.jsonl")]
    assert all(
        "written by velo-voice version 2 on 2000-01-01 (generation log)" in each for each in told
    )
    for name in ("card.md", "card.html"):
        page = (dataset.folder / name).read_text("utf-8")
        assert "nearly a text that the brand&#39;s model wrote" in page.replace("'", "&#39;")


def test_a_post_from_before_it_was_generated_stays_and_its_repetition_goes(
    brand, rows, config, workspace, log, dropped
):
    """The model repeats the brand, and the brand publishes that."""
    posts = rows()
    old = posts[5]
    when = datetime.fromisoformat(posts[30]["created_at"]).replace(tzinfo=UTC)
    log(wrote(old["text"], when))
    again = old | {"id": "again", "created_at": (when + timedelta(days=2)).isoformat()}
    dataset = build(brand("velo", [*posts, again]), [], config, workspace)
    assert dropped(dataset) == {"velo/posts.jsonl#46": "in_generation_log"}


def test_a_reference_brand_s_log_is_its_own(brand, rows, config, workspace, log):
    text = rows("mutuelle")[3]["text"]
    own, other = brand("velo", rows()), brand("mutuelle", rows("mutuelle"))
    log(wrote(text))
    assert text in build(own, [other], config, workspace).references["mutuelle"]
    log(wrote(text), brand="mutuelle")
    dataset = build(own, [other], config, workspace)
    assert text not in dataset.references["mutuelle"]
    assert dataset.card["dropped"] == {}


# The fingerprint


def test_a_log_that_changes_nothing_changes_no_fingerprint(brand, rows, config, workspace, log):
    velo = brand("velo", rows())
    without = build(velo, [], config, workspace)
    path = workspace.generation_log("velo")
    path.parent.mkdir(parents=True)
    path.write_text("")
    assert build(velo, [], config, workspace).reused
    log(wrote("Un tout autre texte que personne n'a jamais publié nulle part"))
    log(wrote(rows()[3]["text"], datetime.now(UTC)))
    again = build(velo, [], config, workspace)
    assert again.reused and again.fingerprint == without.fingerprint


def test_each_post_that_the_log_takes_changes_the_fingerprint(brand, rows, config, workspace, log):
    velo = brand("velo", rows())
    seen = [build(velo, [], config, workspace).fingerprint]
    for row in rows()[3:5]:
        log(wrote(row["text"]))
        seen.append(build(velo, [], config, workspace).fingerprint)
        assert build(velo, [], config, workspace).reused
    assert len(set(seen)) == 3


def test_sources_are_read_again_only_where_the_log_or_they_have_changed(
    brand, rows, workspace, log, monkeypatch, tmp_path
):
    read = []

    class Counting(Ingest):
        def __iter__(self):
            read.append(self.brand.name)
            return super().__iter__()

    monkeypatch.setattr(module, "Ingest", Counting)

    def find(posts):
        velo = brand("velo", posts)
        return published(
            velo, tmp_path, workspace.built / "velo", workspace.generation_log("velo").parent
        )

    posts = rows()
    assert find(posts).reasons == {} and read == []
    log(wrote(posts[3]["text"]))
    assert list(find(posts).reasons) == ["velo/posts.jsonl#4"] and len(read) == 1
    # Written today, and the newest post is older: it can be none of these.
    log(wrote(posts[7]["text"], datetime.now(UTC)))
    assert list(find(posts).reasons) == ["velo/posts.jsonl#4"] and len(read) == 1
    log(wrote(posts[7]["text"]))
    assert len(find(posts).reasons) == 2 and len(read) == 2
    assert len(find(posts[:5]).reasons) == 1 and len(read) == 3
    kept = workspace.built / "velo" / ".generated.json"
    for damage in ("{", "[]", json.dumps({"sources": "x"})):
        kept.write_text(damage)
        assert len(find(posts[:5]).reasons) == 1
    assert len(read) == 6
