"""The model cache: whole, verified, and honest about what is wrong."""

import shutil

import pytest

from smm_voice.config import ModelConfig
from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.models import base


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
    import dataclasses

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
