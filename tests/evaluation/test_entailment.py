"""A model of entailment from a folder: its labels, its bounds, and what is no such model."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest

from smm_voice.config import BrandConfig, EvaluationConfig
from smm_voice.errors import InputError
from smm_voice.evaluation import reference
from smm_voice.evaluation.entailment import EntailmentModel, choose_entailment

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "tower", "is", "tall", "low", "not", "open"]
LABELS = ("entailment", "neutral", "contradiction")
PAIRS = [
    ("the tower is tall", "the tower is not tall"),
    ("the tower is open", "open"),
    ("low", "the tower is not open not low not tall " * 9),
    ("", ""),
    ("\ud800 the", "tower \udfff \x00 😀"),
]


def save(folder, labels=LABELS, bias=None):
    """A one-layer BERT over eleven words with a fixed seed; with `bias` it answers only that."""
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    vocabulary = {word: i for i, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )  # fmt: skip
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]",
        sep_token="[SEP]", model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    ).save_pretrained(folder)  # fmt: skip
    torch.manual_seed(0)
    model = BertForSequenceClassification(
        BertConfig(
            vocab_size=len(WORDS),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=32,
            max_position_embeddings=64,
            initializer_range=0.5,
            id2label=dict(enumerate(labels)),
            label2id={n: i for i, n in enumerate(labels)},
        )  # fmt: skip
    )
    if bias is not None:
        torch.nn.init.zeros_(model.classifier.weight)
        model.classifier.bias.data = torch.log(torch.tensor(bias))
    model.save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    return save(tmp_path_factory.mktemp("nli"))


@pytest.fixture
def folder(saved, tmp_path):
    """A copy to be damaged."""
    return shutil.copytree(saved, tmp_path / "copy")


def edit(folder, **changes):
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), encoding="utf-8")


@pytest.mark.parametrize(
    "labels",
    [
        ("entailment", "neutral", "contradiction"),
        ("CONTRADICTION", "NEUTRAL", "ENTAILMENT"),
        ("Neutral", "Entailment", "Contradiction"),
        (" neutral", "contradict ", "Entail"),
    ],
)
def test_labels_are_known_by_name_whatever_their_order_and_case(tmp_path, labels):
    shares = {"e": 0.7, "n": 0.2, "c": 0.1}
    bias = [shares[label.strip().casefold()[0]] for label in labels]
    found = EntailmentModel(save(tmp_path, labels, bias))([("the tower is tall", "tall")])
    assert found[0] == pytest.approx([0.7, 0.2, 0.1], abs=1e-6)


def test_a_pair_is_read_alike_alone_and_among_others(saved):
    together = EntailmentModel(saved)(PAIRS)
    assert together.shape == (5, 3) and together.sum(axis=1) == pytest.approx(1)
    alone = np.concatenate([EntailmentModel(saved)([pair]) for pair in PAIRS])
    assert together == pytest.approx(alone, abs=1e-6)
    assert np.ptp(together, axis=0).max() > 0.01, "it answers the same whatever it reads"
    backwards = EntailmentModel(saved)(PAIRS[::-1])[::-1]
    assert together == pytest.approx(backwards, abs=1e-6)


def test_which_is_premise_and_which_is_hypothesis_matters(saved):
    model = EntailmentModel(saved)
    there, back = model([("the tower", "is low not open"), ("is low not open", "the tower")])
    assert np.abs(there - back).max() > 1e-3


def test_what_the_model_itself_says_of_a_pair(saved):
    import torch
    from transformers import AutoModelForSequenceClassification

    ids = [2, *(WORDS.index(w) for w in ("the", "tower", "is", "tall")), 3, WORDS.index("low"), 3]
    kinds = [0] * 6 + [1] * 2
    model = AutoModelForSequenceClassification.from_pretrained(saved).eval()
    with torch.no_grad():
        logits = model(torch.tensor([ids]), token_type_ids=torch.tensor([kinds])).logits
    expected = torch.softmax(logits, dim=1).numpy()
    assert EntailmentModel(saved)([("the tower is tall", "low")]) == pytest.approx(
        expected, abs=1e-6
    )


def test_a_text_of_any_length_fits(saved):
    found = EntailmentModel(saved)([("tall " * 20_000, "low " * 20_000)])
    assert found.sum() == pytest.approx(1)


def test_many_pairs_go_in_bounded_batches_and_each_is_read_once(saved, monkeypatch):
    model = EntailmentModel(saved)
    sizes = []
    forward = model._model.forward
    monkeypatch.setattr(
        model._model, "forward",
        lambda **batch: sizes.append(batch["input_ids"].shape) or forward(**batch),
    )  # fmt: skip
    pairs = [("tall " * 50, f"low {'is ' * (n % 9)}{'open ' * (n // 9)}") for n in range(300)]
    first = model(pairs)
    assert len(sizes) > 1 and all(rows * width <= 4096 for rows, width in sizes)
    read = sum(rows for rows, _ in sizes)
    assert read == len(set(pairs))
    assert (model(pairs) == first).all() and sum(rows for rows, _ in sizes) == read


def test_no_pairs_at_all(saved):
    assert EntailmentModel(saved)([]).shape == (0, 3)


def test_the_name_tells_two_models_apart(saved, tmp_path):
    other = save(tmp_path / saved.name, bias=[0.1, 0.2, 0.7])
    assert EntailmentModel(saved).name.startswith(f"{saved.name} (SHA-256 ")
    assert EntailmentModel(saved).name != EntailmentModel(other).name


def refused(folder):
    with pytest.raises(InputError, match="evaluation.entailment") as error:
        EntailmentModel(folder)
    return str(error.value)


def test_a_folder_that_is_missing_or_is_a_file_or_a_name_of_a_hub(tmp_path, saved):
    assert str(tmp_path / "no") in refused(tmp_path / "no")
    refused(saved / "config.json")
    refused(tmp_path)


def test_pickled_weights_are_not_read(folder):
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    assert "safetensors" in refused(folder)


def test_a_model_that_only_continues_text(tiny_folder):
    assert "LlamaForCausalLM" in refused(tiny_folder)


@pytest.mark.parametrize(
    "labels",
    [
        ("LABEL_0", "LABEL_1", "LABEL_2"),
        ("entailment", "not_entailment"),
        ("entailment", "neutral", "contradiction", "other"),
        ("entailment", "entails", "contradiction"),
        ("positive", "neutral", "negative"),
    ],
)
def test_other_labels_are_refused_and_listed(tmp_path, labels):
    told = refused(save(tmp_path, labels))
    assert all(label in told for label in labels) and "id2label" in told


@pytest.mark.parametrize("labels", [{"a": "entailment"}, {}, [1], "x"])
def test_labels_of_another_form(folder, labels):
    edit(folder, id2label=labels)
    refused(folder)


def test_a_head_that_is_not_there_is_not_drawn_at_random(folder):
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    kept = {name: tensor for name, tensor in weights.items() if "classifier" not in name}
    assert len(kept) < len(weights)
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})
    assert "classifier" in refused(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "config.json", "tokenizer.json"])
@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe" * 40])
def test_damaged_files(folder, name, content):
    (folder / name).write_bytes(content)
    refused(folder)


def test_code_that_comes_with_a_model_is_not_run(folder, tmp_path):
    trace = tmp_path / "ran"
    (folder / "modeling_own.py").write_text(f"open({str(trace)!r}, 'w')\n", encoding="utf-8")
    auto_map = {
        name: f"modeling_own.{name}"
        for name in ("AutoConfig", "AutoModelForSequenceClassification")
    }
    edit(folder, model_type="own", auto_map=auto_map)
    refused(folder)
    assert not trace.exists()


def test_the_path_is_taken_from_the_repository_and_nothing_is_loaded_unasked(saved):
    assert choose_entailment(None, saved) is None
    assert choose_entailment(saved.name, saved.parent).name == choose_entailment(
        str(saved), saved.parent / "elsewhere"
    ).name  # fmt: skip


def test_a_reference_holds_the_model_that_the_configuration_names(saved, monkeypatch):
    from types import SimpleNamespace

    def nothing(*arguments):
        return None

    monkeypatch.setattr(reference, "fit", nothing)
    monkeypatch.setattr(reference, "choose_judge", lambda *arguments: (None, None))
    dataset = SimpleNamespace(splits={"train": [], "calibration": [], "test": []}, references={})
    brand = BrandConfig(name="x", languages=["en"])

    def made(**changes):
        config = EvaluationConfig(briefs=2, resamples=100, confidence=0.95, seed=0, **changes)
        return reference.build_reference(dataset, brand, config, saved.parent, machine=[])

    plain = made()
    assert (plain.entail, plain.entail_name, plain.fact_judge) == (None, None, None)
    asked = made(entailment=saved.name, entailment_lines=5)
    assert asked.entail_name == asked.entail.name and asked.entail_lines == 5
    with pytest.raises(InputError, match="evaluation.entailment"):
        made(entailment="no/such/folder")
