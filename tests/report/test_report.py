"""The report is one file that loads nothing, trusts no post and leaves no metric out."""

from __future__ import annotations

import dataclasses
import re
import xml.etree.ElementTree as ElementTree
from html.parser import HTMLParser

import pytest

from smm_voice.evaluation.run import Comparison, Evaluation
from smm_voice.metrics import METRICS
from smm_voice.metrics.base import Finding, Item, Score
from smm_voice.report.render import cell, html_report, markdown_report, markdown_table, marked
from smm_voice.statistics import Difference

ATTACK = '<script>alert("1")</script> & <img src=x onerror=alert(2)> \'"> {{ 8171 * 13 }}'
ARMS = ("human", "floor", "base", "prompted", "candidate")
BRIEFS = 100
CARD = {
    "fingerprint": "0123456789abcdef",
    "read": 120,
    "kept": 100,
    "dropped": {"reply": 15, "exact_duplicate": 5},
    "periods": {"train": ["2024-01-01", "2024-06-30"], "test": ["2024-07-01", "2024-08-31"]},
}


def evaluation_with(text: str = "We are live at 10:30.", brand: str = "Acme") -> Evaluation:
    scores = {name: Score(0.5, 0.25, 0.75, BRIEFS) for name in METRICS}
    invalid = Score(None, warnings=("INVALID: cannot be told apart",))
    arms = {arm: dict(scores) for arm in ARMS}
    arms["base"]["voice/style_index"] = invalid
    items = [Item(f"brief-{i}", text, f"Topic: {text}") for i in range(BRIEFS)]
    quality = {"auc_post": 0.9, "auc_ten": None, "brier": 0.1, "ece": 0.1}
    return Evaluation(
        brand=brand,
        arms=arms,
        texts={arm: items for arm in ARMS},
        findings={arm: [[Finding("unsupported", "10:30", text)]] * BRIEFS for arm in ARMS},
        comparisons=[
            Comparison("voice/style_index", "candidate", "prompted",
                       Difference(0.25, 0.125, 0.375, 0.004, BRIEFS, 0.28), 0.012),
        ],
        subject="candidate",
        verdict=f"The candidate is nearer to {brand}.",
        better=True,
        provenance={
            "briefs": BRIEFS,
            "confidence": 0.95,
            "commit": text,
            "voice_quality": {"style": quality | {"n_brand": 10, "n_other": 10}},
        },
    )  # fmt: skip


