"""The drift page: what moved in words, every number named, no post that is more than text."""

import dataclasses
import re
from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from smm_voice.monitoring.signal import Monitored, Signal
from smm_voice.report import drift_page, drift_words
from smm_voice.report.given import Look, Told
from smm_voice.report.sparkline import sparkline

HOSTILE = "<script>alert(1)</script> <img src=x onerror=y>"
MANNER = Signal("drift/input_style_auc", "input", 0.9, p=0.002, p_adjusted=0.01, band=0.7,
                n=(300, 150), examples=(HOSTILE, "new two"))  # fmt: skip
TOPICS = Signal("drift/input_topic_auc", "input", 0.6, p=0.5, p_adjusted=0.5, band=0.7,
                n=(300, 150), examples=("new topic",), about="topics")  # fmt: skip
WORDS = Signal("drift/new_word_rate", "staleness", 0.2, band=0.3, n=(300, 150), about="words",
               examples=("skibidi: 0 → 12", f"{HOSTILE}: 1 → 2"))  # fmt: skip
STALE = Signal("drift/staleness_index", "staleness", 3.0, band=1.5, about="words",
               examples=("yolo: 30 → 2",))  # fmt: skip
CHANGED = Signal("drift/output_changed", "output", 0.0, n=(12, 12), about="model")
STYLE = Signal("drift/output_style", "output", None, about="model", warnings=(
    "0 answers differ: 6 are needed for a comparison",))  # fmt: skip
ALIKE = Signal("drift/homogeneity_first", "homogeneity", 1.1, 0.9, 1.3, band=1.25, about="model")
ALL = (MANNER, TOPICS, WORDS, STALE, CHANGED, STYLE, ALIKE)
TIMES = (("2018-01-01T00:00:00+00:00", "2018-04-01T00:00:00+00:00"),
         ("2018-05-01T00:00:00+00:00", "2018-06-01T00:00:00+00:00"))  # fmt: skip


def looked(*alarms, signals=ALL, **changes):
    found = [dataclasses.replace(s, alarm=s.name in alarms) for s in signals]
    return Monitored("en", *TIMES, found, {"remarks": [HOSTILE], **changes})


def series(*values, name="drift/input_style_auc", alarms=(), band=0.7):
    return [
        Look(f"2018-0{i + 1}-01T00:00:00+00:00", f"run{i}", "en", "calm",
             {name: Told(value, 0.1, band, i in alarms)})
        for i, value in enumerate(values)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("alarms", "badge", "headline", "steps"),
    [
        ((), "calm", "Nothing has moved further than usual.", 1),
        (("drift/input_style_auc",), "alarm", "Acme writes differently from before.", 1),
        (("drift/input_topic_auc",), "alarm", "Acme speaks of other things", 1),
        (("drift/staleness_index",), "alarm", "The model keeps words that Acme has left.", 1),
        # What calls for most gives the headline; each aspect its step.
        (("drift/input_topic_auc", "drift/homogeneity_first"), "alarm", "posts grow more alike", 2),
    ],
)
def test_what_moved_decides_headline_and_steps(alarms, badge, headline, steps):
    told = drift_words.told("Acme", looked(*alarms), "en")
    assert (told.badge, len(told.steps)) == (badge, steps)
    assert headline in told.headline


def test_the_sentence_names_periods_and_every_aspect():
    sentence = drift_words.told("Acme", looked("drift/input_style_auc"), "en").sentence
    assert "150 posts from 1 May 2018 to 1 June 2018" in sentence
    assert "the 300 from 1 January 2018 to 1 April 2018" in sentence
    assert "manner yes, topics no, new words no" in sentence
    # Without a band nothing is judged: neither "no" nor calm would be true.
    bare = [dataclasses.replace(MANNER, band=None), TOPICS]
    told = drift_words.told("Acme", looked(signals=bare), "en")
    assert (told.badge, "manner not known and topics no" in told.sentence) == ("none", True)


def test_too_few_posts_are_no_calm():
    reason = "3 older and 2 recent posts: at least 60 are needed on either side " \
             "(monitor.minimum_posts)"  # fmt: skip
    none = Signal("drift/input_psi", "input", None, warnings=(reason,))
    told = drift_words.told("Acme", Monitored("en", ("", ""), ("", ""), [none], {}), "fr")
    assert told.badge == "none"
    assert "au moins 60 de chaque côté" in told.sentence


