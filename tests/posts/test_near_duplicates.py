"""Near-duplicates: known pairs, transitive clusters, and agreement with brute force."""

import json
from itertools import combinations
from pathlib import Path

import pytest

from smm_voice.posts.near_duplicates import clusters, jaccard, shingles, similar_pairs

ACME = Path(__file__).parents[2] / "data" / "raw" / "acme" / "data" / "tweets.js"
NEWS = "The crew will open the hatch of the new module this morning at the station"


def test_shingles_by_hand():
    assert shingles("Abc  DEF") == {"abc d", "bc de", "c def"}
    assert shingles("hi") == {"hi"}
    assert shingles("") == {""}


def test_jaccard_by_hand():
    assert jaccard({"a", "b", "c"}, {"b", "c", "d"}) == 0.5
    assert jaccard(set(), set()) == 1.0
    assert jaccard({"a"}, set()) == 0.0


def test_links_case_and_blanks_make_no_difference():
    texts = [f"{NEWS}: https://t.co/a", f"{NEWS.upper()}:   https://t.co/zzz", "Another story"]
    assert similar_pairs(texts, 0.85) == [(0, 1, 1.0)]


def test_a_changed_word_is_near_and_a_changed_story_is_not():
    texts = [NEWS, NEWS.replace("morning", "evening"), "Bread is warm at seven in our shop today"]
    ((left, right, similarity),) = similar_pairs(texts, 0.6)
    assert (left, right) == (0, 1)
    assert similarity == jaccard(shingles(texts[0]), shingles(texts[1])) < 1


def test_clusters_are_transitive_and_named_by_their_first_member():
    pairs = [(4, 5, 0.9), (1, 3, 0.9), (3, 4, 0.9)]
    assert clusters(7, pairs) == [0, 1, 2, 1, 1, 1, 6]
    assert clusters(0, []) == []


@pytest.mark.parametrize("threshold", [0.6, 0.85])
def test_every_pair_that_brute_force_finds_is_found(threshold):
    archive = json.loads(ACME.read_text(encoding="utf-8").split("=", 1)[1])
    texts = [row["tweet"]["full_text"] for row in archive]
    # Neighbours in the alphabet are alike: a sample of real posts rich in near-duplicates.
    texts = sorted(texts, key=str.casefold)[300:450] + texts[:20]
    sets = [shingles(text) for text in texts]
    expected = [
        (i, j, jaccard(sets[i], sets[j]))
        for i, j in combinations(range(len(texts)), 2)
        if jaccard(sets[i], sets[j]) >= threshold
    ]
    assert len(expected) > 5
    assert similar_pairs(texts, threshold) == expected
