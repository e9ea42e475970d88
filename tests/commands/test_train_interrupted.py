"""A training that is killed, interrupted, started twice or cannot be done."""

from __future__ import annotations

import json
import shutil
import signal

import pytest

from tests import warm
from tests.training_runs import runs_of, start, start_afresh, wait_for

LONG = ("training.epochs=12", "training.evaluations_per_epoch=1", "training.patience=1000")
# Of which nothing here speaks.
SHORT = (
    "training.general_check=false", "training.samples=0", "evaluation.base_answers=0",
    "evaluation.variants=0", "evaluation.tuning.briefs=0", "evaluation.model_posts=0",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _store(tmp_path, empty_store):
    """MLflow takes seconds to make one."""
    shutil.copy(empty_store, tmp_path / "mlflow.db")


def test_killed_in_the_middle_it_goes_on_and_the_dead_run_is_failed(
    small_brand, tiny_folder, tmp_path
):
    process = start(small_brand, tiny_folder, tmp_path, *LONG, *SHORT)
    wait_for(lambda: list(tmp_path.rglob("checkpoint-*/trainer_state.json")), process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    _, (dead,) = runs_of(tmp_path)
    assert dead.info.status == "RUNNING"

    process = start_afresh(small_brand, tiny_folder, tmp_path, *LONG, *SHORT)
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, output
    assert f"Going on where run {dead.info.run_id} stopped" in output
    assert "Resuming from checkpoint-" in output
    assert "does not exist anymore" not in output, "the best checkpoint is found where it went"
    client, (first, second) = runs_of(tmp_path)
    assert (first.info.status, second.info.status) == ("FAILED", "FINISHED")
    assert "killed" in first.data.tags["smm.failure"]
    assert second.data.tags["smm.resumed_from"] == dead.info.run_id
    # The curve is whole, the part before the kill included.
    history = client.get_metric_history(second.info.run_id, "train/validation_loss")
    assert min(m.step for m in history) == 0


def test_interrupted_it_fails_cleanly_and_says_how_to_go_on(small_brand, tiny_folder, tmp_path):
    process = start(small_brand, tiny_folder, tmp_path, *LONG, *SHORT)
    wait_for(lambda: list(tmp_path.rglob("checkpoint-*/trainer_state.json")), process)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "the same command goes on from there" in output
    assert "Traceback" not in output
    _, (run,) = runs_of(tmp_path)
    assert run.info.status == "FAILED"
    left = [p for p in tmp_path.rglob("*") if ".building-" in p.name or p.suffix == ".tmp"]
    assert left == []


def test_the_same_training_twice_at_once_is_refused(small_brand, tiny_folder, tmp_path):
    first = start(small_brand, tiny_folder, tmp_path, *LONG, *SHORT)
    try:
        wait_for(lambda: list(tmp_path.rglob("key.json")), first)
        second = start(small_brand, tiny_folder, tmp_path, *LONG, *SHORT)
        output, _ = second.communicate(timeout=120)
        assert second.returncode == 75
        assert "is running at the moment" in output
    finally:
        first.kill()
        first.wait()


def test_a_base_that_does_not_know_the_language_is_refused(small_brand, tiny_folder, tmp_path):
    process = start(
        small_brand, tiny_folder, tmp_path, "model.maximum_bits_per_byte=1", "model.name=tiny"
    )
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 2
    assert "does not fit brand small" in output and "model.force=true" in output
    assert runs_of(tmp_path)[1] == []


def test_too_few_posts_say_why(small_brand, tiny_folder, tmp_path):
    process = start(small_brand, tiny_folder, tmp_path, "dataset.minimum_posts=170")
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "usable posts, 170 are needed" in output and "  near_duplicate" in output
    assert not list((tmp_path / "data" / "built" / "small").glob("*/"))


def test_a_source_that_does_not_exist_is_named(tmp_path):
    (tmp_path / "brand").mkdir()
    brand = {"name": "x", "languages": ["en"], "sources": [{"path": "no/such"}]}
    (tmp_path / "brand" / "x.yaml").write_text(json.dumps(brand))
    result = warm.run(
        "train.py", "--config-dir", tmp_path, "brand=x", f"workspace={tmp_path}", timeout=60
    )
    assert result.returncode == 2
    assert "brand x: source no/such does not exist" in result.stderr
