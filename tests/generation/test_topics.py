"""Topics that a model names: one a post, none that hands over its wording, built once."""

import dataclasses
import json
import shutil
from datetime import UTC, datetime

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from smm_voice.dataset import briefs
from smm_voice.dataset.example import Example
from smm_voice.generation import topics
from smm_voice.posts.post import Post

WORDS = ("crater", "harbour", "violin", "lantern", "meadow", "glacier", "orchard", "compass")


@pytest.fixture(scope="module")
def wordy_folder(tiny_folder, tmp_path_factory):
    """The tiny model with a dozen whole words, which it likes better than single bytes."""
    tokenizer = AutoTokenizer.from_pretrained(tiny_folder)
    model = AutoModelForCausalLM.from_pretrained(tiny_folder)
    bytes_alone = len(tokenizer)
    tokenizer.add_tokens([f" {word}" for word in WORDS])
    model.resize_token_embeddings(len(tokenizer), mean_resizing=False)
    with torch.no_grad():
        table = model.get_input_embeddings().weight
        generator = torch.Generator().manual_seed(1)
        words = torch.randn((len(WORDS), table.shape[1]), generator=generator)
        length = table[:bytes_alone].norm(dim=1).mean() * 4
        table[bytes_alone:] = words / words.norm(dim=1, keepdim=True) * length
        for layer in model.model.layers:  # or all posts would be answered alike
            layer.self_attn.o_proj.weight *= 100
    folder = tmp_path_factory.mktemp("wordy")
    tokenizer.save_pretrained(folder)
    model.save_pretrained(folder)
    return folder


@pytest.fixture
def wordy(wordy_folder):
    """(model, tokenizer)."""
    model = AutoModelForCausalLM.from_pretrained(wordy_folder).eval()
    return model, AutoTokenizer.from_pretrained(wordy_folder)


def post(text, post_id="1", language="en"):
    return Post(post_id, text, "x", datetime(2024, 1, 1, tzinfo=UTC), "s", language=language)


@pytest.fixture(scope="module")
def some(posts):
    shortest = sorted({text for text, _ in posts}, key=len)[:12]
    return [post(text, str(number)) for number, text in enumerate(shortest)]


def test_each_post_has_one_topic_or_none_whatever_its_batch(wordy, some):
    named = topics.name_topics(*wordy, some, 8)
    assert len(named) == len(some)
    assert topics.name_topics(*wordy, some[::-1], 3) == named[::-1]
    assert topics.name_topics(*wordy, [], 8) == []
    given = [topic for topic in named if topic]
    assert len(set(given)) > 3
    assert {word for topic in given for word in topic.split()} & set(WORDS)
    assert all(1 < len(topic.split()) <= 12 for topic in given)


def test_a_model_that_writes_no_words_names_nothing(tiny, some):
    _, model, tokenizer = tiny
    assert topics.name_topics(model.eval(), tokenizer, some[:3], 8) == [None] * 3


@pytest.mark.parametrize(
    ("answer", "topic"),
    [
        ("", None),
        (" \n\n", None),
        ("Launch", None),
        ("Topic:", None),
        ("\n  Topic: the new crater \nand more", "the new crater"),
        ("sujet : « la rentrée à vélo »", "la rentrée à vélo"),
        ('"**The new crater.**"', "The new crater"),
        (" ".join("abcdefghijklmnop"), " ".join("abcdefghijkl")),
    ],
)
def test_of_an_answer_one_line_without_frills_is_taken(answer, topic):
    assert topics._usable(answer) == topic


def test_a_post_is_asked_about_in_its_language_and_without_addresses():
    french = topics._question(post("La piste ouvre https://example.org/x", language="fr"))
    assert french.startswith("Dis en huit mots") and french.endswith("La piste ouvre [link]")
    for language in ("en", "de", None):
        assert topics._question(post("a", language=language)).startswith("Say in at most")


TEXT = (
    "Three lanterns light the old harbour tonight while a violin plays for everybody who "
    "walked down from the meadow"
)


@pytest.mark.parametrize(
    "topic",
    [
        "Three lanterns light the old harbour tonight while a violin plays for everybody",
        "a violin plays for everybody who walked down from the meadow",
        "the old harbour tonight",
    ],
)
@pytest.mark.parametrize("terse", [0.0, 1.0])
@pytest.mark.parametrize("most", [0.01, 0.1, 0.25])
def test_no_topic_hands_over_more_of_the_wording_than_allowed(dataset_config, topic, terse, most):
    config = dataclasses.replace(dataset_config, terse_share=terse, maximum_overlap=most)
    example = Example.from_post(post(TEXT), config, topic)
    assert example.overlap == round(briefs.overlap(example.brief, example.text), 4)
    assert example.overlap <= most
    assert example.brief.startswith("Topic: ")


