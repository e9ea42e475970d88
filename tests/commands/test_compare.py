"""`compare`: from two records in MLflow to a page beside the first, and every wrong word told."""

from __future__ import annotations

import dataclasses
import json
import time
from pathlib import Path

import numpy as np
import pytest

from smm_voice.commands.compare import parse
from smm_voice.errors import InputError
from smm_voice.evaluation import record
from tests.evaluation.judged import INDEX, UNSUPPORTED, but, evaluation

HOSTILE = "<script>alert(1)</script> | =cmd() **x**"


def judged(level, seed=0):
    rng = np.random.default_rng(seed)
    voice = level + 0.2 * rng.standard_normal(30)
    return evaluation(
        {
            "candidate": {INDEX: list(voice), UNSUPPORTED: list(rng.binomial(3, 0.3, 30) / 3)},
            "prompted": {INDEX: list(voice - 0.3), UNSUPPORTED: [0.5] * 30},
        },
        strata={"topic": [HOSTILE] * 15 + ["plain"] * 15},
        brand="House",
    )


@pytest.fixture
def brand(write_brand):
    rows = [{"text": "a post of the house", "created_at": "2024-01-01T10:00:00Z"}]
    write_brand("house", rows)
    write_brand("other", rows)


@pytest.fixture
def log(store, brand, tmp_path):
    """Log an evaluation as a finished run; its id."""
    experiments = {}

    def logged(found, name, kind="evaluation", status="FINISHED", experiment="house"):
        if experiment not in experiments:
            where = (tmp_path / "artifacts" / experiment).as_uri()
            experiments[experiment] = store.create_experiment(experiment, where)
        tags = {"smm.kind": kind}
        run = store.create_run(experiments[experiment], run_name=name, tags=tags)
        if found is not None:
            values = record.as_json(found) if not isinstance(found, dict) else found
            store.log_dict(run.info.run_id, values, record.PATH)
        if status:
            store.set_terminated(run.info.run_id, status)
        # Two runs of one millisecond have no order.
        time.sleep(0.002)
        return run.info.run_id

    return logged


def test_two_runs_are_compared_and_the_page_lies_with_the_first(command, log, store, tmp_path):
    older = log(judged(0.4), HOSTILE)
    newer = log(judged(0.9, seed=1), "newer")
    ended = command("scripts/compare.py", "brand=house", f"output={tmp_path}/out.json")
    assert ended.status == 0, ended.errors
    assert "newer is nearer to House's voice than" in ended.output
    folder = f"compare/{older}"
    assert f"/runs/{newer}/artifacts/{folder}/index.html" in ended.output
    local = Path(store.download_artifacts(newer, folder))
    assert sorted(each.name for each in local.iterdir()) == [
        "compare.json", "compare.md", "index.html",
    ]  # fmt: skip
    page = (local / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "<svg" in page
    assert "src=" not in page
    assert "<script" not in (local / "compare.md").read_text(encoding="utf-8")
    values = json.loads((local / "compare.json").read_text(encoding="utf-8"))
    assert values == json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    closeness = next(row for row in values["rows"] if row["metric"] == "voice/closeness")
    assert closeness["outcome"] == "better"
    assert closeness["difference"]["value"] > 0.3
    # No dataset was built here: said, not passed over.
    assert "homogeneity/log_ratio has no difference" in ended.output

    turned = command("scripts/compare.py", "brand=house", f"runs=[{older[:8]}, latest]")
    assert turned.status == 0, turned.errors
    assert "is further from House's voice than newer" in turned.output

    arms = command("scripts/compare.py", "brand=house", "runs=latest:candidate,latest:prompted")
    assert "The candidate is" in arms.output
    assert f"compare/{newer}/candidate_prompted/index.html" in arms.output


def test_every_wrong_run_is_told(command, log, store):
    good = log(judged(0.4), "good")
    running = log(judged(0.5), "running", status=None)
    failed = log(None, "failed", status="FAILED")
    empty = log(None, "empty", kind="train")
    old = log({"brand": "House", "arms": {}}, "old")
    foreign = log(judged(0.5), "foreign", experiment="other")
    hotter = log(but(judged(0.4), decoding={"temperature": 1.5}), "hotter")
    for runs, words in {
        f"{good},{good},{good}": "does not name two runs",
        f"{good}:,{good}": "names no arm",
        f"{good},abc": "names no run",
        f"{good},ffffffffff": "has no run ffffffffff. The newest evaluations are:",
        f"{good},{running}": "(running) is running",
        f"{good},{failed}": "is failed",
        f"{good},{empty}": "holds no eval/evaluation.json",
        f"{good},{old}": "evaluate the model again",
        f"{good},{foreign}": "is of 'other', not of brand house",
        f"{good},{good}:candidat": "did you mean 'candidate'?; it has: human, floor, candidate",
        f"{good},{hotter}": "temperature 0.7 and 1.5",
        f"{good},7": "no model '7'",
        f"{good},champion": "none is registered yet",
        f"{good},../../etc": "names no run",
    }.items():
        ended = command("scripts/compare.py", "brand=house", f"runs=[{runs}]")
        assert ended.status == 2, runs
        assert words in ended.errors, (runs, ended.errors)
    store.delete_run(good)
    ended = command("scripts/compare.py", "brand=house", f"runs=[{good},{hotter}]")
    assert ended.status == 2
    assert f"has no run {good}" in ended.errors


def test_a_version_stands_for_its_newest_evaluation(command, log, register):
    log(judged(0.4), "evaluation of house-voice version 1")
    again = log(judged(0.5), "evaluation of house-voice version 1")
    log(judged(0.9), "evaluation of house-voice version 2")
    register("house-voice", alias="champion")
    ended = command("scripts/compare.py", "brand=house", "runs=[latest,champion]")
    assert ended.status == 0, ended.errors
    assert f"/artifacts/compare/{again}/" in ended.output


def test_less_than_two_evaluations_are_told(command, brand, log):
    log(judged(0.4), "only")
    ended = command("scripts/compare.py", "brand=house")
    assert ended.status == 2
    assert "has 1 finished evaluations" in ended.errors


def test_without_a_store_none_is_made(command, write_brand, tmp_path):
    write_brand("house", [{"text": "a post", "created_at": "2024-01-01T10:00:00Z"}])
    ended = command("scripts/compare.py", "brand=house")
    assert ended.status == 2
    assert "nothing is tracked" in ended.errors
    assert not (tmp_path / "ws" / "mlflow.db").exists()


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("[a, 'b:base']", [("a", None), ("b", "base")]),
        ("1e5,12:x:y", [("1e5", None), ("12", "x:y")]),
    ],
)
def test_runs_are_read_as_they_stand(said, found):
    assert parse(said) == found


@pytest.mark.parametrize("said", ["", "[]", "a", "a,", "[a,b,c]", "a,:base", "a:,b"])
def test_what_names_no_two_runs_is_refused(said):
    with pytest.raises(InputError, match="runs="):
        parse(said)


def test_a_fingerprint_is_no_path(tmp_path, dataset_config):
    from smm_voice.commands.compare import variety
    from smm_voice.config import BrandConfig, SourceConfig, Workspace

    (tmp_path / "card.json").write_text("{}", encoding="utf-8")
    brand = BrandConfig(name="house", languages=["en"], sources=[SourceConfig(path="x")])
    found = dataclasses.replace(judged(0.4), provenance={"dataset_fingerprint": "../../../.."})
    workspace = Workspace(tmp_path, tmp_path)
    assert "is not on this machine" in variety(found, brand, workspace)
