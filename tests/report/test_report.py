"""The report is one file that loads nothing, trusts no post, and shows no number of its own."""

from __future__ import annotations

import dataclasses
import re
import time
import xml.etree.ElementTree as ElementTree

import pytest

from smm_voice.evaluation.verdict import decide, sentence
from smm_voice.messages import named, say
from smm_voice.metrics import METRICS
from smm_voice.metrics.base import Finding, Item, Score
from smm_voice.report.preview import fitting
from smm_voice.report.render import (
    DriftSeries,
    Regression,
    cell,
    html_report,
    markdown_report,
    markdown_table,
    marked,
    preview_png,
)
from smm_voice.tracking.names import flatten, flatten_comparisons
from tests.report.conftest import ARMS, BRIEFS, CARD
from tests.report.reading import Elements, value_of

ATTACK = '<script>alert("1")</script> & <img src=x onerror=alert(2)> \'"> {{ 8171 * 13 }}'
REGRESSIONS = (
    Regression("platform", "linkedin", "voice/closeness", "base", 0.1, 0.02, 0.2, 60, False),
    Regression("platform", "<x>", "voice/closeness", "prompted", -0.2, -0.31, -0.11, 40, True,
               "voice/closeness.minus_prompted.platform.x"),
)  # fmt: skip
DRIFT = (
    DriftSeries("Input", [("2024-01", 0.1), ("2024-02", 0.7)], 0.5),
    DriftSeries("nothing", []),
)


@pytest.fixture(scope="module")
def evaluation(make_evaluation):
    return make_evaluation()


@pytest.fixture(scope="module", params=["en", "fr"])
def page(request, evaluation) -> str:
    return html_report(evaluation, CARD, request.param)


@pytest.fixture(scope="module")
def attacked(make_evaluation) -> str:
    evil = make_evaluation(ATTACK + " 10:30", brand=ATTACK)
    card = CARD | {"sources": [{"path": ATTACK, "format": "x", "posts": 1, "licence": ATTACK}]}
    return html_report(
        evil, card, "en", [(ATTACK, evil.arms["base"])],
        [dataclasses.replace(REGRESSIONS[0], group=ATTACK)],
        [DriftSeries(ATTACK, [(ATTACK, 0.5)], 0.1)],
        {ATTACK: "https://example.org/?a=1&b=<script>", "bad": "javascript:alert(1)"},
    )  # fmt: skip


def test_every_number_is_found_under_its_name_in_mlflow(page, evaluation):
    logged = flatten(evaluation.arms, "candidate") | flatten_comparisons(evaluation.comparisons)
    numbers = Elements(page).numbers
    for name, words in numbers:
        value, places = value_of(words)
        assert name in logged, name
        assert value == pytest.approx(logged[name], abs=0.5001 * 10**-places), (name, words)
    # Nothing that is logged of the arms is missing, but intervals of no width.
    shown = {name for name, _ in numbers}
    assert logged.keys() - shown == set()


def test_no_number_of_a_table_goes_without_a_name(page):
    for words in Elements(page).bare:
        assert not re.search(r"\d", words), words


def test_nothing_is_loaded_and_nothing_runs(page):
    elements = Elements(page)
    tags = {tag for tag, _ in elements.found}
    assert not tags & {"script", "link", "iframe", "object", "embed", "img", "base", "form", "a"}
    for tag, attributes in elements.found:
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            if name in ("src", "href", "xlink:href", "srcset", "action"):
                assert (value or "").startswith("#"), (tag, name, value)
    assert not re.search(r"url\(\s*['\"]?(?!#)|@import", page)


def test_ids_stand_once_and_every_reference_leads_somewhere(page):
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', page)) <= {
        pair for i in ids for pair in ((i, ""), ("", i))
    }


