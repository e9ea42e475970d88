"""Near-duplicates: the estimate against the exact similarity, on real posts and at the edges."""

import random
import time

import numpy as np
import pytest

from smm_voice.posts.near_duplicates import (
    PERMUTATIONS,
    also_in,
    clusters,
    folded,
    repeats,
    signatures,
    similarity,
)

NEWS = "The crew will open the hatch of the new module this morning at the station"


def grams(text):
    text = folded(text).ljust(5, "\0")
    return {text[at : at + 5] for at in range(len(text) - 4)}


def jaccard(left, right):
    return len(left & right) / len(left | right)


def signed(texts):
    return signatures([folded(text) for text in texts])


def edited(text, chance):
    """A copy with some words lost or doubled, as a second writer leaves it."""
    words = text.split(" ")
    at = chance.randrange(len(words))
    return " ".join(words[:at] + words[at : at + chance.choice((0, 2))] + words[at + 1 :])


@pytest.fixture(scope="session")
def corpus(originals):
    """400 real posts and 200 edits of some of them, in no order."""
    chance = random.Random(3)
    texts = chance.sample(sorted(set(originals)), 400)
    for _ in range(200):
        texts.append(edited(chance.choice(texts), chance))
    chance.shuffle(texts)
    return texts


@pytest.fixture(scope="session")
def exact(corpus):
    """Exact similarity of each pair of the corpus."""
    sets = [grams(text) for text in corpus]
    places = {gram: at for at, gram in enumerate(sorted(set().union(*sets)))}
    held = np.zeros((len(sets), len(places)), np.float32)
    for row, own in enumerate(sets):
        held[row, [places[gram] for gram in own]] = 1
    shared, sizes = held @ held.T, held.sum(axis=1)
    return shared / (sizes[:, None] + sizes[None, :] - shared)


def connected(table, threshold):
    """Cluster of each row by brute force."""
    labels = list(range(len(table)))
    for i, j in zip(*np.nonzero(np.triu(table >= threshold, 1)), strict=True):
        old, new = labels[j], labels[i]
        labels = [new if label == old else label for label in labels]
    return np.array(labels)


def test_the_estimate_lies_within_four_standard_errors(corpus, exact):
    left, right = np.triu_indices(len(corpus), 1)
    true = exact[left, right]
    near = np.flatnonzero(true > 0.15)
    far = np.flatnonzero(true <= 0.15)[::40]
    rows = np.concatenate([near, far])
    estimated = similarity(signed(corpus), left[rows], right[rows])
    errors = np.sqrt(true[rows] * (1 - true[rows]) / PERMUTATIONS + 1 / 256 / PERMUTATIONS)
    assert len(near) > 200 and len(far) > 2000
    assert (np.abs(estimated - true[rows]) <= 4 * errors + 1e-9).mean() > 0.998
    assert np.abs(np.mean(estimated - true[rows])) < 0.002


@pytest.mark.parametrize("threshold", [0.54, 0.6, 0.85])
def test_repeats_are_those_that_brute_force_finds(corpus, exact, threshold):
    earlier = np.tril(exact, -1).max(axis=1)
    found = repeats(signed(corpus), threshold)
    wanted = earlier >= threshold + 0.05
    assert wanted.sum() > 60
    assert found[wanted].mean() >= 0.97
    assert not found[earlier < threshold - 0.1].any()


@pytest.mark.parametrize("threshold", [0.54, 0.6, 0.85])
def test_clusters_join_what_brute_force_joins_and_nothing_far(corpus, exact, threshold):
    labels = clusters(signed(corpus), threshold)
    together = labels[:, None] == labels[None, :]
    surely = np.triu(exact >= threshold + 0.05, 1)
    assert surely.sum() > 60
    assert together[surely].mean() >= 0.97
    at_most = connected(exact, threshold - 0.1)
    assert not (together & (at_most[:, None] != at_most[None, :])).any()


def test_also_in_finds_the_posts_of_another_brand(corpus, exact):
    own, other = np.arange(300), np.arange(300, 600)
    all_signed = signed(corpus)
    found = also_in(all_signed[other], all_signed[own], 0.85)
    nearest = exact[np.ix_(other, own)].max(axis=1)
    assert (nearest >= 0.9).sum() > 30
    assert found[nearest >= 0.9].mean() >= 0.97
    assert not found[nearest < 0.75].any()
    # Among the others are posts that repeat one another and none of the own.
    among = np.tril(exact[np.ix_(other, other)], -1).max(axis=1)
    assert ((among >= 0.9) & (nearest < 0.75)).any()


