"""`monitor`: looks, logs, tells; trains nothing, moves no alias, and asks the champion again."""

from __future__ import annotations

import json
import re
import shutil
from datetime import datetime
from pathlib import Path

import pytest

from smm_voice.evaluation import record
from tests.evaluation.judged import INDEX, but, evaluation

LITTLE = ("monitor.minimum_posts=15", "monitor.recent_posts=30", "monitor.baseline_posts=30",
          "monitor.permutations=199", "tracking.ui=http://127.0.0.1:5000")  # fmt: skip
DECODING = {"temperature": 0.7, "top_p": 0.95, "top_k": 50, "maximum_new_tokens": 8, "shots": 0,
            "batch_size": 4, "seed": 1, "guard": False, "guard_candidates": 4}  # fmt: skip


@pytest.fixture
def brand(posts, write_brand):
    """190 posts of one account, the last 40 in another manner. Told which day those begin."""
    originals = [(text, when) for text, when in posts if not text.startswith("@")][-190:]
    rows = []
    for number, (text, when) in enumerate(originals):
        if number >= 150:
            text = "OMG!!! " + re.sub(r"[.,:]", " !!", text).lower() + " 🚀🚀🚀 lol"
        rows.append({"id": f"p{number}", "text": text, "created_at": when, "platform": "x"})
    write_brand("own", rows)
    return rows


@pytest.fixture
def runs(store):
    def of(kind="monitor"):
        experiment = store.get_experiment_by_name("own")
        found = store.search_runs([experiment.experiment_id], f"tags.`smm.kind` = '{kind}'")
        return sorted(found, key=lambda run: run.info.start_time)

    return of


def test_a_brand_that_writes_differently_alarms_and_the_status_is_0(
    command, brand, runs, store, tmp_path
):
    day = brand_day(brand)
    result = command("scripts/monitor.py", "brand=own", f"since={day}", *LITTLE,
                     f"output={tmp_path}/look.json")  # fmt: skip
    assert result.status == 0, result.errors
    assert "Own writes differently from before" in result.output.replace("own", "Own")
    assert "ALARM" in result.output and "OMG" in result.output
    (run,) = runs()
    assert run.info.status == "FINISHED"
    tags, metrics = run.data.tags, run.data.metrics
    assert tags["smm.drift"] == "alarm" and "drift/input_style_auc" in tags["smm.alarms"]
    assert tags["smm.dataset_fingerprint"] and tags["smm.git_sha"]
    assert metrics["drift/input_style_auc"] > metrics["drift/input_style_auc_band"]
    assert metrics["drift/input_style_auc_p"] <= 0.05
    assert tags["mlflow.note.content"].startswith("**own writes differently from before")
    (look,) = json.loads((tmp_path / "look.json").read_text("utf-8"))["looks"]
    logged = Path(store.download_artifacts(run.info.run_id, "drift/monitored.json"))
    assert json.loads(logged.read_text("utf-8")) == {k: v for k, v in look.items() if k != "run"}
    page = Path(store.download_artifacts(run.info.run_id, "report/index.html")).read_text("utf-8")
    assert "OMG" in page and "<script" not in page
    assert not store.search_registered_models()

    # Another look is a further point, and what nothing happened to is calm.
    calm = command("scripts/monitor.py", "brand=own", f"since={brand_day(brand, 110)}",
                   "monitor.recent_posts=20", *LITTLE[:1], *LITTLE[2:])  # fmt: skip
    assert calm.status == 0, calm.errors
    second = runs()[1]
    page = Path(store.download_artifacts(second.info.run_id, "report/index.html"))
    assert page.read_text("utf-8").count('class="alarm"') >= 1
    assert "2 looks since" in page.read_text("utf-8")


def brand_day(rows, number=150):
    when = datetime.strptime(rows[number]["created_at"], "%a %b %d %H:%M:%S %z %Y")
    return when.date().isoformat()


@pytest.mark.parametrize("since", ["2018-02-31", "9999-99-99"])
def test_a_day_that_is_none_is_refused(command, brand, since):
    result = command("scripts/monitor.py", "brand=own", f"since={since}", *LITTLE)
    assert result.status == 2
    assert "is no day" in result.errors


def test_tests_that_cannot_alarm_are_said(command, brand):
    few = [each for each in LITTLE if "permutations" not in each]
    result = command("scripts/monitor.py", "brand=own", *few, "monitor.permutations=99")
    tests = int(re.search(r"with (\d+) tests no p can fall low enough", result.output)[1])
    # The smallest p is 1 in as many as there are permutations, and one.
    assert f"monitor.permutations={20 * tests - 1} or more" in result.output


def test_too_few_posts_are_said_and_not_an_alarm(command, brand, runs):
    result = command("scripts/monitor.py", "brand=own", "since=2030-01-01", *LITTLE)
    assert result.status == 0, result.errors
    assert "Nothing can be said yet" in result.output
    assert runs()[0].data.tags["smm.drift"] == "no data"
    assert not [m for m in runs()[0].data.metrics if m.startswith("drift/")]


