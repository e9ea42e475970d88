"""llama.cpp's programs are found, called as they want it, and what they make is read back."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest

from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.export import gguf, merged, tools
from smm_voice.export.about import probes
from smm_voice.models.chat import prompt_ids
from tests.export.conftest import BRAND, DECODING

STAND_IN = Path(__file__).with_name("stand_in_converter.py")
PROBES = probes(BRAND)
QUANTISER = """#!{python}
import json, shutil, sys
from pathlib import Path
with Path(__file__).with_name("called.jsonl").open("a") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
shutil.copyfile(sys.argv[1], sys.argv[2])
"""


@pytest.fixture
def llama_cpp(tmp_path, monkeypatch):
    """A folder like llama.cpp's, with the stand-in and a quantiser where builds put it."""
    monkeypatch.delenv(tools.VARIABLE, raising=False)
    folder = tmp_path / "llama.cpp"
    (folder / "build" / "bin").mkdir(parents=True)
    shutil.copyfile(STAND_IN, folder / "convert_hf_to_gguf.py")
    program = folder / "build" / "bin" / "llama-quantize"
    program.write_text(QUANTISER.format(python=sys.executable))
    program.chmod(0o755)
    return folder


@pytest.fixture(scope="module")
def written(drawn, tmp_path_factory):
    """A merged model's folder, and how it was found to answer."""
    made = tmp_path_factory.mktemp("merged")
    return made, merged.write(made, *drawn, "fp32", DECODING, PROBES)


@pytest.fixture(scope="module")
def folder(written):
    return written[0]


@pytest.fixture(scope="module")
def ids(folder):
    tokenizer = merged.load_tokenizer(folder)
    return [prompt_ids(tokenizer, messages) for messages in PROBES]


def called(folder):
    return [json.loads(line) for line in (folder / "called.jsonl").read_text().splitlines()]


def test_a_file_is_made_and_answers_like_the_merged_model(llama_cpp, folder, ids, tmp_path):
    path = tmp_path / "house-voice-fp32.gguf"
    found = tools.find(str(llama_cpp), quantiser=False)
    assert found.converter == (sys.executable, str(llama_cpp / "convert_hf_to_gguf.py"))
    gguf.write(path, folder, "fp32", None, found)
    assert called(llama_cpp) == [{
        "model": str(folder), "outfile": str(path), "outtype": "f32",
        "model_name": "house-voice-fp32", "offline": "1",
    }]  # fmt: skip
    check = gguf.check(path, folder, ids, None)
    assert check.divergence < 1e-6
    assert check.same_greedy == (2, 2)
    assert check.adds_first_token is False
    assert check.tokenised


@pytest.mark.parametrize(
    ("dtype", "quantisation", "outtype"),
    [("bf16", None, "bf16"), ("fp16", None, "f16"), ("bf16", "q8_0", "q8_0")],
)
def test_the_converter_alone_writes_these(llama_cpp, tmp_path, dtype, quantisation, outtype):
    (llama_cpp / "fault").write_text("silent")
    found = tools.find(str(llama_cpp), quantiser=gguf.needs_quantiser(quantisation))
    with pytest.raises(SmmVoiceError, match="ended well and wrote no file"):
        gguf.write(tmp_path / "out.gguf", tmp_path, dtype, quantisation, found)
    assert called(llama_cpp)[0]["outtype"] == outtype


def test_other_quantisations_go_through_llama_quantize(llama_cpp, folder, tmp_path):
    found = tools.find(str(llama_cpp), quantiser=gguf.needs_quantiser("q4_k_m"))
    path = tmp_path / "out.gguf"
    gguf.write(path, folder, "fp32", "q4_k_m", found)
    first = called(llama_cpp)[0]
    assert first["outtype"] == "f32"
    assert called(llama_cpp / "build" / "bin") == [[first["outfile"], str(path), "Q4_K_M"]]
    assert path.is_file()
    assert not Path(first["outfile"]).exists()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("fails", r"failed with status 1:\n  ModuleNotFoundError.*\nInstall what it misses"),
        ("garbage", "is no GGUF file"),
        ("shapes", "cannot be read back"),
        ("weights", "does not answer like the merged model"),
        ("tokens", "has other tokens than the merged model: number"),
        ("merges", "makes other tokens of a prompt"),
    ],
)
def test_what_a_converter_does_wrong_is_noticed(llama_cpp, folder, ids, tmp_path, fault, words):
    (llama_cpp / "fault").write_text(fault)
    found = tools.find(str(llama_cpp), quantiser=False)
    with pytest.raises(SmmVoiceError, match=words):
        gguf.write(tmp_path / "out.gguf", folder, "fp32", None, found)
        gguf.check(tmp_path / "out.gguf", folder, ids, None)


