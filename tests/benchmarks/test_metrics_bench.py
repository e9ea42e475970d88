"""The proof of the scores, on a few voices; and that it says so where a score is broken."""

from __future__ import annotations

import dataclasses
import json
import logging
import math
import sys
from pathlib import Path

import numpy as np
import pytest

from smm_voice.benchmarks import record
from smm_voice.benchmarks.metrics import (
    adversaries,
    examine,
    known_groups,
    peers,
    proof,
    run,
    similarity,
    speed,
    table,
    voices,
)
from smm_voice.benchmarks.table import Level, Row, figures
from smm_voice.config import (
    BenchmarkConfig,
    FactualityBenchConfig,
    MetricsBenchConfig,
    TrackingConfig,
)
from smm_voice.errors import ConfigError, InputError
from smm_voice.evaluation.axes import AXES, failed, outcomes
from smm_voice.metrics import METRICS
from smm_voice.metrics.base import Item, Score
from smm_voice.metrics.voice.quality import measure_quality
from tests import warm
from tests.benchmarks.settings import DRIFT, MONITOR, SCALE

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("nasa_2016", "nasa_2018", "noaahabitat", "realdonaldtrump_538", "whitehouse_2016")
SETTINGS = MetricsBenchConfig(
    voices=["nasa_2018", "whitehouse_2016"], panel=["nasa_2018"], rounds=1, tests=2,
    resamples=100, workers=1, speed=False, bulk=0, base=None, seed=0,
)  # fmt: skip

FACTUALITY = FactualityBenchConfig(
    held_out=None, development=None, voices=[], human=0, pairs=1, speed=False,
    sizes=[10], sheets=[1],
)  # fmt: skip


