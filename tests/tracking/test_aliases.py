"""Which version was the first champion, what an alias keeps, and what counts as damage."""

import hashlib
import json
import shutil
import threading
from datetime import UTC, datetime

import pytest

from smm_voice.commands.failing import in_words
from smm_voice.commands.retention import tidy
from smm_voice.config import RetentionConfig, TrackingConfig, Workspace
from smm_voice.errors import SmmVoiceError
from smm_voice.tracking import aliases, patience, registry
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
        folder = adapter_of(workspace, number)
        folder.mkdir(parents=True)
        weights = f"weights of {number}".encode()
        (folder / WEIGHTS).write_bytes(weights)
        (folder / "adapter_config.json").write_text("{}", encoding="utf-8")
        origin = {"brand": "acme", "base": {}, "base_digest": "", "dataset_fingerprint": "",
                  "trained_until": "", "prompt_version": "1"}  # fmt: skip
        (folder / "smm_voice.json").write_text(json.dumps(origin), encoding="utf-8")
        tags = {registry.DIGEST: hashlib.sha256(weights).hexdigest()}
        tags |= {"smm.dataset_fingerprint": dataset} if dataset else {}
        made = client.create_model_version("acme-voice", folder.parents[1].as_uri(), tags=tags)
        return registry.find("acme", str(made.version))

    return registered


def adapter_of(workspace, number):
    """As MLflow lays a model out."""
    models = workspace.root / "mlartifacts" / "acme" / "models"
    return models / f"m-{number}" / "artifacts" / "artifacts" / "adapter"


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


@pytest.fixture
def champion(version):
    """Version 2, with version 1 as the way back."""
    version(), version()
    for number in (1, 2):
        aliases.promote(again(number), "retrain", NOW)
    return again(2)


@pytest.fixture
def files(workspace):
    """Folder of the champion's adapter."""
    return adapter_of(workspace, 2)


@pytest.mark.parametrize("name", [WEIGHTS, "adapter_config.json", "smm_voice.json", ""])
def test_a_file_that_is_not_there_is_damage(champion, files, name):
    (files / name).unlink() if name else shutil.rmtree(files.parents[1])
    with pytest.raises(SmmVoiceError, match="version 2 are missing or damaged"):
        aliases.sound(champion)
    assert not aliases.usable(champion)


def test_a_file_in_place_of_a_folder_is_damage(champion, files):
    shutil.rmtree(files.parents[1])
    files.parents[1].write_text("")
    assert not aliases.usable(champion)


def test_an_origin_that_cannot_be_read_is_damage_and_so_are_other_weights(champion, files):
    origin = files / "smm_voice.json"
    whole = origin.read_text()
    for damaged in (whole[:5], "[]", "{}"):
        origin.write_text(damaged)
        assert not aliases.usable(champion)
    origin.write_text(whole)
    assert aliases.usable(champion)
    (files / WEIGHTS).write_bytes(b"others")
    with pytest.raises(SmmVoiceError, match="not the one that was registered"):
        aliases.sound(champion)


@pytest.mark.parametrize("within", ["model", "adapter", WEIGHTS, "smm_voice.json"])
def test_what_cannot_be_looked_at_is_no_damage(champion, files, within, tmp_path):
    """A link in a circle: what it leads to may be there, as with a mount that hangs."""
    path = {"model": files.parents[1], "adapter": files}.get(within, files / within)
    kept = path.rename(tmp_path / "kept")
    path.symlink_to(path.name)
    with pytest.raises(OSError, match="symbolic links"):
        aliases.usable(champion)
    path.unlink()
    kept.rename(path)
    assert aliases.usable(champion)


@pytest.mark.parametrize("error", [PermissionError(13, "no"), OSError(28, "No space left")])
def test_errors_that_say_nothing_of_the_files_go_through(champion, monkeypatch, error):
    from smm_voice.models import adapters

    def failing(_):
        raise error

    monkeypatch.setattr(adapters, "digest", failing)
    with pytest.raises(OSError, match=error.strerror):
        aliases.usable(champion)


@pytest.mark.parametrize("left", ["nothing", "an empty mount point", "a note made meanwhile"])
def test_a_root_that_is_not_mounted_is_no_damage(champion, workspace, left):
    root, away = workspace.root / "mlartifacts", workspace.root / "away"
    root.rename(away)
    if left != "nothing":
        root.mkdir()
    if left == "a note made meanwhile":
        (root / "acme" / "run" / "artifacts").mkdir(parents=True)
    patience.set_patience(0)
    with pytest.raises(OSError, match="is it mounted"):
        aliases.usable(champion)
    # In words, and the next start goes on.
    with pytest.raises(SmmVoiceError, match="does not answer.*is it mounted"), in_words(away):
        aliases.usable(champion)
    patience.set_patience(5)
    shutil.rmtree(root, ignore_errors=True)
    threading.Timer(0.3, away.rename, [root]).start()
    assert aliases.usable(champion)


def test_a_new_champion_is_not_taken_back_for_files_that_are_out_of_reach(
    champion, files, tmp_path
):
    from smm_voice.commands.promotion import smoke

    kept = files.rename(tmp_path / "kept")
    files.symlink_to(files.name)
    with pytest.raises(OSError, match="symbolic links"):
        smoke(champion, None, None, 1)
    files.unlink()
    assert "cannot write" in smoke(champion, None, None, 1)
    kept.rename(files)
