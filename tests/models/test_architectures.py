"""A tiny random model of each family is trained for two steps: targets, loss and decoding fit."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest
import torch
from safetensors.torch import load_file

from smm_voice.config import GenerationConfig, LoraConfig, ModelConfig, TrainingConfig
from smm_voice.dataset.example import Example
from smm_voice.dataset.prompts import prompt
from smm_voice.generation.generate import Request, generate
from smm_voice.models import adapters, supported
from smm_voice.models.base import load, prepare
from smm_voice.models.chat import prompt_ids
from smm_voice.posts.post import Post
from smm_voice.training.collator import encode
from smm_voice.training.hooks import Hooks
from smm_voice.training.lesson import Lesson
from smm_voice.training.run import Loaded, train

LORA = LoraConfig(rank=4, alpha=8, dropout=0.0, targets="all-linear", rslora=False)
TRAINING = TrainingConfig(
    epochs=1.0, maximum_examples=4, batch_size=2, accumulation=1, learning_rate=0.01,
    warmup_share=0.0, schedule="constant_with_warmup", weight_decay=0.0, gradient_clip=1.0,
    maximum_tokens=400, precision="fp32", evaluations_per_epoch=1, patience=9, seed=3,
    check_memory=False,
)  # fmt: skip
DECODING = GenerationConfig(
    temperature=1.0, top_p=1.0, top_k=1, maximum_new_tokens=8, batch_size=3, shots=0, seed=7
)
SMALL = {
    "vocab_size": 258, "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2,
    "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 512,
    "bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1,
}  # fmt: skip
# Query, key, value and output of the attention; gate, up and down of the feed-forward.
SEVEN = 7
# Sliding windows shorter than a prompt, so that both kinds of layers are what they are.
WINDOW = {"sliding_window": 16, "layer_types": ["sliding_attention", "full_attention"]}
# Family → what is its own in the configuration, and matrices a layer.
FAMILIES = {
    "gemma2": ({"head_dim": 8, "final_logit_softcapping": 2.0, **WINDOW}, SEVEN),
    "gemma3_text": ({"head_dim": 8, **WINDOW}, SEVEN),
    "llama": ({}, SEVEN),
    "mistral": ({"sliding_window": 16}, SEVEN),
    "olmo2": ({}, SEVEN),
    "phi3": ({}, 4),  # one matrix for query, key and value, and one for gate and up
    "qwen2": ({}, SEVEN),
    "qwen3": ({"head_dim": 8}, SEVEN),
    "smollm3": ({}, SEVEN),
}

# Of the others tests/training/fused sees to it.
EXCHANGED = ("olmo2", "phi3", "smollm3")


def model_of(folder, **changes):
    values = {
        "name": "tiny", "languages": ["en"], "licence": "-", "maximum_bits_per_byte": 100.0,
        "force": False, "path": str(folder),
    }  # fmt: skip
    return ModelConfig(**(values | changes))


@pytest.fixture(scope="module")
def examples(posts):
    texts = [text for text, _ in posts if 60 < len(text) < 90][:6]
    start = datetime(2018, 1, 1, tzinfo=UTC)
    made = [
        Post(str(i), text, "x", start + timedelta(days=i), "t", language="en")
        for i, text in enumerate(texts)
    ]
    return [Example(post.id, f"Topic: {post.text[:8]}", post.text, post) for post in made]


@pytest.fixture(params=sorted(FAMILIES))
def family(request, tiny_folder, tmp_path):
    """(name, prepared base model) of a random model with the tiny model's tokenizer."""
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    torch.manual_seed(0)
    config = AutoConfig.for_model(request.param, **SMALL, **FAMILIES[request.param][0])
    AutoModelForCausalLM.from_config(config).save_pretrained(tmp_path)
    AutoTokenizer.from_pretrained(tiny_folder).save_pretrained(tmp_path)
    return request.param, prepare(model_of(tmp_path))


def own_loss(base, tokenizer, examples):
    """What transformers itself says of the validation posts: nats a token."""
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(base.folder, dtype="float32").eval()
    total, count = 0.0, 0
    for e in examples:
        row = encode(tokenizer, prompt("Acme", "en", e.brief), e.text)
        ids, labels = torch.tensor([row.input_ids]), torch.tensor([row.labels])
        learned = sum(label >= 0 for label in row.labels)
        with torch.no_grad():
            total += float(model(input_ids=ids, labels=labels).loss) * learned
        count += learned
    return total / count


def two_steps(base, examples, folder, **changes):
    """What `train` gives, and every number that it logged."""
    model, tokenizer = load(base)
    origin = adapters.AdapterOrigin("acme", {"name": "tiny"}, base.digest, "f", "2018", "1")
    seen = {}
    trained = train(
        Loaded(model, tokenizer, base), Lesson(examples[:4], examples[4:], "Acme", origin), LORA,
        dataclasses.replace(TRAINING, **changes), folder,
        Hooks(lambda numbers, step: seen.update({f"{step} {k}": v for k, v in numbers.items()})),
    )  # fmt: skip
    return trained, tokenizer, seen


def test_two_steps_move_every_weight_and_the_loss_is_transformers_own(family, examples, tmp_path):
    name, base = family
    trained, tokenizer, seen = two_steps(base, examples, tmp_path / "a")

    assert trained.steps == 2
    assert trained.loss_before == pytest.approx(own_loss(base, tokenizer, examples[4:]), rel=1e-4)
    if name in EXCHANGED:
        # The parts that this project exchanges on a CPU learn as those of transformers do.
        plain = two_steps(base, examples, tmp_path / "b", kernels="plain")[2]
        assert seen == pytest.approx(plain, rel=2e-4) and "2 train/gradient_norm" in seen
    # `train` has reloaded the adapter and compared its logits with those in memory.
    weights = load_file(trained.adapter / "adapter_model.safetensors")
    assert len(weights) == 2 * 2 * FAMILIES[name][1]  # A and B, two layers
    assert all(bool(weight.abs().max() > 0) for weight in weights.values())

    tuned, tokenizer = adapters.load_for_generation(base, trained.adapter, "fp32")
    requests = [Request(str(i), prompt("Acme", "en", "b " * (4 * i + 1))) for i in range(3)]
    for request, answer in zip(
        requests, generate(tuned, tokenizer, requests, DECODING), strict=True
    ):
        ids = torch.tensor([prompt_ids(tokenizer, request.messages)])
        output = tuned.generate(
            ids, attention_mask=torch.ones_like(ids), do_sample=False,
            max_new_tokens=DECODING.maximum_new_tokens, eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )  # fmt: skip
        written = tokenizer.decode(output[0, ids.shape[1] :], skip_special_tokens=True)
        assert answer.text == written.strip()


def test_what_is_said_to_be_tried_is_tried():
    assert set(supported.TRIED) == set(FAMILIES)
