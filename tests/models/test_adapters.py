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
    # Of the layers in question: keys and values have 16 rows, queries 32.
    adapters.attach(tiny[1], dataclasses.replace(LORA, rank=32, targets="q_proj"), seed=1)
    with pytest.raises(InputError, match=r"k_proj\) has 16 rows"):
        wide = dataclasses.replace(LORA, rank=17, targets="q_proj,k_proj")
        adapters.attach(adapters_base(tiny[0]), wide, seed=1)
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


KINDS = [
    {"dora": True}, {"initialisation": "gaussian"}, {"initialisation": "orthogonal"},
    {"initialisation": "pissa"}, {"initialisation": "pissa", "rslora": True},
    {"initialisation": "pissa_niter_16"}, {"initialisation": "olora"},
]  # fmt: skip


@pytest.mark.parametrize("change", KINDS, ids=lambda change: "-".join(map(str, change.values())))
def test_each_kind_begins_as_the_base_and_is_saved_for_the_untouched_base(tiny, tmp_path, change):
    base, model, _ = tiny
    ids = torch.tensor([[5, 6, 7, 8]])
    before = {name: weight.clone() for name, weight in model.named_parameters()}
    with torch.no_grad():
        expected = model(ids).logits
        config = dataclasses.replace(LORA, **change)
        model = adapters.attach(model, config, seed=1).eval()
        torch.testing.assert_close(model(ids).logits, expected, rtol=1e-3, atol=1e-5)
        layer = model.get_base_model().model.layers[0].self_attn.q_proj
        usual = adapters.attach(adapters_base(base), LORA, seed=1)
        plain = usual.get_base_model().model.layers[0].self_attn.q_proj
        own, other = layer.lora_A["default"].weight, plain.lora_A["default"].weight
        assert (len(layer.lora_magnitude_vector) > 0) == config.dora
        assert torch.equal(own, other) == config.dora
        moved = not torch.equal(
            layer.base_layer.weight, before["model.layers.0.self_attn.q_proj.weight"]
        )
        assert moved == config.moves_base
        for name, weight in model.named_parameters():  # as if it had learned
            if "lora_" in name:
                weight += 0.1 * torch.randn_like(weight)
        learned = model(ids).logits
    assert not torch.allclose(learned, expected, atol=1e-3)
    origin = adapters.AdapterOrigin("acme", {"name": "tiny"}, base.digest, "f", "2018", "1")
    adapters.save(model, tmp_path, origin)
    adapters.verify(model, tmp_path, base, [5, 6, 7])
    with torch.no_grad():
        folded, _ = adapters.load_for_generation(base, tmp_path, "fp32")
        torch.testing.assert_close(folded(ids).logits, learned, rtol=1e-3, atol=1e-4)


def adapters_base(base):
    from smm_voice.models.base import load

    return load(base)[0]


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
