"""The short forward pass: used where it gives the model's own logits, and only there."""

import dataclasses
import logging

import numpy as np
import pytest
import torch

from smm_voice.config import GenerationConfig, LoraConfig
from smm_voice.generation import continuous
from smm_voice.generation.decoding import Settings
from smm_voice.generation.generate import Request, generate, written_tokens
from smm_voice.generation.plain import plain_of

CONFIG = GenerationConfig(
    temperature=1.0, top_p=1.0, top_k=1, maximum_new_tokens=10, batch_size=3, shots=0, seed=7
)
SHAPE = {
    "vocab_size": 258, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 512,
    "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 1, "head_dim": 8,
}  # fmt: skip


def made(name, **options):
    """A tiny random model of a family, with biases and norms that are not the initial ones."""
    import transformers

    torch.manual_seed(3)
    config = getattr(transformers, f"{name}Config")(**SHAPE | options)
    model = getattr(transformers, f"{name}ForCausalLM")(config).eval()
    with torch.no_grad():
        for weight in model.parameters():
            if weight.ndim == 1:
                weight += torch.randn_like(weight) * 0.2
    return model


def prompts():
    shared = list(range(5, 29))
    return [[*shared, *range(40, 43 + 2 * i)] for i in range(7)]


def written(model, tokenizer, asked, config=CONFIG):
    found = {
        i: tokens
        for i, tokens, _ in written_tokens(model, tokenizer, asked, list(map(str, asked)), config)
    }
    return [found[i] for i in range(len(asked))]


def alone(model, tokenizer, asked):
    """What transformers writes to each prompt by itself."""
    end = tokenizer.eos_token_id
    rows = []
    for ids in asked:
        output = model.generate(
            torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long),
            do_sample=False, max_new_tokens=10, eos_token_id=end, pad_token_id=end,
        )  # fmt: skip
        row = output[0, len(ids) :].tolist()
        rows.append(row[: row.index(end)] if end in row else row)
    return rows


@pytest.mark.parametrize("name", ["Llama", "Qwen2", "Mistral"])
def test_families_of_llamas_kind_take_the_short_pass_and_write_the_same(tiny, name):
    model = made(name, sliding_window=None) if name == "Mistral" else made(name)
    assert plain_of(model) is not None
    assert written(model, tiny[2], prompts()) == alone(model, tiny[2], prompts())
    apart = [ids[i:] for i, ids in enumerate(prompts())]  # nothing shared
    assert written(model, tiny[2], apart) == alone(model, tiny[2], apart)


@pytest.mark.parametrize("name", ["Qwen3", "Gemma3"])
def test_other_families_keep_their_own_pass(tiny, name):
    import transformers

    text = {"Gemma3": "Gemma3Text"}.get(name, name)
    torch.manual_seed(3)
    config = getattr(transformers, f"{text}Config")(**SHAPE)
    model = getattr(transformers, f"{name}ForCausalLM")(config).eval()
    assert plain_of(model) is None
    assert written(model, tiny[2], prompts()) == alone(model, tiny[2], prompts())


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_layer_without_positions_is_seen_though_rounding_hides_it(tiny, dtype, caplog):
    model = made("SmolLM3", num_hidden_layers=4, no_rope_layers=[1, 1, 1, 0]).to(dtype)
    with caplog.at_level(logging.WARNING):
        assert plain_of(model) is None
    assert not caplog.records  # its configuration says so, no trial is needed
    if dtype == torch.float32:
        assert written(model, tiny[2], prompts()) == alone(model, tiny[2], prompts())
    # With positions in all layers it is of Llama's kind.
    assert plain_of(made("SmolLM3", no_rope_layers=[1, 1]).to(dtype)) is not None


