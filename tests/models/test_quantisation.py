"""4 and 8 bits: what is asked of transformers, and what is refused. No GPU is at hand: not run."""

import dataclasses
import sys
import types

import pytest
import torch

from smm_voice.config import ModelConfig
from smm_voice.errors import InputError
from smm_voice.models import base as base_models
from smm_voice.models import quantisation


def test_without_a_gpu_it_is_refused_before_anything_is_loaded(tiny_folder):
    config = ModelConfig(
        name="tiny", languages=["en"], licence="-", maximum_bits_per_byte=9.0, force=False,
        path=str(tiny_folder), quantisation="4bit",
    )  # fmt: skip
    with pytest.raises(InputError, match="quantisation=4bit needs an NVIDIA GPU") as caught:
        base_models.prepare(config)
    assert caught.value.exit_status == 2
    assert "smm_voice[qlora]" in str(caught.value)


def test_with_gpu_and_package_it_goes_ahead(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(quantisation.importlib.util, "find_spec", lambda name: object())
    quantisation.check("8bit")
    quantisation.check(None)


def test_what_transformers_is_asked_for(tiny, monkeypatch):
    import transformers

    given = {}

    def asked(folder, **arguments):
        given.update(arguments)
        return torch.nn.Linear(1, 1), {"missing_keys": []}

    monkeypatch.setattr(transformers.AutoModelForCausalLM, "from_pretrained", asked)
    base_models.load(tiny[0])
    assert given["dtype"] == "float32" and "quantization_config" not in given
    base_models.load(dataclasses.replace(tiny[0], quantisation="4bit"))
    wanted = given["quantization_config"]
    assert wanted.load_in_4bit and wanted.bnb_4bit_quant_type == "nf4"
    assert wanted.bnb_4bit_use_double_quant and wanted.bnb_4bit_compute_dtype == torch.bfloat16
    base_models.load(dataclasses.replace(tiny[0], quantisation="8bit"))
    assert given["quantization_config"].load_in_8bit


def test_a_quantised_base_is_made_trainable(monkeypatch):
    made = []
    fake = types.SimpleNamespace(
        prepare_model_for_kbit_training=lambda model, **more: made.append((model, more)) or model
    )
    monkeypatch.setitem(sys.modules, "peft", fake)
    assert quantisation.made_trainable("model", None, True) == "model" and not made
    quantisation.made_trainable("model", "4bit", True)
    assert made[0][1]["use_gradient_checkpointing"] is True
    assert made[0][1]["gradient_checkpointing_kwargs"] == {"use_reentrant": False}
