"""A search with the tiny model: killed, started twice at once, with a trial that fails."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from tests import warm
from tests.training_runs import MODEST, runs_of, wait_for

# The smallest matrix of the tiny model has 16 rows: a rank of 24 fails, the others train.
SPACE = "search.space=[{key: lora.rank, choices: [4, 8, 24]}, {key: lora.alpha, low: 8, high: 32}]"


def arguments(brands, model, workspace, *more):
    return [
        "scripts/search.py", "--config-dir", str(brands), "brand=small",
        "model=local", f"model.path={model}", "model.languages=[en]",
        "model.maximum_bits_per_byte=100", "training.maximum_examples=40",
        "training.precision=fp32", "evaluation.briefs=12", "evaluation.resamples=100", *MODEST,
        "generation.maximum_new_tokens=24", "lora.rank=4", "lora.alpha=16",
        f"workspace={workspace}", "search.sampler=random", *more,
    ]  # fmt: skip


def start(*given):
    return warm.start(*arguments(*given), merged=True)


def study_of(workspace):
    (found,) = (workspace / "experiments" / "runs" / "small" / "search").glob("*/study.db")
    return found


@pytest.fixture(scope="module")
def searched(small_brand, tiny_folder, tmp_path_factory):
    """(workspace, output of a second start beside the first, output after the kill)."""
    workspace = tmp_path_factory.mktemp("search")
    given = (
        small_brand, tiny_folder, workspace, SPACE, "search.trials=3", "search.seed=10",
        "training.epochs=4", "training.evaluations_per_epoch=1", "training.patience=1000",
    )  # fmt: skip
    process = start(*given)
    runs = workspace / "experiments" / "runs" / "small"
    wait_for(lambda: list(runs.glob("*/key.json")), process)
    second = warm.run(*arguments(*given), timeout=120, merged=True)
    assert second.returncode == 75, second.stdout

    def in_the_second_training():
        begun = sorted(runs.glob("*/key.json"), key=lambda path: path.stat().st_mtime)
        return len(begun) > 1 and list(begun[1].parent.glob("checkpoints/*/trainer_state.json"))

    wait_for(in_the_second_training, process)
    process.send_signal(signal.SIGKILL)
    process.wait()
    # From here on whoever reads the test posts dies of it.
    (test,) = (workspace / "data" / "built" / "small").glob("*/test.jsonl")
    test.write_text("no JSON", encoding="utf-8")
    process = start(*given)
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, output
    return workspace, second.stdout, output


def test_the_same_search_twice_at_once_is_refused(searched):
    assert "the same search (study" in searched[1] and "search.seed" in searched[1]


def test_killed_in_a_trial_it_goes_on_with_that_trial(searched):
    workspace, _, output = searched
    _, trials = runs_of(workspace, "trial")
    numbers = [(run.data.tags["smm.trial"], run.info.status) for run in trials]
    assert numbers[:3] == [("0", "FINISHED"), ("1", "FAILED"), ("1", "FINISHED")]
    dead, resumed = trials[1], trials[2]
    assert "killed" in dead.data.tags["smm.failure"]
    assert resumed.data.tags["smm.resumed_from"] == dead.info.run_id
    assert dead.data.params["lora.alpha"] == resumed.data.params["lora.alpha"]
    assert "1 of 3 trials have ended" in output and "Trial 1 was cut off, and goes on" in output
    assert "Resuming from checkpoint-" in output
    assert "Trial 0 (1 of 3)" not in output, "a finished trial is not repeated"


def test_a_trial_that_cannot_be_trained_fails_alone(searched):
    workspace, _, output = searched
    _, trials = runs_of(workspace, "trial")
    (failed,) = [run for run in trials if "lora.rank is 24" in run.data.tags.get("smm.failure", "")]
    assert failed.info.status == "FAILED"
    number = failed.data.tags["smm.trial"]
    assert f"Trial {number} ({int(number) + 1} of 3) failed: lora.rank is 24" in output
    assert f"Trial {number} failed: lora.rank is 24" in output.split("To look at it")[0]


def test_the_runs_are_nested_in_one_that_is_whole(searched):
    workspace, _, _ = searched
    client, (parent, *_) = runs_of(workspace, "search")
    assert parent.info.status == "FINISHED" and "smm.failure" not in parent.data.tags
    _, trials = runs_of(workspace, "trial")
    assert {run.data.tags["mlflow.parentRunId"] for run in trials} == {parent.info.run_id}
    assert runs_of(workspace, "train")[1] == []
    assert parent.data.params["space.lora.rank"] == "4, 8, 24"
    assert parent.data.metrics["search/trials"] == 3 and parent.data.metrics["search/failed"] == 1
    history = client.get_metric_history(parent.info.run_id, "validation/homogeneity/ratio")
    assert sorted(point.step for point in history) == [0, 1]
    own = trials[0].data
    assert own.params["lora.rank"] == own.params["lora_rank"] == "4"
    assert {"validation/factuality/unsupported_rate", "validation/voice/closeness_ci_low"} <= (
        own.metrics.keys()
    )
    assert not any(name.startswith("voice/") for name in own.metrics), "those are of test briefs"


def test_page_note_and_commands_tell_the_front(searched):
    workspace, _, output = searched
    client, (parent, *_) = runs_of(workspace, "search")
    read = {
        name: Path(client.download_artifacts(parent.info.run_id, f"search/{name}")).read_text()
        for name in ("index.html", "search.json")
    }
    told = json.loads(read["search.json"])
    front = [each for each in told["trials"] if each["group"] == "front"]
    assert front and told["study"] == study_of(workspace).parent.name
    for each in front:
        assert each["command"] in output and "brand=small" in each["command"]
        assert f"lora.rank={each['values']['lora.rank']}" in each["command"]
        assert "lora.rank=4 " not in each["command"] or each["values"]["lora.rank"] == 4
        assert "search." not in each["command"]
        assert (
            each["run"] in read["index.html"]
            and each["run"] in parent.data.tags["mlflow.note.content"]
        )
    assert read["index.html"].count("<svg") == 3


def test_where_every_trial_fails_so_does_the_search(searched, small_brand, tiny_folder):
    workspace, _, _ = searched
    space = "search.space=[{key: lora.rank, choices: [20, 24]}]"
    given = arguments(small_brand, tiny_folder, workspace, space, "search.trials=2")
    ended = warm.run(*given, timeout=120, merged=True)
    assert ended.returncode == 1, ended.stdout
    assert "all 2 trials of the search failed" in ended.stdout
    assert "lies outside of the space" in ended.stdout
    assert "A new study" in ended.stdout and "beside 1 of other data, spaces" in ended.stdout
    _, (_, parent) = runs_of(workspace, "search")
    assert parent.info.status == "FAILED"
