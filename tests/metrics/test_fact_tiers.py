"""The tiers beside the typed check: off unless handed in, bounded, and measured against it."""

from __future__ import annotations

import dataclasses
import time
from datetime import UTC, datetime

import numpy as np
import pytest

from smm_voice.metrics.base import FactAnswer, Item, Reference
from smm_voice.metrics.factuality import tiers
from smm_voice.metrics.factuality.check import Checked, Claim, check
from smm_voice.metrics.factuality.sheet import FactSheet, parse_sheet
from smm_voice.text import tokens

RATE, AGREEMENT = "factuality/entailment_contradiction_rate", "factuality/entailment_agreement"
JUDGE_RATE, JUDGE_AGREEMENT = "factuality/judge_contradiction_rate", "factuality/judge_agreement"

SHEET = {
    "version": 1,
    "subjects": [
        {
            "id": "tower",
            "name": "Harbour Tower",
            "aliases": ["the beacon"],
            "facts": [
                {"attribute": "height", "value": 80, "unit": "metres", "source": "survey"},
                {
                    "attribute": "ticket_price",
                    "value": 12,
                    "currency": "EUR",
                    "valid_to": "OLD",
                },
                {
                    "attribute": "ticket_price",
                    "value": 14,
                    "currency": "EUR",
                    "valid_from": "NEW",
                },
            ],
        },
        {
            "id": "cafe",
            "name": "Cafe Albatross",
            "aliases": [],
            "facts": [
                {"attribute": "seats", "value": 40, "source": "https://cafe.example/about"},
                {"attribute": "opening_day", "value": "Tuesday"},
            ],
        },
    ],
}
BOUNDS = {"OLD": datetime(2025, 12, 31).date(), "NEW": datetime(2026, 1, 1).date()}


def sheet():
    def dated(value):
        if isinstance(value, dict):
            return {key: dated(each) for key, each in value.items()}
        if isinstance(value, list):
            return [dated(each) for each in value]
        return BOUNDS.get(value, value) if isinstance(value, str) else value

    return parse_sheet(dated(SHEET), "sheet", "en")


class Entailment:
    """Finds a clause with `wrong` contradicted and one with `right` entailed by every line."""

    def __init__(self):
        self.pairs = []

    def __call__(self, pairs):
        self.pairs += pairs
        rows = [
            (0.05, 0.05, 0.9) if "wrong" in said else (0.9, 0.05, 0.05) if "right" in said
            else (0.1, 0.8, 0.1)
            for _, said in pairs
        ]  # fmt: skip
        return np.array(rows).reshape(-1, 3)


class Judge:
    """As told by the clause; `silent` goes without an answer."""

    def __init__(self, line=1):
        self.asked = []
        self.line = line

    def __call__(self, questions):
        self.asked += questions
        return [
            None if "silent" in q.clause
            else FactAnswer("contradicted", self.line, "the height differs") if "wrong" in q.clause
            else FactAnswer("supported", self.line, "same height") if "right" in q.clause
            else FactAnswer("unsupported", None, "no line says so")
            for q in questions
        ]  # fmt: skip


def reference(**changes):
    given = {"sheet": sheet(), "resamples": 200, **changes}
    return Reference(
        language="en", human=(), floor=(), training=(), profile=None, **given
    )  # fmt: skip


class Said:
    """A typed fact."""

    def __init__(self, kind="quantity"):
        self.kind = kind


def typed(*verdicts, span="80", start=-1, fact=None):
    claims = tuple(Claim(v, span, "a line", fact or Said(), start=start) for v in verdicts)
    return Checked(claims, 1, 1, 0, 0)


def posts(*texts, brief=None, when=None):
    return [Item(str(n), text, brief, when) for n, text in enumerate(texts)]


NOTHING = Checked((), 0, 0, 0, 0)


def test_a_tier_that_nobody_asked_for_has_no_value_and_says_how_to_ask():
    items = posts("The beacon is wrong.", "The beacon is right.")
    scores = tiers.score(items, [NOTHING] * 2, reference())
    assert scores.keys() == {metric.name for metric in tiers.METRICS}
    assert {score.value for score in scores.values()} == {None}
    assert scores[RATE].warnings == ("not asked for; say evaluation.entailment=FOLDER",)
    assert "evaluation.fact_judge.url=URL" in scores[JUDGE_AGREEMENT].warnings[0]
    assert tiers.claims(items[0], NOTHING, reference()) == []


