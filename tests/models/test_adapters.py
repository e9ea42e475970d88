"""Adapters: what is saved is what was trained, and it fits one base only."""

import dataclasses

import pytest
import torch
from safetensors.torch import load_file, save_file

from smm_voice.config import LoraConfig
from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.models import adapters

LORA = LoraConfig(rank=4, alpha=8, dropout=0.0, targets="all-linear", rslora=False)


def saved(tiny, folder):
    base, model, _ = tiny
    model = adapters.attach(model, LORA, seed=1)
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.1)
    origin = adapters.AdapterOrigin("acme", {"name": "tiny"}, base.digest, "f", "2018", "1")
    adapters.save(model, folder, origin)
    return model


def test_a_sound_adapter_passes(tiny, tmp_path):
    model = saved(tiny, tmp_path)
    adapters.verify(model, tmp_path, tiny[0], [5, 6, 7])
    assert adapters.read_origin(tmp_path).brand == "acme"


def test_a_layer_lost_in_saving_is_noticed(tiny, tmp_path):
    model = saved(tiny, tmp_path)
    path = tmp_path / "adapter_model.safetensors"
    weights = load_file(path)
    name = next(key for key in weights if "lora_B" in key)
    save_file({**weights, name: torch.zeros_like(weights[name])}, path)
    with pytest.raises(SmmVoiceError, match="empty in 1 layers"):
        adapters.verify(model, tmp_path, tiny[0], [5, 6, 7])


def test_an_adapter_that_answers_otherwise_is_noticed(tiny, tmp_path):
    model = saved(tiny, tmp_path)
    path = tmp_path / "adapter_model.safetensors"
    weights = load_file(path)
    save_file({name: weight * 1.01 for name, weight in weights.items()}, path)
    with pytest.raises(SmmVoiceError, match="does not answer like the trained one"):
        adapters.verify(model, tmp_path, tiny[0], [5, 6, 7])


def test_an_adapter_for_another_base_is_refused(tiny, tmp_path):
    saved(tiny, tmp_path)
    other = dataclasses.replace(tiny[0], name="other", digest="0" * 64)
    with pytest.raises(InputError, match="was trained on tiny"):
        adapters.load(tiny[1], tmp_path, other)


def test_no_adapter_in_the_folder(tmp_path):
    with pytest.raises(InputError, match="holds no adapter"):
        adapters.read_origin(tmp_path)


def test_a_rank_above_the_matrix_and_unknown_targets_are_refused(tiny):
    with pytest.raises(InputError, match="at most that"):
        adapters.attach(tiny[1], dataclasses.replace(LORA, rank=64), seed=1)
    with pytest.raises(InputError, match="fits no layer"):
        adapters.attach(tiny[1], dataclasses.replace(LORA, targets="nowhere"), seed=1)


@pytest.mark.parametrize(
    ("change", "trainable"),
    [({}, 2 * 7), ({"targets": "q_proj,v_proj"}, 2 * 2), ({"rank": 2}, 2 * 7)],
)
def test_rank_and_targets_decide_what_learns(tiny, change, trainable):
    config = dataclasses.replace(LORA, **change)
    model = adapters.attach(tiny[1], config, seed=1)
    learning = {n: p for n, p in model.named_parameters() if p.requires_grad and "lora_A" in n}
    assert len(learning) == trainable
    assert {p.shape[0] for p in learning.values()} == {config.rank}


def test_alpha_dropout_and_rslora_change_the_adapter(tiny_folder, tiny):
    from smm_voice.models.base import load

    scale = []
    for change in ({}, {"alpha": 16.0}, {"rslora": True}, {"dropout": 0.5}):
        model, _ = load(tiny[0])
        model = adapters.attach(model, dataclasses.replace(LORA, **change), seed=1)
        layer = model.get_base_model().model.layers[0].self_attn.q_proj
        scale.append((layer.scaling["default"], getattr(layer.lora_dropout["default"], "p", 0.0)))
    assert scale == [(2.0, 0.0), (4.0, 0.0), (4.0, 0.0), (2.0, 0.5)]


def test_folded_in_and_attached_give_the_same_logits(tiny, tmp_path):
    model = saved(tiny, tmp_path).eval()
    ids = torch.tensor([[5, 6, 7, 8]])
    with torch.no_grad():
        expected = model(ids).logits
        folded, _ = adapters.load_for_generation(tiny[0], tmp_path, "fp32")
        torch.testing.assert_close(folded(ids).logits, expected, rtol=1e-4, atol=1e-5)
