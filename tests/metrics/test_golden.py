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
from smm_voice.metrics.fluency.leaks import leaks
from smm_voice.metrics.fluency.ngram import BackoffModel, NgramJudge
from smm_voice.metrics.fluency.nonwords import nonwords
from smm_voice.metrics.fluency.repeats import repeated_share, repeated_spans
from smm_voice.metrics.homogeneity import measures
from smm_voice.metrics.homogeneity.briefs import token_sets
from smm_voice.metrics.homogeneity.sets import read
from smm_voice.metrics.memorisation.near import similarity
from smm_voice.metrics.memorisation.runs import TrainingIndex
from smm_voice.metrics.voice import features
from smm_voice.metrics.voice.probe import matched_by_length
from smm_voice.metrics.voice.quality import measure_quality, pan_measures
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
            sheet = file["sheets"][case["of"]] if "of" in case else file.get("sheet")
            found.append(pytest.param(case | {"sheet": sheet}, id=name))
    return found


def _tokens(case: Case) -> list[list[str]]:
    return [tokenise(text) for text in case["texts"]]


def _quality(case: Case) -> dict[str, float]:
    def logit(p: list[float]) -> np.ndarray:
        return np.log(np.array(p) / (1 - np.array(p)))

    return vars(measure_quality(logit(case["brand"]), logit(case["other"])))


def _features(case: Case) -> dict[str, float]:
    found = features.measure([case["text"]], case["language"])[0]
    return {f.name: float(v) for f, v in zip(features.FEATURES, found, strict=True)}


def _pan(case: Case) -> dict[str, float | None]:
    found = pan_measures(np.array(case["p"]), np.array(case["truth"]))
    return {name: None if np.isnan(value) else value for name, value in found.items()}


def _matched(case: Case) -> list[list[int]]:
    return [list(pair) for pair in matched_by_length(case["first"], case["second"])]


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
        key: date.fromisoformat(value)
        if key in ("valid_from", "valid_to") or (key == "value" and _is_day(value))
        else value
        for key, value in mapping.items()
    }


def _is_day(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 10 and value[4] == value[7] == "-"


def _nonwords(case: Case) -> list[str]:
    found, looked_at = nonwords(
        case["text"], case["language"], frozenset(case.get("brand_words", ()))
    )
    assert looked_at == case["looked_at"]
    return found


def _against_training(case: Case) -> Any:
    index = TrainingIndex.of(case["training"], case.get("allowed", ()))
    if case["measure"] == "longest_run":
        return len(index.longest_run(case["text"]).tokens)
    return getattr(index, case["measure"])(index.tokens(case["text"]))


def _backoff(case: Case) -> float:
    """Word pairs: the context is the word before, then none; all symbols equal at the base."""

    def events(words: list[str]) -> list[tuple[tuple[str, ...], str]]:
        return [((a,), b) for a, b in zip(["<", *words], [*words, ">"], strict=True)]

    model = BackoffModel(
        [event for words in case["training"] for event in events(words)],
        lambda history: ((), history),
        lambda symbol: 1 / case["symbols"],
    )
    if "after" in case:
        return model.probability(case["symbol"], (case["after"],))
    return model.bits(events(case["words"]))


def _similarities(case: Case) -> np.ndarray:
    rows = case["vectors"]
    return np.array([[np.dot(a, b) for a in rows] for b in rows]).reshape(len(rows), len(rows))


def _patterns(case: Case, first: bool) -> np.ndarray:
    return measures.numbered([measures.endings(read(text), first) for text in case["texts"]])


MEASURES = {
    "self_repetition": lambda case: measures.self_repetition(_tokens(case)),
    "distinct_2": lambda case: measures.distinct(_tokens(case)),
    "ngram_diversity": lambda case: measures.ngram_diversity(_tokens(case)),
    "compression": lambda case: measures.compression(_tokens(case)),
    "vendi": lambda case: measures.vendi(_similarities(case)),
    "nearest": lambda case: measures.nearest(_similarities(case)).round(5).tolist(),
    "endings": lambda case: [
        list(measures.endings(read(case["text"]), first)) for first in (True, False)
    ],
    "opener_entropy": lambda case: measures.entropy(_patterns(case, first=True)),
    "template_rate": lambda case: measures.template_rate(
        _patterns(case, first=True), _patterns(case, first=False)
    ),
    "overlap": lambda case: measures.overlap(token_sets(_tokens(case)), empty=1.0)[0, 1],
    "containment": _against_training,
    "patchwork": _against_training,
    "longest_run": _against_training,
    "similarity": lambda case: similarity(*case["texts"]),
    "distort": lambda case: distort(case["text"], case["language"]),
    "quality": _quality,
    "pan": _pan,
    "features": _features,
    "matched": _matched,
    "nonwords": _nonwords,
    "backoff": _backoff,
    "skeleton": lambda case: " ".join(NgramJudge([], case["language"]).skeleton(case["text"])),
    "repeated_share": lambda case: repeated_share(case["text"]),
    "repeated_spans": lambda case: [list(found) for found in repeated_spans(case["text"])],
    "leaks": lambda case: [span for span, _ in leaks(case["text"])],
    "verdicts": lambda case: [[c.span, c.verdict] for c in _checked(case).claims],
    "recall": lambda case: [_checked(case).told, _checked(case).required],
    "coverage": lambda case: [_checked(case).checkable, _checked(case).clauses],
    "mandatory": lambda case: [_checked(case).mandatory, _checked(case).mentioned],
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
