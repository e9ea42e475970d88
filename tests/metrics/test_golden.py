"""Golden cases: worked out by hand, kept as data in tests/golden/<family>.json.

A new case is a new entry of a file; a new measure is one line in `MEASURES`.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from smm_voice.metrics.factuality.check import Checked, check
from smm_voice.metrics.factuality.sheet import parse_sheet
from smm_voice.metrics.fluency import nonwords
from smm_voice.metrics.homogeneity import compression, distinct, self_repetition
from smm_voice.metrics.memorisation import TrainingIndex
from smm_voice.metrics.voice.profile import measure_quality
from smm_voice.metrics.voice.views import distort
from smm_voice.text.tokens import tokenise

Case = dict[str, Any]
FOLDER = Path(__file__).parents[1] / "golden"


def _cases() -> list[Any]:
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        file = json.loads(path.read_text(encoding="utf-8"))
        for case in file["cases"]:
            name = f"{path.stem}/{case['measure']}: {case['name']}"
            found.append(pytest.param(case | {"sheet": file.get("sheet")}, id=name))
    return found


def _tokens(case: Case) -> list[list[str]]:
    return [tokenise(text) for text in case["texts"]]


def _quality(case: Case) -> dict[str, float]:
    def logit(p: list[float]) -> np.ndarray:
        return np.log(np.array(p) / (1 - np.array(p)))

    return vars(measure_quality(logit(case["brand"]), logit(case["other"])))


def _checked(case: Case) -> Checked:
    sheet = json.loads(json.dumps(case["sheet"]), object_hook=_with_dates)
    when = case.get("when")
    return check(
        case["text"],
        case.get("brief"),
        parse_sheet(sheet, "golden", case["language"]),
        case["language"],
        datetime.fromisoformat(when).replace(tzinfo=UTC) if when else None,
    )


def _with_dates(mapping: dict[str, Any]) -> dict[str, Any]:
    return {
        key: date.fromisoformat(value) if key in ("valid_from", "valid_to") else value
        for key, value in mapping.items()
    }


def _nonwords(case: Case) -> list[str]:
    found, looked_at = nonwords(
        case["text"], case["language"], frozenset(case.get("brand_words", ()))
    )
    assert looked_at == case["looked_at"]
    return found


MEASURES = {
    "self_repetition": lambda case: self_repetition(_tokens(case)),
    "distinct_2": lambda case: distinct(_tokens(case)),
    "compression": lambda case: compression(_tokens(case)),
    "containment": lambda case: TrainingIndex.of(case["training"]).containment(case["text"]),
    "longest_run": lambda case: len(TrainingIndex.of(case["training"]).longest_run(case["text"])),
    "distort": lambda case: distort(case["text"], case["language"]),
    "quality": _quality,
    "nonwords": _nonwords,
    "verdicts": lambda case: [[c.span, c.verdict] for c in _checked(case).claims],
    "recall": lambda case: [_checked(case).told, _checked(case).required],
    "coverage": lambda case: [_checked(case).checkable, _checked(case).clauses],
}


@pytest.mark.parametrize("case", _cases())
def test_golden(case: Case):
    measured, expected = MEASURES[case["measure"]](case), case["expected"]
    if isinstance(measured, float) and np.isnan(measured):
        measured = None
    if isinstance(expected, dict):
        measured = {key: measured[key] for key in expected}
    if isinstance(expected, float | dict):
        expected = pytest.approx(expected, abs=1e-5)
    assert measured == expected


def test_every_family_has_golden_cases():
    from smm_voice.metrics import FAMILIES

    assert {path.stem for path in FOLDER.glob("*.json")} >= FAMILIES.keys()
