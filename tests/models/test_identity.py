"""Two models with the same weights need not answer alike, and are not taken for each other."""

import dataclasses
import json
import shutil

import pytest

from smm_voice.config import ModelConfig
from smm_voice.errors import InputError
from smm_voice.evaluation.model import Loaded
from smm_voice.models import adapters
from smm_voice.models.base import BaseModel, prepare


def config(folder):
    return ModelConfig(
        name="tiny", languages=["en"], licence="-", maximum_bits_per_byte=100.0, force=False,
        path=str(folder),
    )  # fmt: skip


@pytest.fixture
def copied(tiny_folder, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(tiny_folder, folder)
    return folder


def no_template(folder):
    (folder / "chat_template.jinja").unlink()


def another_template(folder):
    path = folder / "chat_template.jinja"
    path.write_text(path.read_text("utf-8").replace("<|im_end|>", "<|im_end|>!"), "utf-8")


def another_tokenizer(folder):
    path = folder / "tokenizer.json"
    known = json.loads(path.read_text("utf-8"))
    known["pre_tokenizer"]["add_prefix_space"] = True
    path.write_text(json.dumps(known), "utf-8")


@pytest.mark.parametrize("change", [no_template, another_template, another_tokenizer])
def test_equal_weights_are_not_yet_the_same_model(tiny, copied, change):
    same = prepare(config(copied))
    assert (same.identity, same.prompt_format) == (tiny[0].identity, tiny[0].prompt_format)
    change(copied)
    found = prepare(config(copied))
    assert found.digest == tiny[0].digest and found.identity != tiny[0].identity
    assert Loaded(found, None, "fp32").digest != Loaded(tiny[0], None, "fp32").digest
    assert (found.prompt_format != tiny[0].prompt_format) == (change is not another_tokenizer)


def test_rounded_weights_are_another_model(tiny):
    rounded = dataclasses.replace(tiny[0], quantisation="4bit")
    assert rounded.identity != tiny[0].identity
    assert Loaded(rounded, None, "fp32").digest != Loaded(tiny[0], None, "fp32").digest


def test_a_template_is_the_same_wherever_it_stands(tiny, copied):
    path = copied / "chat_template.jinja"
    text = path.read_text("utf-8")
    path.unlink()
    settings = copied / "tokenizer_config.json"
    known = json.loads(settings.read_text("utf-8"))
    settings.write_text(json.dumps({**known, "chat_template": text}), "utf-8")
    assert prepare(config(copied)).prompt_format == tiny[0].prompt_format


def test_what_a_template_is_rendered_with_counts_where_it_asks_for_it(tmp_path, monkeypatch):
    from smm_voice.models import chat_format

    def formats():
        found = []
        for template in ("{{ strftime_now('%d') }}", "{{ messages }}"):
            (tmp_path / "chat_template.jinja").write_text(template, "utf-8")
            found.append(BaseModel("a", tmp_path, "").prompt_format)
        return found

    before = formats()
    monkeypatch.setattr(chat_format, "_STOPPED_CLOCK", "another day")
    after = formats()
    assert after[0] != before[0] and after[1] == before[1]


def test_an_adapter_is_not_asked_in_a_form_that_it_has_never_seen(tiny, copied, tmp_path):
    base, model, _ = tiny
    lora = adapters.LoraConfig(rank=2, alpha=4, dropout=0.0, targets="q_proj", rslora=False)
    made = adapters.AdapterOrigin(
        "acme", {"name": "tiny"}, base.digest, "f", "2018", "1", prompt_format=base.prompt_format
    )
    trained = adapters.attach(model, lora, seed=1)
    adapters.save(trained, tmp_path / "adapter", made)
    adapters.load(adapters_base(base), tmp_path / "adapter", base)
    no_template(copied)
    changed = prepare(config(copied))
    with pytest.raises(InputError, match="another prompt format than tiny has now .*put the old"):
        adapters.load(adapters_base(base), tmp_path / "adapter", changed)
    # One that was written before formats were noted loads as it did.
    adapters.write_origin(tmp_path / "adapter", dataclasses.replace(made, prompt_format=""))
    adapters.load(adapters_base(base), tmp_path / "adapter", changed)


def adapters_base(base):
    from smm_voice.models.base import load

    return load(base)[0]
