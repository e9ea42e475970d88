"""Each family as an `evaluate` module: found by path, offline, with the function's own numbers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from smm_voice import metrics
from smm_voice.metrics import shim
from smm_voice.metrics.base import Item, Reference
from smm_voice.metrics.factuality.sheet import FactSheet
from smm_voice.metrics.fluency.ngram import NgramJudge
from smm_voice.metrics.voice.profile import fit
from smm_voice.models.embeddings import embed

FRENCH = Path(__file__).parents[1] / "fixtures" / "french"
FAMILIES = sorted(metrics.FAMILIES)
PROGRAM = """
import json, sys
import evaluate
from smm_voice import metrics

context = json.load(sys.stdin)
predictions = context.pop("predictions")
found = {}
for family in metrics.FAMILIES:
    module = evaluate.load(metrics.module_path(family))
    found[family] = module.compute(predictions=predictions, **context)
print(json.dumps(found, allow_nan=False))
"""


def posts(brand: str) -> list[str]:
    lines = (FRENCH / f"{brand}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


@pytest.fixture(scope="module")
def context() -> dict[str, Any]:
    own = posts("mutuelle")
    return {
        "predictions": own[33:44],
        "language": "fr",
        "training": own[:22],
        "human": own[22:33],
        "other_brands": {"boulangerie": posts("boulangerie"), "velo": posts("velo")},
        "briefs": ["Faits : 12"] * 11,
    }


@pytest.fixture(scope="module")
def loaded(context, tmp_path_factory) -> dict[str, dict[str, Any]]:
    """What the modules give in a process of their own that cannot reach any hub."""
    home = tmp_path_factory.mktemp("home")
    settings = {
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(home),
        "HF_MODULES_CACHE": str(home / "modules"),
        "HF_DATASETS_CACHE": str(home / "datasets"),
        "HF_EVALUATE_CACHE": str(home / "evaluate"),
        # Nobody listens there: whatever were asked of the network would fail.
        "HTTPS_PROXY": "http://127.0.0.1:9",
        "HTTP_PROXY": "http://127.0.0.1:9",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(context),
        env=os.environ | settings,
        capture_output=True,
        text=True,
        timeout=120,
        cwd=home,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("family", FAMILIES)
def test_the_module_gives_the_functions_numbers(family, loaded, context):
    settings = {key: value for key, value in context.items() if key != "predictions"}
    expected = shim.compute(family, context["predictions"], **settings)
    assert loaded[family] == json.loads(json.dumps(expected))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_metric_comes_with_interval_and_warnings(family, loaded):
    names = {metric.name for metric in metrics.FAMILIES[family].metrics}
    endings = ("", "_ci_low", "_ci_high", "_warnings")
    assert loaded[family].keys() == {name + ending for name in names for ending in endings}


def test_the_shim_adds_nothing_to_the_family(loaded, context):
    reference = Reference(
        language="fr",
        human=tuple(Item(str(i), text) for i, text in enumerate(context["human"])),
        floor=tuple(Item(str(i), text) for i, text in enumerate(posts("velo"))),
        training=tuple(context["training"]),
        profile=fit("fr", context["training"], (), context["human"], context["other_brands"],
                    ["velo"]),
        sheet=FactSheet(),
        judge=NgramJudge(posts("boulangerie"), "fr"),
        embed=embed,
    )  # fmt: skip
    items = [Item(str(i), text, "Faits : 12") for i, text in enumerate(context["predictions"])]
    for name, score in metrics.score(items, reference).items():
        assert loaded[name.split("/")[0]][name] == score.value, name


def test_french_posts_get_french_numbers(loaded):
    assert loaded["voice"]["voice/style_index"] == pytest.approx(1, abs=0.4)
    assert loaded["fluency"]["fluency/nonword_rate"] < 0.1
    assert loaded["memorisation"]["memorisation/copy_excess"] == pytest.approx(0, abs=0.05)


def test_a_copy_shows_in_the_module_as_well(context):
    copied = shim.compute(
        "memorisation", context["training"], "fr", context["training"], human=context["human"]
    )
    assert copied["memorisation/copy_excess"] > 0.9


def test_there_is_a_module_for_each_family_and_no_other():
    folder = Path(metrics.module_path("voice")).parent
    found = {p.name for p in folder.iterdir() if p.is_dir() and not p.name.startswith("__")}
    assert found == metrics.FAMILIES.keys()