def test_one_tier_does_not_ask_for_the_other():
    scores = tiers.score(posts("The beacon is wrong."), [NOTHING], reference(entail=Entailment()))
    assert scores[RATE].value == 1
    assert scores[JUDGE_RATE].value is None


def test_the_rate_is_of_posts_and_names_its_model():
    items = posts(
        "The beacon is right. The beacon is wrong. The beacon is wrong too.",
        "The beacon is right.",
        "Hello there!",
        "",
    )
    against = reference(entail=Entailment(), entail_name="nli (SHA-256 ab)")
    score = tiers.score(items, [NOTHING] * 4, against)[RATE]
    assert (score.value, score.n, score.per_item) == (0.25, 4, (1.0, 0.0, 0.0, 0.0))
    assert score.ci_low <= 0.25 <= score.ci_high and score.ci_low < score.ci_high
    assert score.warnings == ("judge of facts: nli (SHA-256 ab)",)


def test_texts_of_which_no_line_speaks_have_no_rate():
    entail = Entailment()
    score = tiers.score(posts("Hello there!", ""), [NOTHING] * 2, reference(entail=entail))[RATE]
    assert score.value is None and "no line speaks of any clause" in score.warnings
    assert entail.pairs == []


def agreeing(pattern, **models):
    """Scores of one-clause posts; a pair (typed verdict, word) each."""
    items = posts(*(f"The beacon is {word}, 80 metres." for _, word in pattern))
    return tiers.score(items, [typed(verdict) for verdict, _ in pattern], reference(**models))


# Both accuse 4, the typed check alone 1, the tier alone 1, neither 6: observed 10/12, by chance
# (5·5 + 7·7) / 144, so that kappa = (120 − 74) / (144 − 74).
TWELVE = [
    *[("contradicted", "wrong")] * 4, ("contradicted", "right"),
    ("supported", "wrong"), *[("supported", "right")] * 3, *[("supported", "odd")] * 3,
]  # fmt: skip


@pytest.mark.parametrize("name", ["entailment", "judge"])
def test_agreement_is_cohens_kappa(name):
    from sklearn.metrics import cohen_kappa_score

    models = {"entail": Entailment()} if name == "entailment" else {"fact_judge": Judge()}
    score = agreeing(TWELVE, **models)[f"factuality/{name}_agreement"]
    assert score.value == pytest.approx(46 / 70)
    ours = [verdict == "contradicted" for verdict, _ in TWELVE]
    assert score.value == pytest.approx(cohen_kappa_score(ours, [w == "wrong" for _, w in TWELVE]))
    assert score.n == 12
    assert score.warnings[-1] == "same verdict on 0.83 of 12 clauses"
    assert score.ci_low < 46 / 70 < score.ci_high


def test_agreement_runs_from_chance_to_one():
    full = [*[("contradicted", "wrong")] * 6, *[("supported", "right")] * 6]
    crossed = [(v, w) for v in ("contradicted", "supported") for w in ("wrong", "right")] * 3
    assert agreeing(full, entail=Entailment())[AGREEMENT].value == pytest.approx(1)
    assert agreeing(crossed, entail=Entailment())[AGREEMENT].value == pytest.approx(0)


def test_agreement_needs_ten_clauses():
    nine = agreeing(TWELVE[:9], entail=Entailment())[AGREEMENT]
    assert nine.value is None and nine.n == 9
    assert "9 clauses" in nine.warnings[-1]
    assert agreeing(TWELVE[:10], entail=Entailment())[AGREEMENT].value is not None


def test_agreement_without_any_accusation_is_undefined_and_not_perfect():
    score = agreeing([("supported", "right")] * 12, entail=Entailment())[AGREEMENT]
    assert score.value is None and score.n == 12
    assert "same verdict on 1.00 of 12 clauses" in score.warnings
    assert "kappa is undefined" in score.warnings[-1]


