"""`generate`: what is printed of variants that had to be drawn again."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from smm_voice.commands import generate as command
from smm_voice.config import BrandConfig, GenerationConfig
from smm_voice.generation.generate import Answer
from smm_voice.metrics.base import Finding, Score

SHEET = {"subjects": [], "forbidden": [{"claim": "organic", "reason": "no certificate"}]}
DECODING = {
    "temperature": 0.8, "top_p": 0.9, "top_k": 50, "maximum_new_tokens": 60, "batch_size": 8,
    "shots": 2, "seed": 0, "guard_candidates": 3,
}  # fmt: skip


@pytest.fixture
def generated(tmp_path, monkeypatch, capsys):
    """Run the command on a writer whose second variant gets better, and its third never does."""
    (tmp_path / "facts.yaml").write_text(json.dumps(SHEET), encoding="utf-8")
    brand = BrandConfig(name="acme", languages=["en"], platforms=["x"], facts="facts.yaml")
    calls = []

    def write(model, tokenizer, requests, config):
        calls.append([request.key.rpartition("#")[2] for request in requests])
        texts = {"0": "fine", "1": "organic", "1~1": "better"}
        return [Answer(texts.get(key, f"organic {key}"), finished=True) for key in calls[-1]]

    def score(items, reference):
        none = Score(None)
        return {"voice/style_index": none, "voice/closeness": none}

    def findings(item, reference):
        return [Finding("forbidden", "organic", "why")] if "organic" in item.text else []

    for name, value in {
        "find_adapter": ("folder", "acme-voice 1"),
        "read_origin": SimpleNamespace(
            base={"name": "b", "languages": ["en"], "licence": "-", "maximum_bits_per_byte": 1.0,
                  "force": False}
        ),
        "prepare": None,
        "load_for_generation": (None, None),
        "dataset_of": None,
        "build_reference": None,
    }.items():  # fmt: skip
        monkeypatch.setattr(command, name, lambda *_, value=value: value)
    monkeypatch.setattr("smm_voice.tracking.store.open_store", lambda *_: None)
    monkeypatch.setattr("smm_voice.generation.generate.generate", write)
    monkeypatch.setattr(command, "metrics", SimpleNamespace(score=score, findings=findings))

    def go(guard):
        config = SimpleNamespace(
            workspace=str(tmp_path), repository=str(tmp_path), brand=brand, brief="A new garden",
            tracking=None, model="champion", platform=None, n=3, references=[], dataset=None,
            evaluation=None, generation=GenerationConfig(**DECODING, guard=guard),
        )  # fmt: skip
        assert command.generate(config) == 0
        return capsys.readouterr().out, calls

    return go


def test_without_the_guard_each_variant_is_drawn_once(generated):
    output, calls = generated(guard=False)
    assert calls == [["0", "1", "2"]]
    assert "The guard" not in output
    posts = [line for line in output.splitlines() if line.startswith(("1.", "2.", "3."))]
    assert [line.partition(") ")[2] for line in posts] == ["fine", "organic", "organic 2"]


def test_the_accused_variants_are_drawn_again_before_ranking(generated):
    output, calls = generated(guard=True)
    assert calls == [["0", "1", "2"], ["1~1", "2~1"], ["2~2"]]
    assert (
        "The guard drew 6 posts for 3; 1 of these still contradicts a fact or makes a forbidden "
        "claim\n\n1. "
    ) in output
    posts = [line for line in output.splitlines() if line.startswith(("1.", "2.", "3."))]
    assert [line.partition(") ")[2] for line in posts] == ["fine", "better", "organic 2"]
