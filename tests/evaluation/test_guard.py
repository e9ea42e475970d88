"""Accused posts are drawn again, and nothing else is: who was asked what is counted out here."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from smm_voice.config import BrandConfig, EvaluationConfig, GenerationConfig
from smm_voice.dataset.example import Example
from smm_voice.errors import InputError
from smm_voice.evaluation import arms, guard, model, with_model
from smm_voice.evaluation.guard import Guard, choose, chosen, draw, scores
from smm_voice.evaluation.kept import Kept, Writing
from smm_voice.evaluation.model import System
from smm_voice.evaluation.run import declared, evaluate
from smm_voice.generation.generate import Answer, Request, generate
from smm_voice.metrics.factuality.sheet import parse_sheet
from smm_voice.models.adapters import AdapterOrigin, write_origin
from smm_voice.posts.post import Post

DECODING = GenerationConfig(
    temperature=0.8, top_p=0.9, top_k=50, maximum_new_tokens=60, batch_size=8, shots=2, seed=0
)
GUARDED = dataclasses.replace(DECODING, guard=True, guard_candidates=4)
CONFIG = EvaluationConfig(briefs=20, resamples=300, confidence=0.95, seed=0)
SHEET = {
    "subjects": [
        {
            "id": "tea",
            "name": "Fern Tea",
            "facts": [
                {"attribute": "price", "value": 12, "currency": "EUR", "keywords": ["costs"]}
            ],
        }
    ],
    "forbidden": [
        {"claim": "risk-free", "reason": "nothing is"},
        {"claim": "organic", "reason": "no certificate"},
        {"claim": "miracle", "reason": "legal"},
    ],
}
# Claims that are accused: 0, 1, 2, 3.
CLEAN = "Our garden opens its doors again"
ONE = "Our organic garden opens again"
TWO = "Our organic garden is a miracle"
THREE = "A risk-free miracle from our organic garden"
CUT = Answer("Our garden opens its", finished=False)
EMPTY = Answer(" ", finished=True)


def example(number: int) -> Example:
    when = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(days=number)
    post = Post(f"id-{number}", f"Post {number}", "x", when, "here", language="en")
    return Example(post.id, f"Topic: {number}", post.text, post)


class Writer:
    """Gives each brief its answers in turn, and remembers who was asked in which call."""

    def __init__(self, *answers: list[str | Answer], stop_at: int | None = None) -> None:
        self.answers = {f"id-{i}": given for i, given in enumerate(answers)}
        self.calls: list[list[str]] = []
        self.stop_at = stop_at

    def __call__(self, requests):
        if len(self.calls) == self.stop_at:
            raise KeyboardInterrupt
        self.calls.append([request.key for request in requests])
        return [self._answer(request.key) for request in requests]

    def _answer(self, key: str) -> Answer:
        brief, _, number = key.partition("~")
        given = self.answers[brief][int(number or 0)]
        return given if isinstance(given, Answer) else Answer(given, finished=True)


def as_they_end(writer: Writer) -> Writing:
    return lambda requests: list(enumerate(writer(requests)))


def watch(candidates: int = 4, digest: str = "sheet-1") -> Guard:
    return Guard(parse_sheet(SHEET, "sheet", "en"), digest, "en", candidates)


def drawn(writer: Writer, candidates: int = 4) -> list[list[guard.Draft]]:
    asked = [Request(key, []) for key in writer.answers]
    return draw(asked, [(None, None)] * len(asked), writer, watch(candidates))


@pytest.mark.parametrize(
    ("answers", "draws", "kept"),
    [
        ([CLEAN], 1, 0),
        ([ONE, CLEAN], 2, 1),
        ([TWO, ONE, CLEAN], 3, 2),
        ([THREE, TWO, ONE, TWO], 4, 2),
        ([ONE, THREE, TWO, CLEAN], 4, 3),
        ([TWO, ONE, ONE, TWO], 4, 1),
        ([ONE, ONE, ONE, ONE], 4, 0),
        # Never accused, so never drawn again: the guard is not there for the end of a text.
        ([CUT], 1, 0),
        ([EMPTY], 1, 0),
        # A text that breaks off accuses itself of less.
        ([ONE, CUT, CLEAN], 3, 2),
        ([ONE, EMPTY, CLEAN], 3, 2),
        ([ONE, CUT, TWO, TWO], 4, 1),
        ([TWO, EMPTY, ONE, ONE], 4, 2),
        ([EMPTY, CLEAN], 1, 0),
        ([ONE, EMPTY, EMPTY, EMPTY], 4, 0),
        ([Answer(ONE, finished=False), ONE, EMPTY, TWO], 4, 0),
        ([ONE, CUT, EMPTY, CUT], 4, 1),
    ],
)
def test_the_first_clean_draft_is_kept_else_the_least_accused(answers, draws, kept):
    (drafts,) = drawn(Writer(answers))
    assert len(drafts) == draws
    assert choose(drafts) == kept


def test_no_more_drafts_are_drawn_than_allowed():
    for candidates in (2, 3, 5):
        writer = Writer([ONE] * 9)
        assert len(drawn(writer, candidates)[0]) == len(writer.calls) == candidates


def test_accused_briefs_are_asked_again_together_and_answers_stay_in_order():
    writer = Writer([ONE, TWO, "A third try"], [CLEAN], [TWO, "A second try"], ["Another post"])
    answers = chosen(drawn(writer))
    assert [a.text for a in answers] == ["A third try", CLEAN, "A second try", "Another post"]
    assert writer.calls == [["id-0", "id-1", "id-2", "id-3"], ["id-0~1", "id-2~1"], ["id-0~2"]]


def test_a_contradicted_fact_is_accused_with_its_line():
    (drafts,) = drawn(Writer(["Fern Tea costs €15.", "Fern Tea costs €12."]))
    (claim,) = drafts[0].accused
    assert claim.verdict == "contradicted" and "12" in claim.evidence
    assert choose(drafts) == 1


def test_drafts_are_checked_as_the_scores_check_posts(monkeypatch, tmp_path):
    seen = []
    genuine = guard.check

    def check(*arguments):
        seen.append(arguments)
        return genuine(*arguments)

    monkeypatch.setattr(guard, "check", check)
    held = watch()
    run(tmp_path, Writer([CLEAN], [CLEAN]), held)
    _, second = seen
    text, brief, sheet, language, when = second
    assert (text, brief, language) == (CLEAN, "Topic: 1", "en")
    assert when == datetime(2024, 1, 2, tzinfo=UTC)
    assert sheet is held.sheet


def run(folder: Path, writer: Writer, held=None, config=GUARDED, model_digest="m1"):
    examples = [example(i) for i in range(len(writer.answers))]
    asked = arms.requests("base", examples, "Acme", None, ())
    write = Kept(folder / "kept").generating(as_they_end(writer), model_digest, config)
    return guard.answer("base", examples, asked, write, held or watch(), folder)


def unguarded(folder: Path, writer: Writer, config=DECODING):
    examples = [example(i) for i in range(len(writer.answers))]
    asked = arms.requests("base", examples, "Acme", None, ())
    write = Kept(folder / "kept").generating(as_they_end(writer), "m1", config)
    return arms.answer("base", examples, asked, write, folder)


def rows(folder: Path, name: str) -> list[dict]:
    lines = (folder / "rows" / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


@pytest.mark.parametrize("candidates", [4, 9])
def test_without_the_guard_its_settings_change_nothing(candidates, tmp_path):
    writer = Writer([ONE, CLEAN], [CLEAN])
    config = dataclasses.replace(DECODING, guard_candidates=candidates)
    items = unguarded(tmp_path, writer, config)
    assert [item.text for item in items] == [ONE, CLEAN]
    assert writer.calls == [["id-0", "id-1"]]
    assert not (tmp_path / "rows" / "base_drafts.jsonl").exists()


def test_first_draws_made_without_the_guard_are_taken_over(tmp_path):
    unguarded(tmp_path, Writer([ONE], [CLEAN]))
    writer = Writer(["never", CLEAN], ["never"])
    items, _ = run(tmp_path, writer)
    assert writer.calls == [["id-0~1"]]
    assert [item.text for item in items] == [CLEAN, CLEAN]


def test_chosen_answers_are_no_first_draws_for_an_evaluation_without_the_guard(tmp_path):
    run(tmp_path, Writer([ONE, CLEAN], [CLEAN]))
    writer = Writer([], [])
    assert [item.text for item in unguarded(tmp_path, writer)] == [ONE, CLEAN]
    assert writer.calls == []


def test_items_and_rows_hold_the_chosen_answers(tmp_path):
    items, _ = run(tmp_path, Writer([ONE, CLEAN], [CLEAN], [CUT]))
    assert [(i.id, i.text, i.brief, i.finished) for i in items] == [
        ("id-0", CLEAN, "Topic: 0", True),
        ("id-1", CLEAN, "Topic: 1", True),
        ("id-2", CUT.text, "Topic: 2", False),
    ]
    assert items[2].when == example(2).post.created_at
    assert [row["text"] for row in rows(tmp_path, "base")] == [CLEAN, CLEAN, CUT.text]


def test_a_person_can_see_what_was_refused_and_why(tmp_path):
    run(tmp_path, Writer([TWO, ONE, CLEAN], [CLEAN]))
    kept = rows(tmp_path, "base_drafts")
    assert [(r["id"], r["draw"], r["text"], r["chosen"]) for r in kept] == [
        ("id-0", 1, TWO, False),
        ("id-0", 2, ONE, False),
        ("id-0", 3, CLEAN, True),
        ("id-1", 1, CLEAN, True),
    ]
    assert [len(r["accused"]) for r in kept] == [2, 1, 0, 0]
    (claim,) = kept[1]["accused"]
    assert (claim["verdict"], claim["span"]) == ("forbidden", "organic")
    assert "no certificate" in claim["evidence"]


def test_what_is_kept_is_not_drawn_again(tmp_path):
    first, drafts = run(tmp_path, Writer([TWO, ONE, CLEAN], [ONE, ONE, ONE, ONE]))
    before = rows(tmp_path, "base_drafts")
    writer = Writer([], [])
    assert run(tmp_path, writer) == (first, drafts)
    assert writer.calls == []
    assert rows(tmp_path, "base_drafts") == before


@pytest.mark.parametrize(
    "change",
    [
        {"model_digest": "m2"},
        {"config": dataclasses.replace(GUARDED, temperature=0.7)},
    ],
    ids=["model", "decoding"],
)
def test_under_another_model_or_decoding_all_is_drawn_anew(change, tmp_path):
    run(tmp_path, Writer([ONE, CLEAN], [CLEAN]))
    writer = Writer([ONE, "Anew"], ["Anew, too"])
    items, _ = run(tmp_path, writer, **change)
    assert writer.calls == [["id-0", "id-1"], ["id-0~1"]]
    assert [item.text for item in items] == ["Anew", "Anew, too"]


def test_under_another_sheet_what_was_drawn_is_judged_anew(tmp_path):
    run(tmp_path, Writer([ONE, CLEAN], [CLEAN]))
    lenient = Guard(parse_sheet({"subjects": []}, "sheet", "en"), "sheet-2", "en", 4)
    writer = Writer([], [])
    items, _ = run(tmp_path, writer, lenient)
    assert writer.calls == []
    assert [item.text for item in items] == [ONE, CLEAN]


def test_other_settings_of_the_guard_choose_otherwise_among_the_same_drafts(tmp_path):
    items, _ = run(tmp_path, Writer([ONE, TWO, ONE, CLEAN]), watch(2))
    assert items[0].text == ONE
    writer = Writer(["never", "never", ONE, CLEAN])
    items, _ = run(tmp_path, writer, watch(4))
    assert writer.calls == [["id-0~2"], ["id-0~3"]]
    assert items[0].text == CLEAN


@pytest.mark.parametrize("rounds", [1, 2, 3])
def test_interrupted_after_a_round_it_goes_on_with_the_next(rounds, tmp_path):
    answers = [THREE, TWO, ONE, CLEAN], [CLEAN], [ONE, TWO, TWO, "Done"]
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, Writer(*answers, stop_at=rounds))
    # A second interruption right away loses nothing either.
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, Writer(*answers, stop_at=0))
    writer = Writer(*answers)
    items, _ = run(tmp_path, writer)
    assert writer.calls == [[f"id-0~{k}", f"id-2~{k}"] for k in range(rounds, 4)]
    assert [item.text for item in items] == [CLEAN, CLEAN, "Done"]


@pytest.mark.parametrize("text", ["a\u2028b \u0085 organic", "🚀 organic", "\ud800 organic"])
def test_odd_characters_of_a_draft_survive_being_kept(text, tmp_path):
    for writer in (Writer([text, CLEAN]), Writer([])):
        _, ((first, _),) = run(tmp_path, writer)
        assert first.answer.text == text


def test_further_drafts_share_no_random_numbers_with_the_variants():
    asked = [Request("id-0", [])]
    writer = Writer([ONE] * 32)
    drafts = draw(asked, [(None, None)], writer, watch(32))[0]
    assert not {d.request.key for d in drafts} & {r.key for r in arms.again(asked, 32)}


def test_an_arm_without_briefs_has_no_drafts(tmp_path):
    assert run(tmp_path, Writer()) == ([], [])
    assert run(tmp_path, Writer()) == ([], [])


def test_gain_and_cost_worked_out_by_hand():
    # Accused at first: 3 of 5; in the end: 1 of 5. Draws: 2 + 1 + 4 + 3 + 1 = 11.
    found = drawn(
        Writer([ONE, CLEAN], [CLEAN], [TWO, ONE, TWO, TWO], [ONE, ONE, CLEAN], [CUT]),
    )
    result = scores(found, watch(), CONFIG)
    gain, cost = result["factuality/guard_gain"], result["factuality/guard_cost"]
    assert (gain.value, gain.n) == (pytest.approx(2 / 5), 5)
    assert gain.per_item == (1, 0, 0, 1, 0)
    assert 0 <= gain.ci_low < gain.value < gain.ci_high <= 1
    assert (cost.value, cost.n) == (pytest.approx(11 / 5), 5)
    assert cost.per_item == (2, 1, 4, 3, 1)
    assert 1 <= cost.ci_low < cost.value < cost.ci_high <= 4
    assert gain.warnings == cost.warnings == ()
    assert result == scores(found, watch(), CONFIG)


def test_where_nothing_is_accused_nothing_is_gained_and_nothing_paid():
    result = scores(drawn(Writer([CLEAN], [CUT], [EMPTY])), watch(), CONFIG)
    assert result["factuality/guard_gain"].value == 0
    assert result["factuality/guard_cost"].value == 1


def test_no_posts_and_no_sheet_are_said():
    for score in scores([], watch(), CONFIG).values():
        assert score.value is None and score.warnings
    blind = watch(digest="")
    for score in scores(drawn(Writer([ONE, CLEAN])), blind, CONFIG).values():
        assert "no fact sheet" in score.warnings[0]


def brand_with(facts: str | None) -> BrandConfig:
    return BrandConfig(name="acme", languages=["en"], facts=facts)


def test_a_guard_is_made_where_it_is_asked_for(tmp_path):
    (tmp_path / "facts.yaml").write_text(json.dumps(SHEET), encoding="utf-8")
    assert Guard.of(brand_with("facts.yaml"), DECODING, tmp_path) is None
    made = Guard.of(brand_with("facts.yaml"), GUARDED, tmp_path)
    assert (made.language, made.candidates) == ("en", 4)
    request = Request("id-0", [])
    assert len(made.draft(request, Answer(THREE, finished=True), (None, None)).accused) == 3
    (tmp_path / "facts.yaml").write_text(json.dumps({"subjects": []}), encoding="utf-8")
    assert Guard.of(brand_with("facts.yaml"), GUARDED, tmp_path).digest != made.digest
    with pytest.raises(InputError, match=r"nowhere\.yaml"):
        Guard.of(brand_with("nowhere.yaml"), GUARDED, tmp_path)


def test_a_guard_without_a_sheet_warns(tmp_path, caplog):
    assert Guard.of(brand_with(None), GUARDED, tmp_path).digest == ""
    assert "no fact sheet" in caplog.text


def test_a_model_draws_at_first_what_it_draws_without_and_then_others(tiny, tmp_path, monkeypatch):
    _, loaded, tokenizer = tiny
    config = dataclasses.replace(GUARDED, maximum_new_tokens=12)

    def write(requests):
        return generate(loaded, tokenizer, requests, config)

    examples = [example(i) for i in range(3)]
    asked = arms.requests("base", examples, "Acme", None, ())
    without = arms.answer("base", examples, asked, write, tmp_path / "without")
    claim = SimpleNamespace(verdict="forbidden", span="", evidence="")
    monkeypatch.setattr(guard, "check", lambda *_: SimpleNamespace(claims=[claim]))
    items, found = guard.answer("base", examples, asked, write, watch(3), tmp_path / "with")
    assert items == without
    assert [len({draft.answer.text for draft in drafts}) for drafts in found] == [3, 3, 3]


@pytest.fixture
def evaluated(tmp_path, monkeypatch):
    """Run `evaluate_systems` with a dictated writer; what it hands on to be scored."""
    examples = [example(i) for i in range(3)]
    (tmp_path / "facts.yaml").write_text(json.dumps(SHEET), encoding="utf-8")
    dataset = SimpleNamespace(
        splits={"test": examples, "train": [], "validation": []},
        fingerprint="f",
        card={},
        references={},
    )  # fmt: skip
    seen = {}
    people = SimpleNamespace(human=(), floor=(), judge=None)
    loaded = iter(["tuned", "plain"])
    monkeypatch.setattr(model.adapters, "load_for_generation", lambda *_: (next(loaded), None))
    monkeypatch.setattr(model.adapters, "digest", lambda _: "adapter")
    monkeypatch.setattr(model.negatives, "make", lambda *arguments: seen.update(made=arguments))
    monkeypatch.setattr(model, "build_reference", lambda *_: people)
    monkeypatch.setattr(model, "evaluate", lambda *given, **named: (given, named))

    def write(loaded, _, requests, config, title):
        def text(key):
            if "~" in key:
                return CLEAN
            return ONE if loaded == "plain" or key.startswith("id-0") else CLEAN

        return [(i, Answer(text(asked.key), finished=True)) for i, asked in enumerate(requests)]

    monkeypatch.setattr(model, "ending", write)

    write_origin(tmp_path, AdapterOrigin("house", {"name": "base"}, "b", "f", "2018", "1"))

    def go(generation):
        base = SimpleNamespace(identity="b", digest="b", name="base")
        config = dataclasses.replace(CONFIG, variants=1, variant_briefs=1)
        (_, texts, *_), named = model.evaluate_systems(
            dataset, brand_with("facts.yaml"), None, [System("candidate", tmp_path, base)],
            generation, config, "fp32", tmp_path, tmp_path / "run", Kept(tmp_path / "kept"), {},
        )  # fmt: skip
        return texts, named["further"], {p.stem for p in (tmp_path / "run" / "rows").iterdir()}

    return go


def test_an_evaluation_guards_every_arm_and_reports_gain_and_cost(evaluated):
    texts, further, files = evaluated(GUARDED)
    assert {item.text for items in texts.values() for item in items} == {CLEAN}
    assert texts["candidate"][0].variants == (CLEAN,)
    cost = {arm: found["factuality/guard_cost"].value for arm, found in further.items()}
    assert cost == {"base": 2, "prompted": 2, "candidate": pytest.approx(4 / 3)}
    assert further["candidate"]["factuality/guard_gain"].value == pytest.approx(1 / 3)
    arms_of = {"base", "prompted", "candidate", "candidate_variants"}
    assert files == {"human", "floor"} | arms_of | {f"{arm}_drafts" for arm in arms_of}


def test_an_evaluation_without_the_guard_says_nothing_of_it(evaluated):
    texts, further, files = evaluated(DECODING)
    assert {item.text for item in texts["base"]} == {ONE}
    assert [item.text for item in texts["candidate"]] == [ONE, CLEAN, CLEAN]
    assert not any(further.values())
    assert not any("drafts" in name for name in files)


def test_gain_and_cost_are_declared_where_they_were_measured(reference, make_arm):
    names = {metric.name for metric in guard.METRICS}
    assert names <= with_model.METRICS.keys()
    found = scores(drawn(Writer([ONE, CLEAN])), watch(), CONFIG)
    assert found.keys() == names
    texts = {"base": make_arm(1), "candidate": make_arm(3)}
    outcome = evaluate("Acme", texts, reference, {}, further={"base": found})
    assert names <= declared(outcome.arms).keys()
    assert names <= outcome.provenance["metrics"].keys()
    assert not names & outcome.arms["candidate"].keys()
    assert not names & declared({"candidate": outcome.arms["candidate"]}).keys()
