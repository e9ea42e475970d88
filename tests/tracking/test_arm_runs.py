"""Arms as runs: what is stored, what is found again, and what happens when MLflow loses rows."""

import shutil
import time

import mlflow
import pytest

from smm_voice.config import TrackingConfig, Workspace
from smm_voice.errors import SmmVoiceError
from smm_voice.metrics.base import Finding
from smm_voice.tracking import arm_runs
from smm_voice.tracking import run as runs
from smm_voice.tracking.arm_runs import ArmRow, find_reference, in_words, log_arm
from smm_voice.tracking.store import open_store
from tests import warm

CONFIG = TrackingConfig(uri=None, register=True, ui="http://127.0.0.1:5000")
FOUND = Finding("contradicted", "500 pounds", "line 3: payload = 5,900 pounds")


def rows(number, text="Liftoff!"):
    return [
        ArmRow(f"Topic: {at}", f"{text} {at}", {"voice/style_index": at / 10}, [FOUND][:at], "Ours")
        for at in range(number)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, empty_store):
    made = tmp_path_factory.mktemp("arms")
    shutil.copy(empty_store, made / "mlflow.db")
    return made


@pytest.fixture
def store(folder):
    return open_store(CONFIG, Workspace(folder, folder), "acme", "Acme")


def log(store, folder, number=3, kind="evaluation", content="a1", **more):
    values = {"voice/style_index": 0.4}
    tags = {"smm.dataset_fingerprint": "f00d"}
    return log_arm(
        store,
        folder / "runs",
        "base",
        kind,
        more.get("rows") or rows(number),
        values,
        tags,
        content,
    )


def test_an_arm_is_one_finished_run_with_every_post_and_value(store, folder):
    run_id = log(store, folder)
    run = mlflow.MlflowClient().get_run(run_id)
    assert run.info.status == "FINISHED" and run.info.run_name == "base, 3 briefs"
    assert run.data.metrics == {"voice/style_index": 0.4}
    assert run.data.tags["smm.kind"] == "evaluation" and run.data.tags["smm.arm"] == "base"
    assert run.data.tags["smm.dataset_fingerprint"] == "f00d"
    assert "posts to 3 briefs" in run.data.tags["mlflow.note.content"]
    traces = sorted(arm_runs._traces(store, run_id), key=lambda t: t.info.request_preview)
    assert [t.info.request_preview for t in traces] == ["Topic: 0", "Topic: 1", "Topic: 2"]
    assert [t.info.response_preview for t in traces] == ["Liftoff! 0", "Liftoff! 1", "Liftoff! 2"]
    values = {each.name: each for each in traces[2].info.assessments}
    assert values.keys() == {"voice", "to check", "human"}
    assert values["voice"].value == 0.2 and values["human"].value == "Ours"
    assert (values["to check"].value, values["to check"].rationale) == (1, in_words([FOUND]))


def test_a_reference_of_the_same_content_is_logged_once(store, folder):
    first = log(store, folder, kind="reference", content="c1")
    assert log(store, folder, kind="reference", content="c1") == first
    assert find_reference(store, "base", "c1") == first
    assert find_reference(store, "prompted", "c1") is None
    other = log(store, folder, kind="reference", content="c2")
    assert other != first


def test_a_failed_reference_is_not_found_again(store, folder, monkeypatch):
    def broken(run, arm, shown):
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patch, pytest.raises(RuntimeError):
        patch.setattr(arm_runs, "_evaluate", broken)
        log(store, folder, kind="reference", content="c3")
    assert find_reference(store, "base", "c3") is None
    assert runs.mark_killed(store, folder / "runs") == []


@pytest.mark.parametrize("lost", ["a trace", "a value"])
def test_rows_that_mlflow_loses_fail_the_run_with_the_numbers(store, folder, monkeypatch, lost):
    whole = arm_runs._traces

    def some(store, run_id):
        found = whole(store, run_id)
        if lost == "a trace":
            return found[:-1]
        found[0].info.assessments.pop()
        return found

    monkeypatch.setattr(arm_runs, "_traces", some)
    numbers = "2 of 3 posts" if lost == "a trace" else "3 of 3 posts and 8 of 9 values"
    with pytest.raises(SmmVoiceError, match=numbers):
        log(store, folder, content=lost.replace(" ", ""))
    wanted = "tags.`smm.arm` = 'base'"
    newest = mlflow.MlflowClient().search_runs([store.experiment_id], wanted)[0]
    assert newest.info.status == "FAILED" and numbers in newest.data.tags["smm.failure"]


