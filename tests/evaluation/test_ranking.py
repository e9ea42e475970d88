"""Variants in a known order: what is wrong sinks, whatever its voice."""

import itertools

from smm_voice.evaluation.ranking import Candidate, Place, order
from smm_voice.metrics.base import Finding


def candidate(text, closeness=0.5, kinds=(), fits=True, finished=True, left_out=0):
    found = [Finding(kind, "span", "") for kind in kinds]
    return Candidate(text, fits, finished, found, closeness, left_out)


# Best first; from the second on each is nearer to the voice than the one before. Odd words and
# phrases off the voice count for nothing but that.
KNOWN = [
    candidate("The telescope opens its eye on Friday", 0.25),
    candidate("Galaxies by the thousand, one night only", 0.2, ["nonword", "off_voice"]),
    candidate("Rockets rest today while we count stars", 0.3, ["copied"]),
    candidate("Mars sends greetings and 3 new stones", 0.4, ["unsupported"]),
    candidate("A comet passes 40 times nearer than ever", 0.5, ["unsupported"] * 2),
    candidate("Tickets still cost what they cost in May", 0.6, ["stale"]),
    candidate("Our oldest probe left Earth in 1492", 0.7, ["contradicted"]),
    candidate("Cures everything, opens on the moon at 9", 0.8, ["forbidden", "contradicted"]),
    candidate("A sentence that nobody has brought to its", 0.9, finished=False),
    candidate("Longer than the platform takes it", 1.0, fits=False),
    candidate(" ", 1.0),
]


def indices(candidates):
    return [place.index for place in order(candidates)]


def test_the_known_order_whatever_the_order_of_writing():
    assert indices(KNOWN) == list(range(len(KNOWN)))
    assert indices(KNOWN[::-1]) == list(range(len(KNOWN)))[::-1]


def test_each_neighbour_alone_stands_in_order():
    for better, worse in itertools.pairwise(KNOWN):
        assert indices([worse, better]) == [1, 0]


def test_what_is_equal_is_ranked_by_voice_and_then_by_writing():
    texts = ["Dawn over the pad", "Six engines, one plan", "Come and see the new wing"]
    assert indices([candidate(t, c) for t, c in zip(texts, (0.2, 0.9, 0.5), strict=True)]) == [
        1, 2, 0,
    ]  # fmt: skip
    assert indices([candidate(t, None) for t in texts]) == [0, 1, 2]


def test_who_says_nothing_does_not_win():
    silent, telling = "What a day it is at the harbour", "Seven boats left at 9:05 on Friday"
    invented = "Eight boats and 30 sailors left on Friday at 9:05"
    assert indices(
        [
            candidate(silent, 1.0, left_out=3),
            candidate(invented, 0.9, ["unsupported"] * 2),
            candidate(telling, 0.1),
        ]
    ) == [2, 1, 0]


def test_a_near_duplicate_of_a_better_one_sinks_below_all_that_is_new():
    nearly = "The new telescope opens on Friday, and its first picture is out"
    candidates = [
        candidate(nearly + "!", 0.8),
        candidate("Something else altogether, about rivers and salmon", 0.1),
        candidate(nearly + ". [link]", 0.9),
        candidate(nearly.upper(), 0.7),
        candidate("Tonight: eclipse. Take glasses", 0.05, ["unsupported"]),
    ]
    assert order(candidates) == [Place(2), Place(1), Place(0, 2), Place(3, 2), Place(4)]


def test_what_is_near_to_a_duplicate_alone_is_none():
    # Of the 49 characters of each, neighbours share 45 (.92), the ends of the chain 41 (.84).
    middle = " ".join(letter * 4 for letter in "bcdefghi")
    a, b, c = f"aaaa {middle} jjjj", f"aaaa {middle} zzzz", f"yyyy {middle} zzzz"
    listed = [candidate(a, 0.9), candidate(b, 0.8), candidate(c, 0.7)]
    assert order(listed) == [Place(0), Place(2), Place(1, 0)]


def test_a_duplicate_of_a_copied_post_stands_below_it():
    text = "One small step for a brand, one giant leap for its posts"
    candidates = [candidate(text, 0.9, ["copied"]), candidate(text, 0.9, ["copied"])]
    assert order(candidates) == [Place(0), Place(1, 0)]


def test_short_and_empty_texts_and_none_at_all():
    assert order([]) == []
    assert order([candidate(""), candidate(""), candidate("Go!")]) == [
        Place(2), Place(0), Place(1, 0),
    ]  # fmt: skip
