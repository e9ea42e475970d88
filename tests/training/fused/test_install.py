"""Whole models of each family: exchanged parts give the plain ones' loss and gradients."""

import copy
import dataclasses

import pytest
import torch
import transformers

from smm_voice.config import LoraConfig
from smm_voice.errors import InputError
from smm_voice.models.adapters import attach
from smm_voice.training.collator import IGNORED, CompletionCollator
from smm_voice.training.engine import fuse
from smm_voice.training.fused.install import can_fuse, install
from smm_voice.training.fused.loss import is_fused
from smm_voice.training.loss import completion_loss

LORA = LoraConfig(rank=4, alpha=8, dropout=0.0, targets="all-linear", rslora=False)
SIZES = {
    "vocab_size": 120, "hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 128,
    "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2,
}  # fmt: skip
# Family → what differs from the common sizes.
FAMILIES = {
    "Llama": {"tie_word_embeddings": True},
    "Qwen2": {},
    "Qwen3": {"head_dim": 8},
    "Mistral": {"sliding_window": 9, "head_dim": 8},
    "Gemma3": {"sliding_window": 9, "head_dim": 8, "query_pre_attn_scalar": 8,
               "layer_types": ["sliding_attention", "full_attention"],
               "final_logit_softcapping": 5.0},
}  # fmt: skip


def model_of(family, **more):
    name = {"Gemma3": "Gemma3Text"}.get(family, family)
    config = getattr(transformers, f"{name}Config")(**(SIZES | FAMILIES.get(family, {}) | more))
    torch.manual_seed(0)
    model = getattr(transformers, f"{family}ForCausalLM")(config)
    return model


def adapted(family, lora=LORA, **more):
    model = attach(model_of(family, **more), lora, 1)
    for name, weight in model.named_parameters():
        if "lora_B" in name:  # zero at the start: then no gradient reaches lora_A
            torch.nn.init.normal_(weight, std=0.1)
    return model


def batch():
    made = torch.Generator().manual_seed(5)
    rows = []
    for length in (20, 11, 15):
        ids = torch.randint(3, 120, (length,), generator=made).tolist()
        ids[:4] = [9, 8, 7, 6]
        rows.append({"input_ids": ids, "labels": [IGNORED] * 6 + ids[6:], "weight": length / 15})
    return CompletionCollator(0)(rows)


