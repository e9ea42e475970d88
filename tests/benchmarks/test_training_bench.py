"""The trainers under comparison learn the same, and what they are compared by is counted right."""

import pytest
import torch
from transformers import TrainerCallback

from smm_voice.benchmarks.table import figures
from smm_voice.benchmarks.training.engines import ENGINES, OWN, trainer_of
from smm_voice.benchmarks.training.run import table
from smm_voice.benchmarks.training.work import Shape
from smm_voice.config import LoraConfig, TrainingBenchConfig
from smm_voice.models.adapters import attach
from smm_voice.models.base import load
from smm_voice.training.collator import encode
from smm_voice.validation import build

LORA = LoraConfig(rank=4, alpha=8, dropout=0.0, targets="all-linear", rslora=False)


def block(tokens, seconds, losses=(3.0, 2.0), peak=1.0):
    return {"tokens": tokens, "seconds": seconds, "operations": 50e9 * seconds,
            "losses": list(losses), "peak_bytes": peak * 2**30}  # fmt: skip


def test_ratios_are_of_the_same_repeat_and_to_the_fastest_of_trl():
    blocks = {
        "peak": [{"bf16": 100e9, "fp32": 40e9}, {"bf16": 20e9, "fp32": 50e9}],
        OWN: [block(300, 1.0, peak=2.0), block(300, 2.0)],
        "transformers": [block(100, 1.0), block(100, 2.0)],
        "trl_default": [block(50, 1.0), block(50, 2.0)],
        "trl_by_length": [block(120, 1.0, (3.03, 2.0), peak=4.0), block(60, 1.0, (3.0, 2.5))],
    }
    found = figures(table(blocks))
    assert found["training/ratio_vs_trl_best"] == pytest.approx([2.5, 2.5])
    assert found["training/ratio_vs_trl_default"] == pytest.approx([6, 6])
    assert found["training/ratio_vs_transformers"] == pytest.approx([3, 3])
    assert found["training/matrix_peak_share"] == pytest.approx([0.5, 1.0])
    assert found["training/memory_ratio_vs_trl_best"] == pytest.approx([0.5])
    assert found["training/loss_difference_trl_by_length"] == pytest.approx([0.03 / 3.03, 0.2])
    assert "training/loss_difference_trl_default" not in found  # it saw other batches


def test_the_schema_names_all_engines():
    errors = []
    build(TrainingBenchConfig, {"engines": list(ENGINES)}, "training", errors)
    assert errors == []
    build(TrainingBenchConfig, {"engines": ["trl_fastest"]}, "training", errors)
    assert errors


def test_operations_are_those_of_the_profiler(tiny):
    """Counted by PyTorch for the plain model, without its attention."""
    from torch.utils.flop_counter import FlopCounterMode

    _, model, _ = tiny
    adapted = attach(model, LORA, 1)
    ids = torch.randint(0, 200, (1, 24))
    with FlopCounterMode(display=False) as counter:
        adapted(input_ids=ids).logits.float().sum().backward()
    counted = counter.get_flop_counts()["Global"]
    products = sum(
        n for kind, n in counted.items() if kind in (torch.ops.aten.mm, torch.ops.aten.addmm)
    )
    # Nothing stands before the first layer that would need its gradient.
    first = 2 * 24 * sum(
        p.numel() for n, p in model.named_parameters()
        if "layers.0.self_attn" in n and n.split(".")[-3] in ("q_proj", "k_proj", "v_proj")
        and "base_layer" in n
    )  # fmt: skip
    assert Shape.of(adapted).operations(24, 24) == pytest.approx(products + first, rel=0.02)


def test_trl_and_transformers_learn_what_this_engine_learns(tiny, tmp_path):
    pytest.importorskip("trl")
    base, _, tokenizer = tiny
    messages = [{"role": "user", "content": "Topic: launch"}]
    rows = [encode(tokenizer, messages, f"Liftoff number {'!' * n}") for n in range(24)]

    class Losses(TrainerCallback):
        def on_log(self, args, state, control, logs=None, **given):
            if "loss" in logs:
                told.append(float(logs["loss"]))

    seen, losses = {}, {}
    for engine in (OWN, "trl_by_length_fp32"):
        told, batches = [], []
        model, _ = load(base)
        trainer = trainer_of(
            engine, attach(model, LORA, 3), tokenizer, rows, 4, 3, tmp_path / engine, Losses(),
            batches.append,
        )  # fmt: skip
        trainer.train()
        losses[engine] = told
        seen[engine] = [sorted(b["attention_mask"].sum(1).tolist()) for b in batches[:3]]
    assert seen[OWN] == seen["trl_by_length_fp32"]
    assert losses[OWN] == pytest.approx(losses["trl_by_length_fp32"], rel=0.01)
    assert len(losses[OWN]) == 3
