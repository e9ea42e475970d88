"""What is said of a comparison: no more than its intervals show, and nothing that runs."""

from __future__ import annotations

import dataclasses
import re

import pytest

from smm_voice.evaluation.comparison import ALIKE, CLOSENESS, Row, RunComparison, Side, Stratum
from smm_voice.report import compare_page
from smm_voice.report import compare_words as words
from smm_voice.statistics import Difference

RECALL = "factuality/brief_recall"
A, B = Side("a" * 32, "tuned", "candidate"), Side("b" * 32, "running", "candidate")


def row(metric, outcome, value=0.2, low=0.1, high=0.3, detectable=0.1, margin=0.05):
    found = Difference(value, low, high, 0.01, 100, 0.28)
    return Row(metric, "higher", 0.7, 0.5, found, found, 0.02, detectable, margin, outcome)


def comparison(*rows, **changes):
    return dataclasses.replace(
        RunComparison("Acme", A, B, 100, 0.95, False, rows, [], [], {}, []), **changes
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (row(CLOSENESS, "better"),
         "tuned is nearer to Acme's voice than running by 0.20 (interval 0.10 to 0.30)."),
        (row(CLOSENESS, "worse", -0.2, -0.3, -0.1),
         "tuned is further from Acme's voice than running by 0.20 (interval 0.10 to 0.30)."),
        (row(CLOSENESS, "no worse", 0.01, -0.02, 0.04),
         "tuned is no further from Acme's voice than running by more than 0.050 (difference "
         "+0.010 (-0.020 to 0.040))."),
        # .1 is seen with 100 briefs, so .02 takes 25 times as many.
        (row(CLOSENESS, "not shown", 0.02, -0.09, 0.13),
         "Whether tuned or running is nearer to Acme's voice is not shown (difference +0.020 "
         "(-0.090 to 0.130); 0.10 would have been seen; to show a difference as small as this "
         "takes about 2500 briefs)."),
    ],
)  # fmt: skip
def test_the_voice_comes_first_with_its_interval(given, said):
    assert words.verdict(comparison(given)) == said


def test_the_rest_is_said_by_what_is_shown_of_it():
    found = comparison(
        row(CLOSENESS, "better"),
        row("factuality/unsupported_rate", "better"),
        row(RECALL, "worse"),
        row(ALIKE, "no worse"),
        row("factuality/coverage", "not shown"),
    )
    said = words.verdict(found).split("; ")[1:]
    assert said == [
        "it invents fewer facts",
        "it tells less of what the briefs ask for",
        "its posts are as varied",
        # .1 is seen with 100 briefs: a margin of .05 takes four times as many.
        "not shown either way: checkable substance (about 400 briefs would settle it).",
    ]


def test_without_a_voice_there_is_no_verdict_on_it():
    said = words.verdict(comparison(left_out={CLOSENESS: "INVALID: why", ALIKE: "no dataset"}))
    assert said == ("There is no verdict on Acme's voice (INVALID: why); variety was not compared.")


def test_the_very_same_posts_are_no_difference():
    found = comparison(row(CLOSENESS, "no worse", 0, 0, 0), identical=True)
    assert "the very same posts to 100 briefs: there is no difference" in words.verdict(found)


def test_caricature_is_said_even_where_it_is_nearer():
    index = dataclasses.replace(row("voice/style_index", "better"), first=1.3)
    said = words.verdict(comparison(row(CLOSENESS, "better"), index))
    assert "overshoots into caricature (style index 1.30)" in said


def test_many_regressions_are_counted():
    groups = [Stratum("platform", f"p{i}", 9, []) for i in range(5)]
    found = comparison(regressions=[(group, row(RECALL, "worse")) for group in groups])
    assert "on “p0”" in words.verdict(found)
    assert "and 2 more" in words.verdict(found)
    assert len(words.regressions(found)) == 5


@pytest.mark.parametrize(
    ("first", "second", "names"),
    [
        (A, B, ("tuned", "running")),
        (A, dataclasses.replace(B, name="tuned"), ("tuned [aaaaaaaa]", "tuned [bbbbbbbb]")),
        (A, dataclasses.replace(B, arm="base"), ("tuned, candidate", "running, base")),
        (A, dataclasses.replace(A, arm="base"), ("candidate", "base")),
        (A, A, ("candidate", "candidate itself")),
    ],
)
def test_names_tell_the_two_apart(first, second, names):
    assert words.names(comparison(first=first, second=second)) == names


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.514, "0.51"), (-0.0123, "-0.012"), (0.0001, "0.00"), (-0.0001, "0.00"), (None, "–")],
)
def test_numbers_are_short_and_no_zero_has_a_sign(value, shown):
    assert words.plain(value) == shown


def test_nothing_on_the_page_runs_and_it_stays_small():
    hostile = "</title><script>x</script><img src=x onerror=y>" + "long " * 2000
    worse = row(RECALL, "worse")
    group = Stratum("topic", hostile, 50, [worse], {"voice/closeness": hostile})
    found = comparison(
        row(CLOSENESS, "better"), worse, row("voice/style_index", "better"),
        brand=hostile, first=Side(hostile, hostile, hostile), strata=[group] * 8,
        regressions=[(group, worse)] * 4, left_out={ALIKE: hostile},
        remarks=[(hostile, hostile, hostile)],
    )  # fmt: skip
    page = compare_page.page(found, {hostile: hostile})
    tags = set(re.findall(r"<\s*([a-z]+)", page))
    assert not tags & {"script", "img", "iframe", "object", "link"}
    assert re.findall(r'(?:src|href)="https?:', page) == []
    assert page.count("<svg") == 1
    assert len(page) < 1_000_000
    lines = compare_page.markdown(found)
    assert "<script" not in lines
    rows = [line for line in lines.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in rows} == {9}


def test_a_comparison_of_nothing_is_still_a_page():
    page = compare_page.page(comparison(left_out={CLOSENESS: "INVALID: why"}), {})
    assert "no verdict on Acme" in page
    assert "<svg" not in page