@pytest.mark.parametrize("verdict", ["stale", "unsupported", "forbidden"])
def test_what_the_typed_check_cannot_compare_does_not_count(verdict):
    score = agreeing([*TWELVE, (verdict, "wrong")], entail=Entailment())[AGREEMENT]
    assert score.n == 12 and score.value == pytest.approx(46 / 70)


@pytest.mark.parametrize(
    ("kind", "span", "counted"),
    [("handle", "@beacon", 0), ("hashtag", "#beacon", 0), ("url", "https://a.example", 0),
     ("quantity", "[link]", 0), ("quantity", "80", 12), ("money", "80", 12)],
)  # fmt: skip
def test_links_and_names_of_accounts_are_no_agreement(kind, span, counted):
    items = posts(*[f"The beacon is right: {span} !"] * 12)
    checked = [typed("supported", span=span, fact=Said(kind))] * 12
    assert tiers.score(items, checked, reference(entail=Entailment()))[AGREEMENT].n == counted


def test_a_typed_claim_counts_in_its_own_clause_alone():
    """The same number stands in both clauses; the offset says which is accused."""
    text = "The beacon is right at 80 metres. The beacon is wrong at 80 metres."
    at = text.index("80", 40)
    items = posts(*[text] * 6)
    checked = [
        Checked((*typed("supported", start=text.index("80")).claims,
                 *typed("contradicted", start=at).claims), 2, 2, 0, 0)
    ] * 6  # fmt: skip
    score = tiers.score(items, checked, reference(entail=Entailment()))[AGREEMENT]
    assert (score.value, score.n) == (pytest.approx(1), 12)


def test_a_clause_without_an_answer_is_counted_and_neither_accused_nor_cleared():
    pattern = [*TWELVE, ("contradicted", "silent"), ("supported", "silent")]
    scores = agreeing(pattern, fact_judge=Judge())
    rate = scores[JUDGE_RATE]
    assert rate.per_item[-2:] == (None, None) and rate.n == 12
    assert rate.value == pytest.approx(5 / 12)
    assert "2 of 14 clauses were not judged: no usable answer" in rate.warnings
    assert scores[JUDGE_AGREEMENT].n == 12


@pytest.mark.parametrize("line", [None, 0, -1, 99])
def test_an_accusation_without_a_line_that_was_given_is_no_answer(line):
    scores = agreeing(TWELVE, fact_judge=Judge(line))
    assert scores[JUDGE_RATE].value == 0
    assert "9 of 12 clauses were not judged: no usable answer" in scores[JUDGE_RATE].warnings


class Dictated:
    """One row of probabilities a line, in order."""

    def __init__(self, *rows):
        self.rows = rows

    def __call__(self, pairs):
        return np.array(self.rows[: len(pairs)])


@pytest.mark.parametrize(
    ("rows", "verdict", "evidence"),
    [
        ([(0.6, 0.2, 0.2), (0.1, 0.2, 0.7)], "contradicted", "ticket_price = 14 EUR"),
        ([(0.1, 0.2, 0.7), (0.8, 0.1, 0.1)], "supported", "(entailment 0.80)"),
        ([(0.1, 0.2, 0.7), (0.7, 0.2, 0.1)], "supported", "(entailment 0.70)"),
        ([(0.2, 0.4, 0.4), (0.1, 0.5, 0.4)], "unsupported", "(entailment 0.20)"),
        ([(np.nan, np.nan, np.nan)] * 2, "unsupported", ""),
    ],
)
def test_the_line_that_speaks_loudest_decides(rows, verdict, evidence):
    item = Item("1", "Harbour Tower: height as ever", when=datetime(2026, 5, 1, tzinfo=UTC))
    (claim,) = tiers.claims(item, NOTHING, reference(entail=Dictated(*rows)))
    assert claim.verdict == verdict and evidence in claim.evidence
    assert ("contradiction" in claim.evidence) == (verdict == "contradicted")
    assert (claim.tier, claim.span, claim.start) == ("entailment", item.text, 0)


