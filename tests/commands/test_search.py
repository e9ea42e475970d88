"""A search with the tiny model: trials that fail, a kill, two at once, runs nested in MLflow."""

from __future__ import annotations

import json
import shutil
import signal
from pathlib import Path

import pytest

from tests import warm
from tests.training_runs import MODEST, runs_of, wait_for

# The smallest matrix of the tiny model has 16 rows: a rank of 24, as configured, fails. Of this
# seed the next trial has rank 4.
GIVEN = (
    "search.space=[{key: lora.rank, choices: [4, 8, 24]}, {key: lora.alpha, low: 8, high: 32}]",
    "lora.rank=24", "lora.alpha=16", "search.sampler=random", "search.seed=2",
    "training.maximum_examples=40", "training.precision=fp32", "training.epochs=4",
    "training.evaluations_per_epoch=1", "training.patience=1000", "evaluation.briefs=12",
    "evaluation.resamples=100", *MODEST, "generation.maximum_new_tokens=24",
)  # fmt: skip


def arguments(brands, model, workspace, *more):
    return [
        "scripts/search.py", "--config-dir", str(brands), "brand=small", "model=local",
        f"model.path={model}", "model.languages=[en]", "model.maximum_bits_per_byte=100",
        f"workspace={workspace}", *GIVEN, *more,
    ]  # fmt: skip


@pytest.fixture(scope="module")
def searched(small_brand, tiny_folder, empty_store, tmp_path_factory):
    """(workspace, what four starts have said): one trial, killed, at the same time, gone on."""
    workspace = tmp_path_factory.mktemp("search")
    shutil.copy(empty_store, workspace / "mlflow.db")
    given = (small_brand, tiny_folder, workspace)
    one = warm.run(*arguments(*given, "search.trials=1"), timeout=200, merged=True)
    assert one.returncode == 1, one.stdout
    # From here on whoever reads the test posts dies of it.
    (test,) = (workspace / "data" / "built" / "small").glob("*/test.jsonl")
    test.write_text("no JSON", encoding="utf-8")
    process = warm.start(*arguments(*given, "search.trials=2"), merged=True)
    runs = workspace / "experiments" / "runs" / "small"
    wait_for(lambda: list(runs.glob("*/checkpoints/*/trainer_state.json")), process)
    process.send_signal(signal.SIGSTOP)
    beside = warm.run(*arguments(*given, "search.trials=2"), timeout=120, merged=True)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert beside.returncode == 75, beside.stdout
    last = warm.run(*arguments(*given, "search.trials=2"), timeout=200, merged=True)
    assert last.returncode == 0, last.stdout
    return workspace, one.stdout, beside.stdout, last.stdout


def test_where_every_trial_fails_so_does_the_search(searched):
    _, said, _, _ = searched
    assert "A new study" in said
    assert "Trial 0 (1 of 1) failed: lora.rank is 24" in said
    assert "all 1 trials of the search failed, the last one: lora.rank is 24" in said


def test_the_same_search_twice_at_once_is_refused(searched):
    assert "the same search (study" in searched[2] and "search.seed" in searched[2]


def test_killed_in_a_trial_it_goes_on_with_that_trial(searched):
    workspace, _, _, said = searched
    _, trials = runs_of(workspace, "trial")
    numbers = [(run.data.tags["smm.trial"], run.info.status) for run in trials]
    assert numbers == [("0", "FAILED"), ("1", "FAILED"), ("1", "FINISHED")]
    failed, dead, resumed = trials
    assert "lora.rank is 24" in failed.data.tags["smm.failure"]
    assert "killed" in dead.data.tags["smm.failure"]
    assert resumed.data.tags["smm.resumed_from"] == dead.info.run_id
    for key, value in (("lora.rank", "4"), ("lora_rank", "4")):
        assert dead.data.params[key] == resumed.data.params[key] == value
    assert dead.data.params["lora.alpha"] == resumed.data.params["lora.alpha"]
    assert "Going on with study" in said and "1 of 2 trials have ended" in said
    assert "Trial 1 was cut off, and goes on" in said
    assert "Resuming from checkpoint-" in said and "does not exist anymore" not in said
    assert "Trial 0 (" not in said, "what has ended is not repeated"


def test_all_starts_share_one_run_with_the_trials_nested_under_it(searched):
    workspace, *_ = searched
    client, (parent,) = runs_of(workspace, "search")
    assert parent.info.status == "FINISHED" and "smm.failure" not in parent.data.tags
    _, trials = runs_of(workspace, "trial")
    assert {run.data.tags["mlflow.parentRunId"] for run in trials} == {parent.info.run_id}
    assert runs_of(workspace, "train")[1] == []
    assert parent.data.params["space.lora.rank"] == "4, 8, 24"
    assert parent.data.metrics["search/trials"] == 2 and parent.data.metrics["search/failed"] == 1
    history = client.get_metric_history(parent.info.run_id, "validation/homogeneity/ratio")
    assert [point.step for point in history] == [1]
    own = trials[2].data.metrics
    assert {"validation/factuality/unsupported_rate", "validation/voice/closeness_ci_low"} <= (
        own.keys()
    )
    assert not any(name.startswith("voice/") for name in own), "those are of test briefs"


def test_page_note_and_terminal_tell_the_front_and_how_to_repeat_it(searched, small_brand):
    workspace, _, _, said = searched
    client, (parent,) = runs_of(workspace, "search")
    page, values = (
        Path(client.download_artifacts(parent.info.run_id, f"search/{name}")).read_text("utf-8")
        for name in ("index.html", "search.json")
    )
    told = json.loads(values)
    failed, best = told["trials"]
    assert (failed["group"], best["group"]) == (None, "front")
    assert failed["failure"] in page and page.count("<svg") == 3
    note = parent.data.tags["mlflow.note.content"]
    assert best["run"] in page and best["run"] in note and best["command"] in note
    command = best["command"]
    assert command in said and f"--config-dir={small_brand}" in command
    assert f"lora.rank=4 lora.alpha={best['values']['lora.alpha']!r}" in command
    assert "lora.rank=24" not in command and "search." not in command
    assert "training.maximum_examples=40" in command and f"workspace={workspace}" in command
    # Sixteen validation posts: too few to keep those apart that decide when a training stops.
    assert "of the 12 posts are also among the" in said
