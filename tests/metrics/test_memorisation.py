"""Copying in all its disguises, slogans that may be repeated, and personal data."""

from __future__ import annotations

import dataclasses
import random
import time

import pytest

from smm_voice.metrics.base import Item, Reference
from smm_voice.metrics.fluency.judges import word_salad
from smm_voice.metrics.memorisation.family import FAMILY
from smm_voice.metrics.memorisation.near import NEAR, NearIndex, similarity
from smm_voice.metrics.memorisation.runs import TrainingIndex
from smm_voice.posts import near_duplicates

NAMES = [metric.name for metric in FAMILY.metrics]


def items_of(texts) -> list[Item]:
    return [Item(str(i), text) for i, text in enumerate(texts)]


@pytest.fixture
def reference(small) -> Reference:
    """Unpaired, so that any number of texts can be scored."""
    return dataclasses.replace(small.reference, paired=False, resamples=300, cache={})


def values(texts, reference) -> dict[str, float]:
    scores = FAMILY.score(items_of(texts), reference)
    return {name.split("/")[1]: score.value for name, score in scores.items()}


def every_nth_word_changed(text: str, n: int, words: list[str], seed: int) -> str:
    rng = random.Random(seed)
    listed = text.split(" ")
    for at in range(rng.randrange(n), len(listed), n):
        listed[at] = rng.choice(words)
    return " ".join(listed)


def test_held_out_posts_copy_no_more_than_the_brand_does(small, reference):
    scores = FAMILY.score(small.held_out, reference)
    for name in NAMES:
        if name != "memorisation/longest_run_excess":
            assert abs(scores[name].value) < 0.1, name
    assert abs(scores["memorisation/longest_run_excess"].value) < 2


def test_a_copier_fails_every_measure_of_copying(reference):
    found = values(reference.training[:30], reference)
    assert found["copy_excess"] > 0.9
    assert found["longest_run_excess"] > 8
    assert found["near_duplicate_excess"] > 0.9
    assert found["patchwork_excess"] > 0.3


def test_a_copier_that_changes_words_is_a_near_duplicate_in_order_of_the_changes(reference):
    words = [word for text in reference.training for word in text.split()]
    long = [text for text in reference.training if len(text.split()) > 12][:40]
    rates = [
        values(
            [every_nth_word_changed(text, n, words, i) for i, text in enumerate(long)], reference
        )
        for n in (10, 6, 3)
    ]
    near = [rate["near_duplicate_excess"] for rate in rates]
    assert near[0] > near[1] > 0.6
    # A third of the words is another post.
    assert near[2] < 0.1
    # Runs of eight do not see what has changed every sixth word.
    assert rates[1]["copy_excess"] < 0.05


def test_word_pairs_chained_at_random_are_patchwork_and_no_copy(small, reference):
    found = values(word_salad(reference.training, 40, 1), reference)
    held_out = values([item.text for item in small.held_out], reference)
    assert found["patchwork_excess"] > 0.25
    assert found["patchwork_excess"] > held_out["patchwork_excess"] + 0.2
    assert found["near_duplicate_excess"] < 0.2


def test_a_slogan_counts_until_it_is_allowed(reference):
    slogan = "Parce que l’été n’attend pas, on y va tous ensemble dès ce soir !"
    training = tuple(f"{text} {slogan}" for text in reference.training[:60])
    texts = [f"{item.text} {slogan.upper()}" for item in reference.human]
    listed = dataclasses.replace(reference, training=training, cache={})
    allowed = dataclasses.replace(
        listed,
        allowed=("parce que l'ete n'attend pas on y va tous ensemble des ce soir",),
        cache={},
    )
    assert values(texts, listed)["copy_excess"] > 0.1
    assert abs(values(texts, allowed)["copy_excess"]) < 0.02
    assert values(texts, allowed)["longest_run_excess"] < 1


def test_a_copy_around_a_slogan_is_found_and_shown_whole(reference):
    text = "We begin with nine quite ordinary words. Just do it! And we end with six more."
    index = dataclasses.replace(reference, training=(text,), allowed=("Just do it",), cache={})
    (found,) = FAMILY.findings(Item("1", f"Well. {text}"), index)
    assert (found.kind, found.span) == ("copied", text)
    assert text in found.evidence


def test_a_near_copy_is_shown_with_the_post_it_is_near_to(reference):
    post = (
        "Tonight the little crew sails past the old lighthouse and waves at everyone on the shore"
    )
    changed = (
        "Tonight the little crew drove past the old lighthouse and waved at everyone by the shore"
    )
    training = dataclasses.replace(reference, training=(*reference.training, post), cache={})
    (found,) = FAMILY.findings(Item("1", changed), training)
    assert (found.kind, found.span) == ("copied", changed)
    assert "drove" not in found.evidence
    assert post in found.evidence


def test_personal_data_is_counted_over_the_brands_own_and_shown(reference):
    text = "Write to jean.dupont87@gmail.com or ring +33 6 12 34 56 78 about the launch"
    few = [Item("1", text), *items_of(["We are live now"] * 3)]
    scores = FAMILY.score(few, reference)
    human = FAMILY.score(reference.human, dataclasses.replace(reference, cache={}))
    score = scores["memorisation/personal_data_excess"]
    assert human["memorisation/personal_data_excess"].value == pytest.approx(0)
    assert 0.15 < score.value <= 0.25
    found = [f for f in FAMILY.findings(few[0], reference) if f.kind == "personal"]
    assert [f.span for f in found] == ["jean.dupont87@gmail.com", "+33 6 12 34 56 78"]
    assert [f.evidence.split(",")[0] for f in found] == ["[email]", "[phone]"]