def gradients(model, given):
    model.zero_grad()
    loss, count = completion_loss(model, given)
    (loss / count).backward()
    return float(loss.detach() / count), {
        name: weight.grad.clone() for name, weight in model.named_parameters()
        if weight.grad is not None
    }  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_loss_and_gradients_are_those_of_the_plain_model(family):
    model, given = adapted(family), batch()
    loss, expected = gradients(model, given)
    exchanged = install(model, "fp32")
    assert is_fused(model.get_base_model())
    assert exchanged["adapted matrices"] == 14 and exchanged["gates"] == 2
    norms = {"Gemma3": 13, "Qwen3": 9}.get(family, 5)
    assert exchanged["norms"] == norms
    found_loss, found = gradients(model, given)
    assert found_loss == pytest.approx(loss, rel=1e-5)
    assert found.keys() == expected.keys() and len(found) == 28
    for name, gradient in expected.items():
        torch.testing.assert_close(found[name], gradient, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("family", FAMILIES)
def test_in_bf16_the_gradient_is_about_as_near_as_autocast_brings_it(family):
    model, given = adapted(family), batch()
    _, exact = gradients(model, given)
    with torch.autocast("cpu", torch.bfloat16):
        _, usual = gradients(copy.deepcopy(model), given)
    install(model, "bf16")
    _, own = gradients(model, given)

    def distance(other):
        apart = sum((other[name] - exact[name]).square().sum() for name in exact)
        return float(apart / sum(each.square().sum() for each in exact.values())) ** 0.5

    # Autocast leaves the embeddings in fp32, and those weigh much in a model of two layers.
    assert 1e-4 < distance(own) < 2.5 * distance(usual) < 0.2
    frozen = [w for n, w in model.named_parameters() if n.endswith("base_layer.weight")]
    assert {weight.dtype for weight in frozen} == {torch.bfloat16}
    assert {w.dtype for n, w in model.named_parameters() if "lora_" in n} == {torch.float32}


def test_a_model_is_asked_for_a_token_as_before(tiny):
    _, model, tokenizer = tiny
    ids = torch.tensor([[5, 6, 7, 8]])
    expected = model(input_ids=ids).logits
    model = attach(model, LORA, 1)
    install(model, "fp32")
    torch.testing.assert_close(model(input_ids=ids).logits, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("lora", [{"dropout": 0.5}, {"targets": "q_proj,v_proj"}, {"dora": True}])
def test_what_is_no_plain_adapter_is_left_to_peft(lora):
    values = {"rank": 4, "alpha": 8, "dropout": 0.0, "targets": "all-linear", "rslora": False}
    model, given = adapted("Llama", LoraConfig(**(values | lora))).eval(), batch()
    loss, expected = gradients(model, given)
    exchanged = install(model, "fp32")
    assert exchanged["adapted matrices"] == (4 if "targets" in lora else 0)
    found_loss, found = gradients(model, given)
    assert found_loss == pytest.approx(loss, rel=1e-5)
    for name, gradient in expected.items():
        torch.testing.assert_close(found[name], gradient, rtol=1e-3, atol=1e-6)
    torch.manual_seed(0)
    dropped, _ = gradients(model.train(), given)
    assert (abs(dropped - loss) > 1e-6) == ("dropout" in lora)


def test_noise_on_the_embeddings_is_that_of_the_formula():
    """Uniform within ± alpha / √(tokens of the post × hidden size), and for each post by itself."""
    alpha, given = 5.0, batch()
    model = adapted("Llama").train()
    install(model, "fp32")
    base = model.get_base_model()
    read = []
    base.get_decoder().register_forward_pre_hook(
        lambda module, args, named: read.append(named), with_kwargs=True
    )
    torch.manual_seed(7)
    completion_loss(model, given, alpha)
    layout, found = read[0]["layout"], read[0]["inputs_embeds"][0].detach()
    lengths = [20, 11, 15]
    ids = torch.cat([post[:n] for post, n in zip(given["input_ids"], lengths, strict=True)])
    torch.manual_seed(7)
    drawn = torch.rand(sum(lengths), 32) * 2 - 1
    expected = base.get_input_embeddings().weight[ids] + torch.cat(
        [
            part * alpha / (n * 32) ** 0.5
            for part, n in zip(drawn.split(lengths), lengths, strict=True)
        ]
    )
    torch.testing.assert_close(found[: layout.tokens], expected, rtol=0, atol=1e-6)
    fillers = found[layout.tokens :]
    assert len(fillers) and fillers.equal(base.get_input_embeddings().weight[[0] * len(fillers)])


@pytest.mark.parametrize(("dropout", "alike"), [(0.5, False), (0.0, True)])
def test_what_posts_begin_with_is_dropped_for_each_by_itself(dropout, alike):
    model, given = adapted("Llama", dataclasses.replace(LORA, dropout=dropout)), batch()
    install(model, "fp32")
    read = []
    decoder = model.get_base_model().get_decoder()
    layer = decoder.layers[0].self_attn.q_proj.lora_dropout["default"]
    layer.register_forward_hook(lambda module, args, found: read.append(found[0] == 0))
    decoder.register_forward_pre_hook(
        lambda module, args, named: read.append(named["layout"]), with_kwargs=True
    )
    torch.manual_seed(0)
    completion_loss(model.train(), given)
    layout = read[0]
    assert (layout.shared == 4) is alike and layout.tokens == 46 - 8 * alike
    if not alike:
        # Which of the first four tokens' numbers are left out, post by post.
        first, second, third = (read[1][layout.places[post, :4]] for post in range(3))
        assert not first.equal(second) and not second.equal(third)
    read.clear()
    completion_loss(model.eval(), given)
    assert read[0].shared == 4


@pytest.mark.parametrize("more", [{"attention_dropout": 0.1}, {"attn_implementation": "eager"}])
def test_attention_of_another_kind_stays_plain(more):
    assert not can_fuse(adapted("Llama", **more))


def test_a_model_with_bounded_scores_stays_plain_and_is_refused_where_fused_is_asked_for():
    model = adapted("Gemma2", head_dim=8, query_pre_attn_scalar=8)
    assert not can_fuse(model) and fuse(model, "auto", "fp32") is False
    with pytest.raises(InputError, match="training.kernels=fused"):
        fuse(model, "fused", "fp32")