def test_a_quantised_file_must_be_nearer_than_the_untuned_base(llama_cpp, written, ids, tmp_path):
    folder, agreement = written
    (llama_cpp / "fault").write_text("weights")
    found = tools.find(str(llama_cpp), quantiser=False)
    gguf.write(tmp_path / "out.gguf", folder, "fp32", None, found)
    check = gguf.check(tmp_path / "out.gguf", folder, ids, agreement.divergence)
    assert 1e-4 < check.divergence < agreement.divergence
    with pytest.raises(SmmVoiceError, match="where the base without adapter is"):
        gguf.check(tmp_path / "out.gguf", folder, ids, check.divergence / 2)


def test_a_tokenizer_that_cannot_be_read_back_is_said_to_be_unread(
    llama_cpp, folder, ids, tmp_path
):
    (llama_cpp / "fault").write_text("scores")
    path = tmp_path / "out.gguf"
    gguf.write(path, folder, "fp32", None, tools.find(str(llama_cpp), quantiser=False))
    check = gguf.check(path, folder, ids, None)
    assert not check.tokenised
    assert check.divergence < 1e-6


def test_an_architecture_that_cannot_be_read_back_is_said_not_to_be_compared(
    llama_cpp, folder, ids, tmp_path
):
    (llama_cpp / "fault").write_text("architecture")
    path = tmp_path / "out.gguf"
    gguf.write(path, folder, "fp32", None, tools.find(str(llama_cpp), quantiser=False))
    check = gguf.check(path, folder, ids, None)
    assert check.divergence is None
    assert "nothing" in check.reason


def test_without_the_converter_it_is_said_what_to_install(tmp_path, monkeypatch):
    monkeypatch.delenv(tools.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    for folder, place in ((None, "on the PATH"), (str(tmp_path), str(tmp_path))):
        with pytest.raises(InputError, match=r"git clone .*llama\.cpp") as told:
            tools.find(folder, quantiser=False)
        assert place in str(told.value)


def test_without_the_quantiser_the_ways_out_are_named(llama_cpp, monkeypatch):
    shutil.rmtree(llama_cpp / "build")
    monkeypatch.setenv("PATH", str(llama_cpp / "nothing"))
    assert tools.find(str(llama_cpp), quantiser=False).quantiser == ()
    with pytest.raises(InputError, match=r"quantisation=q8_0, which needs the converter alone"):
        tools.find(str(llama_cpp), quantiser=True)


def test_the_variable_and_the_path_are_looked_into_too(llama_cpp, tmp_path, monkeypatch):
    monkeypatch.setenv(tools.VARIABLE, str(llama_cpp))
    assert tools.find(None, quantiser=True).converter[1].startswith(str(llama_cpp))
    monkeypatch.delenv(tools.VARIABLE)
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("llama-convert-hf-to-gguf", "llama-quantize"):
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    found = tools.find(None, quantiser=True)
    assert found.converter == (str(programs / "llama-convert-hf-to-gguf"),)
    assert found.quantiser == (str(programs / "llama-quantize"),)


def test_the_environment_in_llama_cpp_s_folder_is_taken(llama_cpp):
    python = llama_cpp / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    assert tools.find(str(llama_cpp), quantiser=False).converter[0] == str(python)


def test_a_program_that_cannot_be_started_is_named(tmp_path):
    (tmp_path / "x").write_text("no program")
    with pytest.raises(SmmVoiceError, match="cannot be started"):
        tools.run((str(tmp_path / "x"),), "the converter")
