"""A built dataset accounts for every post, loads as it was written, or does not exist."""

import dataclasses
import json
import shutil
import threading
from collections import Counter

import pytest

from smm_voice.config import SourceConfig
from smm_voice.dataset import build as build_module
from smm_voice.dataset.build import build, load
from smm_voice.dataset.splits import SPLITS
from smm_voice.errors import InputError

ENGLISH = "The {} will leave the harbour early"
BOATS = ("ferry", "trawler", "tugboat", "kayak", "yacht", "dinghy", "canoe", "raft")


def left_in(workspace):
    return sorted(p.name for p in workspace.built.glob("*/*") if p.name != ".lock")


def test_every_row_read_is_kept_or_counted_with_its_reason(
    brand, rows, config, workspace, kept, dropped
):
    posts = rows()
    text, when = posts[0]["text"], posts[0]["created_at"]
    broken = [
        {"text": "", "created_at": when},
        {"text": text, "created_at": "never"},
        {"text": "@client merci pour ce joli message", "created_at": when},
        {"text": "RT @ville: nos pistes sont ouvertes", "created_at": when},
        {"text": text + " ", "created_at": "2025-12-30"},
        {"text": text + " Vite", "created_at": "2025-12-31"},
        {"text": "Oui !", "created_at": when},
        {"text": posts[1]["text"], "created_at": when, "provenance": "generated"},
        {"text": "We will open the hatch of the station early this morning.", "created_at": when},
    ]
    reasons = ["no_text", "no_time", "reply", "repost", "exact_duplicate", "near_duplicate",
               "too_short", "generated", "other_language"]  # fmt: skip
    dataset = build(brand("velo", posts + broken), [], config, workspace)
    card = dataset.card
    assert card["read"] == 54 == card["kept"] + sum(card["dropped"].values())
    assert card["dropped"] == dict.fromkeys(reasons, 1)
    sources = [f"velo/posts.jsonl#{row}" for row in range(46, 55)]
    assert dropped(dataset) == dict(zip(sources, reasons, strict=True))
    assert {e.post.source for e in kept(dataset)} == {
        f"velo/posts.jsonl#{row}" for row in range(1, 46)
    }
    assert sum(sum(counts.values()) for counts in card["splits"].values()) == card["kept"]
    (source,) = card["sources"]
    assert (source["format"], source["rows"], source["posts"]) == ("jsonl", 54, 52)


def test_the_folder_holds_exactly_these_files(brand, rows, config, workspace):
    dataset = build(brand("velo", rows()), [], config, workspace)
    assert {path.name for path in dataset.folder.iterdir()} == {
        *(f"{split}.jsonl" for split in SPLITS),
        *("references.jsonl", "dropped.jsonl", "card.json", "card.md", "card.html"),
    }
    assert left_in(workspace) == [dataset.fingerprint]


def test_the_card_is_readable_by_people_and_hides_nothing(brand, rows, config, workspace):
    odd = {"text": "Un vélo <b>tout</b> neuf & beau", "created_at": "2024-01-01", "platform": "a|b"}
    velo = dataclasses.replace(
        brand("velo", [*rows(), odd, {"text": "Oui !"}]), display_name="<i>Vélo</i> & Cie"
    )
    dataset = build(velo, [], config, workspace)
    markdown = (dataset.folder / "card.md").read_text(encoding="utf-8")
    page = (dataset.folder / "card.html").read_text(encoding="utf-8")
    assert "| no_time | 1 |" in markdown and "a\\|b" in markdown
    assert "&lt;i&gt;Vélo&lt;/i&gt; &amp; Cie" in page and "<i>Vélo" not in page
    for whole in (markdown, page):
        assert dataset.fingerprint in whole and "no time of publication" in whole
    assert "http" not in page.replace("http://www.w3.org", "")