@pytest.fixture
def champion(store, register, brand, tiny, tiny_folder, tmp_path):
    """A champion of `own` on the tiny model, evaluated; its version's files."""
    from smm_voice.config import LoraConfig
    from smm_voice.models import adapters
    from smm_voice.models.adapters import AdapterOrigin

    base, model, _ = tiny
    lora = LoraConfig(rank=2, alpha=4, dropout=0.0, targets="all-linear", rslora=False)
    config = {"name": "tiny", "languages": ["en"], "licence": "-", "path": str(tiny_folder),
              "maximum_bits_per_byte": 100.0, "force": False}  # fmt: skip
    files = tmp_path / "model"
    folder = files / "artifacts" / "adapter"
    until = f"{brand_day(brand)}T00:00:00+00:00"
    origin = AdapterOrigin("own", config, base.digest, "0" * 16, until, "1")
    adapters.save(adapters.attach(model, lora, 0), folder, origin)
    experiment = store.create_experiment("own", (tmp_path / "artifacts").as_uri())
    run = store.create_run(experiment, tags={"smm.kind": "train"})
    systems = {"candidate": {"label": "x", "adapter_digest": adapters.digest(folder)}}
    found = but(
        evaluation({"candidate": {INDEX: [0.9] * 8}}, brand="own"), systems=systems,
        language="en", precision="fp32", decoding=DECODING,
    )  # fmt: skip
    store.log_dict(run.info.run_id, record.as_json(found), record.PATH)
    store.set_terminated(run.info.run_id, "FINISHED")
    tags = {"smm.run": run.info.run_id, "smm.trained_until": until}
    store.create_registered_model("own-voice")
    version = store.create_model_version("own-voice", str(files), run.info.run_id, tags=tags)
    store.set_registered_model_alias("own-voice", "champion", version.version)
    return files


@pytest.fixture
def asked(store, brand, monkeypatch):
    """The champion as a look sees it, asked `count` briefs."""
    import mlflow

    from smm_voice.checks import validate
    from smm_voice.commands.champion import champion_of
    from smm_voice.config import BrandConfig
    from smm_voice.tracking.store import Store

    config = validate(BrandConfig, {"name": "own", "languages": ["en"], "sources": [{"path": "x"}]})

    def ask(count, language="en"):
        uri = store.tracking_uri
        mlflow.set_tracking_uri(uri)
        mlflow.set_registry_uri(uri)
        experiment = store.get_experiment_by_name("own").experiment_id
        return champion_of(Store(uri, experiment, "http://ui"), config, language, count)

    return ask


def test_the_champion_is_asked_again_and_held_against_the_first_look(
    command, champion, runs, store, asked, monkeypatch
):
    first = command("scripts/monitor.py", "brand=own", "monitor.output_briefs=4", *LITTLE)
    assert first.status == 0, first.errors
    # Made in other batches: the evaluation's answers say nothing to the letter.
    (run,) = runs()
    assert "drift/output_changed" not in run.data.metrics
    assert "drift/input_style_auc" in run.data.metrics
    assert "first look at this model" in first.output
    # What the champion has not learned from is recent.
    path = store.download_artifacts(run.info.run_id, "drift/monitored.json")
    known = json.loads(Path(path).read_text("utf-8"))["provenance"]
    assert known["champion"] == "1" and known["since"] == known["trained_until"]
    assert store.get_model_version_by_alias("own-voice", "champion").version == 1
    assert len(store.search_model_versions("name = 'own-voice'")) == 1

    again = asked(4)
    assert again.same_batch and not again.remarks
    assert len(again.model.now) == 4 and again.model.now == again.model.then
    assert len(again.model.written) == 8
    # As many answers as the first look made, or they are no reference.
    assert not asked(3).same_batch

    # Other code, such as another prompt, and the same weights.
    from smm_voice.commands import champion as module

    real = module.prompt
    monkeypatch.setattr(module, "prompt", lambda *a: real("Someone else", *a[1:]))
    other = asked(4)
    assert other.same_batch and other.model.now != other.model.then == again.model.then


def test_whatever_of_the_champion_is_gone_is_named(
    command, champion, runs, asked, monkeypatch
):  # fmt: skip
    from smm_voice.models import adapters

    def loaded(*_):
        raise RuntimeError("too little memory")

    monkeypatch.setattr(adapters, "load_for_generation", loaded)
    # Without briefs no model is loaded.
    unasked = asked(0)
    assert unasked.model is not None and unasked.answers is None and not unasked.remarks
    failed = asked(2)
    assert "could not be asked again: too little memory" in failed.remarks[0]
    assert failed.model == unasked.model
    assert "no evaluation of version 1 in fr" in asked(2, "fr").remarks[0]
    shutil.rmtree(champion)
    result = command("scripts/monitor.py", "brand=own", *LITTLE)
    assert result.status == 0, result.errors
    assert "the files of version 1 cannot be read" in result.output
    assert "drift/input_style_auc" in runs()[0].data.metrics


def test_predecessors_come_first_and_later_candidates_not_at_all():
    from smm_voice.commands.champion import _versions

    found = evaluation({arm: {INDEX: [0.9] * 3} for arm in
                        ("candidate", "base", "champion", "v10", "v2", "challenger")})  # fmt: skip
    assert list(_versions(found, "champion", 11, None)) == ["v2", "v10", "champion"]
    assert list(_versions(found, "champion", 3, None)) == ["v2", "champion"]
    assert list(_versions(found, "v2", 2, None)) == ["v2"]
