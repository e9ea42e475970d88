"""Which version was the first champion, and what an alias keeps."""

import hashlib
import json
import shutil
from datetime import UTC, datetime

import pytest

from smm_voice.commands.retention import tidy
from smm_voice.config import RetentionConfig, TrackingConfig, Workspace
from smm_voice.tracking import aliases, registry
from smm_voice.tracking.store import open_store

NOW = datetime(2026, 5, 4, tzinfo=UTC)
WEIGHTS = "adapter_model.safetensors"


@pytest.fixture
def workspace(tmp_path, empty_store):
    shutil.copy(empty_store, tmp_path / "mlflow.db")
    space = Workspace(tmp_path, tmp_path)
    open_store(TrackingConfig(uri=None, register=True, ui=""), space, "acme", "Acme")
    return space


@pytest.fixture
def client(workspace):
    import mlflow

    found = mlflow.MlflowClient()
    found.create_registered_model("acme-voice")
    return found


@pytest.fixture
def version(workspace, client):
    """Register a version with files under the store's root; whose dataset it names."""

    def registered(dataset=""):
        number = len(registry.versions("acme")) + 1
        files = workspace.root / "mlartifacts" / "acme" / f"model-{number}"
        folder = files / "artifacts" / "adapter"
        folder.mkdir(parents=True)
        weights = f"weights of {number}".encode()
        (folder / WEIGHTS).write_bytes(weights)
        (folder / "adapter_config.json").write_text("{}", encoding="utf-8")
        origin = {"brand": "acme", "base": {}, "base_digest": "", "dataset_fingerprint": "",
                  "trained_until": "", "prompt_version": "1"}  # fmt: skip
        (folder / "smm_voice.json").write_text(json.dumps(origin), encoding="utf-8")
        tags = {registry.DIGEST: hashlib.sha256(weights).hexdigest()}
        tags |= {"smm.dataset_fingerprint": dataset} if dataset else {}
        made = client.create_model_version("acme-voice", files.as_uri(), tags=tags)
        return registry.find("acme", str(made.version))

    return registered


def adapter_of(workspace, number):
    return workspace.root / "mlartifacts" / "acme" / f"model-{number}" / "artifacts" / "adapter"


def first():
    return aliases.first_champion("acme").version


def again(number):
    return registry.find("acme", str(number))


def test_the_first_champion_stays_the_first_when_it_is_promoted_again(version):
    for number in (1, 2, 3):
        version()
        aliases.promote(again(number), "retrain", NOW)
    assert first() == "1"
    aliases.promote(again(1), "person", NOW)
    assert first() == "1"
    # The way back is the other order: by the last promotion.
    registry.set_alias(again(1), aliases.PREVIOUS)
    aliases.settle("acme", NOW)
    assert aliases.named("acme") == {"champion": "1", "previous": "3"}


def test_a_champion_that_is_noted_once_more_stays_the_first(version):
    version(), version()
    aliases.promote(again(1), "retrain", NOW)
    aliases.promote(again(2), "retrain", NOW)
    # A person went back to it in MLflow's pages, and a death took the note of the time.
    registry.set_alias(again(1), aliases.CHAMPION)
    registry.untag(again(1), (aliases.PROMOTED_AT,))
    assert aliases.settle("acme", NOW)
    assert first() == "1"


def test_versions_that_were_promoted_before_this_was_noted_keep_their_place(version):
    version(), version(), version()
    for number in (1, 2):
        aliases.promote(again(number), "retrain", NOW)
    for number in (1, 2):
        registry.untag(again(number), (aliases.FIRST_PROMOTION,))
    assert first() == "1"
    aliases.promote(again(1), "person", NOW)
    assert first() == "1"
    aliases.promote(again(3), "person", NOW)
    assert first() == "1"


def test_one_that_was_taken_back_is_no_first_champion_until_it_is_champion_again(version):
    version(), version()
    aliases.promote(again(1), "retrain", NOW)
    aliases.promote(again(2), "retrain", NOW)
    registry.tag(again(1), {aliases.ROLLED_BACK_AT: NOW.isoformat()})
    assert first() == "2"
    aliases.promote(again(1), "person", NOW)
    assert first() == "1"


def test_files_and_dataset_stay_whatever_the_alias_is_called(version, workspace, client):
    for number in range(1, 6):
        version(f"dataset-{number}")
        card = workspace.built / "acme" / f"dataset-{number}" / "card.json"
        card.parent.mkdir(parents=True)
        card.write_text(json.dumps({"built": f"2026-01-0{number}"}), encoding="utf-8")
    aliases.promote(again(1), "retrain", NOW)
    aliases.promote(again(4), "retrain", NOW)
    client.set_registered_model_alias("acme-voice", "production", "2")
    told = tidy(RetentionConfig(datasets=1, versions=1), "acme", workspace)
    assert told == ["Removed dataset dataset-3", "Removed the files of acme-voice version 3"]
    kept = [n for n in range(1, 6) if (adapter_of(workspace, n) / WEIGHTS).exists()]
    assert kept == [1, 2, 4, 5]
