"""An evaluation comes back from its file as it was, and nothing else is taken for one."""

from __future__ import annotations

import dataclasses
import json

import pytest

from smm_voice.errors import InputError
from smm_voice.evaluation import record
from smm_voice.evaluation.run import Evaluation, evaluate


@pytest.fixture
def judged(reference, make_arm) -> Evaluation:
    arms = {"base": make_arm(0), "candidate": make_arm(3)}
    arms["candidate"][0] = dataclasses.replace(
        arms["candidate"][0], text="\ud800 a\u2028b 3.5", variants=("one", "two")
    )
    strata = {"platform": ["x"] * len(arms["base"])}
    return evaluate("Acme", arms, reference, {"commit": "abc", "nan": float("nan")}, strata=strata)


def test_it_comes_back_whole(judged, tmp_path):
    path = tmp_path / "evaluation.json"
    path.write_text(json.dumps(record.as_json(judged), allow_nan=False), encoding="utf-8")
    read = record.read(path)
    for name in (field.name for field in dataclasses.fields(Evaluation)):
        if name not in ("provenance", "tables", "arms"):
            assert getattr(read, name) == getattr(judged, name), name
    assert read.provenance["nan"] is None, "JSON has no NaN"
    for arm, scores in judged.arms.items():
        for name, score in scores.items():
            assert read.arms[arm][name] == score, (arm, name)


def test_the_file_says_what_each_metric_is_and_how_many_texts_were_asked(judged):
    values = record.as_json(judged)
    index = values["metrics"]["voice/style_index"]
    assert (index["best"], index["level"]) == (1.0, "post")
    assert values["arms"]["base"]["voice/style_index"]["asked"] == len(judged.texts["base"])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        ("{", "cannot be read"),
        ("[]", "holds no evaluation"),
        ("{}", "evaluate the model again"),
        ('{"format": 2}', "no whole evaluation"),
        ('{"format": 2, "arms": 3}', "no whole evaluation"),
    ],
)
def test_what_is_no_evaluation_is_told(tmp_path, content, words):
    path = tmp_path / "evaluation.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=words):
        record.read(path)