def test_a_topic_in_words_of_its_own_is_taken_whole(dataset_config):
    config = dataclasses.replace(dataset_config, terse_share=0.0)
    example = Example.from_post(post(TEXT), config, "an evening concert at the seaside")
    assert example.brief.startswith("Topic: an evening concert at the seaside\n")


# The whole way


@pytest.fixture(scope="module")
def brands(small_brand, tmp_path_factory):
    """The small brand with its sixty shortest posts: a model is slow to read long ones."""
    folder = tmp_path_factory.mktemp("brands")
    shutil.copytree(small_brand / "brand", folder / "brand")
    lines = (small_brand / "small.jsonl").read_text("utf-8").splitlines()
    shortest = sorted(lines, key=len)[:60]
    (folder / "small.jsonl").write_text("\n".join(shortest), encoding="utf-8")
    path = folder / "brand" / "small.yaml"
    brand = json.loads(path.read_text("utf-8"))
    brand["sources"] = [{"path": str(folder / "small.jsonl")}]
    path.write_text(json.dumps(brand), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def named(run_script, brands, tmp_path_factory, wordy_folder):
    """Run a script on the small brand with topics named by the model; its workspace."""
    workspace = tmp_path_factory.mktemp("ws")

    def run(script, *more, workspace=workspace, briefs=wordy_folder):
        return run_script(
            f"scripts/{script}.py", "--config-dir", brands, "brand=small",
            f"workspace={workspace}", f"dataset.briefs={briefs}", *more,
        )  # fmt: skip

    return run, workspace


@pytest.fixture(scope="module")
def texts(tmp_path_factory, posts):
    """A file of texts to score."""
    path = tmp_path_factory.mktemp("texts") / "texts.jsonl"
    rows = [json.dumps({"text": text}) for text, _ in posts[:12]]
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def examples_in(workspace):
    return {
        row["id"]: row
        for split in ("train", "validation", "calibration", "test")
        for path in (workspace / "data" / "built" / "small").glob(f"*/{split}.jsonl")
        for row in map(json.loads, path.read_text("utf-8").splitlines())
    }


def test_what_is_not_built_yet_is_refused_by_a_command_without_a_model(named, texts):
    run, workspace = named
    ended = run("score", f"texts={texts}")
    assert ended.status == 2
    assert "briefs are written by a model and it is not built yet" in ended.errors
    assert "run scripts/build_dataset.py with the same settings first" in ended.errors
    assert not list(workspace.rglob("card.json"))


def test_topics_named_once_stand_in_every_split_and_overlap_little(
    named, texts, tmp_path, wordy_folder, monkeypatch
):
    run, workspace = named
    ended = run("build_dataset")
    assert ended.status == 0, ended.errors
    rows = examples_in(workspace)
    derived = run("build_dataset", workspace=tmp_path, briefs="derived")
    assert derived.status == 0, derived.errors
    by_rules = examples_in(tmp_path)
    assert rows.keys() == by_rules.keys() and len(rows) > 40
    assert all(rows[key]["text"] == by_rules[key]["text"] for key in rows)
    changed = [key for key in rows if rows[key]["brief"] != by_rules[key]["brief"]]
    assert len(changed) > 0.8 * len(rows)
    said = {row["brief"].split("\n")[0] for row in rows.values()}
    assert sum(any(word in topic for word in WORDS) for topic in said) > 3
    (card,) = (workspace / "data" / "built" / "small").glob("*/card.json")
    told = json.loads(card.read_text("utf-8"))["briefs"]
    assert told["writer"] == str(wordy_folder)
    assert told["overlap_largest"] == max(row["overlap"] for row in rows.values())
    assert told["overlap_largest"] <= told["overlap_limit"] == 0.25
    for row in rows.values():
        assert row["overlap"] == round(briefs.overlap(row["brief"], row["text"]), 4)

    def no_model(*_):
        raise AssertionError("the model is asked again")

    monkeypatch.setattr(topics, "name_topics", no_model)
    for ended in (run("build_dataset"), run("score", f"texts={texts}")):
        assert ended.status == 0, ended.errors
    assert examples_in(workspace) == rows
