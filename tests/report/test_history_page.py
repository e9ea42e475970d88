"""The history: what is in use, what was decided and why, and no flood of days without work."""

import re

import pytest

from smm_voice.metrics.base import Score
from smm_voice.report import history_page
from smm_voice.report.given import Check, Look, StartRow, Told, VersionRow
from smm_voice.report.history_page import Quiet, folded, page, summary

HOSTILE = "<script>alert(1)</script>"


def start(number, decision="nothing", **values):
    when = f"2018-{number // 28 + 1:02d}-{number % 28 + 1:02d}T06:00:00+00:00"
    return StartRow(f"run{number}", when, decision, **values)


VERSIONS = [
    VersionRow("3", "2018-05-01T00:00:00+00:00", ("challenger",)),
    VersionRow("2", "2018-04-01T00:00:00+00:00", ("champion",), "2018-03-01T00:00:00+00:00", "f00d",
               "2018-04-02T00:00:00+00:00", "person",
               scores={"voice/style_index": Score(0.9, 0.8, 1.0)}, address="http://ui/2"),
    VersionRow("1", "2018-01-01T00:00:00+00:00", (), '{"en": "2017"}', promoted_by="train",
               promoted_at="2018-01-02T00:00:00+00:00", rolled_back_reason=HOSTILE,
               rolled_back_at="2018-04-01T00:00:00+00:00", address="javascript:alert(1)"),
]  # fmt: skip
REFUSED = start(
    60, "refused", trigger="drift", version="3", reasons="too far",
    checks=(Check("voice", True, "nearer"), Check("copies", False, HOSTILE),
            Check("facts", None, "")),
    stages=(("train", "done", 12.0), ("tidy", "", None)),
)  # fmt: skip
LOOKS = [Look("2018-05-01T00:00:00+00:00", "r", "en", "alarm",
              {"drift/input_psi": Told(0.5, 0.01, 0.2, True)})]  # fmt: skip


def test_days_without_work_are_one_line_and_keep_their_place():
    newest_first = [start(i, reasons=f"r{i}") for i in range(99, 60, -1)] + [REFUSED]
    newest_first += [start(i, reasons=f"r{i}") for i in range(59, -1, -1)]
    found = folded(newest_first)
    assert found == [
        Quiet(39, start(61).when, start(99).when, "r99"), REFUSED,
        Quiet(60, start(0).when, start(59).when, "r59"),
    ]  # fmt: skip
    text = page("Acme", [], newest_first, [])
    assert text.count('class="quiet"') == 2
    assert "Nothing to do: 39 times, 6 March 2018 to 16 April 2018." in text
    assert "once, 1 January 2018" in page("Acme", [], [start(0)], [])


def test_how_things_stand_is_said_first():
    said = " ".join(summary("Acme", VERSIONS, [start(61), REFUSED], LOOKS, "en"))
    assert "Version 2 is in use since 2 April 2018 (by a person)." in said
    assert "Version 3 waits" in said
    assert "Last decision, 5 March 2018: refused." in said
    assert "run 2 times, last on 6 March 2018" in said
    assert "1 May 2018: something has moved" in said
    nothing = " ".join(summary("Acme", VERSIONS[2:], [], [], "en"))
    assert "No model of Acme is in use" in nothing and "not run yet" in nothing


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_version_and_reason_is_there_and_none_is_more_than_text(language):
    text = page(f"A {HOSTILE}", VERSIONS, [REFUSED, start(3, "stopped", reasons=HOSTILE)], LOOKS,
                language)  # fmt: skip
    assert "<script" not in text and "javascript:" not in text
    assert text.count("&lt;script&gt;") >= 4
    assert 'href="http://ui/2"' in text
    for words in ("0.80", "f00d", "nearer", "train"):
        assert words in text.replace("0,80", "0.80")
    # Passed, failed, and what could not be told, which has but its name.
    assert re.findall(r'<li class="(passed|failed|not-measured)">', text) == [
        "passed", "failed", "not-measured"]  # fmt: skip
    assert "<span>facts</span>" in text


def test_a_decision_that_was_taken_back_says_why_beside_the_gate():
    rows = [start(1, decision, reasons="WHY", checks=REFUSED.checks)
            for decision in ("rolled_back", "refused", "", "failed")]  # fmt: skip
    shown = [page("Acme", [], [row], []).count("WHY") for row in rows]
    assert shown == [1, 0, 1, 1]


def test_a_thousand_decisions_are_still_a_page():
    starts = [REFUSED] * 1_000
    text = page("Acme", VERSIONS, starts, [])
    assert "700 still earlier entries" in text and "285 earlier entries" in text
    assert len(text) < 500_000


def test_only_metrics_that_there_are_are_asked_for():
    from smm_voice.metrics import METRICS

    assert set(history_page.METRICS) <= set(METRICS)