def test_splits_are_in_order_of_time_whatever_the_order_of_the_file(
    brand, rows, config, workspace, content
):
    dataset = build(brand("velo", rows()[::-1]), [], config, workspace)
    times = [e.post.created_at for split in SPLITS for e in dataset.splits[split]]
    assert times == sorted(times) and len(times) == 45
    first = dataset.splits["test"][0].post.created_at.isoformat()
    assert dataset.card["test_from"] == {"fr": first}


def test_each_language_is_split_in_time_by_itself(brand, rows, config, workspace):
    english = [
        {"text": ENGLISH.format(boat), "created_at": f"2020-02-{n + 1:02}"}
        for n, boat in enumerate(BOATS)
    ]
    dataset = build(brand("mixed", rows() + english, ["fr", "en"]), [], config, workspace)
    assert set(dataset.card["splits"]) == {"en", "fr"}
    for language in ("en", "fr"):
        latest = None
        for split in SPLITS:
            times = [
                e.post.created_at for e in dataset.splits[split] if e.post.language == language
            ]
            assert times == sorted(times)
            assert not (latest and times) or latest < times[0]
            latest = max([*times, *([latest] if latest else [])], default=None)


def test_unicode_and_html_survive_the_round_trip(brand, rows, config, workspace, kept):
    hard = "<script>alert(1)</script> & “tout” est là, promis 👩🏽\u200d🚀 مرحبا a\u2009b\t=1+1 ?"
    odd = {"text": hard, "created_at": "2024-01-01", "language": "fr", "id": "@cmd|'x"}
    dataset = build(brand("velo", [*rows(), odd]), [], config, workspace)
    (example,) = [e for e in kept(dataset) if e.id == "@cmd|'x"]
    assert example.text == example.post.text == hard


def test_lone_surrogates_in_any_field_do_not_end_the_build(
    brand, rows, config, workspace, kept, caplog
):
    odd = {"text": "Un vélo tout neuf \ud83d ce matin chez nous", "created_at": "2024-01-01"}
    odd |= dict.fromkeys(("id", "account", "author", "url", "campaign", "platform"), "a\ud83d")
    odd |= {"language": "fr", "links": ["\ud83d"], "alt_texts": ["un \ud83d vélo"]}
    foreign = {"text": "Un vélo arrive demain matin", "created_at": "2024-01-01", "lang": "\ud83d"}
    dataset = build(brand("velo", [*rows(), odd, foreign]), [], config, workspace)
    assert dataset.card["read"] == 47 == dataset.card["kept"]
    (example,) = [e for e in kept(dataset) if e.id == "a\ud83d"]
    assert (example.post.account, example.post.links) == ("a\ud83d", ("\ud83d",))
    # Nothing out of an export reaches a terminal as it stands.
    assert "a\\ud83d (1)" in caplog.text


def test_links_are_placeholders_in_the_target_only(brand, rows, config, workspace):
    posts = rows()
    posts[0]["text"] += " https://velo.example/a"
    first = build(brand("velo", posts), [], config, workspace).splits["train"][0]
    assert first.text.endswith(" [link]") and first.post.text.endswith("https://velo.example/a")
    assert "velo.example" not in first.brief


def test_of_posts_with_one_id_the_longest_text_stays(
    brand, rows, config, workspace, write, kept, dropped
):
    short = [row | {"text": row["text"][:-3]} for row in rows()[:5]]
    long = [row | {"text": row["text"] + " Et plus"} for row in rows()[5:8]]
    other = [rows()[9] | {"platform": "linkedin", "text": "Un vélo neuf vous attend ce matin"}]
    velo = brand("velo", rows())
    write("raw/velo/zz_again.jsonl", short + long + other)
    dataset = build(velo, [], config, workspace)
    assert dataset.card["dropped"] == {"repeated_id": 8}
    left_out = dropped(dataset)
    assert {s for s in left_out if "zz_again" in s} == {
        f"velo/zz_again.jsonl#{row}" for row in range(1, 6)
    }
    assert {s for s in left_out if "posts" in s} == {
        f"velo/posts.jsonl#{row}" for row in range(6, 9)
    }
    assert sum(e.post.text.endswith("Et plus") for e in kept(dataset)) == 3


