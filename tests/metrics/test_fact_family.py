"""The factuality scores of a set, and what is shown of one post."""

from __future__ import annotations

import dataclasses

import pytest

from smm_voice import metrics
from smm_voice.metrics.base import Item
from smm_voice.metrics.factuality.family import FAMILY
from smm_voice.metrics.factuality.sheet import parse_sheet

SHEET = {
    "subjects": [
        {"id": "bar", "name": "the bar", "facts": [
            {"attribute": "opening_time", "value": "19:30"},
            {"attribute": "seats", "value": 46, "unit": "seats"}]},
    ],
    "superlatives": [{"claim": "the oldest bar in town"}],
    "forbidden": [{"claim": "free beer", "reason": "law"}],
    "mandatory": [{"mention": "drink responsibly", "when": ["beer"], "reason": "law"}],
}  # fmt: skip


@pytest.fixture
def reference(small):
    sheet = parse_sheet(SHEET, "sheet", "en")
    return dataclasses.replace(small.reference, sheet=sheet, cache={}, resamples=200)


def items(*texts: str) -> list[Item]:
    return [Item(str(at), text) for at, text in enumerate(texts)]


def test_rates_by_hand(reference):
    scores = FAMILY.score(
        items(
            "The bar opens at 20:30.",  # contradicted
            "The bar has 46 seats.",  # supported
            "We are the best bar in town, with 99 lamps.",  # a boast, and unsupported
            "Our beer is cold, drink responsibly. Free beer!",  # forbidden
            "Beer again, at the oldest bar in town.",  # a mention is missing
        ),
        reference,
    )
    expected = {
        "contradiction_rate": 2 / 5,
        "superlative_rate": 1 / 5,
        # 20:30, 46, 99; neither the boast nor the forbidden claim is a fact.
        "unsupported_rate": 1 / 3,
        "mandatory_recall": 1 / 2,
        "stale_rate": 0,
    }
    for name, value in expected.items():
        assert scores[f"factuality/{name}"].value == pytest.approx(value), name
    assert scores["factuality/contradiction_rate"].per_item == (1, 0, 0, 1, 0)
    assert scores["factuality/mandatory_recall"].per_item == (None, None, None, 1, 0)


def test_without_such_lists_in_the_sheet_there_is_no_value(reference):
    bare = dataclasses.replace(
        reference, sheet=parse_sheet({"subjects": SHEET["subjects"]}, "sheet", "en"), cache={}
    )
    scores = FAMILY.score(items("The best bar in the world, with beer."), bare)
    for name, word in (("superlative_rate", "superlatives"), ("mandatory_recall", "mandatory")):
        score = scores[f"factuality/{name}"]
        assert score.value is None and word in score.warnings[0]


def test_what_contradicts_one_line_is_one_finding(reference):
    text = "The bar opens at 20:30. The bar opens at 21:30. The bar opens at 22:30."
    (found,) = FAMILY.findings(Item("0", text), reference)
    assert (found.kind, found.span) == ("contradicted", "20:30")
    assert "opening_time = 19:30" in found.evidence
    assert found.evidence.endswith("(also: 21:30, 22:30)")


def test_what_is_missing_is_found_and_has_no_words(reference):
    (found,) = FAMILY.findings(Item("0", "Beer!"), reference)
    assert (found.kind, found.span) == ("missing", "")
    assert "drink responsibly" in found.evidence


def test_nobody_is_accused_without_a_line(small):
    """Over the sample brand's held-out posts and its own sheet: no accusation without evidence."""
    for item in small.reference.human:
        for brief in (item.brief, None):
            asked = dataclasses.replace(item, brief=brief)
            for found in metrics.findings(asked, small.reference):
                if found.kind in ("contradicted", "stale", "forbidden", "missing"):
                    assert found.evidence.strip(), (item.text, found)
