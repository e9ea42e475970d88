"""Briefs that a model was tuned on are asked of nobody beside it, nor what nearly repeats them."""

import dataclasses
from datetime import UTC, datetime

import pytest

from smm_voice.dataset.build import Dataset
from smm_voice.dataset.example import Example, id_digest
from smm_voice.dataset.splits import SPLITS
from smm_voice.errors import InputError
from smm_voice.evaluation.reference import prompt_set
from smm_voice.evaluation.unjudged import judged_briefs, unjudged
from smm_voice.models import adapters
from smm_voice.posts.post import Post

TEXTS = (
    "The new telescope takes its first picture of the southern sky on Friday at noon.",
    "The new telescope takes its first picture of the southern sky on Friday at noon!",
    "Rain delays the launch until Monday, says the director of the flight.",
    "How do astronauts sleep? A look inside the cabin of the station.",
)


def example(number):
    post = Post(f"id-{number}", TEXTS[number], "x", datetime(2018, 1, 1 + number, tzinfo=UTC), "",
                language="en")  # fmt: skip
    return Example(post.id, f"Topic: {number}", post.text, post)


EXAMPLES = [example(number) for number in range(len(TEXTS))]


def test_a_judged_brief_and_what_nearly_repeats_it_are_left_out():
    assert unjudged(EXAMPLES, ()) == EXAMPLES
    assert unjudged(EXAMPLES, {id_digest("id-2")}) == [EXAMPLES[0], EXAMPLES[1], EXAMPLES[3]]
    assert unjudged(EXAMPLES, {id_digest("id-0")}) == EXAMPLES[2:]
    assert unjudged(EXAMPLES, {id_digest("of another time")}) == EXAMPLES


def test_no_prompt_set_holds_them(tmp_path):
    for split in SPLITS:
        rows = EXAMPLES if split == "test" else []
        (tmp_path / f"{split}.jsonl").write_bytes(b"".join(e.as_line() for e in rows))
    dataset = Dataset(tmp_path, {"brand": "acme"}, reused=True)
    assert prompt_set(dataset, "en", 10, {id_digest("id-1")}) == EXAMPLES[2:]
    with pytest.raises(InputError, match="has 1 test posts in 'en' and 3 whose briefs people have"):
        prompt_set(dataset, "en", 10, {id_digest("id-1"), id_digest("id-2")})


def test_one_adapter_that_knows_them_is_enough(tmp_path):
    origin = adapters.AdapterOrigin("acme", {}, "d", "f", "2018", "1")
    for name, judged in (("plain", []), ("tuned", ["a", "b"]), ("again", ["b", "c"])):
        (tmp_path / name).mkdir()
        kept = dataclasses.replace(origin, judged_briefs=judged)
        adapters.write_origin(tmp_path / name, kept)
    folders = [tmp_path / name for name in ("plain", "tuned", "again")]
    assert judged_briefs(folders[:1]) == frozenset()
    assert judged_briefs(folders) == {"a", "b", "c"}


def test_an_origin_that_was_written_before_reads_as_before(tmp_path):
    (tmp_path / "smm_voice.json").write_text(
        '{"brand": "a", "base": {}, "base_digest": "d", "dataset_fingerprint": "f", '
        '"trained_until": "2018", "prompt_version": "1"}', "utf-8"
    )  # fmt: skip
    assert adapters.read_origin(tmp_path).judged_briefs == []