@pytest.mark.parametrize("path", ["raw/{}/posts.jsonl", "raw/{}/data"])
def test_two_sources_of_one_name_are_two_sources(
    brand, rows, config, workspace, write, dropped, path
):
    """Posts without an id are called by their row; the same row of two files is two posts."""
    years = {"2024": rows(), "2025": rows("boulangerie")}
    for year, posts in years.items():
        bare = [{k: v for k, v in row.items() if k != "id"} for row in posts]
        write(f"raw/{year}/posts.jsonl", bare)
        write(f"raw/{year}/data/posts.jsonl", bare)
    sources = [SourceConfig(path=path.format(year)) for year in years]
    velo = dataclasses.replace(brand("velo", []), sources=sources)
    dataset = build(velo, [], config, workspace)
    assert (dataset.card["kept"], dropped(dataset)) == (90, {})
    assert len({e.post.source for split in SPLITS for e in dataset.splits[split]}) == 90


def test_a_post_published_on_two_platforms_counts_once_the_earlier_one(
    brand, rows, config, workspace, kept
):
    later = [
        row | {"platform": "facebook", "created_at": row["created_at"].replace("2024", "2026")}
        for row in rows()[:4]
    ]
    dataset = build(brand("velo", later + rows()), [], config, workspace)
    assert dataset.card["dropped"] == {"exact_duplicate": 4}
    assert not [e for e in kept(dataset) if e.post.platform == "facebook"]


def test_one_of_several_accounts_is_picked(brand, rows, config, workspace, kept):
    posts = [
        row | {"account": ("Velo", "@VELO", "ville")[number % 3]}
        for number, row in enumerate(rows() + rows("boulangerie"))
    ]
    velo = brand("velo", posts, source={"account": "@velo"})
    dataset = build(velo, [], config, workspace)
    assert dataset.card["dropped"] == {"other_account": 30} and dataset.card["kept"] == 60
    assert {e.post.account for e in kept(dataset)} == {"Velo", "VELO"}
    (source,) = dataset.card["sources"]
    assert source["accounts"] == {"Velo": 30, "VELO": 30}


def test_reference_posts_count_whatever_region_the_brand_names(brand, rows, config, workspace):
    other = brand("mutuelle", rows("mutuelle"))
    dataset = build(brand("velo", rows(), ["fr-CA"]), [other], config, workspace)
    told = dataset.card["references"]["mutuelle"]
    assert told["kept"] == len(dataset.references["mutuelle"]) > 30


def test_what_the_brand_posted_too_is_no_reference_and_is_reported(
    brand, rows, config, workspace, posts
):
    own = rows()
    shared = [own[2] | {"id": "a"}, own[7] | {"id": "b", "text": own[7]["text"] + " Vite"}]
    foreign = [{"text": "We will open the hatch of the station today", "created_at": "2024-01-01"}]
    reference = brand("mutuelle", rows("mutuelle") + shared + foreign, ["fr", "en"])
    dataset = build(brand("velo", own), [reference], config, workspace)
    assert dataset.card["references"]["mutuelle"] == {
        "kept": 45, "dropped": 1, "shared": 2, "privacy": {},
    }  # fmt: skip
    assert dataset.card["kept"] == 45
    texts = dataset.references["mutuelle"]
    assert len(texts) == 45
    assert not {own[2]["text"], own[7]["text"] + " Vite", foreign[0]["text"]} & set(texts)


def test_too_few_posts_shows_the_reasons_and_leaves_nothing(brand, rows, config, workspace):
    posts = rows()[:12] + [{"text": "Oui !", "created_at": "2024-01-01"}] * 3
    with pytest.raises(InputError) as caught:
        build(brand("velo", posts), [], config, workspace)
    message = str(caught.value)
    assert "brand velo: 12 usable posts, 30 are needed" in message
    assert "3  too_short: too few words" in message and "dataset.include_replies" in message
    assert left_in(workspace) == []


