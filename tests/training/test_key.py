"""Which settings make another training."""

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import pytest

from smm_voice.config import LoraConfig, MixingConfig, TrainingConfig, WatchdogConfig
from smm_voice.models.base import BaseModel
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