def test_what_is_public_is_not_personal(reference):
    public = ("jean.dupont87@gmail.com", "+33612345678", "@jeandupont1987")
    text = "Ask @jeandupont1987 at jean.dupont87@gmail.com or 06 12 34 56 78"
    listed = dataclasses.replace(reference, public=public, cache={})
    assert (
        len([f for f in FAMILY.findings(Item("1", text), reference) if f.kind == "personal"]) == 3
    )
    assert FAMILY.findings(Item("1", text), listed) == []


def test_a_handle_that_stands_in_training_posts_is_public(reference):
    text = "Thanks @marie.dupont87 for this picture"
    assert {f.kind for f in FAMILY.findings(Item("1", text), reference)} == {"personal"}
    training = (*reference.training, "With @Marie.Dupont87")
    known = dataclasses.replace(reference, training=training, cache={})
    assert FAMILY.findings(Item("1", text), known) == []


def test_without_training_posts_personal_data_is_still_scored(reference):
    scores = FAMILY.score(reference.human, dataclasses.replace(reference, training=(), cache={}))
    measured = {name for name, score in scores.items() if score.value is not None}
    assert measured == {"memorisation/personal_data_excess"}


def test_the_nearest_post_is_the_same_as_by_comparing_all(small):
    training = [near_duplicates.folded(t) for t in small.reference.training[:200]]
    rng = random.Random(0)
    asked = ["".join(c if rng.random() > 0.04 else "x" for c in text) for text in training[::5]] + [
        near_duplicates.folded(item.text) for item in small.held_out
    ]
    found = NearIndex(training).nearest(asked)
    near = [max(similarity(text, post) for post in training) >= NEAR for text in asked]
    agreed = sum(each == (hit is not None) for each, hit in zip(near, found, strict=True))
    assert agreed >= 0.95 * len(asked)
    assert sum(near) >= 30


def test_a_run_that_begins_with_what_many_posts_begin_with_is_found_whole():
    # Only the seeds at its end are rare enough to lead to the post it is from.
    training = ["a b c d e f g"] * 70 + ["a b c d e f g h i"]
    run = TrainingIndex.of(training).longest_run("x a b c d e f g h i y")
    assert (" ".join(run.tokens), run.post) == ("a b c d e f g h i", 70)


def test_an_interval_widens_with_few_human_posts(small, reference):
    few = dataclasses.replace(reference, human=reference.human[:5], cache={})
    width = [
        FAMILY.score(small.held_out, each)["memorisation/patchwork_excess"]
        for each in (few, reference)
    ]
    assert width[0].ci_high - width[0].ci_low > 1.3 * (width[1].ci_high - width[1].ci_low)


def test_halves_of_human_posts_do_not_alarm(small, reference):
    """A/A: whatever alarms here would alarm on the brand itself."""
    texts = [item.text for item in (*reference.human, *small.held_out)]
    rng = random.Random(0)
    kept = {}
    alarms = dict.fromkeys(NAMES, 0)
    limits = {"longest_run_excess": 2.0, "patchwork_excess": 0.15}
    for seed in range(50):
        rng.shuffle(texts)
        half = dataclasses.replace(
            reference,
            human=tuple(items_of(texts[::2])),
            seed=seed,
            resamples=100,
            cache=dict(kept),
        )
        for name, score in FAMILY.score(items_of(texts[1::2]), half).items():
            limit = limits.get(name.split("/")[1], 0.05)
            alarms[name] += score.value > limit and score.ci_low > 0
        names = ("memorisation/index", "memorisation/near", "memorisation/public")
        kept = {name: half.cache[name] for name in names}
    assert {name: n for name, n in alarms.items() if n > 2} == {}


@pytest.mark.timeout(60)
def test_time_grows_with_the_texts_and_not_with_their_square(reference):
    texts = [text for text in reference.training for _ in range(3)]
    FAMILY.score(items_of(texts[:20]), reference)
    took = []
    for n in (300, 900):
        started = time.process_time()
        FAMILY.score(items_of(texts[:n]), reference)
        took.append(time.process_time() - started)
    assert took[1] < 6 * took[0] + 0.5


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    ("training", "text"),
    [
        (["ha " * 20_000], "ha " * 50_000),
        (["ha " * n for n in range(40, 400)], ("ha " * 300 + "yes ") * 100),
        (["a b c d " * 5_000] * 3, "x " + "a b c d " * 10_000),
    ],
    ids=["one word", "many lengths", "a cycle"],
)
def test_repetition_does_not_stall_the_search(training, text):
    index = TrainingIndex.of(training)
    started = time.perf_counter()
    start, length, post = index.longest(index.tokens(text))
    assert index.posts[post][:length] == index.tokens(text)[start : start + length]
    assert length >= 40
    assert NearIndex(training).nearest([text]) is not None
    assert time.perf_counter() - started < 5
