"""Adapters on the tiny model, trained in seconds: what they must learn is known."""

import random

import torch

from smm_voice.config import EvaluationConfig, LoraConfig
from smm_voice.dataset.prompts import prompt
from smm_voice.evaluation.companion import Written
from smm_voice.models import adapters
from smm_voice.models.base import load
from smm_voice.training.collator import CompletionCollator, encode
from smm_voice.training.loss import completion_loss

CONFIG = EvaluationConfig(briefs=20, resamples=300, confidence=0.95, seed=0)
LORA = LoraConfig(rank=16, alpha=32, dropout=0.0, targets="all-linear", rslora=False)
_BATCH = 4


def toy(words, count, seed=0):
    """Posts of six random words each, all to the same brief."""
    rng = random.Random(seed)
    texts = [" ".join(rng.choice(words.split()) for _ in range(6)) for _ in range(count)]
    return [Written("Topic: news", text, "en") for text in texts]


def loaded(base):
    """Model and tokenizer; without chat template, for the shorter prompt."""
    model, tokenizer = load(base)
    tokenizer.chat_template = None
    return model, tokenizer


def tune(base, posts, steps, folder=None, title="Acme"):
    """An adapter trained on `posts`; saved where a folder is given."""
    model, tokenizer = loaded(base)
    model = adapters.attach(model, LORA, seed=1).train()
    rows = [encode(tokenizer, prompt(title, p.language, p.brief), p.text) for p in posts]
    plain = [{"input_ids": r.input_ids, "labels": r.labels} for r in rows]
    collate = CompletionCollator(tokenizer.pad_token_id)
    optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=5e-3)
    for step in range(steps):
        at = step * _BATCH % len(plain)
        total, count = completion_loss(model, collate(plain[at : at + _BATCH]))
        optimiser.zero_grad()
        (total / count).backward()
        optimiser.step()
    if folder is not None:
        origin = adapters.AdapterOrigin(title, {"name": "tiny"}, base.digest, "f", "2018", "1")
        adapters.save(model, folder, origin)
    return model.eval(), tokenizer