def test_equal_briefs_keep_their_own_posts(store, folder):
    twice = [ArmRow("Topic: tea", text, {}, [], "Ours") for text in ("First.", "Second.")]
    run_id = log(store, folder, rows=twice)
    found = {t.info.request_preview: t.info.response_preview for t in
             arm_runs._traces(store, run_id)}  # fmt: skip
    assert found == {"Topic: tea": "First.", "Topic: tea (2)": "Second."}


def test_what_stands_side_by_side_is_not_folded_away(store, folder):
    scores = {"voice/style_index": 0.8, "fluency/bits_per_byte_ratio": 1, "voice/closeness": 0.8}
    run_id = log(store, folder, rows=[ArmRow("Topic: tea", "A post.", scores, [], "Ours")])
    (trace,) = mlflow.search_traces(
        locations=[store.experiment_id], run_id=run_id, return_type="list"
    )
    shown = {"base": "A post.", "voice": 0.8, "to check": "nothing"}
    assert trace.data.spans[0].outputs == shown
    assert len(trace.info.assessments) == len(scores) + 2, "the columns hold all of them"


def test_a_long_post_and_one_of_html_are_kept(store, folder):
    hostile = ["<script>alert(1)</script>", "=1+1", "x" * 10_000, "Ligne 1\nLigne 2 \u0000 é"]
    made = [ArmRow(f"Topic: {at}", text, {}, [], text) for at, text in enumerate(hostile)]
    run_id = log(store, folder, rows=made)
    traces = mlflow.search_traces(
        locations=[store.experiment_id], run_id=run_id, return_type="list"
    )
    kept = {t.data.spans[0].outputs["base"] for t in traces}
    assert kept == set(hostile)


def test_at_most_two_hundred_rows_are_asked_of_mlflow(store, folder, monkeypatch):
    asked = []
    monkeypatch.setattr(arm_runs, "_evaluate", lambda run, arm, shown: asked.extend(shown))
    monkeypatch.setattr(arm_runs, "_check", lambda *_: None)
    run_id = log(store, folder, rows=rows(10) * 21)
    assert len(asked) == 200 and len({row.brief for row in asked}) == 200
    note = mlflow.MlflowClient().get_run(run_id).data.tags["mlflow.note.content"]
    assert "210 briefs, 200 of them" in note


def test_nothing_to_log_and_unknown_kinds_are_refused(store, folder):
    with pytest.raises(ValueError, match="no rows"):
        log_arm(store, folder, "base", "evaluation", [], {}, {}, "x")
    with pytest.raises(ValueError, match="'train'"):
        log_arm(store, folder, "base", "train", rows(1), {}, {}, "x")
    with pytest.raises(ValueError, match="as a column is"):
        log_arm(store, folder, "voice", "evaluation", rows(1), {}, {}, "x")
    with pytest.raises(ValueError, match="cannot be searched"):
        find_reference(store, "base' OR 'x", "c")


def test_many_findings_are_cut_with_their_number():
    assert in_words([]) == "nothing"
    assert in_words([FOUND] * 8).endswith("and 2 more")


def _log_twenty(folder, content, other):
    store = open_store(CONFIG, Workspace(folder, folder), "crowd", "Crowd")
    (folder / content).touch()
    deadline = time.monotonic() + 60
    while not (folder / other).exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    log(store, folder, number=20, content=content)


def test_two_evaluations_at_once_both_keep_every_post(folder):
    script = folder / "crowd.py"
    script.write_text(
        "import pathlib\nfrom tests.tracking.test_arm_runs import _log_twenty\n"
        "_log_twenty(pathlib.Path(__file__).parent, 'one', 'two')\n",
        encoding="utf-8",
    )
    process = warm.start(script, merged=True)
    _log_twenty(folder, "two", "one")
    output, _ = process.communicate(120)
    assert process.returncode == 0, output
    store = open_store(CONFIG, Workspace(folder, folder), "crowd", "Crowd")
    found = mlflow.MlflowClient().search_runs([store.experiment_id])
    assert [len(arm_runs._traces(store, run.info.run_id)) for run in found] == [20, 20]
    begun, ended = zip(*((run.info.start_time, run.info.end_time) for run in found), strict=True)
    assert max(begun) < min(ended)
