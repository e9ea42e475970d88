"""Plain sentences with one fact each, English and French: what worked still works."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from smm_voice.metrics.factuality.check import check
from smm_voice.metrics.factuality.sheet import parse_sheet

FILE = yaml.safe_load(Path(__file__).with_name("plain_sentences.yaml").read_text("utf-8"))
DAYS = {
    "cafe": datetime(2026, 3, 10, 12, tzinfo=UTC),
    "festival": datetime(2026, 5, 4, 12, tzinfo=UTC),
}


def flagged(case: dict[str, str], text: str) -> list[str]:
    sheet = parse_sheet(FILE["sheets"][case["of"]], "sheet", case["language"])
    found = check(text, None, sheet, case["language"], DAYS[case["of"]])
    return [claim.span for claim in found.claims if claim.verdict != "supported"]


@pytest.mark.parametrize("case", FILE["cases"], ids=lambda case: case["wrong"])
def test_the_wrong_sentence_is_flagged_and_the_right_one_is_not(case):
    assert flagged(case, case["faithful"]) == []
    assert bool(flagged(case, case["wrong"])) != case.get("missed", False)