def test_posts_that_all_have_one_time_cannot_be_split(brand, rows, config, workspace):
    posts = [row | {"created_at": "2024-01-01"} for row in rows()]
    with pytest.raises(InputError, match="no post is left for the .* split"):
        build(brand("velo", posts), [], config, workspace)
    assert left_in(workspace) == []


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
@pytest.mark.parametrize("step", ["markdown", "card"])
def test_a_build_that_dies_leaves_no_dataset(
    brand, rows, config, workspace, monkeypatch, step, error
):
    velo = brand("velo", rows())

    def die(*_):
        raise error("in the middle")

    with monkeypatch.context() as patch:
        patch.setattr(build_module.cards, step, die)
        with pytest.raises(error):
            build(velo, [], config, workspace)
    assert left_in(workspace) == []
    assert not build(velo, [], config, workspace).reused


def test_leftovers_of_a_killed_build_neither_load_nor_stay(brand, rows, config, workspace):
    left = workspace.built / "velo" / ".building-dead"
    left.mkdir(parents=True)
    (left / "train.jsonl").write_text("")
    with pytest.raises(FileNotFoundError):
        load(left)
    dataset = build(brand("velo", rows()), [], config, workspace)
    assert left_in(workspace) == [dataset.fingerprint]


def test_a_folder_without_its_card_is_built_again(brand, rows, config, workspace):
    velo = brand("velo", rows())
    folder = build(velo, [], config, workspace).folder
    (folder / "card.json").unlink()
    assert not build(velo, [], config, workspace).reused
    assert (folder / "card.json").exists()


def test_two_builds_give_the_same_bytes(brand, rows, config, workspace, content):
    velo, other = brand("velo", rows()), brand("mutuelle", rows("mutuelle"))
    first = build(velo, [other], config, workspace)
    before = content(first)
    shutil.rmtree(first.folder)
    assert content(build(velo, [other], config, workspace)) == before
    assert len(before) == 6 and all(before[f"{split}.jsonl"] for split in SPLITS)


def test_of_two_builds_at_once_one_waits_and_takes_what_the_other_built(
    brand, rows, config, workspace
):
    velo = brand("velo", rows())
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(build(velo, [], config, workspace)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(dataset.reused for dataset in found) == {True: 1, False: 1}
    assert left_in(workspace) == [found[0].fingerprint]


def test_briefs_by_a_model_need_one_and_take_its_words(brand, rows, config, workspace):
    velo = brand("velo", rows())
    by_model = dataclasses.replace(config, briefs="models/writer")
    with pytest.raises(InputError, match="run scripts/build_dataset.py"):
        build(velo, [], by_model, workspace)

    def writer(posts):
        return ["pédales neuves" if n % 2 else None for n, _ in enumerate(posts)]

    dataset = build(velo, [], by_model, workspace, writer)
    briefs = [e.brief.splitlines()[0] for split in SPLITS for e in dataset.splits[split]]
    assert briefs.count("Sujet: pédales neuves") == 22
    assert build(velo, [], by_model, workspace).reused


def test_a_topic_that_is_a_stretch_of_the_post_is_not_taken(brand, rows, config, workspace, kept):
    def copier(posts):
        return [" ".join(post.text.split()[:9]) for post in posts]

    velo, by_model = brand("velo", rows()), dataclasses.replace(config, briefs="models/copier")
    for example in kept(build(velo, [], by_model, workspace, copier)):
        assert " ".join(example.post.text.split()[:9]) not in example.brief


def test_a_split_reads_as_it_was_written(brand, rows, config, workspace):
    dataset = build(brand("velo", rows()), [], config, workspace)
    for split in SPLITS:
        lines = (dataset.folder / f"{split}.jsonl").read_bytes()
        assert b"".join(e.as_line() for e in dataset.splits[split]) == lines
        assert [json.loads(line)["id"] for line in lines.splitlines()] == [
            e.id for e in dataset.splits[split]
        ]
