"""What is no model to tune here is refused, with what it is and what to take."""

import json
import shutil

import pytest

from smm_voice.config import LoraConfig
from smm_voice.errors import InputError
from smm_voice.models import adapters, base
from smm_voice.models.supported import check_supported
from tests.models.test_architectures import model_of


@pytest.fixture
def changed(tiny_folder, tmp_path):
    """Copies the tiny model with some keys of its config.json changed."""

    def copy(**keys):
        shutil.copytree(tiny_folder, tmp_path, dirs_exist_ok=True)
        path = tmp_path / "config.json"
        values = json.loads(path.read_text(encoding="utf-8")) | keys
        path.write_text(json.dumps(values), encoding="utf-8")
        return model_of(tmp_path)

    check_supported.cache_clear()
    return copy


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (
            {"architectures": ["BertForMaskedLM"], "model_type": "bert"},
            "is no causal language model (BertForMaskedLM)",
        ),
        (
            {"architectures": ["T5ForConditionalGeneration"], "is_encoder_decoder": True},
            "is an encoder with a decoder (T5ForConditionalGeneration)",
        ),
        (
            {"architectures": ["Mistral3ForConditionalGeneration"], "vision_config": {"a": 1}},
            "reads more than text",
        ),
        (
            {"architectures": ["Qwen3MoeForCausalLM"], "num_experts": 128},
            "is a mixture of 128 experts",
        ),
        ({"quantization_config": {"quant_method": "gptq", "bits": 4}}, "quantised weights (gptq)"),
        ({"logits_scaling": 8.0}, "scales its logits (logits_scaling=8.0)"),
    ],
)
def test_another_kind_of_model_is_refused_from_its_configuration(changed, keys, words):
    with pytest.raises(InputError) as caught:
        base.prepare(changed(**keys))
    assert words in str(caught.value) and "conf/model" in str(caught.value)
    assert caught.value.exit_status == 2


def test_an_unknown_type_is_warned_of_and_refused_by_whoever_loads_it(changed, caplog):
    config = changed(model_type="thought_up", architectures=["ThoughtUpForCausalLM"])
    prepared = base.prepare(config)
    assert "the type 'thought_up', which the tests of this project do not train" in caplog.text
    with pytest.raises(InputError, match="cannot be read as a causal language model") as caught:
        base.load(prepared)
    assert "thought_up" in str(caught.value) and caught.value.exit_status == 2


def test_code_that_comes_with_a_model_is_never_run(changed, tmp_path):
    config = changed(
        model_type="thought_up",
        auto_map={"AutoConfig": "own.Config", "AutoModelForCausalLM": "own.Model"},
    )
    (tmp_path / "own.py").write_text(f"open({str(tmp_path / 'it_ran')!r}, 'w')")
    with pytest.raises(InputError, match="code that comes with a model is never run"):
        base.load(base.prepare(config))
    assert not (tmp_path / "it_ran").exists()


def test_weights_that_are_missing_are_never_random_ones(changed):
    # A third layer, of which the file holds nothing.
    with pytest.raises(InputError, match=r"hold no weights for 9 tensors, first model\.layers\.2"):
        base.load(base.prepare(changed(num_hidden_layers=3)))


@pytest.mark.parametrize("keys", [{"intermediate_size": 48}, {"vocab_size": 100}])
def test_weights_of_another_shape_are_refused(changed, keys):
    with pytest.raises(InputError, match="cannot be read as a causal language model"):
        base.load(base.prepare(changed(**keys)))


def test_a_file_that_is_cut_short_is_refused(changed, tmp_path):
    config = changed()
    weights = tmp_path / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(InputError, match="cannot be read as a causal language model"):
        base.load(base.prepare(config))


@pytest.mark.parametrize(("name", "content"), [("config.json", "{"), ("config.json", "[]")])
def test_a_configuration_that_cannot_be_read_is_named(changed, tmp_path, name, content):
    config = changed()
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=r"config\.json cannot be read"):
        base.prepare(config)


def test_a_folder_without_a_tokenizer_is_refused(changed, tmp_path):
    config = changed()
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).unlink()
    with pytest.raises(
        InputError, match=r"there is no tokenizer in .*; copy the tokenizer's files"
    ):
        base.load_tokenizer(base.prepare(config))


def test_a_folder_that_is_not_there_is_named():
    with pytest.raises(InputError, match="there is no folder /nowhere"):
        base.prepare(model_of("/nowhere"))
    with pytest.raises(InputError, match="there is no folder /nowhere"):
        base.check_at_hand(model_of("/nowhere"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rank": 17}, "smallest matrix of this model"),
        ({"targets": "query_proj"}, "lora.targets 'query_proj' fits no layer"),
    ],
)
def test_an_adapter_that_does_not_fit_the_model_is_refused(tiny, changes, words):
    values = {"rank": 4, "alpha": 8, "dropout": 0.0, "targets": "all-linear", "rslora": False}
    with pytest.raises(InputError) as caught:
        adapters.attach(tiny[1], LoraConfig(**(values | changes)), seed=1)
    assert words in str(caught.value) and caught.value.exit_status == 2