def test_agreement_with_the_typed_check_itself():
    """Of 12 real verdicts, 6 a contradiction; the tier misses two of them."""
    texts = [f"The beacon has a height of {m} metres, {w}." for m, w in
             [(80, "right")] * 6 + [(95, "wrong")] * 4 + [(95, "right")] * 2]  # fmt: skip
    items = posts(*texts)
    against = reference(entail=Entailment())
    checked = [check(item.text, None, against.sheet, "en") for item in items]
    score = tiers.score(items, checked, against)[AGREEMENT]
    # Observed 10/12, by chance (6·4 + 6·8) / 144 = 1/2.
    assert (score.value, score.n) == (pytest.approx(2 / 3), 12)


def test_an_accusation_against_the_typed_check_shows_both_lines_and_changes_nothing():
    item = Item("1", "Really? The beacon is wrong at 80 metres.")
    checked = typed("supported")
    before = dataclasses.replace(checked)
    claims = tiers.claims(item, checked, reference(entail=Entailment(), fact_judge=Judge()))
    assert checked == before
    assert [claim.tier for claim in claims] == ["entailment", "judge"]
    first, second = claims
    assert first.evidence.startswith("Harbour Tower: ")
    assert first.evidence.endswith("(contradiction 0.90); typed check: supported by a line")
    assert "(the height differs); typed check: supported by a line" in second.evidence


def test_spans_stand_where_the_claims_say():
    item = Item("1", "The beacon is wrong!\n\nThe beacon is wrong! So is the beacon ; wrong")
    claims = tiers.claims(item, NOTHING, reference(entail=Entailment()))
    assert len(claims) >= 3 and len({claim.start for claim in claims}) == len(claims)
    for claim in claims:
        assert item.text[claim.start :].startswith(claim.span)


def lines(text, most=3, brief=None, when=None, **changes):
    """The lines put beside the only clause of a text."""
    entail = Entailment()
    against = reference(entail=entail, entail_lines=most, **changes)
    tiers.claims(Item("1", text, brief, when), NOTHING, against)
    return [line for line, _ in entail.pairs]


def test_the_lines_are_those_of_the_subject_and_of_the_words():
    assert lines("Come and see the beacon", most=1) == [
        "Harbour Tower: height = 80 metres (survey)"
    ]
    assert lines("Its height is 90 metres", most=1)[0].startswith("Harbour Tower: height")
    assert lines("Open again on Tuesdays", most=1) == ["Cafe Albatross: opening_day = Tuesday"]
    assert lines("Lovely weather today") == []
    assert len(lines("Harbour Tower and Cafe Albatross", most=2)) == 2


def test_a_subject_named_elsewhere_in_the_post_goes_before():
    days = [{"attribute": "opening_day", "value": "Tuesday"}]
    names = ("Alpha", "Beta")
    two = parse_sheet(
        {"subjects": [{"id": n.lower(), "name": n, "facts": days} for n in names]}, "sheet", "en"
    )
    for name in names:
        entail = Entailment()
        against = reference(entail=entail, entail_lines=1, sheet=two)
        tiers.claims(Item("1", f"Hello {name}!\nOpening on Tuesday."), NOTHING, against)
        assert [line for line, said in entail.pairs if "Opening" in said] == [
            f"{name}: opening_day = Tuesday"
        ]


def test_the_brand_need_not_be_named():
    subjects = [
        {"id": n.lower(), "name": n, "brand": n == "Beta",
         "facts": [{"attribute": "opening_day", "value": "Tuesday"}]}
        for n in ("Alpha", "Beta")
    ]  # fmt: skip
    own = parse_sheet({"subjects": subjects}, "sheet", "en")
    assert lines("Opening on Tuesday", 1, sheet=own) == ["Beta: opening_day = Tuesday"]


def test_only_lines_that_hold_on_the_day_are_given():
    for year, price in ((2025, 12), (2026, 14)):
        told = lines("Ticket price of the beacon", when=datetime(year, 6, 1, tzinfo=UTC))
        assert [f"{price} EUR" in line for line in told if "price" in line] == [True]


