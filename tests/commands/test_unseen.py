"""No model is judged by posts that a registered model has learned from."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNTIL = "smm.trained_until"


@pytest.fixture
def own(posts, write_brand):
    """The brand `own`: a hundred real posts."""
    rows = [
        {"id": str(number), "text": text, "created_at": when, "platform": "x"}
        for number, (text, when) in enumerate(posts)
        if not text.startswith("@")
    ]
    write_brand("own", rows[:100])
    return rows[:100]


@pytest.fixture
def build(command):
    """Build the dataset of `own`."""
    return lambda *more: command("scripts/build_dataset.py", "brand=own", *more)


@pytest.fixture
def dataset(tmp_path):
    """The dataset of `own` that stands built."""
    from smm_voice.dataset.build import load

    def read():
        (card,) = (tmp_path / "ws" / "data" / "built" / "own").glob("*/card.json")
        return load(card.parent)

    return read


def newest_learned(dataset):
    """What `train.py` writes down of a version trained on this dataset."""
    from smm_voice.dataset.learned import learned_until

    return learned_until(dataset)


def test_a_test_period_that_a_version_has_learned_from_is_refused(own, build, dataset, register):
    assert build().status == 0
    begins = dataset().card["test_from"]["en"]
    fine = register("own-voice", **{UNTIL: newest_learned(dataset())})
    assert build().status == 0
    exactly = register("own-voice", **{UNTIL: begins})
    later = register("own-voice", "champion", **{UNTIL: own[-1]["created_at"][-4:] + "-12-31"})
    ended = build()
    assert ended.status == 2
    assert f"the test posts of dataset {dataset().fingerprint} begin {begins}" in ended.errors
    assert f"version {exactly} until {begins}; version {later} until" in ended.errors
    assert f"version {fine} " not in ended.errors
    for way_out in ("dataset.test_share", "newer posts", "delete those versions", "workspace=…"):
        assert way_out in ended.errors
    # The dataset stands all the same: the way out that asks for another share needs its numbers.
    assert "100 rows read" in ended.output


def test_training_is_refused_before_any_model_is_loaded(
    own, build, command, dataset, register, tmp_path
):
    assert build().status == 0
    register("own-voice", **{UNTIL: dataset().card["test_from"]["en"]})
    empty = tmp_path / "no model"
    empty.mkdir()
    nothing = ("model=local", f"model.path='{empty}'", "model.languages=[en]")
    ended = command("train.py", "brand=own", *nothing)
    assert ended.status == 2
    assert "have learned from posts of that time" in ended.errors
    assert "no model" not in ended.errors


def test_a_larger_test_share_of_the_same_posts_is_refused_and_newer_posts_are_not(
    own, build, dataset, register, write_brand, posts, tmp_path
):
    assert build().status == 0
    register("own-voice", **{UNTIL: newest_learned(dataset())})
    ended = build("dataset.test_share=0.5")
    assert ended.status == 2 and "have learned from posts of that time" in ended.errors
    newer = [
        {"id": f"newer-{number}", "text": text, "created_at": when, "platform": "x"}
        for number, (text, when) in enumerate(posts[-60:])
    ]
    write_brand("own", own + newer)
    assert build().status == 0


@pytest.mark.parametrize(
    ("model", "tags"),
    [("other-voice", {UNTIL: "2099-01-01"}), ("own-voice", {"smm.run": "1"})],
    ids=["another brand's", "without the time"],
)
def test_versions_that_say_nothing_of_these_posts_do_not_matter(own, build, register, model, tags):
    register(model, **tags)
    assert build().status == 0


def test_a_dataset_in_two_languages_of_different_years_does_not_refuse_itself(
    own, build, dataset, register, write_brand
):
    path = ROOT / "tests" / "fixtures" / "french" / "velo.jsonl"
    french = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    write_brand("own", own + french, languages=["en", "fr"])
    assert build().status == 0
    validation = {e.post.language: e.post.created_at for e in dataset().splits["validation"]}
    assert validation.keys() == {"en", "fr"}
    assert max(validation.values()).isoformat() > min(dataset().card["test_from"].values())
    register("own-voice", **{UNTIL: newest_learned(dataset())})
    ended = build()
    assert ended.status == 0, ended.errors


def test_without_a_store_mlflow_is_not_even_loaded(own, build, tmp_path):
    assert build().status == 0
    code = (
        "import sys, runpy; sys.argv = sys.argv[1:]\n"
        "try: runpy.run_path(sys.argv[0], run_name='__main__')\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "loaded = {'mlflow', 'torch', 'transformers', 'sqlalchemy'} & set(sys.modules)\n"
        "sys.exit(f'loaded {loaded}' if loaded else 0)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "scripts" / "build_dataset.py"), "--config-dir",
         str(tmp_path), "brand=own", f"workspace={tmp_path}/ws"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert " found: " in result.stdout
    assert not (tmp_path / "ws" / "mlflow.db").exists()
