"""`export`: from the registry to a folder that needs nothing of this project."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from smm_voice.evaluation import record
from smm_voice.metrics import METRICS
from smm_voice.models import adapters
from tests.evaluation.judged import evaluation
from tests.export.conftest import another_base, save_adapter

STAND_IN = Path(__file__).parents[1] / "export" / "stand_in_converter.py"
CARD = {
    "fingerprint": "0123456789abcdef", "read": 12, "kept": 10, "dropped": {},
    "splits": {"en": {"train": 8, "test": 2}}, "periods": {}, "privacy": {}, "sources": [],
    "platforms": {"x": 10}, "provenance": {"human": 10}, "references": {},
}  # fmt: skip
POST = "a post of the house that nobody else may see"


@pytest.fixture(scope="module")
def trained(tiny_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    save_adapter(tiny_folder, folder)
    return folder


@pytest.fixture
def brand(write_brand):
    write_brand("house", [{"text": POST, "created_at": "2024-01-01T10:00:00Z"}],
                display_name="House", platforms=["x"])  # fmt: skip


@pytest.fixture
def registered(store, brand, register, trained, tmp_path):
    """A registered version of the brand with the run that made it; its number."""
    where = (tmp_path / "artifacts").as_uri()
    run = store.create_run(
        store.create_experiment("house", where), run_name="made", tags={"smm.kind": "train"}
    )
    store.log_metric(run.info.run_id, "train/examples", 8)
    store.log_param(run.info.run_id, "lora_rank", 4)
    store.log_dict(run.info.run_id, CARD, "dataset/card.json")
    store.log_artifacts(run.info.run_id, str(trained), "artifacts/adapter")
    store.set_terminated(run.info.run_id)
    register("house-voice", alias="champion", run=run,
             **{"smm.run": run.info.run_id})  # fmt: skip
    return run.info


def judge(store, registered):
    every = {name: [0.5] * 8 for name in METRICS}
    found = evaluation(dict.fromkeys(("candidate", "base", "human"), every), brand="House")
    run = store.create_run(registered.experiment_id, run_name="judged",
                           tags={"smm.kind": "evaluation", "smm.model_version": "1"})  # fmt: skip
    store.log_dict(run.info.run_id, record.as_json(found), record.PATH)
    store.set_terminated(run.info.run_id)
    return run.info.run_id


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def contents(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


ABOUT = {"README.md", "NOTICE", "SHA256SUMS", "export.json"}
MERGED = {"config.json", "generation_config.json", "model.safetensors", "tokenizer.json",
          "tokenizer_config.json", "chat_template.jinja"}  # fmt: skip


def test_a_champion_is_served_by_transformers_alone(command, store, registered, tmp_path):
    run = judge(store, registered)
    before = contents(tmp_path / "artifacts")
    ended = command("scripts/export.py", "brand=house", "dtype=fp32", "base_model=owner/tiny",
                    "generation.maximum_new_tokens=5")  # fmt: skip
    assert ended.status == 0, ended.errors
    output = tmp_path / "ws" / "experiments" / "runs" / "house" / "export" / "version-1"
    assert f"house-voice version 1, exported to {output}" in ended.output
    assert names(output) == ABOUT | MERGED
    text = (output / "README.md").read_text("utf-8")
    for words in (run, "8 of them learned from", "lora rank 4", "house-voice version 1",
                  "base_model: owner/tiny"):  # fmt: skip
        assert words in text
    everything = b"".join(contents(output).values())
    assert POST.encode() not in everything
    assert str(tmp_path).encode() not in everything
    told = json.loads((output / "export.json").read_text("utf-8"))
    assert (told["version"], told["evaluation_run"], told["dtype"]) == ("1", run, "fp32")
    for line in (output / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((output / name).read_bytes()).hexdigest() == digest
    # The registry was read and left as it was.
    assert contents(tmp_path / "artifacts") == before
    assert len(store.search_model_versions("name='house-voice'")) == 1
    # The card's own program, in a process that does not know this project.
    program = re.search(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE).group(1)
    alone = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    program += "\nimport sys; assert not any('smm_voice' in name for name in sys.modules)"
    program += "\nprint(answer.shape[0])"
    ended = subprocess.run([sys.executable, "-P", "-c", program], cwd=output, env=alone,
                           capture_output=True, text=True, timeout=300, check=False)  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert 1 <= int(ended.stdout.splitlines()[-1]) <= 5


def test_each_format_that_is_asked_for_and_no_other(command, registered, tmp_path, monkeypatch):
    monkeypatch.delenv("LLAMA_CPP", raising=False)
    llama_cpp = tmp_path / "llama.cpp"
    llama_cpp.mkdir()
    shutil.copyfile(STAND_IN, llama_cpp / "convert_hf_to_gguf.py")
    asked = ("scripts/export.py", "brand=house", "model=1", "dtype=fp32", f"output={tmp_path}/out")
    ended = command(*asked, "formats=[gguf,adapter]", f"llama_cpp={llama_cpp}")
    assert ended.status == 0, ended.errors
    output = tmp_path / "out"
    assert names(output) == ABOUT | {
        "house-voice-fp32.gguf", "Modelfile", "adapter/adapter_config.json",
        "adapter/adapter_model.safetensors",
    }  # fmt: skip
    assert "2 of 2 prompts are answered word for word alike" in ended.output
    assert "was never evaluated" in ended.output
    assert "**This model was never evaluated**" in (output / "README.md").read_text("utf-8")
    assert "FROM ./house-voice-fp32.gguf" in (output / "Modelfile").read_text("utf-8")
    # What stands there is not touched unless that is said.
    before = contents(output)
    again = command(*asked, "formats=[adapter]")
    assert again.status == 2
    assert "overwrite=true" in again.errors
    assert contents(output) == before
    over = command(*asked, "formats=[adapter]", "overwrite=true")
    assert over.status == 0, over.errors
    assert names(output) == ABOUT | {
        "adapter/adapter_config.json", "adapter/adapter_model.safetensors",
    }  # fmt: skip


def test_an_adapter_s_folder_is_enough_and_nothing_is_made_elsewhere(
    command, brand, trained, tmp_path
):
    ended = command("scripts/export.py", "brand=house", f"model={trained}", "formats=[adapter]",
                    f"output={tmp_path}/out")  # fmt: skip
    assert ended.status == 0, ended.errors
    digest = adapters.digest(trained)[:12]
    assert f"adapter {digest}" in ended.output
    text = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert "is not registered, and no evaluation is known of it" in text
    assert str(trained) not in text
    assert not (tmp_path / "ws").exists()


def test_everything_that_cannot_be_exported_is_told_before_anything_is_loaded(
    command, registered, trained, tiny_folder, tmp_path, monkeypatch
):
    monkeypatch.setattr("smm_voice.models.base.load", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("LLAMA_CPP", raising=False)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary").write_text("x")
    gone = _changed(trained, tmp_path / "gone", path="/models/gone")
    packaged = _changed(trained, tmp_path / "packaged", path=None, package="no_such_package",
                        file="x.gguf", requirement="no-such-package==1")  # fmt: skip
    newer = _changed(trained, tmp_path / "newer", from_mars=True)
    for arguments, words in {
        (f"model={newer}",): "a newer one has made it",
        ("model=7",): "no model '7'",
        ("model=challenger",): "no model 'challenger'; versions: 1",
        ("formats=[gguf]",): "git clone https://github.com/ggml-org/llama.cpp",
        ("formats=[ggufs]",): "did you mean 'gguf'?",
        ("formats=[]",): "formats must name at least one",
        ("quantisation=q8_0",): "say formats=[gguf]",
        ("dtype=fp8",): "dtype must be one of",
        ("base_model=tiny",): "base_model must match",
        (f"output={tmp_path}/mine",): "holds other things than an export",
        ("output=/proc/nowhere/out",): "cannot be written",
        (f"model={gone}",): "there is no folder /models/gone",
        (f"model={packaged}",): "install it with: python -m pip install no-such-package==1",
    }.items():
        ended = command("scripts/export.py", "brand=house", *arguments)
        assert ended.status == 2, (arguments, ended)
        assert words in ended.errors, (arguments, ended.errors)
    assert {path.name for path in (tmp_path / "mine").iterdir()} == {"diary"}


def test_an_adapter_of_another_brand_or_base_is_refused(
    command, write_brand, brand, trained, tiny_folder, tmp_path
):
    write_brand("other", [{"text": "a post", "created_at": "2024-01-01T10:00:00Z"}])
    ended = command("scripts/export.py", "brand=other", f"model={trained}")
    assert ended.status == 2
    assert "is of brand house, not of other" in ended.errors
    moved = _changed(
        trained, tmp_path / "moved", path=str(another_base(tiny_folder, tmp_path / "base"))
    )
    ended = command("scripts/export.py", "brand=house", f"model={moved}", f"output={tmp_path}/out")
    assert ended.status == 2
    assert "was trained on tiny" in ended.errors
    assert not list(tmp_path.glob("*out*"))


def test_what_was_trained_on_a_quantised_base_is_merged_into_the_whole_one(
    command, brand, trained, tmp_path
):
    rounded = _changed(trained, tmp_path / "rounded", quantisation="4bit")
    ended = command("scripts/export.py", "brand=house", f"model={rounded}",
                    f"output={tmp_path}/out")  # fmt: skip
    assert ended.status == 0, ended.errors
    text = (tmp_path / "out" / "README.md").read_text("utf-8")
    assert "| rounded while it was trained | 4bit (bitsandbytes); the base is in full here" in text


def test_versions_without_files_or_with_an_evaluation_of_old_are_told(
    command, store, registered, tmp_path
):
    run = store.create_run(registered.experiment_id, run_name="old",
                           tags={"smm.kind": "evaluation", "smm.model_version": "1"})  # fmt: skip
    store.log_dict(run.info.run_id, {"brand": "House", "arms": {}}, record.PATH)
    store.set_terminated(run.info.run_id)
    ended = command("scripts/export.py", "brand=house")
    assert ended.status == 2
    assert "evaluate the model again (scripts/evaluate.py brand=house model=1)" in ended.errors
    store.set_model_version_tag("house-voice", "1", "smm.files_removed", "true")
    ended = command("scripts/export.py", "brand=house")
    assert ended.status == 2
    assert "version 1 has no files any more" in ended.errors


def test_without_any_store_it_is_said_what_to_do(command, brand, tmp_path):
    ended = command("scripts/export.py", "brand=house")
    assert ended.status == 2
    assert "run `python train.py brand=house` first" in ended.errors
    assert not (tmp_path / "ws").exists()


def test_a_full_disk_fails_with_the_remedy_and_leaves_nothing(
    command, brand, trained, tmp_path, monkeypatch
):
    import errno

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("smm_voice.export.adapter_copy.shutil.copyfile", full)
    ended = command("scripts/export.py", "brand=house", f"model={trained}", "formats=[adapter]",
                    f"output={tmp_path}/out")  # fmt: skip
    assert ended.status == 1
    assert "is full" in ended.errors
    assert not list(tmp_path.glob("*out*"))


def _changed(trained, folder, **base):
    shutil.copytree(trained, folder)
    path = folder / "smm_voice.json"
    origin = json.loads(path.read_text("utf-8"))
    origin["base"].update(base)
    path.write_text(json.dumps(origin), encoding="utf-8")
    return folder