def test_what_a_post_holds_is_shown_and_never_run(page, attacked):
    hostile = Elements(attacked)
    assert {tag for tag, _ in hostile.found} <= {tag for tag, _ in Elements(page).found} | {"a"}
    assert not any(n.startswith("on") for _, attributes in hostile.found for n in attributes)
    assert ATTACK in hostile.words
    assert "<script" not in attacked
    assert "106223" not in attacked, "a post is no template"
    links = [attributes["href"] for tag, attributes in hostile.found if tag == "a"]
    assert links == ["https://example.org/?a=1&b=<script>"]


@pytest.mark.parametrize(
    "brand",
    ["Ca$h & $ome_1", "A^B $x_{", "Pay$_{$ave", "Société « Été » 🥖", "x" * 300, "\ud800\x00"],
)
def test_no_brand_name_breaks_the_pictures(brand, make_evaluation):
    evaluation = make_evaluation(brand=brand)
    page = html_report(evaluation, CARD)
    shown = brand.replace("\ud800", "\ufffd").replace("\x00", "\ufffd")
    for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        words = "".join(ElementTree.fromstring(svg).itertext())
        if "0 = other brands" in words:
            assert shown in words
    assert shown in Elements(page).words
    assert preview_png(evaluation)


@pytest.mark.parametrize(
    "post",
    [
        "<b>&\"'" * 1700,
        "🥖🥖" * 5000,
        "שלום עולם \u202e" * 900,
        "a" * 10_000,
        "broken \ud83d half \x00 \x1b[31m " * 400,
        "A post of usual length, live at 10:30. " * 8,
    ],
)
def test_no_post_makes_the_report_too_large_or_unreadable(post, make_evaluation):
    started = time.perf_counter()
    page = html_report(make_evaluation(post), CARD, "fr")
    assert len(page.encode("utf-8")) < 1_000_000
    assert time.perf_counter() - started < 5
    elements = Elements(page)
    # The beginning of a post stands open, the rest is to be unfolded.
    assert elements.words.count(post[:40].replace("\ud83d", "\ufffd").replace("\x00", "\ufffd")
                                .replace("\x1b", "\ufffd")) >= 20  # fmt: skip
    assert ("encore" in elements.words) or len(post) <= 700
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", page)


def test_a_long_post_can_be_read_to_its_end(make_evaluation):
    words = " ".join(f"word{i}" for i in range(900))
    post = make_evaluation(words)
    elements = Elements(html_report(post, CARD))
    assert "word0 word1" in elements.words and "word899" in elements.words
    assert "details" in {tag for tag, _ in elements.found}


def test_every_metric_and_every_arm_is_in_the_table(page):
    language = re.search(r'<html lang="(..)">', page)[1]
    words = Elements(page).words
    asked = [name for name in METRICS if f"<code>{name}</code>" in page]
    assert asked == list(METRICS)
    for name in METRICS:
        assert named("metric", name, language) in words
    for arm in ARMS:
        assert f"<th>{named('arm', arm, language)}</th>" in page


def test_sections_stand_in_the_order_of_a_decision(evaluation):
    order = ["next", "section-voice", "section-axes", "section-posts", "section-facts",
             "section-variety", "section-versions", "section-copying", "section-strata",
             "section-drift", "section-data", "section-method", "section-scores",
             "section-differences", "section-provenance"]  # fmt: skip
    earlier = [("version 1", evaluation.arms["prompted"])]
    for language in ("en", "fr"):
        page = html_report(evaluation, CARD, language, earlier, REGRESSIONS, DRIFT)
        heads = re.findall(r"<h2>(.*?)</h2>", page)
        assert heads == [str(say(each, language)).replace("'", "&#39;") for each in order]


def test_what_is_given_beside_the_evaluation_is_shown(evaluation):
    earlier = [("version 1", evaluation.arms["prompted"]), ("version 2", {})]
    page = html_report(evaluation, CARD, "en", earlier, REGRESSIONS, DRIFT)
    words = Elements(page).words
    assert "version 1" in words and "version 2" in words and "this one" in words
    assert words.index("▼ loss") < words.index("linkedin"), "losses stand first"
    assert 'data-metric="voice/closeness_ci_low.minus_prompted.platform.x">−0.31<' in page
    assert words.count("▼ loss") == 1
    assert "Input: 2024-01 0.10, 2024-02 0.70." in words
    assert "Nothing has been measured yet" not in words


