"""An adapter on the tiny model whose weights were drawn, not trained: an export cannot tell."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from smm_voice.config import BrandConfig, ExportConfig, GenerationConfig, LoraConfig, ModelConfig
from smm_voice.export.about import About
from smm_voice.export.terms import terms_of
from smm_voice.models import adapters

DECODING = GenerationConfig(
    temperature=0.8, top_p=0.9, top_k=40, maximum_new_tokens=24, batch_size=4, shots=1, seed=1
)
BRAND = BrandConfig(name="house", display_name="House", languages=["en"], platforms=["x"])


def base_config(folder, **values):
    return ModelConfig(
        **{"name": "tiny", "languages": ["en"], "licence": "MIT", "maximum_bits_per_byte": 100.0,
           "force": False, "path": str(folder), **values}
    )  # fmt: skip


def save_adapter(tiny_folder, folder, brand="house", spread=0.1, **base):
    """Draw an adapter and save it as a training does."""
    import torch

    from smm_voice.models.base import load, prepare

    config = base_config(tiny_folder, **base)
    prepared = prepare(config)
    lora = LoraConfig(rank=4, alpha=8, dropout=0.0, targets="all-linear", rslora=False)
    model = adapters.attach(load(prepared)[0], lora, seed=1)
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=spread)
    origin = adapters.AdapterOrigin(
        brand, dataclasses.asdict(config), prepared.digest, "0123456789abcdef",
        "2024-03-01T10:00:00+00:00", "1",
    )  # fmt: skip
    adapters.save(model, folder, origin)
    # As the trainer leaves it.
    (folder / "optimizer.pt").write_bytes(b"not for others")
    return prepared


@pytest.fixture(scope="session")
def drawn(tiny_folder, tmp_path_factory):
    """(base, folder) of an adapter of the brand `house`."""
    folder = tmp_path_factory.mktemp("adapter")
    return save_adapter(tiny_folder, folder), folder


def another_base(tiny_folder, folder):
    """Make the tiny model with other weights; its folder."""
    from safetensors.torch import load_file, save_file

    shutil.copytree(tiny_folder, folder)
    weights = load_file(folder / "model.safetensors")
    moved = {name: weight + 1 for name, weight in weights.items()}
    save_file(moved, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def about_of(tiny_folder=Path("/models/m"), brand=BRAND, **values) -> About:
    """What a card is made of."""
    config = ExportConfig(
        workspace="/ws", brand=brand, dataset=None, model="1", generation=DECODING, tracking=None,
        **values.pop("config", {}),
    )  # fmt: skip
    base = base_config(tiny_folder, **values.pop("base", {}))
    given = {
        "config": config, "base_config": base, "label": "house-voice version 1", "version": "1",
        "origin": adapters.AdapterOrigin(
            brand.name, dataclasses.asdict(base), "b" * 64, "0123456789abcdef",
            "2024-03-01T10:00:00+00:00", "1",
        ),
        "adapter_digest": "a" * 64, "terms": terms_of(base, values.pop("name", None)),
        "licence_files": (), "training": {}, "data": None, "judged": None,
        "not_judged": "nobody looked", "commit": "abc123", "date": "2026-11-23T10:00:00+00:00",
    }  # fmt: skip
    return About(**given | values)
