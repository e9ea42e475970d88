"""Answers depend on seed, brief and model, and on nothing else."""

import dataclasses

import numpy as np
import pytest
import torch

from smm_voice.config import GenerationConfig
from smm_voice.generation.generate import Request, generate
from smm_voice.generation.sampling import draw, uniforms

CONFIG = GenerationConfig(
    temperature=1.0, top_p=1.0, top_k=300, maximum_new_tokens=12, batch_size=4, shots=0, seed=7
)


def asked(count, system="You write posts."):
    briefs = [f"Topic {'long ' * i}{i}" for i in range(count)]
    return [
        Request(b, [{"role": "system", "content": system}, {"role": "user", "content": b}])
        for b in briefs
    ]


def test_an_answer_does_not_depend_on_its_batch(tiny):
    _, model, tokenizer = tiny
    requests = asked(7)
    alone = [generate(model, tokenizer, [request], CONFIG)[0] for request in requests]
    for size in (1, 3, 7):
        settings = dataclasses.replace(CONFIG, batch_size=size)
        assert generate(model, tokenizer, requests, settings) == alone
    assert generate(model, tokenizer, requests[::-1], CONFIG) == alone[::-1]


def test_each_option_of_decoding_changes_something(tiny):
    _, model, tokenizer = tiny
    requests = asked(4)
    plain = generate(model, tokenizer, requests, CONFIG)
    for change in (
        {"seed": 8}, {"temperature": 3.0}, {"top_k": 2}, {"top_p": 0.05},
        {"maximum_new_tokens": 3},
    ):  # fmt: skip
        changed = dataclasses.replace(CONFIG, **change)
        assert generate(model, tokenizer, requests, changed) != plain, change


def test_nearly_zero_temperature_is_greedy(tiny):
    _, model, tokenizer = tiny
    request = asked(1)[0]
    settings = dataclasses.replace(CONFIG, temperature=0.01)
    from smm_voice.models.chat import prompt_ids

    ids = torch.tensor([prompt_ids(tokenizer, request.messages)])
    greedy = model.generate(
        ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=12
    )
    text = tokenizer.decode(greedy[0, ids.shape[1] :], skip_special_tokens=True).strip()
    assert generate(model, tokenizer, [request], settings)[0].text == text


def test_an_answer_that_meets_the_limit_is_not_finished(tiny):
    _, model, tokenizer = tiny

    finished = [a.finished for a in generate(model, tokenizer, asked(40), CONFIG)]
    # One token in 258 is the end: of 40 answers of 12 tokens a few end, most do not.
    assert 0 < sum(finished) < 20


def test_the_sampler_draws_with_the_models_probabilities():
    scores = torch.log(torch.tensor([[0.5, 0.3, 0.15, 0.05]])).repeat(4000, 1)
    numbers = uniforms(1, [str(i) for i in range(4000)], 1)
    drawn = draw(scores, numbers[:, 0], 1.0, 4, 1.0)
    shares = np.bincount(drawn.numpy(), minlength=4) / 4000
    np.testing.assert_allclose(shares, [0.5, 0.3, 0.15, 0.05], atol=0.025)


def test_top_p_and_top_k_cut_the_tail():
    scores = torch.log(torch.tensor([[0.5, 0.3, 0.15, 0.05]])).repeat(500, 1)
    numbers = uniforms(1, [str(i) for i in range(500)], 1)
    # The token that crosses the limit is kept: .5 + .3 reaches .6.
    nucleus = draw(scores, numbers[:, 0], 1.0, 4, 0.6)
    assert set(nucleus.tolist()) == {0, 1}
    top = draw(scores, numbers[:, 0], 1.0, 1, 1.0)
    assert set(top.tolist()) == {0}


def test_equal_briefs_draw_equal_numbers_in_every_arm():
    first, second = uniforms(7, ["a", "b"], 5), uniforms(7, ["b"], 5)
    np.testing.assert_array_equal(first[1], second[0])
    assert not np.array_equal(first[0], first[1])


@pytest.mark.parametrize("shared", [1, 2, 4])
def test_heads_that_share_keys_read_the_same_as_transformers_lets_them(tiny, shared):
    """Greedy decoding of a batch with pads and a shared prefix, row by row against `generate`."""
    from transformers import LlamaConfig, LlamaForCausalLM

    from smm_voice.models.chat import prompt_ids

    _, plain, tokenizer = tiny
    torch.manual_seed(0)
    heads = {"num_attention_heads": 4, "num_key_value_heads": 4 // shared}
    model = LlamaForCausalLM(LlamaConfig(**plain.config.to_dict() | heads)).eval()
    requests = asked(5, system="You write posts, and begin all prompts with the same long words.")
    decoding = dataclasses.replace(CONFIG, temperature=0.01, batch_size=5)
    answers = generate(model, tokenizer, requests, decoding)
    for request, answer in zip(requests, answers, strict=True):
        ids = torch.tensor([prompt_ids(tokenizer, request.messages)])
        output = model.generate(
            ids, attention_mask=torch.ones_like(ids), do_sample=False,
            max_new_tokens=CONFIG.maximum_new_tokens, eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )  # fmt: skip
        written = tokenizer.decode(output[0, ids.shape[1] :], skip_special_tokens=True)
        assert answer.text == written.strip()
    assert model.config._attn_implementation == "sdpa", "the model is left as it was"
