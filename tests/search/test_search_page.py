"""The search's page, note and words: whole, escaped, and with the commands that repeat a trial."""

import dataclasses

import pytest

from smm_voice.metrics.base import Score
from smm_voice.report import search_page, search_words
from smm_voice.report.search_page import Story
from smm_voice.search.objectives import Judging, Objective, Tried
from smm_voice.search.space import Dimension
from tests.report.reading import Elements

WANTED = (
    Objective("voice/closeness", "maximise"),
    Objective("factuality/unsupported_rate", "minimise"),
    Objective("homogeneity/ratio", "nearest", 1.0),
)


def tried(number, values, **more):
    scores = {
        each.metric: Score(value, value - 0.05, value + 0.05, 40)
        for each, value in zip(WANTED, values, strict=True)
    }
    return Tried(number, {"lora.rank": 4 + number}, scores, run=f"run{number}", **more)


@pytest.fixture
def story():
    people = {each.metric: Score(value, n=40) for each, value in
              zip(WANTED, (1.0, 0.0, 1.0), strict=True)}  # fmt: skip
    failed = Tried(4, {"lora.rank": 600}, {}, failure="<b>too large</b> & no more", run="run4")
    return Story(
        brand="small", title="Small & <i>Co</i>", key="abc",
        space=[Dimension("lora.rank", "whole", 4, 64, log=True)], wanted=WANTED,
        tried=[
            tried(0, (0.5, 0.3, 1.2)), tried(1, (0.8, 0.4, 1.1)), tried(2, (0.6, 0.1, 1.15)),
            tried(3, (0.78, 0.4, 1.12)), failed, tried(5, (0.5, 0.3, 1.2), same_as=0),
            tried(6, (0.95, 0.0, 1.0), fallen=("coverage",)),
        ],
        trials=8, judging=Judging(40, 0, 64, people, 0.95, ("coverage", "recall")),
        typed=["training.maximum_examples=32"], facts={"seed": "<0>"},
    )  # fmt: skip


def page(story):
    return search_page.page(story, lambda run: f"http://127.0.0.1:5000/#/{run}")


def test_the_page_is_one_file_and_escapes(story):
    found = page(story)
    assert "<script" not in found and "src=" not in found
    assert "&lt;b&gt;too large&lt;/b&gt; &amp; no more" in found and "<i>Co</i>" not in found
    assert found.count("<svg") == 3, "one picture for each pair of objectives"
    assert Elements(found).numbers == []


def test_it_tells_each_trial_and_what_became_of_it(story):
    found = page(story)
    for told in (
        "7 of 8 trials: none is best in everything; trials 1 and 2 are beaten by no other",
        "python train.py brand=small training.maximum_examples=32 lora.rank=5",
        "the best in closeness to the voice and sameness", "the best in facts without a source",
        "Beaten, but not by more than their intervals: trial 3",
        "Left out, since their posts fail an axis: trial 6 coverage", "as trial 0",
        "none of them is among those that judge", "http://127.0.0.1:5000/#/run2",
        "4 to 64 (log)", "&lt;0&gt;",
    ):  # fmt: skip
        assert told in found, told


def test_a_single_objective_is_shown_over_the_trials(story):
    (closeness, *_) = WANTED
    single = dataclasses.replace(story, wanted=(closeness,))
    found = page(single)
    assert found.count("<svg") == 1
    assert "trial 1 is best in everything that was asked" in found


def test_overlap_with_early_stopping_is_told(story):
    judging = dataclasses.replace(story.judging, shared=9)
    found = page(dataclasses.replace(story, judging=judging))
    assert "9 of the 40 posts are also among the 64 that decide when a training stops" in found


def test_where_nothing_is_fit_it_says_so(story):
    trials = [dataclasses.replace(each, fallen=("recall",)) for each in story.tried[:2]]
    found = page(dataclasses.replace(story, tried=trials))
    assert "nothing fit yet" in found and "every one fails an axis" in found
    assert "beaten by no other; fails recall" in found
    failed = page(dataclasses.replace(story, tried=[story.tried[4]]))
    assert "all have failed" in failed and "<svg" not in failed
    assert "No trial has ended yet" in page(dataclasses.replace(story, tried=[]))


def test_note_and_values_hold_the_front(story):
    note = search_page.note(story, {"Search": "http://x"}, lambda run: f"http://y/{run}")
    assert "[1](http://y/run1)" in note and "[2](http://y/run2)" in note and "run0" not in note
    assert "```bash\npython train.py brand=small" in note and "\n[Search](http://x)\n" in note
    values = search_page.as_json(story)
    assert [each["group"] for each in values["trials"]] == [
        "beaten", "front", "front", "close", None, None, "fallen",
    ]  # fmt: skip
    assert values["trials"][4]["failure"] == "<b>too large</b> & no more"


def test_a_line_at_the_terminal(story):
    lines = [search_words.line(each, 8, WANTED) for each in story.tried]
    assert lines[1].startswith("Trial 1 (2 of 8): voice/closeness 0.80 (0.75 to 0.85), ")
    assert "lora.rank=5" in lines[1]
    assert "failed: <b>too large</b>" in lines[4] and "values of trial 0" in lines[5]
    assert "fails coverage" in lines[6]
