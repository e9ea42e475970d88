"""Models of the hub: downloaded once, then from its cache; what is refused, and how soon."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from smm_voice.config import ModelConfig
from smm_voice.errors import InputError, SmmVoiceError
from smm_voice.models import base, hub
from tests import warm
from tests.models.hub_server import COMMIT

ROOT = Path(__file__).resolve().parents[2]

UNWANTED = ("pytorch_model.bin", "modeling_own.py", "consolidated.safetensors")
# Prepares each configuration that it reads, twice; a dict of what became of it for each.
PREPARE = """
import json, sys, time
from smm_voice.config import ModelConfig
from smm_voice.errors import SmmVoiceError
from smm_voice.models import base, hub
hub._TIMEOUT = 1.0
told = []
for values in json.load(sys.stdin):
    before = time.monotonic()
    try:
        if values.pop("only look", False):
            made = base.check_at_hand(ModelConfig(**values))
        else:
            made = base.prepare(ModelConfig(**values))
        told.append({"folder": str(made and made.folder), "digest": made and made.digest,
                     "revision": made and made.revision})
    except SmmVoiceError as error:
        told.append({"error": str(error), "status": error.exit_status})
    told[-1]["seconds"] = time.monotonic() - before
print(json.dumps(told))
"""


def values(repository, **changes):
    given = {
        "name": "m", "languages": ["en"], "licence": "-", "maximum_bits_per_byte": 2.0,
        "force": False, "hub": repository,
    }  # fmt: skip
    return given | changes


@pytest.fixture(scope="module")
def place(tiny_folder, tmp_path_factory):
    """(address of a hub, its folder, environment of its clients); it holds open/tiny."""
    root = tmp_path_factory.mktemp("hub")
    repository = root / "repositories" / "open--tiny"
    shutil.copytree(tiny_folder, repository)
    for name in UNWANTED:
        (repository / name).write_bytes(b"not wanted")
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.models.hub_server", str(repository.parent)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    address = server.stdout.readline().strip()
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HF_")} | {
        "HF_HOME": str(root / "home"), "SMM_VOICE_CACHE": str(root / "cache"),
        "PYTHONPATH": str(ROOT), "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    }  # fmt: skip
    yield address, repository, environment
    server.kill()
    server.wait()


def prepare(environment, *configs):
    result = subprocess.run(
        [sys.executable, "-c", PREPARE], input=json.dumps(configs), env=environment,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_a_model_is_downloaded_once_and_needs_no_network_afterwards(place, tiny):
    address, repository, environment = place
    online = environment | {"HF_ENDPOINT": address}
    looked, first = prepare(
        online, values("open/tiny", **{"only look": True}), values("open/tiny")
    )  # fmt: skip
    assert "error" not in looked
    assert first["digest"] == tiny[0].digest and first["revision"] == COMMIT
    fetched = {path.name for path in Path(first["folder"]).iterdir()}
    assert fetched == {
        path.name
        for path in repository.iterdir()
        if not path.name.startswith(("p", "modeling_", "consol"))
    }

    # The repository changes, or is gone: this machine keeps the model it has trained with.
    with (repository / "config.json").open("a", encoding="utf-8") as file:
        file.write(" ")
    nowhere = environment | {"HF_ENDPOINT": "http://127.0.0.1:9"}
    for settings in (online, nowhere, environment | {"HF_HUB_OFFLINE": "1"}):
        (again,) = prepare(settings, values("open/tiny"))
        assert again | {"seconds": 0} == first | {"seconds": 0}
    pinned, other = prepare(
        nowhere, values("open/tiny", revision=COMMIT), values("open/tiny", sha256="0" * 64)
    )
    assert pinned["digest"] == first["digest"]
    assert "not the ones that model.sha256 names" in other["error"]


def test_what_the_hub_refuses_is_told_with_a_remedy_and_in_seconds(place):
    address, _, environment = place
    told = prepare(
        environment | {"HF_ENDPOINT": address},
        values("closed/model"), values("no/model"), values("open/tiny", revision="v9"),
        values("slow/model"), values("slow/model", **{"only look": True}),
    )  # fmt: skip
    words = ["accepted its conditions", "no model on the hub", "no revision 'v9'"]
    words += ["the hub is not reached"] * 2
    for each, expected in zip(told, words, strict=True):
        assert expected in each["error"] and each["status"] == 2
        assert each["seconds"] < 10
    assert "hf auth login" in told[0]["error"] and "model.path=FOLDER" in told[0]["error"]
    assert "hf download slow/model" in told[3]["error"]


def test_offline_a_training_says_what_to_do_before_it_does_anything():
    ended = warm.run("train.py", "brand=acme", "model=smollm2_360m", timeout=60)
    assert ended.returncode == 2
    assert "HuggingFaceTB/SmolLM2-360M-Instruct is not in the hub's cache" in ended.stderr
    assert "hf download HuggingFaceTB/SmolLM2-360M-Instruct" in ended.stderr
    assert "Traceback" not in ended.stderr and "Dataset" not in ended.stdout


@pytest.fixture
def cache(tiny_folder, tmp_path, monkeypatch):
    """A hub's cache with the model a/b at one commit, and an own cache beside it."""
    from huggingface_hub import constants

    snapshot = tmp_path / "hub" / "models--a--b" / "snapshots" / COMMIT
    shutil.copytree(tiny_folder, snapshot)
    (snapshot.parents[1] / "refs").mkdir()
    (snapshot.parents[1] / "refs" / "main").write_text(COMMIT)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("SMM_VOICE_CACHE", str(tmp_path / "own"))
    return snapshot


