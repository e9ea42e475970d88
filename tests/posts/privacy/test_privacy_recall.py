"""Injected personal data is found, wherever in a post it stands."""

import random

import pytest
from privacy_values import all_values

from smm_voice.posts.privacy import KINDS, find

SEED = 20240611
LEAST = {"iban": 0.98, "card": 0.98, "nir": 0.98, "siret": 0.98, "ssn": 0.98}
# What stands before and after a value; with and without punctuation.
STARTS = ("{} {}", "{}, {}", "{} : {}", "{}\n{}", "{} – {}", "({}) {}")
MIDDLES = ("{} {} {}", "{} ({}) {}", "{}, {}, {}", "{} {}! {}", "{}: {}. {}", "{}\n{}\n{}")
ENDS = ("{} {}", "{} {}.", "{}: {} !", "{} ({})", "{}\n{}", "{} – {}?")


def injected(value, carrier, rng):
    """(post, start of the value) with the value at the start, in the middle, at the end."""
    whole = value.before + value.text + value.after
    words = carrier.split(" ")
    cut = rng.randrange(1, len(words)) if len(words) > 1 else 1
    left, right = " ".join(words[:cut]), " ".join(words[cut:])
    for post in (
        rng.choice(STARTS).format(whole, carrier),
        rng.choice(MIDDLES).format(left, whole, right),
        rng.choice(ENDS).format(carrier, whole),
        STARTS[0].format(whole, carrier),
        MIDDLES[0].format(left, whole, right),
        ENDS[0].format(carrier, whole),
    ):
        yield post, post.index(whole) + len(value.before)


def measured(kind, carriers):
    """(share found, what was missed) of a kind."""
    rng = random.Random(f"{SEED} {kind}")
    found, missed, total = 0, [], 0
    for value in all_values(SEED)[kind]:
        for language in ("en", "fr"):
            for post, start in injected(value, rng.choice(carriers[language]), rng):
                total += 1
                end = start + len(value.text)
                spans = [f for f in find(post) if f.kind == kind]
                if any(f.start <= start and end <= f.end for f in spans):
                    found += 1
                else:
                    missed.append(f"{value.text!r} in {post!r}")
    return found / total, missed


@pytest.mark.parametrize("kind", KINDS)
def test_injected_values_are_found(kind, carriers):
    share, missed = measured(kind, carriers)
    assert share >= LEAST.get(kind, 0.95), "\n".join(missed[:20])


def test_there_are_enough_values_of_each_kind():
    values = all_values(SEED)
    assert tuple(values) == KINDS
    assert min(len({(v.before, v.text) for v in each}) for each in values.values()) >= 60