class Elements(HTMLParser):
    """All elements with their attributes, and the visible words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data


@pytest.fixture(scope="module")
def page() -> str:
    return html_report(evaluation_with(), CARD)


@pytest.fixture(scope="module")
def attacked() -> str:
    return html_report(evaluation_with(ATTACK + " 10:30", brand=ATTACK), CARD)


def test_nothing_is_loaded_and_nothing_runs(page):
    tags = {tag for tag, _ in Elements(page).found}
    assert not tags & {"script", "link", "iframe", "object", "embed", "img", "base", "form"}
    for tag, attributes in Elements(page).found:
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            if name in ("src", "href", "xlink:href", "srcset", "action"):
                assert (value or "").startswith("#"), (tag, name, value)
    assert not re.search(r"url\(\s*['\"]?(?!#)|@import", page)


def test_what_a_post_holds_is_shown_and_never_run(page, attacked):
    plain, hostile = Elements(page), Elements(attacked)
    assert {tag for tag, _ in hostile.found} == {tag for tag, _ in plain.found}
    assert not any(n.startswith("on") for _, attributes in hostile.found for n in attributes)
    assert ATTACK in hostile.words
    assert "<script" not in attacked
    assert "106223" not in attacked, "a post is no template"


def test_a_hostile_report_is_no_less_complete(page, attacked):
    assert len(Elements(page).found) == len(Elements(attacked).found)


@pytest.mark.parametrize(
    "brand", ["Ca$h & $ome_1", "A^B $x_{", "Pay$_{$ave", "Société « Été » 🥖", "x" * 300]
)
def test_no_brand_name_breaks_the_picture(brand):
    page = html_report(evaluation_with(brand=brand), CARD)
    svg = page[page.index("<svg") : page.index("</svg>") + len("</svg>")]
    words = "".join(ElementTree.fromstring(svg).itertext())
    assert brand in words
    assert brand in Elements(page).words


def test_the_report_stays_under_a_megabyte():
    page = html_report(evaluation_with("A post of usual length, at 10:30. " * 8), CARD)
    assert len(page.encode()) < 1_000_000


def test_every_metric_and_every_arm_is_in_the_table(page):
    for name, metric in METRICS.items():
        assert f"<code>{name}</code>" in page
        assert metric.explanation in Elements(page).words
    for arm in ARMS:
        assert f"<th>{arm}</th>" in page


def test_verdict_difference_and_warning_are_told(page):
    words = Elements(page).words
    assert "The candidate is nearer to Acme." in words
    assert "candidate − prompted" in words
    assert "+0.25" in words
    assert "+0.12 to +0.38" in words
    assert "base, voice/style_index: INVALID: cannot be told apart" in words
    assert "120 posts read, 100 kept" in words


def test_briefs_with_most_to_be_checked_come_first():
    plain = evaluation_with()
    found = [[] for _ in range(BRIEFS)]
    found[70] = [Finding("contradicted", "10:30", "the sheet says 11:00")]
    found[90] = [Finding("nonword", "live", "")]
    items = [
        dataclasses.replace(i, brief=f"Topic: {n:03d}") for n, i in enumerate(plain.texts["human"])
    ]  # noqa: E501
    report = dataclasses.replace(
        plain,
        findings=plain.findings | {"candidate": found},
        texts=dict.fromkeys(ARMS, items),
    )
    order = re.findall(r"<pre>Topic: (\d+)</pre>", html_report(report, CARD))
    assert order[:4] == ["070", "090", "000", "001"]
    assert len(order) == 20


def test_a_report_without_findings_comparisons_or_quality():
    plain = evaluation_with()
    bare = dataclasses.replace(
        plain,
        findings={arm: [[]] * BRIEFS for arm in ARMS},
        comparisons=[],
        provenance={"briefs": BRIEFS, "confidence": 0.95},
    )
    assert "Nothing was found." in html_report(bare, CARD)


def test_the_markdown_table_has_all_arms_and_metrics():
    lines = markdown_table(evaluation_with()).splitlines()
    assert lines[0] == "| metric | human | floor | base | prompted | candidate |"
    assert lines[1] == "|---|---|---|---|---|---|"
    assert [line.split("|")[1].strip(" `") for line in lines[2:]] == list(METRICS)
    assert {line.count("|") for line in lines} == {7}
    index = next(line for line in lines if "voice/style_index" in line)
    assert index.split("|")[4].strip() == "INVALID"
    assert "**The candidate is nearer to Acme.**" in markdown_report(evaluation_with())


@pytest.mark.parametrize(
    ("score", "shown"),
    [
        (Score(0.5, 0.25, 0.754), "0.50 (0.25 to 0.75)"),
        (Score(0.5), "0.50"),
        (Score(0.0, 0.0, 0.0), "0.00 (0.00 to 0.00)"),
        (Score(None, warnings=("no texts",)), "–"),
        (Score(None, warnings=("INVALID: why",)), "INVALID"),
    ],
)
def test_a_cell(score, shown):
    assert cell(score) == shown


def mark(kind: str, words: str, title: str) -> str:
    return f'<mark class="{kind}" title="{title}">{words}</mark>'


def test_marked_words_keep_their_case_and_name_their_evidence():
    found = marked("Doors open at NOON.", [Finding("stale", "noon", "was true")])
    assert found == "Doors open at " + mark("stale", "NOON", "stale: was true") + "."


def test_of_overlapping_spans_the_longer_that_comes_first_is_marked():
    spans = [Finding("nonword", "5", ""), Finding("stale", "May 5, 2018", ""),
             Finding("unsupported", "2018 tour", "")]  # fmt: skip
    assert marked("On May 5, 2018 tour", spans) == (
        "On " + mark("stale", "May 5, 2018", "stale") + " tour"
    )


def test_marks_escape_text_span_and_evidence():
    found = marked("a <b> & 'c'", [Finding("copied", "<b>", '"> <script>')])
    title = "copied: &quot;&gt; &lt;script&gt;"
    assert found == "a " + mark("copied", "&lt;b&gt;", title) + " &amp; &#x27;c&#x27;"


@pytest.mark.parametrize("text", ["Große Straße: 42 Gäste", "İstanbul İİ: 42 Gäste", "42 ß"])
def test_letters_that_fold_to_two_do_not_shift_the_mark(text):
    assert mark("unsupported", "42", "unsupported") in marked(
        text, [Finding("unsupported", "42", "")]
    )  # noqa: E501


def test_words_that_are_not_in_the_text_mark_nothing():
    assert marked("a & b", [Finding("stale", "zebra", "")]) == "a &amp; b"