@pytest.mark.parametrize(
    "said",
    [{"layer_types": ["full_attention", "sliding_attention"]}, {"use_rope": False},
     {"no_rope_layers": [0, 1]}, {"sliding_window": 8}, {"residual_multiplier": 0.5},
     {"attn_logit_softcapping": 30.0},
     {"rope_parameters": {"rope_type": "default", "partial_rotary_factor": 0.5}}],
)  # fmt: skip
def test_a_configuration_that_asks_for_more_is_enough_to_refuse(tiny, said):
    _, model, _ = tiny
    assert plain_of(model) is not None
    for name, value in said.items():
        setattr(model.config, name, value)
    assert plain_of(model) is None


def test_a_model_whose_layers_do_something_else_is_found_out(tiny, caplog):
    _, model, tokenizer = tiny
    attention = model.model.layers[1].self_attn
    attention.register_forward_hook(lambda module, given, found: (found[0] * 1.5, *found[1:]))
    with caplog.at_level(logging.WARNING):
        assert plain_of(model) is None
    assert "gives other logits than the model's own" in caplog.text
    assert written(model, tokenizer, prompts()) == alone(model, tokenizer, prompts())


def test_an_adapter_that_is_not_folded_in_counts(tiny):
    from smm_voice.models import adapters

    _, model, tokenizer = tiny
    lora = LoraConfig(rank=4, alpha=8, dropout=0.0, targets="all-linear", rslora=False)
    adapted = adapters.attach(model, lora, 1).eval()
    with torch.no_grad():
        for name, weight in adapted.named_parameters():
            if "lora_B" in name:
                weight += torch.randn_like(weight)
    assert plain_of(adapted) is None
    assert written(adapted, tokenizer, prompts()) == alone(adapted, tokenizer, prompts())


def test_weights_that_changed_between_two_calls_are_seen(tiny):
    _, model, tokenizer = tiny
    before = written(model, tokenizer, prompts())
    with torch.no_grad():
        model.model.layers[0].self_attn.q_proj.weight.data.mul_(-3)
        model.model.layers[1].mlp.down_proj.weight.data.mul_(30)
    after = written(model, tokenizer, prompts())
    assert after != before
    assert after == alone(model, tokenizer, prompts())


def test_a_place_is_taken_by_the_next_prompt_as_soon_as_its_text_ends(tiny, monkeypatch):
    """Eight answers of different lengths in four places: never more, and no batch by batch."""
    _, model, _ = tiny
    plain = plain_of(model)
    busy = []
    step = plain.step
    monkeypatch.setattr(plain, "step", lambda ids, *more: busy.append(len(ids)) or step(ids, *more))
    # The end comes when a row's numbers say so: one token in two is the end.
    lengths = [1, 9, 2, 9, 1, 2, 1, 3]
    told = {row: iter([5] * n + [1]) for row, n in enumerate(lengths)}

    def draw(logits, numbers, *settings):
        return torch.tensor([next(told[int(row)]) for row in numbers])

    monkeypatch.setattr(continuous, "draw", draw)
    numbers = np.repeat(np.arange(8.0)[:, None], 12, 1)
    rows = [[7, 8, 9 + i] for i in range(8)]
    found = {n: (len(tokens), ended) for n, tokens, ended in continuous.write(
        plain, [], rows, numbers, Settings(1.0, 1, 1.0, 1, 1), 4)}  # fmt: skip
    assert found == {row: (n, True) for row, n in enumerate(lengths)}
    assert max(busy) == 4
    # Batch by batch would be 9 + 3 steps at least.
    assert len(busy) < 12


def test_a_brief_is_answered_the_same_by_either_pass(tiny, monkeypatch):
    _, model, tokenizer = tiny
    config = dataclasses.replace(CONFIG, top_k=300)
    requests = [Request(str(i), [{"role": "user", "content": f"Topic {i}"}]) for i in range(5)]
    short = generate(model, tokenizer, requests, config)
    monkeypatch.setattr("smm_voice.generation.plain.plain_of", lambda model: None)
    assert generate(model, tokenizer, requests, config) == short
