"""Homogeneity on real posts: in order of the dose, near 1 on human posts, finite at the ends."""

from __future__ import annotations

import dataclasses
import math
import random
import time
import tracemalloc
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from smm_voice.metrics import FAMILIES
from smm_voice.metrics.base import Item, Reference, Score
from smm_voice.metrics.homogeneity import measures, sampling
from smm_voice.metrics.homogeneity.collapse import cross_brand_collapse
from smm_voice.metrics.homogeneity.components import COMPONENTS
from smm_voice.metrics.homogeneity.sets import TextSet, beginning
from smm_voice.metrics.homogeneity.versions import difference, over_versions
from smm_voice.models.embeddings import embed

FAMILY = FAMILIES["homogeneity"]
N = 80
PERCENT = (0, 10, 30, 60)
TOPICS = {c.metric.name.removeprefix("homogeneity/") for c in COMPONENTS if c.topics}
OPENER = "Here is what you need to know: "
CLOSER = " What do you think? Tell us in the comments!"


@pytest.fixture(scope="module")
def posts(small) -> list[str]:
    """The brand's posts in a random order."""
    order = np.random.default_rng(2).permutation(len(small.reference.training))
    return [small.reference.training[i] for i in order]


@pytest.fixture(scope="module")
def reference(small, posts) -> Reference:
    return dataclasses.replace(
        small.reference,
        human=items(posts[:N]),
        training=tuple(posts[2 * N :]),
        paired=False,
        embed=embed,
        cache={},
    )


@pytest.fixture(scope="module")
def arm(posts) -> list[str]:
    """As many other human posts."""
    return posts[N : 2 * N]


def items(texts: Sequence[str], brief: str | None = None) -> tuple[Item, ...]:
    return tuple(Item(str(i), text, brief) for i, text in enumerate(texts))


def score(texts: Sequence[str], reference: Reference) -> dict[str, Score]:
    found = FAMILY.score(items(texts), reference)
    return {name.removeprefix("homogeneity/"): each for name, each in found.items()}


def values(texts: Sequence[str], reference: Reference) -> dict[str, float | None]:
    return {name: each.value for name, each in score(texts, reference).items()}


def dosed(texts: Sequence[str], percent: int, change: Callable[[str], str]) -> list[str]:
    """`percent` of the texts changed, those of a lower dose among those of a higher."""
    return [change(t) if i * 37 % len(texts) * 100 < percent * len(texts) else t
            for i, t in enumerate(texts)]  # fmt: skip


def one_topic(posts: Sequence[str], n: int) -> list[str]:
    """The posts nearest in meaning to one of them that many are near to."""
    rows = embed(posts)
    near = rows @ rows.T
    return [posts[i] for i in np.argsort(-near[near.mean(axis=1).argmax()])[:n]]


