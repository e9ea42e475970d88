"""A built dataset accounts for every post, loads as it was written, or does not exist."""

import json
from collections import Counter

import pytest

from smm_voice.dataset import build as build_module
from smm_voice.dataset.build import build, load
from smm_voice.dataset.splits import SPLITS
from smm_voice.errors import InputError


def left_in(workspace):
    return sorted(p.name for p in workspace.built.glob("*/*") if p.name != ".lock")


def test_every_row_read_is_kept_or_counted_with_its_reason(brand, rows, config, workspace):
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
    card = build(brand("velo", posts + broken), [], config, workspace).card
    assert card["read"] == 54 == card["kept"] + sum(card["dropped"].values())
    assert Counter(card["dropped"]) == Counter(
        ["no_text", "no_time", "reply", "repost", "exact_duplicate", "near_duplicate"]
        + ["too_short", "generated", "other_language"]
    )
    assert sum(sum(counts.values()) for counts in card["splits"].values()) == card["kept"]
    folder = workspace.built / "velo" / card["fingerprint"]
    dropped = [json.loads(line) for line in (folder / "dropped.jsonl").open(encoding="utf-8")]
    assert Counter(row["reason"] for row in dropped) == card["dropped"]


def test_the_folder_holds_exactly_these_files(brand, rows, config, workspace):
    dataset = build(brand("velo", rows()), [], config, workspace)
    assert {path.name for path in dataset.folder.iterdir()} == {
        *(f"{split}.jsonl" for split in SPLITS),
        *("references.jsonl", "dropped.jsonl", "card.json", "card.md"),
    }
    assert left_in(workspace) == [dataset.fingerprint]


def test_each_language_is_split_in_time_by_itself(brand, rows, config, workspace):
    boats = ("ferry", "trawler", "tugboat", "kayak", "yacht", "dinghy", "canoe", "raft")
    english = [
        {"text": f"The {word} will leave the harbour early", "created_at": f"2020-02-{n + 1:02}"}
        for n, word in enumerate(boats)
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


def test_unicode_and_html_survive_the_round_trip(brand, rows, config, workspace):
    hard = "<script>alert(1)</script> & “tout” est là, promis 👩🏽\u200d🚀 مرحبا a\u2009b\t=1+1 ?"
    odd = {"text": hard, "created_at": "2024-01-01", "language": "fr", "id": "=cmd|'x'"}
    dataset = build(brand("velo", [*rows(), odd]), [], config, workspace)
    (example,) = [e for split in SPLITS for e in dataset.splits[split] if e.id == "=cmd|'x'"]
    assert example.text == example.post.text == hard


def test_lone_surrogates_in_any_field_do_not_end_the_build(brand, rows, config, workspace):
    odd = {"text": "Un vélo tout neuf \ud83d ce matin chez nous", "created_at": "2024-01-01"}
    odd |= {"id": "\ud83d", "account": "\udc00", "url": "\ud83d", "language": "fr"}
    foreign = {"text": "Un vélo arrive demain matin", "created_at": "2024-01-01", "lang": "\ud83d"}
    dataset = build(brand("velo", [*rows(), odd, foreign]), [], config, workspace)
    assert dataset.card["read"] == 47


def test_links_are_placeholders_in_the_target_only(brand, rows, config, workspace):
    posts = rows()
    posts[0]["text"] += " https://velo.example/a"
    first = build(brand("velo", posts), [], config, workspace).splits["train"][0]
    assert first.text.endswith(" [link]") and first.post.text.endswith("https://velo.example/a")
    assert "velo.example" not in first.brief


def test_reference_posts_count_whatever_region_the_brand_names(brand, rows, config, workspace):
    other = brand("mutuelle", rows("mutuelle"))
    dataset = build(brand("velo", rows(), ["fr-CA"]), [other], config, workspace)
    kept = dataset.card["references"]["mutuelle"]["kept"]
    assert kept == len(dataset.references.get("mutuelle", [])) > 30


def test_too_few_posts_shows_the_reasons_and_leaves_nothing(brand, rows, config, workspace):
    posts = rows()[:12] + [{"text": "Oui !", "created_at": "2024-01-01"}] * 3
    with pytest.raises(InputError) as caught:
        build(brand("velo", posts), [], config, workspace)
    message = str(caught.value)
    assert "brand velo: 12 usable posts, 30 are needed" in message
    assert "3  too_short" in message and "dataset.include_replies" in message
    assert left_in(workspace) == []


def test_an_empty_export_has_too_few_posts_not_a_crash(brand, config, workspace, tmp_path):
    empty = brand("velo", [])
    (tmp_path / "raw/velo/posts.jsonl").unlink()
    (tmp_path / "raw/velo/tweets.js").write_text("window.YTD.tweets.part0 = []")
    with pytest.raises(InputError, match="0 usable posts.*\n.*the sources hold no more"):
        build(empty, [], config, workspace)


def test_posts_that_all_have_one_time_cannot_be_split(brand, rows, config, workspace):
    posts = [row | {"created_at": "2024-01-01"} for row in rows()]
    with pytest.raises(InputError):
        build(brand("velo", posts), [], config, workspace)
    assert left_in(workspace) == []


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_a_build_that_dies_leaves_no_dataset(brand, rows, config, workspace, monkeypatch, error):
    velo = brand("velo", rows())

    def die(*_):
        raise error("in the middle")

    with monkeypatch.context() as patch:
        patch.setattr(build_module, "card_markdown", die)
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
