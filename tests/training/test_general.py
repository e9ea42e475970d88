"""The probe of general ability: what it counts, and what is said of a loss."""

import json
import math

import pytest
import torch

from smm_voice.errors import InputError
from smm_voice.training.general import Ability, Probe, forgotten
from tests.conftest import ROOT

FILE = ROOT / "data/general/probe.jsonl"


def test_the_committed_probe_is_sound():
    rows = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    items = [row for row in rows if "options" in row]
    assert sum(row["language"] == "en" for row in items) == 60
    assert sum(row["language"] == "fr" for row in items) == 30
    for row in items:
        assert ("text" in row) != ("question" in row)
        assert len(row["options"]) >= 2 == len(set(row["options"][:2]))
    prompts = FILE.with_name("prompts.jsonl").read_text(encoding="utf-8").splitlines()
    asked = {json.loads(line)["prompt"] for line in prompts}
    assert len(asked) == 80
    assert not asked & {row.get("question") for row in items}


def test_the_likelier_option_counts(tiny, tmp_path):
    """A model whose output does not depend on the input: every item has a known answer."""
    _, model, tokenizer = tiny
    with torch.no_grad():
        model.model.norm.weight.zero_()  # all logits are 0 …
    path = tmp_path / "probe.jsonl"
    rows = [
        {"language": "en", "text": "x", "options": ["aa", "aaaa"]},
        {"language": "en", "question": "x", "options": ["b", "c", "d"]},
        {"language": "en", "paragraph": "Some words."},
        {"language": "fr", "text": "x", "options": ["a", "b"]},
    ]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    ability = Probe.read(path, ["en-GB"]).ask(model, tokenizer)
    # … so each byte costs the same, and nothing is likelier than anything else.
    assert ability == Ability(0.0, pytest.approx(0, abs=1e-5), pytest.approx(math.log2(258)), 2)
    assert Probe.read(path, ["de"]) is None


def test_a_model_that_knows_the_answers_gets_them(tiny, tmp_path):
    _, model, tokenizer = tiny
    path = tmp_path / "probe.jsonl"
    rows = [{"language": "en", "text": "x", "options": ["q", "r"]},
            {"language": "en", "text": "y", "options": ["r", "q"]},
            {"language": "en", "paragraph": "Some words."}]  # fmt: skip
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    q = tokenizer("q", add_special_tokens=False)["input_ids"][0]

    class Head(torch.nn.Module):
        weight = model.get_output_embeddings().weight

        def forward(self, hidden):
            logits = torch.zeros(*hidden.shape[:-1], 258)
            logits[..., q] = 4.0
            return logits

    model.set_output_embeddings(Head())
    ability = Probe.read(path, ["en"]).ask(model.train(), tokenizer)
    assert ability.accuracy == 0.5  # q is likelier: right once, wrong once
    assert ability.margin == pytest.approx(0, abs=1e-5)
    assert model.training


def test_a_damaged_probe_is_named(tmp_path):
    (tmp_path / "probe.jsonl").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"probe\.jsonl cannot be read"):
        Probe.read(tmp_path / "probe.jsonl", ["en"])


@pytest.mark.parametrize(
    ("after", "told"),
    [
        (Ability(0.76, 0.1, 1.04, 60), None),
        (Ability(0.74, 0.1, 1.0, 60), "80% to 74%"),
        (Ability(0.80, 0.1, 1.06, 60), "1.06 bits a byte, 1.00 before"),
        (Ability(0.90, 0.1, 0.9, 60), None),
    ],
)
def test_what_is_lost_is_told_beyond_the_tolerance(after, told):
    found = forgotten(Ability(0.8, 0.2, 1.0, 60), after, 0.05)
    assert (found is None) if told is None else (told in found and "training.mixing" in found)