def test_clusters_are_transitive_though_their_ends_differ():
    words = NEWS.split()
    chain = [" ".join(words[at : at + 9]) for at in range(len(words) - 8)]
    assert jaccard(grams(chain[0]), grams(chain[-1])) < 0.4
    labels = clusters(signed([*chain, "Bread is warm at seven in our shop today"]), 0.6)
    assert len(set(labels[:-1])) == 1 and labels[-1] not in labels[:-1]


def test_links_case_and_blanks_make_no_difference():
    texts = [f"{NEWS}: https://t.co/a", f"{NEWS.upper()}:\n\n  [link]", "Another story"]
    assert list(repeats(signed(texts), 1.0)) == [False, True, False]


def test_the_first_of_a_kind_is_never_a_repeat():
    texts = [NEWS, NEWS, "Another story altogether", NEWS]
    assert list(repeats(signed(texts), 0.85)) == [False, True, False, True]


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_and_a_single_text(count):
    none = signed([NEWS] * count)
    assert none.shape == (count, PERMUTATIONS) and none.dtype == np.uint8
    assert list(repeats(none, 0.85)) == [False] * count
    assert list(clusters(none, 0.6)) == list(range(count))
    assert list(also_in(none, none[:0], 0.85)) == [False] * count
    assert list(also_in(none[:0], none, 0.85)) == []


def test_very_short_texts_are_alike_only_where_they_are_equal():
    texts = ["", "a", "ab", "abc", "abcd", "abcde", "🎉", "🎉🎉", "❤️", "é", "e\u0301", "\ud83d"]
    found = repeats(signed([*texts, *texts]), 0.85)
    assert list(found) == [False] * len(texts) + [True] * len(texts)
    assert len(set(clusters(signed(texts), 0.6))) == len(texts)


def test_posts_of_emoji_only_are_compared_like_words():
    party, reversed_party = "🎉🥳🎂🍰🎈🎁🎊", "🎊🎁🎈🍰🎂🥳🎉"
    found = repeats(signed([party, reversed_party, party, party + "!"]), 0.7)
    assert list(found) == [False, False, True, True]


def test_a_text_weighs_the_same_whatever_stands_beside_it(corpus):
    together = signed(corpus[:50])
    alone = np.concatenate([signed([text]) for text in corpus[:50]])
    assert (together == alone).all()


def test_a_text_of_a_megabyte_is_one_text():
    long = " ".join(f"{number} words" for number in range(100_000))
    found = similarity(signed([long, long + " and more"]), np.array([0]), np.array([1]))
    assert found[0] > 0.99


def from_one_template(count):
    """Posts that have about two fifths of their 5-grams in common."""
    chance = random.Random(0)
    fixed = "Today at the market you will find fresh bread, warm soup and good company: "
    return [fixed + "".join(chance.choices("abcdefghijkl mnopqrst", k=60)) for _ in range(count)]


def test_thousands_of_posts_from_one_template_take_seconds():
    for texts in (from_one_template(3000), [text[:90] for text in from_one_template(3000)]):
        of_template = signed(texts)
        started = time.process_time()
        repeats(of_template, 0.85)
        clusters(of_template, 0.54)
        also_in(of_template[1500:], of_template[:1500], 0.85)
        assert time.process_time() - started < 10


def test_late_copies_are_found_among_thousands_of_look_alikes():
    texts = from_one_template(3000)
    of = np.arange(2000, 2960, 8)
    near = [f"{texts[at][:100]}?{texts[at][101:]}" for at in of]
    far = [f"{text[:85]}#{text[86:118]}#{text[119:]}" for text in near]
    assert jaccard(grams(texts[of[0]]), grams(texts[0])) < 0.45
    assert jaccard(grams(texts[of[0]]), grams(near[0])) > 0.9
    assert 0.65 < jaccard(grams(texts[of[0]]), grams(far[0])) < 0.85
    assert repeats(signed(texts + near), 0.85)[len(texts) :].mean() >= 0.97
    labels = clusters(signed(texts + far), 0.54)
    assert (labels[of] == labels[len(texts) :]).mean() >= 0.97
    assert len(set(labels)) > 2900
