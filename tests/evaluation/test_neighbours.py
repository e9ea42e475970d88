"""A brand beside others: the matrix names who wrote what, and posts grown alike are told."""

from __future__ import annotations

import dataclasses

import pytest

from smm_voice.evaluation import neighbours, with_model
from smm_voice.evaluation.neighbours import Neighbour
from smm_voice.metrics import METRICS
from tests.evaluation.tuning import CONFIG, toy, tune

SPACE = "moon star rover launch orbit comet probe"
BREAD = "baguette croissant flour oven yeast crust rye"
SETTINGS = dataclasses.replace(CONFIG, model_posts=6)


def texts(words: str, count: int, seed: int) -> list[str]:
    return [post.text for post in toy(words, count, seed)]


@pytest.fixture(scope="module")
def beside(tiny_folder, tmp_path_factory):
    from smm_voice.config import ModelConfig
    from smm_voice.models.base import prepare

    base = prepare(
        ModelConfig(
            name="tiny", languages=["en"], licence="none", maximum_bits_per_byte=99, force=False,
            path=str(tiny_folder),
        )
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("adapters")
    for name, words in (("space", SPACE), ("bakery", BREAD)):
        tune(base, toy(words, 12), 60, folder / name, title=name)
    bakery = Neighbour(
        "bakery", "bakery", folder / "bakery", texts(BREAD, 30, 1), texts(BREAD, 30, 2)
    )
    return neighbours.compare(
        "space", "space", folder / "space", toy(SPACE, 30, 1), texts(SPACE, 30, 2), [bakery],
        base, "x", SETTINGS, "fp32",
    )  # fmt: skip


def test_the_table_has_a_row_a_brand_and_a_column_an_adapter(beside):
    _, table = beside
    assert table["posts of"] == ["space", "bakery"]
    assert table["adapter of space"][0] > table["adapter of bakery"][0]


def test_every_declared_score_is_there(beside):
    scores, _ = beside
    assert scores.keys() == {metric.name for metric in neighbours.METRICS}
    assert 0.5 <= scores["voice/own_adapter_share"].value <= 1
    assert scores["voice/own_adapter_share"].n == 12


def test_no_score_of_a_model_has_the_name_of_a_score_of_texts():
    assert not with_model.METRICS.keys() & METRICS.keys()
