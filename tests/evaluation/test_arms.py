"""Answers are made once and kept; anything that would change them makes them again."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smm_voice.config import GenerationConfig
from smm_voice.dataset.build import Dataset
from smm_voice.dataset.example import Example
from smm_voice.dataset.splits import SPLITS
from smm_voice.errors import InputError
from smm_voice.evaluation import arms
from smm_voice.evaluation.kept import Kept
from smm_voice.evaluation.reference import prompt_set
from smm_voice.evaluation.spread import spread
from smm_voice.generation.generate import Answer
from smm_voice.posts.post import Post

DECODING = GenerationConfig(
    temperature=0.8, top_p=0.9, top_k=50, maximum_new_tokens=60, batch_size=8, shots=2, seed=0
)


def example(number: int, language: str = "en") -> Example:
    when = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number)
    post = Post(f"id-{number}", f"Post {number}", "x", when, "here", language=language)
    return Example(post.id, f"Topic: {number}", post.text, post)


EXAMPLES = [example(i) for i in range(4)]


class Writer:
    """Answers every request and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, requests):
        self.asked += [request.key for request in requests]
        for at, r in enumerate(requests):
            yield at, Answer(f"Answer to {r.messages[-1]['content']}", finished=r.key != "id-1")


@pytest.fixture
def answer(tmp_path):
    def run(examples=EXAMPLES, arm="base", model="m1", config=DECODING, guide=None, title="Acme"):
        writer = Writer()
        asked = arms.requests(arm, examples, title, guide, [("Topic: shown", "Shown")])
        write = Kept(tmp_path / "kept").generating(writer, model, config)
        items = arms.answer(arm, examples, asked, write, tmp_path)
        return writer.asked, items

    return run