# What is done to a post, and the components that must rise (+) or fall (−) with the dose.
CHANGES: dict[str, tuple[Callable[[str], str], str]] = {
    "stock opener": (
        lambda text: OPENER + text,
        "+ratio +self_repetition_ratio -distinct_2_ratio -ngram_diversity_ratio "
        "+compression_ratio -vendi_manner_ratio -opener_entropy_ratio +template_rate "
        "+between_brief_ratio",
    ),
    "stock closer": (
        lambda text: text + CLOSER,
        "+ratio -closer_entropy_ratio +template_rate",
    ),
    "one post again": (
        lambda text: "A new era begins as the crew boards the station. See more: [link]",
        "+ratio +self_repetition_ratio -distinct_2_ratio -ngram_diversity_ratio "
        "+compression_ratio -vendi_topics_ratio -vendi_manner_ratio +nearest_neighbour_ratio "
        "-opener_entropy_ratio -closer_entropy_ratio +template_rate +between_brief_ratio",
    ),
    "one template": (
        lambda text: (
            f"Don't miss it! Learn all about {' '.join(text.split()[2:5])} in our story: [link]"
        ),
        "+ratio +self_repetition_ratio -distinct_2_ratio -ngram_diversity_ratio "
        "+compression_ratio -vendi_topics_ratio -vendi_manner_ratio +nearest_neighbour_ratio "
        "-opener_entropy_ratio -closer_entropy_ratio +template_rate +between_brief_ratio",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_more_of_the_same_shows_in_order_of_the_dose(name, arm, reference):
    change, expected = CHANGES[name]
    found = [values(dosed(arm, percent, change), reference) for percent in PERCENT]
    for component in expected.split():
        sign, key = {"+": 1, "-": -1}[component[0]], component[1:]
        # Embeddings take less than one post in five for noise.
        series = [sign * each[key] for each in (found[::2] if key in TOPICS else found)]
        assert series == sorted(set(series)), (key, series)
    assert found[-1]["ratio"] > 1.25 * found[0]["ratio"]


def test_one_topic_shows_in_the_topics_in_order_of_the_dose(posts, arm, reference):
    alike = one_topic(posts[2 * N :], N)
    found = []
    for percent in PERCENT:
        at = iter(alike)
        found.append(values(dosed(arm, percent, lambda _, at=at: next(at)), reference))
    vendi = [each["vendi_topics_ratio"] for each in found]
    nearest = [each["nearest_neighbour_ratio"] for each in found]
    assert vendi == sorted(vendi, reverse=True) and vendi[-1] < 0.8 * vendi[0]
    assert nearest == sorted(nearest) and nearest[-1] > 1.1 * nearest[0]


def test_pairs_of_near_copies_show_in_the_95th_percentile(arm, reference):
    copied = [text if i % 10 else arm[(i + 1) % N] + " Yes." for i, text in enumerate(arm)]
    key = "nearest_neighbour_95_ratio"
    assert values(copied, reference)[key] > 1.1 * values(arm, reference)[key]


def test_random_halves_of_human_posts_are_as_alike_as_each_other(posts, reference):
    ratios, false_alarms, held = [], 0, 0
    for seed in range(8):
        order = np.random.default_rng(seed).permutation(len(posts))
        first, second = (
            [posts[i] for i in order[at : at + 60]] for at in (0, 60)
        )  # fmt: skip
        human = dataclasses.replace(reference, human=items(second), embed=None)
        ratio = score(first, human)["ratio"]
        ratios.append(math.log(ratio.value))
        false_alarms += ratio.value > 1.25 and ratio.ci_low > 1
        held += ratio.ci_low <= 1 <= ratio.ci_high
    assert abs(np.mean(ratios)) < 0.08
    assert np.std(ratios) < 0.2
    assert false_alarms <= 1
    assert held >= 6


@pytest.mark.parametrize(
    "text",
    [
        "Watch the launch live at 10:30 am: [link] #Moon",
        "Watch \ud83d the launch \udc00 live tonight with all of us here",
        "شاهدوا الإطلاق مباشرة الساعة ١٠:٣٠ يوم ٥ مايو ٢٠١٨",
        "Hello!",
        "🚀",
        "[link]",
        "a",
    ],
)
def test_one_post_always_is_finite_and_at_the_far_end(text, arm, reference):
    found = score([text] * N, reference)
    for name, each in found.items():
        if name != "within_brief_ratio":
            assert each.value is not None, (name, each.warnings)
            assert math.isfinite(each.value) and each.ci_low <= each.value <= each.ci_high
    assert found["ratio"].value > 2 and found["ratio"].ci_low > 1.5
    for component in COMPONENTS:
        name = component.metric.name.removeprefix("homogeneity/")
        past = component.sameness * (found[name].value - (0.0 if component.excess else 1.0))
        # Human posts cut to one word have a twin each: there the topics say nothing.
        assert past > 0 or (name in TOPICS and past > -1e-6 and len(text) < 8), name


def test_without_an_encoder_the_topics_are_none_and_the_rest_stands(arm, reference):
    without = score(arm, dataclasses.replace(reference, embed=None, cache={}))
    with_it = score(arm, reference)
    for component in COMPONENTS:
        name = component.metric.name.removeprefix("homogeneity/")
        if component.topics:
            assert without[name].value is None and "encoder" in without[name].warnings[0]
        else:
            assert without[name] == with_it[name]
    assert without["ratio"] == with_it["ratio"]


def test_an_invented_address_is_no_variety(arm, reference):
    plain = [text.replace("[link]", "").strip() + " [link]" for text in arm]
    invented = [t.replace("[link]", f"https://x.example/{i}") for i, t in enumerate(plain)]
    assert values(invented, reference) == values(plain, reference)


def test_longer_posts_are_no_more_and_no_less_alike(posts, arm, reference):
    longer = [f"{text} {other}" for text, other in zip(arm, posts[2 * N : 3 * N], strict=True)]
    assert values(longer, reference)["distinct_2_ratio"] == pytest.approx(
        values(arm, reference)["distinct_2_ratio"], abs=0.05
    )


def test_a_large_set_is_measured_like_a_small_one_in_bounded_time(posts, reference):
    human = dataclasses.replace(reference, embed=None)
    one = values(posts[N:], human)
    started = time.process_time()
    many = values(posts[N:] * (20_000 // len(posts[N:])), human)
    assert time.process_time() - started < 8
    # Of each post there are many copies now, of which some meet in a subsample.
    assert 0.8 * one["distinct_2_ratio"] < many["distinct_2_ratio"] < one["distinct_2_ratio"]


def test_scores_are_the_same_under_the_same_seed_and_not_under_another(arm, reference):
    human = dataclasses.replace(reference, embed=None)
    assert score(arm, human) == score(arm, dataclasses.replace(human, cache={}))
    assert score(arm, human)["ratio"] != score(arm, dataclasses.replace(human, seed=1))["ratio"]


# --- several answers to one brief


def answered(arm: Sequence[str], variants: Callable[[int], Sequence[str]]) -> list[Item]:
    return [Item(str(i), t, f"brief {i}", variants=tuple(variants(i))) for i, t in enumerate(arm)]


def briefs(found: Sequence[Item], reference: Reference) -> tuple[Score, Score]:
    scores = FAMILY.score(found, dataclasses.replace(reference, embed=None))
    return scores["homogeneity/between_brief_ratio"], scores["homogeneity/within_brief_ratio"]


def test_one_answer_to_each_brief_says_nothing_of_answers_to_one(arm, reference):
    between, within = briefs(answered(arm, lambda i: ()), reference)
    assert between.value == pytest.approx(1, abs=0.2)
    assert within.value is None and within.warnings == ("no brief has two answers",)


def test_a_brief_always_answered_alike_is_told_from_all_briefs_answered_alike(arm, reference):
    fresh = briefs(answered(arm, lambda i: [arm[i - 1], arm[i - 2]]), reference)
    again = briefs(answered(arm, lambda i: [arm[i], arm[i] + " Yes!"]), reference)
    same = briefs(answered([arm[0]] * N, lambda i: [arm[0]]), reference)
    assert fresh[1].value == pytest.approx(1, abs=0.2)
    assert again[0].value == pytest.approx(fresh[0].value, abs=0.2)
    assert again[1].ci_low > 3
    assert same[0].ci_low > 3 and same[1].ci_low > 3


def test_items_of_one_brief_are_answers_to_it_as_variants_are(arm, reference):
    pairs = list(zip(arm[::2], arm[1::2], strict=True))
    nested = [Item(str(i), a, f"brief {i}", variants=(b,)) for i, (a, b) in enumerate(pairs)]
    flat = [Item(f"{i} {t}", t, f"brief {i}") for i, pair in enumerate(pairs) for t in pair]
    # The other components see more texts, and so another budget, in the flat one.
    assert briefs(flat, reference)[1].value == pytest.approx(
        briefs(nested, reference)[1].value, abs=0.1
    )


def test_words_that_the_brief_asks_for_are_not_held_against_its_answers(reference):
    asked = [f"alpha{i} beta{i} gamma{i} delta{i}" for i in range(N)]
    found = [
        Item(str(i), f"{brief} one{i} two", brief, variants=(f"{brief} three{i} four",))
        for i, brief in enumerate(asked)
    ]
    assert briefs(found, reference)[1].value < 0.5


def test_few_briefs_with_two_answers_give_no_interval(arm, reference):
    found = answered(arm, lambda i: [arm[i - 1]] if i < 4 else [])
    within = briefs(found, reference)[1]
    assert within.value is not None and within.ci_low is None
    assert "only 4 briefs" in within.warnings[0]


# --- pure functions


def test_nearest_neighbours_in_blocks_are_those_of_the_whole():
    rows = np.random.default_rng(0).normal(size=(101, 16)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows[7] = 0
    expected = measures.nearest(rows @ rows.T)
    for block in (1, 10, 50, 101, 1000):
        found = measures.nearest_neighbours(rows, block)
        assert found == pytest.approx(expected, abs=1e-6), block
    assert np.isnan(measures.nearest_neighbours(rows[:1])).all()
    assert measures.nearest_neighbours(rows[:0]).shape == (0,)


def test_nearest_neighbours_of_many_texts_take_no_matrix_of_all_pairs():
    rows = np.random.default_rng(0).normal(size=(6_000, 8)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    tracemalloc.start()
    found = measures.nearest_neighbours(rows, block=512)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6  # All pairs would take 144 MB.
    assert (found > 0.7).all()


def test_vendi_is_that_of_the_eigenvalues():
    rows = np.random.default_rng(0).normal(size=(30, 5))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    eigenvalues = np.linalg.eigvalsh(rows @ rows.T / 30)
    assert measures.vendi(rows @ rows.T) == pytest.approx(1 / np.sum(eigenvalues**2))


def test_self_repetition_takes_time_in_proportion_to_the_tokens():
    def seconds(texts: int) -> float:
        listed = [["the", "same", "old", "song", str(i % 50), "again"] * 4 for i in range(texts)]
        return min(_timed(lambda: measures.self_repetition(listed)) for _ in range(3))

    assert seconds(16_000) < 10 * seconds(4_000)


def _timed(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def test_a_subsample_of_numbered_phrases_is_measured_as_its_texts_are(arm, reference):
    texts = TextSet(tuple(arm), 20, reference)
    drawn = np.random.default_rng(0).choice(N, 30, replace=False)
    listed = [texts.cut[i] for i in drawn]
    found = {c.metric.name: c.measure(texts, drawn) for c in COMPONENTS if not c.topics}
    expected = {
        "self_repetition_ratio": measures.self_repetition(listed),
        "distinct_2_ratio": measures.distinct(listed),
        "ngram_diversity_ratio": measures.ngram_diversity(listed),
        "compression_ratio": measures.compression(listed),
    }
    for name, value in expected.items():
        assert found[f"homogeneity/{name}"] == pytest.approx(value), name


def test_a_text_is_cut_after_its_tokens_and_nowhere_else():
    text = "Go, go! 🚀 http://a.example/x now"
    assert beginning(text, 4) == "Go, go!"
    assert beginning(text, 6) == "Go, go! 🚀 [link]"
    assert beginning(text, 99) == "Go, go! 🚀 [link] now"


def test_the_interval_is_widened_to_what_the_sample_leaves_open():
    # 80 % of n drawn: the spread over subsamples is half of the standard error.
    assert sampling.widening(80, 100, 100) == pytest.approx(2)
    # 200 of 1,000 drawn: the mean over subsamples is surer than each.
    assert sampling.widening(200, 1000, 1000) == pytest.approx(0.5)
    rng = np.random.default_rng(0)
    held = 0
    for _ in range(300):
        sample = rng.normal(size=50)
        means = np.array([rng.choice(sample, 40, replace=False).mean() for _ in range(50)])
        found = sampling.interval(means, sampling.widening(40, 50), 0.95)
        held += found.low <= 0 <= found.high
    # Not widened, they hold it in six of ten cases.
    assert 0.86 <= held / 300 <= 0.98


# --- cross-brand collapse


@pytest.fixture(scope="module")
def brands(small, posts) -> dict[str, list[str]]:
    rng = np.random.default_rng(0)
    found = {"own": posts, **small.dataset.references}
    return {
        name: [texts[i] for i in rng.permutation(len(texts))[:120]] for name, texts in found.items()
    }


def halves(brands: dict[str, list[str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    return ({b: t[:60] for b, t in brands.items()}, {b: t[60:] for b, t in brands.items()})


def test_brands_that_mix_collapse_in_order_of_the_mixture(brands):
    generated, human = halves(brands)
    found = []
    for percent in (0, 40, 100):
        draw = random.Random(1).choice
        pool = [text for texts in generated.values() for text in texts]
        mixed = {
            brand: dosed(texts, percent, lambda _, pool=pool, draw=draw: draw(pool))
            for brand, texts in generated.items()
        }
        found.append(cross_brand_collapse(mixed, human, "en"))
    numbers = [each.value for each in found]
    assert numbers == sorted(numbers, reverse=True)
    assert found[0].ci_low <= 1 <= found[0].ci_high
    assert found[1].ci_high < 1
    assert numbers[-1] < 0.3


def test_brands_apart_in_another_manner_than_their_own_have_not_collapsed(brands):
    generated, human = halves(brands)
    names = sorted(generated)
    swapped = dict(zip(names, [generated[n] for n in names[1:] + names[:1]], strict=True))
    assert cross_brand_collapse(swapped, human, "en").ci_high > 0.9


def test_collapse_has_no_number_without_brands_or_posts(brands):
    generated, human = halves(brands)
    name = next(iter(generated))
    alone = cross_brand_collapse({name: generated[name]}, human, "en")
    assert alone.value is None and "two brands" in alone.warnings[0]
    few = cross_brand_collapse({b: t[:10] for b, t in generated.items()}, human, "en")
    assert few.value is None and "20 posts" in few.warnings[0]
    soup = {brand: human[name] for brand in human}
    indistinct = cross_brand_collapse(generated, soup, "en")
    assert indistinct.value is None and "told apart" in indistinct.warnings[0]


def test_one_post_for_all_brands_is_complete_collapse(brands):
    _, human = halves(brands)
    post = "Watch the launch of a new rocket live at 10:30 am from our coast, and tell us all!"
    found = cross_brand_collapse({b: [post, ""] * 40 for b in human}, human, "en")
    assert found.value == found.ci_low == 0 and found.ci_high < 0.3


# --- versions and arms


def version(texts: Sequence[str], posts_with_opener: int) -> list[Item]:
    changed = {i * 37 % len(texts) for i in range(posts_with_opener)}
    return [
        Item(str(i), OPENER + t if i in changed else t, f"brief {i}") for i, t in enumerate(texts)
    ]


@pytest.fixture(scope="module")
def bare(reference) -> Reference:
    return dataclasses.replace(reference, embed=None, resamples=100, cache={})


def test_small_steps_ring_against_the_first_though_no_step_does(arm, bare):
    # The doses at which the ratio to the first version grows by 4 % each time.
    measured = over_versions([version(arm, dose) for dose in range(0, 30)], bare)
    growth = [each.against_first.value for each in measured]
    doses = [int(np.argmin([abs(g - 1.04**step) for g in growth])) for step in range(10)]
    found = over_versions([version(arm, dose) for dose in doses], bare)
    steps = [each.against_previous.value for each in found[1:]]
    assert steps == pytest.approx([1.04] * 9, abs=0.025)
    assert found[-1].against_first.value == pytest.approx(1.04**9, abs=0.08)
    assert [each.alarm for each in found[:4]] == [False] * 4
    assert found[-1].alarm
    firsts = [each.against_first.value for each in found]
    assert firsts == sorted(firsts)


def test_the_same_version_again_is_exactly_as_alike(arm, bare):
    first, second = over_versions([version(arm, 5), version(arm, 5)], bare)
    assert second.against_first.value == second.against_previous.value == 1
    assert (second.against_first.ci_low, second.against_first.ci_high) == (1, 1)
    assert first.against_human == second.against_human
    assert first.against_previous is None


def test_versions_are_paired_by_brief_not_by_place(arm, bare):
    straight = over_versions([version(arm, 0), version(arm, 20)], bare)[1]
    turned = over_versions([version(arm, 0), version(arm, 20)[::-1]], bare)[1]
    assert turned == straight


def test_versions_without_common_briefs_have_no_number(arm, bare):
    other = [dataclasses.replace(item, id=f"other {item.id}") for item in version(arm, 0)]
    found = over_versions([version(arm, 0), other], bare)
    assert [each.against_first.value for each in found] == [None, None]
    assert all(each.against_first.warnings and not each.alarm for each in found)
    assert over_versions([], bare) == []


def test_the_difference_of_two_arms_is_seen_and_has_a_direction(arm, bare):
    more, less = version(arm, 24), version(arm, 0)
    found = difference(more, less, bare)
    assert found.low > 0 and found.p < 0.05 and found.n == N
    back = difference(less, more, bare)
    assert back.value == pytest.approx(-found.value)
    assert back.high < 0


def test_no_difference_is_no_difference(arm, posts, bare):
    same = difference(version(arm, 3), version(arm, 3), bare)
    assert (same.value, same.low, same.high, same.p) == (0, 0, 0, 1)
    other = difference(version(arm, 0), version(posts[2 * N : 3 * N], 0), bare)
    assert other.low <= 0 <= other.high and other.p > 0.05


@pytest.mark.parametrize("texts", [[""] * N, ["🚀"] * 5, []])
def test_arms_without_texts_have_no_difference(texts, arm, bare):
    assert difference(items(texts), version(arm, 0), bare) is None


def test_arms_of_one_post_have_a_finite_difference(arm, bare):
    found = difference(items(["Hello!"] * N), version(arm, 0), bare)
    assert math.isfinite(found.value) and found.low > 0