def test_changed_answers_are_told_although_nothing_alarms():
    signals = [MANNER, dataclasses.replace(CHANGED, value=0.5)]
    told = drift_words.told("Acme", looked(signals=signals), "en")
    assert told.badge == "calm"
    assert any("libraries or machine have changed" in step for step in told.steps)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_post_is_more_than_text_on_the_page(language):
    looks = series(0.5, 0.9, alarms=(1,))
    monitored = looked("drift/input_style_auc")
    page = drift_page.page(f"A & {HOSTILE}", monitored, [(HOSTILE, HOSTILE)], looks, language)
    assert "<script" not in page and "<img" not in page
    assert page.count("&lt;script&gt;") >= 5
    assert not re.search(r"<[^>]*\s(?:src|href|onerror)=", page)
    assert len(page) < 60_000


def test_numbers_name_themselves_and_words_come_and_go():
    page = drift_page.page("Acme", looked(), [], series(0.9), "en")
    assert '<span data-metric="drift/input_style_auc">90%</span>' in page
    assert '<span data-metric="drift/input_style_auc_band">70%</span>' in page
    assert '<span data-metric="drift/input_style_auc_p">0.010</span>' in page
    assert re.search(r"skibidi</td><td>0</td><td>12<", page)
    assert re.search(r"yolo</td><td>30</td><td>2<", page)


def test_the_picture_shows_alarms_and_what_is_usual():
    looks = series(0.5, 0.6, 0.9, alarms=(2,))
    picture = str(sparkline(looks, "drift/input_style_auc", HOSTILE))
    assert picture.count('class="alarm"') == 1 and picture.count('class="point"') == 2
    assert "<script" not in picture
    points = re.search(r'class="line" points="([^"]*)"', picture)[1].split()
    heights = [float(point.split(",")[1]) for point in points]
    # Downward on the screen is less.
    assert heights[0] > heights[1] > heights[2]
    usual = re.search(r'class="usual" points="([^"]*)"', picture)[1].split()
    assert heights[1] > float(usual[0].split(",")[1]) > heights[2]
    assert sparkline(looks, "drift/other", "") == ""


def test_a_hundred_looks_keep_the_page_small():
    looks = [dataclasses.replace(series(0.5)[0], when=f"20{i:02d}-01-01T00:00:00+00:00")
             for i in range(99)]  # fmt: skip
    assert len(drift_page.page("Acme", looked(), [], looks, "en")) < 60_000


def test_each_recent_post_stands_beside_the_older_one_of_its_topic():
    def post(text, month):
        return SimpleNamespace(
            post=SimpleNamespace(text=text, created_at=datetime(2018, month, 2, tzinfo=UTC))
        )

    posts = [post("a moon", 1), post("a cat", 2), post("a moon too", 3), post("moon, too late", 6)]
    monitored = looked(signals=[dataclasses.replace(MANNER, examples=("cat!", "moon!", "moon?"))])

    def embed(texts):
        return np.array([["moon" in t, "cat" in t] for t in texts], dtype=float)

    # Each older post once, and none that is recent.
    assert drift_page.pairs(posts, monitored, embed, 5) == [
        ("a cat", "cat!"), ("a moon", "moon!"), ("a moon too", "moon?"),
    ]  # fmt: skip
    assert len(drift_page.pairs(posts[:2], monitored, embed, 5)) == 2
    assert drift_page.pairs(posts, monitored, embed, 1) == [("a cat", "cat!")]
    assert drift_page.pairs([], monitored, embed, 5) == []


def test_the_note_cannot_be_taken_for_markup():
    monitored = looked("drift/input_style_auc")
    note = drift_page.note("A*b*<i>", monitored, "en", {"Page": "http://x/"})
    assert "<i>" not in note and r"A\*b\*" in note
    assert "Manner: told apart: 90%" in note


def test_the_report_gets_what_has_a_usual_range():
    looks = series(0.5, 0.9, alarms=(1,)) + series(0.1, name="drift/output_changed", band=None)
    (found,) = drift_page.drift_series(looks, "fr")
    assert found.name == "Manière\xa0: écart reconnaissable"
    assert list(found.points) == [("2018-01-01", 0.5), ("2018-02-01", 0.9)]
    assert (found.limit, found.alarms) == (0.7, {1})
