"""Which settings make another training."""

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import pytest

from smm_voice.config import (
    DistributedConfig,
    LoraConfig,
    MixingConfig,
    TrainingConfig,
    WatchdogConfig,
)
from smm_voice.models.base import BaseModel
from smm_voice.search.space import Dimension
from smm_voice.search.study import study_key
from smm_voice.training.key import run_key

LORA = LoraConfig(rank=4, alpha=8, dropout=0.0, targets="all-linear", rslora=False)
TRAINING = TrainingConfig(
    epochs=1.0, maximum_examples=100, batch_size=2, accumulation=2, learning_rate=0.01,
    warmup_share=0.0, schedule="linear", weight_decay=0.0, gradient_clip=1.0, maximum_tokens=400,
    precision="fp32", evaluations_per_epoch=1, patience=2, seed=3,
)  # fmt: skip
BASE = BaseModel("tiny", Path("nowhere"), "d" * 64)


def key(lora=LORA, base=BASE, **changes):
    training = dataclasses.replace(TRAINING, **changes)
    brand = SimpleNamespace(title="Acme")
    return run_key(SimpleNamespace(lora=lora, training=training, brand=brand), "f", base)


@pytest.mark.parametrize(
    "change",
    [{"samples": 3}, {"general_check": True}, {"general_tolerance": 0.5}, {"check_memory": False},
     {"watchdog": WatchdogConfig(spike_factor=9.0)}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_what_only_looks_on_is_the_same_training(change):
    assert key(**change) == key()


@pytest.mark.parametrize(
    "change",
    [{"neftune_alpha": 5.0}, {"mask_entities": True}, {"schedule": "cosine"}, {"patience": None},
     {"mixing": MixingConfig(replay=True, share=0.2)}, {"find_batch_size": True},
     {"lora": dataclasses.replace(LORA, dora=True)},
     {"base": dataclasses.replace(BASE, quantisation="4bit")}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_what_changes_the_adapter_is_another(change):
    assert key(**change) != key()


TWO = DistributedConfig(kind="ddp", processes=2)


def test_processes_count_where_each_draws_random_numbers():
    assert key(distributed=TWO) == key()
    dropping = dataclasses.replace(LORA, dropout=0.1)
    for drawing in ({"lora": dropping}, {"neftune_alpha": 5.0}):
        assert key(distributed=TWO, **drawing) != key(**drawing)
        alone = DistributedConfig(kind="ddp", processes=1, wait_minutes=3.0)
        assert key(distributed=alone, **drawing) == key(**drawing)


def test_a_search_knows_processes_where_a_trial_may_draw_random_numbers():
    def study(*keys, lora=LORA, **changes):
        training = dataclasses.replace(TRAINING, **changes)
        config = SimpleNamespace(
            lora=lora, training=training, generation=LORA, evaluation=LORA,
            brand=SimpleNamespace(title="Acme"), search=SimpleNamespace(
                floors=[], sampler="tpe", startup=2, seed=0
            ),
        )  # fmt: skip
        space = [Dimension(name, "number", 0.0, 0.5) for name in keys]
        return study_key(config, "f", "i", [], space, [], "")

    assert study("lora.rank", distributed=TWO) == study("lora.rank")
    assert study("lora.dropout", distributed=TWO) != study("lora.dropout")
    assert study("lora.rank", neftune_alpha=1.0, distributed=TWO) != study(
        "lora.rank", neftune_alpha=1.0
    )


def test_a_base_with_another_chat_template_is_another_training(tmp_path):
    found = set()
    for text in ("{{ a }}", "{{ b }}"):
        (tmp_path / "chat_template.jinja").write_text(text, encoding="utf-8")
        found.add(key(base=BaseModel("tiny", tmp_path, "d" * 64)))
    assert len(found) == 2


def test_what_lies_under_a_name_counts(tmp_path):
    path = tmp_path / "general.jsonl"
    found = set()
    for text in ("a", "b"):
        path.write_text(text)
        found.add(key(mixing=MixingConfig(path=str(path), share=0.2)))
    assert len(found) == 2
