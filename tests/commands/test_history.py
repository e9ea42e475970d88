"""`history`: from tags and runs to a page and a table; nothing is logged."""

from __future__ import annotations

import json
import re
import shutil

import pytest


@pytest.fixture
def lived(write_brand, store, register, tmp_path):
    """A brand with two versions and six quiet days; makes a further run."""
    write_brand("house", [{"text": "a post", "created_at": "2024-01-01T10:00:00Z"}])
    experiment = store.create_experiment("house", (tmp_path / "artifacts").as_uri())

    def run(status="FINISHED", metrics=None, wrote=None, kind="retrain", **tags):
        tags = {"smm.kind": kind} | {f"smm.{k}": v for k, v in tags.items()}
        made = store.create_run(experiment, tags=tags)
        for name, value in (metrics or {}).items():
            store.log_metric(made.info.run_id, name, value)
        if wrote is not None:
            store.log_text(made.info.run_id, wrote, "retrain/decision.json")
        if status:
            store.set_terminated(made.info.run_id, status)
        return made

    index = "voice/style_index"
    trained = run(kind="train", metrics={index: 0.91, f"{index}_ci_low": 0.81,
                                         f"{index}_ci_high": 1.01, "other": 1})  # fmt: skip
    promoted = {"smm.promoted_at": "2024-02-01T00:00:00+00:00", "smm.promoted_by": "train"}
    register("house-voice", run=trained, **promoted, **{"smm.run": trained.info.run_id})
    register("house-voice", "champion", **{"smm.run": "gone" * 8})
    store.set_registered_model_alias("house-voice", "previous", "1")
    for day in range(1, 7):
        run(at=f"2024-03-{day:02d}T05:00:00+00:00", reasons="3 new posts", decision="nothing")
    return run


DECISION = {
    "decision": "refused",
    "reasons": [{"check": "voice", "passed": False, "said": "no nearer"},
                {"check": "copies", "passed": None, "said": "<b>unknown</b>"}, "odd"],
    "stages": [{"name": "train", "said": ["a", "b"], "seconds": 3.2}, {"stage": "old"}],
}  # fmt: skip


def test_versions_decisions_and_quiet_days_stand_on_page_and_terminal(
    command, lived, store, tmp_path
):
    lived(wrote=json.dumps(DECISION), trigger="drift", model_version="2", reasons="no nearer",
          at="2024-03-03T12:00:00+00:00", decision="refused")  # fmt: skip
    before = len(store.search_runs([store.get_experiment_by_name("house").experiment_id]))
    result = command("scripts/history.py", "brand=house")
    assert result.status == 0, result.errors
    page = (tmp_path / "ws/experiments/runs/house/history/index.html").read_text("utf-8")
    assert str(tmp_path / "ws/experiments/runs/house/history/index.html") in result.output
    # By the job's own clock the refusal stands in the middle of the quiet days.
    assert re.findall(r"^(2024-\S+)  (\w+)", result.output, re.MULTILINE) == [
        ("2024-03-06", "nothing"), ("2024-03-03", "refused"), ("2024-03-03", "nothing"),
    ]  # fmt: skip
    assert result.output.count("3 × since 2024-03-0") == 2
    assert page.count('class="quiet"') == 2
    assert "no nearer" in page and "&lt;b&gt;unknown" in page and "a; b" in page
    assert re.search(r"^ +1  previous .* 2024-02-01 +train +0.91", result.output, re.MULTILINE)
    assert re.search(r"^ +2  champion .* – +–$", result.output, re.MULTILINE)
    assert "0.81 to 1.01" in page
    # Nothing is logged: the next page would be about this one.
    runs = store.search_runs([store.get_experiment_by_name("house").experiment_id])
    assert len(runs) == before


DAMAGED = ("{", "[]", '{"reasons": {}, "stages": [1]}', "[" * 100_000)


def test_a_damaged_decision_leaves_what_the_tags_say(command, lived, tmp_path):
    for number, wrote in enumerate(DAMAGED):
        lived(wrote=wrote, decision="refused", reasons=f"said in tag {number}")
    result = command("scripts/history.py", "brand=house", f"output={tmp_path}/there")
    assert result.status == 0, result.errors
    page = (tmp_path / "there/index.html").read_text("utf-8")
    assert all(f"said in tag {number}" in page for number in range(len(DAMAGED)))


def test_a_start_that_was_killed_is_failed_and_one_that_runs_is_not(command, lived, tmp_path):
    lived(status="FAILED", failure="killed", at="2024-05-01T00:00:00+00:00")
    lived(status=None, at="2024-05-02T00:00:00+00:00")
    result = command("scripts/history.py", "brand=house")
    assert re.search(r"^2024-05-01  failed: killed", result.output, re.MULTILINE)
    assert re.search(r"^2024-05-02  unfinished", result.output, re.MULTILINE)


def test_a_brand_without_anything_has_a_page_and_no_store_is_said(
    command, write_brand, tmp_path, empty_store
):
    write_brand("house", [{"text": "a post", "created_at": "2024-01-01T10:00:00Z"}])
    result = command("scripts/history.py", "brand=house")
    assert result.status == 2
    assert "run train.py first" in result.errors
    (tmp_path / "ws").mkdir(exist_ok=True)
    shutil.copy(empty_store, tmp_path / "ws" / "mlflow.db")
    result = command("scripts/history.py", "brand=house")
    assert result.status == 0, result.errors
    assert "The scheduled job has not run yet" in result.output


def test_a_page_that_cannot_be_written_is_said(command, lived, tmp_path):
    (tmp_path / "file").write_text("x")
    result = command("scripts/history.py", "brand=house", f"output={tmp_path}/file")
    assert result.status == 2
    assert "cannot be written" in result.errors