def test_groups_of_briefs_have_their_words_in_french(evaluation):
    given = [
        dataclasses.replace(REGRESSIONS[0], dimension="richness", group="topic only"),
        dataclasses.replace(REGRESSIONS[0], dimension="topic", group="launch, rocket"),
    ]
    words = Elements(html_report(evaluation, CARD, "fr", (), given)).words
    assert "brief\xa0: sujet seul" in words
    assert "thème\xa0: launch, rocket" in words
    assert say("strata-none", "fr") in words


def test_nothing_given_is_said_in_one_line_or_not_at_all(page):
    assert "drift-none" not in page
    assert len(re.findall(r"Nothing has been measured yet|Rien n’a encore été mesuré", page)) == 1
    assert not re.search(r"From version to version|De version en version", page)
    assert not re.search(r"<table[^>]*>\s*<tr>(<th>[^<]*</th>)*</tr>\s*</table>", page)


@pytest.mark.parametrize(
    "arms",
    [("human", "floor", "candidate"), ("human", "candidate", "prompted"), ("candidate",),
     ("human", "floor", "base", "prompted", "candidate", "champion", "version 7 <b>")],
)  # fmt: skip
def test_an_arm_may_be_missing_or_new(arms, make_evaluation):
    evaluation = make_evaluation(arms=arms)
    page = html_report(evaluation, CARD, "fr")
    Elements(page)
    assert not re.search(r"<table[^>]*>\s*<tr>(<th>[^<]*</th>)*</tr>\s*</table>", page)
    assert markdown_report(evaluation, "en")
    assert preview_png(evaluation, "fr")
    assert ("version 7 &lt;b&gt;" in page) is ("version 7 <b>" in arms)


def test_a_version_is_told_from_others(make_evaluation):
    evaluation = make_evaluation(arms=("human", "floor", "v3", "challenger", "candidate"))
    systems = {"v3": {"label": "acme-voice version 3"}, "candidate": {"label": "run <b>"}}
    told = dataclasses.replace(evaluation, provenance=evaluation.provenance | {"systems": systems})
    words = Elements(html_report(told, CARD, "fr")).words
    assert "acme-voice version 3" in words
    assert "le modèle qui vient d’être entraîné; run <b>" in words
    assert "Prétendant" in words


def test_a_report_without_findings_scores_comparisons_or_card(make_evaluation):
    plain = make_evaluation()
    nothing = Score(None, warnings=("no texts",))
    bare = dataclasses.replace(
        plain,
        arms={arm: dict.fromkeys(METRICS, nothing) for arm in ARMS},
        findings={arm: [[]] * BRIEFS for arm in ARMS},
        comparisons=[],
        differing=[],
        provenance={},
    )
    for language, said in (("en", "Nothing was found."), ("fr", "Rien n’a été trouvé.")):
        page = html_report(bare, {}, language)
        assert said in Elements(page).words
        assert say("badge-none", language) in Elements(page).words
        assert markdown_report(bare, language)
        assert preview_png(bare, language)


def test_briefs_with_most_to_be_checked_come_first(make_evaluation):
    plain = make_evaluation()
    found = [[] for _ in range(BRIEFS)]
    found[70] = [Finding("contradicted", "10:30", "the sheet says 11:00")]
    found[90] = [Finding("nonword", "live", "")]
    items = [
        dataclasses.replace(item, brief=f"Topic: {n:03d}")
        for n, item in enumerate(plain.texts["human"])
    ]
    report = dataclasses.replace(
        plain,
        findings=plain.findings | {"candidate": found},
        texts=dict.fromkeys(ARMS, items),
    )
    order = re.findall(r'dir="auto">Topic: (\d+)</div>', html_report(report, CARD))
    assert order[:4] == ["070", "090", "000", "001"]
    assert len(order) == 20


