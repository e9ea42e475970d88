"""What is written answers like base and adapter, and is refused where it does not."""

from __future__ import annotations

import json
import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.export import adapter_copy, merged
from smm_voice.export.about import probes
from smm_voice.models import adapters
from smm_voice.models.base import load, prepare
from smm_voice.models.chat import prompt_ids
from tests.export.conftest import BRAND, DECODING, another_base, base_config, save_adapter

PROBES = probes(BRAND)


def write(folder, drawn, dtype="fp32", **base):
    folder.mkdir()
    return merged.write(folder, *drawn, dtype, DECODING, PROBES)


@pytest.mark.parametrize(("dtype", "saved"), [("fp32", torch.float32), ("bf16", torch.bfloat16),
                                              ("fp16", torch.float16)])  # fmt: skip
def test_the_written_model_answers_like_base_and_adapter(drawn, tmp_path, dtype, saved):
    agreement = write(tmp_path / "out", drawn, dtype)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "config.json", "generation_config.json", "model.safetensors", "tokenizer.json",
        "tokenizer_config.json", "chat_template.jinja",
    }  # fmt: skip
    weights = load_file(tmp_path / "out" / "model.safetensors")
    assert {weight.dtype for weight in weights.values()} == {saved}
    # By hand, apart from the code in question.
    base, folder = drawn
    model, tokenizer = load(base)
    tuned = adapters.load(model, folder, base)
    fresh, _ = merged.load_exported(tmp_path / "out")
    ids = torch.tensor([prompt_ids(tokenizer, PROBES[0])])
    with torch.no_grad():
        difference = (tuned(input_ids=ids).logits - fresh(input_ids=ids).logits).abs().max()
    assert float(difference) <= agreement.largest + 1e-6
    assert agreement.share < agreement.tolerance
    if dtype == "fp32":
        assert agreement.largest < 1e-4 < agreement.effect


def test_its_decoding_travels(drawn, tmp_path):
    write(tmp_path / "out", drawn)
    told = json.loads((tmp_path / "out" / "generation_config.json").read_text())
    wanted = {"do_sample": True, "temperature": 0.8, "top_p": 0.9, "top_k": 40,
              "max_new_tokens": 24, "eos_token_id": 1}  # fmt: skip
    assert {key: told[key] for key in wanted} == wanted


def test_a_merge_that_leaves_the_adapter_out_is_refused(drawn, tmp_path, monkeypatch):
    from peft import PeftModel

    monkeypatch.setattr(PeftModel, "merge_and_unload", lambda self, **_: self.unload(), False)
    with pytest.raises(SmmVoiceError, match=r"does not answer like .* 100\.0% of what the adapter"):
        write(tmp_path / "out", drawn)


def test_weights_that_are_damaged_while_they_are_written_are_noticed(drawn, tmp_path, monkeypatch):
    from transformers import LlamaForCausalLM

    save = LlamaForCausalLM.save_pretrained

    def damaging(self, folder):
        save(self, folder)
        path = folder / "model.safetensors"
        weights = load_file(path)
        weights["model.norm.weight"][0] = float("nan")
        save_file(weights, path, metadata={"format": "pt"})

    monkeypatch.setattr(LlamaForCausalLM, "save_pretrained", damaging)
    with pytest.raises(SmmVoiceError, match="does not answer like"):
        write(tmp_path / "out", drawn)


def test_an_effect_that_rounding_swallows_is_refused_with_the_remedy(tiny_folder, tmp_path):
    base = save_adapter(tiny_folder, tmp_path / "faint", spread=1e-4)
    with pytest.raises(SmmVoiceError, match="dtype=fp32 rounds less"):
        write(tmp_path / "out", (base, tmp_path / "faint"), "bf16")
    write(tmp_path / "exact", (base, tmp_path / "faint"), "fp32")


def test_an_adapter_without_effect_is_refused(tiny_folder, tmp_path):
    base = save_adapter(tiny_folder, tmp_path / "none", spread=0.0)
    with pytest.raises(SmmVoiceError, match="changes nothing"):
        write(tmp_path / "out", (base, tmp_path / "none"))


def test_an_adapter_for_another_base_is_refused(drawn, tiny_folder, tmp_path):
    other = prepare(base_config(another_base(tiny_folder, tmp_path / "other")))
    with pytest.raises(InputError, match="was trained on tiny"):
        write(tmp_path / "out", (other, drawn[1]))


def test_a_base_without_chat_template_takes_its_plain_format_along(tiny_folder, tmp_path):
    plain = tmp_path / "plain"
    shutil.copytree(tiny_folder, plain)
    (plain / "chat_template.jinja").unlink()
    base = save_adapter(plain, tmp_path / "adapter")
    write(tmp_path / "out", (base, tmp_path / "adapter"))
    _, ours = load(base)
    assert not ours.chat_template
    theirs = merged.load_tokenizer(tmp_path / "out")
    for messages in PROBES:
        found = theirs.apply_chat_template(messages, add_generation_prompt=True, return_dict=True)
        assert found["input_ids"] == prompt_ids(ours, messages)


def test_a_template_that_makes_other_tokens_is_noticed(drawn, tmp_path, monkeypatch):
    monkeypatch.setattr(merged, "portable_template", lambda _: "{{ messages[0]['content'] }}")
    with pytest.raises(SmmVoiceError, match="other tokens"):
        write(tmp_path / "out", drawn)


def test_the_bare_adapter_goes_without_paths_and_without_the_trainer_s_files(drawn, tmp_path):
    base, adapter = drawn
    adapter_copy.copy(tmp_path / "out", base, adapter, "owner/base", PROBES)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        "adapter_config.json", "adapter_model.safetensors",
    }  # fmt: skip
    text = (tmp_path / "out" / "adapter_config.json").read_text()
    assert json.loads(text)["base_model_name_or_path"] == "owner/base"
    assert str(base.folder) not in text


def test_an_adapter_that_is_damaged_in_copying_is_noticed(drawn, tmp_path, monkeypatch):
    def damaging(source, target):
        weights = load_file(source)
        save_file({name: weight * 2 for name, weight in weights.items()}, target)

    monkeypatch.setattr(adapter_copy.shutil, "copyfile", damaging)
    with pytest.raises(SmmVoiceError, match="does not answer like the one it was copied from"):
        adapter_copy.copy(tmp_path / "out", *drawn, None, PROBES)


def test_the_number_of_weights_is_read_from_the_headers(drawn):
    model, _ = load(drawn[0])
    assert merged.parameters(drawn[0]) == sum(p.numel() for p in model.parameters())
