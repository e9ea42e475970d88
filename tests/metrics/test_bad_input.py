"""Whatever the texts, a family returns every metric it declares: finite, or None and why."""

from __future__ import annotations

import dataclasses
import json
import math
import time

import pytest

from smm_voice import metrics
from smm_voice.metrics.base import Item, Reference
from smm_voice.metrics.memorisation.runs import TrainingIndex

WORDS = [
    "the",
    "rocket",
    "will",
    "launch",
    "28",
    "new",
    "satellites",
    "on",
    "May",
    "5",
    "and",
    "@NASA",
    "is",
    "live",
    "at",
    "10:30",
    "am",
]
LONG = " ".join(WORDS[i % len(WORDS)] + ("" if i % 7 else str(i)) for i in range(100_000))
INPUTS = {
    "no texts": [],
    "one text": ["We are go for launch at 10:30 am with 28 satellites aboard the rocket today."],
    "one word": ["Hello!"],
    "empty texts": ["", " \n\t "],
    "all equal": ["Watch the launch live at 10:30 am: [link] #Moon"] * 30,
    "only emoji": ["🚀🚀🌕", "👩‍🚀", "🇫🇷"] * 10,
    "only links": ["https://t.co/abc https://t.co/def", "[link]"] * 10,
    "punctuation": ["?!…", "— —", "''"] * 10,
    "another language": ["Nous avons préparé vingt litres de pâte ce matin pour les voisins."] * 12,
    "lone surrogates": ["Watch \ud83d the launch \udc00 live tonight with all of us here"] * 12,
    "right to left": ["شاهدوا الإطلاق مباشرة الساعة ١٠:٣٠ يوم ٥ مايو ٢٠١٨", "מחר ב-10:30"] * 6,
    "impossible dates": ["On 0000-00-00, 2018-02-30 and 99/99/2018 at 27:99.", "May 99, 0000"],
    "strange numbers": ["1,2,3.4.5 and 9" + "9" * 500 + " % of ٣٤ or ²³ ½ km, 1.000.000,00.5 €"],
    "control characters": ["Watch\x00 the\x1b[31m launch\u2028live\u0085now\ufeff"] * 12,
}
FAMILIES = sorted(metrics.FAMILIES)


def judge(texts):
    """Stands in for a model: shuffling cannot fool what looks at word pairs."""
    known = {("the", "launch"), ("launch", "of"), ("of", "the"), ("to", "the"), ("in", "the")}
    scores = []
    for text in texts:
        listed = text.casefold().split()
        pairs = list(zip(listed, listed[1:], strict=False))
        scores.append(2.0 - sum(p in known for p in pairs) / len(pairs) if pairs else None)
    return scores


@pytest.fixture(scope="module", params=["paired", "unpaired"])
def reference(request, small) -> Reference:
    return dataclasses.replace(
        small.reference, paired=request.param == "paired", judge=judge, judge_name="toy", cache={}
    )


def check_scores(scores, declared):
    assert scores.keys() == declared
    for name, score in scores.items():
        numbers = [score.value, score.ci_low, score.ci_high, *score.per_item]
        assert all(n is None or math.isfinite(n) for n in numbers), name
        assert score.value is not None or score.warnings, f"{name}: None, and no reason"
        assert score.ci_low is None or score.ci_low <= score.ci_high, name
        json.dumps(score.as_json(), allow_nan=False)


def items_for(texts: list[str], reference: Reference) -> list[Item]:
    """A paired reference takes an answer to each brief, or none at all."""
    if reference.paired and texts:
        texts = [texts[i % len(texts)] for i in range(len(reference.human))]
        return [dataclasses.replace(h, text=t) for h, t in zip(reference.human, texts, strict=True)]
    return [Item(str(i), text) for i, text in enumerate(texts)]


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", INPUTS)
def test_every_metric_is_finite_or_none_with_a_reason(name, family, reference):
    items = items_for(INPUTS[name], reference)
    declared = {metric.name for metric in metrics.FAMILIES[family].metrics}
    check_scores(metrics.FAMILIES[family].score(items, reference), declared)
    for item in items[:2]:
        for finding in metrics.FAMILIES[family].findings(item, reference):
            json.dumps([finding.kind, finding.span, finding.evidence])


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.timeout(60)
def test_a_text_of_100_000_words_takes_bounded_time(family, small):
    started = time.perf_counter()
    reference = dataclasses.replace(small.reference, resamples=100, cache={})
    declared = {metric.name for metric in metrics.FAMILIES[family].metrics}
    check_scores(metrics.FAMILIES[family].score([Item("long", LONG)], reference), declared)
    # A quadratic search would take an hour; a slow machine takes twenty seconds.
    assert time.perf_counter() - started < 40


@pytest.mark.timeout(60)
def test_one_word_repeated_without_end_does_not_stall_the_search_for_copies():
    # Each of the text's runs meets each of the post's: the worst case of the search.
    index = TrainingIndex.of(["ha " * 50])
    started = time.perf_counter()
    assert len(index.longest_run("ha " * 20_000).tokens) == 50
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("field", ["human", "floor", "training"])
def test_a_reference_without_posts_gives_reasons_and_no_exception(field, family, small):
    reference = dataclasses.replace(small.reference, **{field: ()}, cache={})
    scores = metrics.FAMILIES[family].score(small.held_out, reference)
    check_scores(scores, {metric.name for metric in metrics.FAMILIES[family].metrics})


def test_no_text_is_taken_for_all_right(small):
    scores = metrics.score([], small.reference)
    assert {name for name, score in scores.items() if score.value is not None} == set()


def test_findings_quote_the_text_as_it_stands(small):
    copied = next(t for t in small.reference.training if "," in t and t.count(" ") > 12)
    text = copied.replace("[link]", "https://t.co/abc") + " Zqxvplk 4711 guests!"
    found = metrics.findings(Item("1", text), small.reference)
    assert {finding.kind for finding in found} >= {"copied", "nonword", "unsupported"}
    astray = [f for f in found if f.span.casefold() not in text.casefold()]
    assert astray == []


def test_a_language_without_a_word_list_has_no_nonword_rate_and_says_so(small):
    reference = dataclasses.replace(small.reference, language="eu", cache={})
    rate = metrics.FAMILIES["fluency"].score(small.held_out, reference)["fluency/nonword_rate"]
    assert rate.value is None
    assert "eu" in rate.warnings[0]