def test_factual_findings_stand_worst_first(page):
    levels = re.findall(r'<tr><td class="(high|medium|low)">', page)
    assert levels == sorted(levels, key=["high", "medium", "low"].index)
    assert {"high", "medium", "low"} <= set(levels)


@pytest.mark.parametrize(
    ("ends", "outcome", "badge"),
    [
        ({"base": (0.1, 0.3), "prompted": (0.1, 0.2)}, "yes", "reservations"),
        ({"base": (0.1, 0.3), "prompted": (-0.1, 0.2)}, "not-shown", "not-shown"),
        ({"base": (0.1, 0.3), "prompted": (-0.3, -0.2)}, "no", "no"),
    ],
)
def test_the_verdict_is_seen_at_a_glance(ends, outcome, badge, make_evaluation, with_closeness):
    evaluation = with_closeness(make_evaluation(), **ends)
    verdict = decide(evaluation.arms, evaluation.comparisons, "candidate")
    assert verdict.outcome == outcome
    assert verdict.better is (outcome == "yes")
    page = html_report(evaluation, CARD, "fr")
    assert f'<section class="verdict {badge}">' in page
    told = sentence(evaluation.brand, evaluation.arms, evaluation.comparisons, "candidate", "fr",
                    cautions=False)  # fmt: skip
    assert told in Elements(page).words
    # 29.7 % without a source, human posts 2 %.
    assert "unsupported" in verdict.failed
    assert say("next-unsupported", "fr") in Elements(page).words


def test_a_model_without_faults_has_no_reservations(make_evaluation):
    evaluation = make_evaluation()
    fine = {"voice/style_index": 0.97, "voice/closeness": 0.97, "voice/human_likeness_auc": 0.6,
            "fluency/bits_per_byte_ratio": 0.95, "fluency/bits_per_byte_spread": 1.0,
            "homogeneity/ratio": 1.0, "factuality/coverage": 0.6, "factuality/brief_recall": 0.9,
            }  # fmt: skip
    scores = {name: Score(fine.get(name, 0.0), 0.0, 1.0, 9) for name in METRICS}
    better = dataclasses.replace(evaluation, arms=evaluation.arms | {"candidate": scores})
    page = html_report(better, CARD)
    assert '<section class="verdict yes">' in page
    assert say("next-use", "en") in Elements(page).words


def test_french_leaves_no_english_but_what_is_quoted(evaluation):
    words = Elements(html_report(evaluation, CARD, "fr")).words
    words = words.replace("Topic: We are live at 10:30.", "").replace("We are live at 10:30.", "")
    for english in ("What to do", "Human", "Candidate", "Evidence", "posts read", "none found"):
        assert english not in words
    assert "Notes techniques (en anglais)" in words
    assert "1\u202f200 posts lus, 1\u202f000 gardés" in words
    assert "840" in words, "posts of both languages are counted together"
    assert "195 (réponse) et 5 (dit exactement ce que dit un post antérieur)" in words


def test_the_preview_is_a_picture_of_the_size_that_links_show(evaluation):
    picture = preview_png(evaluation, "fr")
    assert picture.startswith(b"\x89PNG")
    assert [int.from_bytes(picture[i : i + 4], "big") for i in (16, 20)] == [1200, 630]
    assert len(picture) < 250_000
    assert picture == preview_png(evaluation, "fr"), "equal evaluations give equal pictures"
    assert picture != preview_png(evaluation, "en")


def test_the_preview_never_leaves_out_the_model_in_question(make_evaluation):
    many = make_evaluation(arms=("human", "floor", *(f"v{i}" for i in range(9)), "candidate"))
    rows = fitting(many, "en")
    assert len(rows) == 7
    assert rows[-1].label == "Candidate"
    assert preview_png(many)