def test_a_damaged_copy_is_found_by_whoever_loads_it(cache):
    config = ModelConfig(**values("a/b"))
    made = base.prepare(config)
    assert base.is_installed(config) and not base.is_installed(ModelConfig(**values("a/c")))
    with (cache / "tokenizer.json").open("a", encoding="utf-8") as file:
        file.write(" ")
    with pytest.raises(SmmVoiceError, match=r"changed or damaged \(tokenizer\.json\)"):
        base.load(base.prepare(config))
    assert made == base.prepare(config)


def test_an_adapter_remembers_the_commit_of_its_base(cache):
    config = ModelConfig(**values("a/b"))
    made = base.prepare(config)
    assert made.pinned(config).revision == COMMIT
    # main moves on; what was trained on the older commit still finds it.
    newer = cache.with_name("d" * 40)
    shutil.copytree(cache, newer)
    (cache.parents[1] / "refs" / "main").write_text(newer.name)
    assert base.prepare(config).folder == newer
    assert base.prepare(made.pinned(config)) == made


def test_a_copy_with_a_shard_missing_is_none(cache):
    (cache / "model.safetensors").rename(cache / "model-1.safetensors")
    index = {"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}
    (cache / "model.safetensors.index.json").write_text(json.dumps(index))
    assert hub.cached(ModelConfig(**values("a/b"))) is None
    with pytest.raises(InputError, match="hf download a/b"):
        base.prepare(ModelConfig(**values("a/b")))
    with pytest.raises(InputError, match=r"lacks model-2\.safetensors"):
        base.prepare(ModelConfig(**values(None, path=str(cache))))


@pytest.mark.parametrize("missing", ["config.json", "tokenizer.json", "model.safetensors"])
def test_a_download_that_was_stopped_is_no_copy(cache, missing):
    (cache / missing).unlink()
    config = ModelConfig(**values("a/b"))
    assert hub.cached(config) is None and not base.is_installed(config)
    with pytest.raises(InputError, match="hf download a/b"):
        base.prepare(config)


def test_a_folder_beside_the_hub_takes_its_place(tiny_folder, tiny):
    made = base.prepare(ModelConfig(**values("a/nowhere", path=str(tiny_folder))))
    assert made.digest == tiny[0].digest and made.revision is None


def test_no_room_is_told_before_the_download(monkeypatch, tmp_path):
    from types import SimpleNamespace

    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    file = SimpleNamespace(rfilename="model.safetensors", size=10**18)
    monkeypatch.setattr(hub, "_information", lambda config: SimpleNamespace(siblings=[file]))
    with pytest.raises(SmmVoiceError, match="no room to download a/b: 1000000000.0 GB"):
        hub.folder_of(ModelConfig(**values("a/b")))
