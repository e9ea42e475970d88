"""The whole job on a tiny model: what it leaves, and what it survives."""

import json
from pathlib import Path

import mlflow
import pytest

from tests import warm
from tests.report.reading import Elements, value_of
from tests.training_runs import MODEST, folder_of, runs_of, start, wait_for


def test_the_terminal_shows_dataset_scores_verdict_and_links(finished):
    workspace, output = finished
    assert "left out: " in output
    assert "voice/style_index" in output and "prompted" in output
    assert "  after 0 steps: " in output
    assert "General ability, 60 items: " in output  # English only, as the model is said to be
    _, (run,) = runs_of(workspace)
    for path in ("report/index.html", "eval/side_by_side.json"):
        assert f"/runs/{run.info.run_id}/artifacts/{path}" in output


def test_the_run_holds_all_that_the_design_names(finished):
    workspace, _ = finished
    client, (run,) = runs_of(workspace)
    assert run.info.status == "FINISHED"
    tags = {"smm.dataset_fingerprint", "smm.git_sha", "smm.comparable", "smm.ratio_series"}
    assert tags <= run.data.tags.keys()
    briefs = [d.dataset for d in run.inputs.dataset_inputs if d.dataset.name == "small-briefs"]
    assert run.data.tags["smm.briefs"] == str(json.loads(briefs[0].profile)["num_rows"])
    assert "candidate" in run.data.tags["mlflow.note.content"]
    assert 5 <= len(run.data.params) <= 15
    metrics = run.data.metrics
    assert {
        "homogeneity/ratio",
        "factuality/coverage",
        "memorisation/copy_excess",
    } <= metrics.keys()
    assert "fluency/nonword_rate.base" in metrics
    for name in ("accuracy", "margin", "bits_per_byte"):
        before, after = (metrics[f"train/general_{name}_{when}"] for when in ("before", "after"))
        assert name == "accuracy" or before != after
    samples = client.download_artifacts(run.info.run_id, "train/samples.md")
    told = Path(samples).read_text(encoding="utf-8")
    assert told.count("## ") == 1 and told.count("After ") >= 3
    steps = {m.step for m in client.get_metric_history(run.info.run_id, "train/validation_loss")}
    assert len(steps) >= 3
    given = {each.dataset.name: each.tags[0].value for each in run.inputs.dataset_inputs}
    assert given == {"small-train": "training", "small-briefs": "evaluation"}
    found = {
        file.path
        for folder in ("", "config", "eval", "eval/rows", "report", "dataset")
        for file in client.list_artifacts(run.info.run_id, folder)
        if not file.is_dir
    }
    assert found == {
        "config/resolved.yaml", "eval/side_by_side.json", "eval/findings.json",
        "eval/evaluation.json", "report/index.html", "report/report.md",
        "report/preview.png", "dataset/card.md",
        "dataset/card.html", "dataset/card.json", *(f"eval/rows/{arm}.jsonl" for arm in
        ("human", "floor", "base", "prompted", "candidate", "candidate_variants")),
    }  # fmt: skip


def test_every_number_of_the_report_is_found_under_its_name_in_mlflow(finished):
    workspace, _ = finished
    client, (run,) = runs_of(workspace)
    page = client.download_artifacts(run.info.run_id, "report/index.html")
    numbers = Elements(Path(page).read_text(encoding="utf-8")).numbers
    assert len(numbers) > 100
    # The run that is decided about holds what a decision is made by, not hundreds of numbers more.
    assert {"factuality/coverage.minus_prompted", "factuality/coverage_ci_low.base"} <= (
        run.data.metrics.keys()
    )
    assert len(run.data.metrics) < 450
    assert any(".minus_" in name for name, _ in numbers), "differences are named as well"
    (own,) = runs_of(workspace, "evaluation")[1]
    for name, words in numbers:
        value, places = value_of(words)
        logged = own.data.metrics[name]
        assert run.data.metrics.get(name, logged) == logged
        assert value == pytest.approx(logged, abs=0.5001 * 10**-places), (name, words)


def test_two_arms_stand_side_by_side_and_shared_arms_are_logged_once(finished):
    workspace, output = finished
    client, (run,) = runs_of(workspace)
    own = {r.data.tags["smm.arm"]: r for r in runs_of(workspace, "evaluation")[1]}
    shared = {r.data.tags["smm.arm"]: r for r in runs_of(workspace, "reference")[1]}
    assert own.keys() == {"candidate"}
    assert {"human", "floor", "base", "prompted"} <= shared.keys()
    pair = f"{own['candidate'].info.run_id}&compareToRunUuid={shared['prompted'].info.run_id}"
    assert pair in output
    # The arm's own run holds its values under the plain names.
    name = "factuality/coverage"
    everything = own["candidate"].data.metrics
    assert shared["base"].data.metrics[name] == everything[f"{name}.base"]