def test_the_address_of_a_source_is_evidence_and_no_premise():
    entail = Entailment()
    item = Item("1", "Our Cafe Albatross is wrong about its seats")
    claims = tiers.claims(item, NOTHING, reference(entail=entail, entail_lines=1))
    assert entail.pairs[0][0] == "Cafe Albatross: seats = 40"
    assert "https://cafe.example/about" in claims[0].evidence


def test_the_brief_is_known_too():
    brief = "Topic: regatta\nFacts: regatta on 3 August"
    assert lines("The regatta is on 4 August", brief=brief)[0] == "Facts: regatta on 3 August"
    assert lines("The regatta is on 4 August", brief=brief, sheet=FactSheet())


def test_rare_words_weigh_more_and_the_brief_goes_first_where_all_is_equal():
    assert lines("A grand ticket, grand seats", 1)[0].startswith("Cafe Albatross: seats")
    brief = "Facts: height 81 metres"
    assert lines("Its height is grand", 1, brief=brief) == [brief]


def test_a_judge_is_given_post_and_day_and_eight_lines_at_most():
    judge = Judge()
    facts = [{"attribute": f"height_{n}", "value": n, "unit": "metres"} for n in range(60)]
    tall = parse_sheet({"subjects": [{"id": "t", "name": "Tower", "facts": facts}]}, "s", "en")
    item = Item("1", "Tower: wrong height. More.", when=datetime(2026, 5, 3, 9, tzinfo=UTC))
    tiers.claims(item, NOTHING, reference(fact_judge=judge, sheet=tall))
    (question,) = judge.asked
    assert (question.clause, question.post) == ("Tower: wrong height.", item.text)
    assert question.day == "2026-05-03" and len(question.lines) == 8


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "😀😀", "https://t.co/x [link]", "\ud800 the beacon \udfff is wrong",
        "\u202eالبرج the beacon خطأ", "Le phare n'est pas à 80 mètres", "\x00", "1" * 5000,
        "the beacon is wrong " * 25_000, "The beacon is wrong. " * 25_000,
    ],
)  # fmt: skip
def test_any_text_is_read_within_bounds(text):
    entail, judge = Entailment(), Judge()
    against = reference(entail=entail, fact_judge=judge)
    scores = tiers.score(posts(text, text), [NOTHING] * 2, against)
    for score in scores.values():
        assert score.value is None or 0 <= score.value <= 1
    assert len(judge.asked) <= 2 * 40 and len(entail.pairs) <= 2 * 40 * 3
    assert all(len(q.clause) <= 600 and len(q.post) <= 2000 for q in judge.asked)
    claims = tiers.claims(posts(text)[0], NOTHING, against)
    assert all(claim.evidence for claim in claims)
    if len(text) > 500_000 or text.count(".") > 1000:
        unread = len([s for s in text.split(". ") if tokens.words(s)]) - 40
        said = f"{2 * unread} clauses past the first 40 of a post not read"
        assert (said in scores[RATE].warnings) == (unread > 0)


def test_no_texts_at_all():
    scores = tiers.score([], [], reference(entail=Entailment(), fact_judge=Judge()))
    assert {score.value for score in scores.values()} == {None}


def test_the_same_again_and_quick_enough():
    """1,000 posts against 500 facts; the bound is ten times what it takes."""
    subjects = [
        {
            "id": f"s{n}",
            "name": f"Place {chr(65 + n % 26)}{n}",
            "facts": [
                {"attribute": f"height_of_part_{m}", "value": n * m, "unit": "metres"}
                for m in range(10)
            ],
        }
        for n in range(50)
    ]
    large = parse_sheet({"subjects": subjects}, "sheet", "en")
    items = posts(
        *(f"At Place {chr(65 + n % 26)}{n % 50} the height is wrong, {n} metres.\nSo it is! More "
          f"on its part {n % 7} tomorrow." for n in range(1000))
    )  # fmt: skip
    seen = []
    for _ in range(2):
        entail = Entailment()
        started = time.perf_counter()
        tiers.score(items, [NOTHING] * 1000, reference(entail=entail, sheet=large))
        assert time.perf_counter() - started < 10
        seen.append(entail.pairs)
    assert seen[0] == seen[1] and len(seen[0]) > 2000
