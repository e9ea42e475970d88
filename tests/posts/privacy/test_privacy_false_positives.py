"""Ordinary posts are left alone."""

import json
from collections import Counter
from pathlib import Path

import pytest

from smm_voice.posts.privacy import KINDS, find

TRUE = json.loads((Path(__file__).parent / "judged.json").read_text(encoding="utf-8"))
MOST = 0.01


@pytest.fixture(scope="session")
def false(corpus):
    """Brand → one (kinds, finds) a post that has anything wrongly found in it."""
    wrong = {brand: [] for brand in corpus}
    for brand, texts in corpus.items():
        for text in texts:
            found = [(f.kind, text[f.start : f.end]) for f in find(text)]
            bad = [(kind, span) for kind, span in found if span not in TRUE.get(kind, ())]
            if bad:
                wrong[brand].append(bad)
    return wrong


def test_few_posts_of_all_have_a_false_find(corpus, false):
    posts = sum(len(texts) for texts in corpus.values())
    assert sum(len(bad) for bad in false.values()) / posts <= MOST, false


@pytest.mark.parametrize("kind", KINDS)
def test_few_posts_have_a_false_find_of_a_kind(kind, corpus, false):
    posts = sum(len(texts) for texts in corpus.values())
    having = [post for bad in false.values() for post in bad if kind in dict(post)]
    assert len(having) / posts <= MOST, having


def test_no_brand_has_many_false_handles(corpus, false):
    shares = {brand: len(bad) / len(corpus[brand]) for brand, bad in false.items()}
    assert max(shares.values()) <= MOST, shares


def test_what_was_judged_true_is_still_found(corpus):
    kinds = Counter()
    for texts in corpus.values():
        for text in texts:
            for each in find(text):
                kinds[each.kind] += text[each.start : each.end] in TRUE.get(each.kind, ())
    assert kinds["email"] == 3
    assert kinds["phone"] == 3
    assert kinds["handle"] >= 100