def rows_of(folder: Path, arm: str = "base") -> list[dict]:
    lines = (folder / "rows" / f"{arm}.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def test_answers_are_kept_as_json_lines(answer, tmp_path):
    _, items = answer()
    rows = rows_of(tmp_path)
    assert [row["id"] for row in rows] == ["id-0", "id-1", "id-2", "id-3"]
    assert {row["arm"] for row in rows} == {"base"}
    assert rows[2]["brief"] == "Topic: 2"
    assert rows[2]["text"] == "Answer to Topic: 2"
    assert [row["finished"] for row in rows] == [True, False, True, True]
    assert [path.name for path in (tmp_path / "rows").iterdir()] == ["base.jsonl"]
    assert [(i.id, i.brief, i.finished) for i in items[:2]] == [
        ("id-0", "Topic: 0", True),
        ("id-1", "Topic: 1", False),
    ]
    assert items[0].when == EXAMPLES[0].post.created_at


def test_only_the_missing_answers_are_made(answer):
    assert answer(EXAMPLES[:2])[0] == ["id-0", "id-1"]
    asked, items = answer()
    assert asked == ["id-2", "id-3"]
    assert [item.text for item in items] == [f"Answer to Topic: {i}" for i in range(4)]
    assert answer()[0] == []


def test_kept_answers_come_back_as_they_were(answer):
    assert answer()[1] == answer()[1]


def test_the_batch_size_changes_nothing(answer):
    answer()
    assert answer(config=dataclasses.replace(DECODING, batch_size=1))[0] == []


@pytest.mark.parametrize(
    "change",
    [
        {"model": "m2"},
        {"title": "Acme & Sons"},
        {"config": dataclasses.replace(DECODING, temperature=0.7)},
        {"config": dataclasses.replace(DECODING, top_k=1)},
        {"config": dataclasses.replace(DECODING, maximum_new_tokens=61)},
        {"config": dataclasses.replace(DECODING, seed=1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_another_model_prompt_or_decoding_is_answered_again(answer, change):
    answer()
    assert answer(**change)[0] == ["id-0", "id-1", "id-2", "id-3"]


def test_a_changed_brief_alone_is_answered_again(answer):
    answer()
    changed = dataclasses.replace(EXAMPLES[1], brief="Topic: other")
    asked, items = answer([EXAMPLES[0], changed, *EXAMPLES[2:]])
    assert asked == ["id-1"]
    assert items[1].text == "Answer to Topic: other"


def test_the_style_guide_is_told_to_the_prompted_arm_only(answer):
    answer(arm="base")
    assert answer(arm="base", guide="Be warm.")[0] == []
    answer(arm="prompted")
    assert len(answer(arm="prompted", guide="Be warm.")[0]) == 4


def test_all_arms_are_asked_the_same_briefs_with_the_same_random_numbers():
    base, prompted = (
        arms.requests(arm, EXAMPLES, "Acme", "Be warm.", [("Topic: shown", "Shown")])
        for arm in ("base", "prompted")
    )
    assert [r.key for r in base] == [r.key for r in prompted] == [e.id for e in EXAMPLES]
    assert [r.messages[-1] for r in base] == [r.messages[-1] for r in prompted]
    assert not any("warm" in str(r.messages) or "Shown" in str(r.messages) for r in base)
    assert all("warm" in str(r.messages) and "Shown" in str(r.messages) for r in prompted)


@pytest.mark.parametrize(
    "text", ["a\u2028b", "a\u0085b\x0cc", 'quote " \\ \n end', "\ud800 alone", "🚀\u200d"]
)
def test_odd_characters_of_an_answer_survive_being_kept(text, tmp_path):
    asked = arms.requests("base", EXAMPLES[:1], "Acme", None, ())
    for writer in (lambda requests: [(0, Answer(text, True))], forbidden):
        write = Kept(tmp_path / "kept").generating(writer, "m1", DECODING)
        items = arms.answer("base", EXAMPLES[:1], asked, write, tmp_path)
        assert items[0].text == text


def forbidden(requests):
    raise AssertionError(f"asked again: {requests}")


def test_a_file_that_is_being_written_never_stands_half(answer, tmp_path, monkeypatch):
    answer(EXAMPLES[:2])
    before = rows_of(tmp_path)
    monkeypatch.setattr(arms.json, "dumps", fails_on_second_row(json.dumps))
    with pytest.raises(RuntimeError):
        answer()
    monkeypatch.undo()
    assert rows_of(tmp_path) == before


@pytest.mark.parametrize(
    ("given", "ordered"),
    [
        (["candidate", "v3", "champion", "base", "human"],
         ["human", "base", "champion", "v3", "candidate"]),
        (["prompted", "v3", "v12", "floor"], ["floor", "prompted", "v12", "v3"]),
    ],
)  # fmt: skip
def test_arms_stand_from_the_ceiling_down_and_the_candidate_last(given, ordered):
    assert arms.in_order(given) == ordered


def fails_on_second_row(genuine):
    rows = []

    def dumps(value, **settings):
        if isinstance(value, dict) and "text" in value:
            rows.append(value)
            if len(rows) == 2:
                raise RuntimeError("the disk is full")
        return genuine(value, **settings)

    return dumps


@pytest.fixture
def dataset_with(tmp_path):
    def make(**splits: list[Example]) -> Dataset:
        for split in SPLITS:
            lines = [each.as_line() for each in splits.get(split, [])]
            (tmp_path / f"{split}.jsonl").write_bytes(b"".join(lines))
        return Dataset(tmp_path, {"brand": "acme"}, reused=True)

    return make


def test_the_prompt_set_is_spread_over_the_test_split_alone(dataset_with):
    dataset = dataset_with(
        train=[example(i) for i in range(50)], test=[example(i) for i in range(100, 121)]
    )
    chosen = prompt_set(dataset, "en", 5)
    assert [e.id for e in chosen] == ["id-100", "id-105", "id-110", "id-115", "id-120"]
    assert prompt_set(dataset, "en", 5) == chosen


def test_a_prompt_set_larger_than_the_test_split_is_all_of_it_once(dataset_with):
    dataset = dataset_with(test=[example(i) for i in range(7)])
    assert [e.id for e in prompt_set(dataset, "en", 100)] == [f"id-{i}" for i in range(7)]


def test_the_prompt_set_is_of_one_language(dataset_with):
    rows = [example(i, "fr" if i % 2 else "en") for i in range(10)]
    chosen = prompt_set(dataset_with(test=rows), "fr", 100)
    assert [e.id for e in chosen] == ["id-1", "id-3", "id-5", "id-7", "id-9"]


def test_too_small_a_test_split_names_brand_and_language(dataset_with):
    with pytest.raises(InputError, match="acme has 1 test posts in 'fr'"):
        prompt_set(dataset_with(test=[example(0), example(1), example(2, "fr")]), "fr", 10)


def test_shots_come_from_the_newest_training_posts_only(dataset_with):
    rows = [example(i) for i in range(50)] + [example(99, "fr")]
    shots = arms.few_shots(dataset_with(train=rows, test=[example(200)]), "en", 2)
    assert shots == [("Topic: 40", "Post 40"), ("Topic: 45", "Post 45")]
    assert arms.few_shots(dataset_with(train=rows), "en", 0) == []
    assert arms.few_shots(dataset_with(), "en", 3) == []


def test_further_answers_belong_to_their_briefs():
    places = spread(range(len(EXAMPLES)), 2)
    asked = arms.again(
        arms.requests("candidate", [EXAMPLES[i] for i in places], "Acme", None, ()), 3
    )
    assert [r.key for r in asked[:3]] == ["id-0#1", "id-0#2", "id-0#3"]
    assert len({r.key for r in asked}) == 6
    first = arms.items(EXAMPLES, [Answer(f"Text {i}", True) for i in range(4)])
    repeated = [EXAMPLES[i] for i in places for _ in range(3)]
    further = arms.items(repeated, [Answer(request.key, True) for request in asked])
    found = arms.with_variants(first, places, further, 3)
    assert [item.id for item in found] == [item.id for item in first]
    assert found[places[1]].variants == tuple(f"id-{places[1]}#{k}" for k in (1, 2, 3))
    assert sum(bool(item.variants) for item in found) == 2


@pytest.mark.parametrize("count", [0, 1, 3, 4, 9])
def test_no_more_briefs_are_asked_again_than_there_are(count):
    assert len(spread(EXAMPLES, count)) == min(count, 4)