def test_the_markdown_table_has_all_arms_and_metrics(evaluation):
    lines = markdown_table(evaluation).splitlines()
    assert lines[0] == "| measure | Human | Other brands | Base | Prompted | Candidate |"
    assert lines[1] == "|---|---|---|---|---|---|"
    named_rows = [line.split("|")[1].strip(" `") for line in lines[2:]]
    assert set(METRICS) <= set(named_rows)
    assert {line.count("|") for line in lines} == {7}
    index = next(line for line in lines if "voice/style_index" in line)
    assert index.split("|")[4].strip() == "INVALID"


def test_no_post_breaks_the_markdown(make_evaluation):
    post = "| a `b` <i>x</i> [l](javascript:1) \\ *c* _d_ # ~ \n\n> - 1. \ud800 " + ATTACK
    evaluation = make_evaluation(post, brand="A|B *x*")
    for language in ("en", "fr"):
        report = markdown_report(evaluation, language, {"a]|b": "http://x/(1) <2>"})
        report.encode("utf-8")
        body = re.sub(r"^\|(---\|)+$", "", report, flags=re.MULTILINE)
        bare = re.sub(r"\\.", "", body)
        assert "<" not in bare.replace("](<http://x/(1)2>)", "")
        rows = [line.count("|") for line in bare.splitlines() if line.startswith("|")]
        assert set(rows) <= {4, 7}, "a post adds no column"
        assert "javascript" in bare and "](javascript" not in bare
        assert "](<http://x/(1)2>)" in report
        assert say("next", language) in report


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


def test_a_cell_in_french():
    assert cell(Score(-0.5, -0.754, 0.25), "fr") == "−0,50 (−0,75 à 0,25)"


def mark(kind: str, words: str, title: str) -> str:
    return f'<mark class="{kind}" title="{title}">{words}</mark>'


def test_marked_words_keep_their_case_and_name_their_evidence():
    found = marked("Doors open at NOON.", [Finding("stale", "noon", "was true")])
    title = "true at another time: was true"
    assert found == "Doors open at " + mark("stale", "NOON", title) + "."


def test_of_overlapping_spans_the_longer_that_comes_first_is_marked():
    spans = [Finding("nonword", "5", ""), Finding("stale", "May 5, 2018", ""),
             Finding("unsupported", "2018 tour", "")]  # fmt: skip
    assert marked("On May 5, 2018 tour", spans) == (
        "On " + mark("stale", "May 5, 2018", "true at another time") + " tour"
    )


def test_marks_escape_text_span_and_evidence():
    found = marked("a <b> & 'c'", [Finding("copied", "<b>", '"> <script>')])
    title = "copied from a training post: &quot;&gt; &lt;script&gt;"
    assert found == "a " + mark("copied", "&lt;b&gt;", title) + " &amp; &#x27;c&#x27;"


def test_a_mark_goes_on_where_a_long_post_is_cut(make_evaluation):
    text = "x" * 690 + " " + "y" * 400
    plain = make_evaluation(text)
    found = [[Finding("language", text, "in fr")]] * BRIEFS
    whole = dataclasses.replace(plain, findings=plain.findings | {"candidate": found})
    page = html_report(whole, CARD)
    own = page[page.index('<div class="subject">') :].partition("</details>")[0]
    assert own.count('<mark class="language"') == 2


@pytest.mark.parametrize("text", ["Große Straße: 42 Gäste", "İstanbul İİ: 42 Gäste", "42 ß"])
def test_letters_that_fold_to_two_do_not_shift_the_mark(text):
    found = marked(text, [Finding("unsupported", "42", "")])
    assert mark("unsupported", "42", "no source") in found


def test_words_that_are_not_in_the_text_mark_nothing():
    assert marked("a & b", [Finding("stale", "zebra", "")]) == "a &amp; b"


def test_an_empty_answer_is_told(make_evaluation):
    plain = make_evaluation()
    silent = [Item(i.id, "", i.brief) for i in plain.texts["candidate"]]
    report = dataclasses.replace(plain, texts=plain.texts | {"candidate": silent})
    assert "(nothing was written)" in Elements(html_report(report, CARD)).words
