"""Typed facts: golden cases are in typed_facts.json; adding one needs no Python."""

import dataclasses
import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smm_voice.text.facts import agree, extract

CASES = json.loads(Path(__file__).with_name("typed_facts.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_golden_case(case):
    when = datetime.fromisoformat(case["when"]) if "when" in case else None
    found = [list(f.key) for f in extract(case["text"], case.get("language", "en"), when)]
    if "facts" in case:
        assert found == case["facts"]
    for wrong in case.get("not", []):
        assert wrong not in found


def test_the_same_price_compares_equal_across_languages():
    (french,) = extract("1\u202f299,00\u00a0€", "fr")
    (english,) = extract("€1,299.00", "en")
    assert french.key == english.key


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.lists(
        st.sampled_from(
            ["5", "1,299", "€", "$", "%", "h", "30", ":", " ", "\u202f", "-", "/", "May", "2024"]
            + ["km", "m", "million", "@a", "#b", "https://x.org/1", ".", "pm", "\ud83d"]
        ),
        max_size=14,
    ).map("".join),
    st.sampled_from(["en", "fr"]),
)
def test_spans_lie_in_the_text_in_order_and_never_overlap(text, language):
    facts = extract(text, language)
    assert all(text[fact.start : fact.end] == fact.span for fact in facts)
    assert all(a.end <= b.start for a, b in zip(facts, facts[1:], strict=False))


HOSTILE = {
    "ten thousand digits": "'1' * 10_000",
    "grouped digits": "'1' + ' 000' * 2_500",
    "points": "'1.' * 5_000",
    "commas": "'1,' * 10_000",
    "handles": "'@a.' * 5_000",
    "a long post of quantities": "'7 x ' * 5_000",
    "number words": "'two hundred and ' * 5_000",
    "telephones": "'01 99 00 12 34 ' * 2_000",
    "days": "'in 3 days ' * 5_000",
    "codes": "'code ' * 10_000 + 'AAAA1'",
    "addresses": "'a.' * 10_000",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_less_than_a_second(text):
    # In a process of its own: a runaway regular expression cannot be interrupted from inside.
    program = (
        "import time; from smm_voice.text.facts import agree, extract; extract('warm up 1 €')\n"
        f"start = time.process_time(); extract({text}); print(time.process_time() - start)"
    )
    command = [sys.executable, "-c", program]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=8, check=True)
    except subprocess.TimeoutExpired:
        pytest.fail("still not done after 8 s")
    assert float(done.stdout) < 1


def test_a_number_longer_than_any_fact_is_left_out():
    assert extract("9" * 40 + " people, 12 dogs")[-1].key == ("number", "12", "")
    assert len(extract("9" * 40 + " people, 12 dogs")) == 1


@pytest.mark.parametrize(
    ("said", "known", "language", "holds"),
    [
        ("over 500 guests", "520", "en", True),
        ("over 500 guests", "480", "en", False),
        ("over 500 guests", "5000", "en", False),
        ("près de 2 000 visiteurs", "1950", "fr", True),
        ("près de 2 000 visiteurs", "1500", "fr", False),
        ("moins de 12 km", "11 km", "fr", True),
        ("between 10 and 15 riders", "12", "en", True),
        ("between 10 and 15 riders", "16", "en", False),
        ("2.4 million", "2,413,000", "en", True),
        ("2,4 millions", "2 460 000", "fr", False),
        ("1.5 kg", "1500 g", "en", True),
        ("about 5 miles", "8 km", "en", True),
        ("5 miles", "9 km", "en", False),
        ("12 km", "12 m", "en", False),
        ("80 degrees", "80 °C", "en", True),
        ("176 °F", "80 °C", "en", True),
        ("£20", "€20", "en", False),
        ("7:30", "19:30", "en", True),
        ("7:30am", "19:30", "en", False),
    ],
)
def test_whether_what_is_said_holds(said, known, language, holds):
    (claimed,), (fact,) = extract(said, language), extract(known, language)
    if fact.kind == "time":
        fact = dataclasses.replace(fact, also=())
    assert agree(claimed, fact) is holds


@pytest.mark.parametrize(
    ("text", "incidental"),
    [("two friends", True), ("twenty friends", False), ("2 friends", False),
     ("ten days left", True),
     ("100 %", True), ("a thousand words", True)],
)  # fmt: skip
def test_what_people_say_without_stating_a_fact(text, incidental):
    (fact,) = extract(text)
    assert fact.incidental is incidental