@pytest.fixture(scope="module")
def few():
    """Five voices of 160 posts each, spread over their time."""
    return {
        name: dataclasses.replace(voice, posts=voice.posts[:: len(voice.posts) // 160][:160])
        for name, voice in voices.load(ROOT, NAMES).items()
    }


def config(workspace, **changes):
    return BenchmarkConfig(
        workspace=str(workspace), bench="metrics", repeats=1, sizes=[100],
        metrics=dataclasses.replace(SETTINGS, **changes), factuality=FACTUALITY,
        drift=DRIFT, monitor=MONITOR, scale=SCALE,
        tracking=TrackingConfig(uri=None, register=False, ui="http://localhost"),
    )  # fmt: skip


@pytest.fixture(scope="module")
def result(few, tmp_path_factory):
    """Figures, table, workspace and what was found of a small run."""
    workspace = tmp_path_factory.mktemp("bench")
    found = []

    def kept(*arguments):
        found.extend(examine.examine_all(*arguments))
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        patch.setattr(run, "load", lambda repository: few)
        patch.setattr(run, "examine_all", kept)
        figures = run.run(config(workspace), ROOT)
    path = workspace / "experiments" / "runs" / "benchmarks" / "metrics.md"
    return figures, path.read_text("utf-8"), workspace, found


def test_the_file_has_the_figures_that_others_read(result, tmp_path):
    figures, *_ = result
    written = record.write(tmp_path, "metrics", "abc", 1, figures)
    content = json.loads(written.read_text("utf-8"))["figures"]
    assert {
        "metrics/style_auc_post", "metrics/style_auc_ten", "metrics/stack_auc_post",
        "metrics/brier", "metrics/ece", "metrics/adversaries_caught", "metrics/aa_false_alarms",
        "metrics/stel_accuracy", "metrics/style_pairs_auc", "metrics/style_auc_post_chosen",
        "metrics/style_auc_post_reported",
    } <= content.keys()  # fmt: skip
    for name, values in content.items():
        assert values.keys() == {"median", "min", "max"}, name
        assert all(type(v) is float and math.isfinite(v) for v in values.values()), name


def test_what_must_hold_of_human_posts_and_cheats_holds(result):
    figures, _, _, (nasa, whitehouse) = result
    assert nasa.valid and figures["metrics/style_auc_post"][0] > 0.8
    assert figures["metrics/blends_in_order"] == [1.0] and len(nasa.blends) >= 1
    for doses in nasa.doses.values():
        assert doses[-1] > doses[0]
    for writer in ("copier", "one template", "fact-sheet reciter", "word shuffler", "silent",
                   "letter salad", "random labels", "posts of noaahabitat"):  # fmt: skip
        assert nasa.trials[writer].right is True, writer
    assert nasa.trials[examine.HUMAN].right is True
    # Only what was asked for.
    assert whitehouse.trials == {} and whitehouse.quality["style"]["auc_post"] > 0.7


def test_the_headline_is_given_for_both_kinds_of_voices(result):
    figures, _, _, found = result
    by_voice = {each.voice: each.quality["style"]["auc_post"] for each in found}
    assert figures["metrics/style_auc_post_chosen"] == [by_voice["nasa_2018"]]
    assert figures["metrics/style_auc_post_reported"] == [by_voice["whitehouse_2016"]]
    assert figures["metrics/style_auc_post"] == [pytest.approx(np.mean(list(by_voice.values())))]


def test_the_table_says_what_was_wanted_and_reached(result):
    _, text, *_ = result
    lines = text.splitlines()
    assert "| what | measured | level wanted | reached |" in lines
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| style view")]
    assert rows and all(len(row) == 4 and row[3] in ("yes", "**no**", "–") for row in rows)
    assert any(line.startswith("| nasa_2018 | yes | ") for line in lines)
    assert any(line.startswith("| whitehouse_2016 | no | ") for line in lines)
    head = next(line for line in lines if line.startswith("| writer | "))
    assert all(f"| {axis} |" in head for axis in AXES)
    assert any(line.startswith("| copier | ") for line in lines)


def test_figures_and_table_are_logged(result):
    import mlflow

    figures, text, workspace, _ = result
    client = mlflow.MlflowClient(f"sqlite:///{workspace / 'mlflow.db'}")
    experiment = client.get_experiment_by_name("benchmarks")
    (logged,) = client.search_runs([experiment.experiment_id])
    assert logged.info.status == "FINISHED" and logged.data.tags["smm.kind"] == "benchmark"
    assert logged.data.metrics == pytest.approx({k: v[0] for k, v in figures.items()})
    assert logged.data.tags["mlflow.note.content"] == text
    assert {a.path for a in client.list_artifacts(logged.info.run_id)} == {
        "metrics.md", "metrics.json", "settings.json",
    }  # fmt: skip


class Blind:
    """A profile that sees nothing in any text."""

    language, trained_on, unseen, indicative = "en", 200, ("x",), False

    def __init__(self, *arguments):
        self.quality = dict.fromkeys(
            ("style", "surface", "stack"), measure_quality(np.zeros(60), np.zeros(60))
        )

    def logits(self, texts, view):
        return np.zeros(len(texts))

    def abstains(self, text):
        return False

    def read(self, texts):
        return texts


def test_a_score_that_sees_nothing_is_not_said_to_have_reached_its_level(few, monkeypatch):
    monkeypatch.setattr(voices, "fit", Blind)
    monkeypatch.setattr(examine, "fit", Blind)
    settings = dataclasses.replace(SETTINGS, voices=["nasa_2018"], tests=1)
    found = [examine.examine(few, "nasa_2018", settings)]
    rows = {
        row.figure: row
        for row in (*proof.discrimination(found), *proof.known_groups(found),
                    *proof.adversaries(found, False))
    }  # fmt: skip
    for figure in ("style_auc_post", "stack_auc_post", "style_auc_ten", "brier", "blends_in_order"):
        assert rows[f"metrics/{figure}"].reached == "**no**", figure
    assert not found[0].valid
    assert "INVALID: nasa_2018" in rows["metrics/voices_valid"].note
    assert found[0].trials["posts of noaahabitat"].right is None
    assert found[0].trials["posts of noaahabitat"].axes["voice"] == "not measured"
    assert "| **no** |" in table.markdown(list(rows.values()), found)


def test_a_cheat_that_is_not_caught_is_named():
    passed = dict.fromkeys(AXES, "passed")
    trials = {
        examine.HUMAN: examine.Trial((), passed, True),
        "copier": examine.Trial(("memorisation",), passed, False),
        "silent": examine.Trial(("coverage",), passed | {"coverage": "failed"}, True),
    }
    found = [examine.Examined("acme", 9, {"style": {"auc_post": 1.0}}, True, trials=trials)]
    row = next(r for r in proof.adversaries(found, False) if r.figure)
    assert row.values == (0.5,) and row.reached == "**no**" and "not: copier as acme" in row.note
    assert "- acme, copier: " in table.markdown([row], found)


@pytest.mark.parametrize(
    ("level", "value", "reached"),
    [
        (Level(least=0.9), 0.9, True),
        (Level(least=0.9), 0.899, False),
        (Level(most=0.1), 0.11, False),
        (Level(most=0.1), math.nan, False),
        (Level(least=0.9), None, False),
        (Level(), 3.0, None),
    ],
)
def test_a_level_is_reached_or_not(level, value, reached):
    assert level.reached(value) is reached


def test_a_value_that_is_missing_is_no_figure():
    rows = [Row("a", (math.nan, 2.0), figure="a"), Row("b", (), figure="b")]
    assert figures(rows) == {"a": [2.0]}
    assert rows[1].reached == "–" and rows[1].measured is None


def test_test_posts_are_later_than_training_and_are_never_a_seen_brands(few):
    for name in few:
        for panel in voices.panels(few, name):
            voice = panel.voice
            times = {post.text: post.created_at for post in voice.posts}
            assert max(times[t] for t in voice.training) <= min(times[t] for t in voice.calibration)
            assert max(times[t] for t in voice.calibration) <= voice.test[0].created_at
            for other, texts in panel.references.items():
                newest = {post.text for post in few[other].test}
                assert set(texts) <= newest if other in panel.unseen else not set(texts) & newest


def test_one_account_in_two_periods_is_never_a_stranger_to_itself(few):
    for panel in voices.panels(few, "nasa_2018"):
        assert not {"nasa_2016", "nasa_2018"} & panel.references.keys()
    for first in voices.panels(few, "noaahabitat"):
        assert "nasa_2018" in first.references and "nasa_2016" not in first.references
    one, two = voices.panels(few, "noaahabitat")
    assert set(one.unseen) | set(two.unseen) == set(one.references)
    assert not set(one.unseen) & set(two.unseen)


def test_an_invalid_score_lets_nobody_pass():
    nothing = dict.fromkeys(METRICS, Score(None))
    assert set(outcomes(nothing).values()) == {"not measured"}
    copied = nothing | {"memorisation/copy_excess": Score(0.9, 0.8, 1.0)}
    assert failed(copied) == {"memorisation"}
    unsure = nothing | {"memorisation/copy_excess": Score(0.9, -0.1, 1.0)}
    assert failed(unsure) == set()


def test_more_is_injected_into_the_same_places():
    own = [Item(str(i), f"post {i}") for i in range(40)]
    sets = known_groups.dosed(own, (0, 10, 50, 100), lambda i, item: "x", seed=1)
    counts = [sum(item.text == "x" for item in items) for items in sets]
    assert counts == [0, 4, 20, 40]
    changed = [{item.id for item in items if item.text == "x"} for items in sets]
    assert changed[1] < changed[2] < changed[3]


@pytest.mark.parametrize(
    ("values", "falls", "rises"),
    [((3, 2, 1), True, False), ((1, 2, 2), False, False), ((1, 2, 3), False, True),
     ((3, None, 1), False, False), ((), False, False)],
)  # fmt: skip
def test_order_is_strict(values, falls, rises):
    assert known_groups.falls(values) is falls
    assert known_groups.rises(values) is rises


def test_likeness_follows_manner_and_not_topic(few):
    likeness = similarity.Likeness([t for v in few.values() for t in v.texts], "en")
    quad = {
        "anchor1": "What do you think of the rocket?", "anchor2": "We will see to that rocket.",
        "alt1": "What do you think of the turtle?", "alt2": "We will see to that turtle.",
        "label": "1",
    }  # fmt: skip
    for chosen in similarity.stel([quad, quad | {"label": "2"}], likeness).values():
        assert list(chosen) == [1.0, 0.0]
    undecided = quad | {"alt2": quad["alt1"]}
    assert list(similarity.stel([undecided], likeness)["one anchor"]) == [0.5]


def test_our_vendi_score_is_that_of_its_authors(few):
    pytest.importorskip("vendi_score")
    peer = peers.vendi_score(few["noaahabitat"], few, 1, 0)
    ours, theirs = peer.values["score_K(q=2)"]
    assert ours == pytest.approx(theirs, rel=1e-9)
    assert len(peer.ratios) == 1


def test_a_peer_that_is_missing_is_left_out_and_said(few, monkeypatch, caplog):
    monkeypatch.setitem(sys.modules, "sacrebleu", None)
    monkeypatch.setitem(sys.modules, "sacrebleu.metrics.bleu", None)
    wanted = {"metrics/x": peers.sacrebleu}
    with caplog.at_level(logging.INFO):
        assert peers.compare(few, 1, 0, wanted) == {}
    assert "metrics/x is left out: sacrebleu" in caplog.text


def test_a_long_run_that_fails_is_said_and_has_no_figure(few, tmp_path):
    found = speed.bulk(few, 5, tmp_path, tmp_path / "nowhere")
    assert found.seconds is None and "nowhere" in found.failure
    assert list(tmp_path.iterdir()) == []


def test_answers_of_the_base_model_are_read_and_a_wrong_file_is_told(tmp_path):
    rows = tmp_path / "base.jsonl"
    row = {"id": "1", "text": "Hi\u2028there", "brief": "Topic: x", "finished": True}
    rows.write_text(json.dumps(row, ensure_ascii=False) + "\n", encoding="utf-8")
    (item,) = adversaries.base_answers(rows)
    assert (item.text, item.brief, item.finished) == ("Hi\u2028there", "Topic: x", True)
    rows.write_text('{"id": 1}\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"metrics.base=.*base.jsonl cannot be read"):
        adversaries.base_answers(rows)


def test_an_unknown_voice_is_told_before_anything_runs(tmp_path):
    with pytest.raises(ConfigError, match="nasa_2018.*; not nasa$"):
        run.run(config(tmp_path, voices=["nasa"]), ROOT)
    assert list(tmp_path.iterdir()) == []


def test_the_command_knows_the_bench():
    ended = warm.run("scripts/benchmark.py", "bench=metrics", "metrics.rounds=0", timeout=60)
    assert ended.returncode == 2 and "metrics.rounds must be at least 1" in ended.stderr