def test_all_arms_answer_the_same_briefs(finished):
    workspace, _ = finished
    _, (run,) = runs_of(workspace)
    rows = {
        path.stem: [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        for path in (folder_of(workspace, run) / "rows").glob("*.jsonl")
    }
    further = rows.pop("candidate_variants")
    assert len({row["text"] for row in further}) > 1
    assert len(further) == 4 and len({row["brief"] for row in further}) <= 2
    assert rows.keys() == {"human", "floor", "base", "prompted", "candidate"}
    briefs = [(row["id"], row["brief"]) for row in rows["human"]]
    assert len(briefs) == 12
    assert all([(r["id"], r["brief"]) for r in listed] == briefs for listed in rows.values())


def test_the_registered_model_writes(finished):
    workspace, _ = finished
    import pandas as pd

    uri = f"sqlite:///{workspace}/mlflow.db"
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    client = mlflow.MlflowClient()
    aliases = client.get_registered_model("small-voice").aliases
    assert set(aliases) <= {"champion", "challenger"} and aliases
    model = mlflow.pyfunc.load_model(f"models:/small-voice@{next(iter(aliases))}")
    briefs = pd.DataFrame({"brief": ["Topic: launch\nForm: x, short", "Topic: sea\nForm: x"]})
    answered = model.predict(briefs)
    assert [variants[0]["text"] for variants in answered["variants"]] == list(answered["text"])
    assert len(answered) == 2
    size = sum(p.stat().st_size for p in (workspace / "mlartifacts").rglob("model*.safetensors"))
    assert size == 0  # the base model's weights are not copied into the store


def test_the_second_run_finds_the_dataset(finished, small_brand, tiny_folder):
    workspace, _ = finished
    card = next((workspace / "data" / "built").rglob("card.json"))
    before = card.stat().st_mtime_ns
    process = start(small_brand, tiny_folder, workspace, "training.seed=1")
    output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, output
    assert " found: " in output
    assert card.stat().st_mtime_ns == before
    assert len(runs_of(workspace)[1]) == 2
    # The arms that training does not change are those of the first run.
    arms = sorted(r.data.tags["smm.arm"] for r in runs_of(workspace, "reference")[1])
    # A first version that was good enough stands beside the second.
    assert [arm for arm in arms if arm != "champion"] == ["base", "floor", "human", "prompted"]
    assert len(runs_of(workspace, "evaluation")[1]) == 2


def script(name, brands, workspace, *more):
    folders = ("--config-dir", str(brands), f"workspace={workspace}")
    return [f"scripts/{name}.py", *folders, "brand=small", *more]


def run_script(*args):
    return warm.run(*script(*args), timeout=300)


def test_generate_takes_the_registered_model(finished, small_brand):
    workspace, _ = finished
    result = run_script(
        "generate", small_brand, workspace, "brief=Big launch, 5 pm: go!", "n=2", "model=1"
    )
    assert result.returncode == 0, result.stderr
    result = run_script("generate", small_brand, workspace, "brief=x", "model=99")
    assert result.returncode == 2
    assert "versions: 1" in result.stderr


def test_an_evaluation_that_was_killed_goes_on_beside_another_version(finished, small_brand):
    workspace, _ = finished
    answers = workspace / "experiments" / "runs" / "small" / "kept" / "answers"
    before = {path: path.read_bytes() for path in answers.glob("*.jsonl")}
    arguments = ("model=1", "evaluation.against=[2]", "evaluation.briefs=12", *MODEST,
                 "evaluation.resamples=100", "generation.maximum_new_tokens=20",
                 "generation.batch_size=4")  # fmt: skip
    started = len(runs_of(workspace, "evaluation")[1])
    process = warm.start(*script("evaluate", small_brand, workspace, *arguments), merged=True)

    def new_answers():
        return {
            path: path.read_bytes()
            for path in answers.glob("*.jsonl")
            if path.read_bytes() != before.get(path)
        }

    wait_for(new_answers, process)
    process.kill()
    process.communicate()
    made = new_answers()
    result = run_script("evaluate", small_brand, workspace, *arguments)
    assert result.returncode == 0, result.stderr
    # What was made before the kill stands where it stood.
    assert all(path.read_bytes().startswith(content) for path, content in made.items())
    _, runs = runs_of(workspace, "evaluation")
    whole = [run for run in runs[started:] if "smm.arm" not in run.data.tags]
    assert [run.info.status for run in whole] == ["FAILED", "FINISHED"]
    assert whole[1].data.tags["smm.model_version"] == "1"
    assert {"voice/closeness.v2", "factuality/coverage.prompted"} & whole[1].data.metrics.keys()
    path = folder_of(workspace, whole[1]) / "rows" / "v2.jsonl"
    assert len(path.read_text("utf-8").splitlines()) == 12
